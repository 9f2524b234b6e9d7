"""Rows written twice to the letter, by a copy gone wrong: an action is counted once."""

from collections import defaultdict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vigie.records import Observation, ParsedReport

_PLACE = ("feuille", "ligne")
_NAMES = ("code_action", "intitule")


def drop_repetitions(report: ParsedReport) -> None:
    """Takes out of a report the rows that say, funders included, exactly what an earlier row says, and tells them."""
    names = [report.lignes[champ] for champ in _NAMES if champ in report.lignes.column_names]
    if not names:
        return
    named = pc.coalesce(*names)
    if pc.count_distinct(named, "all").as_py() == len(named):
        return
    counts = named.value_counts()
    several = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
    candidates = np.flatnonzero(pc.is_in(named, several.drop_null()).to_numpy())
    fundings = _fundings(report.financements)
    content = report.lignes.drop_columns(_PLACE).take(pa.array(candidates))
    seen: set[tuple[object, ...]] = set()
    repeated: set[tuple[str, int]] = set()
    for position, values in zip(
        candidates, zip(*content.to_pydict().values(), strict=True), strict=True
    ):
        sheet, line = (report.lignes[champ][int(position)].as_py() for champ in _PLACE)
        place = (sheet, line)
        said = (*values, *fundings[place])
        if said in seen:
            repeated.add(place)
            report.observations.append(
                Observation("LIG-REPETITION", *place, "", named[int(position)].as_py())
            )
        seen.add(said)
    if repeated:
        report.lignes = _without(report.lignes, repeated)
        report.financements = _without(report.financements, repeated)


def _fundings(financements: pa.Table) -> dict[tuple[str, int], list[tuple[object, ...]]]:
    found: dict[tuple[str, int], list[tuple[object, ...]]] = defaultdict(list)
    for sheet, line, *told in zip(*financements.to_pydict().values(), strict=True):
        found[sheet, line].append(tuple(told))
    return found


def _without(rows: pa.Table, places: set[tuple[str, int]]) -> pa.Table:
    where = zip(rows["feuille"].to_pylist(), rows["ligne"].to_pylist(), strict=True)
    return rows.filter(pa.array([place not in places for place in where], pa.bool_()))
