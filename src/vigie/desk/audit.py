"""Who, by role and link, sent or decided what and when: one line each, without a name nor a content."""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vigie.files import make_private
from vigie.settings import Settings

if TYPE_CHECKING:
    from vigie.desk.doors import Visit


def note(visit: "Visit", action: str, about: str) -> None:
    """Keeps that the visitor did `action` about an identifier."""
    who = visit.who.invitation
    keep(visit.desk.settings, visit.desk.now(), action, about, who.role, who.invitation_id)


def keep(
    settings: Settings, moment: datetime, action: str, about: str, role: str, invitation_id: str
) -> None:
    """Adds a line to the journal; a line is written whole, whoever else writes."""
    make_private(settings.desk)
    line: dict[str, Any] = {
        "moment": moment.isoformat(timespec="seconds"),
        "action": action,
        "objet": about,
        "role": role,
        "lien": invitation_id,
    }
    text = json.dumps(line, ensure_ascii=False) + "\n"
    descriptor = os.open(path(settings), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)


def path(settings: Settings) -> Path:
    """Where the journal is: JSON lines."""
    return settings.desk / "journal.jsonl"
