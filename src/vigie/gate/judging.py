"""The verdict on every new report of a night, in one pass of Great Expectations per data set."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

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
from vigie.gate import behaviour, controls, engine, frames, tables
from vigie.gate.concurrence import concurrent_values
from vigie.gate.engine import Engine
from vigie.reading.fields import Fields
from vigie.reading.values import Batch, normalise
from vigie.records import GRANTS, LONG_INDICATORS, REPORT, ROADMAP_REGISTER, ParsedReport
from vigie.reference.seeds import Reference

if TYPE_CHECKING:
    from vigie.reading.adapters import Unreadable

_OTHER_SUITES: dict[str, tuple[Suite, str]] = {
    ROADMAP_REGISTER: (registre.SUITE, "feuilles_de_route"),
    LONG_INDICATORS: (indicateurs_longs.SUITE, "indicateurs_longs"),
    GRANTS: (subventions.SUITE, "subventions"),
}
ROWS_AT_ONCE = 150_000
_HANGING = ("themes", "silos", "financements")


@dataclass(frozen=True)
class GateResult:
    """What a night's judgement adds to raw: one frame per table, with its columns."""

    tables: dict[str, pd.DataFrame]

    @property
    def verdicts(self) -> pd.DataFrame:
        """rapport_id and verdict of each report judged."""
        return self.tables["rapports"][["rapport_id", "verdict"]]


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
    night = _Night(normalise(reports, reference, run_date), reports, refused, reference, run_date)
    night.judge_rows()
    night.judge_headers()
    night.judge_behaviour(previous)
    if data_docs is not None and reports:
        night.engine.write_docs(data_docs, max(r.receipt.collecte_le for r in reports))
    return GateResult(night.tables())


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
    for file in parsed:
        size = len(file.lignes) if isinstance(file, ParsedReport) else 0
        if some and held + size > rows:
            yield some
            some.clear()
            held = 0
        some.append(file)
        held += size
    if some:
        yield some


