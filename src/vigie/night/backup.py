"""A copy of what cannot be made again: landing, the reference data, the links and drafts of the desk, the settings
without their secrets.

A backup is one manifest, the name and the digest of each file, over contents kept under their digests: it is the old
one or the new one, whenever it is cut. It may be taken while a night runs: a receipt is copied before contents are
listed, and the state of a source before its receipts, since an old state is only read again.
"""

import shlex
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from vigie.errors import DamagedFile, SettingsError
from vigie.files import (
    FROM_BACKUP,
    copy_atomically,
    make_private,
    read_json,
    write_atomically,
    write_json,
)
from vigie.objects import Kept, ObjectPath
from vigie.settings import Settings

MANIFEST = "sauvegarde.json"
_SETTINGS = "reglages.env"
_LANDING, _SEEDS, _DESK, _CONTENTS = "landing", "seeds", "guichet", "objets"
_STATES = "etats"
# Addresses of servers hold passwords: the person who restores writes them again.
_SECRETS = ("URL", "DSN", "PASSWORD", "SECRET", "TOKEN", "KEY", "METADATA")
_PUBLIC = ("VIGIE_TEMPLATE_URL", "VIGIE_DESK_URL", "VIGIE_OPEN_DATA_URL")


@dataclass(frozen=True)
class Backup:
    """How many files a backup holds, how many were copied this time, their bytes, and the contents found damaged."""

    fichiers: int
    copies: int
    octets: int
    abimes: tuple[str, ...]


def backup(settings: Settings, folder: Path, environment: Mapping[str, str]) -> Backup:
    """Copies landing, seeds, desk and the settings of `environment` into `folder`; again there, what is new.

    Raises SettingsError when there is nothing to copy, or when `folder` is inside what is copied.
    """
    folder = folder.resolve()
    if not settings.landing.is_dir():
        raise SettingsError(
            f"Rien à sauvegarder : {settings.landing} n'existe pas. Vérifier VIGIE_HOME."
        )
    sources = [place for place in (settings.landing, settings.seeds) if isinstance(place, Path)]
    if any(folder.is_relative_to(inside) for inside in sources):
        raise SettingsError(
            f"{folder} est dans ce qui est copié : choisir un autre dossier, sur un autre disque."
        )
    make_private(folder)
    digests: dict[str, str] = {}
    damaged = []
    copied = 0
    for name, path in _sources(settings):
        is_content = name.startswith(f"{_LANDING}/{_CONTENTS}/")
        if is_content and _content(folder, path.name).exists():
            digests[name] = path.name
        elif (content := _read(path)) is not None:
            digest = sha256(content).hexdigest()
            if is_content and digest != path.name:
                damaged.append(name)
            else:
                digests[name] = digest
                copied += _keep(folder, digest, content)
    settings_kept = _settings(environment).encode()
    digests[_SETTINGS] = sha256(settings_kept).hexdigest()
    copied += _keep(folder, digests[_SETTINGS], settings_kept)
    write_json(folder / MANIFEST, {"empreintes": digests})
    size = sum(_content(folder, digest).stat().st_size for digest in digests.values())
    return Backup(len(digests), copied, size, tuple(damaged))


def restore(settings: Settings, folder: Path) -> Path:
    """Puts what a backup holds under `settings.home`; returns the folder of the reference data.

    Everything is verified before anything is written. Raises SettingsError when `folder` holds no whole backup or when
    there is already a landing area, DamagedFile for a file that is no longer the one that was copied. A bucket has no
    rename: cut in the middle, the restoration is run again, which takes it up; what a bucket holds is never replaced.
    """
    digests = _digests(folder)
    if not digests:
        raise SettingsError(
            f"{folder} n'est pas une sauvegarde entière : il n'a pas de {MANIFEST}."
        )
    landing = settings.landing
    if isinstance(landing, Path) and landing.exists():
        raise SettingsError(
            f"{landing} existe déjà : restaurer dans un VIGIE_HOME vide, rien n'y est remplacé."
        )
    for name, digest in digests.items():
        parts = Path(name).parts
        if parts[0] not in (_LANDING, _SEEDS, _DESK, _SETTINGS) or ".." in parts:
            raise SettingsError(
                f"{folder / MANIFEST} nomme « {name} », qu'aucune sauvegarde ne contient."
            )
        if sha256(_read(_content(folder, digest)) or b"").hexdigest() != digest:
            raise DamagedFile(
                _content(folder, digest),
                f"prendre une autre sauvegarde : celle-ci n'a plus {name} en entier.",
            )
    landed = {
        name.partition("/")[2]: digest
        for name, digest in digests.items()
        if name.startswith(f"{_LANDING}/")
    }
    if isinstance(landing, ObjectPath):
        missing = _missing(landing, landed)
    make_private(settings.desk)
    for name, digest in digests.items():
        if not name.startswith(f"{_LANDING}/"):
            copy_atomically(_content(folder, digest), settings.home / name)
    if isinstance(landing, ObjectPath):
        for inside in missing:
            copy_atomically(_content(folder, landed[inside]), landing / inside)
        return settings.home / _SEEDS
    draft = settings.home / ".restauration.part"
    shutil.rmtree(draft, ignore_errors=True)
    make_private(draft)
    for inside, digest in landed.items():
        copy_atomically(_content(folder, digest), draft / inside)
    draft.rename(landing)
    return settings.home / _SEEDS


