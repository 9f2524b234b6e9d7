"""A simulated year of nights: every file of a synthetic region reaches the drop folder at its own date, each night is
given its date, and what the installation weighs is measured at the end of each month.

Prints, in Markdown, a row per month (disk by folder, seconds and memory of its nights), then a curve.
Usage: python benchmarks/year/run.py [--territories N] [--nights N] [--arrivals DAY DAY...] [--seed N] [--home DIR]
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

from vigie.demo.deposits import night_of
from vigie.demo.generate import MARKER, REGION, generate
from vigie.settings import Settings

UNTIL = date(2026, 10, 31)
MONTHS = 12
FOLDERS = (
    "depot", "landing", "raw.duckdb", "retours", "build", "published", "nights", "data_docs", "journaux", "dbt",
)  # fmt: skip
MIB = 1024 * 1024


@dataclass
class Month:
    """What the nights of one month took. Seconds and MiB per night, those that found something new apart."""

    name: str
    calm_s: list[float] = field(default_factory=list)
    busy_s: list[float] = field(default_factory=list)
    peak_mib: float = 0.0
    red: int = 0
    disk: dict[str, float] = field(default_factory=dict)
    files: int = 0


def vigie(home: Path, day: date, *verb: str) -> tuple[float, float, int, str]:
    """Runs one command dated `day`: its seconds, the peak of its largest process in MiB, its exit code, its output."""
    start = time.perf_counter()
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "vigie", *verb, "--date", day.isoformat()],
            env=os.environ | {"VIGIE_HOME": str(home)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        told = output.read()
    return time.perf_counter() - start, usage.ru_maxrss / 1024, process.returncode, told


def take_in(waiting: Path, drop_folder: Path, until: datetime) -> int:
    """Moves into the drop folder what its senders had dropped by then, dates kept; returns how many files."""
    moved = 0
    for path in sorted(p for p in waiting.rglob("*") if p.is_file()):
        dropped = datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None)
        if path.name == MARKER or dropped < until:
            target = drop_folder / path.relative_to(waiting)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, target)
            moved += 1
    return moved


def weigh(home: Path) -> tuple[dict[str, float], int]:
    """MiB on disk of each folder, `autres` for what no list names, and how many files stand there."""
    weights = dict.fromkeys((*FOLDERS, "autres"), 0.0)
    files = 0
    for path in home.rglob("*"):
        if path.is_file() and not path.is_symlink():
            top = path.relative_to(home).parts[0]
            weights[top if top in weights else "autres"] += path.stat().st_blocks * 512 / MIB
            files += 1
    return weights, files


def one_night(home: Path, day: date, month: Month) -> None:
    """The night of `day`, then what the DAG publish_steering makes when it published."""
    published = Settings(home=home).publication_path
    before = published.stat().st_ino if published.exists() else None
    seconds, peak, code, told = vigie(home, day, "night", "--without-airflow")
    is_new = published.exists() and published.stat().st_ino != before
    if code:
        month.red += 1
        print(f"{day}: nuit rouge\n{told[-1500:]}", file=sys.stderr, flush=True)
    if is_new:
        for verb in ("export", "site"):
            more, high, code, told = vigie(home, day, verb)
            peak, seconds = max(peak, high), seconds + more
            if code:
                print(f"{day}: {verb}\n{told[-1500:]}", file=sys.stderr, flush=True)
    (month.busy_s if is_new else month.calm_s).append(seconds)
    month.peak_mib = max(month.peak_mib, peak)


def year(home: Path, waiting: Path, nights: int, arrivals: set[int]) -> Iterable[Month]:
    """Plays the nights that end with the demonstration's own, a month after the other."""
    last = night_of(UNTIL).date()
    month = Month("")
    for rank in range(nights):
        day = last - timedelta(days=nights - 1 - rank)
        if month.name != f"{day:%Y-%m}":
            if month.name:
                yield month
            month = Month(f"{day:%Y-%m}")
        if rank == 0 or day == last or not arrivals or day.day in arrivals:
            take_in(waiting, home / "depot", datetime.combine(day, datetime.min.time()))
        one_night(home, day, month)
        if day.weekday() == 6:
            vigie(home, day, "housekeeping")
        month.disk, month.files = weigh(home)
    yield month


def row(month: Month) -> str:
    total = sum(month.disk.values())
    cells = [
        month.name, str(len(month.calm_s) + len(month.busy_s)), str(len(month.busy_s)), str(month.red),
        f"{median(month.calm_s or [0]):.1f}", f"{median(month.busy_s or [0]):.1f}", f"{month.peak_mib:,.0f}",
        f"{total:,.0f}", *(f"{month.disk[name]:,.1f}" for name in (*FOLDERS, "autres")), f"{month.files:,}",
    ]  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def curve(months: list[Month]) -> str:
    """A bar per month: all of the disk, of which what was received and what was loaded."""
    most = max(sum(month.disk.values()) for month in months)
    lines = []
    for month in months:
        data = month.disk["depot"] + month.disk["landing"] + month.disk["raw.duckdb"]
        total = sum(month.disk.values())
        full = round(50 * data / most)
        bar = "█" * full + "░" * (round(50 * total / most) - full)
        lines.append(f"{month.name} {bar} {total:,.0f}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--territories", type=int, default=90)
    parser.add_argument("--nights", type=int, default=365)
    parser.add_argument("--arrivals", type=int, nargs="*", default=[])
    parser.add_argument("--seed", type=int, default=32)
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vigie-annee-") as folder:
        home = given.home or Path(folder, "home")
        waiting = Path(folder, "en_route")
        seeds = Settings.from_environment().seeds
        generate(waiting, seeds, given.territories, MONTHS, UNTIL, given.seed)
        (home / "depot" / REGION).mkdir(parents=True)
        names = ("mois", "nuits", "publiées", "rouges", "nuit calme (s)", "nuit publiée (s)", "pic (Mio)",
                 "disque (Mio)", *FOLDERS, "autres", "fichiers")  # fmt: skip
        print("| " + " | ".join(names) + " |\n|---|" + "--:|" * (len(names) - 1), flush=True)
        months = []
        for month in year(home, waiting, given.nights, set(given.arrivals)):
            months.append(month)
            print(row(month), flush=True)
        print(f"\n```\n{curve(months)}\n```")


if __name__ == "__main__":
    main()
