"""DuckDB as Great Expectations must be told of it: a dialect that it does not know.

Imported by `vigie.gate.engine` alone, once Great Expectations is.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
from duckdb_engine import ConnectionWrapper
from great_expectations.datasource.fluent import SQLDatasource
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from sqlalchemy import Connection, StaticPool, column, select
from sqlalchemy.dialects import postgresql


class DuckDBEngine(SqlAlchemyExecutionEngine):
    """Great Expectations' own engine, with its connection kept: it reads a result after it closed the one it opened.

    Its regular expressions are written as PostgreSQL's, which DuckDB takes for the whole text.
    """

    _connection: Connection | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dialect_module = postgresql

    @contextmanager
    def get_connection(self) -> Iterator[Connection]:
        """The one connection of this engine."""
        if self._connection is None:
            self._connection = self.engine.connect()
        yield self._connection

    def rows_of(self, domain: dict[str, Any], names: list[str]) -> str:
        """The query of the columns `names` of the rows that an expectation judges: those where its condition holds."""
        records = self.get_domain_records(domain)
        source = records.subquery() if hasattr(records, "subquery") else records
        asked: Any = select(*[column(name) for name in names]).select_from(source)
        return str(asked.compile(self.engine, compile_kwargs={"literal_binds": True}))


def register() -> None:
    """Makes Great Expectations use this engine for every SQL database: Vigie gives it DuckDB alone."""
    SQLDatasource.execution_engine_override = DuckDBEngine


@contextmanager
def cursors(
    connection: duckdb.DuckDBPyConnection,
) -> Iterator[Callable[[], ConnectionWrapper]]:
    """What opens a connection of its own to the database of `connection`; all are closed in the end."""
    opened: list[ConnectionWrapper] = []

    def one_more() -> ConnectionWrapper:
        opened.append(ConnectionWrapper(connection.cursor()))
        return opened[-1]

    try:
        yield one_more
    finally:
        for cursor in opened:
            cursor.close()


def settings(one_more: Callable[[], ConnectionWrapper]) -> dict[str, Any]:
    """What SQLAlchemy is told beside the dialect: nothing is written, so that there is nothing to undo."""
    return {"creator": one_more, "poolclass": StaticPool, "pool_reset_on_return": None}
