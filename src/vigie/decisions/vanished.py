"""What the Région decides about an action that its territory's reports no longer tell.

Renamed into another: its history goes on under the other's code, and both count once. Abandoned: it is so from the
first report that no longer tells it. Forgotten by its sender: it is still alive, without news. A decision is a JSON
file of `landing/decisions_actions/`: the truth that a rebuild finds again. It names a role, never a person.
"""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Literal

import duckdb

from vigie.arrival import landing
from vigie.errors import DamagedFile, OperatorError
from vigie.files import FROM_BACKUP, listed, read_each, read_json, write_json
from vigie.objects import Kept
from vigie.reading.values.redaction import redact
from vigie.settings import Settings
from vigie.warehouse import raw
from vigie.warehouse.damaged import publication_opened

Decision = Literal["renommee", "abandonnee", "oubliee"]
_FIELDS = {
    "decision_id",
    "siren_epci",
    "code_action",
    "decision",
    "motif",
    "decide_par",
    "decide_le",
}

_VANISHED = """
    select a.action_id, a.siren_epci, a.code_action, t.nom, a.intitule, a.situation_le
    from marts.fct_actions as a join marts.dim_territoires as t using (siren_epci)
    where a.est_disparue order by t.nom, a.code_action
"""
_TOLD_TOGETHER = """
    select max(r.nom_fichier)
    from lignes as l join lignes as m using (rapport_id) join rapports as r using (rapport_id)
    where r.siren_epci = ? and r.jeu = 'rapport_avancement' and l.code_action = ? and m.code_action = ?
"""


class UnknownAction(OperatorError):
    """No vanished action bears this identifier, or the decision does not fit it."""


@dataclass(frozen=True)
class Vanished:
    """An action that the report in force no longer tells, and when it was last told."""

    action_id: str
    siren_epci: str
    code_action: str
    nom: str
    intitule: str
    dite_le: date


def pending(settings: Settings) -> list[Vanished]:
    """The vanished actions of the publication that nobody decided on yet, by territory."""
    decided = {(d["siren_epci"], d["code_action"]) for d in decisions(settings)}
    return [a for a in _published(settings) if (a.siren_epci, a.code_action) not in decided]


def decisions(settings: Settings) -> list[dict[str, Any]]:
    """Every decision taken, oldest first. Raises DamagedFile."""
    files = listed(settings.landing / "decisions_actions", "*.json")
    return sorted(read_each(files, _kept), key=lambda d: (d["decide_le"], d["decision_id"]))


def _kept(path: Kept) -> dict[str, Any]:
    decision: dict[str, Any] = read_json(path, {}, FROM_BACKUP)
    if not decision.keys() >= _FIELDS:
        raise DamagedFile(path, FROM_BACKUP)
    return decision


def decide(
    settings: Settings,
    action_id: str,
    decision: Decision,
    motif: str,
    decide_par: str,
    decided_at: datetime,
    into: str | None = None,
) -> dict[str, Any]:
    """Keeps a decision; the next night takes it into account. The last one on an action wins.

    `into`: the code that a renamed action bears now. `decide_par` is a role. `decided_at` is naive UTC. Raises
    UnknownAction when the action has not vanished, or cannot have been renamed so; OperatorError when the reason or
    the role is missing.
    """
    if not motif.strip() or not decide_par.strip():
        raise OperatorError("Une décision porte un motif et la fonction de qui décide.")
    siren, code = _of(settings, action_id)
    if (decision == "renommee") != bool(into):
        raise UnknownAction(
            "Une action renommée, et elle seule, dit le code qu'elle porte désormais (--into)."
        )
    if into:
        _must_follow(settings, siren, code, into)
    kept = {
        "siren_epci": siren,
        "code_action": code,
        "decision": str(decision),
        **({"nouveau_code": into} if into else {}),
        "motif": redact(motif.strip()),
        "decide_par": redact(decide_par.strip()),
        "decide_le": landing.after_editions(settings, decided_at).isoformat(),
    }
    kept["decision_id"] = sha256("/".join(kept.values()).encode()).hexdigest()[:16]
    write_json(settings.landing / "decisions_actions" / f"{kept['decision_id']}.json", kept)
    return kept


def _published(settings: Settings) -> list[Vanished]:
    if not settings.publication_path.exists():
        return []
    with publication_opened(settings.publication_path) as connection:
        try:
            rows = connection.execute(_VANISHED).fetchall()
        except (duckdb.CatalogException, duckdb.BinderException):
            return []  # Published by an earlier version of Vigie, which told none.
    return [
        Vanished(action, siren, code, name, title, told)
        for action, siren, code, name, title, told in rows
    ]


def _of(settings: Settings, action_id: str) -> tuple[str, str]:
    """The territory and the code of an action that vanished, or on which something was decided already."""
    known = {a.action_id: (a.siren_epci, a.code_action) for a in _published(settings)}
    for d in decisions(settings):
        known[f"{d['siren_epci']}-{d['code_action']}"] = (d["siren_epci"], d["code_action"])
    if action_id not in known:
        raise UnknownAction(
            f"Aucune action disparue ne porte l'identifiant « {action_id} » : « vigie review vanished » les liste."
        )
    return known[action_id]


def _must_follow(settings: Settings, siren: str, code: str, into: str) -> None:
    with publication_opened(settings.publication_path) as connection:
        found = connection.execute(
            "select est_disparue from marts.fct_actions where siren_epci = ? and code_action = ?",
            [siren, into],
        ).fetchone()
    if into == code or found is None or found[0]:
        raise UnknownAction(
            f"L'action « {code} » ne peut pas porter le code « {into} » : le dernier rapport du territoire ne le dit"
            " pas."
        )
    standing = {(d["siren_epci"], d["code_action"]): d for d in decisions(settings)}
    for (its_siren, other), decided in standing.items():
        if its_siren == siren and other != code and decided.get("nouveau_code") == into:
            raise UnknownAction(
                f"L'action « {other} » porte déjà le code « {into} » : deux actions ne deviennent pas une seule. À"
                f" faire : dire « {code} » abandonnée ou oubliée, ou revenir d'abord sur « {other} »."
            )
    with raw.reader(settings.raw_path) as connection:
        ((together,),) = connection.execute(_TOLD_TOGETHER, [siren, code, into]).fetchall()
    if together:
        raise UnknownAction(
            f"« {code} » et « {into} » sont dans un même rapport ({together}) : ce sont deux actions, pas une renommée."
        )
