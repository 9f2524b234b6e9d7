"""A real mail server on this machine, which keeps what it receives."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller


@dataclass
class Mailbox:
    """Keeps what the server received."""

    received: list[EmailMessage] = field(default_factory=list)
    over_tls: list[bool] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.received.append(message_from_bytes(envelope.content, policy=policy.default))
        self.over_tls.append(session.ssl is not None)
        return "250 OK"


@dataclass
class MailServer:
    """Its mailbox, its port, and the authority that signed its certificate."""

    mailbox: Mailbox
    port: int
    ca: Path

    def url(self, **options: str) -> str:
        query = "&".join(f"{k}={v}" for k, v in {"ca": str(self.ca), **options}.items())
        return f"smtp://localhost:{self.port}?{query}"


@contextmanager
def mail_server(folder: Path) -> Iterator[MailServer]:
    """A server that asks for STARTTLS; its authority is written in `folder`."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    ca = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(ca))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    mailbox = Mailbox()
    controller = Controller(
        mailbox, hostname="127.0.0.1", port=port, tls_context=context, require_starttls=True
    )
    controller.start()
    try:
        yield MailServer(mailbox, port, ca)
    finally:
        controller.stop()
