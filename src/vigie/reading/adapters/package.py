"""The parts of an .xlsx workbook or of a .docx document, found by its relationships: their names, prefixes and
namespaces are free."""

import io
import posixpath
from collections.abc import Iterator
from functools import cached_property
from xml.etree.ElementTree import Element, ParseError, fromstring, iterparse
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

USUAL_WORKBOOK = "xl/workbook.xml"
_MAIN_RELATIONSHIPS = "_rels/.rels"


class Package:
    """The parts of a package whose sizes were checked; each method raises what `FAILURES` lists on a broken one."""

    FAILURES = (BadZipFile, LookupError, OSError, ParseError, ValueError, NotImplementedError)

    def __init__(self, content: bytes) -> None:
        self._archive = ZipFile(io.BytesIO(content))
        # Some tools of Windows write backslashes.
        self._names = {name.replace("\\", "/"): name for name in self._archive.namelist()}

    @property
    def names(self) -> list[str]:
        return list(self._names)

    def read(self, name: str) -> bytes:
        return self._archive.read(self._names[name])

    @cached_property
    def workbook(self) -> str:
        """The name of the part that lists the sheets; empty in a package of another kind."""
        if USUAL_WORKBOOK in self._names:
            return USUAL_WORKBOOK
        return self._main("workbook")

    @cached_property
    def document(self) -> str:
        """The name of the part that holds the text of a Word document; empty in a package of another kind."""
        return self._main("document")

    def _main(self, tag: str) -> str:
        for kind, target, _ in self._relationships(""):
            if kind == "officeDocument" and local(_root(self.read(target)).tag) == tag:
                return target
        return ""

    @cached_property
    def sheets(self) -> dict[str, str]:
        """Name of a sheet -> name of its part."""
        parts = {key: target for _, target, key in self._relationships(self.workbook)}
        found = {}
        for sheet in each(self._book, "sheet"):
            key = next((v for k, v in sheet.attrib.items() if local(k) == "id"), "")
            if key in parts:
                found[sheet.get("name", "")] = parts[key]
        return found

    @cached_property
    def is_computed_on_opening(self) -> bool:
        """Whether the program that wrote the results of formulas does not answer for them."""
        return any(
            is_true(calculation.get(name, ""))
            for calculation in each(self._book, "calcPr")
            for name in ("fullCalcOnLoad", "forceFullCalc")
        )

    @cached_property
    def is_1904(self) -> bool:
        return any(is_true(e.get("date1904", "")) for e in each(self._book, "workbookPr"))

    def part(self, kind: str) -> Element | None:
        """The part of the workbook or document of this kind (`styles`, `sharedStrings`), None when it has none."""
        for found, target, _ in self._relationships(self.workbook or self.document):
            if found == kind:
                return fromstring(self.read(target))
        return None

    def as_usual(self) -> bytes:
        """The same package under the names that all readers expect."""
        folder = posixpath.dirname(self.workbook)
        relations = self._relations_of(self.workbook)
        renamed = {self.workbook: USUAL_WORKBOOK, relations: self._relations_of(USUAL_WORKBOOK)}
        stream = io.BytesIO()
        with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
            for name in self._names:
                usual = renamed.get(name, name)
                if name not in renamed and folder and name.startswith(f"{folder}/"):
                    usual = f"xl/{name.removeprefix(folder + '/')}"
                content = self.read(name)
                if name == _MAIN_RELATIONSHIPS:
                    content = content.replace(self.workbook.encode(), USUAL_WORKBOOK.encode())
                elif name == relations:
                    content = content.replace(f'"/{folder}/'.encode(), b'"/xl/')
                archive.writestr(usual, content)
        return stream.getvalue()

    @cached_property
    def _book(self) -> Element:
        return fromstring(self.read(self.workbook))

    def _relations_of(self, part: str) -> str:
        folder, name = posixpath.split(part)
        return posixpath.join(folder, "_rels", f"{name}.rels")

    def _relationships(self, part: str) -> Iterator[tuple[str, str, str]]:
        """Kind, part and identifier of what a part refers to inside the package."""
        name = self._relations_of(part) if part else _MAIN_RELATIONSHIPS
        if name not in self._names:
            return
        for relation in each(fromstring(self.read(name)), "Relationship"):
            target = relation.get("Target", "").replace("\\", "/")
            path = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target))
            if (found := path.lstrip("/")) in self._names:
                kind = relation.get("Type", "").rpartition("/")[2]
                yield kind, found, relation.get("Id", "")


def _root(part: bytes) -> Element:
    """The element that a part begins with, of which nothing more is read."""
    _, root = next(iterparse(io.BytesIO(part), events=("start",)))
    return root


def local(tag: str) -> str:
    """The name of an element or attribute, whatever its namespace."""
    return tag.rpartition("}")[2]


def each(element: Element, name: str) -> Iterator[Element]:
    """The elements of this name below an element."""
    return (found for found in element.iter() if local(found.tag) == name)


def is_true(text: str) -> bool:
    """A boolean attribute of OOXML."""
    return text in ("1", "true")
