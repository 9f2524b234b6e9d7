"""Cells of a table that do not hold what their reader sees: percentages, scales, merged cells, errors, instructions."""

from functools import reduce

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from vigie.reading.adapters.layout import Column, Layout
from vigie.reading.fields import CONFIDENTIALITY
from vigie.records import Observation

_FILLED_WHEN_MERGED = frozenset(
    {"axe", "themes", "silos", "service_pilote", "structure_porteuse", CONFIDENTIALITY}
)
_SHOWN_AS_PERCENT = ("taux_avancement", "valeur_initiale", "valeur_cible", "valeur_actuelle")
_FRACTION = r"^([0-9]\.[0-9]+|1)$"
_BARE_AMOUNT = r"^(-?[0-9][0-9 .,]*)$"
_INSTRUCTION_MARKS = ("➔", "➜")

Columns = dict[Column, pa.ChunkedArray]
# Row number and column index -> what the cell shows.
Errors = dict[tuple[int, int], str]


def read_percentages(layout: Layout, texts: Columns, numbers: npt.NDArray[np.int64]) -> None:
    """Puts in place of a number what its cell shows, where that is a percentage."""
    for column in [c for champ in _SHOWN_AS_PERCENT for c in layout.of(champ)]:
        if not pc.any(pc.match_substring_regex(texts[column], _FRACTION)).as_py():
            continue
        shown = layout.grid.percent_texts(column.index)
        if shown:
            values = texts[column].to_pylist()
            corrected = [shown.get(int(n), value) for n, value in zip(numbers, values, strict=True)]
            texts[column] = pa.chunked_array([corrected], texts[column].type)


def read_scales(texts: Columns) -> None:
    """Writes on each bare amount the scale that the header of its column says."""
    for column in [c for c in texts if c.echelle]:
        texts[column] = pc.replace_substring_regex(
            texts[column], _BARE_AMOUNT, rf"\1 {column.echelle}"
        )


def errors_kept(
    layout: Layout, texts: Columns, numbers: npt.NDArray[np.int64], errors: Errors
) -> None:
    """Puts in place of a blank the error of a cell of confidentiality: read as blank, it would publish the action."""
    for column in layout.of(CONFIDENTIALITY):
        told = {line: text for (line, index), text in errors.items() if index == column.index}
        if told:
            values = texts[column].to_pylist()
            kept = [told.get(int(n)) or value for n, value in zip(numbers, values, strict=True)]
            texts[column] = pa.chunked_array([kept], texts[column].type)


def cells_in_error(
    layout: Layout, numbers: npt.NDArray[np.int64], errors: Errors
) -> list[Observation]:
    """What to say of the cells of the rows `numbers` that show an error and are read as blank ones."""
    by_index = {column.index: column for column in layout.columns}
    kept = set(numbers.tolist())
    return [
        Observation(
            "FOR-CELLULE-EN-ERREUR",
            layout.grid.name,
            line,
            by_index[index].lettre,
            told,
            by_index[index].champ,
        )
        for (line, index), told in sorted(errors.items())
        if line in kept and index in by_index and by_index[index].champ != CONFIDENTIALITY
    ]


def hidden_rows(layout: Layout, numbers: npt.NDArray[np.int64]) -> list[Observation]:
    """What to say of the rows `numbers` that their sender does not see, once for the sheet."""
    hidden = sorted(layout.grid.hidden_rows() & set(numbers.tolist()))
    if not hidden:
        return []
    told = f"{len(hidden)}, de la ligne {hidden[0]} à la ligne {hidden[-1]}"
    if len(hidden) == 1:
        told = f"la ligne {hidden[0]}"
    return [Observation("FOR-LIGNES-MASQUEES", layout.grid.name, valeur=told)]


def remove_instructions(
    layout: Layout, texts: Columns, numbers: npt.NDArray[np.int64]
) -> list[Observation]:
    """Blanks the cells where the template's own instructions were left, below the rows of instructions."""
    noticed = []
    for column, array in texts.items():
        found = reduce(pc.or_, (pc.starts_with(array, mark) for mark in _INSTRUCTION_MARKS))
        if not pc.any(found).as_py():
            continue
        # The first rows may be whole rows of instructions: those are recognised and skipped as such.
        found = pc.and_(pc.fill_null(found, False), pa.array(numbers > layout.header_row + 3))
        for position in np.flatnonzero(found):
            text = array[int(position)].as_py()
            line = int(numbers[position])
            noticed.append(
                Observation(
                    "FOR-CONSIGNE-LAISSEE",
                    layout.grid.name,
                    line,
                    column.lettre,
                    text,
                    column.champ,
                )
            )
        texts[column] = pc.if_else(found, pa.scalar(None, array.type), array)
    return noticed


def spread_merged_cells(
    layout: Layout, texts: Columns, numbers: npt.NDArray[np.int64]
) -> list[Observation]:
    """Repeats on each row what a merged cell says of all, or tells that it was not."""
    by_index = {column.index: column for column in layout.columns}
    noticed = []
    for index, top, bottom in layout.grid.merged_down():
        column = by_index.get(index)
        if column is None or top <= layout.header_row or not len(numbers):
            continue
        first, last = (int(np.searchsorted(numbers, line)) for line in (top, bottom + 1))
        if column.champ in _FILLED_WHEN_MERGED:
            values = texts[column].to_pylist()
            values[first:last] = [values[first]] * (last - first)
            texts[column] = pa.chunked_array([values], texts[column].type)
        else:
            noticed.append(
                Observation(
                    "FOR-CELLULES-FUSIONNEES",
                    layout.grid.name,
                    top,
                    column.lettre,
                    column.libelle,
                    column.champ,
                )
            )
    return noticed
