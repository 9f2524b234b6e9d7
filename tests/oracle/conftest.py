"""The warehouse built once for the session, and the whole demonstration region behind it."""

from collections.abc import Iterator
from datetime import date, datetime

import duckdb
import pytest
from dbt_replay import warehouse  # noqa: F401

from vigie.arrival import collection
from vigie.demo import generate
from vigie.night import steps as night
from vigie.settings import Settings
from vigie.warehouse import builder

NOT_FIGURES = ("unit_test", "test")


@pytest.fixture(scope="session")
def demo_faults(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, dict[str, str]]:
    """The 67 roadmaps and twelve months of `vigie demo`, and the verdict that each of its faulty files must get."""
    settings = Settings(home=tmp_path_factory.mktemp("region"))
    faults = generate(settings.drop_folder, settings.seeds).pieges
    return settings, {path: verdict for path, (_, verdict) in faults.items()}


@pytest.fixture(scope="session")
def demo_region(
    demo_faults: tuple[Settings, dict[str, str]],
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The whole demonstration region through the gate, built: catalogs `raw` and `vigie`."""
    settings, _ = demo_faults
    run_at = night.run_moment(settings, None, datetime(2026, 11, 20))
    sources = collection.active_sources(settings)
    assert collection.collect_all(settings, sources, run_at) == []
    assert night.gate_and_load(settings, run_at)["incidents"] == []
    path = settings.home / "vigie.duckdb"
    command = ["build", *(w for kind in NOT_FIGURES for w in ("--exclude-resource-type", kind))]
    cutoff = builder.Cutoff(date(2026, 10, 31), run_at)
    builder.run_dbt(settings, command, path, cutoff, "essai")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{settings.raw_path}' as raw (read_only)")
        connection.execute(f"attach '{path}' as vigie (read_only)")
        yield connection
