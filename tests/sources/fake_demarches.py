"""A small Démarches simplifiées: the part of its GraphQL schema that Vigie uses, executed.

Pages are cut as the real server cuts them, at (date of change, number), so that what is deleted or
changed between two pages does what it does there.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError, build_schema, graphql_sync
from servers import FakeWeb, reply

_SCHEMA = build_schema(
    """
    scalar BigInt
    scalar ISO8601Date
    scalar ISO8601DateTime
    enum DossierState { en_construction en_instruction accepte refuse sans_suite }
    enum DeletedDossierReason {
      expired instructeur_request manager_request procedure_removed user_expired user_removed
      user_request
    }
    type PageInfo { hasPreviousPage: Boolean! hasNextPage: Boolean! endCursor: String }
    type Epci { code: String! name: String! }
    interface Champ { id: ID! champDescriptorId: String! label: String! stringValue: String }
    type TextChamp implements Champ {
      id: ID! champDescriptorId: String! label: String! stringValue: String value: String
    }
    type CiviliteChamp implements Champ {
      id: ID! champDescriptorId: String! label: String! stringValue: String value: String
    }
    type DropDownListChamp implements Champ {
      id: ID! champDescriptorId: String! label: String! stringValue: String value: String
    }
    type MultipleDropDownListChamp implements Champ {
      id: ID! champDescriptorId: String! label: String! stringValue: String values: [String!]!
    }
    type CheckboxChamp implements Champ {
      id: ID! champDescriptorId: String! label: String! stringValue: String value: Boolean
    }
    type YesNoChamp implements Champ {
      id: ID! champDescriptorId: String! label: String! stringValue: String value: Boolean
    }
    type LinkedDropDownListChamp implements Champ {
      id: ID! champDescriptorId: String! label: String! stringValue: String
      primaryValue: String secondaryValue: String
    }
    type IntegerNumberChamp implements Champ {
      id: ID! champDescriptorId: String! label: String! stringValue: String value: BigInt
    }
    type DecimalNumberChamp implements Champ {
      id: ID! champDescriptorId: String! label: String! stringValue: String value: Float
    }
    type DateChamp implements Champ {
      id: ID! champDescriptorId: String! label: String! stringValue: String date: ISO8601Date
    }
    scalar Columns
    type PieceJustificativeChamp implements Champ {
      id: ID! champDescriptorId: String! label: String! stringValue: String columns: Columns
    }
    type EpciChamp implements Champ {
      id: ID! champDescriptorId: String! label: String! stringValue: String epci: Epci
    }
    type Row { id: ID! champs: [Champ!]! }
    type RepetitionChamp implements Champ {
      id: ID! champDescriptorId: String! label: String! stringValue: String rows: [Row!]!
    }
    interface Demandeur { id: ID }
    type PersonneMorale implements Demandeur { id: ID siret: String! }
    type PersonnePhysique implements Demandeur { id: ID nom: String! prenom: String! }
    type Profile { id: ID! email: String! }
    type Revision { id: ID! }
    type DossierDemarche { revision: Revision! }
    type Dossier {
      id: ID! number: Int! state: DossierState! dateDepot: ISO8601DateTime!
      dateDerniereModification: ISO8601DateTime! usager: Profile! demandeur: Demandeur!
      demarche: DossierDemarche! champs: [Champ!]
    }
    type DeletedDossier {
      id: ID! number: Int! dateSupression: ISO8601DateTime! state: DossierState!
      reason: DeletedDossierReason!
    }
    type DossierConnection { nodes: [Dossier] pageInfo: PageInfo! }
    type DeletedDossierConnection { nodes: [DeletedDossier] pageInfo: PageInfo! }
    type Demarche {
      id: ID! number: Int!
      dossiers(first: Int, after: String, updatedSince: ISO8601DateTime): DossierConnection!
      deletedDossiers(
        first: Int, after: String, deletedSince: ISO8601DateTime
      ): DeletedDossierConnection!
      pendingDeletedDossiers(
        first: Int, after: String, deletedSince: ISO8601DateTime
      ): DeletedDossierConnection!
    }
    enum CorrectionReason { incorrect incomplete outdated }
    input DossierEnvoyerMessageInput {
      clientMutationId: String dossierId: ID! instructeurId: ID! body: String! attachment: ID
      correction: CorrectionReason
    }
    type Message { id: ID! createdAt: ISO8601DateTime! }
    type ValidationError { message: String! }
    type DossierEnvoyerMessagePayload { message: Message errors: [ValidationError!] }
    type Query { demarche(number: Int!): Demarche! }
    type Mutation {
      dossierEnvoyerMessage(input: DossierEnvoyerMessageInput!): DossierEnvoyerMessagePayload
    }
    """
)

_STORED = {
    "ds-query-v2": """
      query getDemarche(
        $demarcheNumber: Int!, $first: Int, $after: String, $updatedSince: ISO8601DateTime
        $deletedFirst: Int, $deletedAfter: String, $deletedSince: ISO8601DateTime
        $pendingDeletedFirst: Int, $pendingDeletedAfter: String
        $pendingDeletedSince: ISO8601DateTime
        $includeDossiers: Boolean = false, $includeChamps: Boolean = true
        $includeDeletedDossiers: Boolean = false, $includePendingDeletedDossiers: Boolean = false
      ) {
        demarche(number: $demarcheNumber) {
          id number
          dossiers(first: $first, after: $after, updatedSince: $updatedSince)
          @include(if: $includeDossiers) {
            pageInfo { ...Info }
            nodes {
              id number state dateDepot dateDerniereModification
              usager { email }
              demandeur { ... on PersonnePhysique { nom prenom } ... on PersonneMorale { siret } }
              demarche { revision { id } }
              champs @include(if: $includeChamps) {
                ...Champ
                ... on RepetitionChamp { rows { id champs { ...Champ } } }
              }
            }
          }
          deletedDossiers(first: $deletedFirst, after: $deletedAfter, deletedSince: $deletedSince)
          @include(if: $includeDeletedDossiers) { pageInfo { ...Info } nodes { ...Gone } }
          pendingDeletedDossiers(
            first: $pendingDeletedFirst, after: $pendingDeletedAfter
            deletedSince: $pendingDeletedSince
          ) @include(if: $includePendingDeletedDossiers) { pageInfo { ...Info } nodes { ...Gone } }
        }
      }
      fragment Info on PageInfo { hasPreviousPage hasNextPage endCursor }
      fragment Gone on DeletedDossier { id number dateSupression state reason }
      fragment Champ on Champ {
        __typename id champDescriptorId label stringValue
        ... on DropDownListChamp { value }
        ... on MultipleDropDownListChamp { values }
        ... on LinkedDropDownListChamp { primaryValue secondaryValue }
        ... on CheckboxChamp { checked: value }
        ... on YesNoChamp { selected: value }
        ... on IntegerNumberChamp { integerNumber: value }
        ... on DecimalNumberChamp { decimalNumber: value }
        ... on DateChamp { date }
        ... on EpciChamp { epci { code name } }
        ... on PieceJustificativeChamp { columns }
      }
    """,
    "ds-mutation-v2": """
      mutation dossierEnvoyerMessage($input: DossierEnvoyerMessageInput!) {
        dossierEnvoyerMessage(input: $input) { message { id createdAt } errors { message } }
      }
    """,
}


@dataclass
class FakeDemarches:
    """The content of the server. `between_pages` runs after each page of dossiers."""

    web: FakeWeb
    dossiers: list[dict[str, Any]] = field(default_factory=list)
    deleted: list[dict[str, Any]] = field(default_factory=list)
    pending: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    page_size: int = 100
    empty_pages: int = 0
    between_pages: Callable[[], None] = lambda: None
    failure: GraphQLError | None = None
    message_error: str = ""

    def __post_init__(self) -> None:
        self.web.routes["/api/v2/graphql"] = self._answer

    @property
    def address(self) -> str:
        return self.web.url("/api/v2/graphql?demarche=123")

    def _answer(self, handler: Any) -> None:
        import json

        payload = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        if handler.headers.get("Authorization") != "Bearer jeton":
            reply(handler, b"{}", 401)
            return
        self.asked.append(payload["variables"])
        result = graphql_sync(
            _SCHEMA,
            _STORED[payload["queryId"]],
            root_value={"demarche": self._demarche, "dossierEnvoyerMessage": self._message},
            variable_values=payload["variables"],
            operation_name=payload["operationName"],
        )
        reply(handler, json.dumps(result.formatted).encode(), Content_Type="application/json")

    def _demarche(self, _info: Any, number: int) -> dict[str, Any]:
        if number != 123:
            raise GraphQLError("Demarche not found", extensions={"code": "not_found"})
        return {
            "id": "RGVtYXJjaGUtMTIz",
            "number": number,
            "dossiers": self._dossiers,
            "deletedDossiers": lambda _info, **asked: self._gone(self.deleted, **asked),
            "pendingDeletedDossiers": lambda _info, **asked: self._gone(self.pending, **asked),
        }

    def _dossiers(
        self, _info: Any, first: int = 100, after: str | None = None, **since: str | None
    ) -> dict[str, Any]:
        if after and self.empty_pages:
            self.empty_pages -= 1
            nothing = {"hasPreviousPage": True, "hasNextPage": True, "endCursor": None}
            return {"nodes": [], "pageInfo": nothing}
        date = "dateDerniereModification"
        page = self._page(self.dossiers, date, first, after, since.get("updatedSince"))
        if self.failure:
            broken = {**page["nodes"][-1]}
            broken["champs"] = lambda _info, failure=self.failure: _raise(failure)
            page["nodes"][-1] = broken
        self.between_pages()
        return page

    def _gone(
        self,
        content: list[dict[str, Any]],
        first: int = 100,
        after: str | None = None,
        **since: str | None,
    ) -> dict[str, Any]:
        return self._page(content, "dateSupression", first, after, since.get("deletedSince"))

    def _page(
        self,
        content: list[dict[str, Any]],
        date: str,
        first: int,
        after: str | None,
        since: str | None,
    ) -> dict[str, Any]:
        kept = sorted(
            (node for node in content if since is None or node[date] >= since),
            key=lambda node: (node[date], node["number"]),
        )
        if after:
            moment, number = base64.b64decode(after).decode().split(";")
            kept = [node for node in kept if (node[date], node["number"]) > (moment, int(number))]
        size = min(first, self.page_size)
        nodes = kept[:size]
        cursor = f"{nodes[-1][date]};{nodes[-1]['number']}".encode() if nodes else None
        return {
            "nodes": list(nodes),
            "pageInfo": {
                "hasPreviousPage": bool(after),
                "hasNextPage": len(kept) > size,
                "endCursor": base64.b64encode(cursor).decode() if cursor else None,
            },
        }

    def _message(self, _info: Any, **given: Any) -> dict[str, Any]:
        if self.message_error:
            return {"errors": [{"message": self.message_error}]}
        self.messages.append(given["input"])
        return {"message": {"id": "TQ==", "createdAt": "2026-11-20T02:00:00Z"}}


def _raise(error: GraphQLError) -> None:
    raise error


def text(label: str, value: str, descriptor: str = "", kind: str = "TextChamp") -> dict[str, Any]:
    """A field of a dossier, as the server gives it."""
    descriptor = descriptor or base64.b64encode(f"Champ-{label}".encode()).decode()
    return {
        "__typename": kind,
        "id": descriptor,
        "champDescriptorId": descriptor,
        "label": label,
        "stringValue": value,
        "value": value,
    }


def typed(label: str, kind: str, string_value: str = "", **values: Any) -> dict[str, Any]:
    """A field with values of its own: a date, a number, a list, an EPCI, rows."""
    return {**text(label, string_value, kind=kind), **values}


def dossier(number: int, changed: str, *champs: dict[str, Any], **given: Any) -> dict[str, Any]:
    """A dossier of the CA du Boulonnais, an invented case."""
    return {
        "id": base64.b64encode(f"Dossier-{number}".encode()).decode(),
        "number": number,
        "state": "en_instruction",
        "dateDepot": "2026-03-04T09:12:00+01:00",
        "dateDerniereModification": changed,
        "usager": {"id": "VQ==", "email": "personne@exemple.fr"},
        "demandeur": {"__typename": "PersonneMorale", "siret": "24620072900019"},
        "demarche": {"revision": {"id": "UHJvY2VkdXJlUmV2aXNpb24tMQ=="}},
        "champs": list(champs),
        **given,
    }


def deletion(number: int, date: str, reason: str = "user_request") -> dict[str, Any]:
    """A deleted dossier."""
    return {
        "id": base64.b64encode(f"Dossier-{number}".encode()).decode(),
        "number": number,
        "dateSupression": date,
        "state": "en_construction",
        "reason": reason,
    }