def _missing(landing: ObjectPath, landed: Mapping[str, str]) -> list[str]:
    """What a restoration has still to put in a bucket, contents first and states of sources last.

    Raises SettingsError when the bucket holds anything else than the beginning of the same restoration.
    """
    there = {path.relative_to(landing).as_posix(): path for path in landing.rglob()}
    for name, path in there.items():
        if sha256(_read(path) or b"").hexdigest() != landed.get(name):
            raise SettingsError(
                f"{landing} existe déjà et {name} n'y est pas celui de la sauvegarde : restaurer dans un dossier vide "
                "d'un seau (VIGIE_LANDING), rien n'y est remplacé."
            )
    order = {_CONTENTS: 0, _STATES: 2}
    return sorted(
        landed.keys() - there.keys(), key=lambda name: (order.get(name.partition("/")[0], 1), name)
    )


def _sources(settings: Settings) -> Iterator[tuple[str, Kept]]:
    """Name in the backup and path of each file to copy, in the order that keeps it whole; each folder is listed once
    those before it are copied."""
    landing = settings.landing
    inside = [path.parts[len(landing.parts) :] for path in landing.rglob("*")]
    others = sorted({parts[0] for parts in inside if len(parts) > 1} - {_STATES, _CONTENTS})
    for part in (_STATES, *others):
        yield from _files(landing / part, f"{_LANDING}/{part}")
    yield from _named([p for p in landing.glob("*") if p.is_file()], landing, _LANDING)
    yield from _files(landing / _CONTENTS, f"{_LANDING}/{_CONTENTS}")
    yield from _files(settings.seeds, _SEEDS)
    yield from _files(settings.desk, _DESK)


def _files(folder: Kept, top: str) -> Iterator[tuple[str, Kept]]:
    return _named([path for path in folder.rglob("*") if path.is_file()], folder, top)


def _named(paths: Iterable[Kept], folder: Kept, top: str) -> Iterator[tuple[str, Kept]]:
    """The files but for drafts and locks, each with its name under `top`."""
    depth = len(folder.parts)
    for path in sorted(paths, key=lambda path: path.parts):
        if not path.name.startswith(".") and path.suffix != ".lock":
            yield "/".join((top, *path.parts[depth:])), path


def _read(path: Kept) -> bytes | None:
    """The bytes of a file of bounded size; None when it is no longer there: a purge removes some."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _content(folder: Path, digest: str) -> Path:
    return folder / _CONTENTS / digest[:2] / digest


def _keep(folder: Path, digest: str, content: bytes) -> bool:
    """Keeps bytes under their digest; whether they were not there yet."""
    path = _content(folder, digest)
    is_new = not path.exists()
    if is_new:
        write_atomically(path, content)
    return is_new


def _digests(folder: Path) -> dict[str, str]:
    digests: dict[str, str] = read_json(folder / MANIFEST, {}, FROM_BACKUP).get("empreintes", {})
    return digests


def _settings(environment: Mapping[str, str]) -> str:
    """The settings of the installation; of those that may hold a secret, the name alone."""
    lines = []
    for name in sorted(name for name in environment if name.startswith("VIGIE_")):
        secret = any(word in name for word in _SECRETS) and name not in _PUBLIC
        lines.append(
            f"# {name}= (à remettre)" if secret else f"{name}={shlex.quote(environment[name])}"
        )
    return "\n".join(lines) + "\n"
