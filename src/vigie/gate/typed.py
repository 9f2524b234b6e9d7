"""The reports of a judgement, as they were read and once typed: few of their rows are in memory at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date

import pyarrow as pa

from vigie.gate.spool import Kept, Spool
from vigie.reading.values import Batch, normalise
from vigie.records import ParsedReport
from vigie.reference.seeds import Reference

_ROWS_TYPED = 40_000


class WaitingReport(ParsedReport):
    """A report whose rows wait on disk until they are asked for."""

    _rows: Kept

    @classmethod
    def of(cls, report: ParsedReport, spool: Spool) -> "WaitingReport":
        """The same report."""
        waiting = cls(
            **{f.name: getattr(report, f.name) for f in fields(report) if f.name != "lignes"}
        )
        waiting._rows = spool.keep(report.lignes)
        return waiting

    @property
    def lignes(self) -> pa.Table:
        """Its rows, from disk."""
        return self._rows()

    @lignes.setter
    def lignes(self, table: pa.Table) -> None:
        self._rows = lambda: table


class Typed:
    """All reports of a judgement, typed: the tables of `vigie.reading.values.Batch`, taken from disk when asked for."""

    def __init__(
        self, reports: Sequence[ParsedReport], reference: Reference, run_date: date, spool: Spool
    ) -> None:
        self.autres: list[str] = []
        self._parts: dict[str, list[Kept]] = {}
        for some in _groups(reports):
            for name, table in self._named(normalise(some, reference, run_date)):
                self._parts.setdefault(name, []).append(spool.keep(table))

    def _named(self, batch: Batch) -> Iterator[tuple[str, pa.Table]]:
        for f in fields(batch):
            if f.name != "autres":
                yield f.name, getattr(batch, f.name)
        for jeu, table in batch.autres.items():
            if jeu not in self.autres:
                self.autres.append(jeu)
            yield jeu, table

    def table(self, name: str) -> pa.Table:
        """A table of the batch, or that of another data set than reports."""
        return pa.concat_tables([part() for part in self._parts[name]], promote_options="default")


def _groups(reports: Sequence[ParsedReport]) -> Iterator[list[ParsedReport]]:
    """Some reports after the others; one empty group when there is none."""
    some: list[ParsedReport] = []
    held = 0
    for report in reports:
        size = len(report.lignes)
        if some and held + size > _ROWS_TYPED:
            yield some
            some, held = [], 0
        some.append(report)
        held += size
    yield some
