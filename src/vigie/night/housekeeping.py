"""Keeps an installation small: what nobody reads any more goes, figures and what senders sent never do."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from vigie.errors import OperatorError, SettingsError
from vigie.night.steps import night_moment
from vigie.settings import Settings

METADATA = "VIGIE_AIRFLOW_METADATA"
# A build is of use to the night that made it, and to whoever looks at why it was refused.
BUILDS_KEPT = 3
# What a killed process left half written; nothing takes so long to write.
HALF_WRITTEN_FOR = timedelta(days=1)
DOCS_KEPT = timedelta(days=30)
NIGHTS_KEPT = timedelta(days=400)
AIRFLOW_KEPT = timedelta(days=60)
# A reminder nobody sent is out of date, and the workbook in it holds confidential actions.
REMINDERS_KEPT = timedelta(days=30)


def tidy(settings: Settings, run_at: datetime) -> dict[str, int]:
    """Removes old builds, half-written files, old Data Docs, records of nights and logs of Airflow.

    Returns how many of each went. `run_at` (naive UTC) dates the nights; files are dated by their own clock.
    """
    builds = sorted(_folders(settings.build_folder), key=lambda folder: folder.stat().st_mtime)
    return {
        "constructions": _remove(builds[:-BUILDS_KEPT]),
        "fichiers_inacheves": _remove(_half_written(settings.home))
        + _remove(_untouched(settings.copies, "*", HALF_WRITTEN_FOR)),
        "data_docs": _remove(_older(settings.data_docs, run_at - DOCS_KEPT)),
        "nuits": _remove(_older(settings.nights, run_at - NIGHTS_KEPT)),
        "journaux_airflow": _remove(
            _untouched(settings.home / "airflow" / "logs", "*.log", AIRFLOW_KEPT)
        ),
        "relances": _remove(_untouched(settings.home / "relances", "*", REMINDERS_KEPT)),
    }


def _folders(folder: Path) -> list[Path]:
    return [path for path in folder.glob("*") if path.is_dir()]


def _half_written(home: Path) -> Iterator[Path]:
    """The temporary files of `vigie.files`, wherever they stand but in the drop folder, which is its senders'."""
    limit = time.time() - HALF_WRITTEN_FOR.total_seconds()
    for folder in _folders(home):
        if folder.name == "depot":
            continue
        for path in folder.rglob(".*.part"):
            if path.is_file() and path.stat().st_mtime < limit:
                yield path


def _older(folder: Path, limit: datetime) -> list[Path]:
    """What is kept by night in `folder` (its name begins by the moment) and is older than `limit`."""
    return [path for path in folder.glob("2*T*Z*") if night_moment(path) < limit]


def _untouched(folder: Path, names: str, kept: timedelta) -> Iterator[Path]:
    limit = time.time() - kept.total_seconds()
    for path in folder.rglob(names):
        if path.stat().st_mtime < limit:
            yield path


def _remove(paths: Iterable[Path]) -> int:
    removed = 0
    for path in list(paths):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        removed += 1
    return removed


def clean_metadata(before: datetime) -> None:
    """Removes from Airflow's metadata what is older than `before` (aware), by Airflow's own command.

    A task may not reach the metadata itself: their address comes in VIGIE_AIRFLOW_METADATA. Raises SettingsError
    without it, OperatorError with the last words of the command when it fails.
    """
    if METADATA not in os.environ:
        raise SettingsError(f"{METADATA} doit donner l'adresse de la base d'Airflow à nettoyer.")
    done = subprocess.run(
        [
            sys.executable, "-m", "airflow", "db", "clean", "--clean-before-timestamp", before.isoformat(),
            "--skip-archive", "--yes",
        ],
        env=os.environ | {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": os.environ[METADATA]},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        last = "\n".join(done.stderr.splitlines()[-5:])
        raise OperatorError(f"La base d'Airflow n'a pas pu être nettoyée :\n{last}")
