"""The workbook a territory fills in: header, actions, instructions and drop-down lists, made from the seeds."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from vigie.errors import SettingsError
from vigie.reading.adapters.template_rows import EXAMPLE_CODE
from vigie.reading.fields import Fields
from vigie.reading.template_checks import rule_of, validate
from vigie.reference.columns import ACTION, FUNDING, HEADER, Field
from vigie.reference.seeds import NOT_REPORTED, TO_CLASSIFY, Reference
from vigie.text import FORMULA_STARTS

HEADER_SHEET = "Feuille de route"
ACTIONS_SHEET = "Actions"
GUIDE_SHEET = "Mode d'emploi"
LISTS_SHEET = "Listes"
FUNDERS = 3
ROWS_WITH_LISTS = 500

_BLUE, _LIGHT, _YELLOW = "1F3A5F", "E8EEF6", "FFF4CC"
_TITLE = Font(size=16, bold=True, color=_BLUE)
_HEADING = Font(bold=True, color="FFFFFF")
_FILLED = PatternFill("solid", fgColor=_BLUE)
_INPUT = PatternFill("solid", fgColor=_LIGHT)
_EXAMPLE = PatternFill("solid", fgColor=_YELLOW)
_OF_EXAMPLE = Font(italic=True, color="7A5C00")
_LINE = Border(bottom=Side(style="thin", color="A0AEC0"))
_WRAP = Alignment(wrap_text=True, vertical="top")
_FORMATS = {
    "date": "dd/mm/yyyy",
    "montant": '#,##0.00 "€"',
    "pourcentage": "0",
    "code": "@",
    "siren": "@",
}
_WIDTHS = {"texte_long": 45, "texte": 28, "liste_themes": 34, "liste_silos": 28, "url": 34}


@dataclass(frozen=True)
class State:
    """What fills a workbook in: values of the header and of each action by their fields, the funders of an action as a
    list under `financements`; `situation` is the day that they tell of."""

    header: Mapping[str, Any]
    actions: Sequence[Mapping[str, Any]]
    situation: date
    is_synthetic: bool


def write_template(
    path: Path, reference: Reference, siren: str | None = None, state: State | None = None
) -> None:
    """Writes a fresh workbook at `path`, by rename; SIREN and name filled in when `siren` is given, and actions when
    their last `state` is.

    An untouched copy without a state reads as a report without any action; with one, as the same state, once its date
    of situation is given. Raises SettingsError for a SIREN that is no territory.
    """
    fields = Fields.load(reference.seeds)
    book = Workbook()
    header = book.active
    assert isinstance(header, Worksheet)
    header.title = HEADER_SHEET
    actions = book.create_sheet(ACTIONS_SHEET)
    guide = book.create_sheet(GUIDE_SHEET)
    lists = _write_lists(book, fields, reference)
    _write_header(header, fields, reference, siren, state)
    funders = max(
        [FUNDERS, *(len(_funders(action)) for action in state.actions)] if state else [FUNDERS]
    )
    _write_actions(actions, _columns(fields, funders), lists, state)
    _write_guide(guide, fields)
    book.properties.title = "Rapport d'avancement de la feuille de route numérique"
    book.properties.creator = "Vigie"
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    book.save(temporary)
    os.replace(temporary, path)


def _funders(action: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = action.get("financements", ())
    return found


def _columns(fields: Fields, funders: int) -> list[tuple[Field, int]]:
    """The columns of the sheet of actions: the fields of an action, then those of each funder in turn, by its rank."""
    own = [(field, 0) for field in fields.of_level(ACTION)]
    return own + [
        (field, rank) for rank in range(1, funders + 1) for field in fields.of_level(FUNDING)
    ]


def _choices(field: Field, reference: Reference) -> list[str]:
    if field.type == "statut":
        codes = (status for code, status in reference.statuses.items() if code != NOT_REPORTED)
        return [status.libelle for status in codes]
    if field.type == "liste_themes":
        return [theme.libelle for code, theme in reference.themes.items() if code != TO_CLASSIFY]
    if field.type == "meteo":
        return list(reference.weathers.values())
    return list(field.valeurs)


def _write_lists(book: Workbook, fields: Fields, reference: Reference) -> dict[str, str]:
    """Fills the hidden sheet of lists; gives the name of the range of each field that has one."""
    sheet = book.create_sheet(LISTS_SHEET)
    sheet.sheet_state = "hidden"
    names: dict[str, str] = {}
    for field in fields.by_name.values():
        choices = _choices(field, reference)
        if not choices:
            continue
        column = len(names) + 1
        letter = get_column_letter(column)
        for row, value in enumerate([field.libelle, *choices], start=1):
            sheet.cell(row, column, value)
        sheet.column_dimensions[letter].width = 40
        name = f"liste_{field.champ}"
        cells = f"${letter}$2:${letter}${len(choices) + 1}"
        book.defined_names[name] = DefinedName(
            name, attr_text=f"{quote_sheetname(LISTS_SHEET)}!{cells}"
        )
        names[field.champ] = name
    return names


def _write_header(
    sheet: Worksheet,
    fields: Fields,
    reference: Reference,
    siren: str | None,
    state: State | None,
) -> None:
    known = dict(state.header) if state else {}
    name = ""
    if siren:
        if siren not in reference.territories:
            raise SettingsError(f"Aucun territoire de SIREN {siren} dans territoires.csv.")
        known["siren_epci"] = siren
        name = reference.territories[siren].nom
    mark = "DONNÉES FICTIVES : " if state and state.is_synthetic else ""
    sheet["A1"] = f"{mark}Rapport d'avancement de la feuille de route numérique"
    sheet["A1"].font = _TITLE
    sheet["A2"] = (
        f"Vos actions y sont dans leur état au {state.situation:%d/%m/%Y} : donnez la date de situation, puis mettez à "
        "jour la feuille « Actions »."
        if state
        else "Complétez les cases bleues, puis la feuille « Actions »."
    )
    lines: list[tuple[str, Any, str, Field | None]] = [
        ("Nom de l'intercommunalité", name, "Pour votre lecture ; seul le SIREN compte.", None)
    ]
    for field in fields.of_level(HEADER):
        star = " *" if field.est_obligatoire else ""
        lines.append((field.label() + star, known.get(field.champ), field.description, field))
    for row, (label, value, help_text, filled) in enumerate(lines, start=4):
        sheet.cell(row, 1, label).font = Font(bold=True)
        cell = sheet.cell(row, 2)
        _fill(cell, value)
        cell.fill, cell.border = _INPUT, _LINE
        sheet.cell(row, 3, help_text).alignment = _WRAP
        if filled:
            cell.number_format = _FORMATS.get(filled.type, "General")
            if rule := rule_of(filled, {}):
                validate(sheet, cell.coordinate, rule)
    sheet.cell(len(lines) + 5, 1, "* à renseigner obligatoirement")
    for letter, width in (("A", 44), ("B", 40), ("C", 80)):
        sheet.column_dimensions[letter].width = width


def _fill(cell: Cell, value: Any) -> None:
    """Writes a value as it is: what a spreadsheet would take for a formula stays a text, even once edited."""
    if value in (None, ""):
        return
    cell.value = value
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        cell.data_type, cell.quotePrefix = "s", True


def _write_actions(
    sheet: Worksheet,
    columns: list[tuple[Field, int]],
    lists: dict[str, str],
    state: State | None,
) -> None:
    last = ROWS_WITH_LISTS + (len(state.actions) if state else 0) + 1
    for index, (field, rank) in enumerate(columns, start=1):
        letter = get_column_letter(index)
        title = sheet.cell(1, index, field.label(rank or 1))
        title.font, title.fill, title.alignment = _HEADING, _FILLED, _WRAP
        title.comment = Comment(
            f"{field.description}\nExemple : {field.exemple}", "Vigie", 160, 320
        )
        sheet.column_dimensions[letter].width = _WIDTHS.get(field.type, 16)
        number_format = _FORMATS.get(field.type, "General")
        sheet.column_dimensions[letter].number_format = number_format
        if state is None:
            example = EXAMPLE_CODE if field.champ == "code_action" else field.exemple
            sheet.cell(2, index, example).fill = _EXAMPLE
            sheet.cell(2, index).font = _OF_EXAMPLE
        for row, action in enumerate(state.actions if state else (), start=2):
            value = _value(action, field, rank)
            if value is not None:
                cell = sheet.cell(row, index)
                _fill(cell, value)
                cell.number_format = number_format
        rule = rule_of(field, lists)
        if rule:
            validate(sheet, f"{letter}{3 if state is None else 2}:{letter}{last}", rule)
    sheet.row_dimensions[1].height = 45
    sheet.freeze_panes = "E2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}1"


def _value(action: Mapping[str, Any], field: Field, rank: int) -> Any:
    """What an action says in a column; `rank` is that of a funder, 0 for its own fields."""
    if not rank:
        return action.get(field.champ)
    funders = _funders(action)
    return funders[rank - 1][field.champ] if rank <= len(funders) else None


def _write_guide(sheet: Worksheet, fields: Fields) -> None:
    sheet["A1"] = "Mode d'emploi"
    sheet["A1"].font = _TITLE
    steps = (
        "1. Feuille « Feuille de route » : vérifiez le SIREN et indiquez la date de situation, c'est-à-dire le jour "
        "auquel l'état des actions est arrêté.",
        "2. Feuille « Actions » : une ligne par action. La ligne jaune est un exemple : elle n'est jamais lue, "
        "vous pouvez la laisser ou la supprimer.",
        "3. Gardez le même code pour une même action d'un rapport à l'autre : son évolution est ainsi suivie.",
        "4. Une case vide veut dire « non renseigné », jamais zéro. Ne mettez rien plutôt qu'une valeur inventée.",
        "5. N'indiquez aucun nom de personne, adresse électronique ou numéro de téléphone.",
        "6. Vous pouvez déplacer des colonnes, en ajouter ou en supprimer ; les en-têtes, eux, doivent rester.",
        "7. Enregistrez en .xlsx et déposez le fichier. Vous recevrez en réponse ce qui a été compris et ce qui est à "
        "corriger.",
    )
    for row, step in enumerate(steps, start=3):
        sheet.cell(row, 1, step).alignment = _WRAP
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=4)
        sheet.row_dimensions[row].height = 32
    first = len(steps) + 5
    for column, title in enumerate(
        ("Champ à remplir", "Obligatoire", "Ce qu'il contient", "Exemple"), 1
    ):
        cell = sheet.cell(first, column, title)
        cell.font, cell.fill = _HEADING, _FILLED
    for row, field in enumerate(fields.by_name.values(), start=first + 1):
        told = (
            f"« {field.label()} »",
            "oui" if field.est_obligatoire else "",
            field.description,
            field.exemple,
        )
        for column, value in enumerate(told, start=1):
            sheet.cell(row, column, value).alignment = _WRAP
    for letter, width in (("A", 40), ("B", 12), ("C", 80), ("D", 44)):
        sheet.column_dimensions[letter].width = width
