"""Headers that say a moment beside their field: « Budget 2025 », « Avancement au 30/10/2026 », years under a title."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from vigie.reading.adapters.grid import Grid
from vigie.reading.fields import LONGEST_LABEL, Fields
from vigie.reading.values.scalars import read_date
from vigie.reference.columns import ACTION

YEAR = re.compile("20[0-9]{2}")
_MONTHS = "janv|févr|fevr|mars|avr|mai|juin|juil|août|aout|sept|oct|nov|déc|dec"
_MOMENT = re.compile(
    r"\b(?:(?:au|du|le|en|pour|à fin|année|exercice|copil(?: du)?)\s+)?"
    rf"(\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}|(?:\d{{1,2}}(?:er)? )?(?:{_MONTHS})[a-zé.]{{0,6}} 20\d\d"
    r"|[ts]\d[ /-]?20\d\d|\d\d/20\d\d|20\d\d)\b\s*\)?",
    re.IGNORECASE,
)
# What is read of an action at one moment, and what adds up over the years.
_STATES = frozenset({"statut", "taux_avancement", "meteo"})


@dataclass(frozen=True)
class Dated:
    """A header without its moment: the field it leads to and the last day of that moment."""

    champ: str
    day: date
    base: str
    is_state: bool


def dated(
    label: str, fields: Fields, find: Callable[[str], tuple[str, int] | None]
) -> Dated | None:
    """What a header that says a moment is of, for a state or an amount of an action; None for any other.

    `find` gives the field of a header, None when it leads nowhere.
    """
    found = _MOMENT.search(label) if len(label) <= LONGEST_LABEL else None
    day = read_date(found[1], is_end=True)[0] if found else None
    if found is None or day is None or find(label):
        return None
    base = f"{label[: found.start()]} {label[found.end() :]}".strip(" (-")
    match = find(base) if base else None
    known = fields.by_name.get(match[0]) if match else None
    if known is None or known.niveau != ACTION:
        return None
    is_state = known.champ in _STATES
    is_of_a_year = known.type == "montant" and YEAR.fullmatch(found[1])
    return Dated(known.champ, day, base, is_state) if is_state or is_of_a_year else None


def is_of_years(grid: Grid, number: int) -> bool:
    """Whether a row of a grid, numbered from 1, only says the years of a title above it."""
    filled = [cell.strip() for cell in grid.head[number - 1] if cell.strip()]
    return number > 1 and len(filled) > 1 and all(map(YEAR.fullmatch, filled))


def with_years(grid: Grid, number: int, labels: list[str]) -> list[str]:
    """The titles of a row of years: each under what the row above says, which stands alone where no year is."""
    above = [*grid.head[number - 2], *[""] * len(labels)][: len(labels)]
    titles, group = [], ""
    for label, title in zip(labels, above, strict=True):
        group = title or group
        titles.append(
            f"{group} {label}".strip() if YEAR.fullmatch(label.strip()) else label or title
        )
    return titles
