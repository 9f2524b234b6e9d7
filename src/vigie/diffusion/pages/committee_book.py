"""The workbook of the committee: what it decides on, in French, one sheet per question, widths and filters set."""

import io
from datetime import date, datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.constants import ARC_CORE
from openpyxl.xml.functions import tostring

from vigie.diffusion.pages.content import actions, funds, hindrances, lists, reminders
from vigie.diffusion.pages.model import Column, Row, Table
from vigie.diffusion.pages.page import Page
from vigie.diffusion.pages.reading import Publication
from vigie.text import without_controls

PATH = "donnees/comite.xlsx"
_WIDEST, _NARROWEST = 60, 10
_HEAD = PatternFill("solid", fgColor="0A4F6E")
_FORMATS = {"pct": "0.0", "eur": "# ##0 €", "date": "dd/mm/yyyy", "points": "+0.0;-0.0;0.0"}
# The longest text that a cell takes.
_CELL = 32_000
_NO_MOMENT = datetime(2000, 1, 1)
_ACTION_COLUMNS = [
    Column("nom", "Territoire"),
    Column("code_action", "Code"),
    Column("intitule", "Action"),
    Column("themes", "Thèmes"),
    Column("statut_libelle", "Statut"),
    Column("taux_avancement_pct", "Avancement (%)", "pct"),
    Column("date_fin_prevue", "Fin prévue", "date"),
    Column("service_pilote", "Service pilote"),
    Column("freins", "Ce qui freine"),
    Column("situation_le", "Situation au", "date"),
]


def tables(publication: Publication, region: Page) -> list[Table]:
    """The sheets, in their order; a table's title names its sheet."""
    every = actions.every(publication)
    decisions = [row | {"rang": place} for place, row in enumerate(region.contenu["a_decider"], 1)]
    return [
        Table(
            "decisions",
            "À décider",
            [Column("rang", "N°", "nb"), Column("phrase", "À décider"), Column("levier", "Levier")],
            decisions,
        ),
        Table(
            "relances",
            "À relancer",
            [
                Column("nom", "Territoire"),
                Column("departement_libelle", "Département"),
                Column("dernier_rapport_le", "Dernier rapport", "date"),
                Column("depuis", "Depuis quand"),
            ],
            reminders.to_call(publication),
        ),
        *(
            Table(code, title, _ACTION_COLUMNS, actions.in_list(every, code))
            for code, title in (
                ("en_retard", "En retard"),
                ("arretees", "Bloquées ou en pause"),
                ("declarees", "Réalisées sans preuve"),
            )
        ),
        Table(
            "rien_paye",
            lists.BY_CODE["rien_paye"].titre.replace(",", ""),
            [
                *_ACTION_COLUMNS[:3],
                Column("ue_programme_eur", "Programmé", "eur"),
                *_ACTION_COLUMNS[7:8],
            ],
            funds.unpaid_rows(publication),
        ),
        Table(
            "freins",
            "Ce qui freine",
            [
                Column("libelle", "Frein"),
                Column("actions_nb", "Actions", "nb"),
                Column("territoires_nb", "Territoires", "nb"),
                Column("levier", "Levier"),
            ],
            [
                family | {"actions_nb": len(family["lignes"])}
                for family in hindrances.by_family(publication)
            ],
        ),
        Table(
            "territoires",
            "Territoires",
            region.contenu["territoires"].colonnes,
            region.contenu["territoires"].lignes,
        ),
        Table(
            "fonds",
            "Fonds européens",
            funds.by_theme(publication).colonnes,
            funds.by_theme(publication).lignes,
        ),
    ]


def written(sheets: list[Table], is_fictitious: bool) -> bytes:
    """The workbook; the same sheets give the same cells."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = "Vigie"
    for table in sheets:
        _fill(book.create_sheet(table.titre[:31]), table, is_fictitious)
    stream = io.BytesIO()
    book.save(stream)
    return _without_moment(stream, book)


def _without_moment(saved: io.BytesIO, book: Workbook) -> bytes:
    """The same file, that does not tell when it was made: the same content, the same bytes."""
    book.properties.created = book.properties.modified = _NO_MOMENT
    stream = io.BytesIO()
    with ZipFile(saved) as made, ZipFile(stream, "w", ZIP_DEFLATED) as kept:
        for name in made.namelist():
            is_dated = name == ARC_CORE
            content = tostring(book.properties.to_tree()) if is_dated else made.read(name)
            kept.writestr(ZipInfo(name, _NO_MOMENT.timetuple()[:6]), content, ZIP_DEFLATED)
    return stream.getvalue()


def _fill(sheet: Worksheet, table: Table, is_fictitious: bool) -> None:
    head = 1
    if is_fictitious:
        sheet.append(["DONNÉES FICTIVES : aucun de ces chiffres n’est réel"])
        sheet["A1"].font = Font(bold=True, color="9A3412")
        head = 2
    sheet.append([column.libelle for column in table.colonnes])
    for cell in sheet[head]:
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for row in table.lignes:
        sheet.append([_value(row.get(column.champ)) for column in table.colonnes])
        for cell, column in zip(sheet[sheet.max_row], table.colonnes, strict=True):
            cell.alignment = Alignment(wrap_text=not column.est_chiffre, vertical="top")
            if isinstance(cell.value, str):
                # Never a formula, whatever a territory wrote.
                cell.data_type = "s"
            elif column.unite in _FORMATS:
                cell.number_format = _FORMATS[column.unite]
    for place, column in enumerate(table.colonnes, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = _width(column, table.lignes)
    sheet.freeze_panes = f"A{head + 1}"
    last = get_column_letter(len(table.colonnes))
    sheet.auto_filter.ref = f"A{head}:{last}{max(sheet.max_row, head + 1)}"


def _value(value: Any) -> Any:
    if value is None or isinstance(value, (int, float, date, datetime)):
        return value
    return without_controls(str(value))[:_CELL]


def _width(column: Column, rows: list[Row]) -> int:
    longest = max((len(str(row.get(column.champ) or "")) for row in rows), default=0)
    return max(_NARROWEST, len(column.libelle) + 2, min(_WIDEST, longest + 2))
