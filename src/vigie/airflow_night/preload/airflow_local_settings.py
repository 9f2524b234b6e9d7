"""Imported by every Airflow component at start. In the scheduler it loads, once and before the workers are
forked, what each task would otherwise import again: with ninety short tasks that is most of a night.
"""

import sys
from importlib import import_module

if "scheduler" in sys.argv[1:2]:
    for module in (
        "airflow.dag_processing.dagbag",
        "airflow.providers.standard.decorators.python",
        "airflow.sdk.execution_time.task_runner",
        "vigie.airflow_run",
    ):
        import_module(module)
    sdk = import_module("airflow.sdk")
    for name in ("Asset", "CronTriggerTimetable", "ExceptionRetryPolicy", "Param", "dag", "task"):
        getattr(sdk, name)
