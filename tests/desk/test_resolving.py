"""The manager notes what the committee decided, and what became of it."""

import json

from tests.desk.conftest import SESSION as PAGE
from tests.desk.conftest import Guichet, frozen_session, opened
from vigie.decisions import resolutions
from vigie.desk import invitations
from vigie.desk.invitations import REGION
from vigie.settings import Settings


def test_a_decision_is_noted_then_what_became_of_it(guichet: Guichet) -> None:
    frozen_session(guichet.settings)
    manager = guichet.visitor(REGION)
    assert f'href="{PAGE}"' in manager.get("/region/seances").text
    assert "Aucune décision" in manager.get(PAGE).text
    page = manager.follow(manager.post(PAGE, phrase="Relancer les absents <b>", geste="decision"))
    assert "Relancer les absents &lt;b&gt;" in page.text and "pas encore connue" in page.text
    (kept,) = resolutions.of_sessions(guichet.settings)
    assert (kept.seance_code, kept.decide_par) == (
        "copil_2026_11",
        invitations.ROLES[REGION],
    )
    guichet.clock.pass_(hours=1)
    noted = manager.post(PAGE, geste="suite", decision_id=kept.decision_id, etat="tenue")
    assert '<option value="tenue" selected>' in manager.follow(noted).text
    (kept,) = resolutions.of_sessions(guichet.settings)
    assert kept.etat == "tenue" and kept.note_le == guichet.clock()
    lines = (guichet.settings.desk / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    told = [(json.loads(line)["action"], json.loads(line)["objet"]) for line in lines[-2:]]
    assert told == [("decision_notee", kept.decision_id), ("suite_notee", kept.decision_id)]


def test_a_decision_is_followed_by_the_figures_of_the_publication(demo_copy: Settings) -> None:
    guichet = opened(demo_copy)
    frozen_session(demo_copy)
    (demo_copy.published / "site").mkdir()
    (demo_copy.published / "site" / "index.html").write_text("Synthèse")
    manager = guichet.visitor(REGION)
    assert '<option value="bloquees">' in manager.get(PAGE).text
    asked = {"phrase": "Débloquer", "mesure": "bloquees", "cible": "100000,5"}
    page = manager.follow(manager.post(PAGE, **asked)).text
    assert "<strong>tenue</strong>" in page and "au plus" in page
    assert 'href="/site/actions/bloquees.html"' in page and "Les chiffres la disent." in page


def test_what_cannot_be_noted_is_refused_and_nothing_is_kept(demo_copy: Settings) -> None:
    guichet = opened(demo_copy)
    frozen_session(demo_copy)
    manager = guichet.visitor(REGION)
    refused = [
        ({"phrase": ""}, 409, "en une phrase"),
        ({"phrase": "x", "mesure": "inconnue", "cible": "3"}, 409, "ne mesure rien"),
        ({"phrase": "x", "mesure": "bloquees"}, 409, "sa mesure et sa cible"),
        ({"phrase": "x", "mesure": "bloquees", "cible": "peu"}, 400, "pas un nombre"),
        ({"geste": "suite", "decision_id": "0", "etat": "tenue"}, 409, "Aucune décision"),
    ]
    for fields, status, words in refused:
        answer = manager.post(PAGE, **fields)
        assert (answer.status_code, words in answer.text) == (status, True), answer.text
    assert resolutions.of_sessions(demo_copy) == []
    assert manager.get("/region/seances/autre").status_code == 404
