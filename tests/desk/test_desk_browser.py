"""The desk in a real Chromium: an agent on a phone, forty actions and a lost connection, a manager, axe everywhere."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import uvicorn

from tests.desk.conftest import (
    BOULOGNE,
    DESVRES,
    PLAN,
    SESSION,
    Guichet,
    frozen_session,
    night,
    send,
)
from tests.gate.reports import csv_report, xlsx_report
from vigie.decisions import resolutions
from vigie.desk import invitations
from vigie.desk.checks import Checks
from vigie.desk.invitations import OPERATION, REGION, TERRITORY
from vigie.desk.known import last_report

AXE = Path(__file__).parents[1] / "end_to_end" / "vendor" / "axe.min.js"
PHONE, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
PAGES = {
    TERRITORY: ("/", "/verifier", "/mettre-a-jour", "/rapports"),
    REGION: (
        "/",
        "/region/a-valider",
        "/region/relances",
        "/region/seances",
        SESSION,
        "/region/acces",
        "/fichiers",
    ),
    OPERATION: ("/", "/exploitation"),
}


@pytest.fixture
def patient(chromium: Any) -> Iterator[Any]:
    """A phone without JavaScript, that waits for a file to be checked on a busy machine."""
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    context.set_default_timeout(120_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def address(morning: Guichet, checking: Checks) -> Iterator[str]:
    """The desk served for real, on a port of its own."""
    morning.client.app.state.desk.checks = checking  # type: ignore[attr-defined]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    config = uvicorn.Config(
        morning.client.app, host="127.0.0.1", port=port, lifespan="off", log_level="warning"
    )
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


def photograph(page: Any, name: str) -> None:
    """Keeps a screenshot when VIGIE_SCREENSHOTS names a folder: someone looks at them."""
    if folder := os.environ.get("VIGIE_SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"guichet_{name}.png"), full_page=True)


def violations(page: Any) -> list[str]:
    """What axe finds on a page. Its script comes by the debugger: the policy of the page forbids it any other way."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run().then(told => told.violations)")
    return [f"{v['id']} : {v['nodes'][0]['html'][:120]}" for v in found]


@pytest.mark.parametrize("role", PAGES)
@pytest.mark.parametrize(("size", "view"), [("large", WIDE), ("telephone", PHONE)])
def test_axe_finds_nothing_and_no_page_is_wider_than_the_screen(
    role: str, size: str, view: dict[str, int], chromium: Any, morning: Guichet, address: str
) -> None:
    waiting = csv_report(BOULOGNE, PLAN[:1], date_situation="30/11/2026")
    send(morning.territory(), waiting, "novembre.csv")
    frozen_session(morning.settings)
    resolutions.decide(morning.settings, "COPIL 2026-11", "Relancer", "chef", morning.clock())
    page = chromium.new_page(viewport=view)
    errors: list[str] = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.goto(address + morning.link(role, BOULOGNE if role == TERRITORY else ""))
    for path in PAGES[role]:
        page.goto(address + path)
        photograph(page, f"{role}{path.replace('/', '_')}_{size}")
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= view["width"], path
    assert errors == []
    page.close()


def test_an_agent_on_a_phone_checks_mends_sends_and_reads_the_answer_the_next_day(
    patient: Any, morning: Guichet, address: str
) -> None:
    page = patient
    page.goto(address + morning.link(TERRITORY, BOULOGNE))
    page.get_by_role("link", name="Vérifier ou envoyer un fichier").click()
    bad = [{**PLAN[0], "statut": "Fini-fini"}, *PLAN[1:]]
    wrong = xlsx_report(BOULOGNE, bad, date_situation="30/11/2026")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    chosen = {"name": "novembre.xlsx", "mimeType": kind, "buffer": wrong}
    page.locator("input[type=file]").set_input_files(files=[chosen])
    page.get_by_role("button", name="Vérifier sans envoyer").click()
    assert page.locator("h1").inner_text() == "Rapport accepté en partie"
    assert "Fini-fini" in page.locator("main").inner_text()
    photograph(page, "verdict_telephone")
    with page.expect_download() as copy:
        page.get_by_role("link", name="Votre classeur").click()
    assert copy.value.suggested_filename == "copie_annotee.xlsx"
    mended = chosen | {"buffer": xlsx_report(BOULOGNE, PLAN, date_situation="30/11/2026")}
    page.locator("input[type=file]").set_input_files(files=[mended])
    page.get_by_role("button", name="Vérifier sans envoyer").click()
    assert page.locator("h1").inner_text() == "Rapport accepté"
    page.get_by_role("button", name="Envoyer ce fichier tel quel").click()
    assert page.locator("h1").inner_text() == "Bien reçu"
    photograph(page, "recu_telephone")
    morning.clock.pass_(hours=20)
    night(morning)
    page.goto(address + morning.link(TERRITORY, BOULOGNE))
    page.get_by_role("link", name="Mes rapports").first.click()
    row = page.locator("tbody tr").first
    assert "30/11/2026" in row.inner_text() and "Rapport accepté" in row.inner_text()
    row.get_by_role("link", name="Rapport accepté").click()
    assert "CA du Boulonnais" in page.locator("h1").inner_text()


