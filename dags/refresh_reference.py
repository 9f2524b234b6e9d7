"""Rewrites the seeds of territories and communes from the public package of the year.

Grain: one run per year, after the intercommunalités of 1 January are known.
On failure: nothing is written; the seeds of last year stay in force. The log says which version is missing.
Re-run doctrine: always safe. The same package gives the same seeds; what a person wrote in them is kept.
"""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, dag, get_current_context, task

# Without a delay of zero, a DAG enabled for the first time in the five weeks that follow starts at once.
EVERY_15_MARCH_AT_6AM = CronTriggerTimetable(
    "0 6 15 3 *", timezone="Europe/Paris", run_immediately=timedelta(0)
)
# Takes minutes: past this, something hangs.
TIME_LIMIT = {"execution_timeout": timedelta(hours=1)}


@dag(
    schedule=EVERY_15_MARCH_AT_6AM,
    max_active_runs=1,
    default_args=TIME_LIMIT,
    tags=["vigie"],
    doc_md=__doc__,
)
def refresh_reference():
    @task
    def refresh():
        from vigie.night import airflow_run
        from vigie.reference import refresh as reference_refresh

        settings = airflow_run.of(get_current_context()).settings
        return str(reference_refresh.refresh(settings.seeds, settings.region))

    refresh()


refresh_reference()
