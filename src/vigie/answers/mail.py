"""Sending of answers, one mail per report content and decision, never twice."""

import hashlib
import json
import logging
import os
import smtplib
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from vigie import smtp
from vigie.answers.sending import NEXT_REPORT, answer_folders
from vigie.errors import SettingsError
from vigie.files import copy_atomically, write_json
from vigie.objects import Kept
from vigie.settings import Settings

MAX_ATTACHED_BYTES = 8 * 1024 * 1024
_EVERYONE = "*"

log = logging.getLogger(__name__)


def send_missing(settings: Settings) -> int:
    """Mails the answers that no mail carried yet; returns how many left.

    A server that refuses is not a reason to stop the night: what is unsent is logged and leaves
    with the next one. Raises SettingsError when VIGIE_SMTP_URL, VIGIE_SMTP_FROM or
    VIGIE_SMTP_RECIPIENTS is wrong.
    """
    to_whom = recipients()
    _adopt_older_records(settings)
    mailed = {record.name for record in _records(settings).glob("*.json")}
    waiting = [
        (record, folder, state, to)
        for folder, state in answer_folders(settings)
        if (record := _record(settings, state)).name not in mailed
        and (to := to_whom.get(folder.parent.name) or to_whom.get(_EVERYONE))
    ]
    if not waiting:
        return 0
    sent = 0
    try:
        with smtp.connect() as server:
            for record, folder, state, to in waiting:
                next_report = folder.parent / NEXT_REPORT
                # It holds confidential actions: for the territory's own addresses alone.
                is_theirs = folder.parent.name in to_whom and next_report.exists()
                books = [next_report] if is_theirs else []
                server.send_message(_message(folder, state, to, record.stem, books))
                write_json(record, {"reponse": folder.name, "destinataires_nb": len(to)})
                sent += 1
    except (smtplib.SMTPException, OSError) as error:
        # The error's own text may quote an address.
        log.error(
            "courriels : %d envoyés, %d à renvoyer la nuit prochaine (%s)",
            sent,
            len(waiting) - sent,
            type(error).__name__,
        )
    return sent


def _record(settings: Settings, state: Mapping[str, Any]) -> Kept:
    key = f"{state['rapport_id']}/{state['decision_id'] or ''}"
    return _records(settings) / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"


def _records(settings: Settings) -> Kept:
    # In `landing/`: whoever restores it alone must not mail everyone again.
    return settings.landing / "courriels"


def _adopt_older_records(settings: Settings) -> None:
    """Until 0.1.0, what was mailed was kept beside the answers."""
    for record in (settings.answers / ".courriels").glob("*.json"):
        copy_atomically(record, _records(settings) / record.name)
        record.unlink()


def recipients() -> dict[str, list[str]]:
    """Addresses by SIREN, `*` for the others: JSON in VIGIE_SMTP_RECIPIENTS, or the path of a
    JSON file. Raises SettingsError when it is neither.
    """
    given = os.environ.get("VIGIE_SMTP_RECIPIENTS", "")
    try:
        text = given if given.lstrip().startswith("{") else Path(given).read_text(encoding="utf-8")
        return {
            siren: [to] if isinstance(to, str) else list(to)
            for siren, to in json.loads(text).items()
        }
    except (OSError, ValueError, AttributeError) as error:
        raise SettingsError(
            "VIGIE_SMTP_RECIPIENTS doit être un objet JSON (adresses par SIREN, « * » pour les "
            "autres), ou le "
            "chemin d'un tel fichier."
        ) from error


def _message(
    folder: Path,
    state: Mapping[str, Any],
    to: list[str],
    key: str,
    next_reports: Sequence[Path],
) -> EmailMessage:
    text = (
        f"{state['objet']}.\n\nL'accusé de réception joint (accuse.html) dit ce qui a été compris "
        f"et ce qui est "
        "à corriger ;\nremarques.csv en donne la liste, à ouvrir dans un tableur."
        + (
            "\nVotre classeur est joint, cases à revoir colorées et commentées."
            if state["copie"]
            else ""
        )
        + (
            f"\n{NEXT_REPORT} porte vos actions dans leur dernier état accepté, à mettre à jour la prochaine fois."
            if next_reports
            else ""
        )
        + "\n\nMessage automatique de Vigie.\n"
    )
    message = smtp.message(state["objet"], to, text, key)
    _attach(message, folder / "accuse.html", "text", "html")
    _attach(message, folder / "remarques.csv", "text", "csv")
    copies = [folder / state["copie"]] if state["copie"] else []
    for book in [*copies, *next_reports]:
        attach_book(message, book)
    return message


def attach_book(message: EmailMessage, book: Path) -> None:
    """Joins a workbook, unless it is too heavy for a mail."""
    _attach(message, book, "application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def _attach(message: EmailMessage, path: Path, maintype: str, subtype: str) -> None:
    content = path.read_bytes()
    if len(content) <= MAX_ATTACHED_BYTES:
        message.add_attachment(content, maintype=maintype, subtype=subtype, filename=path.name)
