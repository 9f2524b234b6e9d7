"""The second clock of the last edition built: what comes in from then on was not known in it."""

from datetime import datetime
from pathlib import Path

from vigie.files import FROM_BACKUP, read_json, write_json
from vigie.settings import Settings


def note(settings: Settings, connu_le: datetime) -> None:
    """Keeps the second clock of an edition about to be built, unless a later one is kept."""
    before = last(settings)
    if before is None or connu_le > before:
        write_json(_path(settings), {"connu_le": connu_le.isoformat()})


def last(settings: Settings) -> datetime | None:
    """The latest second clock kept, naive UTC; None before the first edition. Raises DamagedFile."""
    kept = read_json(_path(settings), None, FROM_BACKUP)
    return None if kept is None else datetime.fromisoformat(kept["connu_le"])


def _path(settings: Settings) -> Path:
    return settings.landing / "derniere_edition.json"
