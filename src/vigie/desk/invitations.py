"""Who may come in: one link per territory and role, kept as a digest, expiring, withdrawn at will."""

import hashlib
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from filelock import FileLock

from vigie.errors import DamagedFile, SettingsError
from vigie.files import make_private, read_json, write_json
from vigie.reference.seeds import Reference
from vigie.settings import Settings

TERRITORY, REGION, OPERATION = "territoire", "region", "exploitation"
ROLES = {
    TERRITORY: "Territoire",
    REGION: "Région, suivi des feuilles de route",
    OPERATION: "Exploitation",
}
DAYS = 365
_DATES = ("cree_le", "expire_le", "retire_le")
_REMEDY = "l'écarter, puis donner de nouveaux liens par « vigie desk invite »."


@dataclass(frozen=True)
class Invitation:
    """A link given: `empreinte` is the digest of its secret, which is kept nowhere. Moments are naive UTC."""

    invitation_id: str
    role: str
    siren_epci: str
    empreinte: str
    cree_le: datetime
    expire_le: datetime
    retire_le: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether it lets in at `now`."""
        return self.retire_le is None and now < self.expire_le

    def state(self, now: datetime) -> str:
        """Whether it lets in, in a word."""
        if self.retire_le is not None:
            return "retiré"
        return "ouvert" if self.is_open(now) else "expiré"


def invite(
    settings: Settings,
    reference: Reference,
    role: str,
    siren: str,
    now: datetime,
    days: int = DAYS,
) -> tuple[Invitation, str]:
    """Makes a link; returns what is kept of it and its address, told once.

    Raises SettingsError for an unknown role or territory, or a territory given to a role that has none.
    """
    if role not in ROLES:
        raise SettingsError(f"Rôle « {role} » inconnu. Rôles : {', '.join(ROLES)}.")
    if (role == TERRITORY) != bool(siren):
        raise SettingsError(
            "Un lien de territoire porte un SIREN ; un lien de la Région ou d'exploitation n'en porte pas."
        )
    if siren and siren not in reference.territories:
        raise SettingsError(f"Aucun territoire de SIREN {siren} dans territoires.csv.")
    secret = secrets.token_urlsafe(32)
    made = Invitation(
        secrets.token_hex(4), role, siren, _digest(secret), now, now + timedelta(days=days)
    )
    with _held(settings):
        _write(settings, [*every(settings), made])
    return made, f"{settings.desk_url}/acces/{secret}"


def withdraw(settings: Settings, invitation_id: str, now: datetime) -> Invitation:
    """Closes a link at once, and what was opened with it. Raises SettingsError when there is no such link."""
    with _held(settings):
        kept = every(settings)
        found = _named(kept, invitation_id)
        closed = replace(found, retire_le=found.retire_le or now)
        _write(settings, [closed if one == found else one for one in kept])
    return closed


def renew(
    settings: Settings, reference: Reference, invitation_id: str, now: datetime
) -> tuple[Invitation, str]:
    """Withdraws a link and makes another for the same place; returns as `invite` does."""
    old = withdraw(settings, invitation_id, now)
    return invite(settings, reference, old.role, old.siren_epci, now)


def every(settings: Settings) -> list[Invitation]:
    """Every link given, open or not, the oldest first. Raises DamagedFile."""
    path = _path(settings)
    try:
        return [_read(line) for line in read_json(path, [], _REMEDY)]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise DamagedFile(path, _REMEDY) from error


def found(settings: Settings, secret: str, now: datetime) -> Invitation | None:
    """The open link with this secret, None when there is none."""
    digest = _digest(secret)
    opened = (one for one in every(settings) if one.is_open(now))
    return next((one for one in opened if secrets.compare_digest(one.empreinte, digest)), None)


def still_open(settings: Settings, invitation_id: str, now: datetime) -> Invitation | None:
    """The link with this identifier, unless it expired or was withdrawn."""
    return next(
        (one for one in every(settings) if one.invitation_id == invitation_id and one.is_open(now)),
        None,
    )


def _named(kept: list[Invitation], invitation_id: str) -> Invitation:
    for one in kept:
        if one.invitation_id == invitation_id:
            return one
    raise SettingsError(
        f"Aucun lien ne porte l'identifiant « {invitation_id} » : « vigie desk invitations » les montre."
    )


def _digest(secret: str) -> str:
    # Thirty-two random bytes need no slow digest: nobody tries them all.
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _read(line: dict[str, str | None]) -> Invitation:
    days = {name: datetime.fromisoformat(text) if (text := line[name]) else None for name in _DATES}
    return Invitation(**{**line, **days})  # type: ignore[arg-type]


def _held(settings: Settings) -> FileLock:
    make_private(settings.desk)
    return FileLock(f"{_path(settings)}.lock")


def _write(settings: Settings, kept: list[Invitation]) -> None:
    lines = [asdict(one) for one in kept]
    for line in lines:
        line.update({name: line[name] and line[name].isoformat() for name in _DATES})
    write_json(_path(settings), lines)


def _path(settings: Settings) -> Path:
    return settings.desk / "invitations.json"
