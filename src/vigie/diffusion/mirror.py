"""A PostgreSQL copy of the publication for BI tools: replaced whole, in one transaction."""

import os

import adbc_driver_postgresql.dbapi as postgresql
from adbc_driver_manager import Error as AdbcError

from vigie.diffusion import catalogue
from vigie.diffusion.catalogue import Column
from vigie.diffusion.exports import SCHEMAS
from vigie.errors import OperatorError
from vigie.settings import Settings
from vigie.warehouse.damaged import publication_opened

READER_ROLE = "vigie_lecture"
_INCOMING = "vigie_arrivee"
# A tool that keeps a reading open for longer may not hold the night.
_WAITS_FOR_READERS = "60s"


class MirrorFailed(OperatorError):
    """The PostgreSQL mirror could not be replaced; the previous copy is still served."""


def dsn() -> str | None:
    """The address of the mirror (`VIGIE_MIRROR_DSN`), None when no mirror is wanted."""
    return os.environ.get("VIGIE_MIRROR_DSN")


def mirror(settings: Settings, address: str) -> dict[str, int]:
    """Copies `marts` and `qualite` to schemas of the same names; returns the rows per table.

    Readers see the previous copy until the commit. When the role `vigie_lecture` exists it may read, and only
    read. Raises MirrorFailed, without the address, which holds a password.
    """
    copied: dict[str, int] = {}
    try:
        with (
            publication_opened(settings.publication_path) as source,
            postgresql.connect(address) as target,
            target.cursor() as cursor,
        ):
            cursor.execute(f"set local lock_timeout = '{_WAITS_FOR_READERS}'")
            for schema in SCHEMAS:
                cursor.execute(f"drop schema if exists {_INCOMING} cascade")
                cursor.execute(f"create schema {_INCOMING}")
                for table in catalogue.tables(source, schema):
                    columns = ", ".join(map(_taken, table.colonnes))
                    rows = source.sql(f"select {columns} from {table.sql_name}").to_arrow_table()
                    cursor.adbc_ingest(table.nom, rows, mode="create", db_schema_name=_INCOMING)
                    copied[f"{schema}.{table.nom}"] = rows.num_rows
                cursor.execute(f"drop schema if exists {schema} cascade")
                cursor.execute(f"alter schema {_INCOMING} rename to {schema}")
                _let_readers_in(cursor, schema)
            target.commit()
    except AdbcError as error:
        raise MirrorFailed(
            f"Le miroir PostgreSQL n'a pas été remplacé ({type(error).__name__}) ; la copie précédente "
            "reste servie. Vérifier VIGIE_MIRROR_DSN, le serveur, les droits du compte, et qu'aucun outil n'y garde "
            "une lecture ouverte."
        ) from None
    return copied


def _taken(column: Column) -> str:
    """The column as PostgreSQL takes it: no text of its may hold the character zero."""
    name = f'"{column.nom}"'
    return f"replace({name}, chr(0), '') as {name}" if column.is_text else name


def _let_readers_in(cursor: postgresql.Cursor, schema: str) -> None:
    cursor.execute(f"select 1 from pg_roles where rolname = '{READER_ROLE}'")
    if cursor.fetchone():
        cursor.execute(f"grant usage on schema {schema} to {READER_ROLE}")
        cursor.execute(f"grant select on all tables in schema {schema} to {READER_ROLE}")
