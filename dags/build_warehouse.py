"""Builds the warehouse from the loaded reports, checks it and puts it where readers open it.

Grain: one run per change of the loaded reports or of a decision on one of them; one new file, or none when
the publication already holds exactly this content (the run then ends green with its last tasks skipped).
On failure: readers keep the previous publication. The log of `build` holds dbt's own words, that of `check`
what the build lost, invented or moved too much.
Re-run doctrine: always safe. The build starts from nothing and replaces the publication by a rename.
"""

from datetime import timedelta

from airflow.sdk import Asset, Param, dag, get_current_context, task

ON_REPORTS_OR_DECISIONS = Asset("raw_reports") | Asset("decisions")
PUBLICATION = Asset("publication")
# A night takes minutes, a whole country less than one hour: past this, something hangs.
TIME_LIMIT = {"execution_timeout": timedelta(hours=2)}


@dag(
    schedule=ON_REPORTS_OR_DECISIONS,
    max_active_runs=1,
    params={
        "date": Param(None, type=["null", "string"], description="Date de la nuit (AAAA-MM-JJ)")
    },
    default_args=TIME_LIMIT,
    tags=["vigie"],
    doc_md=__doc__,
)
def build_warehouse():
    @task.short_circuit
    def build():
        from vigie.night import airflow_run
        from vigie.night import steps as night

        run = airflow_run.of(get_current_context())
        built = night.build(run.settings, run.moment)
        return built if built["construit"] else None

    @task
    def check(built):
        from vigie.night import airflow_run
        from vigie.night import steps as night

        run = airflow_run.of(get_current_context())
        night.check(run.settings, run.moment, built)
        return built

    @task(outlets=[PUBLICATION])
    def publish(built):
        from vigie.night import airflow_run
        from vigie.night import steps as night

        run = airflow_run.of(get_current_context())
        night.publish(run.settings, run.moment, built)
        run.hand_over(PUBLICATION)

    publish(check(build()))


build_warehouse()
