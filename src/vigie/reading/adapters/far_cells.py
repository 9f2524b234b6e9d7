"""Blank cells left far from a table, by a key pressed by mistake: a reader would lay out all that lies between."""

import io
import re
from xml.etree.ElementTree import fromstring
from zipfile import ZIP_DEFLATED, ZipFile

from vigie.reading.adapters.package import Package, each
from vigie.text import plain_blanks

_LARGEST_PART = 64 * 1024 * 1024
_END_OF_CELL = re.compile(rb"</((?:\w+:)?)c>")
_TAG = re.compile(rb"<[^<>]*>")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_SHARED = re.compile(rb"\bt\s*=\s*[\"']s[\"']")


def without_blank_cells(content: bytes) -> bytes:
    """An .xlsx package without the cells that hold nothing but blanks; unchanged when it is too large.

    Raises what `Package.FAILURES` lists when it is broken.
    """
    package = Package(content)
    blanks = _blank_texts(package)
    sheets = set(package.sheets.values())
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name in package.names:
            part = package.read(name)
            if name in sheets:
                if len(part) > _LARGEST_PART:
                    return content
                part = _without_blanks(part, blanks)
            archive.writestr(name, part)
    return stream.getvalue()


def _blank_texts(package: Package) -> set[bytes]:
    """The numbers of the shared texts that hold nothing but blanks."""
    root = package.part("sharedStrings")
    texts = each(root, "si") if root is not None else ()
    return {str(n).encode() for n, text in enumerate(texts) if _is_blank("".join(text.itertext()))}


def _without_blanks(part: bytes, blanks: set[bytes]) -> bytes:
    end = _END_OF_CELL.search(part)
    if end is None:
        return part
    start = b"<%bc " % end[1]
    *pieces, last = part.split(end[0])
    kept = []
    for piece in pieces:
        at = piece.rfind(start)
        is_blank = at >= 0 and _is_blank_cell(piece[at:], blanks)
        kept.append(piece[:at] if is_blank else piece + end[0])
    return b"".join([*kept, last])


def _is_blank_cell(cell: bytes, blanks: set[bytes]) -> bool:
    if _FORMULA.search(cell):
        return False
    text = _TAG.sub(b"", cell)
    if _SHARED.search(cell[: cell.find(b">")]):
        return text.strip() in blanks
    return _is_blank(_unescaped(text))


def _unescaped(text: bytes) -> str:
    return "".join(fromstring(b"<t>%b</t>" % text).itertext()) if b"&" in text else text.decode()


def _is_blank(text: str) -> bool:
    return not plain_blanks(text).strip()
