"""What is kept and for how long: files of senders are deleted once superseded, their figures stay.

A sender's file may name persons; the rows that passed the gate do not. Before the bytes of a report go, its rows
are archived in `landing/archives/`, so that `landing/` alone still rebuilds everything.
"""

import json
import shutil
from datetime import datetime, timedelta
from functools import partial

import duckdb

from vigie.arrival import landing
from vigie.errors import DamagedFile
from vigie.files import (
    FROM_BACKUP,
    OnDamage,
    listed,
    read_each,
    read_json,
    refuse,
    write_atomically,
)
from vigie.objects import Kept
from vigie.settings import Settings
from vigie.warehouse import raw, raw_schema
from vigie.warehouse.publication import quoted

_DOES_NOT_FIT = (
    AttributeError,
    KeyError,
    ValueError,
    duckdb.DataError,
    duckdb.IntegrityError,
    duckdb.ProgrammingError,
)
# A report nobody will read again: a more recent one of the same sender was accepted, or it was refused.
_SUPERSEDED = """
    with decides as (
        select rapport_id, decision from decisions
        qualify row_number() over (partition by rapport_id order by decide_le desc, decision_id desc) = 1
    ),

    retenus as (
        select r.* from rapports as r
        left join decides as d on r.rapport_id = d.rapport_id
        where r.verdict <> 'rejete'
            and coalesce(d.decision, if(r.verdict = 'a_valider', 'attente', 'approuve')) = 'approuve'
    )

    select distinct ancien.rapport_id
    from rapports as ancien
    left join retenus as recent
        on ancien.siren_epci = recent.siren_epci
        and ancien.jeu = recent.jeu
        and (recent.date_situation, recent.connu_le) > (ancien.date_situation, ancien.connu_le)
    where (recent.connu_le <= $limit) or (ancien.verdict = 'rejete' and ancien.connu_le <= $limit)
"""


def purge(settings: Settings, run_at: datetime, days: int) -> list[str]:
    """Deletes the bytes and the answers of reports superseded or refused for more than `days` days.

    Returns the identifiers of the reports purged. Bytes also held by a report still in force are kept.
    """
    with raw.reader(settings.raw_path) as connection:
        old = {
            row[0]
            for row in connection.execute(
                _SUPERSEDED, {"limit": run_at - timedelta(days=days)}
            ).fetchall()
        }
        kept = {path.name for path in (settings.landing / "objets").glob("*/*")}
        held = [receipt for receipt in landing.receipts(settings) if receipt.sha256 in kept]
        doomed = [receipt for receipt in held if receipt.rapport_id in old]
        for receipt in doomed:
            _archive(connection, settings, receipt.rapport_id)
    still_needed = {receipt.sha256 for receipt in held if receipt.rapport_id not in old}
    for receipt in doomed:
        if receipt.sha256 not in still_needed:
            landing.content_path(settings, receipt.sha256).unlink(missing_ok=True)
        for answer in settings.answers.glob(f"*/*_{receipt.rapport_id}"):
            shutil.rmtree(answer)
    return sorted(receipt.rapport_id for receipt in doomed)


def restore_archives(settings: Settings, on_damage: OnDamage = refuse) -> int:
    """Loads into raw the rows of the reports whose bytes were purged, those that it lacks; returns how many reports.

    An archive that is damaged, or that the tables of this version cannot hold, is handed to `on_damage`.
    """
    known = raw.known_reports(settings.raw_path)
    paths = listed(settings.landing / "archives", "*.json")
    missing = [path for path in paths if path.stem not in known]
    restore = partial(_restore, settings)
    return sum(read_each(missing, restore, on_damage))


def _restore(settings: Settings, path: Kept) -> int:
    import pandas as pd
    import pyarrow as pa

    tables = raw_schema.declared().tables
    try:
        # An archive made by another version of Vigie may hold a column or a table that is no more.
        archived = {
            table: pa.Table.from_pandas(pd.DataFrame(rows).filter(list(tables[table])))
            for table, rows in read_json(path, {}, FROM_BACKUP).items()
            if table in tables
        }
        if archived["rapports"]["rapport_id"].to_pylist() != [path.stem]:
            raise DamagedFile(path, FROM_BACKUP)
        return raw.load(settings.raw_path, archived)
    except _DOES_NOT_FIT as error:
        raise DamagedFile(path, FROM_BACKUP) from error


def _archive(connection: duckdb.DuckDBPyConnection, settings: Settings, rapport_id: str) -> None:
    tables = connection.execute(
        "select distinct table_name from duckdb_columns()"
        " where column_name = 'rapport_id' and table_name <> 'decisions'"
    ).fetchall()
    rows = {
        table: json.loads(
            connection.sql(
                f"select * from {quoted(table)} where rapport_id = $id", params={"id": rapport_id}
            )
            .df()
            .to_json(orient="records", date_format="iso", date_unit="us", double_precision=15)
        )
        for (table,) in sorted(tables)
    }
    content = json.dumps(rows, ensure_ascii=False, sort_keys=True).encode()
    write_atomically(settings.landing / "archives" / f"{rapport_id}.json", content)
