"""Actions written over several rows, one per step: a title merged over them, or a column of steps beside it.

They are one action: as far as its least advanced step, from the first day to the last, for the sum of the amounts. Its
steps stay readable in its comment.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vigie.reading.adapters.layout import Layout
from vigie.reading.adapters.table import Table
from vigie.reading.fields import STEP, Fields
from vigie.reading.values.ranges import read_when
from vigie.reading.values.scalars import read_amount, read_percent
from vigie.records import Observation
from vigie.text import known_key

_NAMES = ("code_action", "axe", "intitule")
# From what is not told to what is done; what is given up waits for nothing.
_LEAST_FIRST = (
    "non_renseigne",
    "a_discuter",
    "a_venir",
    "bloque",
    "en_pause",
    "en_cours",
    "realise",
    "abandonne",
)
# What a row without a name says when it is a step.
_OF_STEPS = (
    "statut",
    "date_debut_prevue",
    "date_fin_prevue",
    "date_debut_reelle",
    "date_fin_reelle",
)
_JOINTS = {"texte_long": "\n", "booleen": "\n", "liste_themes": "|", "liste_silos": "|"}
_TOLD = ("statut", "date_fin_prevue", "date_fin_reelle")
_HISTORY = "commentaire"
TEXT = pa.large_string()

Row = dict[str, str | None]


@dataclass(frozen=True)
class _Run:
    """The positions of the rows of one action, and the fields merged over them, which hold for all."""

    positions: tuple[int, ...]
    whole: frozenset[str]


def merge_steps(table: Table, layout: Layout, fields: Fields) -> None:
    """Turns the rows of the steps of an action into one row, and tells it. Takes the column of steps away."""
    steps = table.champs.pop(STEP, None)
    runs = _runs(table, layout, steps) or _continued(table)
    if not runs:
        _tell_unread(table, layout, steps)
        return
    columns = {champ: array.to_pylist() for champ, array in table.champs.items()}
    names = steps.to_pylist() if steps is not None else [None] * len(table.numeros)
    columns.setdefault(_HISTORY, [None] * len(table.numeros))
    for run in runs:
        rows = [{champ: values[p] for champ, values in columns.items()} for p in run.positions]
        merged = {champ: _merged(champ, rows, run.whole, fields) for champ in columns}
        history = _history([names[p] for p in run.positions], rows)
        merged[_HISTORY] = "\n".join(filter(None, [merged[_HISTORY], history]))
        for champ, value in merged.items():
            columns[champ][run.positions[0]] = value
        last = int(table.numeros[run.positions[-1]])
        told = (
            f"{merged.get('intitule') or merged.get('code_action') or ''} » (lignes {{}} à {last}"
        )
        line = int(table.numeros[run.positions[0]])
        table.observations.append(
            Observation("FOR-ETAPES", layout.grid.name, line, "", told.format(line))
        )
    _regroup_fundings(table, runs)
    kept = np.ones(len(table.numeros), dtype=bool)
    kept[[p for run in runs for p in run.positions[1:]]] = False
    mask = pa.array(kept)
    table.numeros = table.numeros[kept]
    table.champs = {
        champ: pa.chunked_array([pa.array(values, TEXT)]).filter(mask)
        for champ, values in columns.items()
    }
    table.financements = {
        rank: {champ: array.filter(mask) for champ, array in funder.items()}
        for rank, funder in table.financements.items()
    }


def _tell_unread(table: Table, layout: Layout, steps: pa.ChunkedArray | None) -> None:
    filled = len(steps) - steps.null_count if steps is not None else 0
    if filled:
        column = layout.of(STEP)[0]
        place = (layout.grid.name, layout.header_row, column.lettre, column.libelle)
        table.observations.append(Observation("FOR-COLONNE-IGNOREE", *place, nombre=filled))


def _runs(table: Table, layout: Layout, steps: pa.ChunkedArray | None) -> list[_Run]:
    by_head: dict[int, _Run] = {}
    if steps is not None and steps.null_count < len(steps):
        for positions in _followed(table, steps):
            by_head[positions[0]] = _Run(positions, frozenset())
    champs = {column.index: column.champ for column in layout.columns}
    spans = [
        (champs.get(index, ""), *np.searchsorted(table.numeros, (top, bottom + 1)).tolist())
        for index, top, bottom in layout.grid.merged_down()
        if top > layout.header_row
    ]
    for champ, first, end in spans:
        if champ in ("intitule", "code_action") and end - first > 1:
            whole = {c for c, start, stop in spans if start <= first and stop >= end}
            positions = tuple(range(first, end))
            others = [c for c in ("intitule", "code_action") if c in table.champs and c != champ]
            # Two titles under one code merged over them are two actions.
            if not any(table.champs[c][p].as_py() for c in others for p in positions[1:]):
                by_head[first] = _Run(positions, frozenset(whole))
    return [by_head[head] for head in sorted(by_head)]


def _continued(table: Table) -> list[_Run]:
    """The rows without a name that say a state or a date under a row that has one, as a merged title is saved in CSV:
    where several do, or where two columns of names are blank together. One title alone may have been forgotten."""
    if not _has_unnamed_rows(table):
        return []
    names = {champ: table.champs[champ].to_pylist() for champ in _NAMES if champ in table.champs}
    if "intitule" not in names:
        return []
    said = [table.champs[champ].to_pylist() for champ in _OF_STEPS if champ in table.champs]
    runs: list[list[int]] = []
    for position in range(len(table.numeros)):
        is_named = any(values[position] for values in names.values())
        if not is_named and runs and any(values[position] for values in said):
            runs[-1].append(position)
        elif names["intitule"][position]:
            runs.append([position])
        else:
            # Of which action the rows below go on is not known.
            runs.append([position, -1])
    found = [run for run in runs if len(run) > 1 and -1 not in run]
    blank = sum(len(run) - 1 for run in found)
    several = any(sum(values[run[0]] is not None for values in names.values()) > 1 for run in found)
    return [_Run(tuple(run), frozenset()) for run in found] if blank > 1 or several else []


def _has_unnamed_rows(table: Table) -> bool:
    named = [pc.is_valid(table.champs[champ]) for champ in _NAMES if champ in table.champs]
    return bool(named) and not pc.all(reduce(pc.or_, named)).as_py()


def _followed(table: Table, steps: pa.ChunkedArray) -> list[tuple[int, ...]]:
    """The rows with a step, that bear the names of the row above or none."""
    names = [table.champs[champ].to_pylist() for champ in _NAMES if champ in table.champs]
    titles = table.champs["intitule"].to_pylist() if "intitule" in table.champs else []
    runs: list[list[int]] = []
    for position, step in enumerate(steps.to_pylist()):
        head = runs[-1][0] if runs else 0
        same = all(values[position] in (None, values[head]) for values in names)
        if runs and step and same and titles and titles[head]:
            runs[-1].append(position)
        else:
            runs.append([position])
    return [tuple(run) for run in runs if len(run) > 1]


def _merged(champ: str, rows: Sequence[Row], whole: frozenset[str], fields: Fields) -> str | None:
    values = [row[champ] for row in rows]
    told = [value for value in values if value]
    if champ in _NAMES or champ in whole or not told:
        return values[0]
    kind = fields.by_name[champ].type if champ in fields.by_name else "texte"
    if kind == "statut":
        return _least_advanced(values, fields)
    if kind == "montant":
        return _sum(told)
    if kind == "date":
        return _day(champ, values, fields.is_end(champ))
    if kind == "pourcentage":
        return _furthest(told, lambda text: read_percent(text)[0], min) if all(values) else None
    different = list(dict.fromkeys(told))
    if len(different) == 1:
        return different[0]
    if kind in ("meteo", "enumeration", "nombre"):
        return None
    return _JOINTS.get(kind, " ; ").join(different)


def _least_advanced(values: Sequence[str | None], fields: Fields) -> str | None:
    codes = [
        fields.statuses.get(known_key(value, fields.statuses)) if value else "non_renseigne"
        for value in values
    ]
    if None in codes:
        # An unknown word is for the gate to tell.
        return values[codes.index(None)]
    ranks = [_LEAST_FIRST.index(str(code)) for code in codes]
    return values[ranks.index(min(ranks))]


def _sum(told: Sequence[str]) -> str:
    amounts = [read_amount(text)[0] for text in told]
    if len(told) == 1 or None in amounts:
        return told[amounts.index(None)] if None in amounts else told[0]
    return f"{sum(filter(None, amounts)):.2f}"


def _day(champ: str, values: Sequence[str | None], is_end: bool) -> str | None:
    told = [value for value in values if value]
    if champ == "date_fin_reelle" and len(told) < len(values):
        # A step that goes on: the action has not ended.
        return None
    return _furthest(told, lambda text: read_when(text, is_end)[0], max if is_end else min)


def _furthest(told: Sequence[str], read: Callable[[str], object], among: Callable[..., int]) -> str:
    """The text that reads as the least or the most of all; the first one that does not read, for the gate to tell."""
    found = [read(text) for text in told]
    if None in found:
        return told[found.index(None)]
    return told[among(range(len(told)), key=found.__getitem__)]


def _history(names: Sequence[str | None], rows: Sequence[Row]) -> str:
    steps = []
    for number, (name, row) in enumerate(zip(names, rows, strict=True), start=1):
        state = ", ".join(filter(None, (row.get(champ) for champ in _TOLD)))
        steps.append(f"{name or number}" + (f" ({state})" if state else ""))
    return f"Étapes : {' ; '.join(steps)}"


def _regroup_fundings(table: Table, runs: Sequence[_Run]) -> None:
    """Gives the aids of the steps to the row of their action, each as one more funder."""
    ranks = sorted(table.financements)
    for run in runs:
        added = 0
        for rank in ranks:
            funder = table.financements[rank]
            for position in run.positions[1:]:
                cells = {champ: array[position].as_py() for champ, array in funder.items()}
                if any(cells.values()):
                    added += 1
                    _add_funder(table, max(ranks) + added, run.positions[0], cells)


def _add_funder(table: Table, rank: int, position: int, cells: Row) -> None:
    length = len(table.numeros)
    funder = table.financements.setdefault(rank, {})
    for champ, value in cells.items():
        values = funder[champ].to_pylist() if champ in funder else [None] * length
        values[position] = value
        funder[champ] = pa.chunked_array([pa.array(values, TEXT)])
