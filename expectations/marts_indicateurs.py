"""The indicators of a build, last month. One row per indicator, mesh, territory, theme and part."""

from expectations.rule import (
    Expectation,
    Rule,
    Suite,
    at_least,
    between,
    equal,
    in_set,
    none_of,
    not_null,
    null,
    one_of,
    parameter,
    present,
    unique,
)
from vigie.reference.measures import measures

MESHES = ["region", "departement", "epci", "theme", "epci_theme", "departement_theme"]
# Parts of a whole: outside 0..100 the figure is wrong, whatever the reports say.
SHARES = list(measures().shares)
# The mean of those known may leave the bounds of the mean of all: an action without progress has a calendar of its own,
# a territory without an active action covers no core theme and has no value.
FREE_OF_ITS_BOUNDS = ["couverture_socles", "ecart_calendrier"]
SMALLEST_GROUP = 5
# Ratios of sums are right but for their last bits.
ROUNDING = 1e-6


def _figure(code: str, sentence: str, expectation: Expectation, *fields: str) -> Rule:
    return Rule(
        code=code,
        severity="critique",
        layer="entrepôt",
        fields=fields,
        expectation=expectation,
        sentence="{indicateur_code}, {maille_code} {territoire_code}, {theme_code}, "
        "{modalite_code}, {mois_le} : " + sentence,
        advice="Ne pas publier ; corriger le modèle de l'indicateur et son test.",
        if_missing="Une valeur qui ne se calcule pas est absente, jamais nulle.",
    )


SUITE = Suite(
    name="marts_indicateurs",
    title="Indicateurs calculés",
    keys=(
        "indicateur_code",
        "maille_code",
        "territoire_code",
        "theme_code",
        "modalite_code",
        "mois_le",
    ),
    rules=(
        _figure(
            "MAR-CLE",
            "deux valeurs pour la même clé.",
            unique(
                [
                    "indicateur_code",
                    "maille_code",
                    "territoire_code",
                    "theme_code",
                    "modalite_code",
                    "mois_le",
                ]
            ),
        ),
        _figure(
            "MAR-CATALOGUE",
            "l'indicateur n'est pas au catalogue.",
            in_set("indicateur_code", parameter("indicateurs")),
        ),
        _figure("MAR-MAILLE", "maille inconnue.", in_set("maille_code", MESHES)),
        _figure(
            "MAR-MOIS",
            "le mois suit la date de situation de la publication.",
            between("mois_le", None, parameter("date_situation")),
        ),
        _figure(
            "MAR-SANS-DENOMINATEUR",
            "une valeur ({valeur}) sur un dénominateur nul.",
            null("valeur", equal("denominateur", 0)),
            "valeur",
        ),
        _figure(
            "MAR-PART",
            "{valeur} n'est pas entre 0 et 100.",
            between("valeur", -ROUNDING, 100 + ROUNDING, one_of("indicateur_code", SHARES)),
            "valeur",
        ),
        _figure(
            "MAR-COUVERTURE",
            "couverture de {valeur} %.",
            between("couverture_pct", -ROUNDING, 100 + ROUNDING),
            "couverture_pct",
        ),
        _figure("MAR-EFFECTIF", "effectif de {valeur}.", between("n_nb", 0, None), "n_nb"),
        _figure(
            "MAR-BORNES",
            "{valeur} est hors de ses bornes ({borne_basse} à {borne_haute}).",
            in_set("est_dans_ses_bornes", [True], none_of("indicateur_code", FREE_OF_ITS_BOUNDS)),
            "valeur",
        ),
        _figure(
            "MAR-BORNES-ENSEMBLE",
            "une borne sans l'autre.",
            not_null("borne_haute", present("borne_basse")),
        ),
        _figure(
            "MAR-BORNES-ORDRE",
            "borne basse {borne_basse} au-dessus de la borne haute {borne_haute}.",
            at_least("borne_haute", "borne_basse"),
        ),
        _figure(
            "MAR-PETITS-NOMBRES",
            "une comparaison publiée sur {n_nb} territoires.",
            between(
                "n_nb",
                SMALLEST_GROUP,
                None,
                equal("indicateur_code", "comparaison_pairs"),
                present("valeur"),
            ),
            "n_nb",
        ),
    ),
)
