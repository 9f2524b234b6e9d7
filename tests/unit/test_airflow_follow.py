"""Which runs a night under Airflow follows, whatever else runs there; what keeps two nights apart."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.progress import Progress

from vigie.airflow_night import environment, processes
from vigie.airflow_night import following as night
from vigie.errors import NightUnderWay, OperatorError
from vigie.files import write_json
from vigie.night.alone import alone
from vigie.night.steps import night_name
from vigie.settings import Settings

RUN_AT = datetime(2026, 11, 30, 1)
LAUNCHED = datetime(2026, 11, 30, 2, 30, tzinfo=UTC)


class Airflow:
    """An Airflow where a scheduled night of the same moment runs beside ours; each call advances it by one step.

    `busy_for`: how many times the DAG asked about is still at another run before it makes ours.
    """

    def __init__(self, busy_for: int = 0, answers: bool = True) -> None:
        self.busy_for = busy_for
        self.answers = answers
        self.watched: list[str] = []
        self.given: dict[str, str] = {}

    def unpause(self, dag_id: str) -> None: ...

    def trigger(self, dag_id: str, parameters: dict[str, str]) -> str:
        self.given = parameters
        return "ours"

    def launched(self, dag_id: str, run_id: str) -> datetime:
        return LAUNCHED

    def begun_runs(self, dag_id: str) -> set[str]:
        others = {"scheduled", f"{dag_id} of a scheduled", f"{dag_id} of a decision"}
        return others | {f"{dag_id} of ours"} if self.answers and self.busy_for <= 0 else others

    def causes(self, dag_id: str, run_id: str) -> set[str]:
        made_of = {
            "build_warehouse of ours": {"scheduled", "ours"},
            "publish_steering of ours": {"build_warehouse of ours"},
        }
        return made_of.get(run_id, {"scheduled"})

    def active_runs(self, dag_id: str) -> int:
        self.busy_for -= 1
        return int(self.busy_for >= 0)

    def run_state(self, dag_id: str, run_id: str) -> str:
        self.watched.append(run_id)
        return "success"

    def current_step(self, dag_id: str, run_id: str) -> None: ...

    def step_seconds(self, dag_id: str, run_id: str) -> dict[str, float]:
        return {run_id: 1.0}

    def succeeded(self, dag_id: str, run_id: str, task_id: str) -> bool:
        return True


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that only our waiting moves."""
    now = [0.0]
    monkeypatch.setattr(night.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(night.time, "sleep", lambda s: now.__setitem__(0, now[0] + s))


def follow(airflow: Airflow) -> night.Outcome:
    return night.follow(airflow, RUN_AT, Progress(disable=True))  # type: ignore[arg-type]


def test_a_night_follows_the_runs_that_its_own_run_started() -> None:
    airflow = Airflow()
    outcome = follow(airflow)
    assert airflow.watched == ["ours", "build_warehouse of ours", "publish_steering of ours"]
    assert airflow.given == {"date": "2026-11-30T01:00:00+00:00"}
    assert outcome.name == night_name(RUN_AT, LAUNCHED, "ours")


def test_the_end_of_another_night_is_waited_for_however_long() -> None:
    airflow = Airflow(busy_for=100_000)
    assert follow(airflow).states["publish_steering"] == "success"
    assert airflow.watched[-1] == "publish_steering of ours"


def test_a_run_that_airflow_never_makes_is_told() -> None:
    with pytest.raises(OperatorError, match="n'a pas lancé build_warehouse"):
        follow(Airflow(answers=False))


def one_night(settings: Settings) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "vigie", "night", "--without-airflow"],
        env=os.environ | {"VIGIE_HOME": str(settings.home)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_night_typed_while_another_goes_is_one_sentence_and_leaves_no_record(
    tmp_path: Path,
) -> None:
    settings = Settings(home=tmp_path)
    with alone(settings):
        done = one_night(settings)
    assert done.returncode == 1
    assert done.stderr.startswith("Erreur : Une nuit (ou un démarrage d'Airflow) est déjà en cours")
    assert "Traceback" not in done.stderr
    assert not settings.nights.exists()


def test_the_place_is_free_again_when_a_night_fails(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with pytest.raises(RuntimeError), alone(settings):
        raise RuntimeError
    with alone(settings), pytest.raises(NightUnderWay), alone(settings):
        pass


def test_a_night_without_airflow_is_refused_beside_an_airflow_that_stays_up(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    boot_ticks = processes._started(os.getpid())
    component = {"name": "scheduler", "pid": os.getpid(), "started": boot_ticks}
    write_json(
        processes.record_path(environment.airflow_home(settings)),
        {"port": 0, "resident": True, "components": [component]},
    )
    done = one_night(settings)
    assert done.returncode == 1
    assert done.stderr.startswith("Erreur : Airflow est en marche dans ce dossier")
    assert not settings.nights.exists()


def test_launches_of_one_moment_are_named_in_their_order() -> None:
    names = [
        night_name(RUN_AT, LAUNCHED + timedelta(minutes=late), "any") for late in (0, 1, 60, 1500)
    ]
    assert names == sorted(names) and len(set(names)) == 4
