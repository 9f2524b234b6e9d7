"""Each faulty file ends in exactly the verdict, rows and sentences expected; every rule is seen
red.
"""

from pathlib import Path

import pytest

from expectations import RULES, SUITES, fichier, forme, lecture
from tests.gate.conftest import Night
from tests.gate.corpus import CASES
from tests.gate.corpus.case import Case
from tests.gate.reports import action, csv_report, receipt
from vigie.reading.adapters import Unreadable, read_all
from vigie.reading.adapters.codes import FILE_RULES, OBSERVATIONS
from vigie.settings import Settings

# Only a reader apart can run out of time: its test is below.
SEEN_IN_A_READER_APART = {"FIC-RESSOURCES"}
# What this rule concerns (a row of the register without SIREN) is what it blames.
ALWAYS_RED = {"REG-SIREN-ABSENT"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_faulty_file_gets_its_verdict_its_rows_and_its_sentences(
    case: Case, night: Night
) -> None:
    outcome = night.outcome(case)
    assert outcome.told == sorted(case.told)
    report = outcome.report
    counts = (report["recues_nb"], report["acceptees_nb"], report["ecartees_nb"])
    assert (report["verdict"], *counts) == (
        case.verdict,
        case.received,
        case.accepted,
        case.received - case.accepted,
    )
    assert outcome.loaded == case.accepted
    if case.verdict != "rejete":
        assert outcome.aside[["feuille", "ligne"]].drop_duplicates().shape[0] == (
            case.received - case.accepted
        )
    assert not case.words or any(case.words in text for text in outcome.controls["message"])
    assert not outcome.controls[["message", "consigne"]].map(lambda text: "{" in text).any().any()


GATE_RULES = {rule.code for rule in RULES.values() if rule.layer != "entrepôt"}


def test_every_rule_is_seen_red(night: Night) -> None:
    seen = {code for case in CASES for code in night.outcome(case).controls["regle_code"]}
    assert GATE_RULES - seen == SEEN_IN_A_READER_APART


def test_every_rule_is_seen_green_on_a_row_that_it_concerns(night: Night) -> None:
    judged = {code for code in GATE_RULES if RULES[code].expectation is not None}
    assert len(judged) > 60
    assert {code for code in judged if not night.passed[code]} == ALWAYS_RED


def test_every_rule_of_reading_is_silent_on_a_file_that_it_concerns(night: Night) -> None:
    """A rule noticed by an adapter has no rows of its own: it must stay silent on every clean file."""
    clean = [night.outcome(case) for case in CASES if not case.told]
    assert {outcome.report["format"] for outcome in clean} >= {"vigie_csv", "vigie_xlsx"}
    assert [outcome.told for outcome in clean] == [[]] * len(clean)


def test_a_reader_out_of_time_is_seen_red(tmp_path: Path) -> None:
    got = receipt("200018083", csv_report("200018083", [action()]))
    (tmp_path / got.sha256).write_bytes(csv_report("200018083", [action()]))
    settings = Settings(home=tmp_path)
    (outcome,) = read_all([got], lambda r: tmp_path / r.sha256, settings, seconds=0.0)
    assert isinstance(outcome, Unreadable)
    assert {outcome.error.rule_code} == SEEN_IN_A_READER_APART


def test_the_corpus_holds_more_than_sixty_faulty_files() -> None:
    assert len([case for case in CASES if case.told]) > 60


def test_an_unknown_column_is_told_with_the_known_one_it_resembles(night: Night) -> None:
    (case,) = [case for case in CASES if case.name == "ENT-INTITULE-MANQUANT"]
    controls = night.outcome(case).controls.set_index("regle_code")
    assert "(« Intitulé de l'action » ?)" in controls.loc["FOR-COLONNE-INCONNUE", "consigne"]


def test_the_codes_of_the_actions_gone_are_listed_once(night: Night) -> None:
    (case,) = [case for case in CASES if case.name == "CMP-DISPARITION-MASSIVE"]
    messages = night.outcome(case).controls["message"]
    assert ["A2, A3, A4, A5" in message for message in messages].count(True) == 1


def test_a_code_belongs_to_one_rule() -> None:
    assert sum(len(suite.rules) for suite in SUITES) == len(RULES)


def test_everything_an_adapter_can_notice_has_its_rule() -> None:
    noticed = {rule.code for suite in (forme.SUITE, lecture.SUITE) for rule in suite.rules}
    assert noticed == set(OBSERVATIONS)
    assert {rule.code for rule in fichier.SUITE.rules} == set(FILE_RULES)
