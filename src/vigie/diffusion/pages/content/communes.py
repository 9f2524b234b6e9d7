"""Every commune and the territory it belongs to: what the search looks into."""

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
        "communes.html", "communes.html.j2", {"lettres": letters, "noms": publication.names}
    )


def of_region(publication: Publication) -> list[Row]:
    """The communes of the region's territories: nom, siren_epci, departement_code."""
    rows = publication.rows("select nom, siren_epci, departement_code from referentiel.communes")
    kept = [row for row in rows if row["siren_epci"] in publication.names]
    return sorted(kept, key=lambda row: (alias_key(row["nom"]), row["departement_code"]))


def as_script(publication: Publication) -> bytes:
    """What the search of every page loads when it is opened: the name and the territory of each commune."""
    found = [[row["nom"], row["siren_epci"]] for row in of_region(publication)]
    listed = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return f"window.vigieCommunes={listed};\n".encode()
