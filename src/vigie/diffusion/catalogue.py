"""What a publication holds, read from the file itself: tables, columns, types and their French comments."""

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Column:
    nom: str
    type_sql: str
    description: str

    @property
    def is_text(self) -> bool:
        return self.type_sql == "VARCHAR"


@dataclass(frozen=True)
class Table:
    schema: str
    nom: str
    description: str
    colonnes: tuple[Column, ...]

    @property
    def sql_name(self) -> str:
        return f'"{self.schema}"."{self.nom}"'


def tables(connection: duckdb.DuckDBPyConnection, *schemas: str) -> list[Table]:
    """The tables of these schemas, by name, with their columns in order."""
    columns: dict[tuple[str, str], list[Column]] = {}
    for schema, table, name, sql_type, comment in connection.execute(
        "select schema_name, table_name, column_name, data_type, comment from duckdb_columns()"
        " where not internal order by schema_name, table_name, column_index"
    ).fetchall():
        columns.setdefault((schema, table), []).append(Column(name, sql_type, comment or ""))
    return [
        Table(schema, name, comment or "", tuple(columns[schema, name]))
        for schema, name, comment in connection.execute(
            "select schema_name, table_name, comment from duckdb_tables()"
            " where not internal and list_contains(?, schema_name) order by all",
            [list(schemas)],
        ).fetchall()
    ]
