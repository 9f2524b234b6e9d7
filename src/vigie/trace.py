"""From a figure back to the rows behind it: which actions count, in which report, which file and which row.

The same is a plain SQL join on the published file, given by `join_sql`:

    select e.*, r.nom_fichier from marts.fct_etats_mensuels e
    join qualite.rapports r using (rapport_id) where e.mois_le = ... and <condition of the indicator>
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from vigie.errors import SettingsError

# indicator -> (rows of the denominator, rows of the numerator among them), on marts.fct_etats_mensuels.
CONDITIONS = {
    "taux_realisation": ("e.est_dans_perimetre", "e.est_realisee"),
    "taux_demarrage": ("e.est_dans_perimetre", "e.est_demarree"),
    "taux_blocage": ("e.est_dans_perimetre", "e.statut_code = 'bloque'"),
    "taux_abandon": (
        "e.est_dans_perimetre or e.groupe_code = 'abandonne'",
        "e.groupe_code = 'abandonne'",
    ),
    "repartition_statuts": ("e.est_dans_perimetre", "e.groupe_code = $modalite"),
    "avancement": (
        "e.est_dans_perimetre and not e.est_non_rapportee and e.taux_avancement_pct is not null",
        "e.taux_avancement_pct > 0",
    ),
    "ecart_calendrier": (
        "e.est_dans_perimetre and not e.est_non_rapportee and e.taux_avancement_pct is not null"
        " and e.temps_ecoule_pct is not null",
        "e.taux_avancement_pct <> e.temps_ecoule_pct",
    ),
    "taux_retard": ("e.est_avec_echeance", "e.est_en_retard"),
    "glissement": (
        "e.est_dans_perimetre and e.glissement_jours is not null",
        "e.glissement_jours <> 0",
    ),
    "atteinte_cibles": (
        "e.est_dans_perimetre and not e.est_non_rapportee and e.atteinte_pct is not null",
        "e.atteinte_pct > 0",
    ),
    "delai_realisation": ("e.duree_jours is not null", "e.est_realisee"),
    "budget_prevu": (
        "e.est_dans_perimetre and e.budget_prevu_eur is not null and e.base_montant_code = $modalite",
        "e.budget_prevu_eur > 0",
    ),
    "taux_engagement": (
        "e.est_dans_perimetre and e.base_montant_code = $modalite and e.budget_prevu_eur is not null"
        " and e.montant_engage_eur is not null",
        "e.montant_engage_eur > 0",
    ),
    "taux_paiement": (
        "e.est_dans_perimetre and e.base_montant_code = $modalite and e.montant_engage_eur is not null"
        " and e.montant_paye_eur is not null",
        "e.montant_paye_eur > 0",
    ),
}
_TERRITORY = {
    "epci": "t.siren_epci",
    "departement": "t.departement_code",
    "region": "t.region_code",
}


@dataclass(frozen=True)
class Trace:
    """A figure with the actions it counts.

    `denominateur` and `numerateur` hold one row per action: siren_epci, nom, code_action, intitule, statut_code,
    taux_avancement_pct, poids, rapport_id, nom_fichier, feuille, ligne, situation_le. `masquees_nb` actions are
    counted in the figure and confidential: they are in neither.
    """

    figure: pd.DataFrame
    denominateur: pd.DataFrame
    numerateur: pd.DataFrame
    masquees_nb: int


def join_sql(indicateur: str, maille: str, theme: str = "tous") -> str:
    """The SQL join that lists the rows of the denominator, `compte_au_numerateur` telling those of the numerator.

    Its parameters are $mois, $territoire and, where the mesh or the part needs them, $theme and $modalite.
    Raises SettingsError for an indicator that is not counted on actions or an unknown mesh.
    """
    level = "region" if maille == "theme" else maille.removesuffix("_theme")
    if indicateur not in CONDITIONS:
        raise SettingsError(
            f"« {indicateur} » ne se compte pas sur des actions ; au choix : {', '.join(CONDITIONS)}."
        )
    if level not in _TERRITORY:
        raise SettingsError(f"Maille inconnue : « {maille} ».")
    denominator, numerator = CONDITIONS[indicateur]
    by_theme = maille == "theme" or maille.endswith("_theme")
    # The bridge holds the themes of the last state; earlier months keep the action's whole weight.
    weight, bridge = (
        "p.poids",
        "join marts.pont_actions_themes p on e.action_id = p.action_id and p.theme_code = $theme",
    )
    if not by_theme:
        weight, bridge = "1.0", ""
    inside = "" if level == "epci" else "and t.est_dans_denominateur"
    return f"""
        select e.siren_epci, t.nom, e.code_action, a.intitule, e.statut_code, e.taux_avancement_pct,
            {weight} as poids, e.rapport_id, r.nom_fichier, e.feuille, e.ligne, e.situation_le,
            coalesce({numerator}, false) as compte_au_numerateur
        from marts.fct_etats_mensuels e
        join marts.dim_territoires t on e.siren_epci = t.siren_epci
        join marts.fct_actions a on e.action_id = a.action_id
        join qualite.rapports r on e.rapport_id = r.rapport_id
        {bridge}
        where e.mois_le = $mois and {_TERRITORY[level]} = $territoire {inside} and ({denominator})
        order by e.siren_epci, e.code_action
    """


def trace(
    publication_path: Path,
    indicateur: str,
    maille: str,
    territoire: str,
    mois: date,
    theme: str = "tous",
    modalite: str = "total",
) -> Trace:
    """The rows behind one figure of the publication. Raises SettingsError when there is no such figure."""
    query = join_sql(indicateur, maille, theme)
    values = {"mois": mois, "territoire": territoire, "theme": theme, "modalite": modalite}
    with duckdb.connect(str(publication_path), read_only=True) as connection:
        figure = connection.execute(
            "select * from marts.fct_indicateurs where indicateur_code = ? and maille_code = ?"
            " and territoire_code = ? and theme_code = ? and modalite_code = ? and mois_le = ?",
            [indicateur, maille, territoire, theme, modalite, mois],
        ).df()
        if figure.empty:
            raise SettingsError(
                f"Aucune valeur de « {indicateur} » pour {maille} {territoire}, {theme}, {modalite}, {mois}."
            )
        used = {name: value for name, value in values.items() if f"${name}" in query}
        rows = connection.execute(query, used).df()
    counted = rows.pop("compte_au_numerateur")
    hidden = int(figure["n_nb"].iloc[0]) - len(rows)
    return Trace(figure, rows, rows[counted].reset_index(drop=True), hidden)
