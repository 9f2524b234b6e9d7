"""A `vigie` command killed by SIGKILL, inside a step or when something is reached."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

KILLED = Path(__file__).parent / "killed.py"
_PATIENCE_S = 300
_NOTICE_S = 0.002


def vigie(home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "vigie", *arguments],
        env=os.environ | {"VIGIE_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[bytes]) -> str:
    output, _ = process.communicate(timeout=_PATIENCE_S)
    assert process.returncode == 0, output.decode()
    return output.decode()


def kill_at(home: Path, owner: str, function: str, nth: int, *command: str) -> None:
    """Runs a command until it calls `function` for the nth time; fails if it ended before."""
    done = subprocess.run(
        [sys.executable, KILLED, owner, function, str(nth), *command],
        env=os.environ | {"VIGIE_HOME": str(home)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stdout.decode() + done.stderr.decode()


def kill_when(
    process: subprocess.Popen[bytes], reached: Callable[[], bool], every_s: float = _NOTICE_S
) -> None:
    """Sends SIGKILL to the process alone as soon as `reached`; fails if it ended before."""
    deadline = time.monotonic() + _PATIENCE_S
    while not reached():
        assert process.poll() is None, process.communicate()[0].decode()
        assert time.monotonic() < deadline, "the step was never reached"
        time.sleep(every_s)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def wait_for_the_processes_it_started(process: subprocess.Popen[bytes]) -> None:
    """Fails if a process started by one that was killed outlives it."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(_NOTICE_S)
    os.killpg(process.pid, signal.SIGKILL)
    raise AssertionError("a process outlives the program that started it")
