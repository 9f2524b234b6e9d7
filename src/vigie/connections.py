"""Secrets of the sources: an Airflow connection, or the same thing in the environment."""

import json
import os
import sys
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from vigie.errors import SettingsError


@dataclass(frozen=True)
class Connection:
    """What an Airflow connection holds. Secrets never appear in its representation."""

    connexion_id: str
    host: str = ""
    port: int | None = None
    login: str = ""
    password: str = field(default="", repr=False)
    schema: str = ""
    extra: dict[str, Any] = field(default_factory=dict, repr=False)


class NoSuchConnection(SettingsError):
    """Neither the environment nor Airflow has this connection."""


NO_CONNECTION = Connection("")


def get(connexion_id: str) -> Connection:
    """The connection `connexion_id`: `AIRFLOW_CONN_<ID>` (URI or JSON), or Airflow's in a task.

    An empty id is the connection without secrets. Raises SettingsError when it does not exist or
    cannot be read (NoSuchConnection in the first case); the message never quotes what the connection holds.
    """
    if not connexion_id:
        return NO_CONNECTION
    variable = f"AIRFLOW_CONN_{connexion_id.upper()}"
    text = os.environ.get(variable)
    if text is None:
        return _from_airflow(connexion_id, variable)
    try:
        return (
            _from_json(connexion_id, text)
            if text.lstrip().startswith("{")
            else _from_uri(connexion_id, text)
        )
    except ValueError:
        # The parser's own message may quote the secret it stumbled on.
        raise SettingsError(
            f"La connexion « {connexion_id} » est illisible : "
            f"écrire dans {variable} un URI ou un objet JSON d'Airflow."
        ) from None


def _from_json(connexion_id: str, text: str) -> Connection:
    fields = json.loads(text)
    extra = fields.get("extra") or {}
    return Connection(
        connexion_id,
        host=fields.get("host") or "",
        port=int(fields["port"]) if fields.get("port") else None,
        login=fields.get("login") or "",
        password=fields.get("password") or "",
        schema=fields.get("schema") or "",
        extra=json.loads(extra) if isinstance(extra, str) else extra,
    )


def _from_uri(connexion_id: str, text: str) -> Connection:
    parts = urlsplit(text)
    if not parts.scheme:
        raise ValueError("no scheme")
    extra: dict[str, Any] = dict(parse_qsl(parts.query, keep_blank_values=True))
    whole = extra.pop("__extra__", None)
    return Connection(
        connexion_id,
        host=unquote(parts.hostname or ""),
        port=parts.port,
        login=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        schema=unquote(parts.path.lstrip("/")),
        extra=json.loads(whole) if whole else extra,
    )


def _from_airflow(connexion_id: str, variable: str) -> Connection:
    """Airflow costs seconds to import: it is only asked in a task, where it is there already."""
    missing = NoSuchConnection(
        f"La connexion « {connexion_id} » n'existe pas : "
        f"la créer dans Airflow, ou définir {variable}."
    )
    if "airflow.sdk" not in sys.modules:
        raise missing
    from airflow.sdk import Connection as AirflowConnection
    from airflow.sdk.exceptions import AirflowNotFoundException, AirflowRuntimeError

    try:
        found = AirflowConnection.get(connexion_id)
    except (AirflowNotFoundException, AirflowRuntimeError):
        raise missing from None
    return Connection(
        connexion_id,
        host=found.host or "",
        port=found.port,
        login=found.login or "",
        password=found.password or "",
        schema=found.schema or "",
        extra=found.extra_dejson,
    )
