"""What is done inside Great Expectations to be fast gives the records and the results that it gives alone."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from expectations.rule import (
    Rule,
    Suite,
    at_least,
    between,
    equal,
    not_null,
    one_of,
    present,
    unique,
)
from vigie.gate import engine

engine.Engine()
from great_expectations.execution_engine import PandasExecutionEngine  # noqa: E402
from great_expectations.expectations.expectation import Expectation  # noqa: E402
from great_expectations.expectations.expectation_configuration import (  # noqa: E402
    ExpectationConfiguration,
)

from vigie.gate.gx_shortcuts import NarrowEngine, configurations_kept  # noqa: E402

TABLE = pd.DataFrame(
    {
        "statut": pd.Series(["en_cours", "realise", None, "realise", "a_venir"], dtype="category"),
        "taux": [10.0, 100.0, np.nan, 50.0, 0.0],
        "debut": [1.0, 2.0, 3.0, np.nan, 5.0],
        "fin": [2.0, 1.0, np.nan, 4.0, 6.0],
        "code": ["A", "B", "B", "C", "C"],
    }
)
CONDITIONS = [
    None,
    (equal("statut", "realise"),),
    (one_of("statut", ["realise", "a_venir"]),),
    (present("statut"), present("taux")),
]
DOMAINS: list[dict[str, Any]] = [
    {"column": "taux"},
    {"column_A": "debut", "column_B": "fin", "ignore_row_if": "either_value_is_missing"},
    {"column_list": ["code", "statut"], "ignore_row_if": "all_values_are_missing"},
    {},
]


@pytest.mark.parametrize("when", CONDITIONS)
@pytest.mark.parametrize("domain", DOMAINS)
def test_an_expectation_judges_the_rows_that_great_expectations_alone_would_give(
    domain: dict[str, Any], when: Any
) -> None:
    condition = engine._row_condition(when) if when else None
    asked = {**domain, "row_condition": condition}
    alone = PandasExecutionEngine(batch_data_dict={"": TABLE}).get_domain_records(asked)
    narrow = NarrowEngine(batch_data_dict={"": TABLE})
    for _ in ("evaluated", "remembered"):
        records = narrow.get_domain_records(asked)
        pd.testing.assert_frame_equal(records, alone[list(records.columns)])


def test_the_values_at_fault_are_sought_in_the_columns_asked_with_their_condition() -> None:
    narrow = NarrowEngine(batch_data_dict={"": TABLE})
    condition = engine._row_condition((equal("statut", "realise"),))
    narrow.get_domain_records({"column": "taux", "row_condition": condition})
    narrow.get_domain_records({"column": "code", "row_condition": None})
    records = narrow.get_domain_records({"row_condition": condition})
    pd.testing.assert_frame_equal(records, TABLE.loc[[1, 3], ["taux"]])


def rule(code: str, expectation: Any) -> Rule:
    return Rule(code, "critique", "ligne", "Faux.", "Corrigez.", "Rien.", expectation=expectation)


SUITE = Suite(
    name="essai",
    title="Essai",
    rules=(
        rule("A", between("taux", 20, 60)),
        rule("B", between("taux", 60, None, equal("statut", "realise"))),
        rule("C", at_least("fin", "debut")),
        rule("D", at_least("fin", "debut", equal("statut", "realise"))),
        rule("E", unique(["code", "statut"], present("statut"))),
        rule("F", unique(["code"])),
        rule("G", not_null("taux", equal("code", "B"))),
    ),
)


def failures() -> dict[str, list[int]]:
    found = engine.Engine().validate(SUITE, TABLE, {})
    return {failure.rule.code: failure.rows.tolist() for failure in found}


def test_the_rows_at_fault_are_those_counted_by_hand() -> None:
    assert failures() == {"A": [0, 1, 4], "B": [3], "C": [1], "D": [1], "F": [1, 2, 3, 4], "G": [2]}


def test_great_expectations_finds_its_configurations_again_after_a_validation() -> None:
    def methods() -> tuple[Any, Any]:
        return Expectation.configuration, ExpectationConfiguration.to_domain_obj

    before = methods()
    with pytest.raises(RuntimeError), configurations_kept():
        assert not {*methods()} & {*before}
        raise RuntimeError
    assert methods() == before
