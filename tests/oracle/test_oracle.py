"""Every figure of the warehouse equals the one computed again without any shared code, to 1e-9."""

import math
from datetime import date, datetime

import duckdb
import pytest
from dbt_replay import BUILD_CUTOFF, Warehouse, core_territories
from oracle import Figure, Key, Oracle
from raw_rows import Raw, sample_region

from vigie.settings import PROJECT_ROOT, Settings

TABLES = (
    "rapports", "rapports_silos", "lignes", "lignes_themes", "lignes_silos", "lignes_financements", "decisions",
    "feuilles_de_route",
)  # fmt: skip
# Compared text by text in tests/dbt/test_specificity.py; sessions in test_sessions.py.
ELSEWHERE = ("specificite", "tendance", "revision")
COLUMNS = (
    "numerateur",
    "denominateur",
    "valeur",
    "n_nb",
    "couverture_pct",
    "borne_basse",
    "borne_haute",
)


def computed(connection: duckdb.DuckDBPyConnection, schema: str = "marts") -> dict[Key, Figure]:
    rows = connection.execute(
        f"select indicateur_code, maille_code, territoire_code, theme_code, modalite_code, mois_le,"
        f" {', '.join(COLUMNS)}"
        f" from {schema}.fct_indicateurs where indicateur_code not in {ELSEWHERE}"
    ).fetchall()
    return {tuple(row[:6]): Figure(*row[6:]) for row in rows}


def expected(raw: duckdb.DuckDBPyConnection, situation: date, known: datetime) -> dict[Key, Figure]:
    tables = {name: raw.execute(f"select * from raw.main.{name}").df() for name in TABLES}
    return Oracle(tables, PROJECT_ROOT / "seeds", situation, known).compute()


def differences(mine: dict[Key, Figure], theirs: dict[Key, Figure]) -> list[str]:
    found = [f"missing in the warehouse: {key}" for key in sorted(theirs.keys() - mine.keys())]
    found += [f"unknown to the oracle: {key}" for key in sorted(mine.keys() - theirs.keys())]
    for key in mine.keys() & theirs.keys():
        for column in COLUMNS:
            a, b = getattr(mine[key], column), getattr(theirs[key], column)
            same = a is None and b is None
            if a is not None and b is not None:
                same = math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)
            if not same:
                found.append(f"{key} {column}: warehouse {a}, oracle {b}")
    return found


@pytest.mark.parametrize(
    ("situation", "known", "seed"),
    [
        (BUILD_CUTOFF.date_situation, BUILD_CUTOFF.connu_le, 7),
        (date(2025, 5, 17), datetime(2025, 5, 20, 12, 0, 0), 8),
    ],
    ids=["whole_months", "cut_in_the_middle_of_a_month"],
)
def test_every_indicator_at_every_mesh_and_month_equals_the_oracle(
    warehouse: Warehouse, situation: date, known: datetime, seed: int
) -> None:
    raw = sample_region([*core_territories(11), "247600588"], seed=seed)
    with warehouse.replay(raw, situation, known) as connection:
        mine, theirs = computed(connection), expected(connection, situation, known)
    assert len(mine) > 10_000
    assert differences(mine, theirs)[:20] == []


def test_the_demo_region_equals_the_oracle(demo_night: Settings) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{demo_night.raw_path}' as raw (read_only)")
        connection.execute(f"attach '{demo_night.publication_path}' as publie (read_only)")
        situation, known = connection.execute(
            "select date_situation_le, connu_le from publie.marts.publication"
        ).fetchone()
        mine, theirs = computed(connection, "publie.marts"), expected(connection, situation, known)
    assert len(mine) > 5_000
    assert differences(mine, theirs)[:20] == []


def test_a_region_without_any_report_equals_the_oracle(warehouse: Warehouse) -> None:
    raw = Raw()
    raw.register({siren: date(2025, 1, 1) for siren in core_territories(3)})
    with warehouse.replay(raw) as connection:
        mine = computed(connection)
        theirs = expected(connection, BUILD_CUTOFF.date_situation, BUILD_CUTOFF.connu_le)
    assert differences(mine, theirs) == []
