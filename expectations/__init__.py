"""The rules of Vigie, one module per data set. They read as a specification; `vigie rules`
prints them.
"""

from expectations import (
    autres_entete,
    comportement_actions,
    comportement_rapports,
    fichier,
    forme,
    indicateurs_longs,
    lecture,
    marts_indicateurs,
    publication,
    rapport_actions,
    rapport_entete,
    referentiels,
    registre,
    subventions,
)
from expectations.rule import Rule, Suite

SUITES: tuple[Suite, ...] = (
    fichier.SUITE,
    forme.SUITE,
    lecture.SUITE,
    rapport_entete.SUITE,
    rapport_actions.SUITE,
    comportement_actions.SUITE,
    comportement_rapports.SUITE,
    autres_entete.SUITE,
    registre.SUITE,
    indicateurs_longs.SUITE,
    subventions.SUITE,
    referentiels.TERRITOIRES,
    referentiels.THEMES,
    marts_indicateurs.SUITE,
    publication.IDENTITE,
    publication.TEXTES,
)
RULES: dict[str, Rule] = {rule.code: rule for suite in SUITES for rule in suite.rules}

__all__ = ["RULES", "SUITES", "Rule", "Suite"]
