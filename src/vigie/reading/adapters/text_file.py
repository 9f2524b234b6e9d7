"""Opening of CSV files: a careful road, and a fast one for the large and regular ones."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from vigie.reading.adapters.characters import holds_controls
from vigie.reading.adapters.codes import unreadable
from vigie.reading.adapters.encoding import UTF8, Text, physical_lines
from vigie.reading.adapters.grid import HEAD_ROWS, Grid, RowGrid
from vigie.reading.adapters.guard import MAX_COLUMNS
from vigie.reading.adapters.lines import Dialect, rows_of
from vigie.reading.adapters.shown import Shown
from vigie.settings import Settings
from vigie.text import holds_odd_blanks, plain_blanks

_HEAD_BYTES = 256 * 1024
_LARGE_BYTES = 2 * 1024 * 1024
_PIECE_BYTES = 1024 * 1024
# Columns in few pieces: each costs the same to every look that follows.
_BLOCK_BYTES = 8 * 1024 * 1024
_BLANK_BYTE = ord(" ")


def open_text(text: Text, settings: Settings) -> Grid:
    """The CSV as a grid; raises ReportUnreadable when it is too long, too wide or when quotes join its rows."""
    content = text.content
    if physical_lines(content) > settings.max_report_rows * 2 + HEAD_ROWS:
        raise unreadable("FIC-LIGNES", limite=settings.max_report_rows)
    # A limit of the whole process, under which the seeds are read too: only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), len(content) + 1))
    head = _head(text)
    dialect = Dialect.of(head)
    if dialect.width > MAX_COLUMNS:
        raise unreadable("FIC-COLONNES", limite=MAX_COLUMNS)
    if len(content) > _LARGE_BYTES and not _holds_controls(text):
        rows = list(rows_of(head, dialect))
        grid = TextGrid(text, dialect, rows[:HEAD_ROWS])
        # A header that a quote joins to its rows would not even be found.
        return grid if len(rows) == len(head) else grid.with_rows_counted()
    rows = list(_all_rows(text, dialect))
    if len(rows) > settings.max_report_rows + HEAD_ROWS:
        raise unreadable("FIC-LIGNES", limite=settings.max_report_rows)
    return RowGrid("", rows)


def _head(text: Text) -> list[str]:
    """The first lines, the last one left out when it may be cut."""
    start = Text(text.content[:_HEAD_BYTES], text.encoding)
    lines = list(_lines(start))
    is_cut = len(text.content) > _HEAD_BYTES and len(lines) > 1
    return lines[:-1] if is_cut else lines


def _lines(text: Text) -> Iterator[str]:
    stream = io.TextIOWrapper(io.BytesIO(text.content), text.encoding, errors="replace", newline="")
    return map(plain_blanks, stream)


def _all_rows(text: Text, dialect: Dialect) -> Iterator[list[str]]:
    return rows_of(_lines(text), dialect, physical_lines(text.content))


def _holds_controls(text: Text) -> bool:
    # Such a file, which is rare, is read row by row: only there is each cell looked at.
    return holds_controls(text.content if text.encoding == UTF8 else text.decoded().encode())


class _Utf8Stream(io.RawIOBase):
    """A long content handed to Arrow in UTF-8 piece by piece, so that it is never copied whole."""

    def __init__(self, content: bytes, encoding: str) -> None:
        self._content = content
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._position = 0
        self._held = ""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """The next piece, of about the size asked; nothing at the end."""
        start, end = self._position, self._position + _PIECE_BYTES
        self._position = end
        is_last = end >= len(self._content)
        piece = self._held + self._decoder.decode(self._content[start:end], is_last)
        # A letter may wait for its accent, which begins the next piece.
        self._held = "" if is_last else piece[-1:]
        piece = plain_blanks(piece if is_last else piece[:-1])
        return piece.encode() if piece or is_last else self.read(size)


def _clean(array: pa.ChunkedArray) -> pa.ChunkedArray:
    """The texts without blanks around them, null when nothing is left; most columns need no copy."""
    if any(_begins_or_ends_blank(chunk) for chunk in array.chunks):
        array = pc.ascii_trim_whitespace(array)
    is_blank = pc.equal(array, "")
    if not pc.any(is_blank).as_py():
        return array
    return pc.if_else(is_blank, pa.scalar(None, array.type), array)


def _begins_or_ends_blank(chunk: pa.LargeStringArray) -> bool:
    """Whether a text of the chunk may have blanks around it: its first or last byte is looked at, no more."""
    _, offsets, data = chunk.buffers()
    if data is None:
        return False
    bounds = np.frombuffer(offsets, np.int64)[chunk.offset : chunk.offset + len(chunk) + 1]
    told = np.flatnonzero(np.diff(bounds))
    bytes_ = np.frombuffer(data, np.uint8)
    return bool(
        (bytes_[bounds[told]] <= _BLANK_BYTE).any()
        or (bytes_[bounds[told + 1] - 1] <= _BLANK_BYTE).any()
    )


@dataclass
class TextGrid:
    """A long CSV, read by columns with Arrow when every row has the same width, row by row otherwise."""

    text: Text
    dialect: Dialect
    first_rows: list[list[str]]
    name: str = ""
    is_hidden: bool = False
    heading: str = ""
    by_rows: RowGrid | None = None
    rows_nb: int | None = None

    @property
    def head(self) -> list[list[str]]:
        return self.first_rows

    def body(self, after: int, width: int) -> tuple[npt.NDArray[np.int64], list[pa.ChunkedArray]]:
        names = [str(i) for i in range(width)]
        content = self.text.content
        is_ready = self.text.encoding == UTF8 and not holds_odd_blanks(content)
        stream = (
            pa.BufferReader(content)
            if is_ready
            else pa.PythonFile(_Utf8Stream(content, self.text.encoding), mode="r")
        )
        try:
            table = pacsv.read_csv(
                stream,
                read_options=pacsv.ReadOptions(
                    column_names=names, skip_rows_after_names=after, block_size=_BLOCK_BYTES
                ),
                parse_options=pacsv.ParseOptions(
                    delimiter=self.dialect.separator,
                    newlines_in_values=b'"' in content,
                    ignore_empty_lines=False,
                ),
                convert_options=pacsv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.large_string()),
                    strings_can_be_null=True,
                    null_values=[""],
                ),
            )
        except pa.ArrowInvalid:
            return self._body_by_rows(after, width)
        read_nb = after + table.num_rows
        if read_nb != physical_lines(content) and read_nb != self.with_rows_counted().rows_nb:
            return self._body_by_rows(after, width)
        numbers = np.arange(after + 1, after + 1 + table.num_rows, dtype=np.int64)
        columns = table.columns
        del table
        for index in range(width):
            columns[index] = _clean(columns[index])
        return numbers, columns

    def with_rows_counted(self) -> "TextGrid":
        """The same grid, each of its lines found in a row with care; raises as `rows_of` does."""
        if self.rows_nb is None:
            self.rows_nb = sum(1 for _ in _all_rows(self.text, self.dialect))
        return self

    def _body_by_rows(
        self, after: int, width: int
    ) -> tuple[npt.NDArray[np.int64], list[pa.ChunkedArray]]:
        self.by_rows = RowGrid(self.name, list(_all_rows(self.text, self.dialect)))
        return self.by_rows.body(after, width)

    def merged_down(self) -> list[tuple[int, int, int]]:
        return []

    @property
    def shown(self) -> Shown:
        return Shown()

    def typed_numbers(self, column: int) -> set[int]:
        return set()

    def uneven(self, header_row: int) -> dict[int, int]:
        return self.by_rows.uneven(header_row) if self.by_rows else {}
