"""The characters that no text may hold, taken out of what a sender wrote, whatever its format, and told."""

import re
from collections.abc import Sequence
from typing import Any

from vigie.reading.adapters.grid import Grid, RowGrid
from vigie.reading.adapters.guard import column_letter
from vigie.records import Observation
from vigie.text import count_controls, without_controls

CODE = "FOR-CARACTERES"
# In UTF-8, those of ASCII, which are looked for together at once, then the others: a pattern that begins by one byte
# is found thirty times faster than one that begins by several.
_ASCII = bytes([*range(9), 11, 12, *range(14, 32), 127])
_BEYOND_ASCII = tuple(
    re.compile(pattern)
    for pattern in (
        rb"\xc2[\x80-\x9f]",
        rb"\xed[\xa0-\xbf]",
        rb"\xef\xb7[\x90-\xaf]",
        rb"\xef\xbf[\xbe\xbf]",
        rb"\xbf[\xbe\xbf](?<=[\xf0-\xf4][\x8f\x9f\xaf\xbf]\xbf[\xbe\xbf])",
    )
)
# JSON alone can hold half of a character, which no file can: written as a non-character until it is told.
_HALF = re.compile("[\ud800-\udfff]")


def holds_controls(content: bytes) -> bool:
    """Whether UTF-8 bytes hold a character that `clean_grids` would take out."""
    if len(content.translate(None, _ASCII)) != len(content):
        return True
    return any(pattern.search(content) for pattern in _BEYOND_ASCII)


def clean_grids(grids: Sequence[Grid]) -> list[Observation]:
    """Takes those characters out of the cells and of the names of the sheets; one observation for each column of a
    sheet that its sender sees, at its first cell concerned."""
    told: list[Observation] = []
    names: set[str] = set()
    for grid in grids:
        grid.name = _free(without_controls(grid.name), names)
        names.add(grid.name)
        if isinstance(grid, RowGrid):
            found = _clean_rows(grid)
            told += [] if grid.is_hidden else found
    return told


def _free(name: str, taken: set[str]) -> str:
    """Two sheets are never taken for one: rows are known by the name of their sheet."""
    return name if name not in taken else _free(f"{name} (2)", taken)


def _clean_rows(grid: RowGrid) -> list[Observation]:
    lines: dict[int, int] = {}
    counts: dict[int, int] = {}
    rows = list(grid.rows)
    for position, row in enumerate(rows):
        if not "".join(row).isprintable():
            rows[position] = [without_controls(cell) for cell in row]
            for index, cell in enumerate(row):
                if count := count_controls(cell):
                    lines.setdefault(index, position + 1)
                    counts[index] = counts.get(index, 0) + count
    grid.rows = rows
    return [
        Observation(CODE, grid.name, line, column_letter(index), str(counts[index]))
        for index, line in lines.items()
    ]


def may_hold_controls(document: bytes) -> bool:
    """Whether the text of a JSON document may hold such a character, written as it is or by its number."""
    return any(mark in document for mark in (b"\\u", b"\\b", b"\\f")) or holds_controls(document)


def clean_document(document: Any) -> tuple[Any, int]:
    """A JSON document with those characters taken out of all its texts, and how many there were."""
    if isinstance(document, str):
        whole = document if document.isprintable() else _HALF.sub("\uffff", document)
        return without_controls(whole), count_controls(whole)
    if isinstance(document, list):
        pairs = [clean_document(item) for item in document]
        return [item for item, _ in pairs], sum(count for _, count in pairs)
    if isinstance(document, dict):
        found = {key: clean_document(value) for key, value in document.items()}
        cleaned = {without_controls(key): value for key, (value, _) in found.items()}
        return cleaned, sum(count for _, count in found.values()) + sum(map(count_controls, found))
    return document, 0


def in_document(count: int) -> list[Observation]:
    """What to say of a JSON document from which `count` characters were taken."""
    return [Observation(CODE, valeur=str(count))] if count else []
