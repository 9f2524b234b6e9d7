"""Totals recognised by what they are: the sum of the rows above, in any column, read or not."""

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from vigie.reading.adapters.cells import Columns
from vigie.reading.fields import IGNORED
from vigie.reading.values.scalars import read_amount
from vigie.reference.columns import ACTION, FUNDING, HEADER, columns_of_level

_LABELS = frozenset({"axe", "intitule", "code_action"})
# The header fields that a flat file repeats on each row.
REPEATED = frozenset(field.champ for field in columns_of_level(HEADER))
AMOUNTS = frozenset(
    field.champ
    for level in (ACTION, FUNDING)
    for field in columns_of_level(level)
    if field.type == "montant"
)
_SUMMED = AMOUNTS | {"taux_avancement", "", IGNORED}
_NUMBER = r"^-?[0-9][0-9 .,]*(€|k€|%)?$"
_CENT = 0.01
_AT_LEAST = 2


def sums_of_rows(
    texts: Columns, unread: Columns, skipped: Collection[int]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Among the rows that say nothing of an action but amounts, those that are the sum of the rows above (since the
    last such row, or of all), and those that have a title and are the sum of the rows below, down to the next one."""
    arrays = {**texts, **unread}
    length = len(next(iter(arrays.values())))
    totals, heads = (np.zeros(length, dtype=bool) for _ in range(2))
    candidates = _candidates(arrays, length)
    candidates[sorted(skipped)] = False
    if not candidates.any():
        return totals, heads
    columns = [
        array.to_pylist()
        for column, array in arrays.items()
        if column.champ in _SUMMED and column.champ != "taux_avancement"
    ]
    amounts = [[_amount(text) for text in row] for row in zip(*columns, strict=True)]
    since, every, leaves = (_Sum(len(columns)) for _ in range(3))
    head, below = None, _Sum(len(columns))
    for position, row in enumerate(amounts):
        if position in skipped:
            continue
        if candidates[position]:
            if head is not None and below.gives(amounts[head]):
                heads[head] = True
            head, below = position, _Sum(len(columns))
            if any(found.gives(row) for found in (since, every, leaves)):
                totals[position], since, head = True, _Sum(len(columns)), None
                continue
        else:
            below.add(row)
            leaves.add(row)
        since.add(row)
        every.add(row)
    if head is not None and below.gives(amounts[head]):
        heads[head] = True
    return totals, heads & _has_title(texts, length) & ~totals


class _Sum:
    """The running sum of each column, and of how many amounts that are not zero."""

    def __init__(self, width: int) -> None:
        self.sums = [0.0] * width
        self.counts = [0] * width

    def add(self, row: Sequence[float | None]) -> None:
        for index, amount in enumerate(row):
            if amount:
                self.sums[index] += amount
                self.counts[index] += 1

    def gives(self, row: Sequence[float | None]) -> bool:
        """Whether each amount of a row is the sum of its column, of at least two."""
        told = [(index, amount) for index, amount in enumerate(row) if amount]
        return bool(told) and all(
            self.counts[index] >= _AT_LEAST and abs(self.sums[index] - amount) < _CENT
            for index, amount in told
        )


def _has_title(texts: Columns, length: int) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = np.zeros(length, dtype=bool)
    for column, array in texts.items():
        if column.champ == "intitule":
            found |= pc.is_valid(array).to_numpy()
    return found


def _candidates(arrays: Columns, length: int) -> npt.NDArray[np.bool_]:
    other, amount = (np.zeros(length, dtype=bool) for _ in range(2))
    for column, array in arrays.items():
        if column.champ not in _LABELS | REPEATED | _SUMMED:
            other |= pc.is_valid(array).to_numpy()
    # Most tables end here: each row says more than amounts.
    summed = [] if other.all() else [a for c, a in arrays.items() if c.champ in _SUMMED]
    for array in summed:
        filled = pc.is_valid(array).to_numpy()
        is_number = pc.fill_null(pc.match_substring_regex(array, _NUMBER), False).to_numpy()
        other |= filled & ~is_number
        amount |= is_number
    return amount & ~other


def _amount(text: str | None) -> float | None:
    return read_amount(text)[0] if text else None
