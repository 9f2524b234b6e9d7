"""Small files as territories send them, made by the tests that read them."""

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook

from vigie.reading.adapters import read
from vigie.records import ParsedReport, Receipt
from vigie.reference.seeds import Reference
from vigie.settings import Settings

SIREN = "246200729"
DEPOSIT = datetime(2026, 4, 3, 8, 30)
SETTINGS = Settings.from_environment()
REFERENCE = Reference.load(SETTINGS.seeds)

Rows = Sequence[Sequence[Any]]


def receipt(name: str = "rapport.xlsx", size: int = 0, sha256: str = "0" * 64) -> Receipt:
    """A receipt from the drop folder of one territory."""
    return Receipt(
        source_id=f"depot-{SIREN}",
        siren_epci=SIREN,
        canal="depot",
        format="auto",
        nom_fichier=name,
        adresse=f"{SIREN}/{name}",
        sha256=sha256,
        taille_octets=size,
        depose_le=DEPOSIT,
        collecte_le=DEPOSIT,
        connu_le=DEPOSIT,
    )


def workbook(sheets: dict[str, Rows], hidden: Sequence[str] = ()) -> bytes:
    """A workbook with these sheets, rows from row 1."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        if name in hidden:
            sheet.sheet_state = "hidden"
    return saved(book)


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def open_document(*rows: str) -> bytes:
    """A LibreOffice spreadsheet with one sheet of these `table-row` elements."""
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    names += ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    body = f'<table:table table:name="Actions">{"".join(rows)}</table:table>'
    document = (
        f"<office:document-content{names}><office:body><office:spreadsheet>{body}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", document)
    return stream.getvalue()


def open_document_row(*values: str, repeated: int = 1) -> str:
    """A row of text cells of such a sheet, each repeated this many times."""
    cell = (
        f'<table:table-cell table:number-columns-repeated="{repeated}" office:value-type="string">'
    )
    cells = "".join(f"{cell}<text:p>{value}</text:p></table:table-cell>" for value in values)
    return f"<table:table-row>{cells}</table:table-row>"


def csv_bytes(
    rows: Rows, separator: str = ";", encoding: str = "utf-8", end: str = "\r\n"
) -> bytes:
    """A CSV as a spreadsheet saves it."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator, lineterminator=end).writerows(rows)
    return stream.getvalue().encode(encoding)


def parse(content: bytes, settings: Settings = SETTINGS) -> ParsedReport:
    """The report in these bytes."""
    return read(receipt(size=len(content)), content, REFERENCE, settings)


def codes(report: ParsedReport) -> list[str]:
    """The rule codes observed, in order."""
    return [told.regle_code for told in report.observations]


FLAT_HEADER = ("SIREN", "Date de situation", "Code de l'action", "Intitulé de l'action", "Statut")


def flat_rows(*actions: Sequence[str]) -> list[list[str]]:
    """Rows of a flat CSV: (code, title, status) for each action."""
    return [list(FLAT_HEADER), *([SIREN, "31/03/2026", *action] for action in actions)]
