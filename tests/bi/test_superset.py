"""Both dashboards, opened by a reader in a browser on a real Superset."""

import json
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest
from playwright.sync_api import Browser, Page, Request, Response, sync_playwright
from same_figures import RATED, differences, everywhere
from steering_site import Site, site  # noqa: F401
from superset_api import client, in_superset
from superset_server import Superset

from vigie.settings import PROJECT_ROOT, Settings

CHROMIUM = shutil.which("chromium")
CHARTS = {
    path.stem: path.read_text(encoding="utf-8").count("type: CHART\n")
    for path in sorted((PROJECT_ROOT / "bi" / "superset" / "assets" / "dashboards").glob("*.yaml"))
}
SHOWN_WITHIN_S = 120
HOSTILE = "<b>gras</b><script>alert(1)</script>"
# Superset drops the script; what it keeps of the markup must be letters on the page, not bold type.
HOSTILE_AS_TEXT = "<b>gras</b>"
pytestmark = [pytest.mark.superset, pytest.mark.timeout(1200)]


@dataclass
class Visit:
    """A dashboard once drawn, and what the browser asked for to draw it."""

    page: Page
    answers: list[dict[str, Any]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def chart(self, title: str) -> str:
        """What the reader sees in the chart of that title."""
        return self.page.locator(f'[data-test-chart-name="{title}"]').first.inner_text()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian package chromium)")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


def sign_in(superset: Superset, browser: Browser) -> Page:
    page = browser.new_page(viewport={"width": 1440, "height": 1000}, locale="fr-FR")
    page.goto(f"{superset.address}/login/")
    page.fill("#username", "comite")
    page.fill("#password", superset.passwords["comite"])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/login" not in address, timeout=60_000)
    return page


def visit(superset: Superset, page: Page, dashboard: str) -> Visit:
    """Opens a dashboard tall enough for every chart to be drawn, and waits until none is loading."""
    visited, charts = Visit(page), list[Response]()
    page.goto("about:blank")

    def on_response(response: Response) -> None:
        if response.status >= 400:
            visited.refused.append(f"{response.status} {response.url}")
        elif "/api/v1/chart/data" in response.url:
            charts.append(response)

    def on_request(request: Request) -> None:
        if not request.url.startswith((superset.address, "data:", "blob:")):
            visited.outside.append(request.url)

    def on_failure(request: Request) -> None:
        # Stopped by the policy of the page: it never left the browser.
        if request.failure == "csp":
            visited.outside.remove(request.url)

    listeners = {
        "response": on_response,
        "request": on_request,
        "requestfailed": on_failure,
    }
    for event, listener in listeners.items():
        page.on(event, listener)  # type: ignore[call-overload]
    page.set_viewport_size({"width": 1440, "height": 4200})
    page.goto(f"{superset.address}/superset/dashboard/{dashboard}/")
    page.wait_for_selector("[data-test=grid-content]", timeout=60_000)
    drawn = page.locator(".dashboard-component-chart-holder .slice_container")
    deadline = time.monotonic() + SHOWN_WITHIN_S
    while time.monotonic() < deadline:
        page.wait_for_timeout(1000)
        waiting = page.locator("[data-test=loading-indicator], .loading").count()
        if drawn.count() == CHARTS[dashboard] and not waiting:
            break
    page.wait_for_timeout(2000)
    for event, listener in listeners.items():
        page.remove_listener(event, listener)
    visited.answers = [answer for chart in charts for answer in chart.json()["result"]]
    return visited


@pytest.fixture(scope="module")
def reader(superset: Superset, browser: Browser) -> Page:
    return sign_in(superset, browser)


@pytest.mark.parametrize("dashboard", CHARTS)
def test_a_dashboard_shows_every_chart_and_calls_nobody(
    dashboard: str, superset: Superset, reader: Page
) -> None:
    shown = visit(superset, reader, dashboard)
    if folder := os.environ.get("VIGIE_SCREENSHOTS"):
        reader.screenshot(path=Path(folder) / f"superset_{dashboard}.png", full_page=True)
    assert shown.refused == []
    assert shown.outside == []
    assert [answer["error"] for answer in shown.answers if answer["error"]] == []
    assert len(shown.answers) >= CHARTS[dashboard]
    assert reader.locator(".slice_container").count() == CHARTS[dashboard]
    assert reader.locator(".ant-alert-error, [data-test=error-message]").count() == 0
    assert "DONNÉES FICTIVES" in shown.chart("Publication")


def french(value: float | None) -> str:
    """A percentage as the dashboards write it."""
    return "" if value is None else f"{value:.1f}".replace(".", ",") + "\u00a0%"


