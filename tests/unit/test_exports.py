"""The exported files say what the publication says, in a form that every tool opens safely."""

import json
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from frictionless import Package
from openpyxl import load_workbook

from vigie.diffusion import exports
from vigie.settings import Settings

HOSTILE = '=HYPERLINK("http://exemple.invalid";"cliquez")'


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path)
    publish(settings, "un")
    return settings


def publish(settings: Settings, identity: str) -> None:
    settings.published.mkdir(exist_ok=True)
    settings.publication_path.unlink(missing_ok=True)
    with duckdb.connect(str(settings.publication_path)) as connection:
        connection.execute("create schema marts; create schema qualite; create schema referentiel")
        connection.execute(
            f"create table marts.publication as select '{identity}' as publication_id,"
            " date '2026-10-31' as date_situation_le, timestamp '2026-11-20 23:59:59' as connu_le,"
            " true as donnees_fictives"
        )
        connection.execute(
            "create table marts.dim_territoires as select '246200729' as siren_epci,"
            " 'CA du Boulonnais' as nom, 1.6 as longitude, 50.7 as latitude"
        )
        connection.execute(
            "create table marts.fct_actions as"
            " select '246200729' as siren_epci, $hostile as intitule, -12.5::double as valeur",
            {"hostile": HOSTILE},
        )
        connection.execute("comment on table marts.fct_actions is 'Une ligne par action.'")
        connection.execute("comment on column marts.fct_actions.intitule is 'Intitulé.'")
        connection.execute(
            "create table marts.dim_indicateurs as select 'taux_retard' as indicateur_code,"
            " 'Actions en retard' as libelle, 12.50::decimal(10, 2) as poids"
        )
        connection.execute(
            "comment on column marts.fct_actions.valeur is"
            " 'Part en retard, en % (indicateur « Retards : les actions en retard »).'"
        )
        connection.execute("create table referentiel.themes as select 1 as x")


def test_parquet_keeps_the_text_and_csv_makes_it_harmless(settings: Settings) -> None:
    folder = exports.export(settings)
    assert pd.read_parquet(folder / "fct_actions.parquet")["intitule"].tolist() == [HOSTILE]
    csv = pd.read_csv(folder / "fct_actions.csv")
    assert csv["intitule"].tolist() == ["'" + HOSTILE]
    assert csv["valeur"].tolist() == [-12.5]


def test_no_cell_of_the_workbook_is_a_formula(settings: Settings) -> None:
    workbook = load_workbook(exports.export(settings) / "territoires.xlsx")
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert workbook["fct_actions"]["B3"].value == "'" + HOSTILE


def test_synthetic_data_says_so_in_every_file_with_a_place_for_it(settings: Settings) -> None:
    folder = exports.export(settings)
    workbook = load_workbook(folder / "territoires.xlsx")
    assert "FICTIVES" in workbook["fct_actions"]["A1"].value
    for name in ("territoires.geojson", "datapackage.json"):
        assert "FICTIVES" in json.loads((folder / name).read_text("utf-8"))["description"]


def test_the_data_package_is_valid_and_defines_every_column(settings: Settings) -> None:
    folder = exports.export(settings)
    report = Package(str(folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "type", "message"])
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    (actions,) = [r for r in package["resources"] if r["name"] == "fct_actions"]
    assert actions["description"] == "Une ligne par action."
    _, title, value = actions["schema"]["fields"]
    assert title["description"] == "Intitulé."
    assert (value["title"], value["type"]) == ("Part en retard, en %", "number")
    (indicators,) = [r for r in package["resources"] if r["name"] == "dim_indicateurs"]
    assert indicators["schema"]["fields"][2]["type"] == "number"


def test_the_files_of_a_whole_publication_are_a_valid_data_package(demo_night: Settings) -> None:
    folder = demo_night.published / "exports"
    report = Package(str(folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "type", "message"])
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert len(package["resources"]) > 20
    fields = [field for resource in package["resources"] for field in resource["schema"]["fields"]]
    assert [
        field["name"] for field in fields if not (field["title"] and field["description"])
    ] == []
    assert {path.stem for path in folder.glob("*.parquet")} == {
        r["name"] for r in package["resources"]
    }


def test_the_folder_is_replaced_at_once_and_the_old_one_removed(settings: Settings) -> None:
    first = exports.export(settings).resolve()
    publish(settings, "deux")
    second = exports.export(settings).resolve()
    assert (first.name, second.name) == ("exports-un", "exports-deux")
    assert not first.exists()


def test_exporting_the_same_publication_twice_writes_nothing(settings: Settings) -> None:
    descriptor = exports.export(settings) / "datapackage.json"
    before = descriptor.stat().st_mtime_ns
    exports.export(settings)
    assert descriptor.stat().st_mtime_ns == before


def test_only_the_schemas_for_readers_are_exported(settings: Settings) -> None:
    assert not (exports.export(settings) / "themes.csv").exists()
