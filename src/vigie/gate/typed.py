"""The reports of a judgement, as they were read and once typed: few of their rows are in memory at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from vigie.gate.judged import numbered
from vigie.gate.spool import Kept, Spool, whole
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
        self._spool = spool
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
        return whole(self._parts[name])

    def stream(self, name: str, columns: Sequence[str]) -> pa.RecordBatchReader:
        """Some columns of a table and the rank of each row, given once, few rows in memory at a time."""
        parts = self._parts[name]
        schema = numbered(whole(parts).select(columns).slice(0, 0)).schema

        def batches() -> Iterator[pa.RecordBatch]:
            start = 0
            for part in parts:
                table = part().select(columns)
                yield from numbered(table, start).to_batches()
                start += len(table)

        return pa.RecordBatchReader.from_batches(schema, batches())

    def those(
        self, name: str, mask: npt.NDArray[np.bool_], columns: dict[str, str] | None = None
    ) -> pa.Table:
        """The rows of a table where `mask` is true: all their columns, or some of them under the names given."""
        parts = self._parts[name]
        if columns is not None:
            parts = [partial(_renamed, part, columns) for part in parts]
        return whole(parts) if mask.all() else self._spool.those(parts, mask)()


def _renamed(part: Kept, columns: dict[str, str]) -> pa.Table:
    return part().select(list(columns)).rename_columns(list(columns.values()))


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
