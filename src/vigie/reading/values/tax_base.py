"""HT or TTC, when the cells of the amounts say it and no column does."""

import re
from collections.abc import Sequence
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vigie.reading.values.columns import TEXT, Text, holds

_MAY_TELL = "(?i)ht|ttc"
_TOLD = re.compile(r"\b(HT|TTC)\s*$", re.IGNORECASE)


def with_told_bases(base: Text, amounts: Sequence[Text]) -> Text:
    """The column of bases, completed where it is blank by what all the amounts of the row say."""
    telling = [amount for amount in amounts if holds(amount, _MAY_TELL)]
    if not telling:
        return base
    masks = (pc.match_substring_regex(amount, _MAY_TELL) for amount in telling)
    rows = reduce(np.logical_or, (pc.fill_null(mask, False).to_numpy() for mask in masks))
    positions = np.flatnonzero(rows & base.is_null().to_numpy())
    cells = zip(*(amount.take(pa.array(positions)).to_pylist() for amount in telling), strict=True)
    told = np.full(len(base), None, dtype=object)
    for position, texts in zip(positions, cells, strict=True):
        bases = {found[1].upper() for text in texts if text and (found := _TOLD.search(text))}
        if len(bases) == 1:
            told[position] = bases.pop()
    return pc.coalesce(base, pa.array(told, TEXT))
