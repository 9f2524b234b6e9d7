"""The session of the committee, one decision per screen, in Chromium: by its links, by its keys, on a projector."""

import re
import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from steering_site import Site, made_alone

from vigie.decisions.resolutions import Resolution
from vigie.diffusion.pages import Session, french

SESSION = "COPIL 2026-09"
COUNT_LATE = (
    "select count(*) from marts.fct_actions where est_en_retard and siren_epci in"
    " (select siren_epci from marts.dim_territoires where est_dans_denominateur)"
)


def late(site: Site) -> int:
    with duckdb.connect(str(site.publication), read_only=True) as connection:
        ((count,),) = connection.execute(COUNT_LATE).fetchall()
    return int(count)


def decided(name: str, mesure: str = "", cible: float | None = None, etat: str = "") -> Resolution:
    noted_le = datetime(2026, 11, 2) if etat else None
    return Resolution(
        name,
        "copil",
        name,
        "Région",
        datetime(2026, 9, 21),
        mesure,
        cible,
        etat,
        "Région",
        noted_le,
    )


@pytest.fixture
def room(site: Site, tmp_path: Path) -> Site:
    """The home page after a session of two months ago, since which nothing moved, that took four decisions."""
    count = late(site)
    session = Session(
        SESSION,
        date(2026, 9, 20),
        datetime(2026, 9, 21, 8),
        site.publication,
        (
            decided("Contenir les retards", "en_retard", float(count)),
            decided("Résorber les retards", "en_retard", 0.0),
            decided("Réunir le littoral", etat="tenue"),
            decided("Écrire aux financeurs"),
        ),
    )
    beside = site.beside(tmp_path)
    text = made_alone(site.publication, "index.html", None, [session])
    (beside.folder / "seance.html").write_text(text, encoding="utf-8")
    return beside


@pytest.fixture
def tab(chromium: Any, room: Site) -> Any:
    page = chromium.new_page(viewport={"width": 1024, "height": 768})
    page.goto(room.url("seance.html"))
    yield page
    page.close()


def shown(tab: Any) -> list[str]:
    return [str(one.get_attribute("id")) for one in tab.locator(".ecran:visible").all()]


def test_the_next_session_opens_with_what_became_of_the_decisions(room: Site, tab: Any) -> None:
    assert tab.locator(".ecran:visible").count() == 0
    count = french.number(late(room))
    assert tab.locator("#suites").inner_text() == (
        "Décisions du 21\u00a0septembre\u00a02026\u00a0: 2 tenues, 1 en cours, 1 non tenue"
    )
    told = {
        one.locator("strong").inner_text(): one.inner_text()
        for one in tab.locator("#suites ~ .suites").first.locator("li").all()
    }
    assert told["Contenir les retards"].startswith("Tenue")
    kept = f"Actions en retard : {count} à la séance, {count} aujourd’hui ; cible : 0 au plus."
    assert (
        told["Résorber les retards"].startswith("Non tenue")
        and kept in told["Résorber les retards"]
    )
    assert "Noté le 2\u00a0novembre\u00a02026 par « Région »" in told["Réunir le littoral"]
    assert told["Écrire aux financeurs"].startswith("En cours")
    links = tab.locator(".seance .suites a").evaluate_all(
        "all => all.map(a => a.getAttribute('href'))"
    )
    assert links == ["actions/en_retard.html"] * 2


def test_one_decision_per_screen_by_the_arrow_keys(tab: Any) -> None:
    decisions = tab.locator("#a-decider + ol a").all_inner_texts()
    tab.get_by_role("link", name="Mode séance").click()
    assert shown(tab) == ["seance"]
    assert tab.locator("header:visible, footer:visible, #carte:visible").count() == 0
    tab.keyboard.press("ArrowRight")
    assert tab.locator(".ecran:visible h2").inner_text().startswith("Décisions du 21")
    for place, phrase in enumerate(decisions, 3):
        tab.keyboard.press("PageDown")
        assert shown(tab) == [f"seance-{place}"]
        assert tab.locator(".ecran:visible h2").inner_text() == phrase
        assert tab.evaluate("document.activeElement.id") == f"seance-{place}"
    tab.keyboard.press("ArrowRight")
    assert shown(tab) == [f"seance-{len(decisions) + 2}"]
    tab.keyboard.press("ArrowLeft")
    assert shown(tab) == [f"seance-{len(decisions) + 1}"]
    tab.keyboard.press("Escape")
    assert shown(tab) == []
    assert tab.locator("header").first.is_visible()


def test_every_screen_fits_an_old_projector_in_large_print(tab: Any) -> None:
    for place in range(1, tab.locator(".ecran").count() + 1):
        tab.evaluate(f"location.hash = 'seance{'' if place == 1 else f'-{place}'}'")
        tab.locator(".ecran:visible").wait_for()
        height, width = tab.evaluate(
            "[document.documentElement.scrollHeight, document.documentElement.scrollWidth]"
        )
        assert (height, width) == (768, 1024), place
        size = tab.locator(".ecran:visible h2").evaluate(
            "h => parseFloat(getComputedStyle(h).fontSize)"
        )
        assert size >= 40


def test_the_session_is_walked_by_its_links_without_script(room: Site, chromium: Any) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{room.url('seance.html')}#seance")
    count = page.locator(".ecran").count()
    for place in range(2, count + 1):
        page.locator(".ecran:visible .apres").click()
        assert shown(page) == [f"seance-{place}"]
    assert page.locator(".ecran:visible .apres").count() == 0
    page.locator(".ecran:visible .quitter").click()
    assert shown(page) == [] and page.locator("#a-decider").is_visible()
    context.close()


def test_what_moved_is_also_told_over_the_same_actions(site: Site, tmp_path: Path) -> None:
    built = tmp_path / "vigie.duckdb"
    shutil.copyfile(site.publication, built)
    session = Session(SESSION, date(2026, 9, 20), datetime(2026, 9, 21, 8), site.publication)
    words = "Écart sur les mêmes actions"
    assert words not in made_alone(built, "nouveautes.html", None, [session])
    with duckdb.connect(str(built)) as connection:
        connection.execute(
            "insert into marts.dim_seances by name select 'copil' as seance_code, ? as nom,"
            " date '2026-09-20' as date_situation, timestamp '2026-09-21 08:00' as connu_le, true as est_precedente",
            [SESSION],
        )
        connection.execute(
            "insert into marts.fct_indicateurs by name select * replace ('tendance' as indicateur_code,"
            " indicateur_code as modalite_code, 3.14 as valeur, 1234 as n_nb) from marts.fct_indicateurs"
            " where est_dernier_mois and theme_code = 'tous' and modalite_code = 'total'"
            " and maille_code in ('region', 'epci') and indicateur_code in ('avancement', 'taux_realisation')"
        )
    page = made_alone(built, "nouveautes.html", None, [session])
    assert words in page and "Mêmes actions" in page
    row = re.search(r"methode.html#avancement[^\n]*", page)
    assert row and f"{french.points(3.14)}<td" in row[0] and french.number(1234) in row[0]
