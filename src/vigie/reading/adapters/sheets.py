"""Several sheets of actions in one workbook: which are read, which are an older state of the same actions."""

from collections.abc import Sequence
from datetime import date
from itertools import combinations

import pyarrow as pa
import pyarrow.compute as pc

from vigie.reading.adapters.codes import unreadable
from vigie.reading.adapters.grid import Grid
from vigie.reading.adapters.groups import names_a_group
from vigie.reading.adapters.header import day_of_name, read_form, situation_in_titles
from vigie.reading.adapters.layout import Layout
from vigie.reading.adapters.table import Table
from vigie.reading.fields import Fields
from vigie.reading.values.scalars import read_date
from vigie.records import Observation

# From one year to the next most actions stay; two parts of one plan share a code or two by mistake.
_SAME_ACTIONS = 0.5

Sheet = tuple[Layout, Table]


def put_under_headings(sheets: Sequence[Sheet]) -> None:
    """Gives the actions of each table the title that it stands under for axis, when they have none: that of a document,
    or the name of a sheet such as « Axe 2 ». Of several titles alone, for one is that of the whole plan."""
    titles = [_title(layout.grid) for layout, _ in sheets]
    if len({*titles}) < len(("one", "other")):
        return
    for title, (_, table) in zip(titles, sheets, strict=True):
        if title:
            heading = pa.scalar(title, pa.large_string())
            nothing = pa.chunked_array([pa.nulls(len(table.numeros), pa.large_string())])
            table.champs["axe"] = pc.fill_null(table.champs.get("axe", nothing), heading)


def _title(grid: Grid) -> str:
    return grid.heading or (grid.name if names_a_group(grid.name) else "")


def without_past_sheets(
    sheets: Sequence[Sheet], fields: Fields
) -> tuple[list[Sheet], list[Observation]]:
    """The sheets to read, without an older state of the actions of another, and what to say of those.

    Raises ReportUnreadable when two sheets hold the same actions and no dates tell which is up to date.
    """
    told: dict[str, Observation] = {}
    for one, other in combinations(sheets, 2):
        if not _same_actions(one[1], other[1]):
            continue
        days = [_situation(layout, fields) for layout, _ in (one, other)]
        if None in days or days[0] == days[1]:
            names = f"« {one[0].grid.name} » et « {other[0].grid.name} »"
            raise unreadable("FIC-FEUILLES", feuilles=names)
        layout, day = min(zip((one[0], other[0]), days, strict=True), key=lambda pair: str(pair[1]))
        name = layout.grid.name
        told[name] = Observation("FOR-FEUILLE-ANCIENNE", name, valeur=f"{day:%d/%m/%Y}")
    return [sheet for sheet in sheets if sheet[0].grid.name not in told], list(told.values())


def _situation(layout: Layout, fields: Fields) -> date | None:
    """The date of situation written above the table itself, else the day, the month or the year that its sheet is
    named after."""
    form, _ = read_form([(layout.grid, layout.header_row - 1)], fields)
    if "date_situation" in form:
        return read_date(form["date_situation"].valeur, True)[0]
    titled = situation_in_titles([(layout.grid, layout.header_row - 1)], date.max)
    return read_date(titled.valeur, True)[0] if titled else day_of_name(layout.grid.name)[0]


def _same_actions(one: Table, other: Table) -> bool:
    some, others = _keys(one.champs), _keys(other.champs)
    fewest = min(len(some), len(others))
    return fewest > 1 and len(some & others) >= _SAME_ACTIONS * fewest


def _keys(champs: dict[str, pa.ChunkedArray]) -> set[str]:
    """The codes of the actions of a sheet, their titles and the axis they are under where they have none."""
    titles = champs.get("intitule")
    if titles is not None and "axe" in champs:
        titles = pc.binary_join_element_wise(
            pc.fill_null(champs["axe"], ""), titles, pa.scalar("\n", pa.large_string())
        )
    arrays = [array for array in (champs.get("code_action"), titles) if array is not None]
    return set(pc.coalesce(*arrays).drop_null().to_pylist()) if arrays else set()


def about_sheets(layouts: Sequence[Layout]) -> list[Observation]:
    """What to say of hidden sheets that hold actions, and of several that are read."""
    hidden = [layout.grid.name for layout in layouts if layout.grid.is_hidden]
    noticed = [Observation("FOR-FEUILLE-MASQUEE", name, valeur=name) for name in hidden]
    shown = [layout.grid.name for layout in layouts if not layout.grid.is_hidden]
    if len(shown) > 1:
        noticed.append(Observation("FOR-PLUSIEURS-FEUILLES", valeur=", ".join(shown)))
    return noticed


def unread_tables(grids: Sequence[Grid], layouts: Sequence[Layout]) -> list[Observation]:
    """What to say of the tables of a document, its other grids, that hold no actions; a single row is a frame."""
    read = [layout.grid.name for layout in layouts]
    tables = [g for g in grids if g.name not in read and len(g.head) > 1 and len(g.head[0]) > 1]
    if not tables:
        return []
    return [Observation("FOR-TABLEAU-NON-LU", valeur=", ".join(f"« {g.name} »" for g in tables))]
