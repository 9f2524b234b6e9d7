"""The methodology, generated from the catalogue of indicators."""

from vigie.diffusion.pages import french
from vigie.diffusion.pages.content import declared
from vigie.diffusion.pages.model import Column, Row, Table
from vigie.diffusion.pages.page import Page
from vigie.diffusion.pages.reading import Publication

UNITS = {
    "pct": "pour cent",
    "nb": "nombre",
    "jours": "jours",
    "eur": "euros",
    "indice": "indice",
    "points": "points de pourcentage",
}
DIRECTIONS = {
    "hausse": "une hausse est une bonne nouvelle",
    "baisse": "une baisse est une bonne nouvelle",
    "neutre": "ni la hausse ni la baisse n’est bonne en soi",
}


def build(publication: Publication) -> Page:
    """The page `methode.html`."""
    return Page(
        "methode.html",
        "methode.html.j2",
        {
            "indicateurs": [
                row
                | {
                    "unite_dite": UNITS.get(row["unite"], row["unite"]),
                    "sens_dit": DIRECTIONS.get(row["sens"], row["sens"]),
                }
                for row in publication.indicators.values()
            ],
            "statuts": publication.rows("from marts.dim_statuts order by ordre"),
            "seuils": thresholds(publication),
            "declares": declared.rules(publication),
            "a_jour": up_to_date_days(publication),
            "themes": publication.themes,
        },
    )


def up_to_date_days(publication: Publication) -> int:
    """The age at which a report in force is no longer news."""
    (row,) = publication.rows(
        "select valeur from referentiel.seuils where seuil_code = 'rapport_a_jour_jours'"
    )
    return int(row["valeur"])


def thresholds(publication: Publication) -> Table:
    """The values that decide an alert, a comparison or a report on time, as the Région set them."""
    rows = publication.rows("from referentiel.seuils order by seuil_code")
    return Table(
        "tableau-seuils",
        "Ce que la Région a fixé, et qui décide d’une alerte, d’une comparaison ou d’un retard",
        [
            Column("libelle", "Ce que le seuil décide", "long"),
            Column("fixe", "Valeur"),
            Column("seuil_code", "Code", "court"),
        ],
        [row | {"fixe": value_of(row)} for row in rows],
    )


def value_of(threshold: Row) -> str:
    """A threshold with its unit."""
    value, unit = float(threshold["valeur"]), threshold["unite"]
    if unit == "points":
        return french.points(value)
    if unit == "pct":
        return french.percent(value, 2)
    return french.measure(value, unit) if unit in ("eur", "jours") else french.number(value, 2)
