"""A real mail server that keeps what it receives."""

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller

OPERATOR = "exploitant@region.invalid"


class Mailbox:
    """Keeps what the server received."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.received.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    mailbox = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    monkeypatch.setenv("VIGIE_SMTP_URL", f"smtp://127.0.0.1:{port}?tls=non")
    monkeypatch.setenv("VIGIE_SMTP_FROM", "vigie@region.invalid")
    monkeypatch.setenv("VIGIE_OPERATOR", OPERATOR)
    yield mailbox
    controller.stop()
