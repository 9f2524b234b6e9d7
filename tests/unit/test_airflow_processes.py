"""Every process of the local Airflow ends with the night, whatever ends the night."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from vigie.airflow_night import processes, resident
from vigie.airflow_night.environment import LocalAirflow, password, password_file
from vigie.airflow_night.processes import Processes, is_up, record_path, recorded, stop_recorded
from vigie.errors import OperatorError
from vigie.files import write_json
from vigie.settings import Settings

# Stands for a component with a running task: the task leads its own process group, as Airflow's do.
WITH_A_TASK = """
import os, subprocess, sys, time
task = "import os, time; os.setpgid(0, 0); open({started!r}, 'w').write(str(os.getpid())); time.sleep(600)"
subprocess.Popen([sys.executable, "-c", task])
time.sleep(600)
"""
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open({started!r}, "w").write("")
time.sleep(600)
"""


@pytest.fixture
def airflow(tmp_path: Path) -> LocalAirflow:
    return LocalAirflow(Settings(home=tmp_path), 0)


@pytest.fixture
def components(
    airflow: LocalAirflow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[Path]]:
    """Two stand-ins for Airflow's components, and the files they write once they have started."""
    started = [tmp_path / "with_a_task", tmp_path / "deaf"]
    codes = [
        code.format(started=str(p)) for code, p in zip((WITH_A_TASK, DEAF), started, strict=True)
    ]
    monkeypatch.setattr(
        processes,
        "COMPONENTS",
        {p.name: ["-c", code] for p, code in zip(started, codes, strict=True)},
    )
    monkeypatch.setattr(processes, "_GRACE_SECONDS", 1)
    yield started
    stop_recorded(airflow.home)


def wait_for(files: list[Path]) -> None:
    deadline = time.monotonic() + 30
    while not all(file.exists() for file in files):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def living(pids: set[int]) -> set[int]:
    return {
        p.pid for p in psutil.process_iter() if p.pid in pids and p.status() != psutil.STATUS_ZOMBIE
    }


def started_pids(airflow: LocalAirflow, components: list[Path]) -> set[int]:
    wait_for(components)
    pids = {component.pid for component in recorded(airflow.home)}
    return pids | {child.pid for pid in pids for child in psutil.Process(pid).children()}


def test_stopping_ends_components_their_tasks_and_the_deaf(
    airflow: LocalAirflow, components: list[Path]
) -> None:
    started = Processes(airflow)
    started.start(outlive=False)
    pids = started_pids(airflow, components)
    assert len(living(pids)) == 3
    started.stop()
    assert living(pids) == set()
    assert not record_path(airflow.home).exists()


def test_what_a_killed_night_left_is_ended_by_the_next(
    airflow: LocalAirflow, components: list[Path]
) -> None:
    night = textwrap.dedent(f"""
        import os, signal, sys, time
        from pathlib import Path
        from vigie.airflow_night import processes, resident
        from vigie.airflow_night.environment import LocalAirflow
        from vigie.settings import Settings
        processes.COMPONENTS = {processes.COMPONENTS!r}
        airflow = LocalAirflow(Settings(home=Path({str(airflow.settings.home)!r})), 0)
        processes.Processes(airflow).start(outlive=False)
        while not all(Path(p).exists() for p in {[str(p) for p in components]!r}):
            time.sleep(0.05)
        print("started", flush=True)
        time.sleep(600)
        """)
    with subprocess.Popen([sys.executable, "-c", night], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"started\n"
        pids = started_pids(airflow, components)
        process.kill()
    assert living(pids) != set()
    assert stop_recorded(airflow.home) > 0
    assert living(pids) == set()


def test_only_a_resident_airflow_is_up(airflow: LocalAirflow, components: list[Path]) -> None:
    started = Processes(airflow)
    for outlive in (False, True):
        started.start(outlive)
        assert is_up(airflow.home) is outlive
        started.stop()
    assert not is_up(airflow.home)


def test_a_process_that_took_over_a_recorded_pid_is_left_alone(airflow: LocalAirflow) -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as stranger:
        component = {"name": "scheduler", "pid": stranger.pid, "started": 1}
        write_json(
            record_path(airflow.home), {"port": 1, "resident": True, "components": [component]}
        )
        assert not is_up(airflow.home)
        assert stop_recorded(airflow.home) == 0
        assert stranger.poll() is None
        os.kill(stranger.pid, signal.SIGKILL)


def test_a_component_that_ends_is_named_with_the_end_of_its_log(
    airflow: LocalAirflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "COMPONENTS", {"scheduler": ["-c", "print('port taken')"]})
    started = Processes(airflow)
    started.start(outlive=False)
    started._children[0].wait()
    with pytest.raises(processes.OperatorError, match=r"« scheduler »[^$]*port taken"):
        started.require_alive()
    started.stop()


def test_secrets_are_made_once_and_readable_by_the_owner_alone(airflow: LocalAirflow) -> None:
    environment = airflow.environment()
    assert environment == airflow.environment()
    assert len(password(airflow.home)) >= 20
    for file in (password_file(airflow.home), airflow.home / "secrets.json"):
        assert file.stat().st_mode & 0o777 == 0o600


def test_a_watched_airflow_ends_whole_when_one_of_its_processes_dies(
    airflow: LocalAirflow, components: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resident, "_WATCH_SECONDS", 0.05)
    kept = signal.getsignal(signal.SIGTERM)
    started = Processes(airflow)
    started.start(outlive=True)
    pids = started_pids(airflow, components)
    os.kill(recorded(airflow.home)[1].pid, signal.SIGKILL)
    try:
        with pytest.raises(OperatorError, match="deaf"):
            resident.watch(started)
    finally:
        signal.signal(signal.SIGTERM, kept)
    assert living(pids) == set()


def test_a_watched_airflow_ends_whole_and_well_when_it_is_told_to(
    airflow: LocalAirflow, components: list[Path]
) -> None:
    watching = textwrap.dedent(f"""
        from pathlib import Path
        from vigie.airflow_night import processes, resident
        from vigie.airflow_night.environment import LocalAirflow
        from vigie.settings import Settings
        processes.COMPONENTS = {processes.COMPONENTS!r}
        processes._GRACE_SECONDS = 1
        started = processes.Processes(LocalAirflow(Settings(home=Path({str(airflow.settings.home)!r})), 0))
        started.start(outlive=True)
        resident.signal.signal(resident.signal.SIGTERM, resident._interrupt)
        print("started", flush=True)
        resident.watch(started)
        """)
    with subprocess.Popen([sys.executable, "-c", watching], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"started\n"
        pids = started_pids(airflow, components)
        process.terminate()
    assert process.returncode == 0
    assert living(pids) == set()
