"""When the scheduled runs start, by the timetable that Airflow reads from the DAGs: nothing waits for a clock."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from vigie.airflow_night.environment import LocalAirflow
from vigie.settings import PROJECT_ROOT, Settings

HERE = Path(__file__).parent
PARIS = ZoneInfo("Europe/Paris")


def paris(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=PARIS)


def next_runs(dag_id: str, *asked: tuple[datetime, datetime | None]) -> list[datetime]:
    """The next run due at each moment, the scheduled run before being known or None."""
    questions = [
        {"now": now.astimezone(UTC).isoformat(), "last": last and last.astimezone(UTC).isoformat()}
        for now, last in asked
    ]
    done = subprocess.run(
        [sys.executable, HERE / "hours.py", dag_id],
        input=json.dumps(questions),
        capture_output=True,
        text=True,
        check=True,
    )
    return [datetime.fromisoformat(due) for due in json.loads(done.stdout.splitlines()[-1])]


def test_enabling_the_collection_starts_no_night_whatever_the_hour() -> None:
    expected = {
        "2026-11-30T02:00:01": "2026-12-01T02:00",
        "2026-11-30T03:30": "2026-12-01T02:00",
        "2026-11-30T04:24": "2026-12-01T02:00",
        "2026-11-30T12:00": "2026-12-01T02:00",
        "2026-11-30T23:59": "2026-12-01T02:00",
        "2026-11-30T01:59:59": "2026-11-30T02:00",
        # At two sharp it is due: it is the night itself.
        "2026-11-30T02:00": "2026-11-30T02:00",
        # 29 March has no 2:00, its night begins at 3:00; 25 October has two.
        "2026-03-29T03:30": "2026-03-30T02:00",
        "2026-10-25T04:00": "2026-10-26T02:00",
    }
    found = next_runs("collect_reports", *((paris(now), None) for now in expected))
    assert found == [paris(due) for due in expected.values()]


@pytest.mark.parametrize("first_day", ["2026-03-27", "2026-10-23"])
def test_each_night_has_one_run_even_when_the_clocks_change(first_day: str) -> None:
    last = paris(f"{first_day}T02:00")
    nights = [last]
    for _ in range(4):
        (last,) = next_runs("collect_reports", (last, last))
        nights.append(last)
    days = [night.astimezone(PARIS).date() for night in nights]
    assert [(day - days[0]).days for day in days] == [0, 1, 2, 3, 4]
    assert {night.astimezone(PARIS).hour for night in nights} <= {2, 3}


def test_a_machine_that_slept_three_days_owes_the_last_night_alone() -> None:
    before, woken, last = (
        paris(m) for m in ("2026-11-27T02:00", "2026-11-30T12:00", "2026-11-30T02:00")
    )
    assert next_runs("collect_reports", (woken, before), (woken, last)) == [
        last,
        paris("2026-12-01T02:00"),
    ]


def test_enabling_the_yearly_refresh_starts_nothing() -> None:
    assert next_runs("refresh_reference", (paris("2026-03-20T12:00"), None)) == [
        paris("2027-03-15T06:00")
    ]


ONE_NIGHT = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1])
print(json.dumps({dag_id: dag.timetable.can_be_scheduled for dag_id, dag in bag.dags.items()}))
"""


@pytest.mark.parametrize("scheduled", [True, False])
def test_the_airflow_of_a_single_night_starts_no_other(scheduled: bool, tmp_path: Path) -> None:
    airflow = LocalAirflow(Settings(home=tmp_path), 0, schedule=scheduled)
    done = subprocess.run(
        [sys.executable, "-c", ONE_NIGHT, str(PROJECT_ROOT / "dags")],
        env=airflow.environment() | {"AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
        check=True,
    )
    by_itself = json.loads(done.stdout.splitlines()[-1])
    assert by_itself["collect_reports"] is by_itself["refresh_reference"] is scheduled
    assert by_itself["tell_operator"] is by_itself["housekeeping"] is scheduled
    assert by_itself["build_warehouse"], "what a night starts still follows"
