"""Makes from a publication what people open: files for tools, the public edition, pages and PDF, the PostgreSQL
mirror.

Grain: one run per publication; the products do not depend on each other.
On failure: the publication stays what it is; the product that failed keeps its previous edition. Its log
says why; clear that one task once mended.
Re-run doctrine: always safe. Each product is made again whole, beside the old one, and put in its place.
"""

from datetime import timedelta

from airflow.sdk import Asset, Param, dag, get_current_context, task

ON_PUBLICATION = Asset("publication")
# Takes minutes: past this, something hangs.
TIME_LIMIT = {"execution_timeout": timedelta(hours=2)}


@dag(
    schedule=ON_PUBLICATION,
    max_active_runs=1,
    params={
        "date": Param(None, type=["null", "string"], description="Date de la nuit (AAAA-MM-JJ)")
    },
    default_args=TIME_LIMIT,
    tags=["vigie"],
    doc_md=__doc__,
)
def publish_steering():
    @task
    def export_files():
        from vigie.diffusion import steps
        from vigie.night import airflow_run

        run = airflow_run.of(get_current_context())
        steps.export_files(run.settings, run.moment)

    @task
    def publish_open_data():
        from vigie.diffusion import steps
        from vigie.night import airflow_run

        run = airflow_run.of(get_current_context())
        steps.publish_open_data(run.settings, run.moment)

    @task
    def render_pages():
        from vigie.diffusion import steps
        from vigie.night import airflow_run

        run = airflow_run.of(get_current_context())
        steps.render_pages(run.settings, run.moment)

    @task(retries=2, retry_delay=timedelta(minutes=1))
    def mirror_to_postgresql():
        from vigie.diffusion import steps
        from vigie.night import airflow_run

        run = airflow_run.of(get_current_context())
        steps.mirror_to_postgresql(run.settings, run.moment)

    export_files()
    publish_open_data()
    render_pages()
    mirror_to_postgresql()


publish_steering()
