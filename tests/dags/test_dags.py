"""The DAGs as Airflow reads them. Each folder is parsed once, in a process that has imported nothing yet."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from vigie.settings import PROJECT_ROOT

HERE = Path(__file__).parent
SNAPSHOT = HERE / "graph.json"
DAG_IDS = [
    "build_warehouse",
    "collect_reports",
    "housekeeping",
    "publish_steering",
    "refresh_reference",
    "review_quarantine",
    "tell_manager",
    "tell_operator",
]


def parse(folder: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, HERE / "parse.py", folder], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def ours() -> dict[str, Any]:
    return parse(PROJECT_ROOT / "dags")


@pytest.fixture(scope="module")
def broken() -> dict[str, Any]:
    return parse(HERE / "broken")


def test_the_seven_dags_load_without_an_error(ours: dict[str, Any]) -> None:
    assert ours["errors"] == {}
    assert list(ours["dags"]) == DAG_IDS


def test_parsing_loads_no_heavy_library(ours: dict[str, Any]) -> None:
    assert ours["heavy"] == []


def test_every_dag_says_its_grain_and_what_to_do_on_failure(ours: dict[str, Any]) -> None:
    assert [dag_id for dag_id, dag in ours["dags"].items() if not all(dag["documented"])] == []


def test_every_task_has_a_time_limit_that_lets_the_morning_begin(ours: dict[str, Any]) -> None:
    minutes = {
        f"{dag_id}.{task_id}": task["minutes"]
        for dag_id, dag in ours["dags"].items()
        for task_id, task in dag["tasks"].items()
    }
    assert len(minutes) == 21
    assert [name for name, limit in minutes.items() if not limit or not 10 <= limit <= 240] == []


def test_the_graph_is_the_one_that_was_agreed(ours: dict[str, Any]) -> None:
    """A wanted change: `python tests/dags/test_dags.py` writes the snapshot again; read its difference."""
    assert ours["dags"] == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def test_a_dag_that_imports_what_does_not_exist_is_seen(broken: dict[str, Any]) -> None:
    assert list(broken["errors"]) == ["dead_import.py"]
    assert "vigie.no_such_module" in broken["errors"]["dead_import.py"]


def test_a_dag_that_loads_a_heavy_library_is_seen(broken: dict[str, Any]) -> None:
    assert "pandas" in broken["heavy"]


if __name__ == "__main__":
    graph = parse(PROJECT_ROOT / "dags")["dags"]
    SNAPSHOT.write_text(json.dumps(graph, indent=2) + "\n", encoding="utf-8")
