"""The reading of a folder, wherever it stands: only what is new, whole, and within the limits."""

import stat
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any, Protocol

from vigie.arrival.sources.visit import Fetched, Visit, printable
from vigie.errors import SourceRefused
from vigie.file_names import is_ready

# A file modified this recently may still be growing: it is looked at twice.
_SETTLING = timedelta(seconds=5)
_SETTLING_PAUSE = 0.5
_CROWDED = "Votre dossier contient trop de fichiers : n'y laissez que vos rapports d'avancement."


_NAMES_TOLD = 5
CLOSED_FILE, CLOSED_FOLDER = "fichiers illisibles", "sous-dossiers illisibles"
_SPECIAL = {
    stat.S_IFLNK: "liens, non suivis",
    stat.S_IFIFO: "tubes nommés, non ouverts",
    stat.S_IFSOCK: "prises de communication, non ouvertes",
    stat.S_IFBLK: "périphériques, non ouverts",
    stat.S_IFCHR: "périphériques, non ouverts",
}


@dataclass(frozen=True)
class Stored:
    """A file of a store: its path in the folder, its size in bytes, its date (naive UTC) and a
    `version` (JSON-able) that changes when its content does.

    What the server does not tell is None; without a version the file is read again every night.
    """

    name: str
    size: int | None
    modified: datetime | None
    version: str


@dataclass(frozen=True)
class Aside:
    """What stands in the folder and is not read: its path, and the French plural of what it is."""

    name: str
    kind: str


class NotReadable(OSError):
    """This file alone cannot be read: it is told, the others are read."""


def aside_of(name: str, mode: int) -> Aside | None:
    """What is neither a file nor a folder by its `st_mode`: never followed nor opened."""
    kind = _SPECIAL.get(stat.S_IFMT(mode))
    return Aside(name, kind) if kind else None


def moment_of(seconds: float | None) -> datetime | None:
    """The date of a file by the seconds since 1970 that its system tells (naive UTC); None for 0, which is written for
    want of a date, and for what is in no calendar: an odd clock is no reason to leave a file, nor its neighbours."""
    try:
        return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None) if seconds else None
    except (ValueError, OverflowError, OSError):
        return None


def version_of(size: int | None, modified: object) -> str:
    """The version of a file known by its size and its date; "" when they would not tell a change."""
    return "" if size is None or modified is None else f"{size}-{modified}"


class Store(Protocol):
    """What a channel must know how to do with the folder of the source."""

    def files(self) -> Iterator[Stored | Aside]:
        """Everything in the folder and in its sub-folders, in any order."""

    def stat(self, name: str) -> Stored | None:
        """The file as it is now, None when it is gone."""

    def read(self, file: Stored, limit: int) -> bytes:
        """Its bytes, `limit` at most, counted in the visit's account. Raises FileNotFoundError when it changed
        meanwhile, NotReadable, PermissionError or SourceRefused when it alone cannot be read."""


def read_folder(visit: Visit, store: Store, *, est_synthetique: bool = False) -> Iterator[Fetched]:
    """Yields the files that are new or changed since the last visit, oldest first.

    The versions already brought are kept in `state["vus"]`; files gone from the folder are
    forgotten, so that the state never outgrows the folder. Raises SourcePartlyRead at the end when
    something was left aside.
    """
    files, aside = _list(visit, store)
    seen: dict[str, Any] = visit.state.setdefault("vus", {})
    for gone in seen.keys() - {_key(file) for file in files}:
        del seen[gone]
    new = [file for file in files if not file.version or seen.get(_key(file)) != file.version]
    # Those read again for want of a version must not keep others from being read.
    new.sort(key=lambda file: _key(file) in seen)
    tonight = new[: visit.limits.objects]
    for file in _settled(visit, store, tonight):
        try:
            found = _content(visit, store, file)
        except (NotReadable, PermissionError, SourceRefused):
            aside.append(Aside(file.name, CLOSED_FILE))
            continue
        if found is None:
            continue
        content, size = found
        yield visit.fetched(
            PurePosixPath(file.name).name,
            f"{visit.source.adresse}/{file.name}",
            content,
            file.modified,
            taille_octets=size,
            est_synthetique=est_synthetique,
        )
        seen[_key(file)] = file.version
    if len(new) > len(tonight):
        raise visit.exceeded(
            f"{len(new) - len(tonight)} fichiers nouveaux "
            f"au-delà des {visit.limits.objects} lus par nuit",
            "ranger le dossier s'il contient autre chose que des rapports ; "
            "la suite sera lue à la prochaine nuit",
            _CROWDED,
        )
    if aside:
        raise _partly(visit, aside)


