"""What each indicator counts, row by row, on `marts.fct_etats_mensuels` (named `e`)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Count:
    """The rows counted and what each adds, before its weight in a theme.

    `rows`: SQL condition. `numerator`, `denominator`: SQL numbers; a median has no numerator and its denominator
    counts actions whole, whatever their theme (`is_weighted` false). `shown`: the column a reader wants to see.
    """

    rows: str
    numerator: str
    denominator: str = "1"
    shown: str = "e.statut_code"
    is_weighted: bool = True


_SCOPE = "e.est_dans_perimetre"
_ON_BASE = f"{_SCOPE} and e.base_montant_code = '{{base}}'"
_OBSERVED = f"{_SCOPE} and not e.est_non_rapportee and e.taux_avancement_pct is not null"
_DATED = f"{_SCOPE} and e.glissement_jours is not null"
_BASES = ("ht", "ttc", "non_precise")


def _when(condition: str) -> str:
    return f"case when {condition} then 1 else 0 end"


def _by_base(
    indicator: str, rows: str, numerator: str, denominator: str
) -> dict[tuple[str, str], Count]:
    return {
        (indicator, base): Count(rows.format(base=base), numerator, denominator, numerator) for base in _BASES
    }  # fmt: skip


COUNTS: dict[tuple[str, str], Count] = {
    ("taux_realisation", "total"): Count(_SCOPE, _when("e.est_realisee")),
    ("taux_demarrage", "total"): Count(_SCOPE, _when("e.est_demarree")),
    ("taux_blocage", "total"): Count(_SCOPE, _when("e.statut_code = 'bloque'")),
    ("taux_abandon", "total"): Count(
        f"({_SCOPE} or e.groupe_code = 'abandonne')", _when("e.groupe_code = 'abandonne'")
    ),
    **{
        ("repartition_statuts", group): Count(_SCOPE, _when(f"e.groupe_code = '{group}'"))
        for group in ("fait", "en_cours", "programme", "bloque", "non_renseigne")
    },
    ("avancement", "total"): Count(
        _OBSERVED, "e.taux_avancement_pct", shown="e.taux_avancement_pct"
    ),
    ("avancement", "estime_statut"): Count(
        _OBSERVED, _when("e.est_taux_estime"), shown="e.taux_avancement_pct"
    ),
    **{
        ("avancement", f"budget_{base}"): Count(
            f"{_OBSERVED} and e.base_montant_code = '{base}' and e.budget_prevu_eur > 0",
            "e.budget_prevu_eur * e.taux_avancement_pct",
            "e.budget_prevu_eur",
            "e.taux_avancement_pct",
        )
        for base in _BASES
    },
    ("ecart_calendrier", "total"): Count(
        f"{_OBSERVED} and e.temps_ecoule_pct is not null",
        "e.taux_avancement_pct - e.temps_ecoule_pct",
        shown="e.temps_ecoule_pct",
    ),
    ("ecart_calendrier", "sans_dates"): Count(
        _SCOPE, _when("e.temps_ecoule_pct is null"), shown="e.fin_prevue_le"
    ),
    ("atteinte_cibles", "total"): Count(
        f"{_SCOPE} and not e.est_non_rapportee and e.atteinte_pct is not null",
        "e.atteinte_pct",
        shown="e.valeur_actuelle",
    ),
    ("atteinte_cibles", "sans_cible"): Count(
        _SCOPE, _when("e.valeur_cible is null"), shown="e.indicateur"
    ),
    ("taux_retard", "total"): Count(
        "e.est_avec_echeance", _when("e.est_en_retard"), shown="e.fin_prevue_le"
    ),
    ("taux_retard", "sans_echeance"): Count(
        _SCOPE, _when("e.fin_prevue_le is null"), shown="e.fin_prevue_le"
    ),
    ("glissement", "total"): Count(_DATED, "null", shown="e.glissement_jours", is_weighted=False),
    ("glissement", "deplacees"): Count(
        _DATED, _when("e.glissement_jours <> 0"), shown="e.glissement_jours"
    ),
    ("glissement", "disparues"): Count("true", _when("e.est_non_rapportee")),
    ("delai_realisation", "total"): Count(
        "e.duree_jours is not null",
        _when("e.est_realisee"),
        shown="e.duree_jours",
        is_weighted=False,
    ),
    **_by_base(
        "budget_prevu", f"{_ON_BASE} and e.budget_prevu_eur is not null", "e.budget_prevu_eur", "1"
    ),
    **_by_base(
        "taux_engagement",
        f"{_ON_BASE} and e.budget_prevu_eur is not null and e.montant_engage_eur is not null",
        "e.montant_engage_eur",
        "e.budget_prevu_eur",
    ),
    **_by_base(
        "taux_paiement",
        f"{_ON_BASE} and e.montant_engage_eur is not null and e.montant_paye_eur is not null",
        "e.montant_paye_eur",
        "e.montant_engage_eur",
    ),
    **{
        ("cascade_europeenne", step): Count(
            f"{_SCOPE} and e.ue_{step}_eur is not null",
            f"e.ue_{step}_eur",
            shown=f"e.ue_{step}_eur",
        )
        for step in ("programme", "engage", "justifie", "paye")
    },
    **{
        ("indicateurs_feder", code): Count(
            f"{_SCOPE} and e.valeur_actuelle is not null"
            f" and upper(substring(trim(e.indicateur), 1, 5)) = '{code}'",
            "e.valeur_actuelle",
            shown="e.indicateur",
        )
        for code in ("RCO13", "RCO14", "RCR11", "RCR12", "RCR13")
    },
}
# Counted on territories: their own figure and the report behind it.
BY_TERRITORY = (
    "couverture_feuilles_de_route", "echelle_rapports", "ponctualite", "anciennete_rapport", "qualite_rapport",
    "couverture_socles", "part_hors_socles", "integration_silos",
)  # fmt: skip
# What is not a sum of rows, and where its explanation is.
ELSEWHERE = {
    "cascade_europeenne": (
        "L'enveloppe est un seuil de la Région et le reste à concrétiser se déduit des modalités « programme » et"
        " « paye » : tracer celles-ci."
    ),
    "specificite": "Les textes comparés, deux à deux, sont dans marts.jumeaux_actions.",
    "melange_thematique": "C'est une distance entre deux répartitions : tracer repartition_statuts par thème.",
    "comparaison_pairs": "Les territoires semblables sont dans marts.comparaison_pairs.",
    "tendance": "Les deux valeurs comparées sont dans marts.revisions et à la séance précédente.",
    "revision": "Les rapports en cause sont dans marts.revisions_causes.",
}
