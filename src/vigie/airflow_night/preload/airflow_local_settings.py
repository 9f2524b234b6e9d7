"""Imported by every Airflow component at start. In the scheduler it loads, once and before the workers are
forked, what each task would otherwise import again: with ninety short tasks that is most of a night.
"""

import os
import sys
from importlib import import_module
from typing import Any

if "scheduler" in sys.argv[1:2]:
    for module in (
        "airflow.dag_processing.dagbag",
        "airflow.providers.standard.decorators.python",
        "airflow.sdk.execution_time.task_runner",
        "vigie.night.airflow_run",
    ):
        import_module(module)
    sdk = import_module("airflow.sdk")
    for name in ("Asset", "CronTriggerTimetable", "ExceptionRetryPolicy", "Param", "dag", "task"):
        getattr(sdk, name)


def dag_policy(dag: Any) -> None:
    """Airflow calls this on every DAG that it reads.

    The Airflow of a single night lives for minutes: a run that the clock or a missed hour started in it would be
    killed half way.
    """
    if os.environ.get("VIGIE_WITHOUT_SCHEDULE"):
        from airflow.sdk import CronTriggerTimetable
        from airflow.sdk.definitions.timetables.simple import NullTimetable

        if isinstance(dag.timetable, CronTriggerTimetable):
            dag.timetable = NullTimetable()
