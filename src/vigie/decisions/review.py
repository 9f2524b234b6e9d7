"""What a human of the Région decides about a report: approve or refuse, with a reason.

A decision is a JSON file of `landing/decisions/`: the truth that a rebuild finds again. It names a
role, never a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from vigie.arrival import landing
from vigie.errors import DamagedFile, OperatorError
from vigie.files import FROM_BACKUP, listed, read_each, read_json, write_json
from vigie.objects import Kept
from vigie.reading.values.redaction import redact
from vigie.settings import Settings
from vigie.warehouse import raw

Decision = Literal["approuve", "refuse"]
_DECISION_FIELDS = {"decision_id", "rapport_id", "decision", "motif", "decide_par", "decide_le"}

_REPORTS = """
    select
        r.rapport_id, r.siren_epci, r.nom_fichier, r.date_situation, r.connu_le, r.recues_nb, r.acceptees_nb,
        list(c.message order by c.regle_code) as motifs
    from rapports as r
    left join controles as c on r.rapport_id = c.rapport_id and list_contains($rules, c.regle_code)
    where r.verdict = 'a_valider'
    group by all
    order by r.connu_le, r.rapport_id
"""


class UnknownReport(OperatorError):
    """No report bears this identifier, or it does not wait for a decision."""


@dataclass(frozen=True)
class Pending:
    """A report that waits for a decision, and why (sentences)."""

    rapport_id: str
    siren_epci: str
    nom: str
    nom_fichier: str
    date_situation: str
    recues_nb: int
    acceptees_nb: int
    motifs: list[str]


def pending(settings: Settings) -> list[Pending]:
    """The reports in `a_valider` that nobody decided on yet, oldest first."""
    decided = {decision["rapport_id"] for decision in decisions(settings)}
    return [report for report in _to_validate(settings) if report.rapport_id not in decided]


def decisions(settings: Settings) -> list[dict[str, Any]]:
    """Every decision taken, oldest first."""
    files = listed(settings.landing / "decisions", "*.json")
    return sorted(read_each(files, _kept), key=lambda d: (d["decide_le"], d["decision_id"]))


def _kept(path: Kept) -> dict[str, Any]:
    decision: dict[str, Any] = read_json(path, {}, FROM_BACKUP)
    if not decision.keys() >= _DECISION_FIELDS:
        raise DamagedFile(path, FROM_BACKUP)
    return decision


def show(settings: Settings, rapport_id: str) -> dict[str, Any]:
    """A report, its controls and its decisions. Raises UnknownReport."""
    with _raw(settings, rapport_id) as connection:
        report = connection.execute(
            "select *, coalesce(depose_le, connu_le) as recu_le from rapports where rapport_id = ?",
            [rapport_id],
        ).df()
        controls = connection.execute(
            "select regle_code, severite, feuille, ligne, colonne, champ, valeur, message, consigne from "
            "controles"
            " where rapport_id = ? order by feuille, ligne, regle_code",
            [rapport_id],
        ).df()
    if report.empty:
        raise UnknownReport(f"Aucun rapport ne porte l'identifiant « {rapport_id} ».")
    return {
        "rapport": report.iloc[0].to_dict(),
        "controles": controls.to_dict("records"),
        "decisions": [d for d in decisions(settings) if d["rapport_id"] == rapport_id],
    }


def decide(
    settings: Settings,
    rapport_id: str,
    decision: Decision,
    motif: str,
    decide_par: str,
    decided_at: datetime,
) -> dict[str, Any]:
    """Keeps a decision; the next loading takes it into account. Deciding the same again changes
    nothing. It counts after every edition made before it was kept.

    `decide_par` is a role. `decided_at` is naive UTC. Raises UnknownReport for a report that does
    not exist, and OperatorError when the reason or the role is missing.
    """
    if not motif.strip() or not decide_par.strip():
        raise OperatorError("Une décision porte un motif et la fonction de qui décide.")
    state = show(settings, rapport_id)["rapport"]
    if decision == "approuve" and state["verdict"] == "rejete":
        raise UnknownReport(
            f"Le rapport « {rapport_id} » est rejeté : seul un nouvel envoi peut le remplacer."
        )
    kept = {
        "rapport_id": rapport_id,
        "decision": decision,
        "motif": redact(motif.strip()),
        "decide_par": redact(decide_par.strip()),
        "decide_le": landing.after_editions(settings, decided_at).isoformat(),
    }
    kept["decision_id"] = sha256("/".join(kept.values()).encode()).hexdigest()[:16]
    write_json(settings.landing / "decisions" / f"{kept['decision_id']}.json", kept)
    return kept


def to_decide(settings: Settings, night: str | None) -> list[dict[str, str]]:
    """What Airflow asks a human: `rapport_id`, `titre` and `resume` (Markdown) of each pending
    report.

    With the name of a `night`, only the reports no earlier night asked about; a retry of the same
    night asks again. Without it, every pending report.
    """
    asked = []
    for report in pending(settings):
        marker = settings.nights / "demandes" / f"{report.rapport_id}.json"
        if night is not None:
            if _first_asked(marker, night) != night:
                continue
            write_json(marker, {"nuit": night})
        asked.append(
            {
                "rapport_id": report.rapport_id,
                "titre": f"{report.nom} · situation au {report.date_situation}",
                "resume": _summary(report),
            }
        )
    return asked


def _first_asked(marker: Path, night: str) -> str:
    try:
        # A marker that an older version left bears no name: an earlier night asked.
        return str(read_json(marker, {"nuit": night}).get("nuit"))
    except DamagedFile:
        # Asked twice is better than never.
        return night


def decide_from_airflow(
    settings: Settings, rapport_id: str, answer: Mapping[str, Any], approve: str
) -> dict[str, Any]:
    """Keeps the answer of Airflow's human-in-the-loop view; without an answer in time, a refusal.

    The account that answered stays in Airflow: only the role is kept here.
    """
    from vigie.night.steps import run_moment

    answered = answer.get("responded_by_user") is not None
    motif = str((answer.get("params_input") or {}).get("motif") or "").strip()
    decision: Decision = "approuve" if approve in answer["chosen_options"] else "refuse"
    return decide(
        settings,
        rapport_id,
        decision,
        motif or ("Sans motif donné." if answered else "Pas de réponse avant l'échéance."),
        "Région, suivi des feuilles de route" if answered else "Échéance",
        run_moment(settings, None, answer["responded_at"]),
    )


def _summary(report: Pending) -> str:
    lines = [f"- {motif}" for motif in report.motifs]
    return "\n".join(
        [
            f"Fichier « {report.nom_fichier} », {report.acceptees_nb} ligne(s) retenue(s) sur "
            f"{report.recues_nb}.",
            "",
            *lines,
            "",
            "Approuver : le rapport entre dans les chiffres. Refuser : le précédent reste en "
            "vigueur.",
        ]
    )


def _to_validate(settings: Settings) -> list[Pending]:
    from expectations import RULES
    from vigie.reference.seeds import Reference

    if not settings.raw_path.exists():
        return []
    rules = [code for code, rule in RULES.items() if rule.review]
    names = {s: t.nom for s, t in Reference.load(settings.seeds).territories.items()}
    with raw.reader(settings.raw_path) as connection:
        rows = connection.execute(_REPORTS, {"rules": rules}).fetchall()
    return [
        Pending(
            rapport_id=row[0],
            siren_epci=row[1] or "",
            nom=names.get(row[1], row[1] or "Territoire inconnu"),
            nom_fichier=row[2],
            date_situation=f"{row[3]:%d/%m/%Y}" if row[3] else "",
            recues_nb=row[5],
            acceptees_nb=row[6],
            motifs=row[7],
        )
        for row in rows
    ]


def _raw(settings: Settings, rapport_id: str) -> Any:
    if not settings.raw_path.exists():
        raise UnknownReport(f"Aucun rapport ne porte l'identifiant « {rapport_id} ».")
    return raw.reader(settings.raw_path)
