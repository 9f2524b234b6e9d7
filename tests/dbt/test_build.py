"""The real build: every model, data test and unit test passes, and the house rules hold."""

import json
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt_replay import Warehouse
from raw_rows import RAW_SQL

from vigie.errors import BuildFailed
from vigie.settings import PROJECT_ROOT, Settings
from vigie.warehouse import builder, raw
from vigie.warehouse.builder import DBT_PROJECT, Cutoff

PUBLISHED = ("marts", "qualite")
# Alerts, remarks and names of themes have no key; most others end in a grouping by theirs, which no test could find
# repeated. The widest view costs seconds to read: it is written as the three wide tables are, which have key tests,
# and has one here.
KEYLESS = {"controles", "alertes", "int_alertes__rapports", "int_indicateurs", "indicateurs_par_territoire_theme"} | {
    "stg_rapports__themes", "stg_rapports__silos", "stg_rapports__silos_projet", "stg_rapports__financements",
    "int_actions__fonds_europeens", "int_actions__ensembles_themes", "int_declares__valeurs",
}  # fmt: skip


def test_the_build_runs_every_model_seed_and_test_green(warehouse: Warehouse) -> None:
    statuses = {r["unique_id"]: r["status"] for r in warehouse.results["results"]}
    assert set(statuses.values()) <= {"success", "pass"}
    kinds = [key.split(".")[0] for key in statuses]
    assert kinds.count("unit_test") >= 19
    assert kinds.count("model") == len(warehouse.models())


def test_every_model_has_a_key_test_and_every_published_column_a_definition(
    warehouse: Warehouse,
) -> None:
    tested = {
        node["attached_node"].split(".")[-1]
        for node in warehouse.manifest["nodes"].values()
        if node["resource_type"] == "test"
        and (node["test_metadata"] or {}).get("name") == "cle_unique"
    }
    names = {model["name"] for model in warehouse.models()}
    assert names - tested == KEYLESS
    blank = [
        f"{model['name']}.{column['name']}"
        for model in warehouse.models()
        for column in model["columns"].values()
        if model["schema"] in PUBLISHED and not column["description"]
    ]
    assert blank == []


def test_the_wide_view_has_one_row_per_territory_theme_and_month(warehouse: Warehouse) -> None:
    with warehouse.connect() as connection:
        row = connection.execute(
            "select count(*), count(distinct (siren_epci, theme_code, mois_le)), count(distinct mois_le)"
            " from marts.indicateurs_par_territoire_theme"
        ).fetchone()
    assert row is not None
    rows, keys, months = row
    assert rows == keys
    assert months > 1


def test_every_column_of_a_model_is_described(warehouse: Warehouse) -> None:
    with warehouse.connect() as connection:
        built = connection.execute(
            "select table_schema, table_name, column_name from information_schema.columns"
            " where table_catalog = 'vigie' and table_schema in ('marts', 'qualite')"
        ).fetchall()
    described = {(m["schema"], m["name"], c) for m in warehouse.models() for c in m["columns"]}
    assert set(built) - described == set()


def test_published_models_have_an_enforced_contract_and_plain_types(warehouse: Warehouse) -> None:
    published = [m for m in warehouse.models() if m["schema"] in PUBLISHED]
    assert [m["name"] for m in published if not m["config"]["contract"]["enforced"]] == []
    types = {c["data_type"] for m in published for c in m["columns"].values()}
    assert types <= {"varchar", "boolean", "integer", "bigint", "double", "date", "timestamp"}


def test_the_first_line_of_a_model_says_its_grain() -> None:
    for path in sorted((DBT_PROJECT / "models").rglob("*.sql")):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert re.match(r"-- One row\b.*[.:]", first), path.name


def test_nothing_of_one_engine_is_written_outside_its_macros() -> None:
    engine_only = re.compile(
        r"\b(unnest|generate_series|arg_min|arg_max|quantile_cont|list_\w+|struct_\w+|asof|qualify|strptime|"
        r"string_agg|strip_accents|read_csv|group by all|exclude)\b",
        re.IGNORECASE,
    )
    found = {
        path.name: sorted(set(engine_only.findall(path.read_text(encoding="utf-8"))))
        for folder in ("models", "macros")
        for path in (DBT_PROJECT / folder).rglob("*.sql")
        if "engine" not in path.parts
    }
    assert {name: words for name, words in found.items() if words} == {}


def test_a_published_view_reads_the_file_it_is_in_under_any_name(warehouse: Warehouse) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse.path}' as autrement (read_only)")
        views = connection.execute(
            "select schema_name, view_name from duckdb_views() where database_name = 'autrement'"
            " and schema_name in ('marts', 'qualite')"
        ).fetchall()
        assert ("marts", "fct_indicateurs") in views
        for schema, view in views:
            assert connection.execute(f"from autrement.{schema}.{view} limit 1").fetchall(), view


