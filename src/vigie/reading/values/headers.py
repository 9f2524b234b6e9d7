"""Typed header of each report: for whom, at which date."""

from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from vigie.clock import day_in_paris
from vigie.reading.fields import Fields
from vigie.reading.values.columns import TEXT
from vigie.reading.values.date_order import DateOrder
from vigie.reading.values.labels import split_list
from vigie.reading.values.notices import Notices
from vigie.reading.values.redaction import redact
from vigie.reading.values.scalars import read_date, read_siren
from vigie.records import REPORT, ParsedReport
from vigie.reference.seeds import Reference
from vigie.text import alias_key, slug

# Tools that show a present state: nobody writes in them at which date it is true.
_DATED_BY_DEPOSIT = ("tet", "grist", "ds", "communs")
_DAY, _TIME = pa.date32(), pa.timestamp("us")
_SCHEMA = pa.schema(
    {
        "rapport_id": TEXT,
        "jeu": TEXT,
        "format": TEXT,
        "siren_epci": TEXT,
        "siren_brut": TEXT,
        "siren_source": TEXT,
        "date_situation": _DAY,
        "date_situation__brut": TEXT,
        "date_adoption": _DAY,
        "date_adoption__brut": TEXT,
        "horizon": TEXT,
        "service_referent": TEXT,
        "recues_nb": pa.int64(),
        "depose_le": _TIME,
        "collecte_le": _TIME,
        "connu_le": _TIME,
    }
)
_SILOS_SCHEMA = pa.schema({"rapport_id": TEXT, "silo_code": TEXT, "silo_libelle": TEXT})


@dataclass(frozen=True)
class _Reader:
    """Reads the header cells of one report and tells what was noticed."""

    report: ParsedReport
    position: int
    order: DateOrder
    fields: Fields
    notices: Notices

    def text(self, champ: str) -> str | None:
        """The text as written, redacted; None when blank."""
        cell = self.report.entete.get(champ)
        if cell is None or alias_key(cell.valeur) in self.fields.missing_marks:
            return None
        text = redact(cell.valeur)
        if text != cell.valeur:
            self.tell(champ, "LEC-COORDONNEES", "")
        return text

    def tell(self, champ: str, code: str, value: str) -> None:
        cell = self.report.entete.get(champ)
        place = (cell.feuille, cell.ligne, cell.colonne) if cell else ("", 0, "")
        self.notices.add(self.position, code, champ, value, *place)

    def day(self, champ: str) -> date | None:
        written = self.text(champ)
        # Written once above the table, it does not follow the order of the columns of dates.
        is_column = champ in self.report.colonnes
        text = self.order.as_day_first(written, self.position) if written and is_column else written
        day, code = read_date(text, self.fields.is_end(champ)) if text else (None, "")
        if code and written:
            self.tell(champ, code, written)
        return day


def read_headers(
    reports: list[ParsedReport],
    order: DateOrder,
    reference: Reference,
    fields: Fields,
    run_date: date,
    notices: Notices,
) -> tuple[pa.Table, pa.Table]:
    """The tables `rapports` and `rapports_silos` of the batch."""
    headers, silos = [], []
    for position, report in enumerate(reports):
        reader = _Reader(report, position, order, fields, notices)
        headers.append(_header(reader, reference, run_date))
        labels = split_list(reader.text("silos_projet_territoire") or "", reference.theme_aliases)
        by_code = {slug(label): label for label in reversed(labels) if slug(label)}
        silos += [
            {
                "rapport_id": report.receipt.rapport_id,
                "silo_code": code,
                "silo_libelle": label,
            }
            for code, label in reversed(by_code.items())
        ]
    return pa.Table.from_pylist(headers, _SCHEMA), pa.Table.from_pylist(silos, _SILOS_SCHEMA)


def _header(reader: _Reader, reference: Reference, run_date: date) -> dict[str, object]:
    report, receipt = reader.report, reader.report.receipt
    situation = _situation(reader)
    return {
        "rapport_id": receipt.rapport_id,
        "jeu": report.jeu,
        "format": report.format,
        "siren_epci": _siren(reader, reference, situation or run_date),
        "siren_brut": reader.text("siren_epci"),
        "siren_source": receipt.siren_epci or None,
        "date_situation": situation,
        "date_situation__brut": reader.text("date_situation"),
        "date_adoption": reader.day("date_adoption"),
        "date_adoption__brut": reader.text("date_adoption"),
        "horizon": reader.text("horizon"),
        "service_referent": reader.text("service_referent"),
        "recues_nb": len(report.lignes),
        "depose_le": receipt.depose_le,
        "collecte_le": receipt.collecte_le,
        "connu_le": receipt.connu_le,
    }


def _situation(reader: _Reader) -> date | None:
    """The date of situation; a format that has no place for it takes the day of deposit, never after its night."""
    has_no_place = reader.report.format.startswith(_DATED_BY_DEPOSIT)
    if reader.text("date_situation") is None and has_no_place:
        receipt = reader.report.receipt
        deposited = receipt.depose_le or receipt.collecte_le
        day = day_in_paris(min(deposited, receipt.collecte_le))
        reader.tell("date_situation", "LEC-DATE-SITUATION-DEPOT", f"{day:%d/%m/%Y}")
        return day
    return reader.day("date_situation")


def _siren(reader: _Reader, reference: Reference, on: date) -> str | None:
    """The SIREN of today's territory; digits that check but belong to no territory are given as they are."""
    if reader.report.jeu != REPORT:
        return None
    written = reader.text("siren_epci")
    if written is None:
        source = reader.report.receipt.siren_epci
        if not source:
            return None
        reader.tell("siren_epci", "LEC-SIREN-SOURCE", source)
        return reference.resolve_siren(source, on) or source
    siren, code = read_siren(written)
    if code:
        reader.tell("siren_epci", code, written)
    if siren is None:
        return None
    current = reference.resolve_siren(siren, on) or siren
    if current != siren:
        reader.tell("siren_epci", "LEC-SIREN-REMPLACE", written)
    return current
