"""Channel `demarches`: the dossiers of a form of Démarches simplifiées, by its GraphQL API v2.

The address is the API's with the number of the form: `https://<server>/api/v2/graphql?demarche=123`.
One JSON is landed per dossier and per state of it, without what names persons.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx

from vigie.arrival.sources.canonical import canonical, digest
from vigie.arrival.sources.demarches_api import DemarchesApi, deletions_query, dossiers_query
from vigie.arrival.sources.visit import Fetched, Visit
from vigie.arrival.sources.web import Web, shown
from vigie.errors import SourceRefused

FORMAT = "ds_json"
# The API allows 400 requests a minute per token; a token may serve several forms.
_PACE_SECONDS = 60 / 300
_PERSONAL_KINDS = frozenset({"CiviliteChamp", "EmailChamp", "PhoneChamp", "TitreIdentiteChamp"})

_SIGNED = re.compile(
    r"https?://[^\s\"<>]*(?:/active_storage/|[?&](?:x-amz-|x-goog-|temp_url_|signature|sig|expires|token|hmac|key-pair-id)"
    r"[\w-]*=)[^\s\"<>]*",
    re.IGNORECASE,
)


def fetch(visit: Visit) -> Iterator[Fetched]:
    """Yields the dossiers changed since the last visit, then the deletions of those known."""
    with Web(visit, visit.connection(), pace=_PACE_SECONDS) as web:
        url = web.check_address(visit.source.adresse)
        number = url.params.get("demarche", "")
        if not number.isdigit():
            raise visit.refused(
                "l'adresse ne dit pas quelle démarche lire",
                "écrire https://<serveur>/api/v2/graphql?demarche=<numéro> dans sources.csv",
            )
        api = DemarchesApi(visit, web, url.copy_with(query=None), int(number))
        yield from _dossiers(visit, api)
        for kind in ("deletedDossiers", "pendingDeletedDossiers"):
            yield from _deletions(visit, api, kind)


def _dossiers(visit: Visit, api: DemarchesApi) -> Iterator[Fetched]:
    """The dossiers by date of change. `state["depuis"]` is the latest change of a complete reading.

    The first dossiers of a visit are the last of the one before: their fingerprint tells that they
    have not changed.
    """
    state = visit.state
    known = _known(state)
    cursor, latest = None, state.get("depuis")
    brought = 0
    while True:
        page = api.page("dossiers", dossiers_query(state.get("depuis"), cursor))
        for node in page.nodes:
            dossier = _without_persons(node)
            version = digest(_without_signatures(dossier))
            latest = _latest(latest, dossier["dateDerniereModification"])
            if known.get(str(dossier["number"]), {}).get("version") == version:
                continue
            if brought == visit.limits.objects:
                raise visit.exceeded(
                    f"plus de {brought} dossiers nouveaux ou modifiés",
                    "rien : la suite sera lue à la prochaine nuit",
                )
            yield _landed(visit, api.url, dossier, dossier.get("dateDepot"))
            known[str(dossier["number"])] = {"version": version, "id": dossier["id"]}
            brought += 1
        # An empty page has no cursor: going back to None would start all over again.
        cursor = page.cursor or cursor
        if not page.has_next:
            break
    state["depuis"] = latest


def _deletions(visit: Visit, api: DemarchesApi, kind: str) -> Iterator[Fetched]:
    """Deleted dossiers that were brought before: a note is landed, for only these lists tell."""
    known = _known(visit.state)
    since: dict[str, str | None] = visit.state.setdefault("suppressions_depuis", {})
    cursor, latest = None, since.get(kind)
    while True:
        page = api.page(kind, deletions_query(kind, since.get(kind), cursor))
        for node in page.nodes:
            number = str(node["number"])
            latest = _latest(latest, node["dateSupression"])
            if number in known:
                deletion = _only(node, "reason", "dateSupression")
                note = {"number": node["number"], "suppression": deletion}
                yield _landed(visit, api.url, note, node["dateSupression"])
                del known[number]
        cursor = page.cursor or cursor
        if not page.has_next:
            break
    since[kind] = latest


def _landed(visit: Visit, url: httpx.URL, dossier: dict[str, Any], date: str | None) -> Fetched:
    number = dossier["number"]
    return visit.fetched(
        f"dossier-{number}.json",
        f"{shown(url)}#dossier-{number}",
        canonical({"format": FORMAT, **dossier}),
        _moment(date).replace(tzinfo=None) if date else None,
        form=FORMAT,
    )


def _known(state: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Number of a dossier already brought -> its fingerprint and its id."""
    known: dict[str, dict[str, str]] = state.setdefault("dossiers", {})
    return known


