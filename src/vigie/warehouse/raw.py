"""raw.duckdb: one writer, append-only, one transaction per load."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from filelock import FileLock, Timeout
from tenacity import retry, retry_if_exception, stop_after_delay, wait_fixed

from vigie.errors import DamagedFile, WarehouseBusy
from vigie.files import FROM_BACKUP, OnDamage, listed, make_private, read_each, read_json, refuse
from vigie.objects import Kept
from vigie.warehouse import damaged, raw_schema

if TYPE_CHECKING:
    import pyarrow as pa

_LOCK_SECONDS = 600
_KEYS = {
    "rapports": "rapport_id",
    "decisions": "decision_id",
    "decisions_actions": "decision_id",
    "seances": "seance_code",
}


@contextmanager
def writer(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The only writing connection to raw; waits for another writer, brings the schema up to date.

    Raises RawOutdated when that cannot be done in place.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        without_writers(path),
        damaged.named(path, damaged.RAW_REMEDY),
        _open(path, read_only=False) as connection,
    ):
        make_private(path)
        raw_schema.bring_up_to_date(connection, path)
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
    """A read-only connection to an existing raw file, brought up to date first; waits for a writer to end.

    Raises RawOutdated when that cannot be done in place.
    """
    with damaged.named(path, damaged.RAW_REMEDY):
        connection = _open(path, read_only=True)
        if not raw_schema.is_current(connection, path):
            connection.close()
            with writer(path):
                pass
            connection = _open(path, read_only=True)
        with connection:
            yield connection


def must_be_made_again(path: Path) -> bool:
    """Whether another version of Vigie wrote the file in a way that cannot be brought up to date in place.

    Raises RawOutdated when that version is more recent than this one.
    """
    if not path.exists():
        return False
    with (
        damaged.named(path, damaged.RAW_REMEDY),
        _open(path, read_only=True) as connection,
    ):
        if raw_schema.is_current(connection, path):
            return False
        return bool(raw_schema.not_in_place(raw_schema.of(connection)))


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


def held(path: Path) -> set[str]:
    """What a raw file of any version holds, as `table/identifier`: its reports, decisions and sessions.

    Empty when there is no such file, or when it cannot be read any more.
    """
    if not path.exists():
        return set()
    try:
        with damaged.named(path, damaged.RAW_REMEDY), _open(path, read_only=True) as connection:
            return set(_identifiers(connection))
    except DamagedFile:
        return set()


def _identifiers(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    tables = raw_schema.of(connection).tables
    for table, key in _KEYS.items():
        if key in tables.get(table, {}):
            for row in connection.execute(f'select "{key}" from "{table}"').fetchall():
                yield f"{table}/{row[0]}"


def verdicts(path: Path, but: set[str]) -> dict[str, int]:
    """How many reports had each verdict, those named in `but` (see `held`) left out."""
    with reader(path) as connection:
        rows = connection.execute("select rapport_id, verdict from rapports").fetchall()
    return dict(Counter(verdict for name, verdict in rows if f"rapports/{name}" not in but))


def replace_by(path: Path, fresh: Path) -> None:
    """Puts the whole file `fresh` in the place of the raw file `path`."""
    with without_writers(path):
        # The log of the old file would be replayed on the new one. Killed in between, what it held is judged again.
        Path(f"{path}.wal").unlink(missing_ok=True)
        os.replace(fresh, path)


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

    is_known = pc.is_in(rows["rapport_id"], pa.array(known, pa.string()))
    # Rows that wait on disk are not brought into memory for nothing.
    return rows.filter(pc.invert(is_known)) if pc.any(is_known).as_py() else rows


def load_records(
    path: Path, table: str, key: str, folder: Kept, on_damage: OnDamage = refuse
) -> int:
    """Appends the JSON records of `folder` (one file each) that `table` does not hold yet, by `key`.

    A record kept by another version of Vigie may say more than the table holds. A damaged one is handed to
    `on_damage`. Returns the number of records added.
    """
    import pandas as pd

    columns = raw_schema.declared().tables[table]
    files = listed(folder, "*.json")
    records = list(read_each(files, partial(_record, columns=columns), on_damage))
    if not records:
        return 0
    with writer(path) as connection:
        connection.register("incoming", pd.DataFrame(records))
        return int(
            connection.execute(
                f'insert into "{table}" by name'
                f' select * from incoming anti join "{table}" using ("{key}")'
            ).fetchall()[0][0]
        )


_PARSERS: dict[str, Callable[[str], object]] = {
    "TIMESTAMP": datetime.fromisoformat,
    "DATE": date.fromisoformat,
}


def _record(file: Kept, columns: Mapping[str, raw_schema.Column]) -> dict[str, object]:
    kept = read_json(file, {}, FROM_BACKUP)
    try:
        return {
            name: _PARSERS.get(column.type, str)(kept[name])
            for name, column in columns.items()
            if kept.get(name) is not None or not column.is_nullable
        }
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedFile(file, FROM_BACKUP) from error


def load_session_values(path: Path, folder: Kept, on_damage: OnDamage = refuse) -> None:
    """Appends the values shown at the frozen sessions (`<code>.parquet` in `folder`) not yet loaded.

    A damaged file is handed to `on_damage`.
    """
    # Without its record, a session was not frozen to the end.
    files = [file for file in listed(folder, "*.parquet") if file.with_suffix(".json").exists()]
    if not files:
        return
    with writer(path) as connection:
        loaded = connection.execute("select distinct seance_code from seances_valeurs").fetchall()
        for file in files:
            if (file.stem,) in loaded:
                continue
            try:
                shown = _values_shown(file)
            except DamagedFile as error:
                on_damage(error)
            else:
                connection.register("incoming", shown)
                connection.execute("insert into seances_valeurs by name select * from incoming")
                connection.unregister("incoming")


def _values_shown(file: Kept) -> "pa.Table":
    import pyarrow as pa
    from pyarrow import parquet

    try:
        shown = parquet.read_table(pa.BufferReader(file.read_bytes()))
    except pa.ArrowException as error:
        raise DamagedFile(file, FROM_BACKUP) from error
    # Frozen by another version of Vigie, a session may have shown columns that are no more.
    known = raw_schema.declared().tables["seances_valeurs"]
    shown = shown.select([name for name in shown.column_names if name in known])
    return shown.append_column("seance_code", pa.array([file.stem] * shown.num_rows, pa.string()))
