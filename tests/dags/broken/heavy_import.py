"""A DAG that a careless change could produce: it loads a heavy library each time it is parsed."""

import pandas as pd
from airflow.sdk import dag, task


@dag(schedule=None)
def heavy_import():
    @task
    def count():
        return len(pd.DataFrame())

    count()


heavy_import()
