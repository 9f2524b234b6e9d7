"""The columns that the sender of an .xlsx workbook does not see: calamine tells nothing of them."""

import io
import re
from zipfile import ZipFile

from openpyxl import load_workbook

_HIDDEN = re.compile(rb'<(?:\w+:)?col [^<>]*\bhidden="(?:1|true)"[^<>]*>')
_BOUNDS = re.compile(rb'\b(min|max)="(\d{1,5})"')


def hidden_columns(content: bytes, sheet: str, width: int) -> set[int]:
    """The indices below `width` of the hidden columns of a sheet; raises what openpyxl does on a damaged workbook."""
    with ZipFile(io.BytesIO(content)) as archive:
        names = [n for n in archive.namelist() if n.startswith("xl/worksheets/")]
        if not any(_HIDDEN.search(archive.read(name)) for name in names):
            return set()
        book = load_workbook(io.BytesIO(content), read_only=True)
        try:
            part = archive.read(book[sheet]._worksheet_path)
        finally:
            book.close()
    found: set[int] = set()
    for column in _HIDDEN.findall(part):
        bounds = {name: int(number) for name, number in _BOUNDS.findall(column)}
        first = bounds.get(b"min", 1)
        found.update(range(first - 1, min(bounds.get(b"max", first), width)))
    return found
