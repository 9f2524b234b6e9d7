"""Channel `opendatasoft`: a data set of an Opendatasoft portal, by its Explore API v2.1.

The address is the data set's: `https://<portal>/api/explore/v2.1/catalog/datasets/<id>`; an ODSQL
condition or facets may follow (`?where=...`, `?refine=...&refine=...`). The whole export is read, for
the records cannot be paged past 10,000; it is asked for only when the portal says that the data was
processed again.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx

from vigie.arrival.sources.visit import Fetched, Visit
from vigie.arrival.sources.web import Web, shown
from vigie.arrival.sources.web_errors import html_error, looks_like_html

_DATASET = re.compile(r".*/api/explore/v2\.1/catalog/datasets/(?P<dataset>[\w.@-]+)/?$")


def fetch(visit: Visit) -> Iterator[Fetched]:
    """Yields the CSV export when the data set changed since the last visit."""
    with Web(visit, visit.connection()) as web:
        url = web.check_address(visit.source.adresse)
        found = _DATASET.fullmatch(url.path)
        if not found:
            raise visit.refused(
                "l'adresse n'est pas celle d'un jeu de données Opendatasoft",
                "écrire https://<portail>/api/explore/v2.1/catalog/datasets/<jeu> dans sources.csv",
            )
        dataset = url.copy_with(query=None)
        processed = _processed_at(visit, web.get_json(dataset))
        version = [visit.source.adresse, processed]
        if processed and visit.state.get("version") == version:
            return
        answer = web.get(
            f"{str(dataset).rstrip('/')}/exports/csv",
            limit=visit.settings.max_report_bytes,
            params=_export(url.params),
        )
        if looks_like_html(answer.content):
            raise html_error(visit, answer.url.host)
        yield visit.fetched(
            f"{found['dataset']}.csv",
            shown(dataset),
            answer.content,
            _moment(processed),
            taille_octets=answer.size,
        )
        visit.state["version"] = version


def _export(asked: httpx.QueryParams) -> httpx.QueryParams:
    """The parameters of the address, repeated ones too, and those that make headers a person would write."""
    labelled = asked if "use_labels" in asked else asked.set("use_labels", "true")
    return labelled.set("delimiter", ";").set("with_bom", "false")


def _moment(text: str | None) -> datetime | None:
    """A date of the portal as naive UTC, None when absent or unreadable."""
    try:
        return datetime.fromisoformat(text or "").astimezone(UTC).replace(tzinfo=None)
    except (ValueError, TypeError, OverflowError):
        return None


def _processed_at(visit: Visit, described: Any) -> str | None:
    try:
        metas = described["metas"]["default"]
        return metas.get("data_processed") or metas.get("modified")
    except (KeyError, TypeError, AttributeError) as error:
        raise visit.refused(
            "la réponse n'est pas celle d'Opendatasoft", "vérifier l'adresse dans sources.csv"
        ) from error
