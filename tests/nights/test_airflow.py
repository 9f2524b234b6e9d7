"""Nights under the real Airflow, for invented situations: one territory fine, one down, one corrupt, one suspicious."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import psutil
import pytest
from gate.reports import actions, csv_report, receipt

from vigie import airflow_night
from vigie.airflow_night import environment, local
from vigie.airflow_night.api import FINISHED, Api
from vigie.airflow_night.environment import LocalAirflow, airflow_home
from vigie.airflow_night.processes import is_up, recorded, recorded_port
from vigie.arrival import landing
from vigie.files import write_json
from vigie.settings import PROJECT_ROOT, Settings

pytestmark = pytest.mark.xdist_group("airflow")

FINE, DOWN, CORRUPT, SUSPICIOUS = "246200729", "200018083", "200030633", "200033579"
INCIDENT = "200044030"
SOURCES = f"""source_id,siren_epci,nom,canal,adresse,format,connexion,correspondance,est_active
fine,{FINE},Bonne,depot,{FINE},auto,,,true
down,{DOWN},Muette,depot,../ailleurs,auto,,,true
corrupt,{CORRUPT},Abîmée,depot,{CORRUPT},auto,,,true
suspicious,{SUSPICIOUS},Douteuse,depot,{SUSPICIOUS},auto,,,true
incident,{INCIDENT},Malchanceuse,depot,{INCIDENT},auto,,,true
"""
FIRST_NIGHT = datetime(2026, 2, 2, 1)
PATIENCE_S = 400


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Four territories and what they deposited."""
    home = tmp_path_factory.mktemp("airflow")
    project = project_without_pages(home / "project")
    (project / "seeds" / "sources.csv").write_text(SOURCES, encoding="utf-8")
    deposits = {
        f"{FINE}/decembre.csv": csv_report(FINE, actions(4)),
        f"{CORRUPT}/decembre.xlsx": b"PK\x03\x04 only the beginning",
        f"{SUSPICIOUS}/novembre.csv": csv_report(
            SUSPICIOUS, actions(4), date_situation="30/11/2025"
        ),
        f"{SUSPICIOUS}/decembre.csv": csv_report(
            SUSPICIOUS, actions(4, budget_prevu_eur="9000000")
        ),
    }
    (home / "ailleurs").mkdir()
    _meet_a_defect(Settings(home=home))
    for name, content in deposits.items():
        file = home / "depot" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        written = datetime(2026, 1, 10, tzinfo=UTC).timestamp()
        os.utime(file, (written, written))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIGIE_HOME", str(home))
        patch.setenv("VIGIE_PROJECT", str(project))
        patch.setattr(environment, "PROJECT_ROOT", project)
        # Two o'clock may strike while these tests run.
        patch.setenv("VIGIE_WITHOUT_SCHEDULE", "1")
        settings = Settings(home=home)
        yield settings
        airflow_night.down(settings)
        assert ours(settings) == []


def _meet_a_defect(settings: Settings) -> None:
    """A report already landed, with a receipt that the code does not expect: its reader ends in a TypeError."""
    content = csv_report(INCIDENT, actions(4))
    got = receipt(INCIDENT, content, source="incident")
    landing.content_path(settings, got.sha256).parent.mkdir(parents=True)
    landing.content_path(settings, got.sha256).write_bytes(content)
    dates = {name: value.isoformat() for name, value in vars(got).items() if name.endswith("_le")}
    path = landing.receipt_path(settings, "incident", got.sha256)
    write_json(path, vars(got) | dates | {"taille_octets": "une taille"})


def project_without_pages(folder: Path) -> Path:
    """The project, less the minute that ninety pages and their PDF take: they have tests of their own."""
    for part in ("dags", "dbt_project", "seeds"):
        shutil.copytree(PROJECT_ROOT / part, folder / part)
    steering = folder / "dags" / "publish_steering.py"
    call = "steps.render_pages(run.settings, run.moment)"
    text = steering.read_text(encoding="utf-8")
    assert call in text
    steering.write_text(text.replace(call, "assert run.moment"), encoding="utf-8")
    return folder


def vigie_night(settings: Settings) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "vigie", "night", "--date", f"{FIRST_NIGHT.isoformat()}+00:00"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # What a shell starts beside itself ignores Ctrl-C, the tests perhaps.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def wait_until(reached: Callable[[], bool], process: subprocess.Popen[str] | None = None) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not reached():
        assert time.monotonic() < deadline
        assert process is None or process.poll() is None, process and process.communicate()[0]
        time.sleep(0.1)


def ours(settings: Settings) -> list[str]:
    """The living processes that work in this folder."""
    home = str(settings.home)
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("VIGIE_HOME") == home and process.pid != os.getpid():
                found.append(" ".join(process.cmdline()))
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def some_landed(settings: Settings) -> Callable[[], bool]:
    return lambda: any(settings.landing.glob("recus/*/*.json"))


