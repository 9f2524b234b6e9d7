"""A human of the Région decides; the decision is kept with the landing area, under a role."""

from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from tests.gate.conftest import Night
from vigie.cli import review as cli
from vigie.decisions import review
from vigie.errors import OperatorError
from vigie.files import read_json
from vigie.settings import Settings

NOON = datetime(2026, 2, 3, 12, 0)
ROLE = "Région, suivi des feuilles de route"


@pytest.fixture
def waiting(night: Night) -> str:
    return night.last["CMP-BUDGET-TOTAL"]


def test_every_suspicious_report_waits_with_its_reasons(loaded: Settings, night: Night) -> None:
    found = {report.rapport_id: report for report in review.pending(loaded)}
    named = ("CMP-BUDGET-TOTAL", "CMP-DISPARITION-MASSIVE", "CMP-RECUL-MASSIF")
    assert {night.last[case] for case in named} <= found.keys()
    reasons = found[night.last["CMP-BUDGET-TOTAL"]].motifs
    assert len(reasons) == 1 and "total des budgets" in reasons[0]


def test_a_decision_is_a_file_of_the_landing_area(loaded: Settings, waiting: str) -> None:
    kept = review.decide(loaded, waiting, "approuve", "Vérifié.", ROLE, NOON)
    path = loaded.landing / "decisions" / f"{kept['decision_id']}.json"
    assert read_json(path) == {
        "decision_id": kept["decision_id"],
        "rapport_id": waiting,
        "decision": "approuve",
        "motif": "Vérifié.",
        "decide_par": ROLE,
        "decide_le": "2026-02-03T12:00:00",
    }
    assert waiting not in {report.rapport_id for report in review.pending(loaded)}
    assert review.show(loaded, waiting)["decisions"] == [read_json(path)]


def test_a_report_is_shown_in_the_words_of_its_reader(
    loaded: Settings, waiting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    review.decide(loaded, waiting, "refuse", "Zéro de trop.", ROLE, datetime(2026, 2, 2, 23, 30))
    monkeypatch.setenv("VIGIE_HOME", str(loaded.home))
    shown = CliRunner().invoke(cli.app, ["show", waiting]).output
    assert "Rapport en attente de validation par la Région" in shown
    assert "Le total des budgets prévus passe de 45 000 à 495 000" in shown
    assert f"Refusé le 03/02/2026 par « {ROLE} » : Zéro de trop." in shown
    assert "a_valider" not in shown and "recues_nb" not in shown


def test_deciding_the_same_twice_is_deciding_once(loaded: Settings, waiting: str) -> None:
    for _ in range(2):
        review.decide(loaded, waiting, "refuse", "Non.", ROLE, NOON)
    assert len(review.decisions(loaded)) == 1


def test_a_decision_needs_a_reason_and_a_role(loaded: Settings, waiting: str) -> None:
    with pytest.raises(OperatorError):
        review.decide(loaded, waiting, "approuve", " ", ROLE, NOON)
    with pytest.raises(OperatorError):
        review.decide(loaded, waiting, "approuve", "Oui.", "", NOON)


def test_a_decision_keeps_no_address(loaded: Settings, waiting: str) -> None:
    kept = review.decide(loaded, waiting, "approuve", "Vu avec a@b.fr", "agent@region.fr", NOON)
    assert "@" not in str(kept)


def test_a_refused_file_cannot_be_approved(loaded: Settings, night: Night) -> None:
    with pytest.raises(review.UnknownReport):
        review.decide(loaded, night.last["FIC-VIDE"], "approuve", "Oui.", ROLE, NOON)


def test_an_unknown_report_is_named(loaded: Settings) -> None:
    with pytest.raises(review.UnknownReport, match="inconnu"):
        review.show(loaded, "inconnu")


def test_a_night_asks_only_about_what_no_night_asked_before(loaded: Settings) -> None:
    first, second = "20260201T010000Z_20260201T010000Z-a", "20260201T010000Z_20260201T010000Z-b"
    asked = review.to_decide(loaded, first)
    assert asked and asked[0].keys() == {"rapport_id", "titre", "resume"}
    assert review.to_decide(loaded, first) == asked, "a retry asks again"
    assert review.to_decide(loaded, second) == []
    assert review.to_decide(loaded, None) == asked, "a run started by hand asks for everything"


@pytest.mark.parametrize(
    ("answer", "decision", "role"),
    [
        (
            {
                "chosen_options": ["Approuver"],
                "params_input": {"motif": "Vérifié au téléphone."},
                "responded_by_user": {"id": "7", "name": "agent"},
            },
            "approuve",
            ROLE,
        ),
        (
            {"chosen_options": ["Refuser"], "params_input": {}, "responded_by_user": None},
            "refuse",
            "Échéance",
        ),
    ],
)
def test_the_answer_of_airflow_becomes_a_decision_without_the_account(
    loaded: Settings, waiting: str, answer: dict[str, object], decision: str, role: str
) -> None:
    responded = {"responded_at": datetime(2026, 2, 3, 12, 0, tzinfo=UTC)}
    kept = review.decide_from_airflow(loaded, waiting, answer | responded, "Approuver")
    assert (kept["decision"], kept["decide_par"], kept["decide_le"]) == (
        decision,
        role,
        "2026-02-03T12:00:00",
    )
    assert "agent" not in str(kept)
