"""What nobody reads any more goes; what a sender sent, and what a night under way writes, stays."""

import os
import time
from datetime import datetime
from pathlib import Path

import pytest

from vigie.errors import OperatorError, SettingsError
from vigie.night import housekeeping
from vigie.settings import Settings

RUN_AT = datetime(2026, 11, 20, 17)
LONG_AGO = time.time() - 100 * 86400


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def write(path: Path, when: float | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("contenu")
    if when:
        os.utime(path, (when, when))
    return path


def left(settings: Settings) -> set[str]:
    return {str(p.relative_to(settings.home)) for p in settings.home.rglob("*") if p.is_file()}


def test_the_last_builds_alone_stay(settings: Settings) -> None:
    for number in range(6):
        file = write(settings.build_folder / f"nuit{number}" / "vigie.duckdb")
        os.utime(file.parent, (LONG_AGO + number, LONG_AGO + number))
    assert housekeeping.tidy(settings, RUN_AT)["constructions"] == 3
    assert left(settings) == {f"build/nuit{number}/vigie.duckdb" for number in (3, 4, 5)}


def test_half_written_files_go_but_for_those_of_today_and_of_senders(settings: Settings) -> None:
    write(settings.landing / "objets" / ".ab.12.part", LONG_AGO)
    write(settings.landing / "objets" / "ab", LONG_AGO)
    kept = {
        write(settings.published / ".vigie.duckdb.12.part"),
        write(settings.drop_folder / "246200729" / ".plan.12.part", LONG_AGO),
        settings.landing / "objets" / "ab",
    }
    assert housekeeping.tidy(settings, RUN_AT)["fichiers_inacheves"] == 1
    assert left(settings) == {str(path.relative_to(settings.home)) for path in kept}


def test_reminders_that_nobody_sent_go_after_a_month(settings: Settings) -> None:
    write(settings.home / "relances" / "200000172.eml", LONG_AGO)
    write(settings.home / "relances" / "rapport-200000172.xlsx", LONG_AGO)
    write(settings.home / "relances" / "246200729.eml")
    assert housekeeping.tidy(settings, RUN_AT)["relances"] == 2
    assert left(settings) == {"relances/246200729.eml"}


def test_docs_go_after_a_month_and_nights_after_a_year(settings: Settings) -> None:
    for name in ("20261001T000000Z_20261001T000012Z-ab", "20261118T000000Z"):
        write(settings.data_docs / name / "index.html")
        write(settings.nights / name / "collecte.json")
    write(settings.nights / "20250101T000000Z" / "collecte.json")
    done = housekeeping.tidy(settings, RUN_AT)
    assert (done["data_docs"], done["nuits"]) == (1, 1)
    assert len(list(settings.nights.iterdir())) == 2


def test_logs_of_airflow_go_after_two_months(settings: Settings) -> None:
    logs = settings.home / "airflow" / "logs"
    write(logs / "dag_id=collect_reports" / "attempt=1.log", LONG_AGO)
    write(logs / "dag_id=collect_reports" / "attempt=2.log")
    assert housekeeping.tidy(settings, RUN_AT)["journaux_airflow"] == 1


def test_a_second_time_finds_nothing(settings: Settings) -> None:
    assert set(housekeeping.tidy(settings, RUN_AT).values()) == {0}


def test_the_metadata_must_be_named_and_a_failure_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(housekeeping.METADATA, raising=False)
    with pytest.raises(SettingsError, match=housekeeping.METADATA):
        housekeeping.clean_metadata(RUN_AT)
    monkeypatch.setenv("AIRFLOW_HOME", str(settings.home / "airflow"))
    monkeypatch.setenv(housekeeping.METADATA, f"sqlite:///{settings.home}/nulle/part.db")
    with pytest.raises(OperatorError, match="nettoyée"):
        housekeeping.clean_metadata(RUN_AT)
