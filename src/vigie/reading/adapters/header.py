"""The header of a report, wherever a sender writes it: a sheet of label and value, or lines above the table."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

from vigie.reading.adapters.grid import Grid
from vigie.reading.adapters.guard import column_letter
from vigie.reading.fields import CONFIDENTIAL, LONGEST_LABEL, Fields
from vigie.reading.values.scalars import read_date
from vigie.records import Cell, Observation
from vigie.reference.columns import CONFIDENTIALITY, HEADER
from vigie.text import alias_key

# "Situation au 30/09/2026": the label and its value in one cell, without a colon.
_DATED = re.compile(r"(\D+?)\s+((?:\d{1,2}|1er)[-/. ]\S.{2,14}\d)")

# « Plan au 31-10-2026 », « Mis à jour le 31 octobre 2026 », « MAJ : 31/10/2026 », « Bilan à fin octobre 2026 »: a title
# that ends with the day it tells of. « Du 01/01 au 31/12 » and « jusqu'au » tell of a period.
_TITLED = re.compile(
    r"(?!.*(?:jusqu|\b(?:du|de) \d.* au? ))(?:.*[ (:,.-])?"
    r"(?:au|(?:a|en) (?:la )?date du|(?:a jour|maj)(?: (?:le|du))?|arretee? le|version du|etat du|a(?= fin ))"
    r" ?:? (?:le )?(\S.*?\d{2})\W*"
)
_MONTH_END = "fin "

_CELLS_BESIDE = 6
# « 1-1-2026 »: shorter, the name of a sheet is that of a month or of a year.
_SHORTEST_DAY = 8
# « mardi 12 mars 2026 ».
_WORDS_OF_DAY = 4


def read_form(
    grids: Iterable[tuple[Grid, int]], fields: Fields
) -> tuple[dict[str, Cell], list[Observation]]:
    """The header fields found in the first rows of some sheets: a known label, its value on its right.

    `grids` gives each sheet with the number of rows to look at (those above the table, when it holds one). The first
    value found is kept; a different one found later is told.
    """
    found: dict[str, Cell] = {}
    observations = []
    for grid, last_row in grids:
        for number, row in enumerate(grid.head[:last_row], start=1):
            for champ, cell in _pairs(grid.name, number, row, fields):
                kept = found.setdefault(champ, cell)
                if kept.valeur != cell.valeur:
                    observations.append(
                        Observation(
                            "FOR-EN-TETE-CONTRADICTOIRE",
                            cell.feuille,
                            cell.ligne,
                            cell.colonne,
                            cell.valeur,
                            champ,
                        )
                    )
    return found, observations


def _pairs(sheet: str, number: int, row: list[str], fields: Fields) -> Iterable[tuple[str, Cell]]:
    """The label and value pairs of a row: two cells, or one cell written `label : value`."""
    for index, label in enumerate(row):
        if not label.strip() or len(label) > LONGEST_LABEL:
            continue
        champ = _header_field(label, fields)
        if champ:
            at, value = _value_beside(row, index, fields)
        else:
            start, _, value = label.partition(":")
            if not value and (dated := _DATED.fullmatch(label.strip())):
                start, value = dated.groups()
            champ, at, value = _header_field(start, fields), index, value.strip()
        if champ == CONFIDENTIALITY and fields.confidentiality(value) != CONFIDENTIAL:
            # The title of a group of columns and the instructions of a template name it too.
            continue
        if champ and value and not _header_field(value, fields):
            yield champ, Cell(value, sheet, number, column_letter(at))


def _value_beside(row: list[str], index: int, fields: Fields) -> tuple[int, str]:
    """The first text in the cells on the right (a label may span several), but for the template's own help."""
    helps = {field.description for field in fields.of_level(HEADER)}
    for at in range(index + 1, min(index + 1 + _CELLS_BESIDE, len(row))):
        value = row[at].strip()
        if value and value not in helps:
            return at, value
    return 0, ""


def _header_field(label: str, fields: Fields) -> str:
    match = fields.find(label, "vigie")
    known = fields.by_name.get(match[0]) if match else None
    return known.champ if known and known.may_head else ""


def situation_in_titles(grids: Sequence[tuple[Grid, int]], latest: date) -> Cell | None:
    """The date of situation that a title above a table, or the name of its sheet, ends with; never after `latest`.

    None when there is none, or when two differ.
    """
    found = [
        Cell(found[1], grid.name, number, column_letter(index) if number else "")
        for grid, last_row in grids
        for number, row in enumerate([[grid.name], *grid.head[:last_row]])
        for index, text in enumerate(_read_on(row))
        if len(text) <= LONGEST_LABEL and (found := _TITLED.fullmatch(alias_key(text)))
    ]
    named = [
        Cell(written, grid.name, 0, "")
        for grid, _ in grids
        for day, written in [day_of_name(grid.name)]
        if day and len(written) >= _SHORTEST_DAY
    ]
    # The name alone, when no title says a day.
    days = _whole_days(found, latest) or _whole_days(named, latest)
    return next(iter(days.values())) if len(days) == 1 else None


def _whole_days(cells: Iterable[Cell], latest: date) -> dict[date, Cell]:
    days: dict[date, Cell] = {}
    for cell in cells:
        day, code = read_date(cell.valeur, is_end=True)
        is_whole = code in ("", "LEC-ANNEE-COURTE") or cell.valeur.startswith(_MONTH_END)
        if day and day <= latest and is_whole:
            days.setdefault(day, cell)
    return days


def day_of_name(name: str) -> tuple[date | None, str]:
    """The day that the name of a sheet ends with (« Suivi 31-10-2026 », « T3 2026 », « 2025 »), and how it is
    written."""
    words = name.replace("_", " ").split()[-_WORDS_OF_DAY:]
    for first in range(len(words)):
        written = " ".join(words[first:])
        day, _ = read_date(written, is_end=True)
        if day:
            return day, written
    return None, ""


def _read_on(row: list[str]) -> list[str]:
    """Each text of a row followed by the next one: « Date de mise à jour » in a cell, its day in another."""
    filled = [index for index, text in enumerate(row) if text.strip()]
    texts = list(row)
    for index, following in pairwise(filled):
        if not any(map(str.isdigit, row[index])):
            texts[index] = f"{row[index].rstrip()} {row[following]}"
    return texts
