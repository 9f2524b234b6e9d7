"""Parses a folder of DAGs in a process of its own and prints what came out, as JSON.

Usage: python parse.py FOLDER. Airflow must not be configured yet: this sets a scratch AIRFLOW_HOME.
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

HEAVY = ("pandas", "duckdb", "dbt", "great_expectations", "pyarrow", "scipy", "vigie.night.steps")


def asset_names(schedule: Any) -> list[str]:
    """The assets a schedule waits for, in order."""
    if hasattr(schedule, "objects"):
        return [name for part in schedule.objects for name in asset_names(part)]
    return [schedule.name] if hasattr(schedule, "name") else []


def described(dag: Any) -> dict[str, Any]:
    """What a change of the graph would change: schedule, tasks, edges, assets, retries, rules."""
    cron = getattr(dag.schedule, "expression", None)
    return {
        "schedule": f"{cron} {dag.schedule.timezone}" if cron else asset_names(dag.schedule),
        "max_active_runs": dag.max_active_runs,
        "catchup": dag.catchup,
        "tasks": {
            task.task_id: {
                "then": sorted(task.downstream_task_ids),
                "rule": task.trigger_rule.value,
                "retries": task.retries,
                "minutes": task.execution_timeout and task.execution_timeout.total_seconds() // 60,
                "outlets": [asset.name for asset in task.outlets],
                "label": getattr(task, "map_index_template", None),
                "mapped": task.is_mapped or task.get_closest_mapped_task_group() is not None,
            }
            for task in dag.tasks
        },
        "documented": [word in (dag.doc_md or "") for word in ("Grain:", "On failure:", "Re-run")],
    }


def main(folder: str) -> None:
    os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp(prefix="vigie-dags-")
    os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
    os.environ["AIRFLOW__LOGGING__LOGGING_LEVEL"] = "ERROR"
    from airflow.dag_processing.dagbag import DagBag

    before = set(sys.modules)
    bag = DagBag(folder)
    parsed = {name.split(".")[0] for name in set(sys.modules) - before} | set(sys.modules) - before
    print(
        json.dumps(
            {
                "errors": {Path(k).name: v for k, v in bag.import_errors.items()},
                "dags": {dag_id: described(dag) for dag_id, dag in sorted(bag.dags.items())},
                "heavy": sorted(set(HEAVY) & parsed),
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1])
