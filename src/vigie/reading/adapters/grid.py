"""Tables as laid out by the sender: sheets of a workbook or one CSV, every cell as text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from vigie.reading.adapters.shown import Shown

HEAD_ROWS = 80
# A total line or a note leaves most columns blank.
_NEARLY_ALL = 0.8
_ROWS_PER_CHUNK = 20_000
_THREE_DECIMALS = r"^(-?[0-9]{1,3}\.[0-9]{3})$"


class NumberText(str):
    """The text of a cell that its tool holds as a number: its point can only be decimal."""

    __slots__ = ()


class Grid(Protocol):
    """One sheet, or a CSV. Rows are numbered from 1 as the sender sees them."""

    name: str
    is_hidden: bool
    # The title of the part of a document that the table stands in.
    heading: str

    @property
    def head(self) -> list[list[str]]:
        """The first rows, to find the header and the form fields in."""
        ...

    def body(self, after: int, width: int) -> tuple[npt.NDArray[np.int64], list[pa.ChunkedArray]]:
        """The rows below row number `after`: their numbers and `width` columns of text, without blanks
        around it, null where nothing is left."""
        ...

    def merged_down(self) -> list[tuple[int, int, int]]:
        """Cells merged over several rows: (column index, first row number, last row number)."""
        ...

    @property
    def shown(self) -> Shown:
        """What the cells show that their texts do not tell."""
        ...

    def typed_numbers(self, column: int) -> set[int]:
        """The row numbers of the cells of a column that hold numbers with decimals, not texts."""
        ...

    def uneven(self, header_row: int) -> dict[int, int]:
        """Row number -> cells missing (negative) or in excess, for the rows below the header that have not its
        width. Asked after `body`."""
        ...


@dataclass
class RowGrid:
    """A grid whose rows are in memory."""

    name: str
    rows: Sequence[Sequence[str]]
    is_hidden: bool = False
    merged: list[tuple[int, int, int]] = field(default_factory=list)
    # Asked once, of the sheets that hold a table alone.
    tell: Callable[[], Shown] = Shown
    heading: str = ""

    @property
    def head(self) -> list[list[str]]:
        return [list(row) for row in self.rows[:HEAD_ROWS]]

    def body(self, after: int, width: int) -> tuple[npt.NDArray[np.int64], list[pa.ChunkedArray]]:
        pieces: list[list[pa.Array]] = [[] for _ in range(width)]
        blank = [""] * width
        for start in range(after, len(self.rows), _ROWS_PER_CHUNK):
            chunk = self.rows[start : start + _ROWS_PER_CHUNK]
            squared = [
                row[:width] if len(row) >= width else [*row, *blank[len(row) :]] for row in chunk
            ]
            for column, values in enumerate(zip(*squared, strict=True)):
                texts = [value.strip() or None for value in values]
                pieces[column].append(pa.array(texts, pa.large_string()))
        numbers = np.arange(after + 1, max(after, len(self.rows)) + 1, dtype=np.int64)
        return numbers, [pa.chunked_array(arrays, pa.large_string()) for arrays in pieces]

    def merged_down(self) -> list[tuple[int, int, int]]:
        return self.merged

    @cached_property
    def shown(self) -> Shown:
        return self.tell()

    def typed_numbers(self, column: int) -> set[int]:
        return {
            number
            for number, row in enumerate(self.rows, start=1)
            if column < len(row) and isinstance(row[column], NumberText)
        }

    def uneven(self, header_row: int) -> dict[int, int]:
        width = len(self.rows[header_row - 1])
        rows = enumerate(self.rows[header_row:], start=header_row + 1)
        # A cell alone is a note under the table.
        found = {
            n: len(row) - width for n, row in rows if len(row) != width and sum(map(bool, row)) > 1
        }
        blank_ends = [n for n, by in found.items() if by > 0 and not any(self.rows[n - 1][width:])]
        harmless = set(blank_ends) - self._moved(blank_ends, header_row)
        found = {n: by for n, by in found.items() if n not in harmless}
        short = [n for n, by in found.items() if by < 0 and self.rows[n - 1][-1].strip()]
        # Some tools leave out the separators after the last value of every row: nothing is missing then.
        if len(short) * 2 > len(self.rows) - header_row and len(short) > 1:
            found = {n: by for n, by in found.items() if n not in short}
        return found

    def _moved(self, longer: list[int], header_row: int) -> set[int]:
        """Of the rows whose cells in excess are blank, those that look shifted: blank where nearly all others are not.

        When most rows are so, their tool ends each with separators too many: nothing tells a shift.
        """
        if not longer:
            return set()
        skipped = set(longer)
        rows = enumerate(self.rows[header_row:], start=header_row + 1)
        others = [row for n, row in rows if n not in skipped and sum(map(bool, row)) > 1]
        if len(others) <= len(longer):
            return set()
        filled = [
            sum(index < len(row) and bool(row[index].strip()) for row in others)
            for index in range(len(self.rows[header_row - 1]))
        ]
        expected = [i for i, count in enumerate(filled) if count >= _NEARLY_ALL * len(others)]
        return {n for n in longer if not all(self.rows[n - 1][i].strip() for i in expected)}


def told_decimal(
    array: pa.ChunkedArray, grid: Grid, column: int, numbers: npt.NDArray[np.int64]
) -> pa.ChunkedArray:
    """The column with a zero after the three decimals of its typed numbers: their point is not that of thousands."""
    typed = grid.typed_numbers(column)
    if not typed:
        return array
    is_typed = pa.chunked_array([pc.is_in(pa.array(numbers), pa.array(typed, pa.int64()))])
    return pc.if_else(is_typed, pc.replace_substring_regex(array, _THREE_DECIMALS, r"\10"), array)
