"""Publications one after the other under readers that never stop: none fails, none sees two halves."""

import multiprocessing
import shutil
import time
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import duckdb
from scene import Part, Region

from vigie.warehouse import publication

READERS = 8
# Between two questions of a reader: nobody asks without ever stopping, and the writer needs a core.
PAUSE_S = 0.1
_SUMS = """
    select (select publication_id from marts.publication), (select count(*) from marts.fct_indicateurs),
        (select sum(hash(f)::hugeint) from marts.fct_actions as f)
"""


def _read_for_ever(path: str, stop: Event, answers: Any) -> None:
    """Opens, reads and closes until told to stop; gives how many times, the slowest, and each thing seen or failed."""
    reads, slowest, seen = 0, 0.0, set()
    while not stop.is_set():
        start = time.perf_counter()
        try:
            with duckdb.connect(path, read_only=True) as connection:
                seen.add(str(connection.execute(_SUMS).fetchone()))
        except duckdb.Error as error:
            seen.add(repr(error))
        slowest = max(slowest, time.perf_counter() - start)
        reads += 1
        stop.wait(PAUSE_S)
    answers.put((reads, slowest, seen))


def _editions(region: Region, folder: Path) -> list[Path]:
    """Two builds of other identities and contents."""
    (built,) = region.settings.build_folder.glob("*/vigie.duckdb")
    paths = []
    for rank in range(2):
        path = folder / f"edition-{rank}.duckdb"
        shutil.copy(built, path)
        with duckdb.connect(str(path)) as connection:
            connection.execute("update marts.publication set publication_id = ?", [f"soak-{rank}"])
            connection.execute("update marts.fct_actions set commentaire = ?", [f"édition {rank}"])
        paths.append(path)
    return paths


def readers(part: Part, region: Region, folder: Path) -> None:
    settings = region.after_its_night(folder / "lue")
    editions = _editions(region, folder)
    whole = set()
    for path in editions:
        publication.publish(settings, path)
        with duckdb.connect(str(settings.publication_path), read_only=True) as connection:
            whole.add(str(connection.execute(_SUMS).fetchone()))
    context = multiprocessing.get_context("spawn")
    stop, answers = context.Event(), context.Queue()
    path = str(settings.publication_path)
    processes = [
        context.Process(target=_read_for_ever, args=(path, stop, answers)) for _ in range(READERS)
    ]
    for process in processes:
        process.start()
    while part.goes_on():
        start = time.perf_counter()
        publication.publish(settings, editions[part.done % 2])
        part.measured(time.perf_counter() - start)
        part.done += 1
    stop.set()
    for _ in processes:
        reads, slowest, seen = answers.get(timeout=60)
        part.counts["lectures"] += reads
        part.counts["lecture la plus lente (ms)"] = max(
            part.counts["lecture la plus lente (ms)"], round(slowest * 1000)
        )
        part.expect(seen <= whole, f"lu autre chose qu'une édition entière : {seen - whole}")
    for process in processes:
        process.join()
    left = [path.name for path in settings.published.glob(".vigie.*.part*")]
    part.expect(left == [], f"restes de publication : {left}")
