"""The sender's own workbook, with the faulty cells coloured and commented."""

import copy
import logging
import textwrap
import zipfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from expectations import RULES
from vigie.incidents import Defect
from vigie.reading.adapters.isolation import Apart

COPY_NAME = "copie_annotee.xlsx"
# openpyxl keeps every cell in memory: beyond this size the list of remarks does the work.
MAX_BYTES, MAX_ROWS, MAX_NOTES = 5 * 1024 * 1024, 5_000, 2_000
_INK = "1A1A1A"
# The box of a comment does not grow with its text: wide enough for so many characters in the widest usual font.
_BOX_WIDTH, _BOX_CHARACTERS, _LINE_HEIGHT, _BOX_MARGIN = 360, 42, 18, 16
# A spreadsheet holds no longer text in a cell; wrapping one costs more than its length.
_LONGEST_COMMENT = 32_767
_COLOURS = {"critique": "FFC9B8", "majeure": "FFE2A8", "remarque": "FFF6CC"}

log = logging.getLogger(__name__)


def write_copy(
    content: Path, folder: Path, controls: Sequence[dict[str, Any]], rows_nb: int, apart: Apart
) -> str | None:
    """Has the annotated copy written into `folder` by the process `apart`, and returns its name; None when there is
    nothing to annotate. `controls` are what was said of the file, `rows_nb` how many rows it has.

    A file that the gate refused to open is not opened here either. A workbook that openpyxl cannot rewrite, or not
    within the limits of `apart`, is answered without a copy, and the log says so.
    """
    notes = [c for c in controls if c["ligne"] and not RULES[c["regle_code"]].informs]
    if all(c["severite"] == "remarque" for c in notes):
        return None
    if any(c["regle_code"].startswith("FIC-") for c in controls):
        return None
    if content.stat().st_size > MAX_BYTES or rows_nb > MAX_ROWS:
        return None
    written = apart.ask("annotate", content, folder / COPY_NAME, notes[:MAX_NOTES])
    if written is True:
        return COPY_NAME
    (folder / COPY_NAME).unlink(missing_ok=True)
    if written is not False:
        reason = written.nature if isinstance(written, Defect) else "temps ou mémoire dépassés"
        log.warning("%s : répondu sans copie annotée (%s)", folder.name, reason)
    return None


def annotate(content: Path, copy: Path, notes: list[dict[str, Any]]) -> bool:
    """Writes to `copy` the workbook `content` with its notes; False when the file is not a workbook.

    To be called in a process apart: openpyxl raises anything on a file made to hurt, and takes any time or memory.
    """
    if not _is_workbook(content):
        return False
    with content.open("rb") as stream:
        book = load_workbook(stream)
    _annotate(book, notes)
    book.save(copy)
    return True


def _is_workbook(content: Path) -> bool:
    if not zipfile.is_zipfile(content):
        return False
    with zipfile.ZipFile(content) as archive:
        return "xl/workbook.xml" in archive.namelist()


def _annotate(book: Workbook, notes: list[dict[str, Any]]) -> None:
    cells: dict[Cell, list[dict[str, Any]]] = defaultdict(list)
    for note in notes:
        sheet = note["feuille"] if note["feuille"] in book.sheetnames else book.sheetnames[0]
        # What concerns a whole row, or a column the file does not have, is said on its first cell.
        cells[_shown(book[sheet], f"{note['colonne'] or 'A'}{note['ligne']}")].append(note)
    for cell, found in cells.items():
        worst = min(found, key=lambda note: list(_COLOURS).index(note["severite"]))
        cell.fill = PatternFill("solid", fgColor=_COLOURS[worst["severite"]])
        # A heading may be written in white, which none of these colours shows.
        font = copy.copy(cell.font)
        font.color = _INK
        cell.font = font
        text = "\n".join(
            f"{_line(note, cell)}{note['message']} {note['consigne']}" for note in found
        )
        if cell.comment:
            text += f"\n\n{cell.comment.text}"
        cell.comment = Comment(text, "Vigie")
    _size_comments(book)


def _shown(sheet: Worksheet, place: str) -> Cell:
    """The cell at this place, the first of its range when it is merged: the others cannot bear a comment."""
    cell = sheet[place]
    if isinstance(cell, MergedCell):
        (merged,) = (cells for cells in sheet.merged_cells.ranges if place in cells)
        return sheet.cell(merged.min_row, merged.min_col)
    return cell


def _line(note: dict[str, Any], cell: Cell) -> str:
    return f"Ligne {note['ligne']} : " if note["ligne"] != cell.row else ""


def _size_comments(book: Workbook) -> None:
    """Gives every comment, those of the sender too, a box that shows its whole text: openpyxl forgets their sizes."""
    for sheet in book.worksheets:
        # Not `iter_rows`, which makes every cell up to the last one: seventeen billion of them in the worst sheet.
        for cell in [cell for cell in sheet._cells.values() if cell.comment]:
            lines = sum(
                len(textwrap.wrap(line, _BOX_CHARACTERS)) or 1
                for line in cell.comment.text[:_LONGEST_COMMENT].splitlines()
            )
            cell.comment.width, cell.comment.height = (
                _BOX_WIDTH,
                _BOX_MARGIN + _LINE_HEIGHT * lines,
            )
