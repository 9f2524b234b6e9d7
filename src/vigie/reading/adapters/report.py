"""From the grids of a file to a report: the template, Territoires en Transitions, the register."""

from collections.abc import Sequence
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vigie.clock import day_in_paris
from vigie.reading.adapters import communs, tet
from vigie.reading.adapters.cards import with_cards_together
from vigie.reading.adapters.codes import unreadable
from vigie.reading.adapters.grid import Grid
from vigie.reading.adapters.header import read_form, situation_in_titles
from vigie.reading.adapters.layout import Layout, locate, read_header, uneven_rows
from vigie.reading.adapters.likeliest import seen_and_advice
from vigie.reading.adapters.ranks import drop_ranks
from vigie.reading.adapters.repetitions import drop_repetitions
from vigie.reading.adapters.scoring import scores_a_reference
from vigie.reading.adapters.sheets import (
    PAST,
    about_sheets,
    put_under_headings,
    sheets_to_read,
    unread_tables,
)
from vigie.reading.adapters.steps import merge_steps
from vigie.reading.adapters.table import Table, read_table
from vigie.reading.fields import PHASE, Fields
from vigie.reading.values.scalars import read_siren
from vigie.records import (
    REPORT,
    ROADMAP_REGISTER,
    Cell,
    Observation,
    ParsedReport,
    Receipt,
)
from vigie.reference.columns import FUNDING
from vigie.settings import Settings

DOCUMENT = "docx"
REGISTER_FORMAT = "registre_csv"
SIREN = "siren_epci"
_REGISTER_FIELDS = ("siren_epci", "date_adoption", "horizon")


def read_report(
    grids: Sequence[Grid],
    container: str,
    receipt: Receipt,
    fields: Fields,
    settings: Settings,
) -> ParsedReport:
    """The report held by the sheets of a file; raises ReportUnreadable when none holds a table of actions.

    The format is found in the headers: `vigie_xlsx`, `vigie_csv`, `vigie_docx`, `tet_xlsx`, `tet_csv`...
    """
    layouts = [layout for grid in grids if (layout := _locate(grid, fields))]
    shown = [layout for layout in layouts if not layout.grid.is_hidden]
    if not shown:
        # Beside a table of actions, a sheet of labels and values may be its guide.
        together = with_cards_together(grids, fields, settings)
        found = (_locate(grid, fields) for grid in together if not grid.is_hidden)
        shown = list(filter(None, found))
        layouts += shown
    if not shown:
        seen, advice = seen_and_advice(grids, fields)
        raise unreadable("FIC-MODELE", vu=seen, conseil=advice)
    scored = [layout for layout in shown if scores_a_reference(layout)]
    shown = [layout for layout in shown if layout not in scored]
    if not shown:
        name = scored[0].grid.name
        told = f"La feuille « {name} »" if name else "Le tableau du fichier"
        raise unreadable("FIC-NOTATION", tableau=told)
    pairs = [(layout, read_table(layout, fields, settings)) for layout in shown]
    for layout, table in pairs:
        merge_steps(table, layout, fields)
        if layout.context == "tet":
            tet.finish(table, layout)
        elif layout.context == "communs":
            communs.join_phases(table)
    put_under_headings(pairs)
    pairs, told_unread = sheets_to_read(pairs, fields)
    report = ParsedReport(receipt, REPORT, f"{pairs[0][0].context}_{container}")
    above = {layout.grid.name: layout.header_row - 1 for layout in layouts}
    unread = {told.feuille for told in told_unread} | {layout.grid.name for layout in scored}
    # What completes the actions may stand under the header of the report.
    past = unread - {told.feuille for told in told_unread if told.regle_code != PAST}
    read = [grid for grid in grids if not grid.is_hidden and grid.name not in past]
    forms = [(grid, above.get(grid.name, len(grid.head))) for grid in read]
    report.entete, report.observations = read_form(forms, fields)
    report.observations += told_unread
    report.observations += [Observation("FOR-FEUILLE-NOTATION", la.grid.name) for la in scored]
    report.observations += about_sheets([la for la in layouts if la.grid.name not in unread])
    if container == DOCUMENT:
        report.observations += unread_tables(grids, layouts)
    above_tables = [read_form([(la.grid, la.header_row - 1)], fields)[0] for la, _ in pairs]
    headers = [report.entete, *above_tables, *(table.entete for _, table in pairs)]
    require_one_territory([h[SIREN] for h in headers if SIREN in h], fields)
    for layout, table in pairs:
        for champ, cell in table.entete.items():
            report.entete.setdefault(champ, cell)
        report.observations += table.observations
        for column in layout.columns:
            champ = f"{column.champ}_{column.rang}" if column.rang else column.champ
            report.colonnes.setdefault(champ, (column.libelle, column.lettre))
    _read_situation(report, forms)
    rows = [_table(layout.grid.name, table.numeros, table.champs) for layout, table in pairs]
    report.lignes = pa.concat_tables(rows, promote_options="default")
    fundings = [_fundings(table, layout, fields) for layout, table in pairs]
    report.financements = pa.concat_tables(fundings)
    drop_repetitions(report)
    drop_ranks(report)
    return report


