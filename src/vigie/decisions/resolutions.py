"""What the committee decided in a session, and what became of it.

A decision is a JSON file of `landing/decisions_seances/`, a state that the manager notes later another, in `etats/`
beside: nothing is ever written over, the last state noted counts. Both name a role, never a person.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

from vigie.arrival import landing
from vigie.errors import DamagedFile, OperatorError, SettingsError
from vigie.files import FROM_BACKUP, listed, read_each, read_json, write_json
from vigie.objects import Kept
from vigie.reading.values.redaction import redact
from vigie.settings import Settings
from vigie.text import slug, without_controls

STATES = {"tenue": "tenue", "en_cours": "en cours", "non_tenue": "non tenue"}
LONGEST = 300
_DECISION_FIELDS = {"decision_id", "seance_code", "phrase", "decide_par", "decide_le"}
_STATE_FIELDS = {"note_id", "decision_id", "etat", "note_par", "note_le"}


class UnknownDecision(OperatorError):
    """No decision of a session bears this identifier."""


@dataclass(frozen=True)
class Resolution:
    """A decision of a session. `mesure` (the code of a list or of an indicator) and `cible` let the figures tell what
    became of it; else `etat`, empty until someone notes it, does."""

    decision_id: str
    seance_code: str
    phrase: str
    decide_par: str
    decide_le: datetime
    mesure: str = ""
    cible: float | None = None
    etat: str = ""
    note_par: str = ""
    note_le: datetime | None = None


def of_sessions(settings: Settings) -> list[Resolution]:
    """Every decision of every session, in the order they were taken. Raises DamagedFile."""
    folder = _folder(settings)
    states = sorted(
        _all_kept(folder / "etats", _STATE_FIELDS, "note_le"),
        key=lambda note: (note["note_le"], note["note_id"]),
    )
    last = {note["decision_id"]: note for note in states}
    found = [
        _resolution(record, last.get(record["decision_id"], {}))
        for record in _all_kept(folder, _DECISION_FIELDS, "decide_le")
    ]
    return sorted(found, key=lambda one: (one.decide_le, one.decision_id))


def decide(
    settings: Settings,
    session: str,
    phrase: str,
    role: str,
    at: datetime,
    mesure: str = "",
    cible: float | None = None,
) -> Resolution:
    """Keeps a decision of the session named `session`, frozen before; noting the same again changes nothing.

    `role` is the function of who notes it, `at` naive UTC. Raises SettingsError when no such session is frozen,
    OperatorError when the sentence or the role is missing, or when a measure has no target or a target no measure.
    """
    code = slug(session)
    if code not in {record["seance_code"] for record in landing.session_records(settings)}:
        raise SettingsError(
            f"Aucune séance « {session} » n'est figée : « vigie session list » dit lesquelles le sont."
        )
    told = redact(without_controls(phrase).strip())
    if not told or len(told) > LONGEST or not role.strip():
        raise OperatorError(
            f"Une décision s'écrit en une phrase de {LONGEST} signes au plus, avec la fonction de qui la note."
        )
    if bool(mesure) != (cible is not None) or not math.isfinite(cible or 0):
        raise OperatorError(
            "Une décision suivie par les chiffres dit ensemble sa mesure et sa cible, ou aucune des deux."
        )
    record: dict[str, Any] = {
        "seance_code": code,
        "phrase": told,
        **({"mesure": mesure, "cible": cible} if mesure else {}),
    }
    record["decision_id"] = _identity(record)
    path = _folder(settings) / f"{record['decision_id']}.json"
    record |= {"decide_par": redact(role.strip()), "decide_le": at.isoformat()}
    if not path.exists():
        write_json(path, record)
    return next(one for one in of_sessions(settings) if one.decision_id == record["decision_id"])


def note(settings: Settings, decision_id: str, state: str, role: str, at: datetime) -> Resolution:
    """Notes what became of a decision (a key of STATES); the last note counts.

    Raises UnknownDecision, or OperatorError for another state, a decision that figures follow or a missing role.
    """
    known = {one.decision_id: one for one in of_sessions(settings)}
    if decision_id not in known:
        raise UnknownDecision(
            f"Aucune décision ne porte l'identifiant « {decision_id} » : « vigie session list » les donne."
        )
    if state not in STATES or not role.strip():
        raise OperatorError(
            f"La suite d'une décision se note {', '.join(STATES)}, avec la fonction de qui la note."
        )
    if known[decision_id].mesure:
        raise OperatorError("Les chiffres disent ce que devient cette décision : rien à noter.")
    record = {
        "decision_id": decision_id,
        "etat": state,
        "note_par": redact(role.strip()),
        "note_le": at.isoformat(),
    }
    record["note_id"] = _identity(record)
    write_json(_folder(settings) / "etats" / f"{record['note_id']}.json", record)
    return next(one for one in of_sessions(settings) if one.decision_id == decision_id)


def _folder(settings: Settings) -> Kept:
    return settings.landing / "decisions_seances"


def _identity(record: dict[str, Any]) -> str:
    return sha256("/".join(map(str, record.values())).encode()).hexdigest()[:16]


def _all_kept(folder: Kept, fields: set[str], moment: str) -> Iterator[dict[str, Any]]:
    return read_each(listed(folder, "*.json"), partial(_kept, fields=fields, moment=moment))


def _kept(path: Kept, fields: set[str], moment: str) -> dict[str, Any]:
    record: dict[str, Any] = read_json(path, {}, FROM_BACKUP)
    try:
        datetime.fromisoformat(record[moment])
        float(record.get("cible", 0))
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedFile(path, FROM_BACKUP) from error
    if not record.keys() >= fields:
        raise DamagedFile(path, FROM_BACKUP)
    return record


def _resolution(record: dict[str, Any], state: dict[str, Any]) -> Resolution:
    return Resolution(
        decision_id=record["decision_id"],
        seance_code=record["seance_code"],
        phrase=record["phrase"],
        decide_par=record["decide_par"],
        decide_le=datetime.fromisoformat(record["decide_le"]),
        mesure=record.get("mesure", ""),
        cible=record.get("cible"),
        etat=state.get("etat", ""),
        note_par=state.get("note_par", ""),
        note_le=datetime.fromisoformat(state["note_le"]) if state else None,
    )
