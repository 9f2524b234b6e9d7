"""The verdict on every new report of a night, in one pass of Great Expectations per data set."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from expectations import (
    autres_entete,
    comportement_actions,
    comportement_rapports,
    indicateurs_longs,
    rapport_actions,
    rapport_entete,
    registre,
    subventions,
)
from expectations.rule import Suite
from vigie.gate import behaviour, controls, engine, entering, judged, tables
from vigie.gate.engine import Engine
from vigie.gate.spool import Spool
from vigie.gate.typed import Typed, WaitingReport
from vigie.reading.fields import Fields
from vigie.records import GRANTS, LONG_INDICATORS, ROADMAP_REGISTER, ParsedReport
from vigie.reference.seeds import Reference

if TYPE_CHECKING:
    from vigie.reading.adapters import Unreadable

_OTHERS: dict[str, tuple[Suite, str]] = {
    ROADMAP_REGISTER: (registre.SUITE, "feuilles_de_route"),
    LONG_INDICATORS: (indicateurs_longs.SUITE, "indicateurs_longs"),
    GRANTS: (subventions.SUITE, "subventions"),
}
ROWS_AT_ONCE = 1_000_000


@dataclass(frozen=True)
class GateResult:
    """What a night's judgement adds to raw: one table of rows per table, with its columns."""

    tables: dict[str, pa.Table]


def judge(
    parsed: Sequence["ParsedReport | Unreadable"],
    reference: Reference,
    run_date: date,
    previous: Path | None,
    data_docs: Path | None,
) -> GateResult:
    """Judges the files of a night, read or unreadable.

    `previous` is the raw file of the nights before (None before the first), `data_docs` the folder
    where Great Expectations tells the night (None: not told). Raises RuleIncident when a rule could
    not be evaluated: that is never a verdict.
    """
    refused = [file for file in parsed if not isinstance(file, ParsedReport)]
    reports = [report for report in parsed if isinstance(report, ParsedReport)]
    forms = {r.receipt.rapport_id: (r.jeu, r.format) for r in reports}
    receipts = [r.receipt for r in reports] + [file.receipt for file in refused]
    received = tables.received(receipts, forms)
    batch = Typed(reports, reference, run_date, Spool())
    with TemporaryDirectory() as folder, judged.connect(Path(folder)) as connection:
        connection.register("fichiers", judged.numbered(received))
        suites = {jeu: suite.name for jeu, (suite, _) in _OTHERS.items()}
        entering.enter(connection, batch, suites, reference, run_date)
        night = _Night(connection, batch, reports, reference)
        controls.keep(connection, controls.of_unreadable(refused))
        controls.keep(connection, controls.of_observations(batch, night.places))
        night.judge_rows()
        night.judge_headers()
        night.judge_behaviour(previous)
        if data_docs is not None and reports:
            night.engine.write_docs(data_docs, max(r.receipt.collecte_le for r in reports))
        others = {jeu: (suite.name, table) for jeu, (suite, table) in _OTHERS.items()}
        return GateResult(tables.loaded(connection, batch, others))


def slices(
    parsed: Iterable["ParsedReport | Unreadable"], rows: int = ROWS_AT_ONCE
) -> Iterator[list["ParsedReport | Unreadable"]]:
    """Cuts an endless night into judgements of bounded memory; an ordinary night is one slice.

    Verdicts do not change when files come in the order in which they became known and each slice is
    loaded before the next is judged: what a report is compared with is then always in raw. A slice is emptied when
    the next is asked for, so that two are never held together.
    """
    # Beside the reading of the first files, by other processes.
    engine.prepare()
    some: list[ParsedReport | Unreadable] = []
    held = 0
    spool = Spool()
    for file in parsed:
        size = len(file.lignes) if isinstance(file, ParsedReport) else 0
        if some and held + size > rows:
            yield some
            some.clear()
            held = 0
            spool = Spool()
        some.append(WaitingReport.of(file, spool) if isinstance(file, ParsedReport) else file)
        held += size
    if some:
        yield some


class _Night:
    """One judgement, step after step; what is told so far is in the table `controles`."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        batch: Typed,
        reports: list[ParsedReport],
        reference: Reference,
    ) -> None:
        self.connection = connection
        self.batch = batch
        self.reference = reference
        self.engine = Engine(connection)
        self.parameters = entering.parameters(reference)
        self.places = controls.Places.of(reports, batch, Fields.load(reference.seeds))
        self.others = [_OTHERS[jeu][0] for jeu in batch.autres]

    def _ask(self, suite: Suite) -> None:
        failures = self.engine.validate(suite, self.parameters)
        told = controls.of_failures(
            self.connection, suite.name, failures, self.places, self.reference
        )
        controls.keep(self.connection, told)

    def judge_rows(self) -> None:
        """The rules on rows of every data set."""
        for suite in (rapport_actions.SUITE, *self.others):
            self._ask(suite)

    def judge_headers(self) -> None:
        """The rules on headers, which know how many rows are left."""
        kept = " union all ".join(
            f'select rapport_id from "{suite.name}"'
            " anti join ecartees using (rapport_id, feuille, ligne)"
            for suite in (rapport_actions.SUITE, *self.others)
        )
        self.connection.execute(f"create view lignes_gardees as {kept}")
        judged.run(self.connection, "headers.sql")
        for suite in rapport_entete.SUITE, autres_entete.SUITE:
            self._ask(suite)

    def judge_behaviour(self, previous: Path | None) -> None:
        """The rules on what changed since the report before."""
        behaviour.compare(self.connection, self.batch, previous)
        for suite in comportement_actions.SUITE, comportement_rapports.SUITE:
            self._ask(suite)
