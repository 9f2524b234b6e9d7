"""The steering site as files: whole, honest, light, made again only when something changed."""

import html
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import duckdb
from pypdf import PdfReader
from steering_site import BOULOGNE, HOSTILE, LONG_WORD, Site, made_alone

from vigie.decisions import review
from vigie.diffusion.pages import markup, pack, pdf
from vigie.diffusion.pages.content import lists
from vigie.diffusion.pages.keys import page_of
from vigie.diffusion.pages.reading import Publication
from vigie.settings import Settings

KINDS = (
    "index.html",
    f"territoires/{BOULOGNE}.html",
    "themes/tourisme.html",
    "qualite.html",
    "freins.html",
    "fonds.html",
)


class _Page(HTMLParser):
    """Links, identifiers and tags of a page."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.identifiers: list[str] = []
        self.tags: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("href", "src") and value:
                self.links.append(value)
            if name == "id" and value:
                self.identifiers.append(value)


def _pdf_text(path: Path) -> str:
    return " ".join(page.extract_text() for page in PdfReader(path).pages)


def test_there_is_a_page_for_the_region_each_territory_and_each_theme(site: Site) -> None:
    assert len(list((site.folder / "territoires").iterdir())) == 90
    assert len(list((site.folder / "themes").iterdir())) == 18
    for one in lists.LISTS:
        assert (site.folder / "actions" / f"{one.code}.html").exists()
    for name in ("index", "qualite", "methode", "nouveautes", "freins", "fonds", "communes"):
        assert (site.folder / f"{name}.html").exists()


def test_every_link_of_every_page_leads_somewhere_inside_the_site(site: Site) -> None:
    parsed = {path: _Page(path.read_text(encoding="utf-8")) for path in site.pages()}
    dead = []
    for path, page in parsed.items():
        for link in page.links:
            if link.startswith("data:"):
                continue
            target, anchor = urldefrag(link)
            aim = (path.parent / unquote(target)).resolve() if target else path
            if not aim.exists() or not aim.is_relative_to(site.folder.resolve()):
                dead.append(f"{path.name}: {link}")
            elif anchor and aim.suffix == ".html" and anchor not in parsed[aim].identifiers:
                dead.append(f"{path.name}: {link} (no such place)")
    assert dead == []


def test_identifiers_are_unique_on_each_page(site: Site) -> None:
    for path in site.pages():
        found = _Page(path.read_text(encoding="utf-8")).identifiers
        assert len(found) == len(set(found)), path.name


def test_nothing_is_fetched_from_the_network(site: Site) -> None:
    for path in [*site.pages(), *(site.folder / "assets").iterdir()]:
        text = path.read_text(encoding="utf-8")
        outside = set(re.findall(r"(?:src|href|url)[=(]['\"]?(?:https?:)?//[^'\")\s>]+", text))
        assert outside == set(), path.name


def test_the_site_and_its_pages_stay_light(site: Site) -> None:
    weights = {path: path.stat().st_size for path in site.folder.rglob("*") if path.is_file()}
    pages = {path.name: size for path, size in weights.items() if path.suffix == ".html"}
    assert sum(weights.values()) < 5_500_000
    assert {name: size for name, size in pages.items() if size >= 500_000} == {}
    # The manifest is written after the summary is made.
    told = site.summary.octets
    assert sum(size for path, size in weights.items() if path.name[0] != ".") <= told
    assert site.summary.octets_page_la_plus_lourde == max(pages.values())


def test_a_page_says_nothing_twice(site: Site) -> None:
    for name in (
        f"territoires/{BOULOGNE}.html",
        f"actions/{BOULOGNE}.html",
        "themes/tourisme.html",
    ):
        text = site.text(name)
        drawn = "".join(re.findall(r'<svg role="img".*?</svg>', text, re.DOTALL))
        assert not re.search(r"<text[^>]*/>|h0v[\d.]+h0Z|<g[^>]*></g>", drawn), name
        assert not re.search(r"</li>\s*<li|</td>\s*<td", text), name
        # Ninety names on every page were a tenth of the site.
        assert text.count("territoires/") < 40, name


def test_every_figure_has_its_data_one_click_away_and_its_source_line(site: Site) -> None:
    figures = [
        (path.name, figure)
        for path in site.pages()
        for figure in re.findall(
            r"<figure.*?</figure>", path.read_text(encoding="utf-8"), re.DOTALL
        )
    ]
    assert len(figures) > 50
    assert [name for name, figure in figures if 'class="source">Source : Vigie' not in figure] == []
    drawn = [(name, figure) for name, figure in figures if "<svg" in figure]
    with_data = re.compile(r'<details class="donnees">.*?\.csv" download>.*?<table', re.DOTALL)
    assert len(drawn) > 20
    assert [name for name, figure in drawn if not with_data.search(figure)] == []


def test_every_page_sheet_and_chart_says_that_the_data_are_fictitious(site: Site) -> None:
    for path in site.pages():
        text = path.read_text(encoding="utf-8")
        assert "DONNÉES FICTIVES" in text, path.name
        drawings = re.findall(r'<svg role="img".*?</svg>', text, re.DOTALL)
        assert all("DONNÉES FICTIVES" in drawing for drawing in drawings), path.name
    for path in (site.folder / "pdf").iterdir():
        for page in PdfReader(path).pages:
            assert "DONNÉES FICTIVES" in page.extract_text(), path.name


def test_real_data_are_not_called_fictitious(site: Site, tmp_path: Path) -> None:
    real = tmp_path / "vigie.duckdb"
    shutil.copyfile(site.publication, real)
    with duckdb.connect(str(real)) as connection:
        connection.execute("update marts.publication set donnees_fictives = false")
    for name in KINDS:
        assert "fictives" not in made_alone(real, name).lower(), name


def test_a_hostile_title_is_text_on_the_page_and_in_the_sheet(site: Site) -> None:
    page = site.text(f"territoires/{BOULOGNE}.html")
    assert "&lt;script&gt;document.title" in page
    assert "<script>document" not in page
    assert "<b>gras" not in page
    assert LONG_WORD in page
    sheet = re.sub(r"\s+", "", _pdf_text(site.folder / "pdf" / f"{BOULOGNE}.pdf"))
    assert re.sub(r"\s+", "", HOSTILE) in sheet


def test_a_sheet_has_two_pages_and_is_tagged_with_page_numbers(site: Site) -> None:
    reader = PdfReader(site.folder / "pdf" / f"{BOULOGNE}.pdf")
    assert len(reader.pages) == 2
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.metadata is not None
    assert reader.metadata.title == "CA du Boulonnais"
    assert "1 / 2" in reader.pages[0].extract_text()
    assert "2 / 2" in reader.pages[1].extract_text()


def test_the_committee_pack_holds_the_region_and_its_themes(site: Site) -> None:
    text = _pdf_text(site.folder / "pdf" / "comite.pdf")
    assert "territoires sur 90" in text
    assert "Inclusion et médiation numériques" in text


def test_a_page_made_again_is_the_same_text(site: Site) -> None:
    # A page alone does not know what the workbook made beside it weighs.
    weighed = re.compile(r"\(Excel, [^)]*\)")
    for name in KINDS:
        again, there = made_alone(site.publication, name), site.text(name)
        assert weighed.sub("", again) == weighed.sub("", there), name


def test_a_sheet_made_again_is_the_same_bytes(site: Site) -> None:
    with Publication(site.publication) as opened:
        again = pdf.sheet(page_of(opened, None, f"territoire/{BOULOGNE}"), opened)
    assert again.typeset() == (site.folder / "pdf" / f"{BOULOGNE}.pdf").read_bytes()


def test_real_contours_replace_the_tiles_when_the_installation_has_them(
    site: Site, shared: Path
) -> None:
    contours = shared / "reference" / "epci_contours.topojson"
    drawn = made_alone(site.publication, "index.html", contours)
    assert drawn.count('<path class="forme"') == 90
    assert '<polygon class="forme"' not in drawn
    assert ">Boulogne</text>" in drawn


def test_the_pack_draws_the_map_of_the_pages(site: Site, shared: Path) -> None:
    contours = shared / "reference" / "epci_contours.topojson"
    with Publication(site.publication) as opened:
        for named, shape in ((contours, "<path"), (None, "<polygon")):
            page = page_of(opened, named, "region")
            drawn = pack.committee(opened, {"region": page}).contenu["carte"]["svg"]
            assert drawn == markup.map_svg(page.contenu["carte"], True)
            assert drawn.count(shape) == 90
    towns = set(re.findall(r"<text[^>]*>([^<]+)</text>", drawn))
    assert {"Boulogne", "Senlis", "Dunkerque"} <= towns
    drawn_page = PdfReader(site.folder / "pdf" / "comite.pdf").pages[1].extract_text()
    assert {town for town in towns if town not in drawn_page} == set()


def test_a_report_that_waits_is_listed_with_the_sentences_that_the_review_shows(
    site: Site, demo_night: Settings
) -> None:
    page = html.unescape((site.folder / "qualite.html").read_text(encoding="utf-8"))
    table = re.search(r"Les rapports non retenus ou en attente.*?</table>", page, re.DOTALL)
    waiting = [motif for report in review.pending(demo_night) for motif in report.motifs]
    assert waiting and table
    assert [motif for motif in waiting if f"<li>{motif}<" not in table[0]] == []
