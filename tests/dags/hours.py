"""Asks a DAG's own timetable, in a process of its own, when its next run is due. Prints a JSON list of UTC moments.

Usage: python hours.py DAG_ID, then on the standard input a JSON list of {"now": moment, "last": moment or null}:
`last` is the scheduled run before. Airflow must not be configured yet: this sets a scratch AIRFLOW_HOME.
"""

import json
import os
import sys
import tempfile
from datetime import datetime
from typing import Any

from vigie.settings import PROJECT_ROOT


def main(dag_id: str, asked: list[dict[str, Any]]) -> None:
    os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp(prefix="vigie-dags-")
    os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
    os.environ["AIRFLOW__LOGGING__LOGGING_LEVEL"] = "ERROR"
    from airflow.dag_processing.dagbag import DagBag
    from airflow.serialization.definitions.dag import SerializedDAG
    from airflow.serialization.serialized_objects import DagSerialization
    from airflow.timetables import trigger
    from airflow.timetables.base import DagRunInfo
    from pendulum import instance

    ours = DagBag(str(PROJECT_ROOT / "dags" / f"{dag_id}.py")).dags[dag_id]
    dag: SerializedDAG = DagSerialization.from_dict(DagSerialization.to_dict(ours))
    due = []
    for question in asked:
        now = instance(datetime.fromisoformat(question["now"]))
        trigger.utcnow = lambda now=now: now
        last = question["last"] and DagRunInfo.exact(
            instance(datetime.fromisoformat(question["last"]))
        )
        due.append(dag.next_dagrun_info(last_automated_run_info=last or None).run_after)
    print(json.dumps([moment.in_timezone("UTC").isoformat() for moment in due]))


if __name__ == "__main__":
    main(sys.argv[1], json.load(sys.stdin))
