"""The second clock of the last edition built: what comes in from then on was not known in it."""

from datetime import datetime
from pathlib import Path

from vigie.errors import DamagedFile
from vigie.files import read_json, write_json
from vigie.settings import Settings

_REMEDY = (
    "le remettre depuis la sauvegarde de landing/, puis relancer ; sans sauvegarde, y écrire "
    '{"connu_le": "AAAA-MM-JJTHH:MM:SS"}, le « connu_le » de marts.publication (vigie console).'
)


def note(settings: Settings, connu_le: datetime) -> None:
    """Keeps the second clock of an edition about to be built, unless a later one is kept."""
    before = last(settings)
    if before is None or connu_le > before:
        write_json(_path(settings), {"connu_le": connu_le.isoformat()})


def last(settings: Settings) -> datetime | None:
    """The latest second clock kept, naive UTC; None before the first edition. Raises DamagedFile."""
    path = _path(settings)
    kept = read_json(path, None, _REMEDY)
    try:
        return None if kept is None else datetime.fromisoformat(kept["connu_le"])
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedFile(path, _REMEDY) from error


def _path(settings: Settings) -> Path:
    return settings.landing / "derniere_edition.json"
