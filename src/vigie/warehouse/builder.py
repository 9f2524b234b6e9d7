"""Builds a new warehouse file with dbt: same raw, same code, same cut-off give the same content."""

import ctypes
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

import duckdb

from vigie.clock import day_in_paris
from vigie.errors import BuildFailed, DamagedFile
from vigie.files import make_private, read_json
from vigie.settings import PROJECT_ROOT, Settings
from vigie.warehouse import editions, raw, raw_schema
from vigie.warehouse.damaged import publication_opened

DBT_PROJECT = PROJECT_ROOT / "dbt_project"
CONTENT_DIGITS = 8
_CODE_SUFFIXES = {".sql", ".yml", ".yaml", ".py", ".md", ".csv"}
_LINES_OF_LOG = 40
_PR_SET_PDEATHSIG = 1
# A session frozen is no new content: it only adds to what is compared.
_SESSION_TABLES = ("seances", "seances_valeurs")


@dataclass(frozen=True)
class Cutoff:
    """Both clocks: what was true on `date_situation`, as it was known at `connu_le` (naive UTC)."""

    date_situation: date
    connu_le: datetime

    @classmethod
    def at_end_of(cls, day: date) -> "Cutoff":
        """Everything true and known on that day."""
        return cls(day, datetime.combine(day, time(23, 59, 59)))


def cutoff_of_night(settings: Settings, run_at: datetime) -> Cutoff:
    """Both clocks of the edition of a night: its day in Paris, and the moment of the night or, when something of the
    same day entered since, the moment that was known.

    When nothing was learnt since the edition that readers see of that day, its own clocks.
    """
    whole_day = Cutoff.at_end_of(day_in_paris(run_at))
    latest = _latest_known(settings, whole_day.connu_le)
    shown = _shown_cutoff(settings)
    is_of_the_day = shown is not None and shown.date_situation == whole_day.date_situation
    if shown is not None and is_of_the_day and latest <= shown.connu_le <= whole_day.connu_le:
        return shown
    return Cutoff(whole_day.date_situation, max(run_at, latest))


def _latest_known(settings: Settings, limit: datetime) -> datetime:
    """The latest moment at which something raw holds was known, among those before `limit`."""
    if not settings.raw_path.exists():
        return datetime.min
    with raw.reader(settings.raw_path) as connection:
        row = connection.execute(
            "select max(moment) from (select connu_le as moment from rapports"
            " union all select decide_le from decisions union all select decide_le from decisions_actions)"
            " where moment <= ?",
            [limit],
        ).fetchone()
    return row[0] if row and row[0] is not None else datetime.min


def _shown_cutoff(settings: Settings) -> Cutoff | None:
    if not settings.publication_path.exists():
        return None
    with publication_opened(settings.publication_path) as connection:
        row = connection.execute(
            "select date_situation_le, connu_le from marts.publication"
        ).fetchone()
    return Cutoff(*row) if row else None


def publication_id(settings: Settings, cutoff: Cutoff) -> str:
    """The identity of what a build at `cutoff` holds, sixteen hexadecimal digits.

    The first eight are its content (see `content_id`), the last eight the cut-off and the sessions frozen so far.
    """
    edition = hashlib.sha256(f"{cutoff.date_situation}/{cutoff.connu_le}".encode())
    if settings.raw_path.exists():
        with raw.reader(settings.raw_path) as connection:
            edition.update(_of_rows(connection, _SESSION_TABLES).encode())
    return content_id(settings) + edition.hexdigest()[:CONTENT_DIGITS]


def content_id(settings: Settings) -> str:
    """Eight hexadecimal digits that change when a row that was loaded, a model or a seed does, whatever the dates."""
    digest = hashlib.sha256(definitions_digest(settings).encode())
    if settings.raw_path.exists():
        with raw.reader(settings.raw_path) as connection:
            tables = raw_schema.declared().tables.keys() - {*_SESSION_TABLES, "schema_brut"}
            digest.update(_of_rows(connection, sorted(tables)).encode())
    return digest.hexdigest()[:CONTENT_DIGITS]


