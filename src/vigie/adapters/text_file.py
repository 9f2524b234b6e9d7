"""Opening of CSV files: encoding, separator, and a fast road for the large and regular ones."""

import codecs
import csv
import io
from collections import Counter
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
from charset_normalizer import from_bytes

from vigie.adapters.characters import holds_controls
from vigie.adapters.codes import unreadable
from vigie.adapters.grid import HEAD_ROWS, Grid, RowGrid, holds_odd_blanks, plain_blanks
from vigie.adapters.guard import MAX_COLUMNS
from vigie.settings import Settings

SEPARATORS = ";,\t|"
LEGACY_ENCODINGS = ["cp1252", "latin_1", "iso8859_15", "mac_roman", "cp850"]
_HEAD_BYTES = 256 * 1024
_SAMPLE_BYTES = 64 * 1024
_LARGE_BYTES = 2 * 1024 * 1024
_PIECE_BYTES = 1024 * 1024
# Columns in few pieces: each costs the same to every look that follows.
_BLOCK_BYTES = 8 * 1024 * 1024
_BLANK_BYTE = ord(" ")


def open_text(content: bytes, settings: Settings) -> Grid:
    """The CSV as a grid; raises ReportUnreadable when it is too long, too wide or has a quote never closed."""
    encoding = find_encoding(content)
    if encoding == "utf-16":
        content, encoding = content.decode(encoding, errors="replace").encode(), "utf-8-sig"
    elif encoding != "utf-8-sig" and (mixed := _utf8_with_strays(content)):
        content, encoding = mixed.encode(), "utf-8-sig"
    if content.count(b"\n") > settings.max_report_rows * 2 + HEAD_ROWS:
        raise unreadable("FIC-LIGNES", limite=settings.max_report_rows)
    # A limit of the whole process, under which the seeds are read too: only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), len(content) + 1))
    head = _text_of(content[:_HEAD_BYTES], encoding)
    if len(content) > _HEAD_BYTES:
        head = head.rpartition("\n")[0] or head
    separator, width = _dialect(head)
    if width > MAX_COLUMNS:
        raise unreadable("FIC-COLONNES", limite=MAX_COLUMNS)
    if content.count(b'"') % 2:
        _refuse_open_quote(_text_of(content, encoding), separator)
    if len(content) > _LARGE_BYTES and not _holds_controls(content, encoding):
        return TextGrid(content, encoding, separator, _rows(head, separator, HEAD_ROWS))
    rows = _rows(_text_of(content, encoding), separator)
    if len(rows) > settings.max_report_rows + HEAD_ROWS:
        raise unreadable("FIC-LIGNES", limite=settings.max_report_rows)
    return RowGrid("", rows)


def find_encoding(content: bytes) -> str:
    """Unicode when the bytes say so, else the likeliest of the encodings used in France."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), _PIECE_BYTES):
            decoder.decode(content[start : start + _PIECE_BYTES])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        guess = from_bytes(content[:_SAMPLE_BYTES], cp_isolation=LEGACY_ENCODINGS).best()
        return guess.encoding if guess else "cp1252"
    return "utf-8-sig"


def _utf8_with_strays(content: bytes) -> str:
    """The text of a UTF-8 file into which rows of another encoding were pasted; empty when it is not one."""
    strays: list[int] = []

    def as_legacy(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeDecodeError)
        strays.append(error.start)
        return error.object[error.start : error.start + 1].decode(
            "cp1252", "replace"
        ), error.start + 1

    codecs.register_error("vigie-legacy", as_legacy)
    text = content.decode("utf-8-sig", errors="vigie-legacy")
    accents = sum(ord(letter) > 127 for letter in text) - len(strays)
    # In a file of another encoding hardly two bytes in a row happen to make a letter of UTF-8.
    return text if accents > len(strays) else ""


def _holds_controls(content: bytes, encoding: str) -> bool:
    # Such a file, which is rare, is read row by row: only there is each cell looked at.
    is_utf8 = encoding == "utf-8-sig"
    return holds_controls(content if is_utf8 else _text_of(content, encoding).encode())


def _text_of(content: bytes, encoding: str) -> str:
    return plain_blanks(content.decode(encoding, errors="replace"))


def _dialect(head: str) -> tuple[str, int]:
    """The separator under which the first rows agree best on a width of several columns, and that width."""
    best = (0, 0, ";")
    for separator in SEPARATORS:
        widths = Counter(len(row) for row in _rows(head, separator, HEAD_ROWS))
        width, rows = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
        best = max(best, (rows * width if width > 1 else 0, max(widths), separator))
    return best[2], best[1]


def _rows(text: str, separator: str, most: int | None = None) -> list[list[str]]:
    return list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), most))


def _refuse_open_quote(text: str, separator: str) -> None:
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            pass
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise unreadable("FIC-GUILLEMETS") from error


class _Utf8Stream(io.RawIOBase):
    """A long content handed to Arrow in UTF-8 piece by piece, so that it is never copied whole."""

    def __init__(self, content: bytes, encoding: str) -> None:
        self._content = content
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._position = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """The next piece, of about the size asked; nothing at the end."""
        start, end = self._position, self._position + _PIECE_BYTES
        self._position = end
        is_last = end >= len(self._content)
        piece = plain_blanks(self._decoder.decode(self._content[start:end], is_last))
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

    content: bytes
    encoding: str
    separator: str
    first_rows: list[list[str]]
    name: str = ""
    is_hidden: bool = False
    by_rows: RowGrid | None = None

    @property
    def head(self) -> list[list[str]]:
        return self.first_rows

    def body(self, after: int, width: int) -> tuple[npt.NDArray[np.int64], list[pa.ChunkedArray]]:
        names = [str(i) for i in range(width)]
        is_ready = self.encoding == "utf-8-sig" and not holds_odd_blanks(self.content)
        stream = (
            pa.BufferReader(self.content)
            if is_ready
            else pa.PythonFile(_Utf8Stream(self.content, self.encoding), mode="r")
        )
        try:
            table = pacsv.read_csv(
                stream,
                read_options=pacsv.ReadOptions(
                    column_names=names, skip_rows_after_names=after, block_size=_BLOCK_BYTES
                ),
                parse_options=pacsv.ParseOptions(
                    delimiter=self.separator,
                    newlines_in_values=b'"' in self.content,
                    ignore_empty_lines=False,
                ),
                convert_options=pacsv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.large_string()),
                    strings_can_be_null=True,
                    null_values=[""],
                ),
            )
        except pa.ArrowInvalid:
            rows = _rows(_text_of(self.content, self.encoding), self.separator)
            self.by_rows = RowGrid(self.name, rows)
            return self.by_rows.body(after, width)
        numbers = np.arange(after + 1, after + 1 + table.num_rows, dtype=np.int64)
        columns = table.columns
        del table
        for index in range(width):
            columns[index] = _clean(columns[index])
        return numbers, columns

    def merged_down(self) -> list[tuple[int, int, int]]:
        return []

    def percent_texts(self, column: int) -> dict[int, str]:
        return {}

    def typed_numbers(self, column: int) -> set[int]:
        return set()

    def error_cells(self) -> dict[tuple[int, int], str]:
        return {}

    def hidden_rows(self) -> set[int]:
        return set()

    def uneven(self, header_row: int) -> dict[int, int]:
        return self.by_rows.uneven(header_row) if self.by_rows else {}
