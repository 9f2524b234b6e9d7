"""The warehouse built once for the session."""

from dbt_replay import warehouse  # noqa: F401
