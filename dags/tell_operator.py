"""Tells the operator what is wrong, once per cause, and that it is mended.

Grain: one run per hour. A scheduler that died tells nothing: a supervisor outside asks `vigie status`.
On failure: the message did not leave, the next hour sends it. The log names the setting to look at.
Re-run doctrine: safe; killed between the sending and its record, the same message leaves twice.
"""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, dag, get_current_context, task

# Without a delay of zero, a DAG enabled for the first time in the minutes that follow starts at once.
EVERY_HOUR = CronTriggerTimetable(
    "20 * * * *", timezone="Europe/Paris", run_immediately=timedelta(0)
)
# Takes seconds, less than a minute for each server that does not answer: past this, something hangs.
TIME_LIMIT = {"execution_timeout": timedelta(minutes=15)}


@dag(
    schedule=EVERY_HOUR,
    max_active_runs=1,
    catchup=False,
    default_args=TIME_LIMIT,
    tags=["vigie"],
    doc_md=__doc__,
)
def tell_operator():
    @task
    def tell():
        from datetime import UTC

        from vigie.night import airflow_run
        from vigie.supervision import telling

        context = get_current_context()
        began = context["dag_run"].run_after.astimezone(UTC).replace(tzinfo=None)
        return telling.tell(airflow_run.of(context).settings, began)

    tell()


tell_operator()
