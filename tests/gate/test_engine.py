"""Great Expectations over DuckDB blames the rows counted by hand; what it would do otherwise is never a verdict."""

from typing import Any

import duckdb
import pytest

from expectations.rule import (
    Rule,
    Suite,
    at_least,
    between,
    equal,
    in_set,
    matches,
    not_matches,
    not_null,
    null,
    one_of,
    present,
    same,
    unique,
)
from vigie.gate import engine
from vigie.gate.engine import Engine, RuleIncident

TABLE = """
    create table essai as
    from (values
        (0, 'en_cours', 10.0, 1, 2, 'A', date '2026-01-01'),
        (1, 'realise', 100.0, 2, 1, 'B', date '2026-02-01'),
        (2, null, null, 3, null, 'B', null),
        (3, 'realise', 50.0, null, 4, 'C', date '9999-12-31'),
        (4, 'a_venir', 0.0, 5, 6, 'C', date '0001-01-01')
    ) as t(rang, statut, taux, debut, fin, code, jour)
"""


@pytest.fixture
def table() -> duckdb.DuckDBPyConnection:
    with duckdb.connect() as connection:
        connection.execute(TABLE)
        yield connection


def broken(connection: duckdb.DuckDBPyConnection, *expectations: Any) -> list[list[int]]:
    """The rows that break each expectation, in their order."""
    rules = tuple(
        Rule(f"R{n}", "critique", "ligne", "Faux.", "Corrigez.", "Rien.", expectation=expectation)
        for n, expectation in enumerate(expectations)
    )
    failures = Engine(connection).validate(Suite("essai", "Essai", rules), {})
    rows: list[list[int]] = [[] for _ in rules]
    for failure in failures:
        rows[rules.index(failure.rule)] = failure.rows
    return rows


def test_the_rows_at_fault_are_those_counted_by_hand(table: duckdb.DuckDBPyConnection) -> None:
    realise = equal("statut", "realise")
    assert broken(
        table,
        between("taux", 20, 60),
        between("taux", 60, None, realise),
        at_least("fin", "debut"),
        at_least("fin", "debut", equal("statut", "en_cours")),
        same("fin", "debut", one_of("statut", ["realise", "a_venir"])),
        unique(["code", "statut"], present("statut")),
        unique(["code", "debut"]),
        unique(["code"]),
        not_null("taux", equal("code", "B")),
        null("taux", present("statut"), equal("code", "C")),
        in_set("statut", ["en_cours", "l'autre"]),
        between("jour", None, "2026-01-15"),
    ) == [[0, 1, 4], [3], [1], [], [1, 4], [], [], [1, 2, 3, 4], [2], [3, 4], [1, 3, 4], [1, 3]]


def test_rows_are_unique_together_among_those_of_the_condition_alone(
    table: duckdb.DuckDBPyConnection,
) -> None:
    table.execute("insert into essai values (5, 'realise', 1.0, 1, 2, 'B', null)")
    table.execute("insert into essai values (6, null, 1.0, 1, 2, 'A', null)")
    table.execute("insert into essai values (7, null, 1.0, 1, 2, 'A', null)")
    pair = ["code", "fin"]
    assert broken(table, unique(pair, present("statut")), unique(pair)) == [[], [0, 6, 7]]
    assert broken(table, unique(["code", "statut"])) == [[1, 5]]


def test_a_pattern_describes_the_whole_text(table: duckdb.DuckDBPyConnection) -> None:
    table.execute("update essai set statut = 'ligne' || chr(10) || 'a@b.fr' where rang = 0")
    assert broken(
        table,
        matches("code", "[AB]"),
        matches("statut", "real"),
        not_matches("statut", "(?s).*@.*"),
    ) == [[3, 4], [0, 1, 3, 4], [0]]


def test_rows_that_are_not_as_many_as_great_expectations_counted_are_an_incident(
    table: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_rows_query", lambda *_: "select rang from essai")
    with pytest.raises(RuleIncident, match="R0 : 3 lignes en faute, 5 retrouvées"):
        broken(table, between("taux", 20, 60))


def test_an_empty_table_breaks_nothing(table: duckdb.DuckDBPyConnection) -> None:
    table.execute("delete from essai")
    assert broken(table, not_null("taux")) == [[]]


def test_a_judgement_leaves_no_connection_to_its_database(tmp_path: Any) -> None:
    path = tmp_path / "nuit.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(TABLE)
        assert broken(connection, not_null("taux")) == [[2]]
    # Were one left open, DuckDB would refuse the same file with another configuration.
    duckdb.connect(str(path), read_only=True).close()
