"""A simulated year of nights: every file of a synthetic region reaches the drop folder at its own date, each night is
given its date, and what the installation weighs is measured at the end of each month.

Prints, in Markdown, a row per month (disk by folder, seconds and memory of its nights), then a curve.
A night of another day is another edition, built and published even when nothing arrived: `--every N` plays one night
out of N, for who has no hours to give.
Usage: python benchmarks/year/run.py [--territories N] [--days N] [--every N] [--seed N] [--home DIR]
"""

import argparse
import importlib
import os
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from statistics import median

from vigie.demo.deposits import night_of
from vigie.demo.generate import MARKER, REGION, generate
from vigie.diffusion import steps as diffusion
from vigie.night import housekeeping, steps
from vigie.settings import Settings

UNTIL = date(2026, 10, 31)
MONTHS = 12
FOLDERS = (
    "depot", "landing", "raw.duckdb", "retours", "build", "published", "nights", "data_docs", "journaux", "dbt",
)  # fmt: skip
MIB = 1024 * 1024
AT = time_of_day(1)
# The rooms that a night opens late, so that each night need not.
LATE = (
    "dbt.cli.main", "great_expectations", "vigie.answers.sending", "vigie.diffusion.pages", "vigie.warehouse.builder",
    "vigie.warehouse.checks", "vigie.warehouse.publication",
)  # fmt: skip


@dataclass
class Month:
    """What the nights of one month took, seconds each, and the peak of the worst."""

    name: str
    seconds: list[float] = field(default_factory=list)
    peak_mib: float = 0.0
    red: int = 0
    disk: dict[str, float] = field(default_factory=dict)
    files: int = 0


def apart(work: Callable[[], object]) -> tuple[float, float, bool]:
    """Does it in a process of its own, as a task of Airflow would: its seconds, peak in MiB, and whether it went well.

    The process is forked from this one, which imported everything: a year would else be spent importing.
    """
    start = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status, usage = os.wait4(pid, 0)
    return time.perf_counter() - start, usage.ru_maxrss / 1024, status == 0


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
    """MiB on disk of each folder, `autres` for what no list names, and how many files stand there; links weigh once."""
    weights = dict.fromkeys((*FOLDERS, "autres"), 0.0)
    seen = set()
    for path in home.rglob("*"):
        if path.is_file() and not path.is_symlink() and path.stat().st_ino not in seen:
            top = path.relative_to(home).parts[0]
            weights[top if top in weights else "autres"] += path.stat().st_blocks * 512 / MIB
            seen.add(path.stat().st_ino)
    return weights, len(seen)


def one_night(settings: Settings, run_at: datetime, month: Month) -> None:
    """The night of that moment, then what the DAG publish_steering makes when it published."""

    def night() -> None:
        summary = steps.run_without_airflow(settings, run_at, lambda *_: None)
        if summary["publie"]:
            diffusion.export_files(settings, run_at)
            diffusion.render_pages(settings, run_at)

    seconds, peak, went_well = apart(night)
    summary = steps.summary(settings, run_at)
    month.red += not went_well or bool(summary["echecs"] or summary["incidents"])
    for told in (*summary["echecs"], *summary["incidents"]):
        print(f"{run_at}: {told}", file=sys.stderr, flush=True)
    month.seconds.append(seconds)
    month.peak_mib = max(month.peak_mib, peak)


def year(settings: Settings, waiting: Path, days: int, every: int) -> Iterable[Month]:
    """Plays the nights of the days that end with the demonstration's own, a month after the other."""
    last = night_of(UNTIL).date()
    month = Month("")
    for day in sorted(last - timedelta(days=back) for back in range(0, days, every)):
        if month.name != f"{day:%Y-%m}":
            if month.name:
                month.disk, month.files = weigh(settings.home)
                yield month
            month = Month(f"{day:%Y-%m}")
        take_in(waiting, settings.drop_folder, datetime.combine(day, datetime.min.time()))
        run_at = datetime.combine(day, AT)
        one_night(settings, run_at, month)
        housekeeping.tidy(settings, run_at)
    month.disk, month.files = weigh(settings.home)
    yield month


def row(month: Month) -> str:
    total = sum(month.disk.values())
    cells = [
        month.name, str(len(month.seconds)), str(month.red), f"{median(month.seconds):.1f}", f"{month.peak_mib:,.0f}",
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
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--seed", type=int, default=32)
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    for name in LATE:
        importlib.import_module(name)
    with tempfile.TemporaryDirectory(prefix="vigie-annee-") as folder:
        settings = Settings(home=given.home or Path(folder, "home"))
        waiting = Path(folder, "en_route")
        generate(waiting, settings.seeds, given.territories, MONTHS, UNTIL, given.seed)
        (settings.drop_folder / REGION).mkdir(parents=True)
        names = (
            "mois", "nuits", "rouges", "nuit médiane (s)", "pic (Mio)", "disque (Mio)", *FOLDERS, "autres", "fichiers",
        )  # fmt: skip
        print("| " + " | ".join(names) + " |\n|---|" + "--:|" * (len(names) - 1), flush=True)
        months = []
        for month in year(settings, waiting, given.days, given.every):
            months.append(month)
            print(row(month), flush=True)
        print(f"\n```\n{curve(months)}\n```")


if __name__ == "__main__":
    main()