def _partly(visit: Visit, aside: list[Aside]) -> SourceRefused:
    by_kind: dict[str, list[str]] = defaultdict(list)
    for left in sorted(aside, key=lambda left: (left.kind, left.name)):
        by_kind[left.kind].append(printable(left.name))
    told = " ; ".join(f"{kind} : {_some(names)}" for kind, names in by_kind.items())
    return visit.partly(
        f"ce qui n'est pas un fichier lisible est laissé dans le dossier ({told}), le reste est lu",
        "remplacer chaque lien par le fichier lui-même, donner à Vigie le droit de lire, retirer le reste",
        f"Votre dossier contient ce que Vigie ne lit pas ({told}) : déposez-y les fichiers eux-mêmes.",
    )


def _some(names: list[str]) -> str:
    more = f" et {len(names) - _NAMES_TOLD} autres" if len(names) > _NAMES_TOLD else ""
    return ", ".join(names[:_NAMES_TOLD]) + more


def _list(visit: Visit, store: Store) -> tuple[list[Stored], list[Aside]]:
    files: list[Stored] = []
    aside: list[Aside] = []
    for listed, file in enumerate(store.files(), 1):
        if listed > visit.limits.listed:
            raise visit.exceeded(
                f"plus de {visit.limits.listed} fichiers dans le dossier",
                "ranger le dossier : il ne doit contenir que les rapports",
                _CROWDED,
            )
        if not is_ready(file.name):
            continue
        if isinstance(file, Aside):
            aside.append(file)
        else:
            files.append(file)
    return sorted(files, key=lambda file: (file.modified or datetime.min, file.name)), aside


def _settled(visit: Visit, store: Store, files: list[Stored]) -> Iterator[Stored]:
    """The files whose size no longer moves: recent ones are looked at again after one pause."""
    recent = [file for file in files if _is_recent(file, visit.run_at)]
    if recent:
        time.sleep(_SETTLING_PAUSE)
    moving = {file.name for file in recent if _moves(store, file)}
    return (file for file in files if file.name not in moving)


def _moves(store: Store, file: Stored) -> bool:
    try:
        now = store.stat(file.name)
    except (NotReadable, PermissionError, SourceRefused):
        # Its reading will tell.
        return False
    if now is None:
        return True
    # A server may tell in a listing what it does not tell of one file, or the reverse.
    told = ((now.size, file.size), (now.version or None, file.version or None))
    return any(None not in pair and pair[0] != pair[1] for pair in told)


def _is_recent(file: Stored, run_at: datetime) -> bool:
    return file.modified is None or file.modified > run_at - _SETTLING


def _content(visit: Visit, store: Store, file: Stored) -> tuple[bytes, int] | None:
    """The bytes of the file, empty when it is too big, and its size; None when it changed meanwhile: it waits."""
    visit.spend_time()
    most = visit.settings.max_report_bytes
    if file.size is not None and file.size > most:
        return b"", file.size
    try:
        content = store.read(file, (most if file.size is None else file.size) + 1)
    except FileNotFoundError:
        return None
    if file.size is None:
        return (content if len(content) <= most else b""), len(content)
    return (content, file.size) if len(content) == file.size else None


def _key(file: Stored) -> str:
    """File names may hold bytes that are not UTF-8; the state is JSON."""
    return file.name.encode("utf-8", "backslashreplace").decode()
