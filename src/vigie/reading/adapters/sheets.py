"""Several sheets of actions in one workbook: which are read, which are an older state of the same actions, or say more
of them."""

from collections.abc import Sequence, Set
from datetime import date
from itertools import combinations
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from vigie.reading.adapters.codes import unreadable
from vigie.reading.adapters.grid import Grid
from vigie.reading.adapters.groups import names_a_group
from vigie.reading.adapters.header import day_of_name, read_form, situation_in_titles
from vigie.reading.adapters.layout import Layout
from vigie.reading.adapters.ranks import is_rank
from vigie.reading.adapters.table import Table
from vigie.reading.fields import Fields
from vigie.reading.values.scalars import read_date
from vigie.records import Observation
from vigie.text import alias_key

# From one year to the next most actions stay; two parts of one plan share a code or two by mistake.
_SAME_ACTIONS = 0.5
_STATE = frozenset({"statut", "taux_avancement", "meteo"})
# What tells which action it is, and of whom: two sheets that complete each other both have it.
_SHARED = frozenset(
    {"code_action", "intitule", "axe", "themes", "silos", "service_pilote", "structure_porteuse"}
)

PAST, COMPLETING = "FOR-FEUILLE-ANCIENNE", "FOR-FEUILLE-COMPLEMENT"

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


def sheets_to_read(
    sheets: Sequence[Sheet], fields: Fields
) -> tuple[list[Sheet], list[Observation]]:
    """The sheets to read, without an older state of the actions of another nor what completes them, and what to say of
    those.

    Raises ReportUnreadable when two sheets hold the same actions and no dates tell which is up to date.
    """
    told: dict[str, Observation] = {}
    stated_first = sorted(sheets, key=lambda sheet: not _filled(sheet[1]) & _STATE)
    for one, other in combinations(stated_first, 2):
        if told.keys() & {one[0].grid.name, other[0].grid.name}:
            continue
        if _completes(one[1], other[1]):
            name = other[0].grid.name
            told[name] = _completing(name, one[0].grid.name, other[1])
            continue
        if not _same_actions(one[1], other[1]):
            continue
        days = [_situation(layout, fields) for layout, _ in (one, other)]
        if None in days or days[0] == days[1]:
            names = f"« {one[0].grid.name} » et « {other[0].grid.name} »"
            raise unreadable("FIC-FEUILLES", feuilles=names)
        layout, day = min(zip((one[0], other[0]), days, strict=True), key=lambda pair: str(pair[1]))
        name = layout.grid.name
        told[name] = Observation(PAST, name, valeur=f"{day:%d/%m/%Y}")
    return [sheet for sheet in sheets if sheet[0].grid.name not in told], list(told.values())


def _filled(table: Table) -> set[str]:
    return {champ for champ, array in table.champs.items() if array.null_count < len(array)}


def _completes(one: Table, other: Table) -> bool:
    """Whether two sheets say different things of the same actions: one where they stand, the other their budget."""
    filled = _filled(one), _filled(other)
    has_state = [bool(champs & _STATE) for champs in filled]
    if all(has_state) or not any(has_state):
        both = (filled[0] & filled[1]) - _SHARED
        if both or not all(champs - _SHARED for champs in filled):
            return False
    axis = ["axe"] if "axe" in filled[0] & filled[1] else []
    named = (["intitule", *axis], ["code_action", *axis])
    return any(_share_most(_named(one, by), _named(other, by)) for by in named)


def _named(table: Table, champs: Sequence[str]) -> set[tuple[str, ...]]:
    """What the actions of a table are called, in these fields; none without the first, nor by a number alone: each
    sheet may count its own."""
    if champs[0] not in table.champs:
        return set()
    texts = zip(*(table.champs[champ].to_pylist() for champ in champs), strict=True)
    return {
        tuple(alias_key(text or "") for text in row)
        for row in texts
        if row[0] and not is_rank(row[0])
    }


def _completing(name: str, main: str, table: Table) -> Observation:
    arrays = [array for champ, array in table.champs.items() if champ not in _SHARED]
    arrays += [array for columns in table.financements.values() for array in columns.values()]
    cells = sum(len(array) - array.null_count for array in arrays)
    told = f"« {name} » complète les actions de la feuille « {main} »"
    return Observation(COMPLETING, name, valeur=told, nombre=cells)


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
    return min(len(some), len(others)) > 1 and _share_most(some, others)


def _share_most(some: Set[Any], others: Set[Any]) -> bool:
    fewest = min(len(some), len(others))
    return fewest > 0 and len(some & others) >= _SAME_ACTIONS * fewest


def _keys(champs: dict[str, pa.ChunkedArray]) -> set[str]:
    """The codes of the actions of a sheet, their titles and the axis they are under where they have none, or a number
    alone: each sheet may count its own."""
    titles = champs.get("intitule")
    if titles is not None and "axe" in champs:
        titles = pc.binary_join_element_wise(
            pc.fill_null(champs["axe"], ""), titles, pa.scalar("\n", pa.large_string())
        )
    codes = champs.get("code_action")
    if codes is not None and titles is not None:
        written = [code and (None if is_rank(code) else code) for code in codes.to_pylist()]
        codes = pa.chunked_array([pa.array(written, codes.type)])
    arrays = [array for array in (codes, titles) if array is not None]
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
