"""The schema of raw: what `raw.sql` and `seeds/champs.csv` declare against what a file holds, and how the second
becomes the first.

What is only added (a table, a column that may be empty) is added in place. Anything else cannot be done to rows that
are never updated: the file is made again from `landing/` (see `vigie.night.intake`).
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import duckdb

from vigie.errors import RawOutdated
from vigie.reference.columns import TYPES, columns_of_level

# Raised by whoever changes raw.sql or the columns of champs.csv: an older Vigie then knows that the file is not for it.
VERSION = 2
_COLUMNS = """
    select table_name, column_name, data_type, is_nullable, column_default
    from duckdb_columns()
    where database_name = current_database() and not internal
    order by table_name, column_index
"""
_LEVEL = re.compile(r"^ *-- champs : (\w+)\n", re.MULTILINE)
_KEYS = """
    select table_name, array_to_string(constraint_column_names, ', ')
    from duckdb_constraints()
    where database_name = current_database() and constraint_type = 'PRIMARY KEY'
    order by all
"""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Column:
    """The type of a column, whether it may be empty, and what it holds when nothing is given."""

    type: str
    is_nullable: bool
    default: str | None

    @property
    def can_be_added(self) -> bool:
        """Whether the rows already there can do without a value."""
        return self.is_nullable and self.default is None


@dataclass(frozen=True)
class Schema:
    """The columns of each table, in order, and its primary key (empty: none)."""

    tables: Mapping[str, Mapping[str, Column]]
    keys: Mapping[str, str]


@cache
def ddl() -> str:
    """The statements that make every table that is missing."""
    written = files("vigie.warehouse").joinpath("raw.sql").read_text("utf-8")
    return _LEVEL.sub(lambda place: _columns_of(place[1]), written)


def _columns_of(niveau: str) -> str:
    return "".join(
        f"    {field.colonne} {TYPES[field.type]}{' not null' * field.est_toujours_rempli},\n"
        for field in columns_of_level(niveau)
        if field.colonne
    )


def declared() -> Schema:
    """The schema that this version of Vigie writes and reads."""
    return _made_by(ddl())


@cache
def _made_by(statements: str) -> Schema:
    with duckdb.connect() as connection:
        connection.execute(statements)
        return of(connection)


def of(connection: duckdb.DuckDBPyConnection) -> Schema:
    """The schema of an open file."""
    tables: dict[str, dict[str, Column]] = {}
    for table, name, *column in connection.execute(_COLUMNS).fetchall():
        tables.setdefault(table, {})[name] = Column(*column)
    return Schema(tables, dict(connection.execute(_KEYS).fetchall()))


def is_current(connection: duckdb.DuckDBPyConnection, path: Path) -> bool:
    """Whether the file is as declared. Raises RawOutdated when it was written by a more recent version."""
    actual = of(connection)
    return version(connection, actual, path) == VERSION and actual == declared()


def version(connection: duckdb.DuckDBPyConnection, actual: Schema, path: Path) -> int:
    """The version written in the file, 0 when it is new or older than versions.

    Raises RawOutdated when it is more recent than this code.
    """
    if "schema_brut" not in actual.tables:
        return 0
    (found,) = connection.execute("select max(version) from schema_brut").fetchall()[0]
    if (found or 0) > VERSION:
        raise RawOutdated(
            f"{path} a été écrit par une version plus récente de Vigie (schéma {found}, celle-ci connaît le {VERSION})."
            " À faire : réinstaller la version récente ; ou, pour garder celle-ci, « vigie rebuild », qui le refait"
            " depuis landing/. Rien n'a été changé."
        )
    return int(found or 0)


def not_in_place(actual: Schema) -> list[str]:
    """What differs from the declared schema and cannot be mended in place, as `table` or `table.column`."""
    wanted = declared()
    found = [table for table in actual.tables if table not in wanted.tables]
    for table, columns in wanted.tables.items():
        there = actual.tables.get(table)
        if there is None:
            continue
        if actual.keys.get(table) != wanted.keys.get(table):
            found.append(table)
        found += [
            f"{table}.{name}"
            for name in there.keys() | columns.keys()
            if (name in there or not columns[name].can_be_added)
            and there.get(name) != columns.get(name)
        ]
    return sorted(found)


def bring_up_to_date(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Adds to an open file, in one transaction, the tables and columns that it lacks.

    Raises RawOutdated, the file being left as it was, when that is not enough or when it is too recent.
    """
    actual = of(connection)
    before = version(connection, actual, path)
    wanted = declared()
    if before == VERSION and actual == wanted:
        return
    if differences := not_in_place(actual):
        raise RawOutdated(
            f"{path} vient d'une autre version de Vigie, et diffère par : {', '.join(differences)}. À faire :"
            " « vigie gate », ou attendre la nuit : l'un et l'autre le refont depuis landing/."
        )
    missing = [
        (table, name, column)
        for table, columns in wanted.tables.items()
        for name, column in columns.items()
        if table in actual.tables and name not in actual.tables[table]
    ]
    connection.execute("begin")
    connection.execute(ddl())
    for table, name, column in missing:
        connection.execute(f'alter table "{table}" add column "{name}" {column.type}')
    connection.execute("delete from schema_brut")
    connection.execute("insert into schema_brut values (?)", [VERSION])
    connection.execute("commit")
    if actual.tables:
        added = [table for table in wanted.tables if table not in actual.tables]
        added += [f"{table}.{name}" for table, name, _ in missing]
        told = ", ".join(added) or "rien à ajouter"
        log.warning("%s : schéma %d devenu %d (%s)", path.name, before, VERSION, told)
