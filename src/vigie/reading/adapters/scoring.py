"""Sheets that score a reference system (1, 1.1, 1.1.1, with points): none of their rows is an action."""

import re

from vigie.reading.adapters.groups import paths_of
from vigie.reading.adapters.layout import Layout

_SCORE = re.compile(
    r"\b(scores?|points?|potentiel|notation|cotation|pond[ée]ration|bar[èe]me)\b", re.IGNORECASE
)
_DEPTH = 3


def scores_a_reference(layout: Layout) -> bool:
    """Whether a column that nobody knows gives points, to rows numbered over three levels."""
    unknown = (column.libelle for column, _ in layout.unread if not column.champ)
    if not any(_SCORE.search(label) for label in unknown):
        return False
    _, arrays = layout.grid.body(layout.header_row, layout.width)
    texts = {column: arrays[column.index] for column in layout.columns}
    paths = paths_of(texts, len(next(iter(texts.values()))))
    return any(len(path) >= _DEPTH for path in paths)
