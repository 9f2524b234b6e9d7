"""The manager's decisions of a session of the committee: noted, then followed by the figures or by a note."""

from typing import Any

from starlette.responses import RedirectResponse, Response

from vigie.arrival import landing
from vigie.decisions import resolutions
from vigie.desk import audit, pages, served
from vigie.desk.doors import MANAGERS, Door, Visit
from vigie.desk.invitations import REGION, ROLES
from vigie.desk.refusals import Refused
from vigie.diffusion import steps as diffusion
from vigie.reading.values.scalars import read_amount


def session(visit: Visit) -> Response:
    """A session: its decisions and what became of each, where to note another."""
    settings, record = visit.desk.settings, _record(visit)
    code = record["seance_code"]
    return pages.show(
        visit,
        "seance.html.j2",
        seance=record,
        decisions=[one for one in resolutions.of_sessions(settings) if one.seance_code == code],
        suites=diffusion.follow_up(settings, code),
        etats=resolutions.STATES,
        mesures=diffusion.measures(settings),
        phrase_max=resolutions.LONGEST,
        publie=served.is_published(settings),
    )


def resolve(visit: Visit) -> Response:
    """Notes a decision, or what became of one, as `vigie session decide` and `settle` do."""
    record, settings = _record(visit), visit.desk.settings
    role, now = ROLES[REGION], visit.desk.moment()
    if visit.text("geste") == "suite":
        kept = resolutions.note(settings, visit.text("decision_id"), visit.text("etat"), role, now)
        audit.note(visit, "suite_notee", kept.decision_id)
    else:
        measure = visit.text("mesure")
        if measure:
            diffusion.require_measure(settings, measure)
        kept = resolutions.decide(
            settings, record["nom"], visit.text("phrase"), role, now, measure, _target(visit)
        )
        audit.note(visit, "decision_notee", kept.decision_id)
    return RedirectResponse(f"/region/seances/{record['seance_code']}", 303)


def _record(visit: Visit) -> dict[str, Any]:
    code = visit.text("seance_code")
    for record in landing.session_records(visit.desk.settings):
        if record["seance_code"] == code:
            return record
    raise Refused(404, "Aucune séance figée ne porte ce nom.")


def _target(visit: Visit) -> float | None:
    written = visit.text("cible")
    target, _ = read_amount(written, in_euros=False) if written else (None, "")
    if written and target is None:
        raise Refused(400, f"La cible « {written} » n’est pas un nombre.")
    return target


DOORS = (
    Door("/region/seances/{seance_code}", session, MANAGERS),
    Door("/region/seances/{seance_code}", resolve, MANAGERS, "POST"),
)
