"""Each faulty file ends in exactly the verdict, rows and sentences expected; every rule is seen
red.
"""

import pytest

from expectations import RULES, SUITES, fichier, forme, lecture
from tests.gate.conftest import Night
from tests.gate.corpus import CASES, Case
from vigie.adapters.codes import FILE_RULES, OBSERVATIONS

# Seen red by the tests of the adapters, on the channels or in the conditions that produce them.
SEEN_WITH_THE_ADAPTERS = {
    "FIC-DOSSIER-SUPPRIME",
    "FIC-DOSSIER-CLOS",
    "FIC-DOSSIER-SIRET",
    "FIC-RESSOURCES",
    "FOR-CELLULE-EN-ERREUR",
}


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


def test_every_rule_is_seen_red() -> None:
    seen = {told.partition(":")[0] for case in CASES for told in case.told}
    gate = {r.code for r in RULES.values() if r.layer != "entrepôt"}
    assert gate - seen == SEEN_WITH_THE_ADAPTERS


def test_the_corpus_holds_more_than_sixty_faulty_files() -> None:
    assert len([case for case in CASES if case.told]) > 60


def test_a_code_belongs_to_one_rule() -> None:
    assert sum(len(suite.rules) for suite in SUITES) == len(RULES)


def test_everything_an_adapter_can_notice_has_its_rule() -> None:
    noticed = {rule.code for suite in (forme.SUITE, lecture.SUITE) for rule in suite.rules}
    assert noticed == set(OBSERVATIONS)
    assert {rule.code for rule in fichier.SUITE.rules} == set(FILE_RULES)
