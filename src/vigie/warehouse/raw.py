"""raw.duckdb: one writer, append-only, one transaction per load."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from filelock import FileLock, Timeout
from tenacity import retry, retry_if_exception, stop_after_delay, wait_fixed

from vigie.errors import WarehouseBusy
from vigie.files import read_json

if TYPE_CHECKING:
    import pyarrow as pa

_LOCK_SECONDS = 600


@contextmanager
def writer(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The only writing connection to raw; waits for another writer, creates missing tables."""
    path.parent.mkdir(parents=True, exist_ok=True)
    schema = files("vigie.warehouse").joinpath("raw.sql").read_text("utf-8")
    with without_writers(path), _open(path, read_only=False) as connection:
        connection.execute(schema)
        yield connection


@contextmanager
def without_writers(path: Path) -> Iterator[None]:
    """A context in which no other process writes raw: what reads it through another program needs it.

    Raises WarehouseBusy when another process still writes after ten minutes.
    """
    try:
        with FileLock(f"{path}.lock", timeout=_LOCK_SECONDS):
            yield
    except Timeout as error:
        raise WarehouseBusy(
            f"Un autre processus écrit dans {path} depuis {_LOCK_SECONDS // 60} minutes : attendre la fin de l'autre "
            "nuit, ou arrêter ce processus s'il ne répond plus, puis relancer. Rien n'est perdu."
        ) from error


@contextmanager
def reader(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to an existing raw file; waits for a writer to end."""
    with _open(path, read_only=True) as connection:
        yield connection


def _is_held(error: BaseException) -> bool:
    return isinstance(error, duckdb.IOException) and "Could not set lock" in str(error)


@retry(
    retry=retry_if_exception(_is_held),
    wait=wait_fixed(0.1),
    stop=stop_after_delay(_LOCK_SECONDS),
    reraise=True,
)
def _open(path: Path, read_only: bool) -> duckdb.DuckDBPyConnection:
    # DuckDB refuses at once a file that another process holds, even to read: a night's steps overlap.
    return duckdb.connect(str(path), read_only=read_only)


def known_reports(path: Path) -> set[str]:
    """The identifiers of the reports already judged and loaded; empty before the first night."""
    if not path.exists():
        return set()
    with reader(path) as connection:
        return {row[0] for row in connection.execute("select rapport_id from rapports").fetchall()}


def load(path: Path, tables: dict[str, "pa.Table"]) -> int:
    """Appends the judged reports and everything that hangs on them, in one transaction.

    `tables` is keyed by raw table name. Reports already there are left alone, with their rows: loading the
    same night twice changes nothing. Returns the number of reports added.
    """
    if "rapports" not in tables or not len(tables["rapports"]):
        return 0
    with writer(path) as connection:
        connection.execute("begin")
        known = [row[0] for row in connection.execute("select rapport_id from rapports").fetchall()]
        for table, rows in tables.items():
            if not len(rows):
                continue
            # Not a join: DuckDB gives its rows in an order that changes from one run to the next.
            connection.register("incoming", _but(rows, known))
            connection.execute(f'insert into "{table}" by name select * from incoming')
            connection.unregister("incoming")
        connection.execute("commit")
        return len(_but(tables["rapports"], known))


def _but(rows: "pa.Table", known: list[str]) -> "pa.Table":
    """The rows of the reports that are not `known`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return rows.filter(pc.invert(pc.is_in(rows["rapport_id"], pa.array(known, pa.string()))))


def load_records(path: Path, table: str, key: str, folder: Path) -> int:
    """Appends the JSON records of `folder` (one file each) that `table` does not hold yet, by `key`."""
    import pandas as pd

    records = [read_json(file) for file in sorted(folder.glob("*.json"))]
    if not records:
        return 0
    frame = pd.DataFrame(records)
    for column in frame.columns:
        if column.endswith("_le"):
            frame[column] = [datetime.fromisoformat(value) for value in frame[column]]
    with writer(path) as connection:
        connection.register("incoming", frame)
        return int(
            connection.execute(
                f'insert into "{table}" by name'
                f' select * from incoming anti join "{table}" using ("{key}")'
            ).fetchall()[0][0]
        )


def load_session_values(path: Path, folder: Path) -> None:
    """Appends the values shown at the frozen sessions (`<code>.parquet` in `folder`) not yet loaded."""
    with writer(path) as connection:
        for file in sorted(folder.glob("*.parquet")):
            connection.execute(
                "insert into seances_valeurs by name"
                " select ? as seance_code, * from read_parquet(?)"
                " where not exists (select 1 from seances_valeurs where seance_code = ?)",
                [file.stem, str(file), file.stem],
            )
