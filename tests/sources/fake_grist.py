"""A small Grist: the records and columns endpoints, as its API documentation describes them."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from servers import FakeWeb, reply


@dataclass
class FakeGrist:
    """The tables of one document: name -> columns (id -> fields) and rows (id -> cells)."""

    web: FakeWeb
    columns: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    rows: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    puts: list[dict[str, Any]] = field(default_factory=list)

    def add(self, table: str, columns: dict[str, Any], rows: dict[int, dict[str, Any]]) -> str:
        """Adds a table; a column is its type, or its fields. Returns the address of the table."""
        first = sum(map(len, self.columns.values())) + 1
        self.columns[table] = {}
        for reference, (name, given) in enumerate(columns.items(), first):
            fields = given if isinstance(given, dict) else {"type": given}
            self.columns[table][name] = {"label": name, "colRef": reference, **fields}
        self.rows[table] = rows
        base = f"/api/docs/abcDEF/tables/{table}"
        self.web.routes[f"{base}/columns"] = lambda handler: self._columns(handler, table)
        self.web.routes[f"{base}/records"] = lambda handler: self._records(handler, table)
        return self.web.url(base)

    def _columns(self, handler: Any, table: str) -> None:
        found = [{"id": name, "fields": fields} for name, fields in self.columns[table].items()]
        reply(handler, json.dumps({"columns": found}).encode())

    def _records(self, handler: Any, table: str) -> None:
        if handler.headers.get("Authorization") != "Bearer jeton":
            reply(handler, b'{"error":"Unauthorized"}', 401)
        elif handler.command == "PUT":
            self._upsert(handler, table)
        else:
            asked = parse_qs(urlsplit(handler.path).query)
            wanted = json.loads(asked.get("filter", ["{}"])[0])
            # Without a sort the order is not specified: nobody should count on it.
            found = [
                {"id": number, "fields": cells}
                for number, cells in sorted(self.rows[table].items(), reverse=True)
                if all({"id": number, **cells}.get(k) in v for k, v in wanted.items())
            ]
            reply(handler, json.dumps({"records": found}).encode())

    def _upsert(self, handler: Any, table: str) -> None:
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        self.puts.append(body)
        for record in body["records"]:
            row = self.rows[table].get(record["require"]["id"])
            if row is None:
                assert "noadd=true" in handler.path
            else:
                row.update(record["fields"])
        reply(handler, b"null")
