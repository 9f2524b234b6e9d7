"""The second clock of the last edition built: what comes in from then on was not known in it."""

from datetime import datetime
from typing import Any

from vigie.errors import DamagedFile
from vigie.files import read_json, settle_json
from vigie.objects import Kept
from vigie.settings import Settings

_REMEDY = (
    "le remettre depuis la sauvegarde de landing/, puis relancer ; sans sauvegarde, y écrire "
    '{"connu_le": "AAAA-MM-JJTHH:MM:SS"}, le « connu_le » de marts.publication (vigie console).'
)


def note(settings: Settings, connu_le: datetime) -> None:
    """Keeps the second clock of an edition about to be built, unless a later one is kept."""
    path = _path(settings)

    def latest(kept: dict[str, Any] | None) -> dict[str, Any]:
        before = _clock(path, kept)
        return (
            kept if kept and before and before >= connu_le else {"connu_le": connu_le.isoformat()}
        )

    settle_json(path, latest, _REMEDY)


def last(settings: Settings) -> datetime | None:
    """The latest second clock kept, naive UTC; None before the first edition. Raises DamagedFile."""
    path = _path(settings)
    return _clock(path, read_json(path, None, _REMEDY))


def _clock(path: Kept, kept: Any) -> datetime | None:
    try:
        return None if kept is None else datetime.fromisoformat(kept["connu_le"])
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedFile(path, _REMEDY) from error


def _path(settings: Settings) -> Kept:
    return settings.landing / "derniere_edition.json"
