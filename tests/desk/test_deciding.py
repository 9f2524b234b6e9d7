"""The Région decides: reports, sessions, links, reminders; the operator looks at the nights."""

import json
import time
from types import SimpleNamespace

import pytest

from tests.desk.conftest import ARRAS, BOULOGNE, PLAN, Guichet, night, send
from tests.gate.reports import csv_report
from vigie.decisions import review
from vigie.desk import freezing, invitations
from vigie.desk.deciding import compared
from vigie.desk.freezing import Freezer
from vigie.desk.invitations import OPERATION, REGION, TERRITORY
from vigie.desk.known import last_report
from vigie.desk.refusals import Refused
from vigie.files import write_json


def test_a_report_that_waits_is_shown_whole_then_approved(morning: Guichet) -> None:
    changed = [{**PLAN[0], "taux_avancement": "80"}]
    content = csv_report(BOULOGNE, changed, date_situation="30/11/2026")
    send(morning.territory(), content, "novembre.csv")
    night(morning)
    manager = morning.visitor(REGION)
    (waiting,) = review.pending(morning.settings)
    assert "CA du Boulonnais" in manager.get("/region/a-valider").text
    path = f"/region/rapports/{waiting.rapport_id}"
    page = manager.get(path).text
    assert (
        page.count("disparue</span>") == 3 and "En cours · 80 % · fin prévue le 31/12/2026" in page
    )
    assert "novembre.csv" in page
    unexplained = manager.post(path, geste="approuver", motif="  ")
    assert unexplained.status_code == 409 and "porte un motif" in unexplained.text
    decided = manager.follow(manager.post(path, geste="approuver", motif="Vu par courriel a@b.fr"))
    assert "Approuvé le 01/12/2026" in decided.text and "a@b.fr" not in decided.text
    (kept,) = review.decisions(morning.settings)
    assert (kept["decision"], kept["decide_par"]) == ("approuve", invitations.ROLES[REGION])
    journal = (morning.settings.desk / "journal.jsonl").read_text(encoding="utf-8")
    last = json.loads(journal.splitlines()[-1])
    assert (last["action"], last["objet"]) == ("approuve", waiting.rapport_id)
    morning.clock.pass_(days=1)
    night(morning)
    known = last_report(morning.settings, morning.reference, BOULOGNE)
    assert known.rapport_id == waiting.rapport_id and len(known.actions) == 1


def test_a_report_that_does_not_exist_is_told(morning: Guichet) -> None:
    answer = morning.visitor(REGION).get("/region/rapports/0000000000000000")
    assert answer.status_code == 409 and "Aucun rapport ne porte" in answer.text


def test_what_changes_between_two_reports_is_what_a_manager_looks_for() -> None:
    before = [{"code_action": "1", "intitule": "Une", "statut": "En cours"}]
    after = [{"code_action": "2", "intitule": "Deux", "statut": "Réalisé"}]
    assert compared(before, before) == []
    told = [(c.intitule, c.avant, c.apres) for c in compared(before, after)]
    assert told == [("Deux", "", "Réalisé"), ("Une", "En cours", "")]


def test_links_are_given_renewed_and_withdrawn_by_the_region(guichet: Guichet) -> None:
    manager = guichet.visitor(REGION)
    page = manager.post("/region/acces", role=TERRITORY, siren=ARRAS).text
    assert "/acces/" in page and "CU d&#39;Arras" in page
    made = invitations.every(guichet.settings)[-1]
    assert made.siren_epci == ARRAS
    assert "/acces/" not in manager.get("/region/acces").text.replace('"/region/acces/', "")
    renewed = manager.post(f"/region/acces/{made.invitation_id}", geste="renouveler")
    assert renewed.status_code == 200
    states = [one.state(guichet.clock()) for one in invitations.every(guichet.settings)[-2:]]
    assert states == ["retiré", "ouvert"]
    manager.post(f"/region/acces/{invitations.every(guichet.settings)[-1].invitation_id}")
    assert invitations.every(guichet.settings)[-1].state(guichet.clock()) == "retiré"


def test_the_region_neither_gives_nor_withdraws_the_links_of_the_operator(guichet: Guichet) -> None:
    guichet.visitor(OPERATION)
    manager = guichet.visitor(REGION)
    assert manager.post("/region/acces", role=OPERATION).status_code == 400
    theirs = invitations.every(guichet.settings)[0]
    assert theirs.role == OPERATION
    assert manager.post(f"/region/acces/{theirs.invitation_id}").status_code == 404
    assert invitations.every(guichet.settings)[0].retire_le is None


def test_a_session_is_frozen_by_the_command_one_at_a_time(
    guichet: Guichet, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []

    def run(arguments: list[str], **kept: object) -> SimpleNamespace:
        asked.append(arguments[1:])
        return SimpleNamespace(returncode=1, stdout="", stderr="Erreur : déjà figée.\n")

    monkeypatch.setattr(freezing, "subprocess", SimpleNamespace(run=run))
    manager = guichet.visitor(REGION)
    manager.post("/region/seances", nom="--help")
    deadline = time.monotonic() + 30
    while "déjà figée" not in (page := manager.get("/region/seances").text):
        assert time.monotonic() < deadline, page
    assert asked == [["-m", "vigie", "session", "freeze", "--", "--help"]]
    assert manager.post("/region/seances", nom="x" * 81).status_code == 400
    busy = Freezer()
    busy.last = freezing.Freezing("COPIL")
    with pytest.raises(Refused, match="COPIL"):
        busy.start(guichet.settings, "autre")


def test_the_operator_reads_what_failed_and_the_last_nights(guichet: Guichet) -> None:
    folder = guichet.settings.nights / "20261130T010000Z"
    write_json(folder / "collecte.json", {"duree_s": 2.0, "echecs": ["Source x : muette."]})
    write_json(folder / "controle.json", {"duree_s": 3.4, "verdicts": {"accepte": 4, "rejete": 1}})
    page = guichet.visitor(OPERATION).get("/exploitation").text
    assert "Quelque chose est à" in page and "Source x : muette." in page
    assert '<td class="n">5</td>' in page and "5 s" in page
    assert "Rapports à valider" in guichet.visitor(REGION).get("/").text
