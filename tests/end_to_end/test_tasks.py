"""The twelve tasks of a reader of the pages, in Chromium: the answer on the screen is that of SQL."""

import re
import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pypdf import PdfReader
from steering_site import BOULOGNE, Site, made_alone

from vigie.diffusion.pages import Session, french
from vigie.diffusion.pages.french import NO_BREAK_SPACE

SESSION = "COPIL 2026-09"
NO_LONGER_SHOWN = "Une action devenue confidentielle"
FRESH = (
    "select territoire_code from marts.fct_indicateurs where est_dernier_mois and maille_code = 'epci'"
    " and indicateur_code = 'anciennete_rapport' and modalite_code = 'est_a_jour' and numerateur > 0"
)
IN_REGION = (
    "siren_epci in (select siren_epci from marts.dim_territoires where est_dans_denominateur)"
)


@pytest.fixture
def tab(chromium: Any, site: Site) -> Iterator[Any]:
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.goto(site.url("index.html"))
    yield page
    page.close()


def sql(site: Site, query: str, *parameters: Any) -> list[Any]:
    with duckdb.connect(str(site.publication), read_only=True) as connection:
        return connection.execute(query, list(parameters)).fetchall()


def rate(site: Site, code: str, month: str = "est_dernier_mois") -> float:
    ((value,),) = sql(
        site,
        f"select valeur from marts.fct_indicateurs where {month} and indicateur_code = ?"
        " and maille_code = 'region' and theme_code = 'tous' and modalite_code = 'total'",
        code,
    )
    return float(value)


