"""What the cells of a sheet of an old .xls workbook show, read with xlrd: calamine gives values alone."""

import io
import struct
from collections.abc import Iterator
from typing import Any

import xlrd
from xlrd.biffh import XLRDError
from xlrd.compdoc import CompDocError

from vigie.reading.adapters.number_formats import hides_text, shown
from vigie.reading.adapters.shown import NOT_COMPUTED, Place, Shown

# xlrd takes a second for each of them, or so.
_MOST_BYTES = 8 * 1024 * 1024
# What xlrd raises on a workbook that is not quite well-formed.
_FAILURES = (
    XLRDError,
    CompDocError,
    struct.error,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
# The records of BIFF that begin and end a sheet, and a formula: its place, its style, its result, its options.
_BEGIN, _END, _FORMULA = 0x0809, 0x000A, 0x0006
_RECORD, _OF_FORMULA = struct.Struct("<HH"), struct.Struct("<HHH8sH")
_ZERO, _EMPTY = bytes(8), b"\x03\x00\x00\x00\x00\x00\xff\xff"
_CALCULATED_ON_OPENING = 0x0002
_NUMBERS = (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE)
_BLANKS = (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)


def read_shown(content: bytes, sheet: str) -> Shown:
    """What the sheet of this name shows; nothing is whole in a workbook that cannot be read so far, or is too large."""
    if len(content) > _MOST_BYTES:
        return Shown(is_whole=False)
    try:
        book = xlrd.open_workbook(
            file_contents=content, formatting_info=True, on_demand=True, logfile=io.StringIO()
        )
        found = _of_sheet(book, book.sheet_by_name(sheet))
        found.errors |= dict.fromkeys(_not_computed(book, sheet), NOT_COMPUTED)
        return found
    except _FAILURES:
        return Shown(is_whole=False)


def _of_sheet(book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> Shown:
    found = Shown(
        hidden={row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden},
        hidden_columns={index for index, info in sheet.colinfo_map.items() if info.hidden},
    )
    for row in range(sheet.nrows):
        for index, cell in enumerate(sheet.row(row)):
            if cell.ctype in _BLANKS:
                continue
            place, style = (row + 1, index), book.xf_list[cell.xf_index or 0]
            if cell.ctype == xlrd.XL_CELL_ERROR:
                found.errors[place] = xlrd.error_text_from_code.get(int(cell.value), "#")
            elif (text := _text(book, cell, style)) is not None:
                found.texts[place] = text
            if cell.value != "" and book.font_list[style.font_index].struck_out:
                found.struck.add(place)
    return found


def _text(book: xlrd.Book, cell: Any, style: Any) -> str | None:
    """What the format of a cell makes of its number, or hides of its text; None when it changes nothing."""
    code = book.format_map[style.format_key].format_str
    if cell.ctype in _NUMBERS:
        return shown(float(cell.value), code, is_1904=book.datemode == 1)
    return "" if cell.value != "" and hides_text(code) else None


def _not_computed(book: xlrd.Book, sheet: str) -> Iterator[Place]:
    """The formulas without a result: a 0 to be calculated on opening, or nothing where no formula of the sheet gives
    anything: the program that wrote them computes none.

    xlrd reads their results and forgets that they are formulas: the records of the sheet are read as they stand.
    """
    empty: list[Place] = []
    has_results = False
    for place, result, options in _formulas(book.mem or b"", _start(book, sheet)):
        if result == _ZERO and options & _CALCULATED_ON_OPENING:
            yield place
        elif result == _EMPTY:
            empty.append(place)
        else:
            has_results = True
    yield from () if has_results else empty


def _start(book: Any, sheet: str) -> int:
    """Where the records of a sheet begin."""
    at: int = book._sh_abs_posn[book.sheet_names().index(sheet)]
    return at


def _formulas(content: bytes, at: int) -> Iterator[tuple[Place, bytes, int]]:
    """The formulas of the sheet that begins at this place: where each stands, its result and its options."""
    depth = 0
    while at + _RECORD.size <= len(content):
        kind, length = _RECORD.unpack_from(content, at)
        at += _RECORD.size
        # A chart inside a sheet begins and ends too.
        depth += (kind == _BEGIN) - (kind == _END)
        if depth == 0:
            return
        if kind == _FORMULA and length >= _OF_FORMULA.size:
            row, column, _, result, options = _OF_FORMULA.unpack_from(content, at)
            yield (row + 1, column), result, options
        at += length
