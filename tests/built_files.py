"""A build replayed from raw rows, kept in files as the checks open them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
from dbt_replay import Warehouse
from raw_rows import Raw, write

_TABLES = (
    "marts.publication", "marts.dim_territoires", "marts.dim_indicateurs", "marts.fct_indicateurs",
    "marts.fct_actions", "marts.fct_etats_mensuels", "qualite.rapports",
)  # fmt: skip


@dataclass(frozen=True)
class Built:
    """A raw file and the tables of a build that the checks read."""

    raw: Path
    build: Path

    @classmethod
    def of(
        cls,
        warehouse: Warehouse,
        raw: Raw,
        situation: date,
        known: datetime,
        folder: Path,
        seeds: Iterable[str] = (),
    ) -> "Built":
        """Builds from `raw` at both clocks into `folder`; `seeds` are statements run on the seeds first."""
        made = cls(write(raw, folder / "raw.duckdb"), folder / "vigie.duckdb")
        with warehouse.replay(raw, situation, known, seeds, texts=False) as built:
            built.execute(f"attach '{made.build}' as garde")
            built.execute("create schema garde.marts; create schema garde.qualite")
            for table in _TABLES:
                built.execute(f"create table garde.{table} as from vigie.{table}")
        return made


@contextmanager
def held(**catalogues: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection on copies in memory of these files, which a test may spoil."""
    with duckdb.connect() as connection:
        for name, path in catalogues.items():
            connection.execute(f"attach ':memory:' as {name}; attach '{path}' as lu (read_only)")
            connection.execute(f"copy from database lu to {name}; detach lu")
        yield connection
