"""DuckDB as Great Expectations must be told of it: a dialect that it does not know.

Imported by `vigie.gate.engine` alone, once Great Expectations is.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import duckdb
from duckdb_engine import ConnectionWrapper
from great_expectations.compatibility.pydantic import PrivateAttr
from great_expectations.datasource.fluent import SQLDatasource
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from sqlalchemy import Connection, StaticPool, column, select, text
from sqlalchemy.dialects import postgresql


class DuckDBEngine(SqlAlchemyExecutionEngine):
    """Great Expectations' own engine, with its connection kept: it reads a result after it closed the one it opened.

    Its regular expressions are written as PostgreSQL's, which DuckDB takes for the whole text.
    """

    _connection: Connection | None
    _inspector: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dialect_module = postgresql

    @contextmanager
    def get_connection(self) -> Iterator[Connection]:
        """The one connection of this engine."""
        if self._connection is None:
            self._connection = self.engine.connect()
        yield self._connection

    def get_inspector(self) -> Any:
        """What tells the columns of the table."""
        if self._inspector is None:
            with self.get_connection() as connection:
                self._inspector = _Columns(connection)
        return self._inspector

    def rows_of(self, domain: dict[str, Any], names: list[str]) -> str:
        """The query of the columns `names` of the rows that an expectation judges: those where its condition holds."""
        records = self.get_domain_records(domain)
        source = records.subquery() if hasattr(records, "subquery") else records
        asked: Any = select(*[column(name) for name in names]).select_from(source)
        return str(asked.compile(self.engine, compile_kwargs={"literal_binds": True}))


class _Columns:
    """What Great Expectations asks of an inspector. That of the dialect does not find the tables of a database in
    memory: it was asked, in vain and at length, for each condition of each rule.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[str, list[dict[str, Any]]] = {}

    def get_columns(self, table_name: str, schema: str | None) -> list[dict[str, Any]]:
        """The columns of a table, which do not change while it is judged."""
        name = str(table_name)
        if name not in self._known:
            told = self._connection.execute(text(f'describe "{name}"'))
            self._known[name] = [{"name": row[0], "type": row[1]} for row in told]
        return self._known[name]

    def get_pk_constraint(self, table_name: str, schema: str | None) -> dict[str, Any]:
        """The tables judged have no primary key."""
        return {}


class _Configured(Expectation):
    """An expectation that builds its configuration again only once it has changed: Great Expectations asks for it
    over a hundred times per validation, a third of what preparing one costs.
    """

    _built: ExpectationConfiguration | None = PrivateAttr(default=None)

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name != "_built":
            self._built = None

    @property
    def configuration(self) -> ExpectationConfiguration:
        """As Great Expectations builds it."""
        if self._built is None:
            self._built = super().configuration
        return self._built


@cache
def expectation(kind: type[Expectation]) -> type[Expectation]:
    """The same expectation, under the same name, its configuration kept: a custom one, for Great Expectations."""
    return type(kind.__name__, (_Configured, kind), {"__module__": __name__})


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
