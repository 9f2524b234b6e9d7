"""The formats that are JSON, told apart by what they hold."""

from typing import Any

from vigie.adapters import communs_json, ds_json, grist_json
from vigie.adapters.characters import in_document
from vigie.adapters.codes import unreadable
from vigie.adapters.record_table import parse_json
from vigie.fields import Fields
from vigie.records import ParsedReport, Receipt
from vigie.settings import Settings


def is_json(content: bytes, settings: Settings) -> bool:
    """True for a file that can only be JSON, of a size that may be opened."""
    start = content[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    return len(content) <= settings.max_report_bytes and start.startswith((b"{", b"["))


def read_json(
    content: bytes,
    mapping: dict[str, str],
    receipt: Receipt,
    fields: Fields,
    settings: Settings,
) -> ParsedReport:
    """The report of a JSON file; raises ReportUnreadable when no format is recognised."""
    document, removed = parse_json(content)
    report = _read(document, mapping, receipt, fields, settings)
    report.observations += in_document(removed)
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
    raise unreadable("FIC-FORMAT", nature="un fichier JSON")
