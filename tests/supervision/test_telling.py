"""The operator is told once per cause, and when it is over, by a real mail server and a real HTTP receiver."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.mail_server import Mailbox
from tests.supervision.conftest import OPERATOR
from vigie.errors import NotTold, SettingsError
from vigie.files import read_json
from vigie.night.steps import keep_step
from vigie.settings import Settings
from vigie.supervision.telling import tell

NIGHT = datetime(2026, 11, 20, 1)


@pytest.fixture
def posted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    received: list[dict[str, Any]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            received.append(json.loads(self.rfile.read(size)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("VIGIE_WEBHOOK_URL", f"json://127.0.0.1:{server.server_port}/salon")
    yield received
    server.shutdown()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """After a night that stopped while it built."""
    settings = Settings(home=tmp_path)
    keep_step(settings, NIGHT, "publication", {"duree_s": 1})
    keep_step(settings, NIGHT, "echec", {"etape": "construction", "phrase": "dbt refuse."})
    return settings


def heal(settings: Settings, moment: datetime) -> None:
    keep_step(settings, moment, "publication", {"duree_s": 1})


def body(message: EmailMessage) -> str:
    return str(message.get_content())


def test_a_cause_is_told_once_then_its_end(settings: Settings, mailbox: Mailbox) -> None:
    assert [tell(settings, NIGHT + timedelta(hours=h)) for h in (1, 2, 3)] == [1, 0, 0]
    (told,) = mailbox.received
    assert told["To"] == OPERATOR and told["Subject"] == "Vigie : 1 point(s) à regarder"
    assert "dbt refuse." in body(told) and "À faire :" in body(told)
    heal(settings, NIGHT + timedelta(hours=4))
    assert [tell(settings, NIGHT + timedelta(hours=h)) for h in (5, 6)] == [1, 0]
    assert "Rentré dans l'ordre" in body(mailbox.received[1])
    assert len(mailbox.received) == 2


def test_a_cause_that_comes_back_is_told_again(settings: Settings, mailbox: Mailbox) -> None:
    tell(settings, NIGHT)
    heal(settings, NIGHT + timedelta(hours=1))
    tell(settings, NIGHT + timedelta(hours=2))
    keep_step(
        settings, NIGHT + timedelta(hours=3), "echec", {"etape": "construction", "phrase": "Non."}
    )
    assert tell(settings, NIGHT + timedelta(hours=4)) == 1
    assert "Non." in body(mailbox.received[-1])


def test_a_discussion_tool_receives_the_same_message(
    settings: Settings, mailbox: Mailbox, posted: list[dict[str, Any]]
) -> None:
    tell(settings, NIGHT)
    assert posted[0]["title"] == mailbox.received[0]["Subject"]
    assert "dbt refuse." in posted[0]["message"]


def test_what_did_not_leave_is_sent_again(
    settings: Settings, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    right = os.environ["VIGIE_SMTP_URL"]
    monkeypatch.setenv("VIGIE_SMTP_URL", "smtp://127.0.0.1:9?tls=non")
    with pytest.raises(NotTold) as refused:
        tell(settings, NIGHT)
    assert OPERATOR not in str(refused.value)
    monkeypatch.setenv("VIGIE_SMTP_URL", right)
    assert tell(settings, NIGHT) == 1


def test_a_tool_that_refuses_is_an_error(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_WEBHOOK_URL", "json://127.0.0.1:9/salon")
    with pytest.raises(NotTold, match="VIGIE_WEBHOOK_URL"):
        tell(settings, NIGHT)


@pytest.mark.parametrize(
    ("name", "value"), [("VIGIE_OPERATOR", "pas une adresse"), ("VIGIE_WEBHOOK_URL", "inconnu://x")]
)
def test_a_wrong_setting_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("VIGIE_SMTP_URL", "smtp://127.0.0.1:9")
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        tell(settings, NIGHT)


def test_no_address_is_kept(settings: Settings, mailbox: Mailbox) -> None:
    tell(settings, NIGHT)
    kept = settings.home / "supervision" / "dit.json"
    assert list(read_json(kept)) == ["etape_construction"]
    assert OPERATOR not in kept.read_text(encoding="utf-8")


def test_without_a_recipient_nothing_is_sent_nor_kept(settings: Settings) -> None:
    assert tell(settings, NIGHT) == 0
    assert not (settings.home / "supervision").exists()
