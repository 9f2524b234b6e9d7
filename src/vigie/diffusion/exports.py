"""Files that any tool opens: Parquet, CSV, a workbook of the territories, GeoJSON, a Data Package."""

import hashlib
import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from vigie.diffusion import catalogue
from vigie.diffusion.catalogue import Column, Table
from vigie.files import sync_folder, write_json
from vigie.reference import contours
from vigie.settings import Settings
from vigie.text import FORMULA_STARTS, without_controls
from vigie.warehouse.damaged import publication_opened

SCHEMAS = ("marts", "qualite")
_FIELD_TYPES = {
    "BIGINT": "integer",
    "INTEGER": "integer",
    "HUGEINT": "integer",
    "DOUBLE": "number",
    "DECIMAL": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
}
_TERRITORY_TABLES = ("dim_territoires", "indicateurs_par_territoire", "fct_actions")
_MAP = {
    False: "Les intercommunalités, une par ligne de dim_territoires : des points, faute de contours (VIGIE_CONTOURS).",
    True: "Les intercommunalités, une par ligne de dim_territoires : leurs contours, un point pour celles qui n'en ont"
    " pas.",
}
_FICTITIOUS = "DONNÉES FICTIVES : région de démonstration"


def neutralised(text: str) -> str:
    """`text` such that a spreadsheet takes it, and shows it instead of computing it."""
    # The gate takes control characters out; what an older version of Vigie loaded may still hold some.
    shown = without_controls(text)
    return "'" + shown if shown.startswith(FORMULA_STARTS) else shown


def export(settings: Settings, contours_path: Path | None = None) -> Path:
    """Writes every published table of `marts` and `qualite` to `published/exports/`; returns that folder.

    `contours_path` names a TopoJSON keyed by SIREN; without it the GeoJSON file gives points. The files of one
    publication are in their own folder; `exports` is a link replaced at once, so that a reader never mixes two
    publications. Raises SettingsError when the contours cannot be read.
    """
    shapes = contours.read(contours_path) if contours_path else {}
    with publication_opened(settings.publication_path) as connection:
        row = connection.execute(
            "select publication_id, donnees_fictives from marts.publication"
        ).fetchone()
        assert row is not None
        identity, fictitious = row
        folder = settings.published / f"exports-{identity}{_mark(shapes)}"
        if not (folder / "datapackage.json").exists():
            _write_all(connection, folder, shapes, fictitious)
    link = settings.published / f".exports.{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(folder.name, target_is_directory=True)
    os.replace(link, settings.published / "exports")
    sync_folder(settings.published)
    for old in settings.published.glob("exports-*"):
        if old != folder:
            shutil.rmtree(old)
    return settings.published / "exports"


def _mark(shapes: dict[str, contours.Shape]) -> str:
    """What tells apart the files made with other contours."""
    return f"-{hashlib.sha256(repr(shapes).encode()).hexdigest()[:8]}" if shapes else ""


def _write_all(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    shapes: dict[str, contours.Shape],
    fictitious: bool,
) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tables = catalogue.tables(connection, *SCHEMAS)
    for table in tables:
        relation = connection.sql(f"select * from {table.sql_name} order by all")
        relation.write_parquet(str(folder / f"{table.nom}.parquet"))
        connection.sql(f"select {safe_columns(table)} from relation").write_csv(
            str(folder / f"{table.nom}.csv")
        )
    _write_workbook(connection, folder / "territoires.xlsx", tables, fictitious)
    _write_geojson(connection, folder / "territoires.geojson", shapes, fictitious)
    # Written last: its presence says that the folder is whole.
    package = data_package(connection, tables)
    package["resources"].append(_map_resource(bool(shapes)))
    write_json(folder / "datapackage.json", package)


def safe_columns(table: Table) -> str:
    """The columns of a table for a CSV file: no text that a spreadsheet would run."""
    starts = ", ".join(f"'{start}'" for start in FORMULA_STARTS[:4])
    return ", ".join(
        f'case when substr("{column.nom}", 1, 1) in ({starts}, chr(9), chr(13))'
        f' then \'\'\'\' || "{column.nom}" else "{column.nom}" end as "{column.nom}"'
        if column.is_text
        else f'"{column.nom}"'
        for column in table.colonnes
    )


