"""Great Expectations, called once per data set of a night. The only module that imports it, and
only when used.

Importing Great Expectations costs seconds: a night with nothing to judge never reaches this module.
"""

import gc
import logging
import os
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any

import duckdb

from expectations.rule import Condition, Expectation, Rule, Suite
from vigie.gate.judged import RANK, one_column

_DATABASE = "duckdb://"
_SEVERITIES = {"critique": "critical", "majeure": "warning", "remarque": "info"}
# Most expectations hold, and each value asked of one is paid whether it holds or not.
_WHETHER = {"result_format": "BOOLEAN_ONLY"}
# Of the others Great Expectations counts, shows a few values, and hands back the query of the rows at fault.
_WHICH = {
    "result_format": "BASIC",
    "unexpected_index_column_names": [RANK],
    "return_unexpected_index_query": True,
    "include_unexpected_rows": False,
}
# What tells the rows that an expectation judges.
_DOMAIN = ("row_condition", "column_A", "column_B", "ignore_row_if")


class RuleIncident(Exception):
    """A rule could not be evaluated: a defect of Vigie, never a verdict on the sender.

    `regle_code` names the rule, when only one is concerned.
    """

    def __init__(self, message: str, regle_code: str = "") -> None:
        super().__init__(message)
        self.regle_code = regle_code


@dataclass(frozen=True)
class Failure:
    """A rule broken by some rows: `champ` is the field judged, `rows` their `rang` in the table judged, in order."""

    rule: Rule
    champ: str
    rows: list[int]


