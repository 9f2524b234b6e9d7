"""Columns of one field at several moments: the amounts of the years add up, the latest state is that of the action."""

from collections import defaultdict
from dataclasses import replace

import pyarrow as pa

from vigie.reading.adapters.cells import Columns
from vigie.reading.adapters.dated import Dated
from vigie.reading.adapters.layout import Column, Layout, at_moment, match_of
from vigie.reading.fields import Fields
from vigie.reading.values.scalars import read_amount
from vigie.records import Observation
from vigie.text import alias_key

_Found = list[tuple[Dated, Column]]


def read_moments(
    layout: Layout, texts: Columns, arrays: list[pa.ChunkedArray], fields: Fields
) -> None:
    """Adds to the columns of a table those whose headers say a moment, where no header says their field alone.

    The columns of amounts of several years make one, their sum; of the states of several days the latest with data is
    read, the others join the columns that are not. Each is told.
    """
    by_field: dict[str, _Found] = defaultdict(list)
    for column, _ in layout.unread:
        found = None if column.champ else at_moment(column.libelle, fields, layout.context)
        if found and arrays[column.index].null_count < len(arrays[column.index]):
            by_field[found.champ].append((found, column))
    for champ, columns in by_field.items():
        if layout.of(champ):
            continue
        if columns[0][0].is_state:
            _read_latest(layout, texts, arrays, champ, columns)
        elif 1 < len(columns) == len({found.day for found, _ in columns}):
            _add_up(layout, texts, arrays, champ, columns, fields)


def _read_latest(
    layout: Layout, texts: Columns, arrays: list[pa.ChunkedArray], champ: str, columns: _Found
) -> None:
    latest = max(columns, key=lambda pair: (pair[0].day, pair[1].index))[1]
    older = [column for _, column in columns if column is not latest]
    read = replace(latest, champ=champ)
    _keep(layout, [latest], read)
    texts[read] = arrays[latest.index]
    layout.unread = [
        (column, "FOR-COLONNE-ANCIENNE" if column in older else code)
        for column, code in layout.unread
    ]


def _add_up(
    layout: Layout,
    texts: Columns,
    arrays: list[pa.ChunkedArray],
    champ: str,
    columns: _Found,
    fields: Fields,
) -> None:
    of_years = [column for _, column in columns]
    scale = match_of(columns[0][0].base, "", fields, layout.context)[1]
    names = " + ".join(column.libelle for column in of_years)
    read = replace(of_years[0], champ=champ, libelle=names, echelle=scale)
    _keep(layout, of_years, read)
    rows = zip(*(arrays[column.index].to_pylist() for column in of_years), strict=True)
    sums = [_sum([cell for cell in row if cell], fields) for row in rows]
    texts[read] = pa.chunked_array([pa.array(sums, pa.large_string())])
    place = (layout.grid.name, layout.header_row, read.lettre)
    layout.observations.append(Observation("FOR-ANNEES-ADDITIONNEES", *place, names, champ))


def _keep(layout: Layout, columns: list[Column], read: Column) -> None:
    layout.unread = [pair for pair in layout.unread if pair[0] not in columns]
    layout.columns.append(read)


def _sum(cells: list[str], fields: Fields) -> str | None:
    """The sum of the amounts of a row; as written when there is one, or when one of them cannot be read."""
    said = [cell for cell in cells if alias_key(cell) not in fields.missing_marks]
    amounts = [read_amount(cell)[0] for cell in said]
    if len(said) < 2 or None in amounts:
        return " + ".join(said) or None
    total = round(sum(amount for amount in amounts if amount is not None), 2)
    return str(int(total) if total.is_integer() else total)
