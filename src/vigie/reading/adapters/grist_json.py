"""A table of Grist, as landed by the channel `grist`."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from vigie.reading.adapters.codes import unreadable
from vigie.reading.adapters.record_table import LIST_JOINT, RecordTable, as_text, read_records
from vigie.reading.fields import Fields
from vigie.records import Observation, ParsedReport, Receipt
from vigie.settings import Settings

FORMAT = "grist_json"
_ERROR, _PENDING, _CENSORED = "erreur de formule", "calcul en attente", "masqué par les droits"
_DENIED = ("denied", "censored", "access")
_UNREADABLE = "valeur illisible"
# No reference is the number 0; no choice, an empty list.
_BLANKS: tuple[Any, ...] = (None, "", 0, [], ["L"])
_REASONS = {"E": _ERROR, "P": _PENDING, "C": _CENSORED}


@dataclass
class _Table:
    """A landed table while it is read: `broken` tells the cells that hold no value, and why."""

    document: dict[str, Any]
    broken: list[Observation] = field(default_factory=list)

    def confidentiality(self, column: str, value: Any, row: int) -> str:
        """The text of a cell that says whether an action is confidential: never blank unless the cell is."""
        if isinstance(value, list) and value and value[0] in _REASONS:
            return _REASONS[value[0]]
        return self.cell(column, value, row) or ("" if value in _BLANKS else _UNREADABLE)

    def cell(self, column: str, value: Any, row: int) -> str:
        """The text of a cell. Whatever the type of its column, a cell may hold a text."""
        described = self.document["colonnes"][column]
        if isinstance(value, list) and value:
            return self._encoded(column, value, row)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return as_text(value)
        kind, _, option = described["type"].partition(":")
        if kind in ("Date", "DateTime"):
            return _date(value, option if kind == "DateTime" else "")
        if kind in ("Ref", "RefList"):
            return self._shown(column, value)
        if described.get("pourcentage"):
            return f"{round(value * 100, 10):g} %"
        return as_text(value)

    def _encoded(self, column: str, value: list[Any], row: int) -> str:
        code, *rest = value
        kind = self.document["colonnes"][column]["type"]
        if code in _REASONS:
            label = self.document["colonnes"][column]["libelle"]
            reason = f"{label} : {_REASONS[code]}"
            self.broken.append(
                Observation("FOR-CELLULE-EN-ERREUR", self.document["table"], row, valeur=reason)
            )
            return ""
        if code == "L" and not kind.startswith("Attachments"):
            return self._references(column, rest) if kind.startswith("RefList") else as_text(rest)
        if code in ("R", "r") and len(rest) == 2:
            return self._references(column, rest[1] if isinstance(rest[1], list) else rest[1:])
        if code in ("d", "D") and rest:
            return _date(rest[0], str(rest[1]) if len(rest) > 1 else "")
        return as_text(rest[0]) if code == "U" and rest else ""

    def _references(self, column: str, rows: list[Any]) -> str:
        return LIST_JOINT.join(filter(None, (self._shown(column, row) for row in rows)))

    def _shown(self, column: str, row: Any) -> str:
        """What Grist shows for a reference; nothing for a row that is gone."""
        return as_text(self.document.get("references", {}).get(column, {}).get(str(row)))


def _value(record: dict[str, Any], column: str) -> Any:
    """The value of a cell, or the error that some answers of Grist tell beside a value left empty."""
    errors = record.get("errors")
    told = errors.get(column) if isinstance(errors, dict) else None
    if told is None:
        return record["fields"].get(column)
    is_denied = any(word in str(told).casefold() for word in _DENIED)
    return ["C" if is_denied else "P" if "pending" in str(told).casefold() else "E", told]


def _date(seconds: float, zone: str) -> str:
    """Dates are seconds since 1970 at midnight UTC; a moment is shown in the zone of its column."""
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
        if zone:
            return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
        return moment.date().isoformat()
    except (OverflowError, OSError, ValueError, TypeError, ZoneInfoNotFoundError):
        return as_text(seconds)


def read_grist(
    document: dict[str, Any],
    mapping: dict[str, str],
    receipt: Receipt,
    fields: Fields,
    settings: Settings,
) -> ParsedReport:
    """The report of a landed table: one row per record, known by its number in Grist.

    A column is found by its identifier in the mapping of the source, else by its label.
    """
    table = _Table(document)
    try:
        columns = list(document["colonnes"])
        headers = [
            name if name in mapping else document["colonnes"][name]["libelle"] for name in columns
        ]
        numbers = [record["id"] for record in document["lignes"]]
        readers = [
            table.confidentiality if fields.tells_confidentiality(header) else table.cell
            for header in headers
        ]
        rows = [
            [
                read(name, _value(record, name), record["id"])
                for name, read in zip(columns, readers, strict=True)
            ]
            for record in document["lignes"]
        ]
        tables = [RecordTable(document["table"], headers, rows, numbers)]
    except (KeyError, TypeError, AttributeError) as error:
        raise unreadable("FIC-TRONQUE") from error
    return read_records(tables, FORMAT, {}, table.broken, receipt, fields, settings)
