"""Bringing a local Airflow to the point where a DAG can be triggered, whatever the last one left behind."""

import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from importlib.metadata import version

from vigie.airflow_night.api import Api
from vigie.airflow_night.environment import HOST, LocalAirflow
from vigie.airflow_night.processes import Processes, stop_recorded, tail
from vigie.errors import OperatorError
from vigie.files import write_atomically

DAG_IDS = (
    "collect_reports",
    "build_warehouse",
    "publish_steering",
    "review_quarantine",
    "refresh_reference",
    "housekeeping",
    "tell_operator",
    "tell_manager",
)
# The DAGs of a night; of the others, one waits for a person and may last days.
NIGHT_DAGS = DAG_IDS[:3]
_READY_SECONDS = 180


def free_port() -> int:
    """A port of the loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def start(processes: Processes, api: Api, outlive: bool) -> None:
    """Starts every component on a clean ground and returns when the DAGs can be triggered."""
    airflow = processes.airflow
    stop_recorded(airflow.home)
    _migrate(airflow)
    _end_interrupted_runs(airflow)
    started = time.time()
    processes.start(outlive)
    api.wait_until_healthy(_READY_SECONDS, processes.require_alive)
    api.wait_for_dags(set(DAG_IDS), started, _READY_SECONDS)


def _migrate(airflow: LocalAirflow) -> None:
    """Creates or upgrades Airflow's metadata; nothing to do when this version of Airflow already did."""
    airflow.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    marker = airflow.home / "version"
    current = version("apache-airflow-core")
    if marker.exists() and marker.read_text(encoding="utf-8") == current:
        return
    log = airflow.home / "migration.log"
    with log.open("wb") as stream:
        done = subprocess.run(
            [sys.executable, "-m", "airflow", "db", "migrate"],
            env=airflow.environment(),
            cwd=airflow.home,
            stdout=stream,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        raise OperatorError(f"La base d'Airflow n'a pas pu être préparée :\n{tail(log)}")
    write_atomically(marker, current.encode())


def _end_interrupted_runs(airflow: LocalAirflow) -> None:
    """Marks as failed what a killed Airflow left running: nobody will finish it, and the next run of the
    DAG would wait for it. Done while nothing runs, in the metadata themselves, for the same reason."""
    marks = ", ".join("?" * len(NIGHT_DAGS))
    unfinished = (
        "('queued', 'running', 'scheduled', 'restarting', 'up_for_retry', 'up_for_reschedule')"
    )
    with closing(sqlite3.connect(airflow.home / "airflow.db")) as metadata, metadata:
        metadata.execute(
            f"update task_instance set state = 'failed' where state in {unfinished} and dag_id in ({marks})",
            NIGHT_DAGS,
        )
        metadata.execute(
            "update dag_run set state = 'failed', end_date = coalesce(end_date, current_timestamp)"
            f" where state in ('queued', 'running') and dag_id in ({marks})",
            NIGHT_DAGS,
        )
        metadata.execute(
            f"delete from asset_dag_run_queue where target_dag_id in ({marks})", NIGHT_DAGS
        )
