"""Every territory, every commune and the territory it belongs to: what the search looks into."""

import json

from vigie.diffusion.pages.model import Row
from vigie.diffusion.pages.page import Page
from vigie.diffusion.pages.reading import Publication
from vigie.text import alias_key


def build(publication: Publication) -> Page:
    """The page `communes.html`, in alphabetical order."""
    letters: dict[str, list[Row]] = {}
    for commune in of_region(publication):
        letters.setdefault(alias_key(commune["nom"])[:1].upper(), []).append(commune)
    return Page(
        "communes.html",
        "communes.html.j2",
        {"lettres": letters, "territoires": territories(publication)},
    )


def of_region(publication: Publication) -> list[Row]:
    """The communes of the region's territories: nom, siren_epci, departement_code."""
    rows = publication.rows("select nom, siren_epci, departement_code from referentiel.communes")
    kept = [row for row in rows if row["siren_epci"] in publication.names]
    return sorted(kept, key=lambda row: (alias_key(row["nom"]), row["departement_code"]))


def territories(publication: Publication) -> list[Row]:
    """The territories of the region: siren_epci, nom, and commune, their main one when their name does not say it."""
    return [
        {"siren_epci": row["siren_epci"], "nom": row["nom"], "commune": _unsaid_town(row)}
        for row in publication.territories
    ]


def _unsaid_town(territory: Row) -> str:
    town = territory["commune_principale"] or ""
    return "" if town in territory["nom"] else town


def as_script(publication: Publication) -> bytes:
    """What the search of every page loads when it is opened: each territory, then the name and the territory of each
    commune."""
    known = [list(row.values()) for row in territories(publication)]
    found = [[row["nom"], row["siren_epci"]] for row in of_region(publication)]
    listed, towns = (
        json.dumps(rows, ensure_ascii=False, separators=(",", ":")) for rows in (known, found)
    )
    return f"window.vigieTerritoires={listed};\nwindow.vigieCommunes={towns};\n".encode()
