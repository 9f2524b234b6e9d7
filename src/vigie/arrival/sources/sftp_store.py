"""A folder of an SFTP server, read with what the server tells of it: a name is bytes, the rest is optional."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import paramiko

from vigie.arrival.sources.folder import (
    CLOSED_FOLDER,
    Aside,
    NotReadable,
    Stored,
    aside_of,
    moment_of,
    version_of,
)
from vigie.arrival.sources.visit import Visit

# The first letter of a line of `ls -l`, which servers give even where they give no mode.
_LETTERS = {
    "-": stat.S_IFREG,
    "d": stat.S_IFDIR,
    "l": stat.S_IFLNK,
    "p": stat.S_IFIFO,
    "s": stat.S_IFSOCK,
    "b": stat.S_IFBLK,
    "c": stat.S_IFCHR,
}


class _Answer(paramiko.Message):
    """An answer whose texts may not be UTF-8."""

    def get_text(self) -> str:
        return self.get_string().decode("utf-8", "surrogateescape")


class SftpClient(paramiko.SFTPClient):
    """paramiko's client, which fails on the first text that is not UTF-8 unless its answers are read otherwise."""

    def _request(self, t: Any, *args: Any) -> Any:
        kind, answer = super()._request(t, *args)  # type: ignore[misc]
        return kind, _Answer(answer.get_remainder())

    def _convert_status(self, msg: paramiko.Message) -> None:
        super()._convert_status(_Answer(msg.get_remainder()))  # type: ignore[misc]


@dataclass
class SftpStore:
    """The folder `root` of the server that `client` talks to. Links are never followed."""

    visit: Visit
    client: SftpClient
    root: str

    def files(self) -> Iterator[Stored | Aside]:
        folders = [""]
        while folders:
            folder = folders.pop()
            try:
                entries = self._entries(folder)
            except OSError as error:
                if not folder or not _is_about_one(error):
                    raise
                yield Aside(folder, CLOSED_FOLDER)
                continue
            for attributes in entries:
                name = f"{folder}/{attributes.filename}" if folder else attributes.filename
                mode = self._complete(name, attributes)
                if stat.S_ISDIR(mode):
                    folders.append(name)
                else:
                    yield aside_of(name, mode) or _stored(name, attributes)

    def _entries(self, folder: str) -> list[paramiko.SFTPAttributes]:
        self.visit.requests += 1
        self.visit.spend_time()
        return self.client.listdir_attr(self._path(folder))

    def _complete(self, name: str, attributes: paramiko.SFTPAttributes) -> int:
        """The type of an entry of a listing, 0 when nothing tells it; the server is asked for what it left out."""
        mode = _type_of(attributes)
        is_told = attributes.st_size is not None and attributes.st_mtime is not None
        if mode and (is_told or not stat.S_ISREG(mode)):
            return mode
        told = self._asked(name)
        if told is None:
            return mode
        for field in ("st_size", "st_mtime"):
            if getattr(attributes, field) is None:
                setattr(attributes, field, getattr(told, field))
        return mode or _type_of(told)

    def _asked(self, name: str) -> paramiko.SFTPAttributes | None:
        self.visit.requests += 1
        try:
            return self.client.lstat(self._path(name))
        except OSError as error:
            if not _is_about_one(error):
                raise
            return None

    def stat(self, name: str) -> Stored | None:
        attributes = self._asked(name)
        return attributes and _stored(name, attributes)

    def read(self, file: Stored, limit: int) -> bytes:
        self.visit.requests += 1
        try:
            with self.client.open(self._path(file.name), "rb") as opened:
                content = opened.read(limit)
        except OSError as error:
            if isinstance(error, FileNotFoundError) or not _is_about_one(error):
                raise
            raise NotReadable(file.name) from error
        self.visit.spend_octets(len(content))
        return bytes(content)

    def _path(self, name: str) -> bytes:
        return (f"{self.root}/{name}" if name else self.root or "/").encode(
            "utf-8", "surrogateescape"
        )


def _is_about_one(error: OSError) -> bool:
    """Whether the server answered about this entry; a broken conversation has another class or another errno."""
    if isinstance(error, FileNotFoundError | PermissionError):
        return True
    return type(error) is OSError and error.errno is None


def _type_of(attributes: paramiko.SFTPAttributes) -> int:
    told = stat.S_IFMT(attributes.st_mode or 0)
    return told or _LETTERS.get(getattr(attributes, "longname", "")[:1], 0)


def _stored(name: str, attributes: paramiko.SFTPAttributes) -> Stored:
    modified = moment_of(attributes.st_mtime)
    return Stored(name, attributes.st_size, modified, version_of(attributes.st_size, modified))
