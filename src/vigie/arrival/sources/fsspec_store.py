"""A folder of any file system that fsspec knows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from fsspec import AbstractFileSystem

from vigie.arrival.sources.folder import Stored, moment_of, version_of
from vigie.arrival.sources.visit import Visit


@dataclass
class FsspecStore:
    """The folder `root` of the file system `fs`; `options` are given to each of its calls."""

    visit: Visit
    fs: AbstractFileSystem
    root: str
    options: Callable[[], dict[str, Any]] = dict

    def files(self) -> Iterator[Stored]:
        folders = [self.root]
        while folders:
            self.visit.requests += 1
            for info in self.fs.ls(folders.pop(), detail=True, **self.options()):
                if info["type"] == "directory":
                    folders.append(info["name"])
                elif info["type"] == "file":
                    yield self._stored(info)

    def _stored(self, info: dict[str, Any]) -> Stored:
        modified = info.get("LastModified")
        if modified is not None:
            modified = moment_of(modified.timestamp())
        size = info.get("size")
        # Some servers quote the ETag in one answer and not in the other.
        version = (info.get("ETag") or "").strip('"') or version_of(size, modified)
        name = info["name"].removeprefix(self.root).lstrip("/")
        return Stored(name, size, modified, version)

    def stat(self, name: str) -> Stored | None:
        self.visit.requests += 1
        try:
            return self._stored(self.fs.info(self._path(name), **self.options()))
        except FileNotFoundError:
            return None

    def read(self, file: Stored, limit: int) -> bytes:
        if file.size == 0:
            return b""
        content = self.fs.cat_file(self._path(file.name), start=0, end=limit, **self.options())
        self.visit.requests += 1
        self.visit.spend_octets(len(content))
        return bytes(content)

    def _path(self, name: str) -> str:
        return f"{self.root}/{name}"