def definitions_digest(settings: Settings) -> str:
    """The SHA-256 of the models and of the seeds: what the figures mean."""
    digest = hashlib.sha256()
    for folder in (DBT_PROJECT, settings.seeds):
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder)
            if path.suffix in _CODE_SUFFIXES and inside.parts[0] not in ("target", "logs"):
                digest.update(str(inside).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _of_rows(connection: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> str:
    """For each table, how many rows and the sum of their hashes: the same whatever their order."""
    sums = []
    for table in tables:
        columns = ", ".join(f'"{name}"' for name in sorted(raw_schema.declared().tables[table]))
        query = f'select count(*), sum(hash({columns})) from "{table}"'
        sums.append(f"{table} {connection.execute(query).fetchall()}")
    return "\n".join(sums)


def build(settings: Settings, run_id: str, cutoff: Cutoff, identity: str) -> Path:
    """Runs `dbt build` into `build/<run>/vigie.duckdb` and returns its path.

    Raw is attached read-only. A file left there by a killed run is removed first. Raises BuildFailed with the
    models and tests that failed.
    """
    editions.note(settings, cutoff.connu_le)
    folder = settings.build_folder / run_id
    shutil.rmtree(folder, ignore_errors=True)
    make_private(settings.build_folder)
    folder.mkdir()
    path = folder / "vigie.duckdb"
    with raw.writer(settings.raw_path):
        pass
    # Unit tests prove the code, not the data: `make test` runs them, a night does not.
    with raw.without_writers(settings.raw_path):
        run_dbt(settings, ["build", "--exclude-resource-type", "unit_test"], path, cutoff, identity)
    return path


def write_lineage(settings: Settings, page: Path) -> None:
    """Writes dbt's documentation as one HTML file: models, columns, tests and the graph from reports to figures."""
    with raw.writer(settings.raw_path):
        pass
    scratch = settings.build_folder / "lignage" / "vigie.duckdb"
    scratch.parent.mkdir(parents=True, exist_ok=True)
    # The documentation speaks of the code: neither date changes a word of it.
    cutoff = Cutoff.at_end_of(date(2026, 1, 31))
    command = ["docs", "generate", "--static", "--empty-catalog"]
    with raw.without_writers(settings.raw_path):
        target = run_dbt(settings, command, scratch, cutoff, "lignage")
    page.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(target / "static_index.html", page)
    shutil.rmtree(scratch.parent)


def run_dbt(
    settings: Settings, command: list[str], path: Path, cutoff: Cutoff, identity: str
) -> Path:
    """Runs one dbt command against the DuckDB file `path`; returns dbt's target folder."""
    target = settings.home / "dbt"
    project = _project(settings)
    # What an earlier run failed on says nothing of this one.
    (target / "run_results.json").unlink(missing_ok=True)
    environment = os.environ | {
        "VIGIE_BUILD_PATH": str(path),
        "VIGIE_RAW_PATH": str(settings.raw_path),
        "VIGIE_DATE_SITUATION": cutoff.date_situation.isoformat(),
        "VIGIE_CONNU_LE": cutoff.connu_le.isoformat(sep=" "),
        "VIGIE_PUBLICATION_ID": identity,
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "False",
    }
    arguments = [
        *command,
        "--project-dir", str(project),
        "--profiles-dir", str(project),
        "--target-path", str(target),
        "--log-path", str(settings.home / "dbt" / "logs"),
        "--no-use-colors",
    ]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", *arguments],
        env=environment,
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=_die_with_parent,
    )
    if done.returncode != 0:
        told = _reasons(target) or "\n".join(done.stdout.splitlines()[-_LINES_OF_LOG:])
        raise BuildFailed(
            f"dbt a refusé la construction, la publication précédente reste :\n{told}\nÀ faire : corriger le modèle, "
            "le contrôle ou le fichier de référence nommé ci-dessus, puis relancer ; rien n'est perdu."
        )
    return target


def _project(settings: Settings) -> Path:
    """The models and the seeds side by side: dbt reads seeds by a relative path (see dbt_project.yml)."""
    folder = settings.home / "dbt" / "projet"
    shutil.rmtree(folder, ignore_errors=True)
    ignored = shutil.ignore_patterns("target", "logs")
    shutil.copytree(DBT_PROJECT, folder / DBT_PROJECT.name, ignore=ignored)
    # An installation with its own folder may lack a seed that came since: that of the project serves.
    shutil.copytree(PROJECT_ROOT / "seeds", folder / "seeds")
    shutil.copytree(settings.seeds, folder / "seeds", dirs_exist_ok=True)
    return folder / DBT_PROJECT.name


def _die_with_parent() -> None:
    # A dbt left behind by a killed night would go on writing beside the next one.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _reasons(target: Path) -> str:
    try:
        results = read_json(target / "run_results.json", {}).get("results", [])
    except DamagedFile:
        # dbt died writing it: the end of its log tells.
        return ""
    return "\n".join(
        f"{node['unique_id']} : {node['status']} - {node['message']}"
        for node in results
        if node["status"] in ("error", "fail")
    )
