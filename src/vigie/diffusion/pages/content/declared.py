"""Declared indicators: what a territory or the region says of them, how far the targets are, what is not said."""

from vigie.diffusion.pages import french
from vigie.diffusion.pages.model import Column, Row, Table
from vigie.diffusion.pages.reading import Publication

_TABLE = "marts.fct_indicateurs_declares"
_DECIMALS = 1
_PARTS = {
    "valeur": "",
    "cible_finale": " : cible",
    "progression_annuelle_pct": " : chemin vers la cible de l’année",
    "progression_finale_pct": " : chemin vers la cible finale",
}
_COLUMNS = [
    Column("libelle", "Indicateur", "long"),
    Column("valeur_dite", "Valeur"),
    Column("valeur_le", "Relevé du", "date"),
    Column("a_jour", "À jour", "court"),
    Column("cible_dite", "Cible", "court"),
    Column("progression_annuelle_pct", "Vers la cible de l’année", "pct"),
    Column("progression_finale_pct", "Vers la cible finale", "pct"),
    Column("bornes", "Entre", "court"),
    Column("progression_finale_couverture_pct", "Part renseignée", "pct"),
]


def of_mesh(publication: Publication, mesh: str, territory: str) -> Table:
    """The indicators of the catalogue about which something was ever said, the last month known."""
    rows = [_told(row) for row in _of(publication, mesh, territory) if _is_said(row)]
    who = "du territoire" if mesh == "epci" else "de la région"
    return Table("indicateurs-declares", f"Les indicateurs déclarés {who}", _COLUMNS, rows)


def told_part(code: str, label: str, unit: str) -> tuple[str, str]:
    """Label and unit of what is shown of the indicator named `label` (in `unit`): `code` is a column of the table."""
    return label + _PARTS[code], "pct" if code.endswith("_pct") else unit


def unsaid(publication: Publication, mesh: str, territory: str) -> list[str]:
    """The names of those that apply and of which nothing was ever said."""
    return [row["libelle"] for row in _of(publication, mesh, territory) if not _is_said(row)]


def out_of_catalogue(publication: Publication) -> Table:
    """Values received of which no figure is made, by territory and code."""
    rows = (
        publication.rows(
            "select t.nom, v.siren_epci, v.identifiant_indic, v.catalogue_code, count(*) as valeurs_nb"
            " from marts.fct_valeurs_declarees as v join marts.dim_territoires as t using (siren_epci)"
            " where v.catalogue_code <> 'au_catalogue' group by all order by t.nom, v.identifiant_indic"
        )
        if publication.has(_TABLE)
        else []
    )
    why = {
        "hors_catalogue": "ce code n’est pas au catalogue de la Région",
        "hors_territoire": "cet indicateur ne s’applique pas à ce territoire",
    }
    return Table(
        "hors-catalogue",
        "Les valeurs gardées dont aucun chiffre n’est fait",
        [
            Column("nom", "Territoire", "territoire"),
            Column("identifiant_indic", "Code", "court"),
            Column("valeurs_nb", "Valeurs", "nb"),
            Column("pourquoi", "Pourquoi", "long"),
        ],
        [row | {"pourquoi": why[row["catalogue_code"]]} for row in rows],
    )


def _of(publication: Publication, mesh: str, territory: str) -> list[Row]:
    if not publication.has(_TABLE):
        return []
    return publication.rows(
        f"select d.*, c.libelle, c.unite, c.sens from {_TABLE} as d"
        " join referentiel.indicateurs_declares as c using (identifiant_indic)"
        " where d.est_dernier_mois and d.maille_code = ? and d.territoire_code = ?"
        " order by d.identifiant_indic",
        [mesh, territory],
    )


def _is_said(row: Row) -> bool:
    told = ("valeur", "valeur_depuis_debut", "valeur_initiale", "cible_annuelle", "cible_finale")
    return any(row[column] is not None for column in told)


def _told(row: Row) -> Row:
    return row | {
        "valeur_dite": measured(row["valeur"], row["unite"]),
        "cible_dite": _target(row),
        "a_jour": _news(row),
        "bornes": _bounds(row),
    }


def measured(value: float | None, unit: str) -> str:
    """A value as the pages show it, with one digit after the comma."""
    if unit == "pct":
        return french.percent(value, _DECIMALS)
    return french.number(value, _DECIMALS) if unit == "nb" else french.measure(value, unit)


def _target(row: Row) -> str:
    if row["cible_finale"] is None:
        return "aucune"
    told = measured(row["cible_finale"], row["unite"])
    end = row["cible_finale_le"]
    return f"{told} au {french.short_day(end)}" if end else told


def _news(row: Row) -> str:
    """Whether its statement is recent; of several territories, how many of theirs are."""
    if row["maille_code"] == "epci":
        return "oui" if row["est_a_jour"] else "non"
    among = french.among(row["concernes_nb"], "territoire", "territoires")
    return f"{french.number(row['a_jour_nb'])} {among}"


def _bounds(row: Row) -> str:
    """Where its progress towards the final target may be, given what is not said."""
    if row["sens"] == "neutre":
        return "sans objet"
    low, high = row["progression_finale_borne_basse"], row["progression_finale_borne_haute"]
    return f"{french.percent(low)} et {french.percent(high)}"


_OVER_TIME = {
    "somme": "somme des relevés de l’année",
    "moyenne": "moyenne des relevés de l’année",
    "dernier": "dernier relevé connu",
}
_OVER_TERRITORIES = {
    "somme": "somme",
    "moyenne": "moyenne",
    "taux": "somme des numérateurs sur somme des dénominateurs",
    "dernier": "le relevé le plus récent vaut pour tous",
}


def rules(publication: Publication) -> Table:
    """The catalogue, each indicator with its rules in words."""
    rows = (
        publication.rows("from referentiel.indicateurs_declares order by identifiant_indic")
        if publication.has(_TABLE)
        else []
    )
    return Table(
        "tableau-declares",
        "Les indicateurs du catalogue, et comment chacun se calcule",
        [
            Column("libelle", "Indicateur", "long"),
            Column("sens", "Sens souhaité"),
            Column("periodicite", "Relevé"),
            Column("dans_le_temps", "Dans l’année", "long"),
            Column("entre_territoires", "Entre territoires", "long"),
            Column("source", "Source", "long"),
            Column("identifiant_indic", "Code", "court"),
        ],
        [
            row
            | {
                "dans_le_temps": _OVER_TIME[row["agregation_temps"]]
                + (", ramené à sa période" if row["est_cumul_annuel"] else ""),
                "entre_territoires": _OVER_TERRITORIES[row["agregation_territoires"]]
                + _weight(row),
            }
            for row in rows
        ],
    )


def _weight(row: Row) -> str:
    is_weighed = row["agregation_territoires"] == "moyenne" and row["poids"] == "population"
    return ", chaque territoire pesant sa population" if is_weighed else ""
