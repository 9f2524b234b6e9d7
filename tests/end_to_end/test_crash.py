"""A night killed during each of its steps, then run again, publishes what an undisturbed night publishes."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from vigie.settings import Settings
from vigie.warehouse import publication, raw

pytestmark = pytest.mark.timeout(300)
_PATIENCE_S = 120
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


def kill_when(process: subprocess.Popen[bytes], reached: Callable[[], bool]) -> None:
    """Sends SIGKILL to the process alone as soon as `reached`; fails if it ended before."""
    deadline = time.monotonic() + _PATIENCE_S
    while not reached():
        assert process.poll() is None, process.communicate()[0].decode()
        assert time.monotonic() < deadline, "the step was never reached"
        time.sleep(_NOTICE_S)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def test_a_night_killed_at_every_step_ends_in_the_same_publication(
    demo_night: Settings, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path)
    shutil.copytree(demo_night.drop_folder, settings.drop_folder)

    def some_landed() -> bool:
        return any(settings.landing.glob("recus/*/*.json"))

    def collected() -> bool:
        return any(settings.nights.glob("*/collecte.json"))

    def loading() -> bool:
        wal = settings.home / "raw.duckdb.wal"
        return settings.data_docs.exists() or (wal.exists() and wal.stat().st_size > 50_000)

    def building() -> bool:
        return any(settings.build_folder.glob("*/vigie.duckdb"))

    def publishing() -> bool:
        return any(settings.published.glob(".vigie.*.part"))

    for reached in (some_landed, collected, loading, building, publishing):
        kill_when(vigie(tmp_path, "night", "--without-airflow"), reached)
        assert not settings.publication_path.exists()
    finish(vigie(tmp_path, "night", "--without-airflow"))

    expected = publication.table_checksums(demo_night.publication_path)
    assert publication.table_checksums(settings.publication_path) == expected != {}


def test_a_second_night_finds_nothing_new_and_says_so(demo_copy: Settings) -> None:
    before = demo_copy.publication_path.stat()
    output = finish(vigie(demo_copy.home, "night", "--without-airflow"))
    assert "Rien de nouveau" in output
    assert "Publication inchangée" in output
    after = demo_copy.publication_path.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_rebuilding_from_the_landing_area_gives_the_same_figures(demo_copy: Settings) -> None:
    before = publication.table_checksums(demo_copy.publication_path)
    demo_copy.publication_path.unlink()
    demo_copy.raw_path.unlink()
    finish(vigie(demo_copy.home, "rebuild"))
    assert publication.table_checksums(demo_copy.publication_path) == before
    with raw.reader(demo_copy.raw_path) as connection:
        assert connection.execute("select count(*) > 0 from rapports").fetchone() == (True,)
