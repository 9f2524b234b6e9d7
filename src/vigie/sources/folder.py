"""The reading of a folder, wherever it stands: only what is new, whole, and within the limits."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any, Protocol

from vigie.sources.names import is_ready
from vigie.sources.visit import Fetched, Visit

# A file modified this recently may still be growing: it is looked at twice.
_SETTLING = timedelta(seconds=5)
_SETTLING_PAUSE = 0.5
_CROWDED = "Votre dossier contient trop de fichiers : n'y laissez que vos rapports d'avancement."


@dataclass(frozen=True)
class Stored:
    """A file of a store: its path in the folder, its size in bytes, its date (naive UTC) and a
    `version` (JSON-able) that changes when its content does."""

    name: str
    size: int
    modified: datetime | None
    version: str


class Store(Protocol):
    """What a channel must know how to do with the folder of the source."""

    def files(self) -> Iterator[Stored]:
        """Every file of the folder and of its sub-folders, in any order."""

    def stat(self, name: str) -> Stored | None:
        """The file as it is now, None when it is gone."""

    def read(self, file: Stored) -> bytes:
        """Its bytes, at most one more than `file.size`, counted in the visit's account."""


def read_folder(visit: Visit, store: Store, *, est_synthetique: bool = False) -> Iterator[Fetched]:
    """Yields the files that are new or changed since the last visit, oldest first.

    The versions already brought are kept in `state["vus"]`; files gone from the folder are
    forgotten, so that the state never outgrows the folder.
    """
    files = _list(visit, store)
    seen: dict[str, Any] = visit.state.setdefault("vus", {})
    for gone in seen.keys() - {_key(file) for file in files}:
        del seen[gone]
    new = [file for file in files if seen.get(_key(file)) != file.version]
    tonight = new[: visit.limits.objects]
    for file in _settled(visit, store, tonight):
        content = _content(visit, store, file)
        if content is None:
            continue
        yield visit.fetched(
            PurePosixPath(file.name).name,
            f"{visit.source.adresse}/{file.name}",
            content,
            file.modified,
            taille_octets=file.size,
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


def _list(visit: Visit, store: Store) -> list[Stored]:
    files = []
    for listed, file in enumerate(store.files(), 1):
        if listed > visit.limits.listed:
            raise visit.exceeded(
                f"plus de {visit.limits.listed} fichiers dans le dossier",
                "ranger le dossier : il ne doit contenir que les rapports",
                _CROWDED,
            )
        if is_ready(file.name):
            files.append(file)
    return sorted(files, key=lambda file: (file.modified or datetime.min, file.name))


def _settled(visit: Visit, store: Store, files: list[Stored]) -> Iterator[Stored]:
    """The files whose size no longer moves: recent ones are looked at again after one pause."""
    recent = [file for file in files if _is_recent(file, visit.run_at)]
    if recent:
        time.sleep(_SETTLING_PAUSE)
    moving = {file.name for file in recent if _moves(store, file)}
    return (file for file in files if file.name not in moving)


def _moves(store: Store, file: Stored) -> bool:
    now = store.stat(file.name)
    return now is None or (now.size, now.version) != (file.size, file.version)


def _is_recent(file: Stored, run_at: datetime) -> bool:
    return file.modified is None or file.modified > run_at - _SETTLING


def _content(visit: Visit, store: Store, file: Stored) -> bytes | None:
    """The bytes of the file, empty when it is too big, None when it changed meanwhile: it waits."""
    visit.spend_time()
    if file.size > visit.settings.max_report_bytes:
        return b""
    try:
        content = store.read(file)
    except FileNotFoundError:
        return None
    return content if len(content) == file.size else None


def _key(file: Stored) -> str:
    """File names may hold bytes that are not UTF-8; the state is JSON."""
    return file.name.encode("utf-8", "backslashreplace").decode()
