"""Channel `depot`: a folder of this machine, `depot/<siren>/`, where files are dropped."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from vigie.arrival.sources.folder import (
    CLOSED_FILE,
    CLOSED_FOLDER,
    Aside,
    NotReadable,
    Stored,
    aside_of,
    moment_of,
    read_folder,
)
from vigie.arrival.sources.visit import Fetched, Visit, printable
from vigie.file_names import is_ready
from vigie.records import Source

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
    folder = root / _inside(visit, root)
    if not folder.exists():
        return
    if not folder.is_dir():
        raise visit.refused(
            f"« {visit.source.adresse} » n'est pas un dossier", "le remplacer par un dossier"
        )
    is_demo = (root / _DEMO_MARKER).is_file() or (folder / _DEMO_MARKER).is_file()
    yield from read_folder(visit, _LocalFolder(visit, folder), est_synthetique=is_demo)


def _inside(visit: Visit, root: Path) -> Path:
    """The path of the source below the drop folder, through no link: it would lead to another's files."""
    path = Path(os.path.normpath(visit.source.adresse))
    if path.is_absolute() or ".." in path.parts:
        raise visit.refused(
            f"l'adresse « {visit.source.adresse} » sort du dossier de dépôt",
            "donner dans sources.csv un chemin relatif au dossier de dépôt",
        )
    for step in (path, *path.parents):
        if (root / step).is_symlink() and step.parts:
            raise visit.refused(
                f"« {step} » est un lien, non suivi", "le remplacer par le dossier lui-même"
            )
    return path


def unread(root: Path, sources: Iterable[Source]) -> list[str]:
    """What lies in the drop folder `root` and no active source reads: misnamed folders, files left beside them."""
    if not root.is_dir():
        return []
    addresses = [s.adresse for s in sources if s.canal == "depot" and s.est_active]
    read = {part for address in addresses for part in Path(address).parts[:1]}
    return sorted(
        printable(path.name)
        for path in root.iterdir()
        if path.name not in read and is_ready(path.name) and not _is_empty_folder(path)
    )


def _is_empty_folder(path: Path) -> bool:
    try:
        return path.is_dir() and not any(path.iterdir())
    except OSError:
        return False


@dataclass
class _LocalFolder:
    """A local folder. Links are never followed; what is no file is never opened."""

    visit: Visit
    folder: Path

    def files(self) -> Iterator[Stored | Aside]:
        closed: list[OSError] = []
        for parent, folders, names in os.walk(self.folder, onerror=closed.append):
            for name in folders + names:
                entry = self._entry(Path(parent, name))
                if entry:
                    yield entry
        for error in closed:
            if Path(error.filename) == self.folder:
                raise error
            yield Aside(self._name(Path(error.filename)), CLOSED_FOLDER)

    def _entry(self, path: Path) -> Stored | Aside | None:
        """The file or what is left aside at `path`; None for a folder, or when it is gone."""
        try:
            info = path.lstat()
        except FileNotFoundError:
            return None
        except OSError:
            return Aside(self._name(path), CLOSED_FILE)
        if stat.S_ISREG(info.st_mode):
            version = f"{info.st_size}-{info.st_mtime_ns}"
            return Stored(self._name(path), info.st_size, moment_of(info.st_mtime), version)
        return aside_of(self._name(path), info.st_mode)

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def stat(self, name: str) -> Stored | None:
        entry = self._entry(self.folder / name)
        return entry if isinstance(entry, Stored) else None

    def read(self, file: Stored, limit: int) -> bytes:
        path = self.folder / file.name
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(descriptor, "rb") as opened:
                content = opened.read(limit)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise NotReadable(path) from error
        self.visit.requests += 1
        self.visit.spend_octets(len(content))
        if self.stat(file.name) != file:
            raise FileNotFoundError(path)
        return content
