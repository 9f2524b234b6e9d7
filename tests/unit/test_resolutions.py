"""What the committee decided is kept with its session, and what became of it is told by figures or by a note."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from vigie.cli import sessions as cli
from vigie.decisions import resolutions
from vigie.diffusion import steps
from vigie.diffusion.pages.content.followups import state_of
from vigie.errors import DamagedFile, OperatorError
from vigie.settings import Settings

NOON = datetime(2026, 11, 12, 12)
LATER = datetime(2026, 12, 1, 9)
ROLE = "chargée de mission"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home in which the session « COPIL 2026-11 » is frozen."""
    settings = Settings(home=tmp_path)
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    folder = settings.landing / "seances"
    folder.mkdir(parents=True)
    record = {
        "seance_code": "copil_2026_11",
        "nom": "COPIL 2026-11",
        "date_situation": "2026-11-12",
    }
    (folder / "copil_2026_11.json").write_text(
        json.dumps(record | {"connu_le": NOON.isoformat(), "empreinte": "0" * 64}), encoding="utf-8"
    )
    return settings


def test_a_decision_noted_twice_is_kept_once_without_anyones_address(settings: Settings) -> None:
    told = "Relancer les retardataires, voir a.martin@exemple.fr"
    first = resolutions.decide(settings, "COPIL 2026-11", told, ROLE, NOON)
    assert resolutions.decide(settings, "COPIL 2026-11", told, ROLE, LATER) == first
    assert resolutions.of_sessions(settings) == [first]
    assert (first.decide_le, first.etat) == (NOON, "")
    assert "martin" not in first.phrase


def test_the_last_note_tells_what_became_of_a_decision(settings: Settings) -> None:
    kept = resolutions.decide(settings, "COPIL 2026-11", "Réunir le littoral", ROLE, NOON)
    resolutions.note(settings, kept.decision_id, "tenue", ROLE, LATER)
    resolutions.note(settings, kept.decision_id, "en_cours", ROLE, NOON)
    (found,) = resolutions.of_sessions(settings)
    assert (found.etat, found.note_par, found.note_le) == ("tenue", ROLE, LATER)


def test_what_does_not_fit_is_refused_and_nothing_is_kept(settings: Settings) -> None:
    for session, phrase, role, measure, target, why in (
        ("COPIL 2026-12", "Relancer", ROLE, "", None, "Aucune séance « COPIL 2026-12 »"),
        ("COPIL 2026-11", " ", ROLE, "", None, "une phrase"),
        ("COPIL 2026-11", "a" * 301, ROLE, "", None, "300 signes"),
        ("COPIL 2026-11", "Relancer", " ", "", None, "fonction"),
        ("COPIL 2026-11", "Relancer", ROLE, "en_retard", None, "ensemble"),
        ("COPIL 2026-11", "Relancer", ROLE, "", 3.0, "ensemble"),
        ("COPIL 2026-11", "Relancer", ROLE, "en_retard", float("nan"), "ensemble"),
    ):
        with pytest.raises(OperatorError, match=why):
            resolutions.decide(settings, session, phrase, role, NOON, measure, target)
    assert resolutions.of_sessions(settings) == []


def test_a_state_is_noted_only_of_a_decision_that_no_figure_follows(settings: Settings) -> None:
    counted = resolutions.decide(settings, "COPIL 2026-11", "Moins", ROLE, NOON, "en_retard", 10.0)
    free = resolutions.decide(settings, "COPIL 2026-11", "Réunir", ROLE, NOON)
    for identity, state, why in (
        ("absente", "tenue", "Aucune décision"),
        (free.decision_id, "faite", "tenue, en_cours, non_tenue"),
        (counted.decision_id, "tenue", "chiffres"),
    ):
        with pytest.raises(OperatorError, match=why):
            resolutions.note(settings, identity, state, ROLE, LATER)


def test_a_damaged_decision_is_named(settings: Settings) -> None:
    kept = resolutions.decide(settings, "COPIL 2026-11", "Réunir", ROLE, NOON)
    path = settings.landing / "decisions_seances" / f"{kept.decision_id}.json"
    path.write_text('{"decide_le": "hier"}', encoding="utf-8")
    with pytest.raises(DamagedFile, match=path.name):
        resolutions.of_sessions(settings)


@pytest.mark.parametrize(
    ("then", "now", "target", "more_is_better", "is_later", "state"),
    [
        (80.0, 50.0, 50.0, False, True, "tenue"),
        (80.0, 70.0, 50.0, False, True, "en_cours"),
        (80.0, 80.0, 50.0, False, True, "non_tenue"),
        (80.0, 90.0, 50.0, False, True, "non_tenue"),
        (80.0, 80.0, 50.0, False, False, "en_cours"),
        (30.0, 45.0, 40.0, True, True, "tenue"),
        (30.0, 35.0, 40.0, True, True, "en_cours"),
        (30.0, 25.0, 40.0, True, True, "non_tenue"),
        (None, 35.0, 40.0, True, True, "en_cours"),
        (30.0, None, 40.0, True, True, "en_cours"),
    ],
)
def test_the_figures_tell_what_became_of_a_decision(
    then: float | None,
    now: float | None,
    target: float,
    more_is_better: bool,
    is_later: bool,
    state: str,
) -> None:
    assert state_of(then, now, target, more_is_better, is_later) == state


def test_the_verbs_note_a_decision_its_suite_and_tell_both(settings: Settings) -> None:
    run, said = CliRunner(), ["--role", ROLE, "--date", "2026-11-12"]
    noted = run.invoke(cli.app, ["decide", "COPIL 2026-11", "Réunir le littoral", *said])
    assert "Décision notée" in noted.output, noted.output
    (kept,) = resolutions.of_sessions(settings)
    assert "suite pas encore notée" in run.invoke(cli.app, ["list"]).output
    settled = run.invoke(cli.app, ["settle", kept.decision_id, "non_tenue", *said])
    assert "Suite notée : non tenue" in settled.output, settled.output
    assert (
        f"{kept.decision_id} · Réunir le littoral (non tenue)"
        in run.invoke(cli.app, ["list"]).output
    )
    refused = run.invoke(
        cli.app,
        ["decide", "COPIL 2026-11", "Moins", "--measure", "nimporte", "--target", "1", *said],
    )
    assert refused.exit_code and "ne mesure rien ici" in str(refused.exception)


def test_a_session_goes_to_the_pages_with_its_decisions(settings: Settings) -> None:
    kept = resolutions.decide(settings, "COPIL 2026-11", "Réunir", ROLE, NOON)
    (session,) = steps.sessions(settings)
    assert session.decisions == (kept,)
