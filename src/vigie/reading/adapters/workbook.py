"""Opening of workbooks (.xlsx, .xlsm, .xls, .ods) with calamine: cells as text, hidden sheets, merged cells."""

import io
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from vigie.reading.adapters.codes import unreadable
from vigie.reading.adapters.grid import Grid, NumberText, RowGrid
from vigie.reading.adapters.guard import Kind, check_extent
from vigie.reading.adapters.open_document import OdsGrid, mark_cells
from vigie.settings import Settings
from vigie.text import plain_blanks

_NO_RESULT = re.compile(rb"</f>(?:<v ?/>|<v></v>)?</c>")
# The types openpyxl gives to a cell that has a result; `str` is left on an empty text.
_RESULTS = ("n", "s", "b", "e", "d", "str")
_HIDDEN_ROW = re.compile(rb'<row [^<>]*\bhidden="(?:1|true)"[^<>]*>')
_ROW_NUMBER = re.compile(rb'\br="(\d+)"')
_NOT_COMPUTED = "formule non calculée"

# What openpyxl raises on a workbook that is not quite well-formed: it has no exception of its own.
_OPENPYXL_FAILURES = (
    AttributeError,
    BadZipFile,
    LookupError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    zlib.error,
)


def open_workbook(content: bytes, kind: Kind, settings: Settings) -> Sequence[Grid]:
    """The sheets of a workbook in order, hidden ones included; raises ReportUnreadable."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        grids = [
            _sheet(workbook, meta, content, kind, settings)
            for meta in workbook.sheets_metadata
            if meta.typ == SheetTypeEnum.WorkSheet
        ]
    except PasswordError as error:
        raise unreadable("FIC-PROTEGE") from error
    except (CalamineError, ValueError, OSError) as error:
        raise unreadable("FIC-ILLISIBLE") from error
    if kind is Kind.ODS:
        mark_cells(content, grids)
    return grids


def _sheet(
    workbook: CalamineWorkbook,
    meta: SheetMetadata,
    content: bytes,
    kind: Kind,
    settings: Settings,
) -> Grid:
    sheet = workbook.get_sheet_by_name(meta.name)
    check_extent(sheet.height, sheet.width, settings)
    rows = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    merged = [
        (left, top + 1, bottom + 1)
        for (top, left), (bottom, _) in sheet.merged_cell_ranges or []
        if bottom > top
    ]
    is_hidden = meta.visible != SheetVisibleEnum.Visible
    if kind is Kind.XLSX:
        return XlsxGrid(meta.name, rows, is_hidden, merged, content)
    return (OdsGrid if kind is Kind.ODS else RowGrid)(meta.name, rows, is_hidden, merged)


def _searched(content: bytes) -> tuple[bool, bool]:
    """Whether a sheet holds a formula without its result, and whether one shows an error."""
    lacks_results = shows_errors = False
    with ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/"):
                part = archive.read(name)
                lacks_results = lacks_results or _NO_RESULT.search(part) is not None
                shows_errors = shows_errors or b't="e"' in part
    return lacks_results, shows_errors


def _text(cell: Any) -> str:
    """A cell as its author would write it, whatever its type in the workbook."""
    if isinstance(cell, str):
        return plain_blanks(cell)
    if isinstance(cell, bool):
        return "VRAI" if cell else "FAUX"
    if isinstance(cell, float):
        is_whole = cell.is_integer() and abs(cell) < 1e15
        return str(int(cell)) if is_whole else NumberText(repr(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == cell.min.time() else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


@dataclass
class XlsxGrid(RowGrid):
    """A sheet that can tell which of its numbers are shown as percentages, and which cells show an error."""

    content: bytes = b""

    def error_cells(self) -> dict[tuple[int, int], str]:
        # calamine gives nothing for a cell in error, nor for a formula saved without its result by the tool that
        # wrote the file: both would pass for blank ones.
        try:
            lacks_results, shows_errors = _searched(self.content)
            found = self._cells("e", with_results=True) if shows_errors else {}
            if lacks_results:
                formulas = self._cells("f", with_results=False)
                results = self._cells(*_RESULTS, with_results=True)
                found |= dict.fromkeys(formulas.keys() - results.keys(), _NOT_COMPUTED)
            return found
        except _OPENPYXL_FAILURES:
            return {}

    def hidden_rows(self) -> set[int]:
        try:
            return self._hidden()
        except _OPENPYXL_FAILURES:
            return set()

    def _hidden(self) -> set[int]:
        with ZipFile(io.BytesIO(self.content)) as archive:
            names = [n for n in archive.namelist() if n.startswith("xl/worksheets/")]
            if not any(_HIDDEN_ROW.search(archive.read(name)) for name in names):
                return set()
            # Read row by row, openpyxl tells no row hidden; at once, it would fill the memory with a large sheet.
            book = load_workbook(io.BytesIO(self.content), read_only=True)
            try:
                part = archive.read(book[self.name]._worksheet_path)
            finally:
                book.close()
        return {
            int(number) for row in _HIDDEN_ROW.findall(part) for number in _ROW_NUMBER.findall(row)
        }

    def _cells(self, *kinds: str, with_results: bool) -> dict[tuple[int, int], str]:
        """(row number, column index) -> text of the cells of these openpyxl types; `str` is an empty result."""
        book = load_workbook(io.BytesIO(self.content), read_only=True, data_only=with_results)
        try:
            sheet = book[self.name]
            # Rows are else as long as the sheet says, which may be sixteen thousand cells for nothing.
            sheet.reset_dimensions()
            return {
                (cell.row, cell.column - 1): str(cell.value)
                for row in sheet.iter_rows()
                for cell in row
                if cell.data_type in kinds and (cell.value is not None or cell.data_type == "str")
            }
        finally:
            book.close()

    def percent_texts(self, column: int) -> dict[int, str]:
        # calamine gives 0.45 for a cell shown as "45 %": only its number format tells, which openpyxl reads.
        try:
            return self._percents(column)
        except _OPENPYXL_FAILURES:
            # calamine read the values all the same; without formats, fractions are told apart by their column.
            return {}

    def _percents(self, column: int) -> dict[int, str]:
        book = load_workbook(io.BytesIO(self.content), read_only=True)
        try:
            cells = book[self.name].iter_rows(min_col=column + 1, max_col=column + 1)
            return {
                cell.row: f"{round(cell.value * 100, 10):g} %"
                for (cell,) in cells
                if isinstance(cell.value, int | float) and "%" in (cell.number_format or "")
            }
        finally:
            book.close()