def _latest(one: str | None, other: str) -> str:
    return other if one is None else max(one, other, key=_moment)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _only(node: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: node[name] for name in names if name in node}


def _without_persons(node: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a dossier: not its user nor instructors, nor fields that name someone."""
    dossier = _only(node, "id", "number", "state", "dateDepot", "dateDerniereModification")
    dossier["revision"] = ((node.get("demarche") or {}).get("revision") or {}).get("id")
    dossier["siret"] = (node.get("demandeur") or {}).get("siret")
    dossier["champs"] = _fields(node.get("champs") or [])
    return dossier


def _fields(champs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kept = []
    for champ in champs:
        if champ["__typename"] in _PERSONAL_KINDS:
            continue
        field = {
            name: _without_addresses(value)
            for name, value in champ.items()
            if name not in ("files", "rows", "updatedAt")
        }
        if "rows" in champ:
            field["rows"] = [
                {"id": row.get("id"), "champs": _fields(row["champs"])} for row in champ["rows"]
            ]
        kept.append(field)
    return kept


def _without_addresses(value: Any) -> Any:
    """A value without the addresses of files: they change at every request, and open the file to whoever has them."""
    if isinstance(value, list):
        return [_without_addresses(item) for item in value]
    if isinstance(value, dict):
        return {
            name: _without_addresses(item)
            for name, item in value.items()
            if not name.casefold().endswith("url")
        }
    return value


def _without_signatures(value: Any) -> Any:
    """What tells a change of a dossier: signed addresses left out wherever they stand, they are no change."""
    if isinstance(value, list):
        return [_without_signatures(item) for item in value]
    if isinstance(value, dict):
        return {name: _without_signatures(item) for name, item in value.items()}
    return _SIGNED.sub("", value) if isinstance(value, str) else value


def reply(visit: Visit, number: int, body: str, *, send: bool = False) -> str:
    """Answers the depositor of dossier `number` by a message, once per content.

    Without `send` nothing leaves. The connection's extra `instructeur_id` signs the message. The
    message is noted in `state["messages"]` before it leaves: better lost than sent twice. Returns
    the French sentence that says what was done.
    """
    dossier = _known(visit.state).get(str(number))
    if dossier is None:
        raise visit.refused(f"le dossier {number} n'a jamais été lu", "lancer d'abord la collecte")
    sent: dict[str, list[str]] = visit.state.setdefault("messages", {})
    key = digest(body)
    if key in sent.get(str(number), []):
        return f"Dossier {number} : message déjà envoyé."
    if not send:
        return f"Dossier {number} : message à envoyer (essai, rien n'est parti)."
    connection = visit.connection()
    instructor = connection.extra.get("instructeur_id", "")
    if not instructor:
        raise visit.refused(
            "aucun instructeur ne signe les messages",
            f"mettre « instructeur_id » dans l'extra de la connexion « {visit.source.connexion} »",
        )
    with Web(visit, connection) as web:
        url = web.check_address(visit.source.adresse).copy_with(query=None)
        sent.setdefault(str(number), []).append(key)
        try:
            DemarchesApi(visit, web, url, number).send_message(dossier["id"], instructor, body)
        except SourceRefused:
            sent[str(number)].remove(key)
            raise
    return f"Dossier {number} : message envoyé."
