"""The steering pages in a real Chromium, as each kind of reader meets them."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from steering_site import BOULOGNE, HOSTILE, Site, made_alone

from vigie.diffusion.pages.french import percent

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
KINDS = (
    "index.html",
    f"territoires/{BOULOGNE}.html",
    "themes/tourisme.html",
    "qualite.html",
    "methode.html",
    "nouveautes.html",
    f"actions/{BOULOGNE}.html",
    "actions/realisees.html",
    "actions/a_relancer.html",
    "freins.html",
    "fonds.html",
)


@pytest.fixture
def tab(chromium: Any) -> Iterator[Any]:
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    yield page
    page.close()


def _photograph(page: Any, name: str) -> None:
    """Keeps a screenshot when VIGIE_SCREENSHOTS names a folder: someone looks at them."""
    folder = os.environ.get("VIGIE_SCREENSHOTS")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def test_no_page_reports_an_error_to_the_console(site: Site, tab: Any) -> None:
    errors: list[str] = []
    tab.on("console", lambda m: errors.append(m.text) if m.type in ("error", "warning") else None)
    tab.on("pageerror", lambda error: errors.append(str(error)))
    for name in KINDS:
        tab.goto(site.url(name))
        _photograph(tab, name.replace("/", "_"))
    assert errors == []


def test_a_manager_finds_boulogne_by_searching(site: Site, tab: Any) -> None:
    tab.goto(site.url("index.html"))
    tab.get_by_text("Trouver un territoire").click()
    tab.locator(".recherche .noms li").first.wait_for()
    assert tab.locator(".recherche .noms li:visible").count() == 90
    tab.keyboard.type("boulogne")
    found = tab.locator(".recherche .noms li:visible").all_inner_texts()
    assert found == ["CA du Boulonnais Boulogne-sur-Mer"]
    tab.locator(".recherche input").fill("boulonn")
    assert tab.locator(".recherche .noms li:visible").all_inner_texts() == found
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**/{BOULOGNE}.html")
    assert tab.locator("h1").inner_text() == "CA du Boulonnais"


@pytest.mark.parametrize("width", [320, 390, 1024, 1280])
def test_what_the_search_opens_is_whole_on_the_screen(
    site: Site, chromium: Any, width: int
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 900})
    page.goto(site.url("methode.html"))
    page.get_by_text("Trouver un territoire").click()
    box = page.locator(".recherche > div").bounding_box()
    page.close()
    assert box["x"] >= 0 and box["x"] + box["width"] <= width


def test_a_manager_compares_a_territory_with_its_peers(site: Site, tab: Any) -> None:
    tab.goto(site.url(f"territoires/{site.peered()}.html"))
    figure = tab.locator("figure#pairs")
    assert figure.locator("svg").is_visible()
    assert "7\u00a0territoires" in figure.inner_text()
    figure.get_by_text("Voir les données").click()
    done = figure.locator("tbody tr", has_text="Actions réalisées").locator("td").all_inner_texts()
    with duckdb.connect(str(site.publication), read_only=True) as connection:
        ((own,),) = connection.execute(
            "select valeur from marts.comparaison_pairs where est_dernier_mois"
            " and siren_epci = ? and indicateur_code = 'taux_realisation'",
            [site.peered()],
        ).fetchall()
    assert done == [percent(own), percent(21), percent(34), percent(55), "7"]


def test_too_few_peers_are_never_compared(site: Site, tab: Any) -> None:
    tab.goto(site.url(f"territoires/{BOULOGNE}.html"))
    figure = tab.locator("figure#pairs")
    assert "Moins de cinq territoires semblables" in figure.inner_text()
    assert figure.locator("svg, table").count() == 0


def test_a_territory_opens_from_its_tile_with_the_keyboard(site: Site, tab: Any) -> None:
    tab.goto(site.url("index.html"))
    tile = tab.locator(f'.carte svg a[href="territoires/{BOULOGNE}.html"]')
    assert "CA du Boulonnais" in tile.get_attribute("aria-label")
    tile.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**/{BOULOGNE}.html")


def test_the_first_tab_stop_skips_to_the_content(site: Site, tab: Any) -> None:
    tab.goto(site.url("index.html"))
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Aller au contenu"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "contenu"
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.closest('main') !== null")


def test_the_parts_of_a_page_are_reached_from_its_top(site: Site, tab: Any) -> None:
    tab.emulate_media(reduced_motion="reduce")
    tab.goto(site.url(f"territoires/{BOULOGNE}.html"))
    tab.locator(".parties").get_by_text("Ce qui devient réel").click()
    bar, part = (tab.locator(one).bounding_box() for one in (".parties", "#reel"))
    assert bar["y"] == 0
    assert bar["height"] - 1 <= part["y"] < 200


def test_every_tab_stop_can_be_seen(site: Site, tab: Any) -> None:
    tab.goto(site.url(f"territoires/{BOULOGNE}.html"))
    for _ in range(12):
        tab.keyboard.press("Tab")
        style = tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert style != "none", tab.evaluate("document.activeElement.outerHTML")[:200]


def test_a_table_sorts_and_filters(site: Site, tab: Any) -> None:
    tab.goto(site.url("index.html"))
    table = tab.locator("table#territoires")
    head = table.locator("thead th", has_text="Actions suivies")
    head.get_by_role("button").click()
    head.get_by_role("button").click()
    table.locator("th[aria-sort=descending]").wait_for()
    counts = [
        int(text.replace("\u202f", ""))
        for text in table.locator("tbody tr td:nth-child(4)").all_inner_texts()
    ]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]
    tab.locator('input[data-table="territoires"]').fill("boulonnais")
    assert table.locator("tbody tr:visible").count() == 1


@pytest.mark.parametrize("column", ["Budget prévu", "Fin prévue"])
def test_amounts_and_dates_sort_by_what_they_are_not_by_their_letters(
    site: Site, tab: Any, column: str
) -> None:
    tab.goto(site.url(f"territoires/{BOULOGNE}.html"))
    table = tab.locator("table#actions")
    heads = table.locator("thead th").all_inner_texts()
    (place,) = [n for n, head in enumerate(heads) if head.startswith(column)]
    table.get_by_role("button", name=column).click()
    table.locator("th[aria-sort=ascending]").wait_for()
    cells = table.locator(f"tbody tr > :nth-child({place + 1})").all_inner_texts()
    known = [re.findall(r"\d+", cell) for cell in cells if cell != "n.\u00a0d."]
    if column == "Fin prévue":
        found = [(int(year), int(month), int(day)) for day, month, year in known]
        assert len({day for *_, day in found}) > 1
    else:
        found = [int("".join(digits)) for digits in known]
        assert len({len(str(amount)) for amount in found}) > 1
    assert found == sorted(found)
    assert cells[len(known) :] == ["n.\u00a0d."] * (len(cells) - len(known))


def test_the_map_changes_what_it_shows_without_script(site: Site, chromium: Any) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url("index.html"))
    assert page.locator(".carte .valeur.vue-3:visible").count() == 0
    page.get_by_role("radio", name="Avancement moyen").check()
    assert page.locator(".carte .valeur.vue-3:visible").count() >= 3
    assert page.locator("div.vue-3 li:visible").count() >= 5
    context.close()


def test_everything_reads_without_script(site: Site, chromium: Any) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url(f"territoires/{BOULOGNE}.html"))
    assert page.locator("figure svg").count() >= 3
    assert page.locator("table#actions tbody tr:visible").count() >= 3
    assert page.locator(".avec-js:visible").count() == 0
    page.get_by_text("Voir les données").first.click()
    assert page.locator("details[open] table").first.is_visible()
    page.get_by_text("Trouver un territoire").click()
    page.get_by_text("Tous les territoires et toutes les communes").click()
    assert page.locator("#territoires + ul li:visible").count() == 90
    context.close()


def test_a_narrow_screen_never_scrolls_sideways(site: Site, chromium: Any) -> None:
    page = chromium.new_page(viewport={"width": 320, "height": 700})
    wide = {}
    for name in KINDS:
        page.goto(site.url(name))
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            wide[name] = width
    _photograph(page, "etroit")
    page.close()
    assert wide == {}


def test_a_hostile_title_runs_nothing(site: Site, tab: Any) -> None:
    tab.goto(site.url(f"territoires/{BOULOGNE}.html"))
    assert tab.title().startswith("CA du Boulonnais")
    cell = tab.locator("table#actions tbody th", has_text="SOMME(A1)")
    assert cell.inner_text() == HOSTILE
    assert tab.locator("table#actions b").count() == 0


def test_print_keeps_the_content_and_drops_the_controls(
    site: Site, tab: Any, tmp_path: Path
) -> None:
    tab.goto(site.url(f"territoires/{BOULOGNE}.html"))
    tab.emulate_media(media="print", color_scheme="dark")
    assert tab.locator("nav:visible, .recherche:visible, .filtre:visible").count() == 0
    assert tab.locator("h1").is_visible()
    assert tab.locator(".fictif").is_visible()
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    printed = tmp_path / "page.pdf"
    tab.pdf(path=str(printed), prefer_css_page_size=True)
    assert printed.stat().st_size > 10_000


def test_no_page_is_wider_than_a_sheet_of_paper(site: Site, chromium: Any) -> None:
    # A4 less its margins (14 mm), at 96 pixels per inch: Chromium shrinks the whole of what is wider.
    page = chromium.new_page(viewport={"width": 688, "height": 1017})
    page.emulate_media(media="print")
    wide = {}
    for name in KINDS:
        page.goto(site.url(name))
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 688:
            wide[name] = width
    page.close()
    assert wide == {}


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_no_accessibility_rule_is_broken(site: Site, chromium: Any, mode: str) -> None:
    page = chromium.new_page(
        viewport={"width": 1280, "height": 900}, color_scheme=mode, bypass_csp=True
    )
    broken = []
    for name in KINDS:
        page.goto(site.url(name))
        page.add_script_tag(path=str(AXE))
        found = page.evaluate(
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
        )
        broken += [
            f"{name}: {rule['id']}: {rule['nodes'][0]['html'][:160]}"
            for rule in found["violations"]
        ]
    page.close()
    assert broken == []


def test_the_map_is_one_tab_stop_with_arrows_inside(site: Site, tab: Any) -> None:
    tab.goto(site.url("index.html"))
    active = "document.activeElement.closest('.carte svg > a') && document.activeElement.id"
    tab.locator("#connu-carte").focus()
    tab.keyboard.press("Tab")
    first = tab.evaluate(active)
    assert first.startswith("case-")
    reached = tab.evaluate("""() => {
        const todo = [document.activeElement], seen = new Set(todo);
        while (todo.length) {
            const tile = todo.pop();
            for (const key of ["ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"]) {
                tile.focus();
                tile.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
                const next = document.activeElement;
                if (!seen.has(next)) { seen.add(next); todo.push(next); }
            }
        }
        return seen.size;
    }""")
    assert reached == tab.locator(".carte svg > a").count() == 90
    tab.locator(f"#case-{BOULOGNE}").focus()
    tab.keyboard.press("ArrowRight")
    beside = tab.evaluate(active)
    assert beside not in ("", f"case-{BOULOGNE}")
    tab.keyboard.press("Tab")
    assert not tab.evaluate(active)
    tab.keyboard.press("Shift+Tab")
    assert tab.evaluate(active) == beside
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**/{beside.removeprefix('case-')}.html")


def test_every_tile_is_reached_by_tab_without_script(site: Site, chromium: Any) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url("index.html"))
    assert page.locator('.carte svg > a[tabindex="-1"]').count() == 0
    context.close()


@pytest.mark.parametrize("colours", ["none", "active"])
def test_the_focus_is_seen_on_every_tile(site: Site, chromium: Any, colours: Any) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 900}, forced_colors=colours)
    page.goto(site.url("index.html"))
    page.locator("#connu-carte").focus()
    page.keyboard.press("Tab")
    unseen = page.evaluate("""() => [...document.querySelectorAll(".carte svg > a")].filter(tile => {
        tile.focus();
        const {stroke, strokeWidth, fill} = getComputedStyle(tile.querySelector(".forme"));
        const light = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(Number)
            .reduce((sum, part, place) => sum + [0.2126, 0.7152, 0.0722][place] * (part / 255) ** 2.2, 0.05);
        const [one, other] = [light(stroke), light(fill)];
        return parseFloat(strokeWidth) < 6 || Math.max(one, other) / Math.min(one, other) < 3;
    }).map(tile => tile.id)""")
    page.close()
    assert unseen == []


_OVERLAPS = """() => {
    const written = [...document.querySelectorAll(".carte svg text")]
        .filter(text => getComputedStyle(text).display !== "none")
        .map(text => ({text, box: text.getBoundingClientRect()}));
    const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    return written.flatMap((one, place) => written.slice(place + 1)
        .filter(other => other.text.parentNode !== one.text.parentNode && meet(one.box, other.box))
        .map(other => one.text.textContent + " / " + other.text.textContent));
}"""


# Letters are smaller than their line: what is above a capital and under a stem is blank.
_TOUCHING = """() => {
    const drawing = document.querySelector(".carte svg");
    const written = [...drawing.querySelectorAll("text")].filter(text => getComputedStyle(text).display !== "none");
    const scale = drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width;
    const boxes = written.map(text => [text.textContent, text.getBoundingClientRect()])
        .map(([said, box]) => ({said, left: box.left, right: box.right,
            top: box.top + box.height * 0.25, bottom: box.bottom - box.height * 0.06}));
    return {
        small: written.filter(text => parseFloat(getComputedStyle(text).fontSize) * scale < 12).length,
        touching: boxes.flatMap((one, place) => boxes.slice(place + 1).filter(other => one.left < other.right
            && other.left < one.right && one.top < other.bottom && other.top < one.bottom)
            .map(other => one.said + " / " + other.said)),
        count: boxes.length,
    };
}"""


def test_the_letters_of_the_map_are_read_on_a_phone_and_none_touches_another(
    site: Site, chromium: Any
) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 800})
    page.goto(site.url("index.html"))
    for view in page.locator('.carte input[name="vue"]').all():
        view.check()
        found = page.evaluate(_TOUCHING)
        assert (found["small"], found["touching"]) == (0, [])
        assert found["count"] >= 90
    small = page.evaluate("""() => [...document.querySelectorAll(".dessin svg")].flatMap(drawing => {
        const scale = drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width;
        return [...drawing.querySelectorAll("text")]
            .map(text => parseFloat(getComputedStyle(text).fontSize) * scale).filter(size => size < 12);
    })""")
    assert small == []
    _photograph(page, "telephone")
    page.close()


def test_no_name_of_the_contour_map_is_written_over_another(
    site: Site, tab: Any, shared: Path, tmp_path: Path
) -> None:
    contours = shared / "reference" / "epci_contours.topojson"
    page = site.beside(tmp_path).folder / "carte-reelle.html"
    page.write_text(made_alone(site.publication, "index.html", contours), encoding="utf-8")
    tab.goto(page.as_uri())
    names = tab.locator(".carte svg .nom").all_text_contents()
    assert len(names) >= 85 and "Boulogne" in names
    for view in tab.locator('.carte input[name="vue"]').all():
        view.check()
        assert tab.evaluate(_OVERLAPS) == []
    _photograph(tab, "carte-reelle")
