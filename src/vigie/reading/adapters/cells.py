"""Cells of a table that do not hold what their reader sees: percentages, scales, merged cells, errors."""

import re
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from vigie.reading.adapters.layout import Column, Layout
from vigie.reading.adapters.shown import Place
from vigie.reading.fields import Fields
from vigie.reading.values.scalars import is_plain_percent, read_amount, read_date, read_percent
from vigie.records import Observation
from vigie.reference.columns import CONFIDENTIALITY

_FILLED_WHEN_MERGED = frozenset(
    {"axe", "themes", "silos", "service_pilote", "structure_porteuse", CONFIDENTIALITY}
)
_NAMES = ("code_action", "intitule")
_LINES_TOLD = 10
_BARE_AMOUNT = r"^(-?[0-9][0-9 .,]*)$"
_PERCENT_SIGN = re.compile(r"\s*%$")
_TAX_BASE = re.compile(r"\b(HT|TTC)\b")

Columns = dict[Column, pa.ChunkedArray]
Errors = dict[Place, str]


def read_shown(
    layout: Layout, texts: Columns, numbers: npt.NDArray[np.int64], fields: Fields
) -> None:
    """Puts in place of a value what its cell shows, where the format of the cell says more, or something else. A
    confidentiality that is not displayed still counts: read as blank, it would publish the action."""
    for column in layout.columns:
        shown = layout.grid.shown.column(column.index)
        if column.champ == CONFIDENTIALITY:
            shown = {line: text for line, text in shown.items() if text}
        if shown:
            known = fields.by_name.get(column.champ)
            texts[column] = as_shown(
                texts[column],
                shown,
                numbers,
                known.type if known else "",
                fields.is_end(column.champ),
            )


def as_shown(
    array: pa.ChunkedArray,
    shown: dict[int, str],
    numbers: npt.NDArray[np.int64],
    kind: str,
    is_end: bool = False,
) -> pa.ChunkedArray:
    """The column of a field of type `kind` with what its cells show, by row number, in place of their values."""
    values = array.to_pylist()
    read = [
        value
        if value is None or (text := shown.get(int(number))) is None
        else _told(value, text, kind, is_end)
        for number, value in zip(numbers, values, strict=True)
    ]
    return pa.chunked_array([pa.array(read, array.type)])


def _told(value: str, text: str, kind: str, is_end: bool) -> str | None:
    """What is shown, unless it reads as the value does or cannot be read for what the field expects."""
    if not text:
        return None
    read: dict[str, Callable[[str], object]] = {
        "pourcentage": _percent,
        "nombre": _percent,
        "montant": lambda text: read_amount(text)[0],
        "date": lambda text: read_date(text, is_end)[0],
    }
    if kind not in read:
        return text
    told = read[kind](text)
    is_said = kind == "montant" and _TAX_BASE.search(text) is not None
    is_other = told is not None and (is_said or told != read[kind](value))
    return _PERCENT_SIGN.sub(" %", text) if is_other else value


def _percent(text: str) -> tuple[float, bool] | None:
    value, has_sign = read_percent(text) if is_plain_percent(text) else (None, False)
    return None if value is None else (value, has_sign)


def read_scales(texts: Columns) -> None:
    """Writes on each bare amount the scale that the header of its column says."""
    for column in [c for c in texts if c.echelle]:
        texts[column] = pc.replace_substring_regex(
            texts[column], _BARE_AMOUNT, rf"\1 {column.echelle}"
        )


def blank_errors(
    layout: Layout, texts: Columns, numbers: npt.NDArray[np.int64], errors: Errors
) -> None:
    """Makes blank each cell in error, or whose result cannot be trusted; one of confidentiality keeps the words of its
    error: read as blank, it would publish the action."""
    for column in layout.columns:
        told = {line: text for (line, index), text in errors.items() if index == column.index}
        if told:
            is_kept = column.champ == CONFIDENTIALITY
            values = texts[column].to_pylist()
            kept = [
                (told[int(n)] if is_kept else None) if int(n) in told else value
                for n, value in zip(numbers, values, strict=True)
            ]
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
    hidden = sorted(layout.grid.shown.hidden & set(numbers.tolist()))
    if not hidden:
        return []
    told = f"{len(hidden)}, de la ligne {hidden[0]} à la ligne {hidden[-1]}"
    if len(hidden) == 1:
        told = f"la ligne {hidden[0]}"
    return [Observation("FOR-LIGNES-MASQUEES", layout.grid.name, valeur=told)]


def marked_cells(layout: Layout, numbers: npt.NDArray[np.int64]) -> list[Observation]:
    """What to say of the cells of the rows `numbers` whose text is struck out, not displayed, partly unseen, or a table
    itself, once each for the sheet."""
    shown = layout.grid.shown
    read = {column.index for column in layout.of(CONFIDENTIALITY)}
    found = (
        ("FOR-TEXTE-BARRE", shown.struck),
        ("FOR-VALEUR-MASQUEE", {place for place in shown.blank if place[1] not in read}),
        ("FOR-TEXTE-SUPPRIME", shown.unseen),
        ("FOR-TABLEAU-IMBRIQUE", shown.nested),
    )
    columns, kept = {column.index for column in layout.columns}, set(numbers.tolist())
    told = []
    for code, places in found:
        marked = [place for place in places if place[0] in kept and place[1] in columns]
        if marked:
            lines = sorted({line for line, _ in marked})
            named = ", ".join(map(str, lines[:_LINES_TOLD]))
            named += ", …" if len(lines) > _LINES_TOLD else ""
            value = f"{len(marked)}, lignes {named}"
            told.append(Observation(code, layout.grid.name, valeur=value))
    return told


def unread_formats(layout: Layout) -> list[Observation]:
    """What to say of a sheet whose formats, errors and formulas could not be read."""
    is_whole = layout.grid.shown.is_whole
    return [] if is_whole else [Observation("FOR-FORMATS-NON-LUS", layout.grid.name)]


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
