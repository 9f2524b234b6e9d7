"""The rows of many reports in one set of text columns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from vigie.reading.values.columns import TEXT, Text
from vigie.records import ParsedReport

_PLACE = ("feuille", "ligne")


@dataclass(frozen=True)
class Stacked:
    """Rows with, for each, the position of its report in the night; fields no report has are not in `texts`."""

    rapports: npt.NDArray[np.int64]
    feuilles: Text
    lignes: npt.NDArray[np.int64]
    texts: dict[str, Text]

    def __len__(self) -> int:
        return len(self.rapports)

    def text(self, champ: str) -> Text:
        """The column of a field, blank everywhere when no report has it."""
        return self.texts.get(champ, self._blank)

    @cached_property
    def _blank(self) -> Text:
        # One for all: a wide table of absent columns would otherwise weigh as much as its text.
        return pa.chunked_array([pa.nulls(len(self), TEXT)])


def stack(
    reports: Sequence[ParsedReport],
    rows_of: Callable[[ParsedReport], pa.Table],
    among: Sequence[ParsedReport],
) -> Stacked:
    """The rows of the reports `among`, numbered by their position in `reports`."""
    kept = {id(report) for report in among}
    tables = []
    for position, report in enumerate(reports):
        table = rows_of(report)
        if id(report) in kept and len(table):
            number = pa.array(np.full(len(table), position))
            tables.append(_as_text(table).append_column("__rapport", number))
    if not tables:
        nothing = np.zeros(0, dtype=np.int64)
        return Stacked(nothing, pa.chunked_array([], TEXT), nothing, {})
    whole = pa.concat_tables(tables, promote_options="default")
    return Stacked(
        whole["__rapport"].to_numpy(),
        whole["feuille"],
        whole["ligne"].to_numpy(),
        {n: whole[n] for n in whole.column_names if n not in (*_PLACE, "__rapport")},
    )


def _as_text(table: pa.Table) -> pa.Table:
    kinds = [pa.int64() if name == "ligne" else TEXT for name in table.column_names]
    return table.cast(pa.schema(zip(table.column_names, kinds, strict=True)))
