"""The desk when many people check a file at once, beside frictionless on one file at rest.

Usage: python benchmarks/desk/run.py [--people N] [--rows N]
Starts `vigie desk` in a folder of its own, gives each person a link, then has all of them send their file at the same
instant: every second one a workbook, each with an unknown status, so that there is a copy to annotate. Prints a
Markdown table, and the load of the machine before it began: the seconds are those of a shared machine.
"""

import argparse
import asyncio
import csv
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import httpx
import openpyxl
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "gate"))
from files import write
from run import frictionless

from vigie.desk import invitations
from vigie.desk.invitations import TERRITORY
from vigie.reference.seeds import Reference
from vigie.settings import Settings

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
WAIT = 600.0


def files(folder: Path, reference: Reference, people: int, rows: int) -> list[tuple[str, Path]]:
    """A report for each person, with a fault: CSV and workbook in turn."""
    made = []
    for number, (siren, path) in enumerate(write(folder, reference, people, rows)):
        path.write_text(path.read_text("utf-8").replace("En cours", "Presque fini", 1), "utf-8")
        made.append((siren, path if number % 2 else _workbook(path)))
    return made


def _workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.reader(stream, delimiter=";"):
            book.active.append(row)
    book.save(path.with_suffix(".xlsx"))
    return path.with_suffix(".xlsx")


class Memory:
    """The most that a process and its children weighed together, shared pages counted once (PSS)."""

    def __init__(self, pid: int) -> None:
        self._desk = psutil.Process(pid)
        self.peak = 0

    def processor_seconds(self) -> float:
        """What the desk and its readers took of the cores until now."""
        family = [self._desk, *self._desk.children(recursive=True)]
        return sum(sum(one.cpu_times()[:2]) for one in family)

    async def watch(self) -> None:
        while True:
            total = 0
            for one in [self._desk, *self._desk.children(recursive=True)]:
                try:
                    total += one.memory_full_info().pss
                except psutil.NoSuchProcess:
                    continue
            self.peak = max(self.peak, total)
            await asyncio.sleep(0.2)


class Person:
    """Someone who came in by their link, and has a file to check."""

    def __init__(self, client: httpx.AsyncClient, token: str, path: Path) -> None:
        self._client, self._token, self._path = client, token, path

    async def check(self) -> tuple[int, float]:
        """The status of the answer (0: it is no verdict) and its seconds."""
        start = time.perf_counter()
        answer = await self._client.post(
            "/verifier",
            data={"jeton": self._token, "geste": "verifier"},
            files={"fichier": (self._path.name, self._path.read_bytes())},
        )
        told = "Presque fini" in answer.text
        return answer.status_code if told else 0, time.perf_counter() - start


async def come_in(settings: Settings, reference: Reference, siren: str, path: Path) -> Person:
    now = datetime.now(UTC).replace(tzinfo=None)
    _, link = invitations.invite(settings, reference, TERRITORY, siren, now)
    client = httpx.AsyncClient(base_url=settings.desk_url, timeout=WAIT, follow_redirects=True)
    page = await client.get(link)
    found = re.search(r'name="jeton" value="(\w+)"', page.text)
    assert found, page.text
    return Person(client, found[1], path)


async def crowd(settings: Settings, pid: int, chosen: list[tuple[str, Path]]) -> None:
    reference = Reference.load(SEEDS)
    people = [await come_in(settings, reference, siren, path) for siren, path in chosen]
    rest = []
    for person in people[:2] * 3:
        status, seconds = await person.check()
        assert status == 200
        rest.append(seconds)
    memory = Memory(pid)
    watching, before = asyncio.create_task(memory.watch()), memory.processor_seconds()
    answers = await asyncio.gather(*(person.check() for person in people))
    watching.cancel()
    processor = memory.processor_seconds() - before
    seconds = sorted(taken for _, taken in answers)
    statuses = Counter(status for status, _ in answers)
    print(f"| people at once | {len(people)} |\n|---|--:|")
    print(f"| answers by status (0: no verdict) | {dict(statuses)} |")
    print(f"| fastest, median, slowest (s) | {seconds[0]:.1f}, ", end="")
    print(f"{statistics.median(seconds):.1f}, {seconds[-1]:.1f} |")
    print(f"| processor, all of them (s) | {processor:.1f} |")
    print(f"| desk and its two readers, peak (MiB) | {memory.peak / 1024**2:.0f} |")
    # The first of each kind also waits for the readers to be ready.
    print(f"| one workbook, one CSV, at rest (s) | {rest[-2]:.2f}, {rest[-1]:.2f} |")


def at_rest(path: Path) -> None:
    """frictionless on the CSV that the desk was given, in this process: once with its imports, then again."""
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        frictionless([str(path)])
        taken.append(time.perf_counter() - start)
    print(f"| frictionless, the same CSV: first, then (s) | {taken[0]:.2f}, {min(taken[1:]):.2f} |")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--rows", type=int, default=40)
    arguments = parser.parse_args()
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"Load of the machine before, on {os.cpu_count()} cores: {load}.\n")
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        settings = Settings(
            home=Path(folder) / "home", seeds=SEEDS, desk_url=f"http://127.0.0.1:{port}"
        )
        chosen = files(Path(folder), Reference.load(SEEDS), arguments.people, arguments.rows)
        environment = os.environ | {"VIGIE_HOME": str(settings.home)}
        command = [sys.executable, "-m", "vigie", "desk", "--port", str(port)]
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as desk:
            try:
                _wait(settings.desk_url, desk)
                asyncio.run(crowd(settings, desk.pid, chosen))
            finally:
                desk.terminate()
        at_rest(chosen[1][1])


def _wait(address: str, desk: subprocess.Popen[bytes]) -> None:
    while desk.poll() is None:
        try:
            httpx.get(f"{address}/sante")
            return
        except httpx.TransportError:
            time.sleep(0.2)
    raise SystemExit("the desk did not start")


if __name__ == "__main__":
    main()
