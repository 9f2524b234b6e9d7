"""Records of an API read as the table they would be in a spreadsheet."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from vigie.reading.adapters.characters import clean_document, in_document, may_hold_controls
from vigie.reading.adapters.codes import unreadable
from vigie.reading.adapters.encoding import recognise
from vigie.reading.adapters.grid import NumberText, RowGrid
from vigie.reading.adapters.report import SIREN, read_report, require_one_territory
from vigie.reading.fields import Fields
from vigie.records import Cell, Observation, ParsedReport, Receipt
from vigie.settings import Settings
from vigie.text import plain_blanks

LIST_JOINT = " ; "


@dataclass(frozen=True)
class RecordTable:
    """A named table: its headers, its rows of texts, and the number its sender knows each row by."""

    name: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: Sequence[int]


def parse_json(content: bytes) -> tuple[Any, list[Observation]]:
    """The document without the characters that no text may hold, and what to say of them and of its encoding.

    Raises ReportUnreadable when it is cut short, or nested beyond reason.
    """
    try:
        document, told = _loaded(content)
        if may_hold_controls(content):
            document, removed = clean_document(document)
            told = [*told, *in_document(removed)]
        return document, told
    except (ValueError, RecursionError) as error:
        raise unreadable("FIC-TRONQUE") from error


def _loaded(content: bytes) -> tuple[Any, list[Observation]]:
    try:
        # UTF-8, 16 or 32, as JSON must be; halves of an emoji, which some tools write alone, are let through.
        return json.loads(content), []
    except UnicodeDecodeError:
        text = recognise(content)
        return json.loads(text.decoded()), text.observations


def read_records(
    tables: Sequence[RecordTable],
    form: str,
    header: dict[str, Cell],
    observations: Sequence[Observation],
    receipt: Receipt,
    fields: Fields,
    settings: Settings,
) -> ParsedReport:
    """The report held by some tables; raises ReportUnreadable when none is a table of actions.

    Columns have no letter here: it would mean nothing to the sender.
    """
    grids = [RowGrid(table.name, [table.headers, *table.rows]) for table in tables]
    report = read_report(grids, "json", receipt, fields, settings)
    numbers = {table.name: [0, 0, *table.numbers] for table in tables}
    told = [cells[SIREN] for cells in (report.entete, header) if SIREN in cells]
    require_one_territory(told, fields)
    report.format = form
    report.entete = {**report.entete, **header}
    report.colonnes = {champ: (label, "") for champ, (label, _) in report.colonnes.items()}
    report.lignes = _renumbered(report.lignes, numbers)
    report.financements = _renumbered(report.financements, numbers)
    report.observations = [
        *observations,
        *(
            replace(told, ligne=_number(numbers, told.feuille, told.ligne), colonne="")
            for told in report.observations
        ),
    ]
    return report


def _renumbered(rows: pa.Table, numbers: dict[str, list[int]]) -> pa.Table:
    places = zip(rows["feuille"].to_pylist(), rows["ligne"].to_pylist(), strict=True)
    lines = [_number(numbers, sheet, line) for sheet, line in places]
    index = rows.schema.get_field_index("ligne")
    return rows.set_column(index, "ligne", pa.array(lines, pa.int64()))


def _number(numbers: dict[str, list[int]], sheet: str, line: int) -> int:
    return numbers[sheet][line] if sheet in numbers else line


def as_text(value: Any) -> str:
    """A plain value as a person would write it in a cell; lists are joined."""
    match value:
        case None:
            return ""
        case bool():
            return "Oui" if value else "Non"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case float():
            return NumberText(value)
        case list():
            return LIST_JOINT.join(filter(None, map(as_text, value)))
        case dict():
            return ""
        case str():
            return plain_blanks(value)
    return str(value)
