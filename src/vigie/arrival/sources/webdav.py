"""Channel `webdav`: a folder of a WebDAV server, such as Nextcloud's `remote.php/dav/files/...`."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote
from xml.etree import ElementTree

import httpx

from vigie.arrival.sources.folder import CLOSED_FOLDER, Aside, Stored, read_folder, version_of
from vigie.arrival.sources.visit import Fetched, Visit, printable
from vigie.arrival.sources.web import Web, http_date
from vigie.errors import SourceRefused

_LONGEST_TOLD = 120
_OUTSIDE = "adresses qui ne sont pas dans le dossier, ignorées"
_BAD_NAME = "noms que le serveur écrit mal"


def fetch(visit: Visit) -> Iterator[Fetched]:
    """Yields the new or changed files of the folder."""
    with Web(visit, visit.connection()) as web:
        url = web.check_address(visit.source.adresse.rstrip("/") + "/")
        yield from read_folder(visit, _WebdavFolder(visit, web, url))


@dataclass
class _WebdavFolder:
    """The folder at `url`. Paths are kept as bytes (`surrogateescape`): a name may not be UTF-8."""

    visit: Visit
    web: Web
    url: httpx.URL

    @property
    def root(self) -> str:
        return _path(self.url)

    def files(self) -> Iterator[Stored | Aside]:
        folders, known = [""], {""}
        while folders:
            folder = folders.pop()
            try:
                members = self._members(folder)
            except SourceRefused:
                if not folder:
                    raise
                yield Aside(folder, CLOSED_FOLDER)
                continue
            if not folder:
                self._check_root(members)
            for member in members:
                try:
                    name = self._name(member)
                except httpx.InvalidURL:
                    yield Aside(_text(member, "href"), _BAD_NAME)
                    continue
                is_folder = member.find(".//{DAV:}collection") is not None
                if name is None and not is_folder:
                    yield Aside(posixpath.basename(_shown(_text(member, "href"))), _OUTSIDE)
                if name is None or name == folder:
                    continue
                if not is_folder:
                    yield _stored(member, name)
                elif name not in known:
                    known.add(name)
                    folders.append(name)

    def _members(self, name: str) -> list[ElementTree.Element]:
        url = self._address(name)
        answer = self.web.propfind(url, limit=self.visit.limits.octets)
        try:
            tree = _parsed(answer.content)
        except (ElementTree.ParseError, ValueError, LookupError) as error:
            raise self._not_webdav() from error
        if tree.tag != "{DAV:}multistatus":
            raise self._not_webdav()
        return tree.findall("{DAV:}response")

    def _check_root(self, members: list[ElementTree.Element]) -> None:
        """Raises SourceRefused when the listing of the folder tells of nothing in it, not even of itself."""
        addresses = [_text(member, "href") for member in members]
        if any(self._is_inside(address) for address in addresses):
            return
        told = next((_shown(address) for address in addresses), "aucune")
        raise self.visit.refused(
            f"la liste donnée par {self.url.host} ne parle pas du dossier demandé ({self.root}) : première adresse "
            f"donnée, {told}",
            "mettre dans sources.csv l'adresse telle que le serveur l'écrit (http ou https, nom du serveur, chemin, "
            "accents), ou faire corriger le serveur mandataire",
        )

    def _is_inside(self, address: str) -> bool:
        try:
            return self._inside(address) is not None
        except httpx.InvalidURL:
            # Its reading will tell.
            return True

    def _not_webdav(self) -> SourceRefused:
        return self.visit.refused(
            f"{self.url.host} ne répond pas comme un serveur WebDAV",
            "vérifier l'adresse : pour Nextcloud, …/remote.php/dav/files/<compte>/<dossier>",
        )

    def _name(self, member: ElementTree.Element) -> str | None:
        return self._inside(_text(member, "href"))

    def _inside(self, address: str) -> str | None:
        """The path of an address in the folder, None when it is not under it: the server lies."""
        url = self.url.join(address)
        path = _path(url)
        # Of itself, a folder may be told without its last slash.
        is_inside = f"{path}/".startswith(self.root) and ".." not in path.split("/")
        same_server = (url.scheme, url.netloc) == (self.url.scheme, self.url.netloc)
        return path[len(self.root) :].rstrip("/") if is_inside and same_server else None

    def stat(self, name: str) -> Stored | None:
        for member in self._members(name):
            if self._name(member) == name:
                return _stored(member, name)
        return None

    def read(self, file: Stored, limit: int) -> bytes:
        answer = self.web.get(self._address(file.name), limit=limit)
        # Past the limit nothing is kept: one byte more than allowed is enough to tell that it is too big.
        return b"\0" * limit if answer.is_truncated else answer.content

    def _address(self, name: str) -> httpx.URL:
        return self.url.copy_with(path=quote(self.root + name, errors="surrogateescape"))


def _shown(address: str) -> str:
    """An address of a listing, without what may hold a secret, cut."""
    return printable(unquote(address.partition("?")[0], errors="surrogateescape"))[-_LONGEST_TOLD:]


def _parsed(content: bytes) -> ElementTree.Element:
    """The document; a server that writes old Windows text and calls it UTF-8 is understood."""
    try:
        return ElementTree.fromstring(content)
    except ElementTree.ParseError:
        return ElementTree.fromstring(content.decode("cp1252", "replace"))


def _path(url: httpx.URL) -> str:
    return unquote(url.raw_path.partition(b"?")[0].decode("ascii"), errors="surrogateescape")


def _text(member: ElementTree.Element, name: str) -> str:
    return next((found for e in member.iterfind(f".//{{DAV:}}{name}") if (found := e.text)), "")


def _stored(member: ElementTree.Element, name: str) -> Stored:
    length = _text(member, "getcontentlength").strip()
    size = int(length) if length.isascii() and length.isdigit() else None
    modified = http_date(_text(member, "getlastmodified"))
    return Stored(name, size, modified, _text(member, "getetag") or version_of(size, modified))