def test_the_figures_of_the_region_are_those_of_the_publication(
    superset: Superset, reader: Page
) -> None:
    with duckdb.connect(str(superset.publication), read_only=True) as connection:
        (row,) = connection.execute(
            "select couverture_feuilles_de_route_pct, avancement_pct, taux_demarrage_pct,"
            " taux_realisation_pct, taux_retard_pct"
            " from marts.indicateurs_region where est_dernier_mois"
        ).fetchall()
        (punctual,) = connection.execute(
            "select valeur from marts.fct_indicateurs where indicateur_code = 'ponctualite' and"
            " maille_code = 'region' and modalite_code = 'a_l_heure' and est_dernier_mois"
        ).fetchone()
    shown = visit(superset, reader, "region")
    titles = [
        "Feuilles de route",
        "Avancement moyen",
        "Actions démarrées",
        "Actions réalisées",
        "Actions en retard",
        "Rapports à l'heure",
    ]
    for title, value in zip(titles, [*row, punctual], strict=True):
        assert french(value) in shown.chart(title), title


def test_figures_are_the_same_wherever_they_are_read_superset_included(
    superset: Superset, site: Site, demo_night: Settings
) -> None:
    media = everywhere(site, demo_night.published / "exports")
    media["superset"] = in_superset(superset)
    assert media["superset"].keys() == {key for key in media["sql"] if key[1] != RATED}
    assert len(media) == 7
    assert differences(media) == []


def test_the_territory_filter_keeps_one_territory(superset: Superset, reader: Page) -> None:
    with duckdb.connect(str(superset.publication), read_only=True) as connection:
        territories = connection.execute(
            "select valeurs.nom, valeurs.avancement_pct, valeurs.actions_nb"
            " from marts.indicateurs_par_territoire as valeurs"
            " inner join marts.dim_territoires as territoires using (siren_epci)"
            " where valeurs.est_dernier_mois and territoires.a_feuille_de_route"
        ).fetchall()
    assert len(territories) > 1
    shown = visit(superset, reader, "territoire")
    identity = shown.chart("Le territoire")
    ((_, progress, count),) = [one for one in territories if one[0] in identity]
    assert french(progress) in shown.chart("Avancement")
    assert str(count) in shown.chart("Actions")


def test_a_new_publication_is_seen_at_once_and_hostile_text_is_text(
    superset: Superset, reader: Page, tmp_path: Path
) -> None:
    following = superset.publication.with_name("suivante.duckdb")
    shutil.copy(superset.publication, following)
    with duckdb.connect(str(following)) as connection:
        connection.execute(
            "update marts.publication set donnees_fictives = false, publication_id = 'suivante'"
        )
        for table in ("fct_actions", "jumeaux_actions"):
            connection.execute(f"update marts.{table} set intitule = ?", [HOSTILE])
    former = shutil.copy(superset.publication, tmp_path)
    following.replace(superset.publication)
    try:
        shown = visit(superset, reader, "territoire")
        assert "suivante" in shown.chart("Publication")
        assert "DONNÉES FICTIVES" not in shown.chart("Publication")
        assert HOSTILE_AS_TEXT in shown.chart("Toutes les actions")
        assert HOSTILE_AS_TEXT in shown.chart("Ce que d'autres font de ressemblant")
    finally:
        shutil.move(former, superset.publication)


def run_sql(session: httpx.Client, sql: str) -> httpx.Response:
    return session.post("/api/v1/sqllab/execute/", json={"database_id": 1, "sql": sql})


def test_the_reader_changes_nothing_and_writes_no_sql(superset: Superset) -> None:
    with client(superset, "comite") as session:
        assert session.get("/api/v1/dashboard/region").status_code == 200
        assert "X-CSRFToken" in session.headers
        refused = [
            session.put("/api/v1/chart/1", json={"slice_name": "autre"}),
            session.post("/api/v1/dashboard/", json={"dashboard_title": "autre"}),
            session.delete("/api/v1/dataset/1"),
            session.get("/api/v1/database/"),
            run_sql(session, "select 1"),
        ]
    assert [answer.status_code for answer in refused] == [403] * len(refused)


@pytest.mark.parametrize(
    "sql",
    [
        "create table marts.autre as select 1",
        "select * from read_text('/etc/hostname')",
        "attach '/tmp/autre.duckdb'",
    ],
)
def test_even_the_administrator_reads_only_the_publication(sql: str, superset: Superset) -> None:
    with client(superset, "administration") as session:
        assert run_sql(session, "select count(*) from marts.publication").status_code == 200
        answer = run_sql(session, sql)
    assert answer.status_code >= 400, json.dumps(answer.json())[:300]
