"""A mail server to which the installation of the tests is set."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mail_server import Mailbox, mail_server

OPERATOR = "exploitant@region.invalid"


@pytest.fixture
def mailbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    with mail_server(tmp_path) as server:
        monkeypatch.setenv("VIGIE_SMTP_URL", server.url())
        monkeypatch.setenv("VIGIE_SMTP_FROM", "vigie@region.invalid")
        monkeypatch.setenv("VIGIE_OPERATOR", OPERATOR)
        yield server.mailbox
