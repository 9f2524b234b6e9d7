"""Reading of the rows under a header: joining of columns, rows that are not actions."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import reduce
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from vigie.reading.adapters.cells import (
    Columns,
    blank_errors,
    cells_in_error,
    hidden_rows,
    marked_cells,
    read_scales,
    read_shown,
    spread_merged_cells,
    unread_formats,
)
from vigie.reading.adapters.codes import unreadable
from vigie.reading.adapters.dated_columns import read_moments
from vigie.reading.adapters.ditto import read_dittos
from vigie.reading.adapters.grid import told_decimal
from vigie.reading.adapters.groups import (
    find_groups,
    inherit_confidentiality,
    paths_of,
    put_under_groups,
)
from vigie.reading.adapters.layout import (
    JOINED_FIELDS,
    Column,
    Layout,
    uneven_rows,
    unread_columns,
)
from vigie.reading.adapters.openness import keep_unsaid_confidential, read_openness
from vigie.reading.adapters.retyped import read_as_they_say
from vigie.reading.adapters.rows import rows_to_skip
from vigie.reading.adapters.skipped import Skipped
from vigie.reading.adapters.template_rows import remove_instructions, template_rows
from vigie.reading.adapters.ticks import read_ticks
from vigie.reading.fields import PHASE, STEP, SUB_ACTION, TET_BUDGET, Fields
from vigie.reading.values.scalars import read_date
from vigie.records import Cell, Observation
from vigie.reference.columns import ACTION, FUNDING, HEADER
from vigie.settings import Settings

LIST_SEPARATOR = "|"
AXIS_SEPARATOR = " > "
PART_SEPARATOR = "\f"
_JOINTS = {
    "axe": AXIS_SEPARATOR,
    "themes": LIST_SEPARATOR,
    "silos": LIST_SEPARATOR,
    TET_BUDGET: PART_SEPARATOR,
}
_TAX_BASE = re.compile(r"\b(HT|TTC)\b")

TEXT = pa.large_string()


@dataclass
class Table:
    """The rows of a table, one text array per field, and what was noticed on the way."""

    numeros: npt.NDArray[np.int64]
    champs: dict[str, pa.ChunkedArray]
    financements: dict[int, dict[str, pa.ChunkedArray]] = field(default_factory=dict)
    entete: dict[str, Cell] = field(default_factory=dict)
    observations: list[Observation] = field(default_factory=list)


def read_table(layout: Layout, fields: Fields, settings: Settings) -> Table:
    """The rows of actions under a header; raises ReportUnreadable past the number of rows allowed."""
    numbers, arrays = layout.grid.body(layout.header_row, layout.width)
    observations = []
    texts: Columns = {
        c: told_decimal(arrays[c.index], layout.grid, c.index, numbers)
        if _is_number(c, fields)
        else arrays[c.index]
        for c in layout.columns
    }
    read_ticks(layout, texts, arrays, fields)
    read_moments(layout, texts, arrays, fields)
    opened = read_openness(layout, texts, arrays, fields)
    read_shown(layout, texts, numbers, fields)
    read_scales(texts)
    errors = layout.grid.shown.errors
    blank_errors(layout, texts, numbers, errors)
    observations += unread_formats(layout)
    left = template_rows(layout, texts, numbers, fields)
    observations += remove_instructions(layout, texts, numbers, left, fields)
    observations += left.observations
    every, (numbers, texts) = numbers, _drop(left, numbers, texts)
    texts = read_as_they_say(layout, texts, fields)
    _, unread = _drop(left, every, {c: arrays[c.index] for c, _ in layout.unread})
    unread = {c: array for c, array in unread.items() if array.null_count < len(array)}
    observations = [
        *layout.observations,
        *_about_columns(layout, fields, texts, unread),
        *observations,
    ]
    observations += spread_merged_cells(layout, texts, numbers)
    own = [texts[c] for c in layout.columns if _is_about_actions(c, fields)]
    filled = reduce(pc.or_, (pc.is_valid(array) for array in own))
    without_action = numbers[~filled.to_numpy()]
    _, unread = _filter(filled, numbers, unread)
    numbers, texts = _filter(filled, numbers, texts)
    paths = paths_of(texts, len(numbers))
    skipped, headings = rows_to_skip(layout, texts, unread, numbers, paths)
    groups = find_groups(layout, texts, numbers, paths, headings, fields)
    for told, position in zip(groups.observations, sorted(groups.positions), strict=True):
        skipped.skip(position, told)
    observations += skipped.observations
    inherit_confidentiality(texts, groups)
    under = put_under_groups(texts, groups, len(numbers))
    if under is not None:
        texts = {**texts, Column(layout.width, "axe", 0, ""): under}
    numbers, texts = _drop(skipped, numbers, texts)
    keep_unsaid_confidential(texts, opened)
    observations += read_dittos(layout, texts)
    observations += uneven_rows(layout.grid, layout.header_row, [*numbers, *without_action])
    observations += cells_in_error(layout, numbers, errors)
    observations += hidden_rows(layout, numbers)
    observations += marked_cells(layout, numbers)
    if len(numbers) > settings.max_report_rows:
        raise unreadable("FIC-LIGNES", limite=settings.max_report_rows)
    table = Table(numbers, _join(texts, fields), _fundings(texts, fields), {}, observations)
    _read_repeated_header(layout, texts, fields, table)
    _read_tax_base(layout, fields, table)
    return table


def _about_columns(
    layout: Layout, fields: Fields, texts: Columns, unread: Columns
) -> list[Observation]:
    """What to say of the columns that are not read, and of those that are although nobody sees them."""
    # A header repeated among the rows is not data.
    filled = {
        c.index: pc.sum(pc.not_equal(array, c.libelle)).as_py() or 0 for c, array in unread.items()
    }
    told = unread_columns(layout, fields, defaultdict(int, filled))
    hidden = [
        c.libelle for c, array in texts.items() if c.est_masquee and array.null_count < len(array)
    ]
    if hidden:
        names = ", ".join(f"« {label} »" for label in hidden)
        told.append(Observation("FOR-COLONNES-MASQUEES", layout.grid.name, valeur=names))
    return told


def _is_number(column: Column, fields: Fields) -> bool:
    known = fields.by_name.get(column.champ)
    return known is not None and known.type in ("montant", "nombre")


def _is_about_actions(column: Column, fields: Fields) -> bool:
    known = fields.by_name.get(column.champ)
    return known is None or known.niveau != HEADER


def _filter(
    mask: pa.ChunkedArray, numbers: npt.NDArray[np.int64], texts: Columns
) -> tuple[npt.NDArray[np.int64], Columns]:
    if pc.all(mask).as_py():
        return numbers, texts
    kept = {column: array.filter(mask) for column, array in texts.items()}
    return numbers[mask.to_numpy()], kept


def _drop(
    skipped: Skipped, numbers: npt.NDArray[np.int64], texts: Columns
) -> tuple[npt.NDArray[np.int64], Columns]:
    if not skipped.positions:
        return numbers, texts
    mask = np.ones(len(numbers), dtype=bool)
    mask[sorted(skipped.positions)] = False
    return _filter(pa.chunked_array([mask]), numbers, texts)


def _join(texts: Columns, fields: Fields) -> dict[str, pa.ChunkedArray]:
    """One array per field of the actions; the columns of a joined field are put together in file order."""
    joined: dict[str, pa.ChunkedArray] = {}
    by_field: dict[str, list[Column]] = {}
    for column in texts:
        known = fields.by_name.get(column.champ)
        if column.champ in (SUB_ACTION, TET_BUDGET, STEP, PHASE) or (
            known and known.niveau == ACTION
        ):
            by_field.setdefault(column.champ, []).append(column)
    for champ, columns in by_field.items():
        pieces = [_titled(column, texts[column]) for column in columns]
        separator = _JOINTS.get(champ, "\n")
        joined[champ] = pieces[0] if len(pieces) == 1 else joined_text(pieces, separator)
    return joined


def joined_text(pieces: list[pa.ChunkedArray], separator: str) -> pa.ChunkedArray:
    """The texts of each row put together, blanks left out; null where all are blank."""
    between = pa.scalar(separator, TEXT)
    # Not null_handling="skip": on chunked arrays it forgets the rows where every piece is null (pyarrow 26).
    return reduce(
        lambda left, right: pc.coalesce(
            pc.binary_join_element_wise(left, right, between), left, right
        ),
        pieces,
    )


def _titled(column: Column, array: pa.ChunkedArray) -> pa.ChunkedArray:
    """The notes of a year keep their year, the only place where it is told."""
    if column.champ in JOINED_FIELDS and column.libelle.isdigit():
        year = pa.chunked_array([pa.repeat(pa.scalar(f"{column.libelle} : ", TEXT), len(array))])
        return pc.binary_join_element_wise(year, array, pa.scalar("", TEXT))
    return array


def _fundings(texts: Columns, fields: Fields) -> dict[int, dict[str, pa.ChunkedArray]]:
    fundings: dict[int, dict[str, pa.ChunkedArray]] = {}
    for column, array in texts.items():
        known = fields.by_name.get(column.champ)
        if known and known.niveau == FUNDING:
            fundings.setdefault(column.rang, {})[column.champ] = array
    return fundings


def _read_repeated_header(layout: Layout, texts: Columns, fields: Fields, table: Table) -> None:
    """The header fields that a flat file repeats on every row: they must agree."""
    uneven = layout.grid.uneven(layout.header_row)
    # The cells of a row that was cut or lengthened may have moved: they contradict nothing.
    whole = pa.array([int(number) not in uneven for number in table.numeros])
    for column, array in texts.items():
        known = fields.by_name.get(column.champ)
        if known is None or known.niveau != HEADER or array.null_count == len(array):
            continue
        values = pc.unique(array.filter(whole).drop_null()).to_pylist()
        if not values:
            continue
        line = int(table.numeros[pc.index(pc.is_valid(array), True).as_py()])
        place = (layout.grid.name, line, column.lettre)
        if len(values) > 1 and known.est_obligatoire:
            shown = ", ".join(values[:3])
            code = "FIC-SUITE" if _is_a_series(values) else "FIC-PLUSIEURS"
            raise unreadable(code, colonne=column.libelle, valeurs=shown)
        table.entete[column.champ] = Cell(values[0], *place)
        table.observations += [
            Observation("FOR-EN-TETE-CONTRADICTOIRE", *place, other, column.champ)
            for other in values[1:2]
        ]


def _is_a_series(values: list[str]) -> bool:
    """Whether each value is the one before plus one, as the fill handle of a spreadsheet makes them."""
    digits = [value.replace(" ", "") for value in values]
    if all(value.isascii() and value.isdigit() for value in digits):
        numbers = [int(value) for value in digits]
    else:
        days = [read_date(value, is_end=False)[0] for value in values]
        numbers = [day.toordinal() for day in days if day]
    follow = [after - before == 1 for before, after in pairwise(numbers)]
    return len(numbers) == len(values) > 2 and all(follow)


def _read_tax_base(layout: Layout, fields: Fields, table: Table) -> None:
    """HT or TTC, when the headers of the amounts say it and no column does."""
    bases: dict[str, list[str]] = {ACTION: [], FUNDING: []}
    for column in layout.columns:
        known = fields.by_name.get(column.champ)
        told = _TAX_BASE.search(column.libelle.upper())
        if known and known.type == "montant" and told:
            bases[known.niveau].append(told[1])
    told_bases = set(bases[ACTION]) | set(bases[FUNDING])
    if len(told_bases) > 1:
        based = (c.libelle for c in layout.columns if _TAX_BASE.search(c.libelle.upper()))
        labels = ", ".join(dict.fromkeys(based))
        table.observations.append(
            Observation("FOR-BASE-MELANGEE", layout.grid.name, layout.header_row, "", labels)
        )
    if len(set(bases[ACTION])) == 1 and "base_montant" not in table.champs:
        base = pa.array([bases[ACTION][0]] * len(table.numeros), TEXT)
        table.champs["base_montant"] = pa.chunked_array([base])
