"""A lost link is asked for at the desk, and mailed by a real server to the address declared for its territory alone."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.background import BackgroundTask
from starlette.datastructures import FormData
from starlette.requests import Request

from tests.desk.conftest import ARRAS, BOULOGNE, DESVRES, Guichet, Visitor
from tests.mail_server import MailServer, mail_server
from vigie.desk import asking, audit, invitations
from vigie.desk.doors import Visit

ADDRESS = "feuille.de.route@boulonnais.invalid"
OTHERS = "tous@region.invalid"


@pytest.fixture(autouse=True)
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with mail_server(tmp_path) as started:
        monkeypatch.setenv("VIGIE_SMTP_URL", started.url())
        monkeypatch.setenv("VIGIE_SMTP_FROM", "vigie@region.invalid")
        monkeypatch.setenv("VIGIE_SMTP_RECIPIENTS", json.dumps({BOULOGNE: ADDRESS, "*": OTHERS}))
        yield started


def ask(guichet: Guichet, siren: str):
    return guichet.client.post("/demander-un-lien", data={"siren": siren})


def test_a_link_asked_for_reaches_the_address_of_its_territory_and_opens_its_page(
    guichet: Guichet, server: MailServer
) -> None:
    assert "CA du Boulonnais" in guichet.client.get("/").text
    assert ask(guichet, BOULOGNE).status_code == 200
    (mailed,) = server.mailbox.received
    assert mailed["To"] == ADDRESS and server.mailbox.over_tls == [True]
    found = re.search(r"http://127\.0\.0\.1:8090(/acces/\S+)", mailed.get_content())
    assert found is not None
    visitor = Visitor(guichet.client)
    assert visitor.get(found[1]).status_code == 303
    assert "CA du Boulonnais" in visitor.get("/").text


def test_the_page_is_the_same_whether_the_address_is_known_or_not(
    guichet: Guichet, server: MailServer
) -> None:
    told = [ask(guichet, siren) for siren in (BOULOGNE, ARRAS, "123456789", "")]
    assert {answer.status_code for answer in told} == {200}
    assert len({answer.text for answer in told}) == 1
    assert len({str(sorted(answer.headers.items())) for answer in told}) == 1
    # Whoever reads the address of all the others is no territory.
    assert [message["To"] for message in server.mailbox.received] == [ADDRESS]
    assert len(invitations.every(guichet.settings)) == 1


def test_nothing_is_looked_up_before_the_page_has_left(
    guichet: Guichet, server: MailServer
) -> None:
    desk = guichet.client.app.state.desk  # type: ignore[attr-defined]
    request = Request({"type": "http", "path": "/", "headers": [], "path_params": {}})
    page = asking.ask(Visit(desk, request, None, FormData(siren=BOULOGNE)))
    assert invitations.every(guichet.settings) == [] and server.mailbox.received == []
    assert isinstance(page.background, BackgroundTask)
    page.background.func(*page.background.args)
    assert len(server.mailbox.received) == 1


def test_one_place_asks_so_many_times_and_a_territory_is_sent_three_links_a_day(
    guichet: Guichet, server: MailServer
) -> None:
    assert [ask(guichet, BOULOGNE).status_code for _ in range(6)] == [200] * 5 + [429]
    assert len(server.mailbox.received) == 3
    guichet.clock.pass_(minutes=11)
    assert ask(guichet, BOULOGNE).status_code == 200 and len(server.mailbox.received) == 3
    guichet.clock.pass_(days=1)
    assert ask(guichet, BOULOGNE).status_code == 200 and len(server.mailbox.received) == 4


def test_a_link_asked_for_from_another_site_is_not_sent(
    guichet: Guichet, server: MailServer
) -> None:
    for header in ({"Origin": "https://ailleurs.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = guichet.client.post("/demander-un-lien", data={"siren": BOULOGNE}, headers=header)
        assert answer.status_code == 403
    assert server.mailbox.received == []


def test_a_link_that_could_not_leave_opens_nothing_and_the_page_does_not_tell(
    guichet: Guichet, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    well = ask(guichet, DESVRES).text
    for name, value in (
        ("VIGIE_SMTP_URL", "smtp://127.0.0.1:9"),
        ("VIGIE_SMTP_FROM", "pas une adresse"),
        ("VIGIE_SMTP_RECIPIENTS", "{pas du json"),
    ):
        monkeypatch.setenv(name, value)
        assert ask(guichet, BOULOGNE).text == well
    assert [one.state(guichet.clock()) for one in invitations.every(guichet.settings)] == [
        "retiré"
    ] * 2
    assert "ConnectionRefusedError" in caplog.text and "VIGIE_SMTP_RECIPIENTS doit" in caplog.text


def test_who_was_sent_a_link_is_noted_without_address_nor_secret(
    guichet: Guichet, server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        ask(guichet, BOULOGNE)
    (made,) = invitations.every(guichet.settings)
    journal = audit.path(guichet.settings).read_text("utf-8")
    assert "lien_envoye" in journal and made.invitation_id in journal
    found = re.search(r"/acces/(\S+)", server.mailbox.received[0].get_content())
    assert found is not None
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith("mail.")]
    kept = journal + "".join(ours)
    assert ADDRESS not in kept and found[1] not in kept


def test_without_a_mail_server_the_desk_says_whom_to_ask(
    guichet: Guichet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VIGIE_SMTP_URL")
    assert "demander-un-lien" not in guichet.client.get("/").text
    answer = ask(guichet, BOULOGNE)
    assert answer.status_code == 404 and "à la Région" in answer.text
