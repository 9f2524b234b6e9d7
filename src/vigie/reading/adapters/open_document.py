"""What calamine does not tell of the cells of an .ods workbook: what their formats show, errors, merged cells,
hidden rows and columns, struck-out text."""

import io
import re
from collections.abc import Sequence
from itertools import chain, product
from typing import IO
from xml.etree.ElementTree import Element, ParseError, iterparse
from zipfile import BadZipFile, ZipFile

from vigie.reading.adapters.grid import RowGrid
from vigie.reading.adapters.shown import NOT_COMPUTED, Place, Shown
from vigie.reading.values.scalars import read_date
from vigie.text import plain_blanks

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_BREAK = f"{_TEXT}line-break"
_SIGNS = {_BREAK: "\n", f"{_TEXT}tab": " ", f"{_TEXT}s": " "}
_MOST_BLANKS = 100
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_HIDDEN = ("collapse", "filter")
_NUMBERS = ("float", "currency")
_SHOWN_NUMBER = re.compile(r"(\D*?)(-?\d[\d ]*(?:[.,]\d+)?)(\D*)")
_SPREADSHEETS = re.compile(rb"(?i)office|collabora|gnumeric|calligra|excel|google|zoho")
_FAILURES = (BadZipFile, LookupError, OSError, ParseError, ValueError, NotImplementedError)


def mark_cells(content: bytes, grids: Sequence[RowGrid]) -> None:
    """Adds to the sheets of a workbook what their cells show; calamine read their values, should it fail."""
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            _Reader(archive, grids).read()
    except _FAILURES:
        for grid in grids:
            grid.shown.is_whole = False


class _Reader:
    """One pass over the sheets of a workbook."""

    def __init__(self, archive: ZipFile, grids: Sequence[RowGrid]) -> None:
        self._archive = archive
        self._grids = {grid.name: grid for grid in grids}
        self._struck: set[str] = set()
        self._columns: list[str] = []
        # The formulas that give 0: of a program that computes none, all do.
        self._zeros: list[tuple[Shown, list[Place]]] = []
        self._has_results = False

    def read(self) -> None:
        names = self._archive.namelist()
        for name in ("styles.xml", "content.xml"):
            if name in names:
                with self._archive.open(name) as part:
                    self._read_part(part)
        meta = self._archive.read("meta.xml") if "meta.xml" in names else b""
        if not self._has_results and not _SPREADSHEETS.search(meta):
            for shown, places in self._zeros:
                shown.errors |= dict.fromkeys(places, NOT_COMPUTED)

    def _read_part(self, part: IO[bytes]) -> None:
        grid, line = None, 1
        for event, element in iterparse(part, events=("start", "end")):
            if event == "start" and element.tag == f"{_TABLE}table":
                grid, line = self._grids.get(element.get(f"{_TABLE}name", "")), 1
                self._columns = []
            elif event == "start":
                continue
            elif element.tag == f"{_STYLE}style":
                self._read_style(element)
            elif element.tag == f"{_TABLE}table-column":
                count = int(element.get(f"{_TABLE}number-columns-repeated", "1"))
                count = min(count, _width(grid) - len(self._columns))
                if grid and element.get(f"{_TABLE}visibility") in _HIDDEN:
                    first = len(self._columns)
                    grid.shown.hidden_columns.update(range(first, first + count))
                style = element.get(f"{_TABLE}default-cell-style-name", "")
                self._columns += [style] * count
            elif element.tag == f"{_TABLE}table-row":
                count = int(element.get(f"{_TABLE}number-rows-repeated", "1"))
                if grid:
                    # A row repeated to the bottom of the sheet is longer than what was read.
                    last = min(line + count, len(grid.rows) + 1)
                    self._mark_row(grid, element, range(line, last))
                line += count
                element.clear()

    def _read_style(self, style: Element) -> None:
        marks = (
            properties.get(f"{_STYLE}text-line-through-{what}", "none")
            for properties in style.iter(f"{_STYLE}text-properties")
            for what in ("style", "type")
        )
        if any(mark != "none" for mark in marks) or (
            style.get(f"{_STYLE}parent-style-name") in self._struck
        ):
            self._struck.add(style.get(f"{_STYLE}name", ""))

    def _mark_row(self, grid: RowGrid, row: Element, lines: range) -> None:
        shown = grid.shown
        if row.get(f"{_TABLE}visibility") in _HIDDEN:
            shown.hidden.update(lines)
        width, column = _width(grid), 0
        default = row.get(f"{_TABLE}default-cell-style-name", "")
        for cell in (cell for cell in row if cell.tag in _CELLS):
            count = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
            places = list(product(lines, range(column, min(column + count, width))))
            self._mark_cell(shown, cell, places)
            style = cell.get(f"{_TABLE}style-name") or default
            if not style and column < len(self._columns):
                style = self._columns[column]
            if len(cell) and self._is_struck(cell, style):
                shown.struck.update(places)
            spanned = int(cell.get(f"{_TABLE}number-rows-spanned", "1"))
            if spanned > 1:
                grid.merged.append((column, lines.start, lines.start + spanned - 1))
            column += count

    def _mark_cell(self, shown: Shown, cell: Element, places: list[Place]) -> None:
        kind, written = cell.get(f"{_OFFICE}value-type", ""), cell.get(f"{_OFFICE}value", "")
        if cell.get(f"{_CALC}value-type") == "error":
            shown.errors |= dict.fromkeys(places, _text(cell))
        elif cell.get(f"{_TABLE}formula"):
            if not kind or (kind in (*_NUMBERS, "percentage") and not written):
                shown.errors |= dict.fromkeys(places, NOT_COMPUTED)
            elif written and float(written) == 0:
                self._zeros.append((shown, places))
            else:
                self._has_results = True
        if (text := _shown(kind, written, cell)) or _is_hidden(kind, written, cell):
            shown.texts |= dict.fromkeys(places, text)

    def _is_struck(self, cell: Element, style: str) -> bool:
        spans = (e.get(f"{_TEXT}style-name", "") for e in cell.iter(f"{_TEXT}span"))
        return any(name in self._struck for name in chain([style], spans) if name)