class _Night:
    def __init__(
        self,
        batch: Batch,
        reports: list[ParsedReport],
        refused: list[Any],
        reference: Reference,
        run_date: date,
    ) -> None:
        self.batch = batch
        self.reports = reports
        self.refused = refused
        self.reference = reference
        self.engine = Engine()
        self.parameters = frames.parameters(reference)
        self.places = controls.Places.of(reports, batch, Fields.load(reference.seeds))
        self.header = frames.headers(batch, reference, run_date)
        self.received_on = batch.rapports.set_index("rapport_id").pipe(frames.received_on, run_date)
        self.told = [
            controls.of_unreadable(refused),
            controls.of_observations(batch, self.places),
        ]

    @property
    def controls(self) -> pd.DataFrame:
        return pd.concat(self.told, ignore_index=True)

    def _ask(self, suite: Suite, frame: pd.DataFrame) -> None:
        failures = self.engine.validate(suite, frames.for_suite(frame, suite), self.parameters)
        if failures:
            self.told.append(controls.of_failures(failures, frame, self.places, self.reference))

    def judge_rows(self) -> None:
        self._ask(rapport_actions.SUITE, frames.actions(self.batch, self.header))
        for jeu, frame in self.batch.autres.items():
            rows = frames.others(frame, self.batch.rapports, self.received_on, self.reference)
            if jeu == LONG_INDICATORS:
                rows["valeur_concurrente"] = concurrent_values(rows, self.batch.rapports)
            self._ask(_OTHER_SUITES[jeu][0], rows)

    def judge_headers(self) -> None:
        """Once rows are judged: a report of which no row is left is refused."""
        others = self.batch.rapports[self.batch.rapports["jeu"] != REPORT].reset_index(drop=True)
        told = self.controls
        everything = [self.batch.actions, *self.batch.autres.values()]
        kept = [rows.loc[~tables.set_aside(rows, told), "rapport_id"] for rows in everything]
        accepted = pd.concat(kept).value_counts()
        # A report refused for a clearer reason is not told of each of its rows.
        refused = tables.refused(told)
        for suite, header in (rapport_entete.SUITE, self.header), (autres_entete.SUITE, others):
            counted = header["rapport_id"].map(accepted).fillna(0)
            is_judged = (header["recues_nb"] > 0) & ~header["rapport_id"].isin(refused)
            header["toutes_ecartees"] = (counted == 0) & is_judged
            self._ask(suite, header)

    def judge_behaviour(self, previous: Path | None) -> None:
        names = pd.DataFrame(
            [(r.receipt.rapport_id, r.receipt.nom_fichier) for r in self.reports],
            columns=["rapport_id", "nom_fichier"],
        )
        refused = tables.refused(self.controls)
        readable = self.batch.rapports.merge(names, on="rapport_id")
        readable = readable[~readable["rapport_id"].isin(refused)]
        pairs, reports = behaviour.compare(
            readable,
            self.batch.actions,
            self._is_accepted(self.batch.actions),
            self._accepted(self._other(ROADMAP_REGISTER), "feuilles_de_route"),
            frames.heirs(self.reference),
            frames.predecessors(self.reference),
            previous,
        )
        self._ask(comportement_actions.SUITE, pairs)
        self._ask(comportement_rapports.SUITE, reports)

    def _other(self, jeu: str) -> pd.DataFrame:
        nothing = pd.DataFrame(columns=[*frames.KEY, "siren_epci"])
        return self.batch.autres.get(jeu, nothing)

    def _is_accepted(self, rows: pd.DataFrame) -> np.ndarray:
        """True for the rows that will be loaded: of a report that is not refused, and not set aside."""
        told = self.controls
        kept = ~rows["rapport_id"].isin(tables.refused(told)).to_numpy()
        return kept & ~tables.set_aside(rows, told)

    def _accepted(self, rows: pd.DataFrame, table: str) -> pd.DataFrame:
        """The rows to load, with the columns of their table in raw alone: each is copied."""
        loaded = [column for column in tables.columns_of(table) if column in rows]
        return rows[loaded][self._is_accepted(rows)]

    def tables(self) -> dict[str, pd.DataFrame]:
        told = self.controls
        actions = self.batch.actions.rename(columns={"statut__brut": "statut_brut"})
        made = {
            "lignes": self._accepted(actions, "lignes"),
            "controles": told.sort_values(["rapport_id", "feuille", "ligne"], kind="stable"),
        }
        for name in _HANGING:
            made[f"lignes_{name}"] = self._accepted(getattr(self.batch, name), f"lignes_{name}")
        refused = tables.refused(told)
        silos = self.batch.rapports_silos
        made["rapports_silos"] = silos[~silos["rapport_id"].isin(refused)]
        aside = [self._aside(self.batch.actions, told)]
        accepted = [made["lignes"]]
        for jeu, rows in self.batch.autres.items():
            table = _OTHER_SUITES[jeu][1]
            made[table] = self._accepted(rows, table)
            accepted.append(made[table])
            aside.append(self._aside(rows, told))
        made["lignes_ecartees"] = pd.concat(aside, ignore_index=True)
        counts = pd.concat([rows["rapport_id"] for rows in accepted]).value_counts()
        made["rapports"] = tables.reports(
            [file.receipt for file in [*self.reports, *self.refused]],
            self.batch.rapports,
            told,
            counts,
            {r.receipt.rapport_id: (r.jeu, r.format) for r in self.reports},
        )
        return {
            name: frame.reindex(columns=tables.columns_of(name)).reset_index(drop=True)
            for name, frame in made.items()
        }

    def _aside(self, rows: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
        alive = ~rows["rapport_id"].isin(tables.refused(told)).to_numpy()
        return tables.rows_as_json(rows[alive & tables.set_aside(rows, told)], told)
