"""One column per status, ticked on each row: « À faire | En cours | Terminé » say together what one status says."""

from collections.abc import Iterable
from dataclasses import replace

import pyarrow as pa

from vigie.reading.adapters.cells import Columns
from vigie.reading.adapters.layout import Column, Layout
from vigie.reading.fields import CONFIDENTIALITY, Fields
from vigie.records import Observation
from vigie.text import alias_key, known_key

_STATUS = "statut"
TICKS = frozenset({"x", "xx", "v", "ok", "✓", "✔", "☑", "☒", "✅", "√", "•", "●", "■"})
_BETWEEN = " + "


def read_ticks(
    layout: Layout, texts: Columns, arrays: list[pa.ChunkedArray], fields: Fields
) -> None:
    """Adds to the columns of a table without a status the one that its ticked columns make, and tells it. Two ticks
    in a row, or another word than a tick, make a status that nobody knows: the gate sets the row aside with it."""
    columns = [
        column
        for column, _ in layout.unread
        if not column.champ and known_key(column.libelle, fields.statuses) in fields.statuses
    ]
    if layout.of(_STATUS) or not fields.name_statuses(c.libelle for c in columns):
        return
    ticked = {c: [_tick(cell, fields) for cell in arrays[c.index].to_pylist()] for c in columns}
    said = [tick for ticks in ticked.values() for tick in ticks if tick is not None]
    if said.count("") * 2 <= len(said):
        return
    names = _BETWEEN.join(column.libelle for column in columns)
    status = replace(columns[0], champ=_STATUS, libelle=names)
    layout.unread = [pair for pair in layout.unread if pair[0] not in columns]
    layout.columns.append(status)
    rows = zip(*ticked.values(), strict=True)
    told = [_BETWEEN.join(_said(columns, row)) or None for row in rows]
    texts[status] = pa.chunked_array([pa.array(told, pa.large_string())])
    place = (layout.grid.name, layout.header_row, status.lettre)
    layout.observations.append(Observation("FOR-STATUT-COCHE", *place, names, _STATUS))


def _said(columns: list[Column], ticks: Iterable[str | None]) -> list[str]:
    pairs = zip(columns, ticks, strict=True)
    return [f"{c.libelle} : {tick}" if tick else c.libelle for c, tick in pairs if tick is not None]


def _tick(cell: str | None, fields: Fields) -> str | None:
    """ "" for a tick, nothing for an empty cell or a no, else the words that are neither."""
    if cell is None:
        return None
    answers = fields.value_aliases(CONFIDENTIALITY)
    answer = answers.get(known_key(cell, answers))
    if answer == "Oui" or alias_key(cell) in TICKS:
        return ""
    return None if answer or alias_key(cell) in fields.missing_marks else cell
