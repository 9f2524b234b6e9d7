"""A territory checks a file, sends it, and reads what became of it."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.desk.conftest import ARRAS, BOULOGNE, Guichet, Visitor
from tests.gate.reports import action, csv_report, xlsx_report
from vigie.answers.checking import Checked
from vigie.arrival import landing
from vigie.desk import limits
from vigie.desk.checks import PLACES, CheckedFile, Checks, Remembered
from vigie.desk.deposits import shown_name
from vigie.desk.refusals import Refused

GOOD = csv_report(BOULOGNE, [action()])


def chosen(content: bytes, name: str = "Feuille de route.csv") -> dict[str, tuple[str, bytes]]:
    return {"fichier": (name, content)}


def send(visitor: Visitor, content: bytes, name: str = "Feuille de route.csv"):
    return visitor.post("/verifier", files=chosen(content, name), geste="envoyer")


def test_a_file_is_checked_annotated_and_not_kept(
    guichet: Guichet, checks: Checks, tmp_path: Path
) -> None:
    visitor = guichet.territory()
    before = {p for p in tmp_path.rglob("*") if p.is_file()}
    rows = [action(), action(code_action="A2", intitule="Autre", statut="Fini-fini")]
    content = xlsx_report(BOULOGNE, rows)
    page = visitor.post("/verifier", files=chosen(content, "plan.xlsx"), geste="verifier")
    assert page.status_code == 200
    assert "Rapport accepté en partie" in page.text and "« plan.xlsx »" in page.text
    assert "1 ligne(s) retenue(s) sur 2" in page.text and "Fini-fini" in page.text
    copy = visitor.get("/verifier/copie")
    assert copy.content[:2] == b"PK" and "attachment" in copy.headers["content-disposition"]
    assert {p for p in tmp_path.rglob("*") if p.is_file()} == before, "nothing is kept"
    other = guichet.territory()
    assert other.get("/verifier/copie").status_code == 404
    after = visitor.follow(visitor.post("/envoyer"))
    assert "Bien reçu" in after.text and "plan.xlsx" in after.text
    assert visitor.post("/envoyer").status_code == 404, "sent once"


def test_a_file_that_names_another_territory_is_told_before_it_is_sent(
    guichet: Guichet, checks: Checks
) -> None:
    page = guichet.territory(ARRAS).post("/verifier", files=chosen(GOOD), geste="verifier")
    assert "Rapport non retenu" in page.text and ARRAS in page.text


def test_bytes_that_are_no_report_are_answered_with_a_sentence(
    guichet: Guichet, checks: Checks
) -> None:
    content = b"\x89PNG\r\n\x1a\n" + bytes(100)
    page = guichet.territory().post("/verifier", files=chosen(content, "p.png"), geste="verifier")
    assert page.status_code == 200 and "une image" in page.text


def test_what_is_sent_is_in_landing_under_the_territory_of_the_session(guichet: Guichet) -> None:
    visitor = guichet.territory(ARRAS)
    page = visitor.follow(send(visitor, GOOD, "../../C:\\dossier\\plan <b>.csv"))
    assert "Bien reçu" in page.text and "plan &lt;b&gt;.csv" in page.text
    (receipt,) = landing.receipts(guichet.settings)
    assert (receipt.source_id, receipt.siren_epci, receipt.canal) == (
        f"guichet-{ARRAS}",
        ARRAS,
        "guichet",
    )
    assert receipt.nom_fichier == "plan <b>.csv" and receipt.depose_le == guichet.clock()
    assert landing.content(guichet.settings, receipt.sha256) == GOOD
    assert "plan &lt;b&gt;.csv" in visitor.get("/").text
    assert "plan &lt;b&gt;.csv" in visitor.get("/rapports").text


def test_the_same_bytes_sent_twice_are_said_to_be_there_already(guichet: Guichet) -> None:
    visitor = guichet.territory()
    send(visitor, GOOD)
    guichet.clock.pass_(hours=2)
    again = visitor.follow(send(visitor, GOOD))
    assert "Déjà reçu" in again.text
    assert len(list(landing.receipts(guichet.settings))) == 1
    assert visitor.follow(send(visitor, GOOD + b"\r\n")).text.count("Bien reçu") >= 1


def test_the_receipt_of_another_is_not_there(guichet: Guichet) -> None:
    location = send(guichet.territory(BOULOGNE), GOOD).headers["location"]
    answer = guichet.territory(ARRAS).get(location)
    assert answer.status_code == 404 and "Feuille de route.csv" not in answer.text


@pytest.mark.parametrize("sent", [None, {"fichier": ("", b"")}, {"fichier": ("vide.csv", b"")}])
def test_sending_nothing_is_told(sent, guichet: Guichet) -> None:
    answer = guichet.territory().post("/verifier", files=sent, geste="envoyer")
    assert answer.status_code == 400 and 'role="alert"' in answer.text
    assert list(landing.receipts(guichet.settings)) == []


def test_a_file_too_large_is_refused_while_it_comes(guichet: Guichet) -> None:
    visitor = guichet.territory()
    too_large = bytes(guichet.settings.max_report_bytes + 100 * 1024)
    answer = send(visitor, too_large, "gros.csv")
    assert answer.status_code == 413 and "20 Mio" in answer.text
    assert list(landing.receipts(guichet.settings)) == []


def test_a_form_without_file_is_bounded_too(guichet: Guichet) -> None:
    answer = guichet.territory().post("/sortir", quoi="x" * (3 * 1024 * 1024))
    assert answer.status_code == 413


def test_beyond_the_places_of_the_queue_one_is_asked_to_come_back(guichet: Guichet) -> None:
    visitor = guichet.territory()
    desk = visitor.desk
    desk.checks._busy |= {f"session {n}" for n in range(PLACES)}
    answer = visitor.post("/verifier", files=chosen(GOOD), geste="verifier")
    assert answer.status_code == 503 and "réessayez dans une minute" in answer.text
    desk.checks._busy.clear()
    desk.checks._busy.add(visitor.client.cookies[desk.cookie])
    assert send(visitor, GOOD).status_code == 429, "one at a time"


def test_one_session_sends_so_many_files_and_no_more(guichet: Guichet) -> None:
    visitor = guichet.territory()
    codes = [send(visitor, b"a%d" % n).status_code for n in range(61)]
    assert codes == [303] * 60 + [429]


def test_what_was_checked_is_forgotten_after_a_while_and_when_it_weighs_too_much(
    guichet: Guichet,
) -> None:
    kept, now = Remembered(), guichet.clock()
    file = CheckedFile("a", bytes(30 * 1024**2), Checked("rejete", "", 0, 0, []), None)
    for session in ("un", "deux", "trois"):
        kept.keep(session, file, now)
    assert [kept.of(s, now) is None for s in ("un", "deux", "trois")] == [True, False, False]
    guichet.clock.pass_(minutes=11)
    assert kept.of("trois", guichet.clock()) is None


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\é.csv", "é.csv"),
        ("\x00", "fichier"),
        ("/", "fichier"),
    ],
)
def test_the_name_of_a_file_is_never_a_path(written: str, shown: str) -> None:
    assert shown_name(written) == shown


def test_what_is_sent_is_noted_without_name_nor_content(guichet: Guichet) -> None:
    send(guichet.territory(), GOOD, "Jean Dupont.csv")
    text = (guichet.settings.desk / "journal.jsonl").read_text(encoding="utf-8")
    line = json.loads(text)
    assert (line["action"], line["role"]) == ("envoi", "territoire") and "Dupont" not in text


def test_the_workbook_to_fill_in_is_that_of_the_territory(guichet: Guichet) -> None:
    answer = guichet.territory().get("/modele.xlsx")
    assert answer.content[:2] == b"PK"
    assert 'filename="modele.xlsx"' in answer.headers["content-disposition"]


def test_a_file_that_never_ends_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async def wait() -> None:
        await limits.bounded(asyncio.Event().wait, 100, "")()  # type: ignore[arg-type]

    monkeypatch.setattr(limits, "BODY_SECONDS", 0.0)
    with pytest.raises(Refused, match="trop longtemps"):
        asyncio.run(wait())