def past_month(site: Site) -> date:
    rows = sql(
        site, "select mois_le from marts.dim_dates where est_complet order by mois_le desc limit 2"
    )
    return rows[-1][0]  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def session(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Session:
    """A session of two months ago, at which nothing was done, late nor blocked, and one action had another end."""
    edition = tmp_path_factory.mktemp("edition") / "copil.duckdb"
    shutil.copyfile(site.publication, edition)
    with duckdb.connect(str(edition)) as connection:
        connection.execute(
            "update marts.fct_actions set statut_code = 'en_cours', groupe_code = 'en_cours', est_en_retard = false"
        )
        connection.execute(
            "update marts.fct_indicateurs set valeur = 7 where maille_code = 'region'"
            " and indicateur_code in ('taux_realisation', 'taux_retard', 'taux_blocage')"
        )
        connection.execute("delete from marts.fct_actions where code_action like 'A6%'")
        connection.execute(
            "insert into marts.fct_actions select * replace ('retiree' as action_id, ? as intitule)"
            " from marts.fct_actions limit 1",
            [NO_LONGER_SHOWN],
        )
    return Session(SESSION, date(2026, 9, 20), datetime(2026, 9, 20, 1), edition)


@pytest.fixture
def after_session(site: Site, session: Session, tmp_path: Path) -> Site:
    """The site with the home page and the page of what moved, once a session is frozen."""
    with_session = site.beside(tmp_path)
    for path, name in (
        ("seance.html", "index.html"),
        ("seance-nouveautes.html", "nouveautes.html"),
    ):
        text = made_alone(site.publication, name, None, [session])
        (with_session.folder / path).write_text(text, encoding="utf-8")
    return with_session


def landmark(tab: Any, label: str) -> str:
    return str(tab.locator(".titre .repere", has_text=label).inner_text())


def moved(gap: float, more_is_better: bool) -> str:
    if gap == 0:
        return "inchangé"
    return "mieux" if (gap > 0) == more_is_better else "moins bien"


@pytest.mark.parametrize(
    ("code", "label", "better"),
    [
        ("taux_realisation", "Actions réalisées", True),
        ("taux_retard", "Actions en retard", False),
        ("taux_blocage", "Actions bloquées", False),
    ],
)
def test_1_what_is_done_late_and_blocked_and_how_each_moved(
    site: Site, tab: Any, code: str, label: str, better: bool
) -> None:
    now, then = rate(site, code), rate(site, code, f"mois_le = '{past_month(site)}'")
    gap = round(round(now, 1) - round(then, 1), 1)
    shown = landmark(tab, label)
    assert french.percent(now) in shown
    assert f"depuis fin {french.month(past_month(site))}" in shown
    assert moved(gap, better) in shown
    if gap:
        assert french.points(gap) in shown
    assert french.percent(now) in tab.locator("h1").inner_text()


def test_1_the_move_is_since_the_last_session_once_one_is_frozen(
    site: Site, after_session: Site, tab: Any
) -> None:
    tab.goto(after_session.url("seance.html"))
    gap = round(round(rate(site, "taux_realisation"), 1) - 7.0, 1)
    shown = landmark(tab, "Actions réalisées")
    assert f"{french.points(gap)} depuis la séance « {SESSION} »" in shown


def test_2_three_to_five_decisions_each_lead_to_as_many_rows(site: Site, tab: Any) -> None:
    decisions = tab.locator("#a-decider + ol > li")
    count = decisions.count()
    assert 3 <= count <= 5
    aims = [
        (one.locator("a").first.inner_text(), one.locator("a").first.get_attribute("href"))
        for one in decisions.all()
    ]
    assert all("Levier" in one.inner_text() for one in decisions.all())
    for phrase, address in aims:
        if address.startswith("actions/") and "rien_paye" not in address:
            tab.goto(site.url(address))
            rows = tab.locator("main li.action, main .relances li").count()
            assert rows == int(re.sub(r"\D", "", phrase.split(NO_BREAK_SPACE)[0])), phrase


def test_3_whom_to_call_the_longest_silent_first(site: Site, tab: Any) -> None:
    silent = sql(
        site,
        "select nom, dernier_rapport_le from marts.dim_territoires where est_dans_denominateur and a_feuille_de_route"
        f" and siren_epci not in ({FRESH}) order by dernier_rapport_le nulls first",
    )
    ((now,),) = sql(site, "select date_situation_le from marts.publication")
    tab.locator("#decision-relances a").click()
    shown = tab.locator(".relances li").all_inner_texts()
    assert len(shown) == len(silent) > 0
    for name, last in silent:
        (line,) = [text for text in shown if text.startswith(name)]
        if last:
            assert f"depuis {french.counted((now - last).days, 'jour', 'jours')}" in line
            assert french.day(last) in line
        else:
            assert "aucun rapport reçu" in line


def test_4_what_became_late_or_blocked_since_the_session_is_named(
    site: Site, session: Session, after_session: Site, tab: Any
) -> None:
    tab.goto(after_session.url("seance-nouveautes.html"))
    with duckdb.connect(str(session.edition), read_only=True) as connection:
        known = {
            key
            for (key,) in connection.execute("select action_id from marts.fct_actions").fetchall()
        }
    for code, condition in (("en_retard", "est_en_retard"), ("bloquees", "groupe_code = 'bloque'")):
        wanted = [
            (key, title)
            for key, title in sql(
                site,
                f"select action_id, intitule from marts.fct_actions where {condition} and {IN_REGION}",
            )
            if key in known
        ]
        text = tab.locator(f"section#{code}").inner_text()
        assert len(wanted) == tab.locator(f"section#{code} li").count() > 0
        assert [title for _, title in wanted if title[:60] not in text] == []


def test_4_an_action_that_became_confidential_since_the_session_is_named_nowhere(
    after_session: Site,
) -> None:
    for name in ("seance.html", "seance-nouveautes.html"):
        assert NO_LONGER_SHOWN not in after_session.text(name)


def test_4_between_two_months_when_no_session_is_frozen(site: Site, tab: Any) -> None:
    tab.locator("nav").get_by_text("Depuis la dernière fois").first.click()
    assert f"depuis fin {french.month(past_month(site))}" in tab.locator("main").inner_text()
    newly = sql(
        site,
        "select intitule from marts.fct_actions join marts.fct_etats_mensuels as e using (action_id)"
        f" where e.mois_le = ? and fct_actions.statut_code = 'realise' and e.statut_code <> 'realise'"
        f" and fct_actions.{IN_REGION}",
        past_month(site),
    )
    shown = tab.locator("section#realisees").inner_text()
    assert tab.locator("section#realisees li").count() == len(newly)
    assert [title for (title,) in newly if title[:60] not in shown] == []


def test_5_wimereux_leads_to_its_territory_which_speaks_of_the_sea(site: Site, tab: Any) -> None:
    tab.get_by_text("Trouver un territoire").click()
    tab.locator(".recherche input").fill("wimereux")
    found = tab.locator(".recherche .communes li").first
    assert "Wimereux" in found.inner_text() and "Boulonnais" in found.inner_text()
    found.get_by_text("sur la carte").click()
    assert tab.evaluate("location.hash") == f"#case-{BOULOGNE}"
    assert tab.locator(f"#case-{BOULOGNE}").is_visible()
    tab.locator(".recherche input").press("Enter")
    tab.wait_for_url(f"**/{BOULOGNE}.html")
    own = tab.locator(".portrait").inner_text().lower()
    assert own.count(".") == 1
    assert "port" in own and "mer et littoral" in own
    assert "à classer" not in tab.locator(".chapeau").inner_text().lower()


def test_6_what_is_blocked_why_and_who_finished_a_near_one(site: Site, tab: Any) -> None:
    tab.goto(site.url(f"territoires/{BOULOGNE}.html"))
    blocked = sql(
        site,
        "select intitule, freins from marts.fct_actions where siren_epci = ? and groupe_code = 'bloque'",
        BOULOGNE,
    )
    table = tab.locator("table#blocages").inner_text()
    assert tab.locator("table#blocages tbody tr").count() == len(blocked)
    assert [why for _, why in blocked if why and why not in table] == []
    examples = tab.locator(".exemples > li")
    assert examples.count() > 0
    for one in examples.all():
        told = one.locator("li").first.inner_text()
        assert "réalisée en" in told or "durée non connue" in told
        href = one.locator("li a").nth(1).get_attribute("href")
        tab_of_example = href.rpartition("#")[2]
        assert f'id="{tab_of_example}"' in site.text(href.removeprefix("../").partition("#")[0])


def test_7_its_peers_are_named_only_when_they_are_five_or_more(site: Site, tab: Any) -> None:
    tab.goto(site.url(f"territoires/{BOULOGNE}.html"))
    shown = tab.locator("#semblables + p")
    assert "Moins de cinq territoires comparables" in shown.inner_text()
    assert shown.locator("a").count() == 0


def test_8_from_the_actions_done_to_the_file_and_row_of_one(site: Site, tab: Any) -> None:
    tab.locator(".titre .repere", has_text="Actions réalisées").locator(".grand a").click()
    tab.wait_for_url("**/actions/realisees.html")
    ((count,),) = sql(
        site,
        f"select count(*) from marts.fct_actions where statut_code = 'realise' and {IN_REGION}",
    )
    assert tab.locator("li.action").count() == count
    first = tab.locator("li.action > a").first
    title = first.inner_text()
    first.click()
    card = tab.locator("article.action:target")
    assert card.locator("h2").inner_text() == title
    files = sql(
        site,
        "select nom_fichier, feuille, ligne from marts.fct_actions join qualite.rapports using (rapport_id)"
        " where intitule = ? and statut_code = 'realise'",
        title,
    )
    told = card.inner_text()
    assert any(f"{name}, feuille « {sheet} », ligne {row}" in told for name, sheet, row in files)


def test_8_the_list_of_one_territory_is_kept_without_script(site: Site, chromium: Any) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url(f"territoires/{BOULOGNE}.html"))
    page.locator(".repere", has_text="Actions réalisées").locator(".grand a").click()
    ((count,),) = sql(
        site,
        "select count(*) from marts.fct_actions where statut_code = 'realise' and siren_epci = ?",
        BOULOGNE,
    )
    assert page.locator("article.action:visible").count() == count > 0
    page.goto(f"{site.url('actions/realisees.html')}#t-{BOULOGNE}")
    assert page.locator("li.action:visible").count() == count
    context.close()