def test_ctrl_c_during_a_night_leaves_no_process(settings: Settings) -> None:
    with vigie_night(settings) as night:
        wait_until(lambda: len(recorded(airflow_home(settings))) == 4, night)
        night.send_signal(signal.SIGINT)
        night.communicate(timeout=PATIENCE_S)
    assert night.returncode != 0
    assert ours(settings) == []


def test_a_killed_night_is_cleaned_and_taken_up_by_a_resident_airflow(settings: Settings) -> None:
    with vigie_night(settings) as night:
        wait_until(some_landed(settings), night)
        night.kill()
    airflow_night.up(settings, local.free_port())
    with vigie_night(settings) as night:
        printed, _ = night.communicate(timeout=PATIENCE_S)
    assert is_up(airflow_home(settings)), printed
    # One territory is down: the night is red, names it in its own words, and publishes the others.
    assert night.returncode == 1, printed
    assert "collect_reports a échoué" in printed
    assert "sort du dossier de dépôt" in printed
    # A report that a defect of Vigie keeps from being judged is named too, and gets neither verdict nor answer.
    assert "Malchanceuse : « rapport.csv »" in printed
    assert "par un défaut de Vigie (TypeError, guard.py" in printed
    assert not (settings.answers / INCIDENT).exists()
    with duckdb.connect(str(settings.publication_path), read_only=True) as published:
        verdicts = published.execute(
            "select siren_epci, verdict from qualite.rapports order by date_situation, siren_epci"
        ).fetchall()
        counted = published.execute("select distinct siren_epci from marts.fct_actions").fetchall()
    assert INCIDENT not in {siren for siren, _ in verdicts}
    assert (CORRUPT, "rejete") in [(s or CORRUPT, v) for s, v in verdicts]
    assert (SUSPICIOUS, "a_valider") in verdicts
    assert {siren for (siren,) in counted} == {FINE, SUSPICIOUS}


def budgets(settings: Settings) -> set[float]:
    with duckdb.connect(str(settings.publication_path), read_only=True) as published:
        rows = published.execute(
            "select distinct budget_prevu_eur from marts.fct_actions where siren_epci = ?",
            [SUSPICIOUS],
        ).fetchall()
    return {budget for (budget,) in rows}


def requests(airflow: Api, run_id: str) -> list[dict[str, Any]]:
    body = airflow.call("GET", f"/api/v2/dags/review_quarantine/dagRuns/{run_id}/hitlDetails")
    return list(body["hitl_details"])


@pytest.fixture
def airflow(settings: Settings) -> Iterator[Api]:
    """The API of the Airflow that the test before left running."""
    home = airflow_home(settings)
    assert is_up(home)
    with Api(LocalAirflow(settings, recorded_port(home))) as api:
        api.log_in()
        yield api


def test_a_report_approved_in_airflow_enters_the_figures(settings: Settings, airflow: Api) -> None:
    assert budgets(settings) == {45000.0}
    (run_id,) = airflow.begun_runs("review_quarantine")
    wait_until(lambda: bool(requests(airflow, run_id)))
    (request,) = requests(airflow, run_id)
    assert "30/11/2025" in request["body"] or "budget" in request["body"]
    assert request["options"] == ["Approuver", "Refuser"]
    assert request["defaults"] == ["Refuser"]
    before = airflow.begun_runs("build_warehouse")
    # No person is so quick: answered before its scheduler has read that the task waits, Airflow 3.3 fails the task.
    time.sleep(5)
    airflow.call(
        "PATCH",
        f"/api/v2/dags/review_quarantine/dagRuns/{run_id}/taskInstances/review_one.ask/0/hitlDetails",
        json={"chosen_options": ["Approuver"], "params_input": {"motif": "Marché notifié."}},
    )
    wait_until(lambda: airflow.run_state("review_quarantine", run_id) in FINISHED)
    assert airflow.run_state("review_quarantine", run_id) == "success"
    wait_until(lambda: bool(airflow.begun_runs("build_warehouse") - before))
    (build,) = airflow.begun_runs("build_warehouse") - before
    wait_until(lambda: airflow.run_state("build_warehouse", build) in FINISHED)
    assert airflow.run_state("build_warehouse", build) == "success"
    assert budgets(settings) == {9000000.0}


def test_a_night_typed_while_another_of_its_moment_goes_waits_and_keeps_its_own_record(
    settings: Settings, airflow: Api
) -> None:
    before = set(settings.nights.glob("2*"))
    airflow.trigger("collect_reports", {"date": f"{FIRST_NIGHT.isoformat()}+00:00"})
    with vigie_night(settings) as night:
        printed, _ = night.communicate(timeout=PATIENCE_S)
    assert night.returncode == 1 and "Traceback" not in printed, printed
    assert "sort du dossier de dépôt" in printed
    records = set(settings.nights.glob("2*")) - before
    assert len(records) == 2
    for record in records:
        steps = {path.stem for path in record.iterdir()}
        assert steps >= {"collecte", "controle", "reponses", "construction"}, record
