"""A report against the previous one: the tables that the rules of behaviour judge."""

from importlib.resources import files
from pathlib import Path

import duckdb

from vigie.gate.judged import run


def compare(connection: duckdb.DuckDBPyConnection, previous: Path | None) -> None:
    """Makes `comportement_actions` and `comportement_rapports` (see behaviour.sql).

    The readable reports of the night are compared with those known before, by the clocks alone. `previous` is the raw
    file of the nights before (None before the first).
    """
    _attach(connection, previous)
    run(connection, "behaviour.sql")
    connection.execute("detach raw")


def _attach(connection: duckdb.DuckDBPyConnection, previous: Path | None) -> None:
    if previous is None:
        connection.execute("attach ':memory:' as raw")
        connection.execute("use raw")
        connection.execute(files("vigie.warehouse").joinpath("raw.sql").read_text("utf-8"))
        connection.execute("use memory")
    else:
        quoted = str(previous).replace("'", "''")
        connection.execute(f"attach '{quoted}' as raw (read_only)")
