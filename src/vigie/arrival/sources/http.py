"""Channel `http`: one file at one address, brought again only when it changed."""

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote

from vigie.arrival.sources.visit import Fetched, Visit
from vigie.arrival.sources.web import Answer, Web, http_date, shown
from vigie.arrival.sources.web_errors import html_error, looks_like_html

_FILE_NAME = re.compile(r"filename\*?=(?:UTF-8'[^']*')?\"?([^\";]+)", re.IGNORECASE)


def fetch(visit: Visit) -> Iterator[Fetched]:
    """Yields the file when its ETag or its Last-Modified date is not the one of the last visit."""
    with Web(visit, visit.connection()) as web:
        url = web.check_address(visit.source.adresse)
        answer = web.get(url, limit=visit.settings.max_report_bytes, headers=_conditions(visit))
        if answer.status == 304:
            return
        if looks_like_html(answer.content):
            raise html_error(visit, answer.url.host)
        yield visit.fetched(
            _file_name(answer),
            shown(url),
            answer.content,
            http_date(answer.headers.get("Last-Modified")),
            taille_octets=answer.size,
        )
        visit.state["version"] = {
            "adresse": visit.source.adresse,
            "etag": answer.headers.get("ETag", ""),
            "modifie": answer.headers.get("Last-Modified", ""),
        }


def _conditions(visit: Visit) -> dict[str, str]:
    version = visit.state.get("version", {})
    if version.get("adresse") != visit.source.adresse:
        return {}
    headers = {"If-None-Match": version["etag"], "If-Modified-Since": version["modifie"]}
    return {name: value for name, value in headers.items() if value}


def _file_name(answer: Answer) -> str:
    announced = _FILE_NAME.search(answer.headers.get("Content-Disposition", ""))
    told = posixpath.basename(unquote(announced.group(1)).strip()) if announced else ""
    return told or posixpath.basename(unquote(answer.url.path)) or answer.url.host
