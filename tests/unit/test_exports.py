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
            " 'CA du Boulonnais' as nom, 1.6::double as longitude, 50.7::double as latitude"
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


def test_a_control_character_of_an_older_version_stops_no_export(settings: Settings) -> None:
    with duckdb.connect(str(settings.publication_path)) as connection:
        connection.execute(
            "update marts.fct_actions set intitule = $title",
            {"title": "Gui\x01ch\x00et\x0bdu port"},
        )
    folder = exports.export(settings)
    workbook = load_workbook(folder / "territoires.xlsx")
    assert workbook["fct_actions"]["B3"].value == "Guichet du port"
    assert "du port" in (folder / "fct_actions.csv").read_text("utf-8")


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
    tables = [resource for resource in package["resources"] if "schema" in resource]
    assert len(tables) > 20
    fields = [field for resource in tables for field in resource["schema"]["fields"]]
    assert [
        field["name"] for field in fields if not (field["title"] and field["description"])
    ] == []
    assert {path.stem for path in folder.glob("*.parquet")} == {
        r["name"] for r in package["resources"] if r["path"].endswith(".csv")
    }


# Two squares of a grid in tenths of a degree, one with a hole; their outer rings turn clockwise.
CONTOURS = {
    "type": "Topology",
    "transform": {"scale": [0.1, 0.1], "translate": [1, 50]},
    "arcs": [
        [[0, 0], [0, 9], [9, 0], [0, -9], [-9, 0]],
        [[3, 3], [3, 0], [0, 3], [-3, 0], [0, -3]],
        [[20, 0], [0, 2], [2, 0], [0, -2], [-2, 0]],
    ],
    "objects": {
        "epci": {
            "type": "GeometryCollection",
            "geometries": [
                {
                    "type": "MultiPolygon",
                    "arcs": [[[0], [1]], [[2]]],
                    "properties": {"siren": "246200729"},
                }
            ],
        }
    },
}


@pytest.fixture
def contours(tmp_path: Path) -> Path:
    path = tmp_path / "contours.topojson"
    path.write_text(json.dumps(CONTOURS), encoding="utf-8")
    return path


def geometries(folder: Path) -> dict[str, dict]:
    """The shape that the GeoJSON file gives to each territory."""
    collection = json.loads((folder / "territoires.geojson").read_text("utf-8"))
    return {f["properties"]["siren_epci"]: f["geometry"] for f in collection["features"]}


def test_the_geojson_gives_points_without_contours(settings: Settings) -> None:
    shape = geometries(exports.export(settings))["246200729"]
    assert shape == {"type": "Point", "coordinates": [1.6, 50.7]}


def test_a_territory_that_nothing_places_has_no_shape(settings: Settings) -> None:
    with duckdb.connect(str(settings.publication_path)) as connection:
        connection.execute("update marts.dim_territoires set longitude = null, latitude = null")
    assert geometries(exports.export(settings)) == {"246200729": None}


def test_the_geojson_gives_the_contours_of_those_that_have_one(
    settings: Settings, contours: Path
) -> None:
    with duckdb.connect(str(settings.publication_path)) as connection:
        connection.execute(
            "insert into marts.dim_territoires values ('200090751', 'Calais', 1.9, 50.9)"
        )
    shapes = geometries(exports.export(settings, contours))
    assert shapes["200090751"]["type"] == "Point"
    assert shapes["246200729"]["type"] == "MultiPolygon"
    (outer, hole), (island,) = shapes["246200729"]["coordinates"]
    assert outer == [[1.0, 50.0], [1.9, 50.0], [1.9, 50.9], [1.0, 50.9], [1.0, 50.0]]
    assert hole == [[1.3, 50.3], [1.3, 50.6], [1.6, 50.6], [1.6, 50.3], [1.3, 50.3]]
    assert island[0] == island[-1] == [3.0, 50.0]


def test_contours_given_later_make_the_files_again(settings: Settings, contours: Path) -> None:
    before = exports.export(settings).resolve()
    after = exports.export(settings, contours).resolve()
    assert geometries(after)["246200729"]["type"] == "MultiPolygon"
    assert not before.exists()


@pytest.mark.parametrize(("given", "word"), [(False, "points"), (True, "contours")])
def test_the_data_package_says_which_shapes_the_geojson_holds(
    settings: Settings, contours: Path, given: bool, word: str
) -> None:
    folder = exports.export(settings, contours if given else None)
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    (map_file,) = [r for r in package["resources"] if r["path"] == "territoires.geojson"]
    assert map_file["format"] == "geojson"
    assert word in map_file["description"]


def test_every_territory_of_the_region_has_the_contour_of_its_file(
    demo_copy: Settings, shared: Path
) -> None:
    folder = exports.export(demo_copy, shared / "reference" / "epci_contours.topojson")
    shapes = geometries(folder)
    assert len(shapes) == 92
    assert {shape["type"] for shape in shapes.values()} == {"MultiPolygon"}
    for polygons in (shape["coordinates"] for shape in shapes.values()):
        assert all(ring[0] == ring[-1] for polygon in polygons for ring in polygon)


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
