"""A territory updates its actions online, alone or with others, and sends them."""

import re

import pytest

from tests.desk.conftest import ARRAS, BOULOGNE, PLAN, Guichet, Visitor, night, opened, send
from tests.gate.reports import csv_report
from vigie.arrival import landing
from vigie.desk import drafts
from vigie.desk.checks import Checks
from vigie.desk.known import last_report
from vigie.reference.seeds import Reference


def typed(page: str) -> dict[str, str]:
    """The form of the page as a browser would send it back untouched."""
    fields: dict[str, str] = {}
    for tag in re.findall(r"<input [^>]*>", page):
        told = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if "name" in told and (told.get("type") != "checkbox" or " checked" in tag):
            fields[told["name"]] = told.get("value", "")
    for name, text in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>([^<]*)</textarea>', page):
        fields[name] = text.replace("&#34;", '"')
    for name, options in re.findall(r'<select [^>]*name="([^"]*)">(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r"<option selected>([^<]*)", options)
        fields[name] = chosen[1] if chosen else ""
    return fields


def update(visitor: Visitor, gesture: str, version: str | None = None, **changes: str):
    """Types some changes in the page and presses a button."""
    form = typed(visitor.get("/mettre-a-jour").text)
    form |= {name.replace("__", "."): value for name, value in changes.items()}
    form |= {"geste": gesture} | ({} if version is None else {"version": version})
    return visitor.client.post("/mettre-a-jour", data=form)


def receipts(guichet: Guichet):
    return sorted(landing.receipts(guichet.settings), key=lambda r: r.connu_le)


def test_a_report_sent_at_the_desk_is_answered_to_its_sender_alone(morning: Guichet) -> None:
    page = morning.territory(BOULOGNE).get("/rapports").text
    assert "Rapport accepté" in page and "31/10/2026" in page and "Envoyés, à lire" not in page
    own = re.findall(r'href="(/rapports/\w+/accuse.html)"', page)
    answer = morning.territory(BOULOGNE).get(own[0])
    assert "CA du Boulonnais" in answer.text
    assert "style-src 'unsafe-inline'" in answer.headers["content-security-policy"]
    assert "script" not in answer.headers["content-security-policy"]
    # Arras spoke for Boulogne: refused, and told to Arras.
    refused = morning.territory(ARRAS).get("/rapports").text
    assert "Rapport non retenu" in refused
    theirs = re.findall(r'href="(/rapports/\w+/accuse.html)"', refused)
    assert set(own).isdisjoint(theirs)
    assert morning.territory(BOULOGNE).get(theirs[0]).status_code == 404
    assert morning.territory(ARRAS).get(own[0]).status_code == 404


def test_what_is_known_of_a_territory_is_read_back_to_the_same_values(morning: Guichet) -> None:
    reference = Reference.load(morning.settings.seeds)
    known = last_report(morning.settings, reference, BOULOGNE)
    assert [a["intitule"] for a in known.actions] == [a["intitule"] for a in PLAN]
    first = known.actions[0]
    assert first["freins"] == PLAN[0]["freins"] and first["programme_eur_1"] == "1234,5"
    assert first["statut"] == "En cours" and first["date_debut_prevue"] == "2025-09-01"
    assert known.actions[2]["confidentiel"] == "Oui"
    visitor = morning.territory()
    update(visitor, "tout-rien")
    sent = visitor.follow(update(visitor, "envoyer"))
    assert "Bien reçu" in sent.text
    morning.clock.pass_(days=1)
    night(morning)
    again = last_report(morning.settings, reference, BOULOGNE)
    assert again.rapport_id != known.rapport_id
    assert (again.actions, again.header) == (known.actions, known.header)


def test_a_territory_sees_nothing_of_the_actions_of_another(morning: Guichet) -> None:
    page = morning.territory(ARRAS).get("/mettre-a-jour").text
    assert "Action numéro" not in page and "Aucun rapport de votre territoire" in page


def test_actions_are_updated_checked_and_sent(morning: Guichet, checking: Checks) -> None:
    morning.client.app.state.desk.checks = checking  # type: ignore[attr-defined]
    visitor = morning.territory()
    changes = {"c_a1__statut": "Réalisé", "c_a1__taux_avancement": "100", "c_a2__rien": "oui"}
    page = update(visitor, "verifier", **changes)
    assert page.status_code == 200 and "2 action(s) retenue(s) sur 2" in page.text
    assert "2 ne sont pas encore vues" in page.text
    asked = update(visitor, "envoyer")
    assert "Envoyer sans 2 action(s)" in asked.text and "Action numéro 4" in asked.text
    assert len(receipts(morning)) == 3, "nothing is sent yet"
    sent = visitor.follow(update(visitor, "envoyer-sans"))
    assert "Bien reçu" in sent.text and f"mise-a-jour-{BOULOGNE}-2026-12-01.csv" in sent.text
    last = receipts(morning)[-1]
    assert (last.canal, last.siren_epci) == ("guichet", BOULOGNE)
    text = landing.content(morning.settings, last.sha256).decode()
    assert "Réalisé" in text and "Action numéro 2" in text and "Action numéro 4" not in text
    again = visitor.get("/mettre-a-jour").text
    assert "Ce qui suit a été envoyé" in again


def test_nothing_said_is_nothing_sent(morning: Guichet) -> None:
    answer = update(morning.territory(), "envoyer")
    assert answer.status_code == 400 and len(receipts(morning)) == 3


def test_an_action_is_added_and_another_abandoned(morning: Guichet) -> None:
    visitor = morning.territory()
    assert update(visitor, "ajouter").headers["location"].endswith("#action-n_1")
    theme = "Inclusion et médiation numériques"
    told = {
        "n_1__intitule": "Une <nouvelle> action",
        "n_1__themes": theme,
        "n_1__statut": "À venir",
    }
    update(visitor, "abandonner:c_a2", **told)
    page = visitor.get("/mettre-a-jour").text
    assert "Une &lt;nouvelle&gt; action" in page and "Abandonné</option>" in page
    fields = typed(page)
    assert fields["c_a2.statut"] == "Abandonné" and fields["n_1.statut"] == "À venir"
    update(visitor, "ajouter")
    update(visitor, "retirer:n_2")
    assert "n_2.statut" not in typed(visitor.get("/mettre-a-jour").text)
    update(visitor, "retirer:c_a2")
    assert "c_a2.statut" in typed(visitor.get("/mettre-a-jour").text), "known: never taken away"


def test_a_draft_outlives_the_session_and_the_desk(morning: Guichet) -> None:
    update(morning.territory(), "enregistrer", c_a1__commentaire="En bonne voie")
    again = opened(morning.settings, morning.clock)
    assert "En bonne voie" in again.territory().get("/mettre-a-jour").text
    assert (morning.settings.desk / "brouillons").stat().st_mode & 0o777 == 0o700


def test_a_page_left_open_is_sent_once_the_link_was_opened_again(morning: Guichet) -> None:
    path = morning.link("territoire", BOULOGNE)
    visitor = Visitor(morning.client)
    visitor.get(path)
    form = typed(visitor.get("/mettre-a-jour").text)
    morning.clock.pass_(hours=5)
    assert visitor.client.post("/mettre-a-jour", data=form).status_code == 401
    visitor.get(path)
    kept = visitor.client.post("/mettre-a-jour", data=form | {"c_a1.commentaire": "gardé"})
    assert kept.status_code == 303 and "gardé" in visitor.get("/mettre-a-jour").text


def test_two_people_are_told_of_each_other_and_lose_nothing(morning: Guichet) -> None:
    one, two = morning.territory(), morning.territory()
    form = typed(two.get("/mettre-a-jour").text)
    update(one, "enregistrer", c_a1__commentaire="celui de l'un", c_a2__rien="oui")
    told = two.client.post("/mettre-a-jour", data=form | {"c_a1.commentaire": "celui de l'autre"})
    assert told.status_code == 409
    assert "Quelqu’un d’autre a enregistré" in told.text
    assert "« celui de l&#39;un », vous « celui de l&#39;autre »" in told.text
    assert typed(told.text)["c_a1.commentaire"] == "celui de l&#39;autre"
    kept = typed(one.get("/mettre-a-jour").text)
    assert kept["c_a1.commentaire"] == "celui de l&#39;un"
    mine = typed(told.text) | {"jeton": two.token, "c_a1.commentaire": "celui de l'autre"}
    assert two.client.post("/mettre-a-jour", data=mine).status_code == 303
    assert typed(one.get("/mettre-a-jour").text)["c_a1.commentaire"] == "celui de l&#39;autre"


def test_the_page_keeps_the_draft_by_itself(morning: Guichet) -> None:
    visitor = morning.territory()
    form = typed(visitor.get("/mettre-a-jour").text)
    kept = visitor.client.post("/mettre-a-jour/brouillon", data=form | {"c_a1.freins": "un frein"})
    assert kept.status_code == 200
    assert kept.json()["version"] == typed(visitor.get("/mettre-a-jour").text)["version"]
    late = visitor.client.post("/mettre-a-jour/brouillon", data=form)
    assert late.status_code == 409


def test_the_draft_is_over_once_its_report_is_accepted(morning: Guichet) -> None:
    visitor = morning.territory()
    update(visitor, "tout-rien", c_a1__commentaire="dit au comité")
    update(visitor, "envoyer")
    morning.clock.pass_(days=1)
    night(morning)
    page = visitor.get("/")
    assert page.status_code in (200, 303)
    fields = typed(morning.territory().get("/mettre-a-jour").text)
    assert fields["version"].startswith("neuf/") and fields["c_a1.commentaire"] == "dit au comité"


def test_a_draft_is_begun_again_from_what_is_known(morning: Guichet) -> None:
    visitor = morning.territory()
    update(visitor, "enregistrer", c_a1__commentaire="à oublier")
    update(visitor, "repartir")
    page = visitor.get("/mettre-a-jour").text
    assert "à oublier" not in page and typed(page)["version"].startswith("neuf/")


def test_a_draft_cut_by_a_crash_is_told_and_never_taken_for_whole(morning: Guichet) -> None:
    visitor = morning.territory()
    update(visitor, "enregistrer")
    path = morning.settings.desk / "brouillons" / f"{BOULOGNE}.json"
    path.write_bytes(path.read_bytes()[:100])
    answer = visitor.get("/mettre-a-jour")
    assert answer.status_code == 409 and str(path) not in answer.text


def test_so_many_actions_are_added_and_no_more(
    morning: Guichet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "MOST_ADDED", 1)
    visitor = morning.territory()
    assert update(visitor, "ajouter").status_code == 303
    assert update(visitor, "ajouter").status_code == 400


def test_a_page_left_open_while_a_report_comes_in_speaks_of_the_same_actions(
    morning: Guichet,
) -> None:
    visitor = morning.territory()
    form = typed(visitor.get("/mettre-a-jour").text)
    new = {**PLAN[0], "code_action": "A0", "intitule": "Une action venue avant"}
    content = csv_report(BOULOGNE, [new, *PLAN], date_situation="30/11/2026")
    send(visitor, content)
    night(morning)
    late = visitor.client.post("/mettre-a-jour", data=form | {"c_a1.commentaire": "de la une"})
    assert late.status_code == 409
    fields = typed(late.text)
    assert fields["c_a1.commentaire"] == "de la une"
    assert fields["c_a0.commentaire"] != "de la une"
