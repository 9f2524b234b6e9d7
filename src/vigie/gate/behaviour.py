"""A report against the previous one: the tables that the rules of behaviour judge."""

from pathlib import Path

import duckdb

from vigie.gate.judged import run
from vigie.gate.tables import KEY, raw_ddl
from vigie.gate.typed import Typed
from vigie.reference.columns import ACTION, columns_of_level

# What is compared, by its column; and, beside its place, what tells which action a row is about.
_COMPARED = [field.colonne for field in columns_of_level(ACTION) if field.est_compare]
_NAMED = ("code_action", "est_confidentielle")


def compare(connection: duckdb.DuckDBPyConnection, batch: Typed, previous: Path | None) -> None:
    """Makes `comportement_actions` and `comportement_rapports` (see behaviour.sql).

    The readable reports of the night are compared with those known before, by the clocks alone. `previous` is the raw
    file of the nights before (None before the first).
    """
    _attach(connection, previous)
    connection.register("actions_lues", batch.stream("actions", [*KEY, *_NAMED, *_COMPARED]))
    connection.execute("set variable comparees = ?", [_COMPARED])
    run(connection, "behaviour.sql")
    connection.unregister("actions_lues")
    connection.execute("detach raw")


def _attach(connection: duckdb.DuckDBPyConnection, previous: Path | None) -> None:
    if previous is None:
        connection.execute("attach ':memory:' as raw")
        connection.execute("use raw")
        connection.execute(raw_ddl())
        connection.execute("use nuit")
    else:
        quoted = str(previous).replace("'", "''")
        connection.execute(f"attach '{quoted}' as raw (read_only)")
