"""The GraphQL API v2 of Démarches simplifiées: stored queries, pages, errors, messages."""

from dataclasses import dataclass
from typing import Any

import httpx

from vigie.arrival.sources.visit import Visit
from vigie.arrival.sources.web import Web
from vigie.arrival.sources.web_errors import WAIT
from vigie.errors import SourceError

PAGE_SIZE = 100
_HEALING = frozenset({"timeout", "internal_server_error"})


@dataclass(frozen=True)
class Page:
    """One page of a connection; `cursor` is None when the page gave none."""

    nodes: list[dict[str, Any]]
    cursor: str | None
    has_next: bool


def dossiers_query(since: str | None, cursor: str | None) -> dict[str, Any]:
    """The variables that ask for dossiers changed at or after `since`, oldest change first."""
    return {
        "includeDossiers": True,
        "includeChamps": True,
        "includeAnotations": False,
        "includeTraitements": False,
        "includeInstructeurs": False,
        "first": PAGE_SIZE,
        "after": cursor,
        "updatedSince": since,
    }


def deletions_query(kind: str, since: str | None, cursor: str | None) -> dict[str, Any]:
    """The variables that ask for `deletedDossiers` or `pendingDeletedDossiers`."""
    prefix = kind.removesuffix("Dossiers")
    return {
        f"include{kind[0].upper()}{kind[1:]}": True,
        f"{prefix}First": PAGE_SIZE,
        f"{prefix}After": cursor,
        f"{prefix}Since": since,
    }


@dataclass(frozen=True)
class DemarchesApi:
    """The API seen from one form (`number`)."""

    visit: Visit
    web: Web
    url: httpx.URL
    number: int

    def page(self, connection: str, variables: dict[str, Any]) -> Page:
        """A page of `dossiers`, `deletedDossiers` or `pendingDeletedDossiers`."""
        data = self._ask(
            "ds-query-v2", "getDemarche", {"demarcheNumber": self.number, **variables}, repeat=True
        )
        try:
            found = data["demarche"][connection]
            info = found["pageInfo"]
            return Page(found["nodes"], info["endCursor"], bool(info["hasNextPage"]))
        except (KeyError, TypeError) as error:
            raise self.visit.refused(
                "la réponse n'est pas celle de Démarches simplifiées", "vérifier l'adresse"
            ) from error

    def send_message(self, dossier_id: str, instructor_id: str, body: str) -> None:
        """Sends a message to the depositor of a dossier: sent once, whatever the answer."""
        message = {"dossierId": dossier_id, "instructeurId": instructor_id, "body": body}
        data = self._ask(
            "ds-mutation-v2", "dossierEnvoyerMessage", {"input": message}, repeat=False
        )
        errors = data["dossierEnvoyerMessage"].get("errors")
        if errors:
            raise self.visit.refused(
                f"message refusé par Démarches simplifiées : {errors[0].get('message')}",
                "vérifier que l'instructeur suit ce dossier",
            )

    def _ask(self, query: str, operation: str, variables: dict[str, Any], repeat: bool) -> Any:
        payload = {"queryId": query, "operationName": operation, "variables": variables}

        def check(document: Any) -> Any:
            if not isinstance(document, dict) or document.get("errors") or not document.get("data"):
                raise self._error(document)
            return document["data"]

        return self.web.send_json("POST", self.url, payload, check=check, is_repeatable=repeat)

    def _error(self, document: Any) -> SourceError:
        """Any root error is fatal: data that comes with one is partial."""
        errors = document.get("errors") if isinstance(document, dict) else None
        first = errors[0] if isinstance(errors, list) and errors else {}
        code = (first.get("extensions") or {}).get("code", "sans code")
        what = f"Démarches simplifiées répond une erreur ({code})"
        if code in _HEALING:
            return self.visit.unavailable(what, WAIT)
        advice = {
            "unauthorized": "donner au jeton l'accès à la démarche, ou le renouveler",
            "not_found": "vérifier le numéro de la démarche dans sources.csv",
        }.get(code, "signaler l'erreur à l'exploitant de Vigie")
        return self.visit.refused(f"{what}, démarche {self.number}", advice)
