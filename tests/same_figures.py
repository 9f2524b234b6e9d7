"""A sample of figures as each medium gives them: SQL, pages, PDFs, exported files.

A sample is a dictionary: (territory or region, indicator) to what the medium writes, rounded as pages write it.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
from openpyxl import load_workbook
from pypdf import PdfReader
from steering_site import Site

from vigie.diffusion.pages import french

# How much of the progress rests on the status alone.
GUESSED = "estime_statut"
COLUMNS = {
    "avancement": "avancement_pct",
    GUESSED: "avancement_estime_statut_pct",
    "taux_realisation": "taux_realisation_pct",
}
REGION = "region"
# The actions that are not abandoned, and those of them that a rate is about.
FOLLOWED = "actions suivies"
RATED = "actions au statut connu"
GUESSED_WORDS = "estimés d’après le statut"
Sample = dict[tuple[str, str], str]


def in_sql(publication: Path) -> Sample:
    """The truth that the rest is compared with: every territory that has figures, and the region."""
    with duckdb.connect(str(publication), read_only=True) as connection:
        found = connection.execute(
            "select case maille_code when 'epci' then territoire_code else maille_code end,"
            f" if(modalite_code = '{GUESSED}', modalite_code, indicateur_code), valeur from marts.fct_indicateurs"
            " where est_dernier_mois and maille_code in ('epci', 'region') and theme_code = 'tous'"
            f" and modalite_code in ('total', '{GUESSED}') and valeur is not null"
            " and indicateur_code in ('avancement', 'taux_realisation')"
        ).fetchall()
        counts = connection.execute(
            "select territoire_code, modalite_code, n_nb from marts.fct_indicateurs where est_dernier_mois"
            " and maille_code = 'epci' and theme_code = 'tous' and valeur is not null"
            " and (indicateur_code, modalite_code) in"
            " (('taux_realisation', 'total'), ('repartition_statuts', 'sans_nouvelles'))"
        ).fetchall()
    return {(place, code): french.percent(value) for place, code, value in found} | {
        (place, RATED if part == "total" else FOLLOWED): french.number(count)
        for place, part, count in counts
    }


def on_pages(site: Site, places: Iterable[str]) -> Sample:
    """Progress of each page; the actions that its rate is about; the region's realised share in its first
    sentence."""
    sample: Sample = {}
    for place in places:
        text = site.text("index.html" if place == REGION else f"territoires/{place}.html")
        sample[place, "avancement"] = landmarks(text)["Avancement moyen"]
        ((sample[place, GUESSED],),) = [re.findall(rf"dont ([^ ]*) {GUESSED_WORDS}", text)]
        if place == REGION:
            ((done,),) = [re.findall(r"<h1>(.*?) des actions sont réalisées", text)]
            sample[place, "taux_realisation"] = done
            continue
        counted = re.search(r"<dt>Actions réalisées<dd>.*?<small> sur ([^<]*)</small>", text)
        assert counted is not None, place
        sample[place, RATED] = counted[1]
    return sample


def landmarks(page: str) -> dict[str, str]:
    """The key figures of a page, by label."""
    return dict(re.findall(r'<dt>([^<]*)<dd><span class="grand">(?:<a [^>]*>)?([^<]*)<', page))


def in_pdf(site: Site, places: Iterable[str]) -> Sample:
    """Progress as the second page of each sheet and the first page of the committee's pack write it."""
    sample: Sample = {}
    for place in places:
        name, number = ("comite", 0) if place == REGION else (place, 1)
        text = PdfReader(site.folder / "pdf" / f"{name}.pdf").pages[number].extract_text()
        found = re.search(r"Avancement moyen.*?(\d+)\s*%", text, re.DOTALL)
        assert found is not None, name
        sample[place, "avancement"] = f"{found[1]}{french.NARROW_SPACE}%"
        guessed = re.search(r"dont\s+(\d+)\s*%\s+estimés\s+d’après\s+le\s+statut", text)
        assert guessed is not None, name
        sample[place, GUESSED] = f"{guessed[1]}{french.NARROW_SPACE}%"
    return sample


def in_exports(folder: Path) -> dict[str, Sample]:
    """The wide view of the territories in each kind of file."""
    sheet = load_workbook(folder / "territoires.xlsx")["indicateurs_par_territoire"]
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0] is not None]
    head = next(n for n, row in enumerate(rows) if "avancement_pct" in row)
    tables = {
        "parquet": pd.read_parquet(folder / "indicateurs_par_territoire.parquet"),
        "csv": pd.read_csv(folder / "indicateurs_par_territoire.csv", dtype={"siren_epci": str}),
        "xlsx": pd.DataFrame(rows[head + 1 :], columns=rows[head]),
    }
    return {kind: _of_table(table) for kind, table in tables.items()}


def _of_table(table: pd.DataFrame) -> Sample:
    latest = table[table["est_dernier_mois"].astype(bool)]
    return {
        (row["siren_epci"], code): french.percent(float(row[column]))
        for row in latest.to_dict("records")
        for code, column in COLUMNS.items()
        if pd.notna(row[column])
    }


def everywhere(site: Site, exports: Path) -> dict[str, Sample]:
    """What every medium of the publication writes, by medium."""
    truth = in_sql(site.publication)
    places = sorted({place for place, _ in truth})
    return {
        "sql": truth,
        "page": on_pages(site, places),
        "pdf": in_pdf(site, places),
        **in_exports(exports),
    }


def differences(media: dict[str, Sample]) -> list[tuple[str, Any, str, str]]:
    """Each figure that a medium writes otherwise than SQL, or that SQL does not have."""
    truth = media["sql"]
    return [
        (medium, key, written, truth.get(key, "absent"))
        for medium, sample in media.items()
        for key, written in sample.items()
        if truth.get(key) != written
    ]
