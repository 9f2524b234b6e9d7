"""Today's code on what each version released left: a night passes, and a backup alone gives everything back."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from tests.versions import RELEASED, install
from vigie.night import backup as copies
from vigie.night import rebuild as again
from vigie.night import steps as night
from vigie.settings import Settings
from vigie.warehouse import publication, raw

RUN_AT = datetime(2026, 11, 21, 1)


def loaded(settings: Settings) -> list[tuple[object, ...]]:
    """Each report and what was loaded of it, whatever the version of the file."""
    with duckdb.connect(str(settings.raw_path), read_only=True) as connection:
        return connection.execute(
            "select rapport_id, (select count(*) from lignes where rapport_id = rapports.rapport_id)"
            " from rapports order by all"
        ).fetchall()


def silent(step: str, done: int, total: int) -> None: ...


@pytest.mark.parametrize("version", RELEASED)
def test_a_night_passes_on_what_each_version_left(version: str, tmp_path: Path) -> None:
    settings = install(version, tmp_path)
    before = loaded(settings)
    summary = night.run_without_airflow(settings, RUN_AT, silent)
    assert (summary["echecs"], summary["incidents"]) == ([], [])
    assert (summary["nouveaux"], summary["publie"]) == (0, True)
    assert loaded(settings) == before != []


@pytest.mark.usefixtures("replayed_builds")
@pytest.mark.parametrize("version", RELEASED)
def test_a_backup_alone_gives_everything_back(version: str, tmp_path: Path) -> None:
    settings = install(version, tmp_path / "avant")
    copies.backup(settings, tmp_path / "copie", {})
    empty = Settings(home=tmp_path / "apres")
    restored = replace(empty, seeds=copies.restore(empty, tmp_path / "copie"))
    restored.drop_folder.mkdir(parents=True)
    summary = again.rebuild(restored, RUN_AT)
    assert summary["publie"]
    assert loaded(restored) == loaded(settings) != []
    with raw.reader(restored.raw_path) as connection:
        assert connection.execute("select count(*) from decisions").fetchall() == [(1,)]
    # A session frozen before its edition was kept in landing comes back the same, or is told not to.
    editions = [path.stem for path in (restored.published / "seances").glob("*.duckdb")]
    told = " ".join(summary["incidents"])
    assert (editions, told) == (["copil_2026_11"], "") or "COPIL 2026-11" in told

    identity = publication.current_id(restored)
    again.rebuild(restored, RUN_AT)
    assert publication.current_id(restored) == identity
    assert not night.summary(restored, RUN_AT)["publie"]
