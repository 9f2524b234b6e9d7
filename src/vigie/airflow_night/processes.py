"""The four Airflow processes: started together, stopped together, none left behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from vigie.airflow_night.environment import LocalAirflow
from vigie.errors import OperatorError
from vigie.files import read_json, write_json

COMPONENTS = {
    "api-server": ["-m", "airflow", "api-server"],
    "scheduler": ["-m", "airflow", "scheduler", "--skip-serve-logs"],
    "dag-processor": ["-m", "airflow", "dag-processor"],
    "triggerer": ["-m", "airflow", "triggerer", "--skip-serve-logs"],
}
_GRACE_SECONDS = 5
_PR_SET_PDEATHSIG = 1
_ZOMBIE = "Z"
_libc = ctypes.CDLL(None)


@dataclass(frozen=True)
class Component:
    """A started process, known by its pid and start (clock ticks since boot, which no clock change moves) so
    that a reused pid is never taken for it."""

    name: str
    pid: int
    started: int

    def is_alive(self) -> bool:
        return _started(self.pid) == self.started and _state(self.pid) != _ZOMBIE


class Processes:
    """The processes of one local Airflow, recorded in `processes.json` while they run.

    Each component leads its own session: whatever a task starts stays in it and can be found again, even
    after the process that started it all was killed.
    """

    def __init__(self, airflow: LocalAirflow) -> None:
        self.airflow = airflow
        self.log_folder = airflow.home / "logs" / "components"
        self._children: list[subprocess.Popen[bytes]] = []

    def start(self, outlive: bool) -> None:
        """Starts every component; unless `outlive`, the system ends them when this process dies."""
        self.log_folder.mkdir(parents=True, exist_ok=True)
        environment = self.airflow.environment()
        started = []
        for name, arguments in COMPONENTS.items():
            with (self.log_folder / f"{name}.log").open("wb") as log:
                child = subprocess.Popen(
                    [sys.executable, *arguments],
                    env=environment,
                    cwd=self.airflow.home,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    preexec_fn=None if outlive else _die_with_parent,
                )
            self._children.append(child)
            started.append({"name": name, "pid": child.pid, "started": _started(child.pid)})
            record = {"port": self.airflow.port, "resident": outlive, "components": started}
            write_json(record_path(self.airflow.home), record)

    def require_alive(self) -> None:
        """Raises OperatorError naming the component that ended, with the end of its log."""
        for component in recorded(self.airflow.home):
            if not component.is_alive():
                log = self.log_folder / f"{component.name}.log"
                raise OperatorError(
                    f"Airflow : « {component.name} » s'est arrêté. Journal : {log}\n{tail(log)}"
                )

    def stop(self) -> None:
        """Ends every component and everything it started."""
        stop_recorded(self.airflow.home)
        for child in self._children:
            child.wait()


def record_path(home: Path) -> Path:
    return home / "processes.json"


def recorded(home: Path) -> list[Component]:
    """The components the record names, alive or not."""
    return [Component(**c) for c in read_json(record_path(home), {"components": []})["components"]]


def recorded_port(home: Path) -> int:
    return int(read_json(record_path(home))["port"])


def is_up(home: Path) -> bool:
    """Whether a resident Airflow (`make up`) has all its components alive."""
    is_resident = read_json(record_path(home), {}).get("resident", False)
    return is_resident and all(component.is_alive() for component in recorded(home))


def stop_recorded(home: Path) -> int:
    """Ends what the record names and whatever lives in the same sessions; returns how many processes.

    Works as well after the process that started them was killed.
    """
    components = recorded(home)
    sessions = {c.pid for c in components if _led_session(c)}
    members = list(_members(sessions))
    for component in components:
        if component.is_alive():
            _signal(component.pid, signal.SIGTERM)
    _wait_until_gone(sessions, _GRACE_SECONDS)
    for pid in _members(sessions):
        _signal(pid, signal.SIGKILL)
    _wait_until_gone(sessions, _GRACE_SECONDS)
    record_path(home).unlink(missing_ok=True)
    return len(members)


def _led_session(component: Component) -> bool:
    """Whether the session that bears the component's pid is its own, even when it has ended itself."""
    started = _started(component.pid)
    if started is not None:
        return started == component.started
    # Its pid cannot be given again while its session has members, all younger than it.
    return all((_started(p) or 0) >= component.started for p in _members({component.pid}))


def _members(sessions: Iterable[int]) -> Iterator[int]:
    wanted = set(sessions)
    for pid in psutil.pids():
        with suppress(ProcessLookupError):
            if os.getsid(pid) in wanted and _state(pid) not in (None, _ZOMBIE):
                yield pid


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat after the name of the command; empty when there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _state(pid: int) -> str | None:
    return next(iter(_stat(pid)), None)


def _started(pid: int) -> int | None:
    fields = _stat(pid)
    return int(fields[19]) if fields else None


def _wait_until_gone(sessions: set[int], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and any(_members(sessions)):
        time.sleep(0.1)


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _die_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, empty when there is none."""
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return "\n".join(text.splitlines()[-lines:])
