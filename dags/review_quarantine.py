"""Asks a person of the Région what to do with the reports whose content looks suspicious (`a_valider`).

Grain: one run per night, one mapped request per report, labelled by territory and date. A run started by
hand asks for every report still undecided.
On failure: a report nobody decided on stays out of the figures; `vigie review` decides without Airflow.
Re-run doctrine: always safe. A report that already has a decision is not asked for again.
"""

from datetime import timedelta

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Asset, Param, dag, get_current_context, task, task_group

ON_REPORTS = Asset("raw_reports")
DECISIONS = Asset("decisions")
DEADLINE = timedelta(days=15)
APPROVE, REFUSE = "Approuver", "Refuser"
# Of the tasks that compute, not of the person who decides: past this, something hangs.
TIME_LIMIT = {"execution_timeout": timedelta(hours=1)}


@dag(
    schedule=ON_REPORTS, max_active_runs=32, default_args=TIME_LIMIT, tags=["vigie"], doc_md=__doc__
)
def review_quarantine():
    @task
    def list_reports():
        from vigie.decisions import review
        from vigie.night import airflow_run

        run = airflow_run.of(get_current_context())
        return review.to_decide(run.settings, run.night if run.is_handed_over else None)

    @task_group
    def review_one(rapport_id, titre, resume):
        ask = HITLOperator(
            task_id="ask",
            subject=titre,
            body=resume,
            options=[APPROVE, REFUSE],
            defaults=REFUSE,
            params={"motif": Param("", type="string", title="Motif", description="Pourquoi ?")},
            response_timeout=DEADLINE,
            map_index_template="{{ task.subject }}",
        )

        @task(outlets=[DECISIONS])
        def record(rapport_id, answer):
            from vigie.decisions import review
            from vigie.night import airflow_run, intake

            run = airflow_run.of(get_current_context())
            review.decide_from_airflow(run.settings, rapport_id, answer, APPROVE)
            intake.load_decisions(run.settings)

        record(rapport_id, ask.output)

    review_one.expand_kwargs(list_reports())


review_quarantine()
