"""The rules as a specification: complete, listed, and never a verdict when they break
themselves.
"""

import re
import subprocess
import sys

import duckdb
import pytest

from expectations import RULES, SUITES, lignes_ecartees, lignes_signalees
from expectations.rule import Expectation, Rule, Suite, between
from vigie.gate import rules_page
from vigie.gate.engine import Engine, Failure, RuleIncident
from vigie.settings import PROJECT_ROOT


def judged(suite: Suite, columns: str, *rows: tuple) -> list[Failure]:
    """The failures of rows given as tuples."""
    with duckdb.connect() as connection:
        values = ", ".join(str((rank, *row)) for rank, row in enumerate(rows))
        connection.execute(f"create table essai as from (values {values}) as v(rang, {columns})")
        return Engine(connection).validate(suite, {})


def test_every_rule_says_what_to_do_and_what_an_empty_cell_means() -> None:
    for rule in RULES.values():
        assert rule.sentence.endswith("."), rule.code
        assert rule.advice and rule.if_missing and rule.owner, rule.code


def test_a_row_is_set_aside_by_the_critical_rules_alone() -> None:
    assert {rule.severity for rule in lignes_ecartees.RULES} == {"critique"}
    assert {rule.severity for rule in lignes_signalees.RULES} == {"majeure", "remarque"}


def test_what_asks_nothing_of_the_sender_weighs_nothing_in_the_verdict() -> None:
    nothing = re.compile(r"Rien à faire( :|\.)")
    asks_nothing = {code for code, rule in RULES.items() if nothing.match(rule.advice)}
    assert len(asks_nothing) > 8
    assert {code for code in asks_nothing if not RULES[code].informs} == set()


def test_the_page_of_rules_is_up_to_date() -> None:
    kept = (PROJECT_ROOT / "docs" / "reference" / "regles.md").read_text(encoding="utf-8")
    assert kept == rules_page.text(), "vigie rules --page docs/reference/regles.md"


def test_every_rule_is_on_the_page() -> None:
    assert all(f"`{code}`" in rules_page.text() for code in RULES)


def test_listing_the_rules_does_not_import_great_expectations() -> None:
    code = (
        "import sys, expectations, vigie.gate, vigie.gate.rules_page, vigie.answers.sending,"
        " vigie.decisions.review\n"
        "vigie.gate.rules_page.text()\n"
        "assert 'great_expectations' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_rule_that_cannot_be_evaluated_is_an_incident_and_not_a_verdict() -> None:
    broken = Rule("TST-1", "critique", "ligne", "x.", "y.", "z.", ("a",), between("a", 0, 1))
    suite = Suite("essai", "Essai", (broken,))
    with pytest.raises(RuleIncident, match="TST-1"):
        judged(suite, "a", ("text",), ("again",))


def test_a_rule_on_a_missing_column_is_an_incident() -> None:
    broken = Rule(
        "TST-2", "critique", "ligne", "x.", "y.", "z.", ("a",), between("nulle_part", 0, 1)
    )
    with pytest.raises(RuleIncident, match="TST-2"):
        judged(Suite("essai", "Essai", (broken,)), "a", (1.0,))


def test_every_expectation_is_a_built_in_of_great_expectations() -> None:
    import great_expectations.expectations as known

    kinds = {e.kind for s in SUITES for r in s.rules for _, e in r.expectations()}
    assert len(kinds) >= 8
    assert all(hasattr(known, kind) for kind in kinds)


def test_a_condition_keeps_the_other_rows_out() -> None:
    from expectations.rule import equal

    rule = Rule(
        "TST-3", "majeure", "ligne", "x.", "y.", "z.", ("a",), between("a", 0, 1, equal("b", "oui"))
    )
    suite = Suite("essai", "Essai", (rule,))
    failures = judged(suite, "a, b", (5.0, "oui"), (5.0, "non"), (0.5, "oui"))
    assert [failure.rows for failure in failures] == [[0]]


def test_the_field_of_a_rule_replaces_its_mark() -> None:
    spread = Expectation("ExpectColumnValuesToNotBeNull", {"column": "{champ}"})
    assert spread.on("taux").arguments == {"column": "taux"}
