"""From parsed reports to typed columns, all the reports of a night at once."""

from datetime import date

import pyarrow as pa

from vigie.reading.fields import Fields
from vigie.reading.values.actions import date_columns, read_actions
from vigie.reading.values.batch import Batch
from vigie.reading.values.catalogue import tell_unknown_codes
from vigie.reading.values.columns import TEXT
from vigie.reading.values.date_order import DateOrder
from vigie.reading.values.flat import read_grants, read_indicators
from vigie.reading.values.fundings import read_fundings
from vigie.reading.values.headers import read_headers
from vigie.reading.values.notices import Notices
from vigie.reading.values.register import read_register
from vigie.reading.values.stacked import stack
from vigie.records import GRANTS, LONG_INDICATORS, REPORT, ROADMAP_REGISTER, ParsedReport
from vigie.reference.seeds import Reference

_OTHER_READERS = {
    ROADMAP_REGISTER: read_register,
    LONG_INDICATORS: read_indicators,
    GRANTS: read_grants,
}


def normalise(reports: list[ParsedReport], reference: Reference, run_date: date) -> Batch:
    """Reads every value of the reports; nothing is judged, nothing is guessed.

    `run_date` only serves to follow a replaced SIREN when the report has no readable date of situation.
    Raises nothing for a bad value: see `Batch` for how it shows.
    """
    fields = Fields.load(reference.seeds)
    notices = Notices(reports)
    states = [report for report in reports if report.jeu == REPORT]
    rows = stack(reports, lambda report: report.lignes, states)
    order = DateOrder.of(date_columns(rows, fields), rows.rapports, len(reports))
    headers, report_silos = read_headers(reports, order, reference, fields, run_date, notices)
    actions, themes, silos = read_actions(rows, order, fields, reference, notices)
    funders = stack(reports, lambda report: report.financements, states)
    tell_unknown_codes(rows, "indicateur", reference.declared_indicators, notices)
    others = {}
    for jeu, read in _OTHER_READERS.items():
        among = [report for report in reports if report.jeu == jeu]
        if among or jeu == ROADMAP_REGISTER:
            sent = stack(reports, lambda report: report.lignes, among)
            others[jeu] = read(sent, fields, notices)
            tell_unknown_codes(sent, "identifiant_indic", reference.declared_indicators, notices)
    return Batch(
        rapports=headers,
        actions=actions,
        themes=themes,
        silos=silos,
        rapports_silos=report_silos,
        financements=read_fundings(funders, fields, notices),
        colonnes=_columns(reports),
        observations=notices.table(),
        autres=others,
    )


def _columns(reports: list[ParsedReport]) -> pa.Table:
    found = [
        (report.receipt.rapport_id, champ, label, letter)
        for report in reports
        for champ, (label, letter) in report.colonnes.items()
    ]
    names = ("rapport_id", "champ", "libelle_origine", "colonne")
    columns = zip(*found, strict=True) if found else [()] * 4
    return pa.table({n: pa.array(c, TEXT) for n, c in zip(names, columns, strict=True)})
