"""Channel `grist`: a table of a Grist document, `https://server/api/docs/<document>/tables/<table>`.

A filter may follow, as the Grist API writes it: `?filter={"SIREN":["246200729"]}`. The landed JSON
holds what the API gave, sorted, with the text of the rows that references point to: it can be read
again for ever without the server.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx

from vigie.arrival import landing
from vigie.arrival.sources.canonical import canonical, digest
from vigie.arrival.sources.visit import Fetched, Visit
from vigie.arrival.sources.web import Params, Web, shown
from vigie.errors import SettingsError
from vigie.settings import Settings
from vigie.warehouse import raw

FORMAT = "grist_json"
_TABLE = re.compile(r"(?P<document>.*/api/docs/[^/]+)/tables/(?P<table>[^/]+)(/records)?/?$")
_REFERENCE = re.compile(r"Ref(?:List)?:(?P<table>.+)")
_ROWS_IN_FILTER = 100

Rows = list[dict[str, Any]]


def fetch(visit: Visit) -> Iterator[Fetched]:
    """Yields the table when its rows are not those of the last visit.

    Grist says nothing of the date of a change: `depose_le` is None and the day of the reading is
    kept in the bytes, so that a table put back as it was is a new state all the same.
    """
    with Web(visit, visit.connection()) as web:
        document, table, query = place(visit, web)
        content = _table(visit, web, document, table, query)
        version = digest(content)
        if visit.state.get("version") == version:
            return
        landed = {"format": FORMAT, "releve_le": visit.run_at.date().isoformat(), **content}
        yield visit.fetched(
            f"{table}.json",
            f"{shown(document)}/tables/{table}",
            canonical(landed),
            None,
            form=FORMAT,
        )
        visit.state["version"] = version


def place(visit: Visit, web: Web) -> tuple[httpx.URL, str, httpx.QueryParams]:
    """The address of the document, the table and the query. Raises SourceRefused."""
    url = web.check_address(visit.source.adresse)
    found = _TABLE.fullmatch(url.path)
    if not found:
        raise visit.refused(
            "l'adresse n'est pas celle d'une table Grist",
            "écrire https://<serveur>/api/docs/<document>/tables/<table> dans sources.csv",
        )
    document = url.copy_with(path=found["document"], query=None)
    return document, found["table"], url.params


def _table(
    visit: Visit, web: Web, document: httpx.URL, table: str, query: httpx.QueryParams
) -> dict[str, Any]:
    columns = _list(visit, web, f"{document}/tables/{table}/columns", "columns")
    records = _list(visit, web, f"{document}/tables/{table}/records", "records", query)
    described = {}
    for column in columns:
        fields = column["fields"]
        described[str(column["id"])] = {
            "libelle": fields.get("label") or column["id"],
            "type": fields.get("type") or "Any",
            "pourcentage": _is_percent(fields.get("widgetOptions")),
        }
    return {
        "table": table,
        "colonnes": described,
        "lignes": sorted(records, key=lambda record: record["id"]),
        "references": _references(visit, web, document, columns, records),
    }


def _list(visit: Visit, web: Web, url: str, name: str, query: Params = None) -> Rows:
    answered = web.get_json(url, query)
    found = answered.get(name) if isinstance(answered, dict) else None
    if not isinstance(found, list) or not all(_is_row(row) for row in found):
        raise visit.refused("la réponse n'est pas celle de Grist", "vérifier l'adresse")
    return found


def _is_row(row: Any) -> bool:
    return isinstance(row, dict) and "id" in row and isinstance(row.get("fields"), dict)


def _is_percent(options: Any) -> bool:
    try:
        return bool(json.loads(options or "{}").get("numMode") == "percent")
    except (TypeError, ValueError, AttributeError):
        return False


def _references(
    visit: Visit, web: Web, document: httpx.URL, columns: Rows, records: Rows
) -> dict[str, dict[str, Any]]:
    """Column -> row number -> what Grist shows for it, for the rows referred to and no other."""
    shown_rows: dict[str, dict[str, Any]] = {}
    for column in columns:
        reference = _REFERENCE.fullmatch(column["fields"].get("type") or "")
        wanted = _rows_pointed(records, column["id"])
        if not reference or not wanted:
            continue
        target = f"{document}/tables/{reference['table']}"
        visible = column["fields"].get("visibleCol")
        names = {
            other["fields"].get("colRef"): other["id"]
            for other in _list(visit, web, f"{target}/columns", "columns")
        }
        # A long filter would not fit in an address.
        few = len(wanted) <= _ROWS_IN_FILTER
        query = {"filter": json.dumps({"id": sorted(wanted)})} if few else None
        shown_rows[column["id"]] = {
            str(row["id"]): row["fields"].get(names.get(visible))
            for row in _list(visit, web, f"{target}/records", "records", query)
            if row["id"] in wanted
        }
    return shown_rows


def _rows_pointed(records: Rows, column: str) -> set[int]:
    pointed: set[int] = set()
    for record in records:
        pointed.update(rows_of(record["fields"].get(column)))
    return pointed


def rows_of(value: Any) -> list[int]:
    """The rows in a cell of references: 3, ["L", 3, 4], ["R", table, 3], ["r", table, [3]]."""
    match value:
        case bool():
            return []
        case int() if value > 0:
            return [value]
        case ["L", *rows] | ["r", _, [*rows]] | ["R", _, *rows]:
            return [row for row in rows if isinstance(row, int)]
    return []


def answers(settings: Settings, source_id: str) -> dict[int, str]:
    """Row number -> what the gate said of it, for the last report judged of this source.

    A row about which nothing was said is « Lue. ». Raises SettingsError when no report of the source was judged.
    """
    with raw.reader(settings.raw_path) as connection:
        found = connection.execute(
            "select rapport_id, sha256 from rapports where source_id = ? "
            "order by connu_le desc, rapport_id desc limit 1",
            [source_id],
        ).fetchone()
        if found is None:
            raise SettingsError(f"Aucun rapport de la source « {source_id} » n'a été contrôlé.")
        told = connection.execute(
            "select ligne, string_agg(distinct message || ' ' || consigne, ' ' order by message || ' ' || consigne) "
            "from controles where rapport_id = ? and ligne is not null group by ligne",
            [found[0]],
        ).fetchall()
    landed = json.loads(landing.content(settings, found[1]))
    return {record["id"]: "Lue." for record in landed["lignes"]} | dict(told)


def write_answers(visit: Visit, column: str, answers: dict[int, str], *, send: bool) -> int:
    """Writes in `column` what Vigie answers about each row (row number -> sentence), if `send`.

    Rows gone meanwhile are not created again, and a cell that already holds the answer is not written.
    Returns the number of rows written, or that would be.
    """
    with Web(visit, visit.connection()) as web:
        document, table, query = place(visit, web)
        url = f"{document}/tables/{table}/records"
        present = _list(visit, web, url, "records", query)
        changed = [
            {"require": {"id": record["id"]}, "fields": {column: answers[record["id"]]}}
            for record in present
            if record["id"] in answers and record["fields"].get(column) != answers[record["id"]]
        ]
        if changed and send:
            web.send_json("PUT", httpx.URL(url, params={"noadd": "true"}), {"records": changed})
        return len(changed)
