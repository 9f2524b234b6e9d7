"""A real Superset on loopback, started by the script that starts it in production."""

import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from vigie.settings import PROJECT_ROOT

START = PROJECT_ROOT / "bi" / "superset" / "start"
STARTS_WITHIN_S = 600


@dataclass(frozen=True)
class Superset:
    """Where it listens, the file it reads, and the passwords of its two accounts."""

    address: str
    publication: Path
    passwords: dict[str, str]


@contextmanager
def running(environment: str, home: Path, publication: Path) -> Iterator[Superset]:
    """Superset on `publication`, from the Python environment of that path; stopped on the way out."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        bind = f"127.0.0.1:{probe.getsockname()[1]}"
    passwords = {name: secrets.token_urlsafe(16) for name in ("administration", "comite")}
    variables = {
        "PATH": f"{environment}/bin:{os.environ['PATH']}",
        "SUPERSET_HOME": str(home),
        "SUPERSET_BIND": bind,
        "SUPERSET_SECRET_KEY": secrets.token_urlsafe(32),
        "SUPERSET_ADMIN_PASSWORD": passwords["administration"],
        "SUPERSET_READER_PASSWORD": passwords["comite"],
        "VIGIE_PUBLICATION": str(publication),
    }
    log = home / "superset.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [START],
            env=os.environ | variables,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until_healthy(f"http://{bind}/health", process, log)
        yield Superset(f"http://{bind}", publication, passwords)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=60)


def wait_until_healthy(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(STARTS_WITHIN_S):
        if process.poll() is not None:
            break
        try:
            if httpx.get(address, timeout=5).is_success:
                return
        except httpx.TransportError:
            time.sleep(1)
    pytest.fail(f"Superset did not start:\n{log.read_text(errors='replace')[-4000:]}")
