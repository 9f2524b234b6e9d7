"""The manager's reports: what waits, what the gate saw of it, approve or refuse with a reason."""

from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from vigie.answers.page import Findings, field_labels
from vigie.decisions import review
from vigie.desk import audit, known, pages
from vigie.desk.doors import MANAGERS, Door, Visit
from vigie.desk.invitations import REGION, ROLES
from vigie.desk.known import Row
from vigie.desk.refusals import Refused
from vigie.verdicts import titled

_COMPARED = {"statut": "{}", "taux_avancement": "{} %", "date_fin_prevue": "fin prévue le {}"}
_LONGEST_REASON = 2_000
_DECISIONS: dict[str, review.Decision] = {"approuver": "approuve", "refuser": "refuse"}


@dataclass(frozen=True)
class Compared:
    """An action of the report beside the same in the report in force; `avant` is empty for a new one, `apres` for one
    that vanished."""

    intitule: str
    avant: str
    apres: str


def waiting(visit: Visit) -> Response:
    """The reports that wait for the Région, the oldest first."""
    return pages.show(visit, "a_valider.html.j2", rapports=review.pending(visit.desk.settings))


def report(visit: Visit) -> Response:
    """One report: what the gate said, what changes from the one in force, the decisions taken."""
    settings, reference = visit.desk.settings, visit.desk.reference
    state = review.show(settings, visit.text("rapport_id"))
    told = state["rapport"]
    siren = told["siren_epci"] or ""
    before = known.last_report(settings, reference, siren)
    after = known.actions_of(settings, reference, told["rapport_id"])
    territory = reference.territory_of(siren)
    return pages.show(
        visit,
        "rapport.html.j2",
        rapport=told,
        nom=territory.nom if territory else "Territoire non reconnu",
        verdict=titled(told["verdict"]),
        findings=Findings.of(state["controles"]),
        libelles=field_labels(settings.seeds),
        decisions=state["decisions"],
        actions_nb=len(after),
        ecarts=compared(before.actions, after) if before.rapport_id != told["rapport_id"] else [],
        en_vigueur=before,
    )


def decide(visit: Visit) -> Response:
    """Keeps a decision, as `vigie review` does: the next night takes it into account."""
    decision = _DECISIONS.get(visit.text("geste"))
    reason, rapport_id = visit.text("motif"), visit.text("rapport_id")
    if decision is None or len(reason) > _LONGEST_REASON:
        raise Refused(400, "Décision non comprise : approuver ou refuser, avec un motif court.")
    role = ROLES[REGION]
    review.decide(visit.desk.settings, rapport_id, decision, reason, role, visit.desk.moment())
    audit.note(visit, decision, rapport_id)
    return RedirectResponse(f"/region/rapports/{rapport_id}", 303)


def compared(before: list[Row], after: list[Row]) -> list[Compared]:
    """What differs from one report to the next: new actions, actions gone, status, progress or date changed."""
    old = {action["code_action"]: action for action in before}
    new = {action["code_action"]: action for action in after}
    codes = dict.fromkeys([*new, *old])
    rows = [
        Compared((new.get(c) or old[c])["intitule"], _told(old.get(c)), _told(new.get(c)))
        for c in codes
    ]
    return [row for row in rows if row.avant != row.apres]


def _told(action: Row | None) -> str:
    if action is None:
        return ""
    shown = action | {
        "date_fin_prevue": pages.written_day(end) if (end := action.get("date_fin_prevue")) else ""
    }
    told = (words.format(shown[name]) for name, words in _COMPARED.items() if shown.get(name))
    return " · ".join(told) or "présente"


DOORS = (
    Door("/region/a-valider", waiting, MANAGERS),
    Door("/region/rapports/{rapport_id}", report, MANAGERS),
    Door("/region/rapports/{rapport_id}", decide, MANAGERS, "POST"),
)
