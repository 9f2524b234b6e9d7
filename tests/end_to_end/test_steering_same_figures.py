"""The same figures in SQL, on the pages, in the PDF and in every exported file."""

import re
from typing import Any

import duckdb
import pandas as pd
import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from steering_site import Site

from vigie.settings import Settings
from vigie.steering import french

COLUMNS = {"avancement": "avancement_pct", "taux_realisation": "taux_realisation_pct"}


@pytest.fixture(scope="module")
def measured(site: Site) -> dict[str, dict[str, dict[str, Any]]]:
    """By territory and indicator, what SQL answers: the truth that the rest is compared with."""
    with duckdb.connect(str(site.publication), read_only=True) as connection:
        rows = connection.sql(
            "select territoire_code, indicateur_code, valeur, numerateur from marts.fct_indicateurs"
            " where est_dernier_mois and maille_code = 'epci' and theme_code = 'tous'"
            " and modalite_code = 'total' and valeur is not null"
            " and indicateur_code in ('avancement', 'taux_realisation')"
        ).fetchall()
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for siren, code, value, numerator in rows:
        found.setdefault(siren, {})[code] = {"valeur": value, "numerateur": numerator}
    assert len(found) >= 3
    return found


def test_figures_of_the_pages_and_of_the_sheets_are_those_of_sql(
    site: Site, measured: dict[str, dict[str, dict[str, Any]]]
) -> None:
    for siren, own in measured.items():
        page = site.text(f"territoires/{siren}.html")
        shown = dict(re.findall(r'<dt>([^<]*)</dt><dd><span class="grand">([^<]*)<', page))
        progress = french.percent(own["avancement"]["valeur"])
        assert shown["Avancement moyen"] == progress, siren
        assert shown["Actions réalisées"] == french.number(own["taux_realisation"]["numerateur"])
        sheet = PdfReader(site.folder / "pdf" / f"{siren}.pdf").pages[1].extract_text()
        assert progress in sheet, siren


def test_the_committee_reads_the_figures_of_its_pages(site: Site) -> None:
    page = site.text("index.html")
    shown = dict(re.findall(r'<dt>([^<]*)</dt><dd><span class="grand">([^<]*)<', page))
    pack = PdfReader(site.folder / "pdf" / "comite.pdf").pages[0].extract_text()
    written = pack.replace("\u00a0", " ")
    assert [one for one in shown.values() if one.replace("\u00a0", " ") not in written] == []
    with duckdb.connect(str(site.publication), read_only=True) as connection:
        ((progress,),) = connection.execute(
            "select avancement_pct from marts.indicateurs_region where dernier_mois"
        ).fetchall()
    assert shown["Avancement moyen"] == french.percent(progress)


def test_figures_of_the_exported_files_are_those_of_sql(
    demo_night: Settings, measured: dict[str, dict[str, dict[str, Any]]]
) -> None:
    folder = demo_night.published / "exports"
    sheet = load_workbook(folder / "territoires.xlsx")["indicateurs_par_territoire"]
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0] is not None]
    head = next(n for n, row in enumerate(rows) if "avancement_pct" in row)
    tables = {
        "parquet": pd.read_parquet(folder / "indicateurs_par_territoire.parquet"),
        "csv": pd.read_csv(folder / "indicateurs_par_territoire.csv", dtype={"siren_epci": str}),
        "xlsx": pd.DataFrame(rows[head + 1 :], columns=rows[head]),
    }
    for kind, table in tables.items():
        latest = table[table["dernier_mois"].astype(bool)].set_index("siren_epci")
        for siren, own in measured.items():
            for code, column in COLUMNS.items():
                written = float(latest.loc[siren, column])
                assert written == pytest.approx(own[code]["valeur"]), (kind, siren, code)
