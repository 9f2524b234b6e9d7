"""Great Expectations, called once per data set of a night. The only module that imports it, and
only when used.

Importing Great Expectations costs seconds: a night with nothing to judge never reaches this module.
"""

import gc
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from expectations.rule import Condition, Expectation, Rule, Suite

_SEVERITIES = {"critique": "critical", "majeure": "warning", "remarque": "info"}
_RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "include_unexpected_rows": False,
    "return_unexpected_index_query": False,
}


class RuleIncident(Exception):
    """A rule could not be evaluated: a defect of Vigie, never a verdict on the sender.

    `regle_code` names the rule, when only one is concerned.
    """

    def __init__(self, message: str, regle_code: str = "") -> None:
        super().__init__(message)
        self.regle_code = regle_code


@dataclass(frozen=True)
class Failure:
    """A rule broken by some rows: `champ` is the field judged, `rows` their positions in the
    judged frame.
    """

    rule: Rule
    champ: str
    rows: np.ndarray


class Engine:
    """The expectations of one night. `validate` is called once per data set, then `write_docs`
    once.
    """

    def __init__(self) -> None:
        self._gx: Any = _import_gx()
        self._context = self._gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = {
            "globally": False,
            "metric_calculations": False,
        }
        self._results: dict[str, Any] = {}

    def validate(
        self, suite: Suite, frame: pd.DataFrame, parameters: dict[str, Any]
    ) -> list[Failure]:
        """The rules of `suite` that `frame` breaks, in the order of the suite.

        `frame` must carry a 0..n-1 index. Raises RuleIncident when a rule could not be evaluated: a
        column is missing, a type does not fit, anything that is not an answer.
        """
        if frame.empty:
            return []
        asked = [
            (rule, champ, expectation)
            for rule in suite.rules
            for champ, expectation in rule.expectations()
        ]
        batch = (
            self._context.data_sources.add_pandas(suite.name)
            .add_dataframe_asset(suite.name)
            .add_batch_definition_whole_dataframe("nuit")
            .get_batch(batch_parameters={"dataframe": frame})
        )
        gx_suite = self._context.suites.add(
            self._gx.ExpectationSuite(
                name=suite.name,
                expectations=[self._build(number, *item) for number, item in enumerate(asked)],
            )
        )
        from vigie.gate.gx_shortcuts import configurations_kept

        with configurations_kept():
            outcome = batch.validate(
                gx_suite, result_format=_RESULT_FORMAT, expectation_parameters=parameters
            )
        self._results[suite.name] = outcome
        failures = [
            Failure(*asked[number][:2], rows) for number, rows in _broken(outcome, len(asked))
        ]
        for result in outcome.results:
            _forget_rows(result.result)
        # What Great Expectations made refers to itself in circles, and to the table: a slice must not outlive its turn.
        self._context.data_sources.delete(suite.name)
        del batch
        gc.collect()
        return failures

    def _build(self, number: int, rule: Rule, champ: str, expectation: Expectation) -> Any:
        kind = getattr(self._gx.expectations, expectation.kind)
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
    from great_expectations.datasource.fluent import PandasDatasource

    from vigie.gate.gx_shortcuts import NarrowEngine

    PandasDatasource.execution_engine_override = NarrowEngine
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


def _broken(outcome: Any, expected: int) -> Iterator[tuple[int, np.ndarray]]:
    if len(outcome.results) != expected:
        raise RuleIncident(f"{expected} règles demandées, {len(outcome.results)} évaluées")
    by_number = sorted(outcome.results, key=lambda result: result.expectation_config.meta["numero"])
    for number, result in enumerate(by_number):
        raised = _exception_of(result.exception_info)
        if raised:
            code = str(result.expectation_config.meta["regle_code"])
            raise RuleIncident(f"{code} : {raised}", code)
        if not result.success:
            rows = result.result.get("unexpected_index_list")
            # Aggregate expectations (counts, columns) have no row to show.
            yield number, np.asarray(rows if rows is not None else [], dtype="int64")


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
    # Data Docs show counts and a few values; lists of every failed row would make them huge.
    for name in ("unexpected_index_list", "unexpected_list", "unexpected_index_query"):
        result.pop(name, None)
