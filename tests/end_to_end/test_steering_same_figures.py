"""The same figures in SQL, on the pages, in the PDFs and in every exported file; `tests/bi` adds Superset."""

import duckdb
from pypdf import PdfReader
from same_figures import REGION, differences, everywhere, landmarks
from steering_site import Site

from vigie.diffusion.pages import french
from vigie.settings import Settings


def test_figures_are_the_same_wherever_they_are_read(site: Site, demo_night: Settings) -> None:
    media = everywhere(site, demo_night.published / "exports")
    places = {place for place, _ in media["sql"]}
    assert REGION in places
    assert len(places) >= 4
    for medium in ("page", "pdf"):
        assert {place for place, _ in media[medium]} == places
    for medium in ("parquet", "csv", "xlsx"):
        assert {place for place, _ in media[medium]} == places - {REGION}
    assert differences(media) == []


def test_the_counts_of_a_page_are_those_of_sql(site: Site) -> None:
    with duckdb.connect(str(site.publication), read_only=True) as connection:
        counts = connection.execute(
            "select territoire_code, numerateur from marts.fct_indicateurs where est_dernier_mois"
            " and indicateur_code = 'taux_realisation' and maille_code = 'epci'"
            " and modalite_code = 'total' and valeur is not null"
        ).fetchall()
    assert len(counts) >= 3
    for siren, done in counts:
        shown = landmarks(site.text(f"territoires/{siren}.html"))
        assert shown["Actions réalisées"] == french.number(done), siren


def test_the_committee_reads_the_figures_of_its_pages(site: Site) -> None:
    shown = landmarks(site.text("index.html"))
    pack = PdfReader(site.folder / "pdf" / "comite.pdf").pages[0].extract_text()
    written = pack.replace("\u00a0", " ")
    first = (
        "Actions réalisées",
        "Actions en retard",
        "Actions bloquées",
        "Sans nouvelles",
        "Avancement moyen",
    )
    shown = {label: shown[label] for label in first}
    assert [one for one in shown.values() if one.replace("\u00a0", " ") not in written] == []
