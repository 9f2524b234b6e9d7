"""Mutated files through the real door: dropped, collected, judged, answered. Each ends in a verdict or a named failure.

Some change while they are read. What is bounded: the seconds of a batch, the memory of every process.
"""

import hashlib
import os
import shutil
import threading
from collections import Counter
from pathlib import Path
from random import Random

import duckdb
from mutants import mutant, name_of, originals
from scene import Part, Region, run

from vigie.file_names import is_ready
from vigie.settings import Settings

BATCH = 200
CHANGING = 4
MONTH = "2026-11-20"


class _Changing:
    """Files that somebody writes again and again until told to stop."""

    def __init__(self, folder: Path, content: bytes, rng: Random) -> None:
        self._paths = [folder / f"en_ecriture_{rank}.csv" for rank in range(CHANGING)]
        self._content, self._seed = content, rng.random()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write)

    def _write(self) -> None:
        rng = Random(self._seed)
        while not self._stop.is_set():
            for path in self._paths:
                path.write_bytes(self._content * rng.randint(1, 30))
                os.utime(path, (0, 1_790_000_000))
                self._stop.wait(0.003)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def mutations(part: Part, region: Region, folder: Path) -> None:
    """Batches of mutants on one home that keeps everything, as years would."""
    settings = Settings(home=folder / "mutants")
    files = originals(region.settings.drop_folder)
    territories = sorted(p.name for p in region.settings.drop_folder.iterdir() if p.name.isdigit())
    shutil.copytree(region.settings.drop_folder / "region", settings.drop_folder / "region")
    while part.goes_on():
        dropped = _drop(settings, part, files, territories)
        with _Changing(settings.drop_folder / territories[0], files["plat.csv"], part.rng):
            collected = run(settings.home, "collect", "--date", MONTH)
        judged = run(settings.home, "gate", "--date", MONTH)
        for ended in (collected, judged):
            part.measured(ended.seconds, ended.mib)
            told = ended.told[-1500:]
            part.expect("Traceback" not in ended.told, f"trace : {told}")
            part.expect(ended.code in (0, 1), f"code {ended.code} : {told}")
        told = (collected.told + judged.told).replace("\n", " ")
        outcomes = _outcomes(settings, dropped, told)
        part.counts += outcomes
        part.expect(
            not outcomes["perdu"], f"{outcomes['perdu']} fichiers sans verdict : {told[-1500:]}"
        )
        beside = {path.name for path in folder.iterdir()} - {settings.home.name}
        part.expect(not beside, f"écrit hors du dossier : {beside}")
        for path in settings.drop_folder.glob("[0-9]*"):
            shutil.rmtree(path)


def _drop(
    settings: Settings, part: Part, files: dict[str, bytes], territories: list[str]
) -> dict[str, str]:
    """Drops a batch; gives the kind of each content by digest."""
    dropped = {}
    for _ in range(min(BATCH, max(1, part.asked - part.done))):
        kind, original, content = mutant(part.rng, files)
        target = (
            settings.drop_folder
            / part.rng.choice(territories)
            / name_of(part.rng, original, part.done)
        )
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        os.utime(target, (0, 1_790_000_000))
        part.done += 1
        if len(content) <= settings.max_report_bytes:
            dropped[hashlib.sha256(content).hexdigest()] = kind
    for siren in territories:
        (settings.drop_folder / siren).mkdir(exist_ok=True)
    return dropped


def _outcomes(settings: Settings, dropped: dict[str, str], told: str) -> Counter[str]:
    """How many of each verdict; `perdu`: neither a verdict nor named in what the commands said."""
    outcomes: Counter[str] = Counter()
    with duckdb.connect(str(settings.raw_path), read_only=True) as connection:
        verdicts = dict(connection.execute("select sha256, verdict from rapports").fetchall())
    there = [path for path in settings.drop_folder.rglob("*") if path.is_file()]
    names = {hashlib.sha256(path.read_bytes()).hexdigest(): path.name for path in there}
    # What changed while it was read was dropped by nobody, and has a receipt all the same.
    received = {path.stem: "" for path in settings.landing.glob("recus/*/*.json")}
    for digest in dropped | received:
        if verdict := verdicts.get(digest):
            outcomes[verdict] += digest in dropped
        elif not is_ready(names.get(digest, digest)):
            outcomes["nom caché, que le dépôt ne lit pas"] += 1
        elif digest in told or names.get(digest, digest).split("\n")[0] in told:
            outcomes["incident ou refus de la source, nommé"] += 1
        else:
            outcomes["perdu"] += 1
    return outcomes