def test_forty_actions_are_updated_across_a_lost_connection(
    chromium: Any, morning: Guichet, address: str
) -> None:
    context = chromium.new_context(viewport=WIDE)
    page = context.new_page()
    link = morning.link(TERRITORY, DESVRES)
    page.goto(address + link)
    page.goto(f"{address}/mettre-a-jour")
    for n in range(1, 11):
        page.locator(f'[name="c_d{n}.taux_avancement"]').fill(str(50 + n))
    page.locator('[name="c_d1.statut"]').select_option("Réalisé")
    page.get_by_text("Brouillon enregistré").wait_for()
    context.set_offline(True)
    page.locator('[name="c_d40.taux_avancement"]').fill("77")
    page.get_by_text("Connexion perdue").wait_for()
    context.set_offline(False)
    page.get_by_text("Brouillon enregistré").wait_for()
    again = chromium.new_page(viewport=PHONE)
    again.goto(address + link)
    again.goto(f"{address}/mettre-a-jour")
    assert again.locator('[name="c_d40.taux_avancement"]').input_value() == "77"
    photograph(again, "quarante_telephone")
    again.get_by_role("button", name="Envoyer à la Région").click()
    assert again.locator("h1").inner_text() == "Envoyer sans 29 action(s) ?"
    assert violations(again) == []
    again.get_by_role("button", name="Rien de nouveau sur elles").click()
    assert "40 action(s) vue(s) sur 40" in again.locator("main").inner_text()
    again.get_by_role("button", name="Envoyer à la Région").click()
    assert again.locator("h1").inner_text() == "Bien reçu"
    assert violations(again) == []
    morning.clock.pass_(hours=20)
    night(morning)
    known = last_report(morning.settings, morning.reference, DESVRES)
    told = [action["taux_avancement"] for action in known.actions]
    assert told[:10] == [str(50 + n) for n in range(1, 11)] and told[39] == "77"
    again.close()
    context.close()


def test_a_manager_releases_a_report_and_a_withdrawn_link_opens_nothing(
    chromium: Any, morning: Guichet, address: str
) -> None:
    waiting = csv_report(BOULOGNE, PLAN[:1], date_situation="30/11/2026")
    send(morning.territory(), waiting, "novembre.csv")
    night(morning)
    page = chromium.new_page(viewport=WIDE)
    page.goto(address + morning.link(REGION))
    page.get_by_role("link", name="Rapports à valider").click()
    page.get_by_role("link", name="CA du Boulonnais").click()
    photograph(page, "rapport_a_valider")
    assert violations(page) == []
    page.get_by_label("Motif de la décision").fill("Confirmé par le service")
    page.get_by_role("button", name="Approuver").click()
    assert "Approuvé le" in page.locator("main").inner_text()
    page.get_by_role("link", name="Liens d’accès").click()
    page.get_by_label("Donner un lien à un territoire").select_option(label="CA du Boulonnais")
    page.get_by_role("button", name="Donner un lien", exact=True).click()
    photograph(page, "lien_donne")
    link = page.get_by_label("Lien d’accès", exact=True).input_value()
    path = link.removeprefix(morning.settings.desk_url)
    agent = chromium.new_page(viewport=PHONE)
    agent.goto(address + path)
    assert agent.locator("h1").inner_text() == "Votre feuille de route"
    made = invitations.every(morning.settings)[-1].invitation_id
    page.get_by_role("button", name=f"Retirer le lien {made}").click()
    agent.reload()
    assert agent.locator("h1").inner_text() == "Entrer au guichet"
    agent.goto(address + path)
    assert "n'ouvre rien" in agent.locator("main").inner_text()
    photograph(agent, "refus_telephone")
    agent.close()
    page.close()
