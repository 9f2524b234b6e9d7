"""The DuckDB of one judgement: the rows read go in once, and all that is said of them is said there, in SQL.

Two kinds of tables. What was read is seen where it is, in Arrow, under the name `<table>_lus`. The tables that rules
judge are made from it, one per suite and under its name; `rang` numbers their rows in the order they were sent.
"""

from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

RANK = "rang"
_MEMORY = "256MB"


def numbered(table: pa.Table, start: int = 0) -> pa.Table:
    """The table with the position of each row in `rang`, from `start`."""
    return table.append_column(RANK, pa.array(np.arange(start, start + len(table))))


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """A new database in `folder`: what does not fit in its share of the memory waits there."""
    connection = duckdb.connect(str(folder / "nuit.duckdb"), config={"memory_limit": _MEMORY})
    # Read a few times, then thrown away: packing it costs more than it spares.
    connection.execute("set force_compression = 'uncompressed'")
    return connection


def run(connection: duckdb.DuckDBPyConnection, script: str) -> None:
    """Runs a script of this package."""
    connection.execute(files("vigie.gate").joinpath(script).read_text("utf-8"))


def columns_of(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """The columns of a table or of a view, in order."""
    return [row[0] for row in connection.execute(f'describe "{table}"').fetchall()]


def one_column(connection: duckdb.DuckDBPyConnection, query: str) -> list[Any]:
    """The values of a query of one column."""
    return [row[0] for row in connection.execute(query).fetchall()]