def _read_situation(report: ParsedReport, forms: Sequence[tuple[Grid, int]]) -> None:
    """The date of situation of a title, when nothing else in the file gives one; told, for it is no field."""
    if "date_situation" in report.entete:
        return
    cell = situation_in_titles(forms, day_in_paris(report.receipt.collecte_le))
    if cell:
        report.entete["date_situation"] = cell
        place = (cell.feuille, cell.ligne, cell.colonne)
        report.observations.append(
            Observation("LEC-DATE-SITUATION-TITRE", *place, cell.valeur, "date_situation")
        )


def require_one_territory(cells: Sequence[Cell], fields: Fields) -> None:
    """Raises ReportUnreadable when the SIREN written in a file differ: the actions of one would become another's."""
    written = {siren: cell.valeur for cell in cells if (siren := read_siren(cell.valeur)[0])}
    if len(written) > 1:
        shown = ", ".join(written.values())
        raise unreadable("FIC-PLUSIEURS", colonne=fields.by_name[SIREN].label(), valeurs=shown)


def read_register(
    grid: Grid, receipt: Receipt, fields: Fields, settings: Settings
) -> ParsedReport | None:
    """The Région's register of adopted roadmaps (siren_epci, nom, date_adoption, horizon), None if it is not one."""
    header_row = _register_header(grid, fields)
    if header_row is None:
        return None
    layout = read_header(grid, fields, "vigie", header_row)
    numbers, arrays = grid.body(header_row, layout.width)
    if len(numbers) > settings.max_report_rows:
        raise unreadable("FIC-LIGNES", limite=settings.max_report_rows)
    kept = [c for c in layout.columns if c.champ in _REGISTER_FIELDS]
    told = reduce(pc.or_, (pc.is_valid(arrays[c.index]) for c in kept))
    columns = {c.champ: arrays[c.index].filter(told) for c in kept}
    numbers = numbers[told.to_numpy()]
    return ParsedReport(
        receipt,
        ROADMAP_REGISTER,
        REGISTER_FORMAT,
        lignes=_table(grid.name, numbers, columns),
        colonnes={c.champ: (c.libelle, c.lettre) for c in kept},
        observations=layout.observations + uneven_rows(grid, header_row, numbers),
    )


def _register_header(grid: Grid, fields: Fields) -> int | None:
    for number, labels in enumerate(grid.head[:5], start=1):
        found = {match[0] for label in labels if (match := fields.find(label, "vigie"))}
        if {"siren_epci", "date_adoption"} <= found and not {"intitule", "statut"} & found:
            return number
    return None


def _locate(grid: Grid, fields: Fields) -> Layout | None:
    as_tet = locate(grid, fields, "tet")
    if as_tet and tet.is_tet_header(grid.head[as_tet.header_row - 1]):
        return as_tet
    as_communs = locate(grid, fields, "communs")
    if as_communs and as_communs.of(PHASE):
        return as_communs
    return locate(grid, fields, "vigie")


def _fundings(table: Table, layout: Layout, fields: Fields) -> pa.Table:
    """One row per funder of an action, in the order of the ranks then of the rows."""
    names = [f.champ for f in fields.of_level(FUNDING)]
    nothing = pa.chunked_array([pa.nulls(len(table.numeros), pa.large_string())])
    pieces = []
    for _, columns in sorted(table.financements.items()):
        told = reduce(pc.or_, (pc.is_valid(array) for array in columns.values()))
        every = {name: columns.get(name, nothing).filter(told) for name in names}
        pieces.append(_table(layout.grid.name, table.numeros[told.to_numpy()], every))
    none = {name: pa.chunked_array([], pa.large_string()) for name in names}
    pieces.append(_table("", table.numeros[:0], none))
    return pa.concat_tables(pieces)


def _table(sheet: str, numbers: np.ndarray, columns: dict[str, pa.ChunkedArray]) -> pa.Table:
    place = {
        "feuille": pa.repeat(pa.scalar(sheet, pa.large_string()), len(numbers)),
        "ligne": pa.array(numbers),
    }
    return pa.table({**place, **columns})
