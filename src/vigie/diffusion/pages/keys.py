"""The pages of the site by key: which there are, what makes each, which are made together."""

from pathlib import Path
from typing import Any

from vigie.diffusion.pages.content import (
    cards,
    changes,
    communes,
    funds,
    hindrances,
    listing,
    lists,
    method,
    quality,
    region,
    reminders,
    territory,
    theme,
)
from vigie.diffusion.pages.page import Page
from vigie.diffusion.pages.reading import Publication

_GROUP_SIZE = 9
# The pages that stand alone, by key.
_ALONE: dict[str, Any] = {
    "qualite": quality,
    "methode": method,
    "nouveautes": changes,
    "relances": reminders,
    "freins": hindrances,
    "fonds": funds,
    "communes": communes,
}


def groups(publication: Publication) -> list[list[str]]:
    """The keys of the pages, in groups that a process makes together; the pack of the region is made from the
    pages of its group, the themes."""
    sirens = list(publication.names)
    themes = [row["theme_code"] for row in publication.themes]
    shared = ["region", *(f"theme/{code}" for code in themes), *_ALONE]
    listed = [f"liste/{code}" for code in lists.BY_CODE] + [f"actions/{code}" for code in themes]
    return [
        shared,
        *(
            [
                key
                for siren in sirens[n : n + _GROUP_SIZE]
                for key in _of_territory(publication, siren)
            ]
            for n in range(0, len(sirens), _GROUP_SIZE)
        ),
        listed,
    ]


def _of_territory(publication: Publication, siren: str) -> list[str]:
    cards_of_it = [f"cartes/{siren}/{n}" for n in cards.numbers(publication, siren)]
    return [f"territoire/{siren}", *cards_of_it]


def page_of(publication: Publication, contours: Path | None, key: str) -> Page:
    """The page named by its key: `region`, `territoire/<siren>`, `theme/<code>`, `cartes/<siren>/<n>`..."""
    kind, _, code = key.partition("/")
    if kind == "territoire":
        found = next(row for row in publication.territories if row["siren_epci"] == code)
        return territory.build(publication, found)
    if kind == "cartes":
        siren, _, number = code.partition("/")
        return cards.build(publication, siren, int(number))
    if kind == "liste":
        return listing.of_kind(publication, code)
    if kind in ("theme", "actions"):
        found = next(row for row in publication.themes if row["theme_code"] == code)
        return (theme.build if kind == "theme" else listing.of_theme)(publication, found)
    if kind == "region":
        return region.build(publication, contours)
    return _ALONE[kind].build(publication)
