"""Removes what nobody reads any more: old builds, half-written files, Data Docs, logs and metadata of Airflow.

Grain: one run per day, at an hour when no night is under way. Nothing that a sender sent goes here: `vigie purge` does
that, when somebody asks.
On failure: nothing is lost, the disk grows by one day. The log names the file or repeats Airflow's own words.
Re-run doctrine: always safe.
"""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, dag, get_current_context, task

# Without a delay of zero, a DAG enabled for the first time in the hours that follow starts at once.
EVERY_DAY_AT_6PM = CronTriggerTimetable(
    "0 18 * * *", timezone="Europe/Paris", run_immediately=timedelta(0)
)
# Takes seconds, minutes the first time: past this, something hangs.
TIME_LIMIT = {"execution_timeout": timedelta(hours=1)}


@dag(
    schedule=EVERY_DAY_AT_6PM,
    max_active_runs=1,
    default_args=TIME_LIMIT,
    tags=["vigie"],
    doc_md=__doc__,
)
def housekeeping():
    @task(multiple_outputs=False)
    def tidy_files():
        from vigie.night import airflow_run
        from vigie.night import housekeeping as keeping

        run = airflow_run.of(get_current_context())
        return keeping.tidy(run.settings, run.moment)

    @task
    def clean_metadata():
        from vigie.night import housekeeping as keeping

        began = get_current_context()["dag_run"].run_after
        keeping.clean_metadata(began - keeping.AIRFLOW_KEPT)

    tidy_files()
    clean_metadata()


housekeeping()
