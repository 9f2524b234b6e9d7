"""Nights whose builds are not what is tested replay the models that dbt compiled once."""

from dbt_replay import replayed_builds, warehouse  # noqa: F401
