"""Rows of a table that are not actions: totals, repeated headers, instructions, the example of the template."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from itertools import dropwhile, pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from vigie.reading.adapters.cells import Columns
from vigie.reading.adapters.layout import Layout
from vigie.records import Observation

Mask = npt.NDArray[np.bool_]

EXAMPLE_CODE = "EXEMPLE"
ROWS_OF_HELP = 12

_TOTAL = r"(?i)^(sous[ -]?)?tota(l|ux)( g[ée]n[ée]ra(l|ux))?( ?(ht|ttc))? ?:?$"
_STARTS_WITH_TOTAL = r"(?i)^(sous[ -]?)?tota(l|ux)\b"
_SENTENCE = r"^\S+ .{8,}$"
_NOTE = r"(?i)^(\(?\*|n\.? ?b\.?\b|nota\b|source ?:|l[ée]gende\b)"
_OF_HEADINGS = frozenset({"axe", "code_action"})
_OF_TITLES = _OF_HEADINGS | {"intitule"}
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
# What an action being followed has at least one of.
_FOLLOWED = _AMOUNTS | {
    "statut",
    "taux_avancement",
    "meteo",
    "date_debut_prevue",
    "date_fin_prevue",
    "date_debut_reelle",
    "date_fin_reelle",
}
# Where the actions of one plan use the same words.
_SHARED_WORDS = frozenset({"axe", "themes", "service_pilote", "structure_porteuse"})
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


def rows_to_skip(layout: Layout, texts: Columns, numbers: npt.NDArray[np.int64]) -> Skipped:
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
            title = [a[position].as_py() for c, a in texts.items() if c.champ in _OF_TITLES]
            skip(position, "FOR-LIGNE-TITRE", " > ".join(filter(None, title)))
    for position in np.flatnonzero(_totals(texts, len(numbers))).tolist():
        if position not in skipped.positions:
            values = _values(texts, position)
            named = (value for value in values if re.search(_STARTS_WITH_TOTAL, value))
            skip(position, "FOR-LIGNE-TOTAL", next(named, values[-1]))
    for position in _outside(texts, numbers, skipped.positions):
        skip(position, "FOR-LIGNE-HORS-TABLEAU", _values(texts, position)[0])
    return skipped


def _values(texts: Columns, position: int) -> list[str]:
    return [value for array in texts.values() if (value := array[position].as_py())]


def _outside(texts: Columns, numbers: npt.NDArray[np.int64], skipped: set[int]) -> list[int]:
    """The rows of another table, or of notes, below a blank line: nothing of the following of an action is in any
    row of their block, nor any word that the actions above use."""
    starts = (np.flatnonzero(np.diff(numbers) > 1) + 1).tolist()
    if not starts:
        return []
    is_followed = _where(pc.is_valid, _FOLLOWED, texts, len(numbers))
    bounds = pairwise([0, *starts, len(numbers)])
    blocks = [[p for p in range(*block) if p not in skipped] for block in bounds]
    above = [block for block in blocks if is_followed[block].any()]
    words = _words(texts, [position for block in above for position in block])
    below = list(dropwhile(lambda block: block not in above, blocks))
    return [
        position
        for block in below
        if block not in above and not words & _words(texts, block)
        for position in block
    ]


def _words(texts: Columns, positions: list[int]) -> set[str]:
    return {
        value
        for column, array in texts.items()
        if column.champ in _SHARED_WORDS
        for value in array.take(pa.array(positions, pa.int64())).to_pylist()
        if value
    }


def _is_help(cells: list[str]) -> bool:
    helping = sum(_HELP.match(cell) is not None for cell in cells)
    return helping >= 2 and helping * 2 >= len(cells)


def _is_example(cells: dict[str, str]) -> bool:
    told = sum(_EXAMPLE_CELL.match(cell) is not None for cell in cells.values())
    return told >= 2 or _EXAMPLE_TITLE.match(cells.get("intitule", "")) is not None


def _repeated_headers(texts: Columns) -> Mask:
    masks = [
        pc.fill_null(pc.equal(array, column.libelle), False).to_numpy()
        for column, array in texts.items()
        if column.champ in ("intitule", "statut")
    ]
    return np.logical_and.reduce(masks) if masks else np.zeros(0, dtype=bool)


def _where(
    found: Callable[[pa.ChunkedArray], pa.ChunkedArray],
    among: Collection[str],
    texts: Columns,
    length: int,
) -> Mask:
    """The rows in which one of the columns `among` is as `found` says."""
    mask = np.zeros(length, dtype=bool)
    for column, array in texts.items():
        if column.champ in among:
            mask |= pc.fill_null(found(array), False).to_numpy()
    return mask


def _says(pattern: str) -> Callable[[pa.ChunkedArray], pa.ChunkedArray]:
    return lambda array: pc.match_substring_regex(array, pattern)


def _titles(pattern: str, among: Mask, texts: Columns) -> Mask:
    """The rows `among` whose title is as the pattern says: few are, and only those are read."""
    mask = np.zeros(len(among), dtype=bool)
    if among.any():
        mask[among] = _where(
            lambda array: pc.match_substring_regex(array.filter(pa.array(among)), pattern),
            {"intitule"},
            texts,
            int(among.sum()),
        )
    return mask


def _headings(texts: Columns, length: int) -> Mask:
    """Rows that give an axis, or a sentence in place of a code, and nothing of an action: titles between the actions
    of a plan; a note alone in place of a title."""
    others = {column.champ for column in texts} - _OF_HEADINGS - _REPEATED
    sentence = _where(_says(_SENTENCE), {"code_action"}, texts, length)
    has_code = _where(pc.is_valid, {"code_action"}, texts, length) & ~sentence
    is_title = sentence | _where(pc.is_valid, {"axe"}, texts, length)
    is_title &= ~_where(pc.is_valid, others, texts, length)
    is_note = _titles(_NOTE, ~_where(pc.is_valid, others - {"intitule"}, texts, length), texts)
    begins = _where(_says(_STARTS_WITH_TOTAL), _OF_HEADINGS, texts, length)
    return (is_title | is_note) & ~has_code & ~begins


def _totals(texts: Columns, length: int) -> Mask:
    """Rows whose title is just "Total", or without a title and beginning by it, or holding amounts alone."""
    champs = {column.champ for column in texts}
    has_title = _where(pc.is_valid, {"intitule"}, texts, length)
    has_status = _where(pc.is_valid, {"statut"}, texts, length)
    sums = _AMOUNTS | _REPEATED | {"taux_avancement"}
    named = _where(_says(_TOTAL), {"intitule"}, texts, length)
    named |= _where(_says(_STARTS_WITH_TOTAL), _OF_HEADINGS, texts, length) & ~has_title
    # "Sous-total axe 1" in the place of a title, over sums.
    has_amount = _where(pc.is_valid, _AMOUNTS, texts, length)
    others = champs - sums - {"intitule", "axe"}
    alone = has_amount & ~_where(pc.is_valid, others, texts, length)
    summed = _titles(_STARTS_WITH_TOTAL, alone, texts)
    bare = has_amount & ~_where(pc.is_valid, champs - _AMOUNTS - _REPEATED, texts, length)
    return (named & ~has_status) | summed | bare
