"""A DAG that a careless change could produce: it imports what does not exist."""

from airflow.sdk import dag, task
from vigie.no_such_module import collect


@dag(schedule=None)
def dead_import():
    @task
    def fetch():
        collect()

    fetch()


dead_import()
