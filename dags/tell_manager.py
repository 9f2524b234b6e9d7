"""Sends the letter of the week to who follows the roadmaps: what arrived, who is late, what changed.

Grain: one run per week, on Monday morning; nothing leaves until VIGIE_MANAGER gives an address.
On failure: the letter did not leave; clear the task once mended, or the next Monday tells its own week alone.
Re-run doctrine: safe, a week is told once; killed between the sending and its record, the same letter leaves twice.
"""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, dag, get_current_context, task

# Without a delay of zero, a DAG enabled for the first time in the minutes that follow starts at once.
MONDAY_MORNING = CronTriggerTimetable(
    "30 7 * * 1", timezone="Europe/Paris", run_immediately=timedelta(0)
)
# Takes seconds, less than a minute when the server does not answer: past this, something hangs.
TIME_LIMIT = {"execution_timeout": timedelta(minutes=15)}


@dag(
    schedule=MONDAY_MORNING,
    max_active_runs=1,
    catchup=False,
    default_args=TIME_LIMIT,
    tags=["vigie"],
    doc_md=__doc__,
)
def tell_manager():
    @task
    def send_digest():
        from datetime import UTC

        from vigie.night import airflow_run
        from vigie.supervision import digest

        context = get_current_context()
        began = context["dag_run"].run_after.astimezone(UTC).replace(tzinfo=None)
        return digest.send_digest(airflow_run.of(context).settings, began)

    send_digest()


tell_manager()
