"""The real Airflow on this machine: a whole night from a clean start to no process left, or a resident one."""

from vigie.airflow_night.following import run_night
from vigie.airflow_night.resident import down, require_down, up

__all__ = ["down", "require_down", "run_night", "up"]
