"""Rows of a table that are not actions: totals, repeated headers, instructions, the example of the template."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from vigie.adapters.layout import Column, Layout
from vigie.records import Observation

Mask = npt.NDArray[np.bool_]

EXAMPLE_CODE = "EXEMPLE"
ROWS_OF_HELP = 12

_TOTAL = r"(?i)^(sous[ -]?)?tota(l|ux)( g[ée]n[ée]ra(l|ux))?( ?(ht|ttc))? ?:?$"
_STARTS_WITH_TOTAL = r"(?i)^(sous[ -]?)?tota(l|ux)\b"
_SENTENCE = r"^\S+ .{8,}$"
_OF_HEADINGS = frozenset({"axe", "code_action"})
_AMOUNTS = frozenset(
    {
        "budget_prevu_eur",
        "montant_engage_eur",
        "montant_paye_eur",
        "programme_eur",
        "engage_eur",
        "justifie_eur",
        "paye_eur",
    }
)
_REPEATED = frozenset(
    {
        "siren_epci",
        "date_situation",
        "date_adoption",
        "horizon",
        "service_referent",
        "silos_projet_territoire",
    }
)
# What the templates of Territoires en Transitions say in their rows of types, instructions and example.
_HELP = re.compile(
    r"champ (texte|liste|num|date|binaire)|➔|saisissez|indique|choisissez|si vos |texte court"
    r"|ce champ ne|cr[ée]e[zr] sous|re(n?)seignez|pr[ée]sentez|plusieurs ",
    re.IGNORECASE,
)
_EXAMPLE_TITLE = re.compile(r"action 1 - assurer la coordination", re.IGNORECASE)
_EXAMPLE_CELL = re.compile(r"ces informations devront [êe]tre saisies", re.IGNORECASE)


@dataclass
class Skipped:
    """Positions of the rows to leave out, and why."""

    positions: set[int] = field(default_factory=set)
    observations: list[Observation] = field(default_factory=list)


def rows_to_skip(
    layout: Layout, texts: dict[Column, pa.ChunkedArray], numbers: npt.NDArray[np.int64]
) -> Skipped:
    """The rows under the header that a reader would not take for actions."""
    skipped = Skipped()
    if not len(numbers):
        return skipped

    def skip(position: int, code: str, value: str = "") -> None:
        skipped.positions.add(position)
        line = int(numbers[position])
        skipped.observations.append(Observation(code, layout.grid.name, line, "", value))

    near = np.flatnonzero(numbers <= layout.header_row + ROWS_OF_HELP)
    first = {c.champ: a.slice(0, len(near)).to_pylist() for c, a in texts.items()}
    for position in near.tolist():
        cells = {champ: value for champ, values in first.items() if (value := values[position])}
        if cells.get("code_action", "").casefold() == EXAMPLE_CODE.casefold():
            # The template says this row may stay: nothing to tell.
            skipped.positions.add(position)
        elif _is_help(list(cells.values())):
            skip(position, "FOR-LIGNE-AIDE")
        elif _is_example(cells):
            skip(position, "FOR-LIGNE-EXEMPLE", cells.get("intitule", ""))
    for position in np.flatnonzero(_repeated_headers(texts)).tolist():
        if position not in skipped.positions:
            skip(position, "FOR-EN-TETE-REPETE")
    for position in np.flatnonzero(_headings(texts, len(numbers))).tolist():
        if position not in skipped.positions:
            title = [a[position].as_py() for c, a in texts.items() if c.champ in _OF_HEADINGS]
            skip(position, "FOR-LIGNE-TITRE", " > ".join(filter(None, title)))
    for position in np.flatnonzero(_totals(texts, len(numbers))).tolist():
        if position not in skipped.positions:
            values = [value for a in texts.values() if (value := a[position].as_py())]
            named = (value for value in values if re.search(_STARTS_WITH_TOTAL, value))
            skip(position, "FOR-LIGNE-TOTAL", next(named, values[-1]))
    return skipped


def _is_help(cells: list[str]) -> bool:
    helping = sum(_HELP.match(cell) is not None for cell in cells)
    return helping >= 2 and helping * 2 >= len(cells)


def _is_example(cells: dict[str, str]) -> bool:
    told = sum(_EXAMPLE_CELL.match(cell) is not None for cell in cells.values())
    return told >= 2 or _EXAMPLE_TITLE.match(cells.get("intitule", "")) is not None


def _repeated_headers(texts: dict[Column, pa.ChunkedArray]) -> Mask:
    masks = [
        pc.fill_null(pc.equal(array, column.libelle), False).to_numpy()
        for column, array in texts.items()
        if column.champ in ("intitule", "statut")
    ]
    return np.logical_and.reduce(masks) if masks else np.zeros(0, dtype=bool)


def _headings(texts: dict[Column, pa.ChunkedArray], length: int) -> Mask:
    """Rows that give an axis, or a sentence in place of a code, and nothing of an action: titles between the actions
    of a plan, notes under them."""
    is_title, is_action = np.zeros(length, dtype=bool), np.zeros(length, dtype=bool)
    for column, array in texts.items():
        if column.champ == "axe":
            is_title |= pc.is_valid(array).to_numpy()
        elif column.champ == "code_action":
            sentence = pc.fill_null(pc.match_substring_regex(array, _SENTENCE), False).to_numpy()
            is_title |= sentence
            is_action |= pc.is_valid(array).to_numpy() & ~sentence
        elif column.champ not in _REPEATED:
            is_action |= pc.is_valid(array).to_numpy()
    return is_title & ~is_action & ~_begins_by_total(texts, length)


def _begins_by_total(texts: dict[Column, pa.ChunkedArray], length: int) -> Mask:
    mask = np.zeros(length, dtype=bool)
    for column, array in texts.items():
        if column.champ in _OF_HEADINGS:
            found = pc.match_substring_regex(array, _STARTS_WITH_TOTAL)
            mask |= pc.fill_null(found, False).to_numpy()
    return mask


def _totals(texts: dict[Column, pa.ChunkedArray], length: int) -> Mask:
    """Rows whose title is just "Total", or without a title and beginning by it, or holding amounts alone."""
    champs = {column.champ for column in texts}

    def where(found: Callable[[pa.ChunkedArray], pa.ChunkedArray], among: Iterable[str]) -> Mask:
        mask = np.zeros(length, dtype=bool)
        for column, array in texts.items():
            if column.champ in among:
                mask |= pc.fill_null(found(array), False).to_numpy()
        return mask

    def says(pattern: str) -> Callable[[pa.ChunkedArray], pa.ChunkedArray]:
        return lambda array: pc.match_substring_regex(array, pattern)

    named = where(says(_TOTAL), {"intitule"})
    named |= where(says(_STARTS_WITH_TOTAL), {"code_action", "axe"}) & ~where(
        pc.is_valid, {"intitule"}
    )
    bare = where(pc.is_valid, _AMOUNTS) & ~where(pc.is_valid, champs - _AMOUNTS - _REPEATED)
    return (named & ~where(pc.is_valid, {"statut"})) | bare
