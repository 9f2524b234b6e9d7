"""From the lines of a CSV to its rows: none is lost on the way, and quotes that join several rows are refused."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from vigie.reading.adapters.codes import unreadable
from vigie.reading.adapters.grid import HEAD_ROWS

SEPARATORS = ";,\t|"
_PLACES_TOLD = 5
# A row of its own after the last one: a quote left open swallows it too.
_END = "\x1e"


class LinesLost(Exception):
    """The lines of a file and those of its rows do not add up: a defect of Vigie, not of the file."""


@dataclass(frozen=True)
class Dialect:
    """How a CSV is written: its separator, how many a line usually has, whether a blank follows each; its width."""

    separator: str
    usual: int
    is_spaced: bool
    width: int

    @classmethod
    def of(cls, head: Sequence[str]) -> "Dialect":
        """The dialect whose separator makes the first lines agree best on a width of several columns."""
        best = (0.0, 0, ";")
        for separator in SEPARATORS:
            widths = _widths(head, separator)
            width, rows_nb = max(
                widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0])
            )
            # A share and not a number: a text over many lines is one row, or many under another separator.
            agreed = width * rows_nb / widths.total() if width > 1 else 0.0
            best = max(best, (agreed, max(widths), separator))
        _, widest, separator = best
        on_one_line = {line.count(separator) + 1 for line in head}
        # The width of most rows; of those that quotes may have joined, only when no line has it.
        width, _ = max(
            _widths(head, separator).items(),
            key=lambda item: (item[0] in on_one_line, item[1] * (item[0] > 1), item[0]),
        )
        example = next((line for line in head if line.count(separator) == width - 1), "")
        is_spaced = example.count(f"{separator} ") * 2 >= width
        return cls(separator, width - 1, is_spaced, widest)

    def joins_rows(self, lines: Sequence[str]) -> bool:
        """Whether one row made of these lines holds several: two of them have the separators of a row.

        In a text that runs over lines a blank follows most separators. Where a quote closes in the middle of a word,
        half the separators are enough: the two parts of a single row cannot both have more.
        """
        if self.usual == 0:
            return False
        halves = sum(line.count(self.separator) * 2 > self.usual for line in lines)
        return halves > 1 and (
            sum(map(self._is_like_a_row, lines)) > 1 or self._has_misplaced_quote(lines)
        )

    def joins_columns(self, line: str, row: Sequence[str]) -> bool:
        """Whether a quote that closes in the middle of a word made fewer cells of a line than it has columns."""
        return (
            len(row) <= self.usual
            and self._is_like_a_row(line)
            and self._has_misplaced_quote([line])
        )

    def _is_like_a_row(self, line: str) -> bool:
        number = line.count(self.separator)
        tight = number - line.count(f"{self.separator} ")
        return number >= self.usual and (self.is_spaced or tight * 2 >= self.usual)

    def _has_misplaced_quote(self, lines: Sequence[str]) -> bool:
        try:
            list(csv.reader(lines, delimiter=self.separator, strict=True))
        except csv.Error:
            return True
        return False


def _widths(head: Sequence[str], separator: str) -> Counter[int]:
    return Counter(map(len, islice(csv.reader(head, delimiter=separator), HEAD_ROWS)))


def rows_of(
    lines: Iterable[str], dialect: Dialect, expected: int | None = None
) -> Iterator[list[str]]:
    """The rows made of the lines, one after the other.

    `expected` is how many lines the file has: after the last row raises ReportUnreadable, naming the lines, when quotes
    join several rows or columns, or one is never closed; LinesLost when some lines are in no row. It is None when these
    are the beginning of a file: nothing is checked then.
    """
    held: list[str] = []

    def noted() -> Iterator[str]:
        for line in lines:
            held.append(line)
            yield line

    joined: list[tuple[int, int]] = []
    last_line = first_line = 0
    for row in csv.reader(chain(noted(), [_END]), delimiter=dialect.separator):
        is_closed = not held
        if is_closed:
            break
        first_line, last_line = last_line + 1, last_line + len(held)
        is_joined = (
            dialect.joins_rows(held) if len(held) > 1 else dialect.joins_columns(held[0], row)
        )
        if is_joined:
            joined.append((first_line, last_line))
        held.clear()
        yield row
    if expected is None:
        return
    if not is_closed and (first_line, last_line) not in joined:
        joined.append((first_line, last_line))
    if joined:
        raise unreadable("FIC-GUILLEMETS", lignes=_told(joined))
    if last_line != expected:
        raise LinesLost(f"{expected} lignes dans le fichier, {last_line} dans ses rangées")


def _told(places: Sequence[tuple[int, int]]) -> str:
    told = [f"{a} à {b}" if a < b else f"{a}" for a, b in places[:_PLACES_TOLD]]
    more = len(places) - _PLACES_TOLD
    return ", ".join(told) + (f" et {more} autre(s) endroit(s)" if more > 0 else "")
