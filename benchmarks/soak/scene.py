"""What the parts of the soak share: the time each is given, what it counts, the small region they all start from."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from vigie.settings import Settings
from vigie.warehouse import publication

NIGHT = ("night", "--without-airflow")
# A process past this hangs.
PATIENCE_S = 900


@dataclass
class Part:
    """One part of the soak: until when it goes on, what it drew and counted, and each thing found lost or wrong."""

    name: str
    asked: int
    deadline: float
    rng: Random
    done: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    worst_s: float = 0.0
    worst_mib: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def goes_on(self) -> bool:
        """Whether it has both something left to do and time for it; it does one thing at least."""
        return self.done == 0 or (self.done < self.asked and time.monotonic() < self.deadline)

    def measured(self, seconds: float, mib: float = 0.0) -> None:
        self.worst_s, self.worst_mib = max(self.worst_s, seconds), max(self.worst_mib, mib)

    def expect(self, holds: bool, otherwise: str) -> None:
        if not holds:
            self.wrong.append(otherwise)
            print(f"FAUX ({self.name}) : {otherwise}", file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Run:
    """How a command ended; `mib` is the peak of its largest process."""

    code: int
    told: str
    seconds: float
    mib: float


def run(home: Path, *verb: str) -> Run:
    """Runs one `vigie` command in `home`."""
    start = time.perf_counter()
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "vigie", *verb],
            env=os.environ | {"VIGIE_HOME": str(home)},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        told = output.read()
    return Run(process.returncode, told, time.perf_counter() - start, usage.ru_maxrss / 1024)


@dataclass(frozen=True)
class Region:
    """A small synthetic region after one undisturbed night, never written to again."""

    settings: Settings
    seconds: float
    tables: dict[str, str]

    def before_its_night(self, home: Path) -> Settings:
        """The same drop folder, nothing else, in `home`."""
        settings = replace(self.settings, home=home)
        shutil.copytree(self.settings.drop_folder, settings.drop_folder)
        return settings

    def after_its_night(self, home: Path) -> Settings:
        shutil.copytree(self.settings.home, home, symlinks=True)
        return replace(self.settings, home=home)

    def same_tables(self, settings: Settings) -> bool:
        path = settings.publication_path
        return path.exists() and publication.table_checksums(path) == self.tables


def region(home: Path, territories: int = 3, months: int = 3) -> Region:
    """Makes it in `home`. The models as its night parsed them then serve every other build."""
    settings = Settings(home=home)
    for verb in (
        ("demo", "--territories", str(territories), "--months", str(months)),
        NIGHT,
    ):
        made = run(home, *verb)
        if made.code:
            raise SystemExit(made.told)
    os.environ["DBT_PARTIAL_PARSE_FILE_PATH"] = str(home / "dbt" / "partial_parse.msgpack")
    return Region(settings, made.seconds, publication.table_checksums(settings.publication_path))


def stopped_in(settings: Settings) -> str:
    """The step whose mark the last command left behind; empty when it was between two."""
    marks = list(settings.nights.glob("*/*.en_cours"))
    return max(marks, key=lambda mark: mark.stat().st_mtime).stem if marks else "entre deux étapes"