def test_8_what_proves_the_actions_done_is_said_beside_them(site: Site, tab: Any) -> None:
    ((proven, told),) = sql(
        site,
        "select count(*) filter (where niveau_preuve_code <> 'declare'),"
        " count(*) filter (where coalesce(niveau_preuve_code, 'declare') = 'declare')"
        f" from marts.fct_actions where statut_code = 'realise' and {IN_REGION}",
    )
    shown = landmark(tab, "Actions réalisées")
    assert french.counted(proven, "prouvée", "prouvées") in shown
    assert french.counted(told, "seulement déclarée", "seulement déclarées") in shown


def test_9_european_money_by_theme_and_what_is_programmed_with_nothing_paid(
    site: Site, tab: Any
) -> None:
    tab.locator("nav").get_by_text("L’argent européen").first.click()
    theme, programmed, paid = sql(
        site,
        "select t.libelle, max(valeur) filter (where modalite_code = 'programme'),"
        " max(valeur) filter (where modalite_code = 'paye')"
        " from marts.fct_indicateurs join marts.dim_themes as t using (theme_code)"
        " where est_dernier_mois and maille_code = 'theme' and indicateur_code = 'cascade_europeenne'"
        " group by all having max(valeur) filter (where modalite_code = 'programme') > 0 order by 2 desc",
    )[0]
    row = tab.locator("table#fonds-themes tbody tr", has_text=theme)
    cells = row.locator("td").all_inner_texts()
    assert cells[0] == french.euros(programmed)
    assert cells[3] == (french.euros(paid) if paid is not None else french.MISSING)
    ((count,),) = sql(
        site,
        "select count(*) from marts.fct_etats_mensuels where est_dernier_mois and ue_programme_eur > 0"
        f" and coalesce(ue_paye_eur, 0) = 0 and {IN_REGION}",
    )
    assert tab.locator("#rien-paye ~ .lignes > li").count() == count > 0


