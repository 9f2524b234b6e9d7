"""A copy of what cannot be made again: the landing area, the reference data, the links and drafts of the desk, and the
settings without their secrets.

It may be taken while a night runs. Landed contents never change, and each kind of file is copied before what it names:
first the states of the sources (an old state is read again, never skipped), then receipts and decisions, then contents.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
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
from vigie.settings import Settings

MANIFEST = "sauvegarde.json"
_SETTINGS = "reglages.env"
_LANDING, _SEEDS, _DESK, _CONTENTS = "landing", "seeds", "guichet", "objets"
# Addresses of servers hold passwords: the person who restores writes them again.
_SECRETS = ("URL", "DSN", "PASSWORD", "SECRET", "TOKEN", "KEY", "METADATA")


@dataclass(frozen=True)
class Backup:
    """How many files a backup holds, how many were copied this time, their bytes, and the contents found damaged."""

    fichiers: int
    copies: int
    octets: int
    abimes: tuple[str, ...]


def backup(settings: Settings, folder: Path, environment: Mapping[str, str]) -> Backup:
    """Copies landing, seeds, desk and the settings of `environment` into `folder`; again there, what is new.

    The manifest is written last: a backup cut short leaves the previous one whole. Raises SettingsError when there is
    nothing to copy, or when `folder` is inside what is copied.
    """
    folder = folder.resolve()
    if not settings.landing.is_dir():
        raise SettingsError(
            f"Rien à sauvegarder : {settings.landing} n'existe pas. Vérifier VIGIE_HOME."
        )
    if any(folder.is_relative_to(inside) for inside in (settings.landing, settings.seeds)):
        raise SettingsError(
            f"{folder} est dans ce qui est copié : choisir un autre dossier, sur un autre disque."
        )
    make_private(folder)
    kept = _digests(folder)
    digests: dict[str, str] = {}
    damaged = []
    copied = 0
    for part in ("etats", "", _CONTENTS):
        for name, path in _landed(settings, part):
            is_kept = part == _CONTENTS and kept.get(name) == path.name and (folder / name).exists()
            if not is_kept and not _copy(path, folder / name):
                continue
            copied += not is_kept
            digests[name] = path.name if is_kept else _digest(folder / name)
            if part == _CONTENTS and digests[name] != path.name:
                damaged.append(name)
                del digests[name]
    for top, source in ((_SEEDS, settings.seeds), (_DESK, settings.desk)):
        for inside, path in _files(source):
            name = f"{top}/{inside}"
            if _copy(path, folder / name):
                copied += 1
                digests[name] = _digest(folder / name)
    write_atomically(folder / _SETTINGS, _settings(environment).encode())
    write_json(folder / MANIFEST, {"empreintes": digests})
    size = sum((folder / name).stat().st_size for name in digests)
    return Backup(len(digests), copied, size, tuple(damaged))


def restore(settings: Settings, folder: Path) -> Path:
    """Puts what a backup holds under `settings.home`; returns the folder of the reference data.

    Everything is verified before anything is written. Raises SettingsError when `folder` holds no whole backup or when
    the home already has a landing area, DamagedFile for a file that is no longer the one that was copied.
    """
    digests = _digests(folder)
    if not digests:
        raise SettingsError(
            f"{folder} n'est pas une sauvegarde entière : il n'a pas de {MANIFEST}."
        )
    if settings.landing.exists():
        raise SettingsError(
            f"{settings.landing} existe déjà : restaurer dans un VIGIE_HOME vide, rien n'y est remplacé."
        )
    for name, digest in digests.items():
        parts = Path(name).parts
        if parts[0] not in (_LANDING, _SEEDS, _DESK) or ".." in parts:
            raise SettingsError(
                f"{folder / MANIFEST} nomme « {name} », qu'aucune sauvegarde ne contient."
            )
        if not (folder / name).is_file() or _digest(folder / name) != digest:
            raise DamagedFile(
                folder / name, "prendre une autre sauvegarde : celle-ci n'est plus entière."
            )
    draft = settings.home / ".restauration.part"
    for name in digests:
        top, _, inside = name.partition("/")
        copy_atomically(folder / name, (draft if top == _LANDING else settings.home / top) / inside)
    make_private(draft)
    draft.rename(settings.landing)
    return settings.home / _SEEDS


def _landed(settings: Settings, part: str) -> list[tuple[str, Path]]:
    """Name in the backup and path of each file of the landing area, contents and states apart from the rest."""
    apart = {"etats", _CONTENTS}
    tops = [settings.landing / part] if part else sorted(settings.landing.iterdir())
    found = []
    for top in tops:
        if top.name in apart - {part}:
            continue
        found += (
            [(f"{_LANDING}/{top.name}", top)]
            if top.is_file()
            else [(f"{_LANDING}/{top.name}/{inside}", path) for inside, path in _files(top)]
        )
    return found


def _files(folder: Path) -> list[tuple[str, Path]]:
    """Name in `folder` and path of each file under it, but for drafts and locks."""
    return [
        (path.relative_to(folder).as_posix(), path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".") and path.suffix != ".lock"
    ]


def _copy(path: Path, copy: Path) -> bool:
    """Whether the file was still there to be copied: a purge removes some."""
    try:
        copy_atomically(path, copy)
    except FileNotFoundError:
        return False
    return True


def _digests(folder: Path) -> dict[str, str]:
    digests: dict[str, str] = read_json(folder / MANIFEST, {}, FROM_BACKUP).get("empreintes", {})
    return digests


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _settings(environment: Mapping[str, str]) -> str:
    """The settings of the installation; of those that may hold a secret, the name alone."""
    lines = []
    for name in sorted(name for name in environment if name.startswith("VIGIE_")):
        secret = any(word in name for word in _SECRETS) and name != "VIGIE_TEMPLATE_URL"
        lines.append(f"# {name}= (à remettre)" if secret else f"{name}={environment[name]}")
    return "\n".join(lines) + "\n"
