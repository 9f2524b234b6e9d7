"""What the cells of a sheet of an .xlsx workbook show, read in its XML: calamine gives values alone."""

import re
from collections.abc import Callable
from functools import lru_cache, partial
from xml.etree.ElementTree import Element
from xml.parsers.expat import ExpatError, ParserCreate

from openpyxl.styles.numbers import BUILTIN_FORMATS

from vigie.reading.adapters.guard import column_number
from vigie.reading.adapters.number_formats import hides_text, shown
from vigie.reading.adapters.package import Package, each, is_true
from vigie.reading.adapters.shown import NOT_COMPUTED, Shown

# A sheet without any of these has nothing to tell, but for its styles.
_TELLING = re.compile(rb"<(?:\w+:)?f\b|\bt\s*=\s*[\"']e|\bhidden\s*=")
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_NUMBERS = ("", "n")
# Of the format: a package may name more.
_LAST_COLUMN = 16_384

Show = Callable[[float], str | None]


def read_shown(content: bytes, sheet: str) -> Shown:
    """What the sheet of this name shows; nothing is whole in a package that cannot be read so far."""
    try:
        package = Package(content)
        styles = _Styles(package)
        part = package.read(package.sheets[sheet])
        struck = _struck_texts(package)
        if not (styles.tells or struck or _TELLING.search(part)):
            return Shown()
        return _Reader(package, styles, struck).read(part)
    except (*Package.FAILURES, ExpatError):
        return Shown(is_whole=False)


class _Styles:
    """What each style of cells makes of a number, and the styles that strike text out or hide it."""

    def __init__(self, package: Package) -> None:
        self.shows: dict[int, Show] = {}
        self.struck: set[int] = set()
        self.hiding: set[int] = set()
        root = package.part("styles")
        if root is None:
            return
        codes = dict(BUILTIN_FORMATS) | {
            int(e.get("numFmtId", "0")): e.get("formatCode", "") for e in each(root, "numFmt")
        }
        fonts = [_strikes(font) for fonts in each(root, "fonts") for font in fonts]
        formats = next(each(root, "cellXfs"), None)
        for index, style in enumerate(formats if formats is not None else ()):
            code = codes.get(int(style.get("numFmtId", "0")), "General")
            if code not in ("General", "@"):
                self.shows[index] = lru_cache(10_000)(
                    partial(shown, code=code, is_1904=package.is_1904)
                )
                if hides_text(code):
                    self.hiding.add(index)
            font = int(style.get("fontId", "0"))
            if font < len(fonts) and fonts[font]:
                self.struck.add(index)

    def show(self, style: int, value: str) -> str | None:
        show = self.shows.get(style)
        return show(float(value)) if show else None

    @property
    def tells(self) -> bool:
        return bool(self.shows or self.struck)


def _strikes(element: Element) -> bool:
    return any(
        is_true(e.get("val", "1")) for name in ("strike", "dstrike") for e in each(element, name)
    )


def _struck_texts(package: Package) -> set[str]:
    """The numbers of the shared texts that are struck out, in whole or in part."""
    root = package.part("sharedStrings")
    texts = each(root, "si") if root is not None else ()
    return {str(number) for number, text in enumerate(texts) if _strikes(text)}


class _Reader:
    """One pass over the XML of a sheet, prefixes put aside."""

    def __init__(self, package: Package, styles: _Styles, struck: set[str]) -> None:
        self._styles, self._struck_texts = styles, struck
        self._is_recomputed = package.is_computed_on_opening
        self._shown = Shown()
        self._row = self._column = self._style = 0
        self._type = ""
        self._has_formula = self._is_text = False
        self._value: list[str] = []

    def read(self, part: bytes) -> Shown:
        parser = ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(part, True)
        return self._shown

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            found = _REFERENCE.fullmatch(attributes.get("r", ""))
            self._column = column_number(found[1]) if found else self._column + 1
            self._type = attributes.get("t", "")
            self._style = int(attributes.get("s", "0"))
            self._has_formula = False
            self._value.clear()
        elif name in ("v", "t"):
            self._is_text = True
        elif name == "f":
            self._has_formula = True
        elif name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
            if is_true(attributes.get("hidden", "")):
                self._shown.hidden.add(self._row)
        elif name == "col" and is_true(attributes.get("hidden", "")):
            first = int(attributes["min"])
            last = min(int(attributes.get("max", first)), _LAST_COLUMN)
            self._shown.hidden_columns.update(range(first - 1, last))
        elif name in ("strike", "dstrike") and is_true(attributes.get("val", "1")):
            self._shown.struck.add((self._row, self._column - 1))

    def _text(self, text: str) -> None:
        if self._is_text:
            self._value.append(text)

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name in ("v", "t"):
            self._is_text = False
        elif name == "c":
            self._cell("".join(self._value), (self._row, self._column - 1))

    def _cell(self, value: str, place: tuple[int, int]) -> None:
        if self._type == "e":
            self._shown.errors[place] = value
        elif self._has_formula and self._lacks_result(value):
            self._shown.errors[place] = NOT_COMPUTED
        elif value and self._type in _NUMBERS:
            if (text := self._styles.show(self._style, value)) is not None:
                self._shown.texts[place] = text
        elif value and self._style in self._styles.hiding:
            self._shown.texts[place] = ""
        if value and (
            self._style in self._styles.struck
            or (self._type == "s" and value in self._struck_texts)
        ):
            self._shown.struck.add(place)

    def _lacks_result(self, value: str) -> bool:
        if self._type not in _NUMBERS:
            # An empty text is a result.
            return not value and self._type != "str"
        return not value or (self._is_recomputed and float(value) == 0)
