"""The numbers that Word writes by itself before paragraphs (« 1.1 », « ACT-03 »): they stand in no text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from docx.oxml.ns import qn

from vigie.reading.adapters.package import each, local

_LEVELS = 9
_PLACE = re.compile("%([1-9])")
_ROMANS = tuple(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ["M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"],
        strict=True,
    )
)
_LARGEST = 3_999
# Word goes no further with letters (thirty Z), nor has a longer shape.
_LAST_LETTER = 780
_LONGEST_SHAPE = 255
# Signs that number nothing.
_BULLETS = frozenset({"bullet", "none"})
_NUMBERS, _NUMBER, _LEVEL = map(qn, ("w:numPr", "w:numId", "w:ilvl"))
_PROPERTIES, _STYLE, _VALUE = map(qn, ("w:pPr", "w:pStyle", "w:val"))

Place = tuple[str, int]


@dataclass(frozen=True)
class _Level:
    """How the numbers of a level are written: `shape` holds %1 for that of the first level."""

    shape: str
    form: str
    start: int
    is_decimal: bool


class Numbering:
    """Counts the numbered paragraphs of a document, asked about in their order."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._levels: dict[Place, _Level] = {}
        self._lists: dict[str, str] = {}
        self._restarts: dict[Place, int] = {}
        self._by_style: dict[str, Place] = {}
        self._parents: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        linked: dict[Place, str] = {}
        for found in _named(numbering, "abstractNum"):
            self._read_list(_said(found, "abstractNumId"), _named(found, "lvl"), linked)
        for found in _named(numbering, "num"):
            self._read_number(found)
        for style in _named(styles, "style"):
            self._read_style(style, linked)

    def label(self, paragraph: Any) -> str:
        """The number displayed before this paragraph; "" for most, and for a bullet."""
        place = self._place(paragraph.find(_PROPERTIES))
        if place is None:
            return ""
        number, level = place
        owner = self._lists.get(number, "")
        known = self._levels.get((owner, level))
        if known is None:
            return ""
        counts = self._counts.setdefault(owner, {})
        restart = self._restarts.pop((number, level), None)
        counts[level] = counts.get(level, known.start - 1) + 1 if restart is None else restart
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]
        if known.form in _BULLETS:
            return ""
        return _PLACE.sub(lambda found: self._shown(owner, int(found[1]) - 1, known), known.shape)

    def _shown(self, owner: str, level: int, asking: _Level) -> str:
        known = self._levels.get((owner, level))
        if known is None or known.form in _BULLETS:
            return ""
        # A level that was skipped shows its first number.
        count = self._counts[owner].get(level, known.start)
        return _written(count, "decimal" if asking.is_decimal else known.form)

    def _place(self, properties: Any) -> Place | None:
        """The number and the level of a paragraph, its own or those of its style; 0 takes the number away."""
        if properties is None:
            return None
        style = properties.find(_STYLE)
        of_style = self._of_style(style.get(_VALUE, "")) if style is not None else None
        own = properties.find(_NUMBERS)
        if own is None:
            return of_style
        number, level = own.find(_NUMBER), own.find(_LEVEL)
        name = number.get(_VALUE, "") if number is not None else of_style[0] if of_style else ""
        depth = _whole(level.get(_VALUE, ""), 0) if level is not None else 0
        return (name, depth) if name not in ("", "0") else None

    def _of_style(self, name: str) -> Place | None:
        """The place that a style gives, or one of those that it is based on."""
        for _ in range(_LEVELS):
            if name in self._by_style:
                return self._by_style[name]
            name = self._parents.get(name, "")
        return None

    def _read_list(self, owner: str, levels: Iterable[Element], linked: dict[Place, str]) -> None:
        for found in levels:
            level = _whole(_said(found, "ilvl"), 0)
            if level >= _LEVELS:
                continue
            told = {local(child.tag): _said(child, "val") for child in found}
            self._levels[owner, level] = _Level(
                told.get("lvlText", "")[:_LONGEST_SHAPE],
                told.get("numFmt", "decimal"),
                _whole(told.get("start", ""), 1),
                "isLgl" in told,
            )
            if style := told.get("pStyle"):
                linked[owner, level] = style

    def _read_number(self, found: Element) -> None:
        number = _said(found, "numId")
        self._lists[number] = next((_said(a, "val") for a in _named(found, "abstractNumId")), "")
        for override in _named(found, "lvlOverride"):
            level = _whole(_said(override, "ilvl"), 0)
            for start in _named(override, "startOverride"):
                self._restarts[number, level] = _whole(_said(start, "val"), 1)

    def _read_style(self, style: Element, linked: dict[Place, str]) -> None:
        """A style of paragraphs that are numbered: the level of its list that is written for it."""
        name = _said(style, "styleId")
        self._parents[name] = next((_said(one, "val") for one in _named(style, "basedOn")), "")
        for numbers in _named(style, "numPr"):
            number = next((_said(one, "val") for one in _named(numbers, "numId")), "")
            level = next((_whole(_said(one, "val"), 0) for one in _named(numbers, "ilvl")), None)
            owner = self._lists.get(number, "")
            written = (
                depth for (of, depth), whose in linked.items() if (of, whose) == (owner, name)
            )
            self._by_style[name] = (number, next(written, 0) if level is None else level)


def _named(element: Element | None, name: str) -> Iterable[Element]:
    return each(element, name) if element is not None else ()


def _said(element: Element, attribute: str) -> str:
    return next((value for key, value in element.attrib.items() if local(key) == attribute), "")


def _whole(text: str, otherwise: int) -> int:
    return min(int(text), _LARGEST) if text.isascii() and text.isdigit() else otherwise


def _written(count: int, form: str) -> str:
    if form == "decimalZero":
        return f"{count:02d}"
    if form in ("upperLetter", "lowerLetter") and 0 < count <= _LAST_LETTER:
        # After Z come AA, BB, CC.
        letter = chr(ord("A") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letter if form == "upperLetter" else letter.lower()
    if form in ("upperRoman", "lowerRoman") and count <= _LARGEST:
        return _roman(count) if form == "upperRoman" else _roman(count).lower()
    return str(count)


def _roman(count: int) -> str:
    text = ""
    for value, letters in _ROMANS:
        text += letters * (count // value)
        count %= value
    return text
