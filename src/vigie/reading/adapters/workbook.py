"""Opening of workbooks (.xlsx, .xlsm, .xls, .ods) with calamine: cells as text, hidden sheets, merged cells."""

import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from vigie.errors import ReportUnreadable
from vigie.reading.adapters import xls_cells, xlsx_cells
from vigie.reading.adapters.codes import unreadable
from vigie.reading.adapters.grid import Grid, NumberText, RowGrid
from vigie.reading.adapters.guard import Kind, check_extent
from vigie.reading.adapters.open_document import mark_cells
from vigie.settings import Settings
from vigie.text import plain_blanks

_READERS = {Kind.XLSX: xlsx_cells.read_shown, Kind.XLS: xls_cells.read_shown}


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
) -> RowGrid:
    sheet = workbook.get_sheet_by_name(meta.name)
    rows = _rows(sheet, settings)
    merged = [
        (left, top + 1, bottom + 1)
        for (top, left), (bottom, _) in sheet.merged_cell_ranges or []
        if bottom > top
    ]
    is_hidden = meta.visible != SheetVisibleEnum.Visible
    grid = RowGrid(meta.name, rows, is_hidden, merged)
    if kind in _READERS:
        grid.tell = partial(_READERS[kind], content, meta.name)
    return grid


def _rows(sheet: CalamineSheet, settings: Settings) -> list[list[str]]:
    """The cells of a sheet as texts. Raises ReportUnreadable past the extent allowed, far blank cells aside."""
    try:
        check_extent(sheet.height, sheet.width, settings)
        return [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    except ReportUnreadable:
        return _rows_with_text(sheet, settings)


def _rows_with_text(sheet: CalamineSheet, settings: Settings) -> list[list[str]]:
    left = [""] * (sheet.start[1] if sheet.start else 0)
    rows: list[list[str]] = []
    width = blanks = 0
    for row in sheet.iter_rows():
        texts = [*left, *map(_text, row)]
        filled = [index for index, text in enumerate(texts, start=1) if text.strip()]
        blanks += 1
        if filled:
            width = max(width, filled[-1])
            check_extent(len(rows) + blanks, width, settings)
            rows += [[]] * (blanks - 1)
            rows.append(texts[: filled[-1]])
            blanks = 0
    return [row + [""] * (width - len(row)) for row in rows]


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
    if isinstance(cell, timedelta):
        minutes = round(cell.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    return str(cell)