def _field(column: Column) -> dict[str, Any]:
    """The descriptor of a column: its type, a short French label, its definition."""
    label = re.split(r"\.(?: |$)| ; | : | \(indicateur ", column.description)[0]
    sql_type = column.type_sql.partition("(")[0]
    return {
        "name": column.nom,
        "type": _FIELD_TYPES.get(sql_type, "string"),
        "title": label,
        "description": column.description,
        **({"format": "any"} if sql_type == "TIMESTAMP" else {}),
    }


def data_package(connection: duckdb.DuckDBPyConnection, tables: list[Table]) -> dict[str, Any]:
    """The Data Package descriptor (Frictionless) of these tables as CSV files, with their French definitions."""
    row = connection.execute(
        "select publication_id, date_situation_le, connu_le, donnees_fictives from marts.publication"
    ).fetchone()
    assert row is not None
    identity, situation, known, fictitious = row
    return {
        "profile": "data-package",
        "name": "vigie",
        "id": identity,
        "created": f"{known.isoformat()}Z",
        "title": "Vigie : concrétisation des feuilles de route numériques",
        "description": f"Situation au {situation}, connue le {known}."
        + (f" {_FICTITIOUS}." if fictitious else ""),
        "licenses": [{"name": "etalab-2.0", "title": "Licence Ouverte 2.0"}],
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": table.nom,
                "path": f"{table.nom}.csv",
                "encoding": "utf-8",
                "description": table.description,
                "schema": {"fields": [_field(column) for column in table.colonnes]},
            }
            for table in tables
        ],
    }


def _map_resource(has_contours: bool) -> dict[str, Any]:
    return {
        "name": "territoires-carte",
        "path": "territoires.geojson",
        "format": "geojson",
        "mediatype": "application/geo+json",
        "encoding": "utf-8",
        "description": _MAP[has_contours],
    }


def _write_workbook(
    connection: duckdb.DuckDBPyConnection, path: Path, tables: list[Table], fictitious: bool
) -> None:
    workbook = Workbook(write_only=True)
    bold = Font(bold=True)
    chosen = [table for table in tables if table.nom in _TERRITORY_TABLES]
    for table in chosen:
        sheet = workbook.create_sheet(table.nom[:31])
        sheet.freeze_panes = "A3" if fictitious else "A2"
        if fictitious:
            sheet.append([_FICTITIOUS])
        header = [WriteOnlyCell(sheet, column.nom) for column in table.colonnes]
        for cell in header:
            cell.font = bold
        sheet.append(header)
        rows = connection.execute(f"select * from {table.sql_name} order by all").fetchall()
        for row in rows:
            sheet.append([neutralised(v) if isinstance(v, str) else v for v in row])
    dictionary = workbook.create_sheet("Dictionnaire")
    dictionary.append(["table", "colonne", "définition"])
    for table in chosen:
        for column in table.colonnes:
            dictionary.append([table.nom, column.nom, neutralised(column.description)])
    workbook.save(path)


def _write_geojson(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    shapes: dict[str, contours.Shape],
    fictitious: bool,
) -> None:
    cursor = connection.execute("select * from marts.dim_territoires order by siren_epci")
    names = [column[0] for column in cursor.description or []]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    collection: dict[str, Any] = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": _geometry(row, shapes.get(row["siren_epci"])),
                "properties": row,
            }
            for row in rows
        ],
    }
    if fictitious:
        collection["description"] = _FICTITIOUS
    path.write_text(json.dumps(collection, ensure_ascii=False, default=str), encoding="utf-8")


def _geometry(territory: dict[str, Any], shape: contours.Shape | None) -> dict[str, Any] | None:
    if not shape:
        place = [territory["longitude"], territory["latitude"]]
        return None if None in place else {"type": "Point", "coordinates": place}
    polygons = [
        [_turned(ring, outer=place == 0) for place, ring in enumerate(polygon)] for polygon in shape
    ]
    return {"type": "MultiPolygon", "coordinates": polygons}


def _turned(ring: contours.Ring, *, outer: bool) -> list[list[float]]:
    """The ring as RFC 7946 wants it: counterclockwise outside, clockwise around a hole."""
    turned = ring if (contours.area(ring) > 0) == outer else ring[::-1]
    return [[round(x, 6), round(y, 6)] for x, y in turned]
