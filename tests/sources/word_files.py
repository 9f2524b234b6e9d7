"""Word documents as territories send them, made by the tests that read them."""

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

HEADER = ("Code", "Intitulé de l'action", "Statut", "Fin prévue", "Budget prévu (€)")


def word(*parts: Any) -> bytes:
    """A document of these parts in order: a text is a paragraph, rows are a table."""
    document = Document()
    for part in parts:
        if isinstance(part, str):
            document.add_paragraph(part)
        elif isinstance(part, tuple):
            document.add_heading(part[0], level=1)
        else:
            add_table(document, part)
    return saved_word(document)


def add_table(document: WordDocument, rows: Sequence[Sequence[str]]) -> Any:
    """Adds a table of texts, all rows of the width of the first, and gives it."""
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for number, row in enumerate(rows):
        for index, text in enumerate(row):
            table.cell(number, index).text = text
    return table


def saved_word(document: WordDocument) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def set_mark(properties: Any, name: str) -> None:
    """Sets a mark (`w:strike`, `w:vanish`) among the properties of a run or of a row."""
    properties.append(OxmlElement(name))


def delete_run(run: Any) -> None:
    """Deletes a run as tracked changes do: it stays in the file."""
    deleted = parse_xml(f'<w:del {nsdecls("w")} w:id="1" w:author="x"/>')
    run._r.addprevious(deleted)
    deleted.append(run._r)
    for text in run._r.findall(qn("w:t")):
        text.tag = qn("w:delText")


def insert_run(paragraph: Any, text: str) -> None:
    """Inserts a text as tracked changes do."""
    paragraph._p.append(
        parse_xml(
            f'<w:ins {nsdecls("w")} w:id="2" w:author="x"><w:r><w:t>{text}</w:t></w:r></w:ins>'
        )
    )


def add_numbering(document: WordDocument, *levels: tuple[str, str]) -> str:
    """Adds a list whose levels are (format, shape), and gives its identifier."""
    owner = "900"
    written = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{shape}"/></w:lvl>'
        for depth, (form, shape) in enumerate(levels)
    )
    lists = document.part.numbering_part.element
    lists.insert(
        0,
        parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{owner}">{written}</w:abstractNum>'
        ),
    )
    lists.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="{owner}"><w:abstractNumId w:val="{owner}"/></w:num>'
        )
    )
    return owner


def set_number(paragraph: Any, numbering: str, level: int) -> None:
    """Makes Word write before a paragraph its number in a list."""
    paragraph._p.get_or_add_pPr().append(
        parse_xml(
            f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{numbering}"/></w:numPr>'
        )
    )
