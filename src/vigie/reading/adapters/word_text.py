"""The text of a piece of a Word document as it is displayed: without what was deleted, hidden or never filled in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

from vigie.text import plain_blanks

_OFF = ("0", "false", "off", "none")
_DELETED = frozenset(map(qn, ("w:del", "w:moveFrom")))
_STRUCK = (qn("w:strike"), qn("w:dstrike"))
_UNSEEN_MARKS = (qn("w:vanish"), qn("w:webHidden"))
_SIGNS = {
    qn("w:tab"): " ",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
}
# Properties and instructions, and the other form of a drawing for older programs.
_NO_TEXT = frozenset(
    {
        *map(qn, ("w:pPr", "w:rPr", "w:tcPr", "w:sdtPr", "w:instrText", "w:delInstrText", "w:rt")),
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    }
)
_TEXT, _RUN, _PARAGRAPH, _TABLE = map(qn, ("w:t", "w:r", "w:p", "w:tbl"))
_CONTROL, _CHOICES, _VALUE = map(qn, ("w:sdt", "w:ddList", "w:val"))


@dataclass
class WordText:
    """What was met in an element: its text, the tables inside it, whether some of its text is struck out, deleted or
    hidden. `label` gives the number displayed before a paragraph."""

    label: Callable[[Any], str]
    pieces: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    tables: list[Any] = field(default_factory=list)
    is_struck: bool = False
    is_unseen: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether nothing but numbers that nobody wrote is displayed."""
        return self.text == "\n".join(self.numbers)

    @property
    def text(self) -> str:
        lines = plain_blanks("".join(self.pieces)).splitlines()
        return "\n".join(line.strip() for line in lines if line.strip())


def text_of(element: Any, label: Callable[[Any], str] = lambda paragraph: "") -> WordText:
    """The text of a paragraph or of a cell, each paragraph of which begins by its `label`."""
    found = WordText(label)
    _read(element, found)
    return found


def is_on(properties: Any, *names: str) -> bool:
    """Whether one of these marks is set among the properties of a piece of text, of a row or of a control."""
    if properties is None:
        return False
    marks = (properties.find(name) for name in names)
    return any(mark is not None and mark.get(_VALUE, "1") not in _OFF for mark in marks)


def _read(element: Any, found: WordText) -> None:
    for child in element:
        if child.tag in _DELETED:
            found.is_unseen |= _holds_text(child)
        elif child.tag == _TABLE:
            found.tables.append(child)
        elif child.tag == _RUN:
            _read_run(child, found)
        elif child.tag == _CONTROL and is_on(child.find(qn("w:sdtPr")), qn("w:showingPlcHdr")):
            # « Choisissez un élément. »: nobody answered.
            continue
        elif child.tag == _CHOICES:
            found.pieces.append(_chosen(child))
        elif child.tag == _TEXT:
            found.pieces.append(child.text or "")
        elif child.tag in _SIGNS:
            found.pieces.append(_SIGNS[child.tag])
        elif child.tag not in _NO_TEXT:
            if child.tag == _PARAGRAPH and (number := plain_blanks(found.label(child)).strip()):
                found.numbers.append(number)
                found.pieces.append(f"{number} ")
            _read(child, found)
    if element.tag == _PARAGRAPH:
        found.pieces.append("\n")


def _read_run(run: Any, found: WordText) -> None:
    properties = run.find(qn("w:rPr"))
    if is_on(properties, *_UNSEEN_MARKS):
        found.is_unseen |= _holds_text(run)
        return
    found.is_struck |= is_on(properties, *_STRUCK) and _holds_text(run)
    _read(run, found)


def _holds_text(element: Any) -> bool:
    texts = element.iter(_TEXT, qn("w:delText"))
    return any((text.text or "").strip() for text in texts)


def _chosen(choices: Any) -> str:
    """The entry that a drop-down list of an old form shows: it stands in no text."""
    entries = [entry.get(_VALUE, "") for entry in choices.iter(qn("w:listEntry"))]
    chosen = next(
        (e.get(_VALUE, "") for name in ("w:result", "w:default") for e in choices.iter(qn(name))),
        "0",
    )
    return entries[int(chosen)] if chosen.isdecimal() and int(chosen) < len(entries) else ""
