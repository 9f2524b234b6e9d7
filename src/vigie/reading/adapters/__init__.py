"""From the bytes a territory sent to a `ParsedReport`: one adapter per format, found in the content.

Values stay as the sender wrote them (see `vigie.reading.values` for their reading), but columns that name persons are
dropped here.
"""

from collections.abc import Sequence

from vigie.reading.adapters.characters import clean_grids
from vigie.reading.adapters.confidentiality import spread_confidentiality
from vigie.reading.adapters.containers import CONTAINERS, DEEPEST, read_within
from vigie.reading.adapters.encoding import recognise
from vigie.reading.adapters.flat import read_flat
from vigie.reading.adapters.grid import Grid
from vigie.reading.adapters.guard import Kind, inspect
from vigie.reading.adapters.isolation import Unreadable, read_all
from vigie.reading.adapters.json_file import is_json, read_json
from vigie.reading.adapters.lengths import shorten
from vigie.reading.adapters.mapping import load_mapping, with_aliases
from vigie.reading.adapters.natures import NESTED, not_read
from vigie.reading.adapters.report import DOCUMENT, read_register, read_report
from vigie.reading.adapters.text_file import open_text
from vigie.reading.adapters.word_document import open_word
from vigie.reading.adapters.workbook import open_workbook
from vigie.reading.fields import Fields
from vigie.records import ParsedReport, Receipt
from vigie.reference.seeds import Reference
from vigie.settings import Settings

__all__ = ["Unreadable", "read", "read_all"]


def read(
    receipt: Receipt, content: bytes, reference: Reference, settings: Settings
) -> ParsedReport:
    """Reads one file in this process; raises ReportUnreadable with the sentence its sender reads.

    Sizes are bounded before anything is opened, yet a file made to hurt can still cost time: for files of unknown
    origin use `read_all`, which isolates each.
    """
    mapping = load_mapping(reference.seeds, receipt.correspondance)
    fields = with_aliases(Fields.load(reference.seeds), mapping)
    report = _read(receipt, content, mapping, fields, settings)
    spread_confidentiality(report, fields)
    shorten(report, fields)
    return report


def _read(
    receipt: Receipt,
    content: bytes,
    mapping: dict[str, str],
    fields: Fields,
    settings: Settings,
    depth: int = 0,
) -> ParsedReport:
    if is_json(content, settings):
        return read_json(content, mapping, receipt, fields, settings)
    kind, content = inspect(content, receipt, settings)
    if kind in CONTAINERS:
        if depth == DEEPEST:
            raise not_read(NESTED)
        return read_within(
            content,
            kind,
            settings,
            lambda inner: _read(receipt, inner, mapping, fields, settings, depth + 1),
        )
    if kind is not Kind.TEXT:
        is_word = kind is Kind.WORD
        grids = (
            open_word(content, fields, settings)
            if is_word
            else open_workbook(content, kind, settings)
        )
        told = clean_grids(grids)
        container = DOCUMENT if is_word else "xlsx"
        report = _read_grids(grids, container, mapping, receipt, fields, settings)
        report.observations += told
        return report
    text = recognise(content)
    grids = [open_text(text, settings)]
    told = clean_grids(grids)
    report = _read_grids(grids, "csv", mapping, receipt, fields, settings)
    report.observations = [*text.observations, *report.observations, *told]
    return report


def _read_grids(
    grids: Sequence[Grid],
    container: str,
    mapping: dict[str, str],
    receipt: Receipt,
    fields: Fields,
    settings: Settings,
) -> ParsedReport:
    for grid in grids:
        other = read_register(grid, receipt, fields, settings) or read_flat(
            grid, mapping, receipt, settings
        )
        if other and not grid.is_hidden:
            return other
    return read_report(grids, container, receipt, fields, settings)
