"""Cells of a table that do not hold what their reader sees: percentages, scales, merged cells, errors."""

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
_NAMES = ("code_action", "intitule")
_SHOWN_AS_PERCENT = ("taux_avancement", "valeur_initiale", "valeur_cible", "valeur_actuelle")
_FRACTION = r"^([0-9]\.[0-9]+|1)$"
_BARE_AMOUNT = r"^(-?[0-9][0-9 .,]*)$"

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
        elif column.champ not in _NAMES:
            # What is merged under a name are the steps of an action: see `steps`.
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
