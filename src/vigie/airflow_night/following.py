"""`make run`: one whole night under Airflow, followed to its end."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from vigie.airflow_night import local
from vigie.airflow_night.api import FINISHED, Api
from vigie.airflow_night.environment import LocalAirflow, airflow_home
from vigie.airflow_night.processes import Processes, is_up, recorded_port
from vigie.errors import OperatorError
from vigie.night import steps as night
from vigie.night.alone import alone
from vigie.settings import Settings

_POLL_SECONDS = 0.5
_NEXT_RUN_SECONDS = 60
# The DAGs of a night in order, each with the task whose asset starts the next.
_CHAIN = (
    ("collect_reports", "gate_and_load"),
    ("build_warehouse", "publish"),
    ("publish_steering", None),
)
_WAITING = "Attente d'une autre nuit"
_TASKS = {
    "is_last_night": "Départ",
    "list_sources": "Sources",
    "fetch": "Collecte",
    "gate_and_load": "Contrôle et chargement",
    "answer_senders": "Réponses aux territoires",
    "require_whole_night": "Bilan de la nuit",
    "build": "Construction",
    "check": "Vérification",
    "publish": "Publication",
    "export_files": "Fichiers pour les outils",
    "publish_open_data": "Données ouvertes",
    "mirror_to_postgresql": "Miroir PostgreSQL",
    "render_pages": "Pages et PDF",
}


@dataclass
class Outcome:
    """What became of a night: its name, the state of each DAG's run, seconds per task and until the publication."""

    name: str
    states: dict[str, str] = field(default_factory=dict)
    task_seconds: dict[str, float] = field(default_factory=dict)
    to_publication_s: float | None = None


def run_night(settings: Settings, run_at: datetime, show: Callable[[dict[str, Any]], None]) -> int:
    """Runs the night of `run_at` (naive UTC) under Airflow and hands its summary to `show`.

    Returns 0 when every run of the night succeeded. Whatever happens, Ctrl-C included, every process
    started here is ended. An Airflow already up (`make up`) is used and left as it was; a night that it has begun
    is waited for. Raises OperatorError when Airflow cannot start, NightUnderWay when another `vigie night` goes.
    """
    console = Console()
    home = airflow_home(settings)
    with alone(settings), _interruptible(), _progress(console) as progress:
        start = progress.add_task("Démarrage d'Airflow", total=1)
        with _airflow(settings) as api:
            progress.update(start, completed=1)
            outcome = follow(api, run_at, progress)
    show(night.summary(replace(settings, nights_served=(outcome.name,)), run_at))
    _print_outcome(console, outcome, home)
    return 0 if set(outcome.states.values()) == {"success"} else 1


@contextmanager
def _airflow(settings: Settings) -> Iterator[Api]:
    home = airflow_home(settings)
    if is_up(home):
        with Api(LocalAirflow(settings, recorded_port(home))) as api:
            api.log_in()
            yield api
        return
    airflow = LocalAirflow(settings, local.free_port(), schedule=False)
    processes = Processes(airflow)
    try:
        with Api(airflow) as api:
            local.start(processes, api, outlive=False)
            yield api
    finally:
        with _deaf_to_interrupts():
            processes.stop()


def follow(api: Api, run_at: datetime, progress: Progress) -> Outcome:
    """Triggers the collection and follows the runs that its assets start, one after the other, and no other run."""
    for dag_id in local.NIGHT_DAGS:
        api.unpause(dag_id)
    run_id = api.trigger("collect_reports", {"date": run_at.replace(tzinfo=UTC).isoformat()})
    launched = api.launched("collect_reports", run_id)
    outcome = Outcome(night.night_name(run_at, launched, run_id))
    started = time.monotonic()
    for dag_id, handing_over in _CHAIN:
        if dag_id != "collect_reports":
            run_id = _run_started_by(run_id, dag_id, api, progress)
        outcome.states[dag_id] = _watch(api, dag_id, run_id, progress)
        outcome.task_seconds |= api.step_seconds(dag_id, run_id)
        if dag_id == "build_warehouse":
            outcome.to_publication_s = time.monotonic() - started
        if handing_over is None or not api.succeeded(dag_id, run_id, handing_over):
            break
    return outcome


def _run_started_by(cause: str, dag_id: str, api: Api, progress: Progress) -> str:
    """The run of `dag_id` that an asset of the run `cause` started.

    Airflow makes none while another is not ended, however long that takes: only then does our patience count.
    """
    bars: dict[str, TaskID] = {}
    others: set[str] = set()
    deadline = time.monotonic() + _NEXT_RUN_SECONDS
    while time.monotonic() < deadline:
        for run_id in api.begun_runs(dag_id) - others:
            if cause in api.causes(dag_id, run_id):
                _complete(progress, bars)
                return run_id
            others.add(run_id)
        if api.active_runs(dag_id):
            _show(progress, bars, _WAITING, 0, None)
            deadline = time.monotonic() + _NEXT_RUN_SECONDS
        time.sleep(_POLL_SECONDS)
    raise OperatorError(f"Airflow n'a pas lancé {dag_id} en {_NEXT_RUN_SECONDS} s.")


def _watch(api: Api, dag_id: str, run_id: str, progress: Progress) -> str:
    """Shows the steps of a run until it ends; returns its state."""
    bars: dict[str, TaskID] = {}
    while True:
        state = api.run_state(dag_id, run_id)
        if step := api.current_step(dag_id, run_id):
            task_id, ended, known = step
            _show(progress, bars, _TASKS.get(task_id, task_id), ended, known)
        elif state == "queued" and api.active_runs(dag_id) > 1:
            _show(progress, bars, _WAITING, 0, None)
        if state in FINISHED:
            _complete(progress, bars)
            return state
        time.sleep(_POLL_SECONDS)


def _show(
    progress: Progress, bars: dict[str, TaskID], label: str, done: int, known: int | None
) -> None:
    if label not in bars:
        _complete(progress, bars)
        bars[label] = progress.add_task(label, total=known)
    progress.update(bars[label], completed=done, total=known)


def _complete(progress: Progress, bars: dict[str, TaskID]) -> None:
    for bar in bars.values():
        total = progress.tasks[bar].total or 1
        progress.update(bar, completed=total, total=total)


def _print_outcome(console: Console, outcome: Outcome, home: Path) -> None:
    durations = " · ".join(f"{_TASKS.get(t, t)} {s:.1f} s" for t, s in outcome.task_seconds.items())
    console.print(f"Étapes sous Airflow : {durations}", soft_wrap=True)
    if outcome.to_publication_s is not None:
        console.print(f"Du déclenchement à la publication : {outcome.to_publication_s:.1f} s")
    for dag_id, state in outcome.states.items():
        if state != "success":
            logs = home / "logs" / f"dag_id={dag_id}"
            console.print(f"[red]{dag_id} a échoué.[/red] Journaux : {logs}", soft_wrap=True)


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<24}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )


@contextmanager
def _interruptible() -> Iterator[None]:
    """SIGTERM ends the night as Ctrl-C does: by an exception, so that every process is ended."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """An impatient second Ctrl-C must not leave processes behind."""
    previous = {n: signal.signal(n, signal.SIG_IGN) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