def _width(grid: RowGrid | None) -> int:
    return len(grid.rows[0]) if grid and grid.rows else 0


def _is_hidden(kind: str, written: str, cell: Element) -> bool:
    """Whether the format of a number displays nothing: its paragraph is there, and empty."""
    is_number = kind in (*_NUMBERS, "percentage") and bool(written)
    return is_number and cell.find(f"{_TEXT}p") is not None and not _text(cell).strip()


def _shown(kind: str, written: str, cell: Element) -> str:
    """The text of a cell, when its format says more than its value."""
    if kind == "percentage":
        if _is_hidden(kind, written, cell):
            return ""
        return f"{round(float(written) * 100, 10):g} %" if written else ""
    text = _text(cell)
    if kind in _NUMBERS and written:
        return _as_precise(text, float(written))
    if kind == "date":
        # A month or a year alone: the day behind it was typed by nobody.
        return (
            text if read_date(text, is_end=True)[1] in ("LEC-DATE-MOIS", "LEC-DATE-ANNEE") else ""
        )
    is_broken = kind == "string" and next(cell.iter(_BREAK), None) is not None
    return text if kind == "time" or is_broken else ""


def _as_precise(text: str, value: float) -> str:
    """What is shown around a number, beside the number itself where its format only rounds it."""
    found = _SHOWN_NUMBER.fullmatch(text)
    if found is None:
        return text
    digits = found[2].replace(" ", "").replace(",", ".")
    decimals = len(digits.partition(".")[2])
    is_padded = re.match(r"-?0\d", digits) is not None
    if is_padded or round(value, decimals) != float(digits) or round(value, decimals) == value:
        return text
    return f"{found[1]}{round(value, 10):g}{found[3]}"


def _text(cell: Element) -> str:
    # Not those of a note, which are deeper.
    lines = (_line(line) for line in cell if line.tag == f"{_TEXT}p")
    return plain_blanks("\n".join(lines))


def _line(element: Element) -> str:
    """The text of a paragraph, with its line breaks, tabs and repeated blanks."""
    for child in element.iter():
        if child.tag not in _SIGNS:
            continue
        child.text = _SIGNS[child.tag] * min(int(child.get(f"{_TEXT}c", "1")), _MOST_BLANKS)
    return "".join(element.itertext())
