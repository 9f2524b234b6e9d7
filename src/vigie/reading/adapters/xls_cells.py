"""What the cells of a sheet of an old .xls workbook show, read with xlrd: calamine gives values alone."""

import io
import struct

import xlrd
from xlrd.biffh import XLRDError
from xlrd.compdoc import CompDocError

from vigie.reading.adapters.number_formats import shown
from vigie.reading.adapters.shown import Shown

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
        return _of_sheet(book, book.sheet_by_name(sheet))
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
            elif cell.ctype in _NUMBERS:
                code = book.format_map[style.format_key].format_str
                if text := shown(float(cell.value), code, is_1904=book.datemode == 1):
                    found.texts[place] = text
            if cell.value != "" and book.font_list[style.font_index].struck_out:
                found.struck.add(place)
    return found