def test_10_the_map_at_a_past_month_and_as_the_session_knew_it(
    site: Site, after_session: Site, tab: Any
) -> None:
    tab.goto(after_session.url("seance.html"))
    months = sql(site, "select distinct mois_le from marts.fct_indicateurs order by 1")
    slider = tab.locator("#mois-carte")
    slider.fill("0")
    first = months[0][0]
    assert french.month(first) in tab.locator("#chiffres-carte").inner_text()
    assert (
        french.percent(rate(site, "taux_realisation", f"mois_le = '{first}'"), 1)
        in tab.locator("#chiffres-carte").inner_text()
    )
    ((own,),) = sql(
        site,
        "select valeur from marts.fct_indicateurs where mois_le = ? and maille_code = 'epci' and theme_code = 'tous'"
        " and modalite_code = 'total' and indicateur_code = 'taux_realisation' and territoire_code = ?",
        first,
        BOULOGNE,
    )
    shape = tab.locator(f'.carte g[data-siren="{BOULOGNE}"] .valeur.vue-1')
    assert shape.text_content() == french.percent(own)
    tab.locator("#connu-carte").select_option("1")
    told = tab.locator("#chiffres-carte").inner_text()
    assert f"tel qu’on le savait à la séance « {SESSION} »" in told
    assert french.percent(7.0) in told


@pytest.mark.parametrize(
    "name",
    [
        "index.html",
        "actions/a_relancer.html",
        f"territoires/{BOULOGNE}.html",
        f"actions/{BOULOGNE}.html",
    ],
)
def test_11_a_phone_shows_the_same_without_sideways_scrolling(
    site: Site, chromium: Any, name: str
) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 800})
    page.goto(site.url(name))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    if name == "index.html":
        assert french.percent(rate(site, "taux_realisation")) in landmark(page, "Actions réalisées")
    page.close()


def test_12_the_letters_of_the_pack_are_of_eight_points_and_its_contents_are_named(
    site: Site,
) -> None:
    pack, small = PdfReader(site.folder / "pdf" / "comite.pdf"), []

    def measure(text: str, matrix: Any, place: Any, _: Any, size: float) -> None:
        points = (
            size * (place[0] ** 2 + place[1] ** 2) ** 0.5 * (matrix[0] ** 2 + matrix[1] ** 2) ** 0.5
        )
        if text.strip() and points < 7.95:
            small.append((text, points))

    for page in pack.pages:
        page.extract_text(visitor_text=measure)
    assert small == []
    first = re.sub(r"\s+", " ", pack.pages[0].extract_text())
    for title in ("Dans ce dossier", "Les thèmes", "L’argent", "La méthode, en bref"):
        assert title in first


def test_12_the_pack_decides_on_its_first_page_and_tells_statuses_apart_in_grey(
    site: Site, tab: Any
) -> None:
    pack = PdfReader(site.folder / "pdf" / "comite.pdf")
    assert len(pack.pages) <= 6
    first = re.sub(r"\s+", " ", pack.pages[0].extract_text())
    assert "À décider" in first
    for phrase in tab.locator("#a-decider + ol a").all_inner_texts():
        assert re.sub(r"\s+", " ", phrase) in first
    whole = " ".join(page.extract_text() for page in pack.pages)
    assert "Bloqué ou en pause" in whole and "Sans nouvelles" in whole
    drawn = site.text("index.html")
    for texture in ("hachures", "barreaux", "traits"):
        assert f"url(#{texture})" in drawn
