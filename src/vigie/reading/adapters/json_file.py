"""The formats that are JSON, told apart by what they hold."""

from typing import Any

from vigie.reading.adapters import communs_json, ds_json, grist_json
from vigie.reading.adapters.guard import text_start
from vigie.reading.adapters.natures import JSON, nature_of, not_read
from vigie.reading.adapters.record_table import parse_json
from vigie.reading.fields import Fields
from vigie.records import ParsedReport, Receipt
from vigie.settings import Settings


def is_json(content: bytes, settings: Settings) -> bool:
    """True for a file that can only be JSON, of a size that may be opened."""
    if len(content) > settings.max_report_bytes or nature_of(content):
        return False
    return text_start(content).startswith((b"{", b"["))


def read_json(
    content: bytes,
    mapping: dict[str, str],
    receipt: Receipt,
    fields: Fields,
    settings: Settings,
) -> ParsedReport:
    """The report of a JSON file; raises ReportUnreadable when no format is recognised."""
    document, told = parse_json(content)
    report = _read(document, mapping, receipt, fields, settings)
    report.observations = [*told, *report.observations]
    return report


def _read(
    document: Any,
    mapping: dict[str, str],
    receipt: Receipt,
    fields: Fields,
    settings: Settings,
) -> ParsedReport:
    form = document.get("format") if isinstance(document, dict) else None
    if form == grist_json.FORMAT:
        return grist_json.read_grist(document, mapping, receipt, fields, settings)
    if form == ds_json.FORMAT:
        return ds_json.read_dossier(document, mapping, receipt, fields, settings)
    projects = communs_json.projects_of(document)
    if projects is not None:
        return communs_json.read_projects(projects, receipt, fields, settings)
    raise not_read(JSON)
