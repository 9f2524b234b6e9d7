"""Columns that say which actions may be shown (« Publiable », « À diffuser »): the contrary of a confidentiality."""

import pyarrow as pa
import pyarrow.compute as pc

from vigie.reading.adapters.cells import Columns
from vigie.reading.adapters.layout import Column, Layout
from vigie.reading.adapters.ticks import TICKS
from vigie.reading.fields import CONFIDENTIAL, CONFIDENTIALITY, OPEN, OPENNESS, Fields
from vigie.records import Observation
from vigie.text import alias_key

_YES = frozenset({"oui", "o", "vrai", "true", "1"}) | TICKS
_NO = frozenset({"non", "n", "faux", "false", "0"})


def read_openness(
    layout: Layout, texts: Columns, arrays: list[pa.ChunkedArray], fields: Fields
) -> list[Column]:
    """Adds as a confidentiality each column of answers to whether an action may be shown: what says neither yes nor
    public is kept out of sight; told. A column without such an answer stays unread. Gives the columns added."""
    added = []
    for column, _ in list(layout.unread):
        if column.champ != OPENNESS:
            continue
        cells = arrays[column.index].to_pylist()
        said = [_confidentiality(cell, fields) for cell in cells]
        if not any(said):
            continue
        read = Column(column.index, CONFIDENTIALITY, 0, column.libelle)
        layout.unread = [pair for pair in layout.unread if pair[0] != column]
        layout.columns.append(read)
        kept = [
            answer or (CONFIDENTIAL if cell else None)
            for cell, answer in zip(cells, said, strict=True)
        ]
        texts[read] = pa.chunked_array([pa.array(kept, pa.large_string())])
        place = (layout.grid.name, layout.header_row, read.lettre)
        told = Observation("FOR-DIFFUSION", *place, column.libelle, CONFIDENTIALITY)
        layout.observations.append(told)
        added.append(read)
    return added


def keep_unsaid_confidential(texts: Columns, columns: list[Column]) -> None:
    """An action of which one of these `columns` says nothing is kept out of sight; a row that is none has no say."""
    for column in columns:
        texts[column] = pc.fill_null(texts[column], CONFIDENTIAL)


def _confidentiality(cell: str | None, fields: Fields) -> str:
    """Whether an answer keeps the action out of sight; "" when it is none."""
    key = alias_key(cell or "")
    if key in _YES:
        return OPEN
    return CONFIDENTIAL if key in _NO else fields.confidentiality(cell or "") or ""
