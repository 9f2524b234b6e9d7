"""The files Superset imports hold together, and what they ask the publication for is there."""

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from vigie.settings import PROJECT_ROOT, Settings

FOLDER = PROJECT_ROOT / "bi" / "superset"
ASSETS = FOLDER / "assets"


def read(kind: str) -> dict[str, dict[str, Any]]:
    return {
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in sorted((ASSETS / kind).glob("*.yaml"))
    }


DATASETS, CHARTS, DASHBOARDS = read("datasets"), read("charts"), read("dashboards")
BY_UUID = {dataset["uuid"]: dataset for dataset in DATASETS.values()}


def placed(dashboard: dict[str, Any]) -> list[str]:
    return [
        node["meta"]["uuid"]
        for node in dashboard["position"].values()
        if isinstance(node, dict) and node.get("type") == "CHART"
    ]


def asked(chart: dict[str, Any]) -> tuple[set[str], set[str]]:
    """The columns and the metrics that a chart asks its dataset for."""
    params = chart["params"]
    columns = {*params.get("all_columns", [])}
    columns |= {params[key] for key in ("x_axis", "entity", "series") if params.get(key)}
    columns |= {one["subject"] for one in params["adhoc_filters"] if "subject" in one}
    metrics = {*params.get("metrics", [])}
    metrics |= {params[key] for key in ("metric", "timeseries_limit_metric") if params.get(key)}
    if chart["viz_type"] == "bubble_v2":
        metrics |= {params[key] for key in ("x", "y", "size")}
    return columns, metrics


def test_the_two_dashboards_place_every_chart() -> None:
    assert sorted(DASHBOARDS) == ["region", "territoire"]
    assert {uuid for one in DASHBOARDS.values() for uuid in placed(one)} == {
        chart["uuid"] for chart in CHARTS.values()
    }


@pytest.mark.parametrize("name", DASHBOARDS)
def test_a_dashboard_says_which_publication_it_shows(name: str) -> None:
    assert CHARTS["publication"]["uuid"] in placed(DASHBOARDS[name])


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_asks_its_dataset_for_what_it_has(name: str) -> None:
    dataset = BY_UUID[CHARTS[name]["dataset_uuid"]]
    columns, metrics = asked(CHARTS[name])
    assert columns <= {column["column_name"] for column in dataset["columns"]}
    assert metrics <= {metric["metric_name"] for metric in dataset["metrics"]}


@pytest.mark.parametrize("name", DATASETS)
def test_a_dataset_reads_the_publication(name: str, demo_night: Settings) -> None:
    dataset = DATASETS[name]
    names = ", ".join(column["column_name"] for column in dataset["columns"])
    metrics = ", ".join(metric["expression"] for metric in dataset["metrics"]) or "count(*)"
    with duckdb.connect(str(demo_night.publication_path), read_only=True) as connection:
        connection.execute(f"select {names} from ({dataset['sql']}) limit 1")
        connection.execute(f"select {metrics} from ({dataset['sql']})")


@pytest.mark.parametrize(
    "name", [name for name, chart in CHARTS.items() if chart["viz_type"] == "table"]
)
def test_a_table_shows_senders_words_as_text(name: str) -> None:
    assert CHARTS[name]["params"]["allow_render_html"] is False


def test_the_publication_is_opened_read_only_and_shut_to_other_files() -> None:
    (database,) = read("databases").values()
    arguments = database["extra"]["engine_params"]["connect_args"]
    assert arguments["read_only"] is True
    assert arguments["config"] == {"enable_external_access": "false", "lock_configuration": "true"}


@pytest.mark.parametrize(
    "path", sorted(path for path in FOLDER.rglob("*") if path.is_file()), ids=lambda path: path.name
)
def test_no_secret_is_written_in_a_file(path: Path) -> None:
    if "__pycache__" in path.parts:
        pytest.skip("not a source file")
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"""(PASSWORD|SECRET_KEY)["']?\s*[:=]\s*["'][^"'{$]""", text)
