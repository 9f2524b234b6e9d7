"""Bytes of workbooks and CSV files that depend on their content alone: no clock, no machine."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from vigie.demo.words import FICTITIOUS

_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_CREATED = datetime(2026, 1, 1)


@dataclass
class Sheet:
    """One sheet: its rows, the ranges to merge (`A1:F1`), and whether it is hidden."""

    title: str
    rows: Sequence[Sequence[Any]]
    merged: list[str] = field(default_factory=list)
    is_hidden: bool = False


class _PinnedZip(zipfile.ZipFile):
    """An archive whose entries bear no date of their own."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        if zinfo_or_arcname == "docProps/core.xml":
            data = _MODIFIED.sub(rb"\g<1>2026-01-01T00:00:00Z", data)
        entry = zipfile.ZipInfo(zinfo_or_arcname, _ZIP_EPOCH)
        super().writestr(entry, data, compress_type=zipfile.ZIP_DEFLATED)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        self.writestr(arcname, Path(filename).read_bytes())


def workbook_bytes(sheets: Iterable[Sheet]) -> bytes:
    """An .xlsx workbook holding `sheets` in order, marked as fictitious in its properties."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        page = book.create_sheet(sheet.title)
        # Wide enough to show a date, as a workbook that someone filled in is.
        page.sheet_format.defaultColWidth = 18
        for row in sheet.rows:
            page.append(row)
            for column, value in enumerate(row, start=1):
                if isinstance(value, str) and value.startswith("="):
                    page.cell(page.max_row, column).data_type = "s"
        for area in sheet.merged:
            page.merge_cells(area)
        if sheet.is_hidden:
            page.sheet_state = "hidden"
    book.active = next(i for i, page in enumerate(book.worksheets) if page.sheet_state == "visible")
    return save(book)


def save(book: Workbook) -> bytes:
    """The bytes of a workbook, the same at every run."""
    book.properties.creator = "Vigie"
    book.properties.title = f"{FICTITIOUS} - démonstration de Vigie"
    book.properties.created = _CREATED
    buffer = io.BytesIO()
    with _PinnedZip(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).save()
    return buffer.getvalue()


def csv_bytes(rows: Iterable[Sequence[Any]], encoding: str, delimiter: str) -> bytes:
    """A CSV file as a spreadsheet of the French locale writes it (CRLF)."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode(encoding, errors="replace")
