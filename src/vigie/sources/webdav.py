"""Channel `webdav`: a folder of a WebDAV server, such as Nextcloud's `remote.php/dav/files/...`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from urllib.parse import quote
from xml.etree.ElementTree import ParseError

import httpx
from webdav4.multistatus import MultiStatusResponse
from webdav4.multistatus import Response as Member

from vigie.sources.folder import Stored, read_folder
from vigie.sources.visit import Fetched, Visit
from vigie.sources.web import Web


def fetch(visit: Visit) -> Iterator[Fetched]:
    """Yields the new or changed files of the folder."""
    with Web(visit, visit.connection()) as web:
        url = web.check_address(visit.source.adresse.rstrip("/") + "/")
        yield from read_folder(visit, _WebdavFolder(visit, web, url))


@dataclass
class _WebdavFolder:
    visit: Visit
    web: Web
    url: httpx.URL

    def files(self) -> Iterator[Stored]:
        folders = [self.url]
        while folders:
            parent = folders.pop()
            for member in self._members(parent):
                url = self._inside(member)
                if url is None or url.path.rstrip("/") == parent.path.rstrip("/"):
                    continue
                if member.properties.collection:
                    folders.append(url.copy_with(path=quote(url.path.rstrip("/") + "/")))
                else:
                    yield self._stored(member, url)

    def _members(self, url: httpx.URL) -> list[Member]:
        answer = self.web.propfind(url, limit=self.visit.limits.octets)
        try:
            return list(MultiStatusResponse(answer.content.decode()).responses.values())
        except (ParseError, ValueError, AssertionError) as error:
            raise self.visit.refused(
                f"{url.host} ne répond pas comme un serveur WebDAV",
                "vérifier l'adresse : pour Nextcloud, …/remote.php/dav/files/<compte>/<dossier>",
            ) from error

    def _inside(self, member: Member) -> httpx.URL | None:
        """The address of a member, None when it is not under the folder: the server lies."""
        url = self.url.join(member.href)
        is_inside = url.path.startswith(self.url.path) and ".." not in url.path.split("/")
        same_server = (url.scheme, url.netloc) == (self.url.scheme, self.url.netloc)
        return url if is_inside and same_server else None

    def _stored(self, member: Member, url: httpx.URL) -> Stored:
        properties = member.properties
        modified = properties.modified
        if modified is not None and modified.tzinfo is not None:
            modified = modified.astimezone(UTC).replace(tzinfo=None)
        size = properties.content_length or 0
        name = url.path.removeprefix(self.url.path)
        return Stored(name, size, modified, properties.etag or f"{size}-{modified}")

    def stat(self, name: str) -> Stored | None:
        for member in self._members(self._address(name)):
            url = self._inside(member)
            if url is not None:
                return self._stored(member, url)
        return None

    def read(self, file: Stored) -> bytes:
        return self.web.get(self._address(file.name), limit=file.size + 1).content

    def _address(self, name: str) -> httpx.URL:
        return self.url.copy_with(path=quote(self.url.path + name))