class Engine:
    """The expectations of one night, judged in its DuckDB. `validate` is called once per suite, then `write_docs`
    once.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._gx: Any = _import_gx()
        self._context = self._gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = {
            "globally": False,
            "metric_calculations": False,
        }
        self._results: dict[str, Any] = {}

    def validate(self, suite: Suite, parameters: dict[str, Any]) -> list[Failure]:
        """The rules of `suite` that the table of its name breaks, in the order of the suite.

        The table must number its rows in `rang`. Raises RuleIncident when a rule could not be evaluated: a column is
        missing, a type does not fit, the rows at fault are not as many as were counted, anything that is not an answer.
        """
        from vigie.gate import gx_duckdb

        rows = len(self._connection.table(suite.name))
        if not rows:
            return []
        asked = [
            (rule, champ, expectation)
            for rule in suite.rules
            for champ, expectation in rule.expectations()
        ]
        with gx_duckdb.cursors(self._connection) as one_more:
            batch = self._batch(suite.name, gx_duckdb.settings(one_more))

            def evaluate(suite: Any, result_format: dict[str, Any]) -> Any:
                outcome = batch.validate(
                    suite, result_format=result_format, expectation_parameters=parameters
                )
                _refuse_exceptions(outcome, len(suite.expectations))
                return outcome

            whole = self._suite(suite.name, dict(enumerate(asked)))
            outcome = evaluate(self._context.suites.add(whole), _WHETHER)
            broken = sorted(_number(result) for result in outcome.results if not result.success)
            at_fault = self._suite(suite.name, {number: asked[number] for number in broken})
            told = evaluate(at_fault, _WHICH).results if broken else []
            failures = [
                Failure(
                    *asked[_number(result)][:2], self._rows(result, batch.data.execution_engine)
                )
                for result in sorted(told, key=_number)
            ]
            self._context.data_sources.delete(suite.name)
        for result in told:
            _forget_rows(result.result)
        outcome.results = [r for r in outcome.results if r.success] + told
        # Of what holds, Great Expectations was not asked of how many rows.
        outcome.meta["lignes_nb"] = rows
        self._results[suite.name] = outcome
        return failures

    def _batch(self, table: str, settings: dict[str, Any]) -> Any:
        """The whole of a table, for Great Expectations."""
        source = self._context.data_sources.add_sql(
            table, connection_string=_DATABASE, kwargs=settings
        )
        asset = source.add_table_asset(table, table_name=table)
        return asset.add_batch_definition_whole_table("nuit").get_batch()

    def _suite(self, name: str, asked: dict[int, tuple[Rule, str, Expectation]]) -> Any:
        expectations = [self._build(number, *item) for number, item in asked.items()]
        return self._gx.ExpectationSuite(name=name, expectations=expectations)

    def _rows(self, result: Any, engine: Any) -> list[int]:
        """The rows at fault, by the queries of Great Expectations: those it blames, among those it judged."""
        kept = one_column(self._connection, _rows_query(result, engine))
        told = result.result["unexpected_count"]
        if len(kept) != told:
            code = str(result.expectation_config.meta["regle_code"])
            raise RuleIncident(f"{code} : {told} lignes en faute, {len(kept)} retrouvées", code)
        return kept

    def _build(self, number: int, rule: Rule, champ: str, expectation: Expectation) -> Any:
        from vigie.gate import gx_duckdb

        kind = gx_duckdb.expectation(getattr(self._gx.expectations, expectation.kind))
        return kind(
            **expectation.arguments,
            **({"row_condition": _row_condition(expectation.when)} if expectation.when else {}),
            severity=_SEVERITIES[rule.severity],
            description=f"{rule.code} · {rule.severity} · {rule.sentence}",
            meta={"numero": number, "regle_code": rule.code, "champ": champ},
        )

    def write_docs(self, folder: Path, run_at: datetime) -> None:
        """Writes the Data Docs of what was validated to `folder`, browsable without network."""
        from vigie.gate import data_docs

        data_docs.write(self._context, self._results, folder, run_at)


def prepare() -> Thread:
    """Begins to import Great Expectations, beside what the caller does meanwhile: reading files. The thread returned
    ends once it is done."""
    importing = Thread(target=_import_gx)
    importing.start()
    return importing


@cache
def _import_gx() -> ModuleType:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    import great_expectations
    import great_expectations.expectations

    from vigie.gate import gx_duckdb

    gx_duckdb.register()
    # A million objects that live as long as the process: no collection needs to look at them again.
    gc.freeze()
    return great_expectations


def _row_condition(when: tuple[Condition, ...]) -> Any:
    from great_expectations.expectations.row_conditions import Column

    parts = [_comparison(Column(c.column), c.operator, c.value) for c in when]
    whole = parts[0]
    for part in parts[1:]:
        whole = whole & part
    return whole


def _comparison(column: Any, operator: str, value: Any) -> Any:
    match operator:
        case "is":
            return column.is_null() if value == "null" else column.is_not_null()
        case "in":
            return column.is_in(value)
        case "not in":
            return column.is_not_in(value)
        case "==":
            return column == value
        case "!=":
            return column != value
        case "<":
            return column < value
        case "<=":
            return column <= value
        case ">":
            return column > value
        case ">=":
            return column >= value
    raise RuleIncident(f"opérateur inconnu : {operator}")


def _refuse_exceptions(outcome: Any, expected: int) -> None:
    if len(outcome.results) != expected:
        raise RuleIncident(f"{expected} règles demandées, {len(outcome.results)} évaluées")
    for result in sorted(outcome.results, key=_number):
        raised = _exception_of(result.exception_info)
        if raised:
            code = str(result.expectation_config.meta["regle_code"])
            raise RuleIncident(f"{code} : {raised}", code)


def _number(result: Any) -> int:
    """The position of the expectation in its suite."""
    return int(result.expectation_config.meta["numero"])


def _rows_query(result: Any, engine: Any) -> str:
    """The query of the `rang` at fault.

    The query that Great Expectations hands back forgets which rows the expectation leaves alone, and for columns
    unique together it cannot be run: there the rows are those that share their values, none of them missing.
    """
    asked = result.expectation_config.kwargs
    domain = {name: asked[name] for name in _DOMAIN if asked.get(name) is not None}
    if "column_list" in asked:
        names = [f'"{name}"' for name in asked["column_list"]]
        judged = engine.rows_of(domain, [RANK, *asked["column_list"]])
        told = " and ".join(f"{name} is not null" for name in names)
        return (
            f"select {RANK} from ({judged}) where {told} "
            f"qualify count(*) over (partition by {', '.join(names)}) > 1 order by {RANK}"
        )
    blamed = f"select {RANK} from ({result.result['unexpected_index_query'].rstrip(';')})"
    if domain:
        blamed += f" where {RANK} in ({engine.rows_of(domain, [RANK])})"
    return f"{blamed} order by {RANK}"


def _exception_of(info: Any) -> str:
    """The exception message of a GX result: its `exception_info` is flat, or one level deeper
    per metric.
    """
    if not info:
        return ""
    if "raised_exception" in info:
        return str(info["exception_message"]) if info["raised_exception"] else ""
    return "; ".join(filter(None, (_exception_of(nested) for nested in info.values())))


def _forget_rows(result: dict[str, Any]) -> None:
    # Data Docs show counts and a few values; not where they stand.
    for name in (
        "partial_unexpected_index_list",
        "unexpected_index_column_names",
        "unexpected_index_query",
    ):
        result.pop(name, None)
