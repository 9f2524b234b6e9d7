"""What a task learns from its Airflow run."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from vigie.arrival import landing
from vigie.files import read_json, write_json
from vigie.night import airflow_run
from vigie.night import steps as night

AT_TWO_IN_PARIS = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    return tmp_path


def context(
    date: str | None = None,
    *extras: dict[str, Any],
    run_id: str = "scheduled__2026-03-02",
    run_after: datetime = AT_TWO_IN_PARIS,
    late: timedelta = timedelta(seconds=40),
) -> dict[str, Any]:
    return {
        "params": {"date": date},
        "dag_run": SimpleNamespace(
            run_id=run_id,
            run_type=run_id.partition("__")[0],
            logical_date=AT_TWO_IN_PARIS,
            run_after=run_after,
            start_date=AT_TWO_IN_PARIS,
        ),
        "ti": SimpleNamespace(start_date=run_after + late),
        "triggering_asset_events": {"asset": [SimpleNamespace(extra=e) for e in extras]},
        "outlet_events": {"raw_reports": SimpleNamespace(extra={})},
    }


def handed_over(run: airflow_run.Run) -> dict[str, Any]:
    run.hand_over("raw_reports")
    return run.context["outlet_events"]["raw_reports"].extra


def test_a_scheduled_run_is_dated_by_its_schedule() -> None:
    assert airflow_run.of(context()).moment == datetime(2026, 3, 2, 1)


def test_a_given_date_is_a_date_of_paris() -> None:
    assert airflow_run.of(context("2026-07-14")).moment == datetime(2026, 7, 13, 22)


def test_a_run_hands_its_moment_over_to_the_run_it_starts() -> None:
    first = airflow_run.of(context("2026-07-14"))
    second = airflow_run.of(context(None, handed_over(first), run_id="asset_triggered__b"))
    assert second.moment == first.moment
    assert second.night == first.night
    assert second.is_handed_over
    assert not first.is_handed_over


def test_two_runs_of_one_moment_never_share_a_record(home: Path) -> None:
    date = "2026-03-02T02:00"
    launches = [
        context(date),
        context(date, run_id="manual__a"),
        context(date, run_id="manual__b"),
        context(date, run_id="manual__b", run_after=AT_TWO_IN_PARIS + timedelta(hours=1)),
    ]
    for count, launch in enumerate(launches, 1):
        run = airflow_run.of(launch)
        night.keep_step(run.settings, run.moment, "collecte", {"sources": count})
        assert airflow_run.of(launch).night == run.night, "each task of a run finds its own record"
    folders = sorted((home / "nights").iterdir())
    assert len(folders) == 4
    assert read_json(folders[-1] / "collecte.json") == {"sources": 4}, "the last launched is last"
    assert {night.night_moment(folder) for folder in folders} == {datetime(2026, 3, 2, 1)}


def test_a_run_that_two_nights_started_keeps_its_record_with_both(home: Path) -> None:
    nights = [
        airflow_run.of(context("2026-03-02T02:00", run_id=name))
        for name in ("manual__a", "manual__b")
    ]
    run = airflow_run.of(context(None, *map(handed_over, nights), run_id="asset_triggered__c"))
    with night.timed_step(run.settings, run.moment, "construction") as counts:
        counts["construit"] = True
    for each in nights:
        steps = night.summary(each.settings, each.moment)["etapes"]
        assert steps["construction"]["construit"]


def test_what_an_older_version_handed_over_has_a_record_too() -> None:
    run = airflow_run.of(context(None, {"moment": "2026-03-02T01:00:00+00:00"}))
    assert run.moment == datetime(2026, 3, 2, 1)
    assert run.night.startswith("20260302T010000Z_")


SPRING, AUTUMN = datetime(2026, 3, 28, 1, tzinfo=UTC), datetime(2026, 10, 25, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("run_after", "late", "overtaken"),
    [
        (AT_TWO_IN_PARIS, timedelta(hours=23, minutes=59), False),
        (AT_TWO_IN_PARIS, timedelta(hours=24), True),
        (AT_TWO_IN_PARIS, timedelta(days=3), True),
        # From one night to the next, 24 hours before that of the spring and 25 from that of the autumn.
        (SPRING, timedelta(hours=23, minutes=59), False),
        (SPRING, timedelta(hours=24), True),
        (AUTUMN, timedelta(hours=24, minutes=59), False),
        (AUTUMN, timedelta(hours=25), True),
    ],
)
def test_of_the_nights_that_the_machine_slept_only_the_last_is_made(
    run_after: datetime, late: timedelta, overtaken: bool
) -> None:
    assert airflow_run.is_overtaken(context(run_after=run_after, late=late)) is overtaken


def test_a_night_asked_for_is_made_however_long_it_waited() -> None:
    waited = context(run_id="manual__a", late=timedelta(days=3))
    assert not airflow_run.is_overtaken(waited)


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
