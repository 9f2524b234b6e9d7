"""Answers are mailed once over TLS by a real server, and an address never reaches a log or a
file.
"""

import json
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gate.conftest import Night, installed
from tests.mail_server import MailServer, mail_server
from vigie.answers import mail
from vigie.answers import sending as answers
from vigie.errors import SettingsError
from vigie.settings import Settings

ADDRESS = "feuille.de.route@epci.invalid"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    with mail_server(tmp_path) as started:
        yield started


@pytest.fixture(scope="module")
def answered_once(night: Night, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = installed(night, tmp_path_factory.mktemp("mail"))
    answers.write_missing(settings)
    return settings


@pytest.fixture
def few(answered_once: Settings, night: Night, tmp_path: Path) -> Settings:
    """An installation with three answers, of which one brings back a workbook."""
    settings = Settings(home=tmp_path / "home")
    for case in ("faulty workbook", "fictitious", "FIC-VIDE"):
        (source,) = answered_once.answers.glob(f"*/*_{night.last[case]}")
        target = settings.answers / source.parent.name / source.name
        target.mkdir(parents=True)
        for path in source.iterdir():
            (target / path.name).write_bytes(path.read_bytes())
    return settings


@pytest.fixture(autouse=True)
def configured(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_SMTP_URL", server.url())
    monkeypatch.setenv("VIGIE_SMTP_FROM", "vigie@region.invalid")
    monkeypatch.setenv("VIGIE_SMTP_RECIPIENTS", json.dumps({"*": ADDRESS}))


def test_the_workbook_of_the_next_report_goes_to_the_addresses_of_its_territory_alone(
    few: Settings, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = sorted(few.answers.iterdir())
    for folder in folders:
        (folder / answers.NEXT_REPORT).write_bytes(b"confidential")
    own = folders[0].name
    monkeypatch.setenv("VIGIE_SMTP_URL", server.url())
    monkeypatch.setenv("VIGIE_SMTP_FROM", "vigie@region.invalid")
    recipients = {own: ADDRESS, "*": "tous@region.invalid"}
    monkeypatch.setenv("VIGIE_SMTP_RECIPIENTS", json.dumps(recipients))
    assert mail.send_missing(few) == 3
    carrying = [
        message["To"]
        for message in server.mailbox.received
        if answers.NEXT_REPORT in [part.get_filename() for part in message.iter_attachments()]
    ]
    assert carrying == [ADDRESS]


def test_each_answer_leaves_once_over_tls(few: Settings, server: MailServer) -> None:
    assert mail.send_missing(few) == 3
    assert mail.send_missing(few) == 0
    assert len(server.mailbox.received) == 3
    assert all(server.mailbox.over_tls)


def test_the_mail_carries_the_answer(few: Settings, server: MailServer) -> None:
    mail.send_missing(few)
    by_subject = {str(m["Subject"]): m for m in server.mailbox.received}
    (partial,) = (m for s, m in by_subject.items() if s.startswith("Rapport accepté en partie"))
    names = [part.get_filename() for part in partial.iter_attachments()]
    assert names == ["accuse.html", "remarques.csv", "copie_annotee.xlsx"]
    assert partial["Auto-Submitted"] == "auto-generated"
    assert "situation au 31/12/2025" in partial["Subject"]
    assert any(subject.startswith("[DONNÉES FICTIVES]") for subject in by_subject)


def test_an_answer_written_again_is_not_mailed_again(few: Settings, server: MailServer) -> None:
    mail.send_missing(few)
    for state in few.answers.glob("*/*/reponse.json"):
        state.write_text(state.read_text(encoding="utf-8"), encoding="utf-8")
    assert mail.send_missing(few) == 0


def test_a_restore_from_landing_mails_nobody_again(
    few: Settings, server: MailServer, tmp_path: Path
) -> None:
    assert mail.send_missing(few) == 3
    restored = Settings(home=tmp_path / "restored")
    shutil.copytree(few.landing, restored.landing)
    # The answers are written again, from what landing gives back.
    shutil.copytree(few.answers, restored.answers, ignore=shutil.ignore_patterns(".*"))
    assert mail.send_missing(restored) == 0
    assert len(server.mailbox.received) == 3


def test_what_version_0_1_0_mailed_is_not_mailed_again(few: Settings, server: MailServer) -> None:
    assert mail.send_missing(few) == 3
    shutil.move(few.landing / "courriels", few.answers / ".courriels")
    assert mail.send_missing(few) == 0
    assert len(list((few.landing / "courriels").glob("*.json"))) == 3


def test_a_server_that_is_down_delays_the_mail_and_nothing_else(
    few: Settings,
    server: MailServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("VIGIE_SMTP_URL", "smtp://127.0.0.1:9")
    with caplog.at_level(logging.ERROR):
        assert mail.send_missing(few) == 0
    assert "3 à renvoyer" in caplog.text
    monkeypatch.setenv("VIGIE_SMTP_URL", server.url())
    assert mail.send_missing(few) == 3


def test_a_certificate_of_an_unknown_authority_is_refused(
    few: Settings, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_SMTP_URL", f"smtp://localhost:{server.port}")
    assert mail.send_missing(few) == 0
    assert server.mailbox.received == []


def test_no_address_is_kept_nor_logged(few: Settings, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        mail.send_missing(few)
    kept = "".join(p.read_text(encoding="utf-8") for p in few.home.rglob("*.json"))
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith("mail.")]
    assert ADDRESS not in kept + "".join(ours)


def test_only_listed_territories_are_written_to(
    few: Settings, server: MailServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (folder,) = few.answers.glob("*/*/copie_annotee.xlsx")
    listed = tmp_path / "destinataires.json"
    listed.write_text(json.dumps({folder.parent.parent.name: [ADDRESS]}), encoding="utf-8")
    monkeypatch.setenv("VIGIE_SMTP_RECIPIENTS", str(listed))
    assert mail.send_missing(few) == 1


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("VIGIE_SMTP_RECIPIENTS", "nulle/part.json"),
        ("VIGIE_SMTP_RECIPIENTS", "{pas du json"),
        ("VIGIE_SMTP_FROM", "pas une adresse"),
        ("VIGIE_SMTP_URL", "http://localhost"),
    ],
)
def test_a_wrong_setting_is_named(
    few: Settings, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=variable):
        mail.send_missing(few)
