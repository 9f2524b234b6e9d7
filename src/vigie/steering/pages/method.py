"""The methodology, generated from the catalogue of indicators."""

from vigie.steering.page import Page
from vigie.steering.reading import Publication

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
            "themes": publication.themes,
        },
    )
