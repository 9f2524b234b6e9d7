"""What a task learns from its Airflow run."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from vigie import airflow_run, landing
from vigie.files import read_json, write_json

AT_TWO_IN_PARIS = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    return tmp_path


def context(date: str | None = None, extra: dict[str, str] | None = None) -> dict[str, Any]:
    return {
        "params": {"date": date},
        "dag_run": SimpleNamespace(
            logical_date=AT_TWO_IN_PARIS, run_after=None, start_date=AT_TWO_IN_PARIS
        ),
        "ti": SimpleNamespace(start_date=AT_TWO_IN_PARIS + timedelta(seconds=40)),
        "triggering_asset_events": {"asset": [SimpleNamespace(extra=extra)]} if extra else {},
        "outlet_events": {"raw_reports": SimpleNamespace(extra={})},
    }


def test_a_scheduled_run_is_dated_by_its_schedule() -> None:
    assert airflow_run.of(context()).moment == datetime(2026, 3, 2, 1)


def test_a_given_date_is_a_date_of_paris() -> None:
    assert airflow_run.of(context("2026-07-14")).moment == datetime(2026, 7, 13, 22)


def test_a_run_hands_its_moment_over_to_the_run_it_starts() -> None:
    first = airflow_run.of(context("2026-07-14"))
    first.hand_over("raw_reports")
    second = airflow_run.of(context(extra=first.context["outlet_events"]["raw_reports"].extra))
    assert second.moment == first.moment
    assert second.is_handed_over
    assert not first.is_handed_over


def test_a_source_that_left_no_result_is_named_in_its_own_words(home: Path) -> None:
    run = airflow_run.of(context())
    state = {"echec_le": run.moment.isoformat(), "echec": "CC Untel : serveur muet."}
    landing.save_source_state(run.settings, "b", state)
    sources = [{"source_id": name, "territoire": f"CC {name}"} for name in "abc"]
    told = airflow_run.close_collection(run, sources, [{"source_id": "a", "nouveaux": 2}])
    assert told == [
        "CC Untel : serveur muet.",
        "CC c : non lu cette nuit, voir le journal de sa tâche.",
    ]
    step = read_json(next((home / "nights").glob("*/collecte.json")))
    assert step == {"sources": 3, "nouveaux": 2, "echecs": told, "duree_s": 40.0}


def test_a_failure_of_another_night_is_not_told_again() -> None:
    run = airflow_run.of(context())
    landing.save_source_state(run.settings, "b", {"echec_le": "2026-01-01T01:00:00", "echec": "x"})
    told = airflow_run.close_collection(run, [{"source_id": "b", "territoire": "CC b"}], [])
    assert told == ["CC b : non lu cette nuit, voir le journal de sa tâche."]


def test_the_demonstration_keeps_its_own_night(home: Path) -> None:
    (home / "depot").mkdir()
    write_json(home / "depot" / "DEMO.json", {"date_nuit": "2026-01-05"})
    assert airflow_run.of(context()).moment == datetime(2026, 1, 4, 23)
