"""Brings in the reports of the territories, judges them and loads what may enter.

Grain: one run per night, one mapped `fetch` per source (labelled by territory), one gate for all of them. After a
sleep of several nights only the last one is made: the run of an older one is skipped.
On failure: a territory that could not be read, or a report that a defect of Vigie keeps from being judged, stops
neither the others nor the publication; the last task turns the run red and names it. Open the log of its `fetch` and
mend the source, or the log of `gate_and_load` and mend Vigie, then clear that one task.
Re-run doctrine: always safe. What was received is kept under its digest, loading is idempotent per report:
a cleared task or a second run the same night adds nothing twice.
"""

from datetime import timedelta

from airflow.sdk import (
    Asset,
    CronTriggerTimetable,
    ExceptionRetryPolicy,
    Param,
    RetryAction,
    RetryRule,
    dag,
    get_current_context,
    task,
)

# Without a delay of zero, a DAG enabled for the first time before 4:24 starts the night of 2:00 at once.
EVERY_NIGHT_AT_2AM = CronTriggerTimetable(
    "0 2 * * *", timezone="Europe/Paris", run_immediately=timedelta(0)
)
RAW_REPORTS = Asset("raw_reports")
BEYOND_RETRY = [
    "vigie.errors.SourceBroken",
    "vigie.errors.SourceBudgetExceeded",
    "vigie.errors.SourcePartlyRead",
    "vigie.errors.SourceRefused",
    "vigie.errors.SourceSkipped",
]
RETRY_WHAT_CAN_HEAL = ExceptionRetryPolicy([RetryRule(BEYOND_RETRY, RetryAction.FAIL)])
# A night takes minutes, the first one of a whole country an hour: past this, something hangs.
ONE_SOURCE = timedelta(minutes=30)
TIME_LIMIT = {"execution_timeout": timedelta(hours=4)}


@dag(
    schedule=EVERY_NIGHT_AT_2AM,
    max_active_runs=1,
    max_active_tasks=32,
    params={
        "date": Param(None, type=["null", "string"], description="Date de la nuit (AAAA-MM-JJ)")
    },
    default_args=TIME_LIMIT,
    tags=["vigie"],
    doc_md=__doc__,
)
def collect_reports():
    @task.short_circuit
    def is_last_night():
        from vigie.night import airflow_run

        return not airflow_run.is_overtaken(get_current_context())

    @task
    def list_sources():
        from vigie.night import airflow_run

        return airflow_run.list_sources(airflow_run.of(get_current_context()))

    @task(
        map_index_template="{{ task.op_kwargs['territoire'] }}",
        execution_timeout=ONE_SOURCE,
        retries=2,
        retry_delay=timedelta(minutes=1),
        retry_policy=RETRY_WHAT_CAN_HEAL,
    )
    def fetch(source_id, territoire):
        from vigie.night import airflow_run

        return airflow_run.collect(airflow_run.of(get_current_context()), source_id)

    @task(trigger_rule="all_done", outlets=[RAW_REPORTS])
    def gate_and_load(sources, fetched):
        from vigie.night import airflow_run
        from vigie.night import steps as night

        run = airflow_run.of(get_current_context())
        failures = airflow_run.close_collection(run, sources, fetched[:])
        incidents = night.gate_and_load(run.settings, run.moment)["incidents"]
        run.hand_over(RAW_REPORTS)
        return failures + incidents

    @task
    def answer_senders():
        from vigie.night import airflow_run
        from vigie.night import steps as night

        run = airflow_run.of(get_current_context())
        night.require_whole(night.answer(run.settings, run.moment)["incidents"])

    @task
    def require_whole_night(failures):
        from vigie.night import steps as night

        night.require_whole(failures)

    sources = list_sources()
    is_last_night() >> sources
    failures = gate_and_load(sources, fetch.expand_kwargs(sources))
    failures >> answer_senders()
    require_whole_night(failures)


collect_reports()
