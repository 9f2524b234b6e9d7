"""What calamine does not tell of the cells of an .ods workbook: percentages, errors, merged cells, hidden rows."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from xml.etree.ElementTree import Element, ParseError, iterparse
from zipfile import ZipFile

from vigie.reading.adapters.grid import Grid, RowGrid

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_HIDDEN = ("collapse", "filter")


@dataclass
class OdsGrid(RowGrid):
    """A sheet of an .ods workbook; its cells are known by row number and column index."""

    percents: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    masked_columns: set[int] = field(default_factory=set)

    def percent_texts(self, column: int) -> dict[int, str]:
        return {line: text for (line, index), text in self.percents.items() if index == column}

    def error_cells(self) -> dict[tuple[int, int], str]:
        return self.errors

    def hidden_rows(self) -> set[int]:
        return self.hidden

    def hidden_columns(self) -> set[int]:
        return self.masked_columns


def mark_cells(content: bytes, grids: Sequence[Grid]) -> None:
    """Adds to the sheets of a workbook what its cells show; calamine read their values all the same when it cannot."""
    by_name = {grid.name: grid for grid in grids if isinstance(grid, OdsGrid)}
    grid, line, index = None, 1, 0
    try:
        with ZipFile(io.BytesIO(content)) as archive, archive.open("content.xml") as part:
            for event, element in iterparse(part, events=("start", "end")):
                if event == "start" and element.tag == f"{_TABLE}table":
                    grid, line = by_name.get(element.get(f"{_TABLE}name", "")), 1
                    index = 0
                elif event == "start" and element.tag == f"{_TABLE}table-column":
                    count = int(element.get(f"{_TABLE}number-columns-repeated", "1"))
                    if grid and element.get(f"{_TABLE}visibility") in _HIDDEN:
                        width = len(grid.rows[0]) if grid.rows else 0
                        grid.masked_columns.update(range(index, min(index + count, width)))
                    index += count
                elif event == "end" and element.tag == f"{_TABLE}table-row":
                    count = int(element.get(f"{_TABLE}number-rows-repeated", "1"))
                    if grid:
                        # A row repeated to the bottom of the sheet is longer than what was read.
                        _mark_row(grid, element, range(line, min(line + count, len(grid.rows) + 1)))
                    line += count
                    element.clear()
    except (ParseError, ValueError):
        return


def _mark_row(grid: OdsGrid, row: Element, lines: range) -> None:
    if row.get(f"{_TABLE}visibility") in _HIDDEN:
        grid.hidden.update(lines)
    width, column = len(grid.rows[0]) if grid.rows else 0, 0
    for cell in (cell for cell in row if cell.tag in _CELLS):
        count = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        places = product(lines, range(column, min(column + count, width)))
        if cell.get(f"{_OFFICE}value-type") == "percentage":
            value = float(cell.get(f"{_OFFICE}value", ""))
            grid.percents |= dict.fromkeys(places, f"{round(value * 100, 10):g} %")
        elif cell.get(f"{_CALC}value-type") == "error":
            grid.errors |= dict.fromkeys(places, cell.findtext(f"{_TEXT}p", ""))
        spanned = int(cell.get(f"{_TABLE}number-rows-spanned", "1"))
        if spanned > 1:
            grid.merged.append((column, lines.start, lines.start + spanned - 1))
        column += count
