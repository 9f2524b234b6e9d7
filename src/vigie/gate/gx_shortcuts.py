"""Two shortcuts inside Great Expectations, which change what it costs and nothing of what it says.

Imported by `vigie.gate.engine` alone, once Great Expectations is.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.row_conditions import Condition, deserialize_row_condition


class NarrowEngine(PandasExecutionEngine):
    """Gives the same records as Great Expectations' own engine, faster.

    That one copies every column of the table for each of the metrics of each expectation, three to five times, and
    evaluates its row condition again each time. Here a condition is evaluated once for the table, and an
    expectation is given the columns it names.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept: dict[str, pd.Index] = {}
        self._named: dict[str, dict[str, None]] = {}

    def get_domain_records(self, domain_kwargs: dict[str, Any]) -> pd.DataFrame:
        """The rows that an expectation judges, with the columns it names.

        To show the values at fault it asks its condition again without naming its column: it is then given every
        column named with this condition, and all those of the table when none was.
        """
        table = self.batch_manager.active_batch_data.dataframe
        condition = deserialize_row_condition(domain_kwargs.get("row_condition"))
        told = "" if condition is None else repr(condition.dict())
        named = list(_columns_of(domain_kwargs))
        asked = self._named.setdefault(told, {})
        asked.update(dict.fromkeys(named))
        if condition is not None:
            named = named or list(asked)
        records = table[named] if named else table
        if condition is not None:
            records = records.take(self._rows_where(condition, told, table))
        if "ignore_row_if" not in domain_kwargs:
            return records
        return _engine_of(records).get_domain_records(
            {**domain_kwargs, "batch_id": None, "row_condition": None}
        )

    def _rows_where(self, condition: Condition, told: str, table: pd.DataFrame) -> pd.Index:
        """The positions where a condition holds: the judged table is numbered from 0."""
        if told not in self._kept:
            narrow = _engine_of(table[list(_columns_in(condition))])
            records = narrow.get_domain_records({"row_condition": condition})
            self._kept[told] = records.index
        return self._kept[told]


def _engine_of(table: pd.DataFrame) -> PandasExecutionEngine:
    return PandasExecutionEngine(batch_data_dict={"": table})


def _columns_of(domain_kwargs: dict[str, Any]) -> Iterator[str]:
    for name in ("column", "column_A", "column_B"):
        if name in domain_kwargs:
            yield domain_kwargs[name]
    yield from domain_kwargs.get("column_list", ())


def _columns_in(condition: Any) -> Iterator[str]:
    if hasattr(condition, "conditions"):
        # Two conditions of a rule may look at the same column.
        yield from dict.fromkeys(c for part in condition.conditions for c in _columns_in(part))
    else:
        yield condition.column.name


@contextmanager
def configurations_kept() -> Iterator[None]:
    """Within it, an expectation builds its configuration once, and a configuration its expectation.

    Great Expectations builds each anew tens of times per expectation while it prepares a validation: half of its
    cost on a night of ordinary size. Neither changes while it is validated.
    """
    built, made = Expectation.configuration, ExpectationConfiguration.to_domain_obj
    Expectation.configuration = property(_once(built.fget))
    ExpectationConfiguration.to_domain_obj = _once(made)
    try:
        yield
    finally:
        Expectation.configuration = built
        ExpectationConfiguration.to_domain_obj = made


def _once(make: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """`make`, asked once for each object."""
    kept: dict[int, tuple[Any, Any]] = {}

    def made(self: Any) -> Any:
        if id(self) not in kept:
            kept[id(self)] = self, make(self)
        return kept[id(self)][1]

    return made
