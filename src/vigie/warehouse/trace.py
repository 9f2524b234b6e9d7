"""From a figure back to the rows behind it: what each adds, in which report, which file and which row.

The same is one SQL join on the published file, given by `join_sql` and written in the analysts' guide.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from vigie.errors import PublicationError, SettingsError
from vigie.reference.measures import measures
from vigie.warehouse.damaged import publication_opened

_TERRITORY = {
    "epci": "t.siren_epci",
    "departement": "t.departement_code",
    "region": "t.region_code",
}
_MESHES = ("region", "departement", "epci", "theme", "departement_theme", "epci_theme")
# What names a figure, each with its French noun and where to look when it leads nowhere.
_NAMED = {
    "maille_code": ("la maille", ""),
    "modalite_code": ("la modalité (--modalite)", ""),
    "theme_code": (
        "le thème (--theme)",
        " Un thème se lit aux mailles theme, departement_theme et epci_theme.",
    ),
    "territoire_code": ("le territoire", " Les noms sont dans marts.dim_territoires."),
    "mois_le": ("le mois", " Un mois s'écrit par son dernier jour, ou celui de la publication."),
}
_LISTED = 24


@dataclass(frozen=True)
class Trace:
    """A figure with the rows it counts.

    `lignes`: one row per action (siren_epci, nom, code_action, intitule, montre) or per territory (siren_epci,
    nom), with poids, numerateur and denominateur (what the row adds to the figure), rapport_id, nom_fichier,
    feuille, ligne, situation_le. `masquees_nb` actions are counted in the figure and confidential: not there.
    """

    figure: pd.DataFrame
    lignes: pd.DataFrame
    masquees_nb: int


def _level(maille: str) -> str:
    level = "region" if maille == "theme" else maille.removesuffix("_theme")
    if level not in _TERRITORY:
        raise SettingsError(f"Maille inconnue : « {maille} ». Mailles : {', '.join(_MESHES)}.")
    return level


def join_sql(indicateur: str, maille: str, modalite: str = "total") -> str:
    """The SQL that lists the rows behind a figure; their numerateur and denominateur add up to it.

    Its parameters are $mois, $territoire and, by theme, $theme; by territory, $modalite and $maille. Raises
    SettingsError for what is not a sum of rows, an unknown part or mesh.
    """
    level = _level(maille)
    inside = "" if level == "epci" else "and t.est_dans_denominateur"
    place = f"{_TERRITORY[level]} = $territoire {inside}"
    if indicateur in measures().by_territory:
        return _territories_sql(place)
    count = measures().counts.get((indicateur, modalite))
    if count is None:
        raise SettingsError(_why_not_a_sum(indicateur, modalite))
    bridge, weight = "", "1.0"
    if maille == "theme" or maille.endswith("_theme"):
        bridge = (
            "join marts.pont_lignes_themes p on e.rapport_id = p.rapport_id and e.feuille = p.feuille"
            " and e.ligne = p.ligne and p.theme_code = $theme"
        )
        weight = "p.poids" if count.is_weighted else "1.0"
    return f"""
        with comptes as (
            select *, {count.shown} as montre, {count.numerator} as ajoute, {count.denominator} as pese
            from marts.fct_etats_mensuels
            where mois_le = $mois and ({count.rows})
        )
        select e.siren_epci, t.nom, e.code_action, a.intitule, e.montre,
            {weight} as poids, cast({weight} * e.ajoute as double) as numerateur,
            cast({weight} * e.pese as double) as denominateur,
            e.rapport_id, r.nom_fichier, e.feuille, e.ligne, e.situation_le
        from comptes e
        join marts.dim_territoires t on e.siren_epci = t.siren_epci
        left join marts.fct_actions a on e.action_id = a.action_id
        join qualite.rapports r on e.rapport_id = r.rapport_id
        {bridge}
        where {place}
        order by e.siren_epci, e.code_action
    """


def _why_not_a_sum(indicateur: str, modalite: str) -> str:
    """The French sentence that says where else to look, or which codes there are."""
    known = measures()
    parts = [part for code, part in known.counts if code == indicateur]
    listed = f"Modalités : {', '.join(parts)}." if parts else ""
    codes = sorted({code for code, _ in known.counts}.union(known.by_territory, known.elsewhere))
    said = known.elsewhere.get(
        indicateur, f"Cet indicateur n'est pas au catalogue : {', '.join(codes)}."
    )
    reason = listed if parts and indicateur not in known.elsewhere else f"{said} {listed}".strip()
    return f"« {indicateur}, {modalite} » n'est pas une somme de lignes. {reason}"


def _territories_sql(place: str) -> str:
    return f"""
        with en_vigueur as (
            select *, row_number() over (
                partition by siren_epci order by date_situation desc, connu_le desc, rapport_id desc
            ) as rang
            from qualite.rapports where est_en_vigueur and date_situation <= $mois
        )
        select f.territoire_code as siren_epci, t.nom, f.valeur as montre, 1.0 as poids, f.numerateur,
            f.denominateur, r.rapport_id, r.nom_fichier, r.date_situation as situation_le
        from marts.fct_indicateurs f
        join marts.dim_territoires t on f.territoire_code = t.siren_epci
        left join en_vigueur r on r.siren_epci = t.siren_epci and r.rang = 1
        where f.indicateur_code = $indicateur and f.modalite_code = $modalite and f.maille_code = 'epci'
            and f.mois_le = $mois and {place}
        order by f.territoire_code
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
    """The rows behind one figure of the publication.

    Raises SettingsError when there is no such figure, PublicationError when nothing is published.
    """
    if not publication_path.exists():
        raise PublicationError("Aucune publication : lancer d'abord « make run ».")
    query = join_sql(indicateur, maille, modalite)
    values = {
        "mois": mois, "territoire": territoire, "theme": theme, "modalite": modalite, "indicateur": indicateur,
    }  # fmt: skip
    with publication_opened(publication_path) as connection:
        figure = connection.execute(
            "select * from marts.fct_indicateurs where indicateur_code = ? and maille_code = ?"
            " and territoire_code = ? and theme_code = ? and modalite_code = ? and mois_le = ?",
            [indicateur, maille, territoire, theme, modalite, mois],
        ).df()
        if figure.empty:
            asked = {
                "maille_code": maille, "modalite_code": modalite, "theme_code": theme,
                "territoire_code": territoire, "mois_le": mois,
            }  # fmt: skip
            raise SettingsError(_why_nothing(connection, indicateur, asked))
        used = {name: value for name, value in values.items() if f"${name}" in query}
        rows = connection.execute(query, used).df()
    hidden = 0 if indicateur in measures().by_territory else int(figure["n_nb"].iloc[0]) - len(rows)
    return Trace(figure, rows, hidden)


def _why_nothing(
    connection: duckdb.DuckDBPyConnection, indicateur: str, asked: dict[str, Any]
) -> str:
    """The French sentence that names the first of the codes `asked` that leads nowhere, and what is published."""
    where, values = "indicateur_code = ?", [indicateur]
    for column, (noun, hint) in _NAMED.items():
        found = connection.execute(
            f"select distinct {column} from marts.fct_indicateurs where {where} order by 1 desc",
            values,
        ).fetchall()
        known = [str(value) for (value,) in found]
        if str(asked[column]) not in known:
            shown = ", ".join(known[:_LISTED]) + (" …" if len(known) > _LISTED else "")
            return (
                f"Aucune valeur de « {indicateur} » pour {noun} « {asked[column]} »."
                f" Ce qui est publié : {shown or 'rien'}.{hint}"
            )
        where, values = f"{where} and {column} = ?", [*values, asked[column]]
    return f"Aucune valeur de « {indicateur} » à cet endroit."
