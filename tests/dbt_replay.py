"""One real `dbt build` per test session, whose compiled models are then replayed on any raw rows in memory."""

import functools
import importlib.util
import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from filelock import FileLock
from raw_rows import RAW_SQL, Raw, sample_region, write
from shared_folder import shared_folder

from vigie.files import write_json
from vigie.settings import PROJECT_ROOT, Settings
from vigie.warehouse import builder

BUILD_IDENTITY = "essai"
BUILD_CUTOFF = builder.Cutoff(date(2025, 6, 30), datetime(2025, 8, 30, 10, 11, 12))


class _DbtShim:
    """What a Python model asks of dbt."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, schemas: dict[str, str]) -> None:
        self._connection, self._schemas = connection, schemas

    def config(self, **_: Any) -> None:
        return None

    def ref(self, name: str) -> duckdb.DuckDBPyRelation:
        return self._connection.sql(f"from vigie.{self._schemas[name]}.{name}")


@dataclass(frozen=True)
class Warehouse:
    """The file of the real build and what is needed to build again from other rows."""

    path: Path
    manifest: dict[str, Any] = field(repr=False)
    results: dict[str, Any] = field(repr=False)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Hypothesis writes every field of a call that fails, and takes minutes for those of a manifest."""
        printer.text(str(self.path))

    def connect(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(str(self.path), read_only=True)

    def models(self, wanted: Iterable[str] = ()) -> list[dict[str, Any]]:
        """The models, each after those it reads: all of them, or those wanted and what they read."""
        nodes = {k: n for k, n in self.manifest["nodes"].items() if n["resource_type"] == "model"}
        ordered: dict[str, dict[str, Any]] = {}

        def visit(key: str) -> None:
            if key in nodes and key not in ordered:
                for parent in sorted(nodes[key]["depends_on"]["nodes"]):
                    visit(parent)
                ordered[key] = nodes[key]

        names = set(wanted)
        for key in sorted(nodes):
            if not names or nodes[key]["name"] in names:
                visit(key)
        return list(ordered.values())

    def replay(
        self,
        raw: Raw,
        situation: date = BUILD_CUTOFF.date_situation,
        known: datetime = BUILD_CUTOFF.connu_le,
        seeds: Iterable[str] = (),
        texts: bool = True,
        models: Iterable[str] = (),
    ) -> duckdb.DuckDBPyConnection:
        """A database in memory built from `raw` at those two clocks.

        `seeds`: SQL statements run on the seeds first. Without `texts` the slow comparison of texts is left out.
        `models`: those that a test reads, when it need not build all of them.
        """
        connection = duckdb.connect()
        connection.execute("attach ':memory:' as raw; attach ':memory:' as vigie; use raw")
        connection.execute(RAW_SQL)
        raw.load(connection, "raw")
        self._fill(connection, builder.Cutoff(situation, known), seeds, texts, models)
        return connection

    def build(self, settings: Settings, path: Path, cutoff: builder.Cutoff, identity: str) -> None:
        """Writes into the DuckDB file `path` what `dbt build` would, from the raw file and the seeds of `settings`."""
        with duckdb.connect() as connection:
            connection.execute(f"attach '{settings.raw_path}' as raw (read_only)")
            connection.execute(f"attach '{path}' as vigie (storage_version 'latest')")
            self._fill(connection, cutoff, _changed_seeds(settings), True, (), identity)

    def _fill(
        self,
        connection: duckdb.DuckDBPyConnection,
        cutoff: builder.Cutoff,
        seeds: Iterable[str],
        texts: bool,
        models: Iterable[str],
        identity: str = BUILD_IDENTITY,
    ) -> None:
        """Builds into the attached `vigie` from the attached `raw`."""
        connection.execute(f"attach '{self.path}' as construit (read_only); use vigie")
        nodes = self.manifest["nodes"].values()
        schemas = {n["name"]: n["schema"] for n in nodes if n["resource_type"] in ("model", "seed")}
        for schema in sorted(set(schemas.values())):
            connection.execute(f"create schema if not exists vigie.{schema}")
        for name, schema in schemas.items():
            if schema == "referentiel":
                connection.execute(
                    f"create table vigie.{schema}.{name} as from construit.{schema}.{name}"
                )
        for statement in seeds:
            connection.execute(statement)
        for node in self.models(models):
            relation = f"vigie.{node['schema']}.{node['name']}"
            if node["language"] == "python":
                module = _python_model(node)
                table = module.SCHEMA.empty_table()
                if texts:
                    table = module.model(_DbtShim(connection, schemas), connection)
                connection.register("produced", table)
                connection.execute(f"create table {relation} as from produced")
                continue
            code = node["compiled_code"]
            for built, wanted in (
                (f"cast('{BUILD_CUTOFF.date_situation}' as date)", f"cast('{cutoff.date_situation}' as date)"),
                (f"cast('{BUILD_CUTOFF.connu_le}' as timestamp)", f"cast('{cutoff.connu_le}' as timestamp)"),
                (f"'{BUILD_IDENTITY}'", f"'{identity}'"),
            ):  # fmt: skip
                code = code.replace(built, wanted)
            _create(connection, relation, node, code)


def _create(
    connection: duckdb.DuckDBPyConnection, relation: str, node: dict[str, Any], code: str
) -> None:
    """As dbt does: a table under contract has the columns and the types that it says, in their order."""
    if not node["config"]["contract"]["enforced"] or node["config"]["materialized"] == "view":
        kind = "view" if node["config"]["materialized"] == "view" else "table"
        connection.execute(f"create {kind} {relation} as {code}")
        return
    columns = ", ".join(f'"{c["name"]}" {c["data_type"]}' for c in node["columns"].values())
    connection.execute(f"create table {relation} ({columns})")
    connection.execute(f"insert into {relation} by name {code}")


def _changed_seeds(settings: Settings) -> Iterator[str]:
    """The statements that give the seeds of `settings` their own rows, where they differ from those of the project."""
    for path in sorted(settings.seeds.glob("*.csv")):
        if path.read_bytes() != (PROJECT_ROOT / "seeds" / path.name).read_bytes():
            table = f"vigie.referentiel.{path.stem}"
            yield f"delete from {table}"
            yield f"insert into {table} by name from read_csv('{path}', all_varchar = true)"


@functools.cache
def _module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _python_model(node: dict[str, Any]) -> Any:
    return _module(builder.DBT_PROJECT / node["original_file_path"])


def core_territories(count: int) -> list[str]:
    """The first SIREN of the reference with their seat in the region."""
    query = (
        f"select siren_epci from read_csv('{PROJECT_ROOT}/seeds/territoires.csv', all_varchar = true)"
        f" where perimetre_code = 'coeur' order by siren_epci limit {count}"
    )
    return [row[0] for row in duckdb.sql(query).fetchall()]


@functools.cache
def _built(root: Path) -> Warehouse:
    folder = root / "entrepot"
    settings, path, target = Settings(home=folder), folder / "vigie.duckdb", folder / "dbt"
    with FileLock(root / "entrepot.lock"):
        if not (folder / "fini").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            write(sample_region(core_territories(12)), settings.raw_path)
            builder.run_dbt(settings, ["build"], path, BUILD_CUTOFF, BUILD_IDENTITY)
            (folder / "fini").touch()
    return Warehouse(
        path,
        json.loads((target / "manifest.json").read_text(encoding="utf-8")),
        json.loads((target / "run_results.json").read_text(encoding="utf-8")),
    )


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    return _built(shared_folder(tmp_path_factory))


@pytest.fixture
def replayed_builds(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds of this process made by DuckDB from the models that dbt compiled once: same tables, a fifth of the time.

    For tests of what surrounds a build; whoever starts a command has dbt itself.
    """

    def run_dbt(
        settings: Settings, _command: list[str], path: Path, cutoff: builder.Cutoff, identity: str
    ) -> Path:
        warehouse.build(settings, path, cutoff, identity)
        target = settings.home / "dbt"
        target.mkdir(exist_ok=True)
        write_json(target / "manifest.json", warehouse.manifest)
        return target

    monkeypatch.setattr(builder, "run_dbt", run_dbt)
