"""The tables of a Word document (.docx) as grids, and its text as one more: where its date or its SIREN may stand."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from docx.exceptions import PythonDocxError
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from lxml.etree import XMLSyntaxError

from vigie.reading.adapters.cards import with_cards_together
from vigie.reading.adapters.codes import unreadable
from vigie.reading.adapters.grid import Grid, RowGrid
from vigie.reading.adapters.guard import check_extent
from vigie.reading.adapters.layout import MIN_KNOWN_HEADERS
from vigie.reading.adapters.package import Package, each, local
from vigie.reading.adapters.shown import Shown
from vigie.reading.adapters.word_numbers import Numbering
from vigie.reading.adapters.word_text import WordText, is_on, text_of
from vigie.reading.fields import LONGEST_LABEL, Fields
from vigie.settings import Settings

TEXT_NAME, TABLE_NAME = "Texte", "Tableau"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_USUAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_HEADING = re.compile(r"(?i)(heading|titre|title)( ?[1-9])?")
_PARAGRAPH, _TABLE, _ROW, _CELL = map(qn, ("w:p", "w:tbl", "w:tr", "w:tc"))
_AROUND = frozenset(map(qn, ("w:sdt", "w:sdtContent", "w:customXml", "w:ins", "w:moveTo")))
_DELETED_CELL = (qn("w:cellDel"),)
_VALUE = qn("w:val")
_FAILURES = (PythonDocxError, XMLSyntaxError, *Package.FAILURES)


def open_word(content: bytes, fields: Fields, settings: Settings) -> list[Grid]:
    """The text of a document, then each of its tables in order, its cards as one; raises ReportUnreadable.

    A table that goes on in the next one, cut by a page, is one: nothing is written between them.
    """
    try:
        package = Package(content)
        body = parse_xml(package.read(package.document).replace(_STRICT, _USUAL))
        styles = package.part("styles")
        numbering = Numbering(package.part("numbering"), styles)
        return _Reader(_headings(styles), numbering, fields, settings).read(body)
    except _FAILURES as error:
        raise unreadable("FIC-ILLISIBLE") from error


def _headings(root: Element | None) -> frozenset[str]:
    """The identifiers of the styles of titles: their names are those of Word in English, in every language."""
    return frozenset(
        identifier
        for style in (each(root, "style") if root is not None else ())
        for name in each(style, "name")
        for identifier in [_attribute(style, "styleId")]
        if _HEADING.fullmatch(_attribute(name, "val"))
    )


def _attribute(element: Any, name: str) -> str:
    return next((value for key, value in element.attrib.items() if local(key) == name), "")


class _Reader:
    """One pass over a document."""

    def __init__(
        self, headings: frozenset[str], numbering: Numbering, fields: Fields, settings: Settings
    ) -> None:
        self._headings = headings
        self._numbering = numbering
        self._fields = fields
        self._settings = settings
        self._lines: list[list[str]] = []
        self._grids: list[RowGrid] = []
        self._heading = ""
        # The table just above, when nothing is written since.
        self._above: _Table | None = None
        self._count = 0

    def read(self, document: Any) -> list[Grid]:
        self._read(document.find(qn("w:body")))
        grids = [RowGrid(TEXT_NAME, self._lines), *self._grids]
        return with_cards_together(grids, self._fields, self._settings)

    def _read(self, element: Any) -> None:
        for child in () if element is None else element:
            if child.tag == _PARAGRAPH:
                self._read_paragraph(child)
            elif child.tag == _TABLE:
                self._read_table(child)
            elif child.tag in _AROUND:
                self._read(child)

    def _read_paragraph(self, paragraph: Any) -> None:
        # Counted with those of the tables; a title is read without.
        self._numbering.label(paragraph)
        found = text_of(paragraph)
        if found.text:
            self._above = None
            if self._is_heading(paragraph):
                self._heading = " ".join(found.text.split())
            # Longer, a line is no title nor label.
            self._lines += [[line] for line in found.text.split("\n") if len(line) <= LONGEST_LABEL]
        for table in found.tables:
            self._read_table(table)

    def _is_heading(self, paragraph: Any) -> bool:
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        return style is not None and style.get(_VALUE, "") in self._headings

    def _read_table(self, element: Any) -> None:
        self._count += 1
        table = _Table.of(element, self._numbering)
        check_extent(len(table.rows), table.width, self._settings)
        if self._above and table.rows and self._above.goes_on_in(table, self._fields):
            self._above.append(table)
            check_extent(len(self._above.rows), table.width, self._settings)
        elif table.rows:
            name = f"{TABLE_NAME} {self._count}"
            self._grids.append(
                RowGrid(name, table.rows, False, table.merged, lambda: table.shown, self._heading)
            )
            self._above = table
        above = self._above
        for nested in table.nested:
            self._above = None
            self._read_table(nested)
        self._above = above


@dataclass
class _Table:
    """A table as it is displayed: the cells of a row that spans several columns stand in the first of them."""

    rows: list[list[str]]
    width: int
    numbering: Numbering
    merged: list[tuple[int, int, int]] = field(default_factory=list)
    nested: list[Any] = field(default_factory=list)
    shown: Shown = field(default_factory=Shown)
    # Column -> the position in `merged` of its last range.
    open: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, element: Any, numbering: Numbering) -> "_Table":
        rows = [row for row in _children(element, _ROW) if not _is_deleted(row)]
        cells = [[*_placed(row)] for row in rows]
        # Borders moved by hand make more columns than a row has cells: most rows have as many cells as columns.
        width = (
            max(Counter(map(len, cells)).items(), key=lambda pair: (pair[1], pair[0]))[0]
            if cells
            else 0
        )
        starts = next(([start for start, _ in row] for row in cells if len(row) == width), [])
        table = cls([], width, numbering)
        for number, (row, placed) in enumerate(zip(rows, cells, strict=True), start=1):
            if is_on(row.find(qn("w:trPr")), qn("w:hidden")):
                table.shown.hidden.add(number)
            table._add_row(placed, starts)
        return table

    def _add_row(self, placed: Sequence[tuple[int, Any]], starts: Sequence[int]) -> None:
        texts = [""] * self.width
        number, last, is_blank = len(self.rows) + 1, -1, True
        for rank, (start, cell) in enumerate(placed):
            at = (
                rank
                if len(placed) == self.width
                else max(bisect_right(starts, start) - 1, last + 1)
            )
            last = at
            if at >= self.width:
                continue
            if cell.vMerge == "continue":
                self._merge(at, number)
            else:
                found = text_of(cell, self.numbering.label)
                texts[at] = self._noted(found, cell, (number, at))
                is_blank &= found.is_blank
        # A row still to be filled in bears its number already.
        self.rows.append([""] * self.width if is_blank else texts)

    def _noted(self, found: WordText, cell: Any, place: tuple[int, int]) -> str:
        """The text of a cell, what else it holds being noted."""
        is_deleted = is_on(cell.tcPr, *_DELETED_CELL)
        if found.is_struck:
            self.shown.struck.add(place)
        if found.is_unseen or (is_deleted and found.text):
            self.shown.unseen.add(place)
        if found.tables:
            self.shown.nested.add(place)
            self.nested += found.tables
        return "" if is_deleted else found.text

    def _merge(self, column: int, number: int) -> None:
        """Makes the cell above go on in this row."""
        last = self.open.get(column)
        if last is not None and self.merged[last][2] == number - 1:
            self.merged[last] = (column, self.merged[last][1], number)
            return
        self.open[column] = len(self.merged)
        self.merged.append((column, number - 1, number))

    def goes_on_in(self, below: "_Table", fields: Fields) -> bool:
        """Whether the table below is the rest of this one: its header again, or none of its own."""
        if below.width != self.width or below.width < MIN_KNOWN_HEADERS:
            return False
        first = below.rows[0]
        is_header = any(cell and fields.find(cell, "vigie") for cell in first)
        return first in self.rows[:1] or not is_header

    def append(self, below: "_Table") -> None:
        shift = len(self.rows)
        self.rows += below.rows
        self.merged += [
            (column, top + shift, bottom + shift) for column, top, bottom in below.merged
        ]
        self.shown.hidden |= {line + shift for line in below.shown.hidden}
        for own, other in (
            (self.shown.struck, below.shown.struck),
            (self.shown.unseen, below.shown.unseen),
            (self.shown.nested, below.shown.nested),
        ):
            own |= {(line + shift, column) for line, column in other}


def _children(element: Any, tag: str) -> Iterator[Any]:
    """The rows of a table, or the cells of a row, those inside a control of a form included."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in _AROUND:
            yield from _children(child, tag)


def _is_deleted(row: Any) -> bool:
    return is_on(row.find(qn("w:trPr")), qn("w:del"), qn("w:moveFrom"))


def _placed(row: Any) -> Iterator[tuple[int, Any]]:
    """The cells of a row, each with the column of the grid where it begins."""
    column = row.grid_before
    for cell in _children(row, _CELL):
        yield column, cell
        column += cell.grid_span