def _joins(operator: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if operator["name"] in ("BLOCKWISE_NL_JOIN", "NESTED_LOOP_JOIN"):
        yield operator["extra_info"]["Join Type"], str(operator["extra_info"])
    for child in operator["children"]:
        yield from _joins(child)


def test_no_outer_join_compares_every_row_with_every_row(warehouse: Warehouse) -> None:
    found = {}
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as raw; use raw")
        connection.execute(RAW_SQL)
        connection.execute(f"attach '{warehouse.path}' as vigie (read_only); use vigie")
        for model in warehouse.models():
            if model["language"] == "sql":
                query = f"explain (format json) {model['compiled_code']}"
                ((_, plan),) = connection.execute(query).fetchall()
                joins = [join for root in json.loads(plan) for join in _joins(root)]
                found[model["name"]] = [told for kind, told in joins if kind != "INNER"]
    assert {name: told for name, told in found.items() if told} == {}


def test_confidential_actions_count_but_never_show(warehouse: Warehouse) -> None:
    with warehouse.connect() as connection:
        hidden = connection.execute(
            "select action_id from intermediaire.int_actions__etat_mensuel where est_confidentielle"
            " and est_dernier_mois"
        ).fetchall()
        assert hidden
        tables = connection.execute(
            "select distinct table_schema, table_name from information_schema.columns"
            " where table_schema in ('marts', 'qualite') and column_name = 'action_id'"
        ).fetchall()
        for schema, table in tables:
            shown = connection.execute(f"select action_id from {schema}.{table}").fetchall()
            assert not set(shown) & set(hidden), table


@pytest.mark.parametrize("column", ["libelle", "unite", "sens", "formule", "limites"])
def test_the_catalogue_of_the_publication_is_the_seed(warehouse: Warehouse, column: str) -> None:
    with warehouse.connect() as connection:
        differing = connection.execute(
            f"select indicateur_code from marts.dim_indicateurs full join referentiel.indicateurs as seed"
            f" using (indicateur_code) where dim_indicateurs.{column} is distinct from seed.{column}"
        ).fetchall()
    assert differing == []


def test_every_indicator_of_the_catalogue_is_computed_and_no_other(warehouse: Warehouse) -> None:
    with warehouse.connect() as connection:
        catalogue = {
            r[0]
            for r in connection.execute(
                "select indicateur_code from marts.dim_indicateurs"
            ).fetchall()
        }
        computed = {
            r[0]
            for r in connection.execute(
                "select distinct indicateur_code from marts.fct_indicateurs"
            ).fetchall()
        }
    # No session is frozen in this sample.
    assert catalogue - computed == {"tendance", "revision"}
    assert computed - catalogue == set()


def other_seeds(folder: Path, departement: str) -> Settings:
    """An installation whose seeds are in a folder of their own, with one line more in `departements.csv`."""
    seeds = shutil.copytree(PROJECT_ROOT / "seeds", folder / "ailleurs")
    with (seeds / "departements.csv").open("a", encoding="utf-8") as stream:
        stream.write(f"{departement}\n")
    settings = Settings(home=folder / "home", seeds=seeds)
    with raw.writer(settings.raw_path):
        pass
    return settings


def run(settings: Settings, *command: str) -> Path:
    path = settings.home / "essai.duckdb"
    builder.run_dbt(settings, list(command), path, Cutoff.at_end_of(date(2026, 1, 31)), "essai")
    return path


def test_another_folder_of_seeds_is_read_and_left_as_it_was(tmp_path: Path) -> None:
    settings = other_seeds(tmp_path, "01,Ain,84")
    # Made before this seed existed.
    for path in settings.seeds.glob("indicateurs_declares.*"):
        path.unlink()
    before = {path: path.read_bytes() for path in settings.seeds.rglob("*.*")}
    path = run(settings, "seed", "--select", "departements")
    with duckdb.connect(str(path), read_only=True) as connection:
        query = "select libelle from referentiel.departements where region_code = '84'"
        assert connection.execute(query).fetchall() == [("Ain",)]
    assert {path: path.read_bytes() for path in settings.seeds.rglob("*.*")} == before


def test_what_dbt_refuses_is_named_with_what_to_do_and_not_told_of_the_next_run(
    tmp_path: Path,
) -> None:
    settings = other_seeds(tmp_path, "01,Ain,84,de trop")
    with pytest.raises(BuildFailed, match=r"(?s)publication précédente reste.*À faire") as refused:
        run(settings, "seed", "--select", "departements")
    assert "seed.vigie.departements : error" in str(refused.value)
    with pytest.raises(BuildFailed) as refused:
        run(settings, "seed", "--no-such-option")
    assert "departements" not in str(refused.value)
