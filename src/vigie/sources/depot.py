"""Channel `depot`: a folder of this machine, `depot/<siren>/`, where files are dropped."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from vigie.records import Source
from vigie.sources.folder import Stored, read_folder
from vigie.sources.names import is_ready
from vigie.sources.visit import Fetched, Visit

_DEMO_MARKER = "DEMO.json"


def fetch(visit: Visit) -> Iterator[Fetched]:
    """Yields the new or changed files of the territory's folder. A territory without a folder has
    sent nothing."""
    root = visit.settings.drop_folder
    if not root.is_dir():
        raise visit.refused(
            f"le dossier de dépôt {root} n'existe pas",
            "créer ce dossier, remonter le partage qui le porte ou corriger VIGIE_HOME",
        )
    # The mount point of a share that is gone is an empty folder.
    if visit.state.get("vus") and not any(root.iterdir()):
        raise visit.refused(
            f"le dossier de dépôt {root} est vide alors que des fichiers y ont été lus",
            "remonter le partage qui le porte ; s'il a été vidé exprès, y recréer le dossier d'un territoire",
        )
    folder = root / visit.source.adresse
    if not folder.resolve().is_relative_to(root.resolve()):
        raise visit.refused(
            f"l'adresse « {visit.source.adresse} » sort du dossier de dépôt",
            "donner dans sources.csv un chemin relatif au dossier de dépôt",
        )
    if not folder.is_dir():
        return
    store = _LocalFolder(visit, folder)
    is_demo = (root / _DEMO_MARKER).is_file() or (folder / _DEMO_MARKER).is_file()
    yield from read_folder(visit, store, est_synthetique=is_demo)
    if store.leaving:
        raise visit.refused(
            f"lien(s) sortant du dossier, non suivis : {', '.join(sorted(store.leaving)[:5])}",
            "remplacer chaque lien par le fichier lui-même",
            "Votre dossier contient des raccourcis vers l'extérieur : déposez les fichiers.",
        )


def unread(root: Path, sources: Iterable[Source]) -> list[str]:
    """What lies in the drop folder `root` and no active source reads: misnamed folders, files left beside them."""
    if not root.is_dir():
        return []
    addresses = [s.adresse for s in sources if s.canal == "depot" and s.est_active]
    read = {part for address in addresses for part in Path(address).parts[:1]}
    return sorted(
        path.name
        for path in root.iterdir()
        if path.name not in read
        and is_ready(path.name)
        and (path.is_file() or (path.is_dir() and any(path.iterdir())))
    )


@dataclass
class _LocalFolder:
    """A local folder. Links are never followed; `leaving` holds those that point outside."""

    visit: Visit
    folder: Path
    leaving: list[str] = field(default_factory=list)

    def files(self) -> Iterator[Stored]:
        for parent, folders, names in os.walk(self.folder, onerror=_refuse):
            for name in folders + names:
                path = Path(parent, name)
                if path.is_symlink():
                    self._note_leaving(path)
                    continue
                found = self._stored(path)
                if found:
                    yield found

    def _note_leaving(self, link: Path) -> None:
        if not link.resolve().is_relative_to(self.folder.resolve()):
            self.leaving.append(link.relative_to(self.folder).as_posix())

    def _stored(self, path: Path) -> Stored | None:
        try:
            info = path.lstat()
        except FileNotFoundError:
            return None
        if not stat.S_ISREG(info.st_mode):
            return None
        modified = datetime.fromtimestamp(info.st_mtime, UTC).replace(tzinfo=None)
        name = path.relative_to(self.folder).as_posix()
        return Stored(name, info.st_size, modified, f"{info.st_size}-{info.st_mtime_ns}")

    def stat(self, name: str) -> Stored | None:
        return self._stored(self.folder / name)

    def read(self, file: Stored) -> bytes:
        path = self.folder / file.name
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as opened:
            content = opened.read(file.size + 1)
        self.visit.requests += 1
        self.visit.spend_octets(len(content))
        if self.stat(file.name) != file:
            raise FileNotFoundError(path)
        return content


def _refuse(error: OSError) -> None:
    raise error
