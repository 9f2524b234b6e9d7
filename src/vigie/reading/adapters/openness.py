"""Columns that say which actions may be shown (« Publiable », « À diffuser »): the contrary of a confidentiality."""

import pyarrow as pa

from vigie.reading.adapters.cells import Columns
from vigie.reading.adapters.layout import Layout
from vigie.reading.adapters.ticks import TICKS
from vigie.reading.fields import CONFIDENTIAL, CONFIDENTIALITY, OPEN, OPENNESS, Fields
from vigie.records import Observation
from vigie.text import alias_key

_YES = frozenset({"oui", "o", "vrai", "true", "1"}) | TICKS
_NO = frozenset({"non", "n", "faux", "false", "0"})


def read_openness(
    layout: Layout, texts: Columns, arrays: list[pa.ChunkedArray], fields: Fields
) -> None:
    """Adds as a confidentiality each column of answers to whether an action may be shown: what says neither yes nor
    public, an empty cell too, is kept out of sight; told. A column without such an answer stays unread."""
    for column, _ in list(layout.unread):
        if column.champ != OPENNESS:
            continue
        said = [_confidentiality(cell, fields) for cell in arrays[column.index].to_pylist()]
        if not any(answer for answer in said):
            continue
        read = type(column)(column.index, CONFIDENTIALITY, 0, column.libelle)
        layout.unread = [pair for pair in layout.unread if pair[0] != column]
        layout.columns.append(read)
        kept = [answer or CONFIDENTIAL for answer in said]
        texts[read] = pa.chunked_array([pa.array(kept, pa.large_string())])
        place = (layout.grid.name, layout.header_row, read.lettre)
        told = Observation("FOR-DIFFUSION", *place, column.libelle, CONFIDENTIALITY)
        layout.observations.append(told)


def _confidentiality(cell: str | None, fields: Fields) -> str:
    """Whether an answer keeps the action out of sight; "" when it is none."""
    key = alias_key(cell or "")
    if key in _YES:
        return OPEN
    return CONFIDENTIAL if key in _NO else fields.confidentiality(cell or "") or ""
