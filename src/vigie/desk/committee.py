"""The manager's committee: sessions frozen, territories to remind."""

from typing import Any

import duckdb
from starlette.responses import RedirectResponse, Response

from vigie.arrival import landing
from vigie.desk import audit, pages
from vigie.desk.doors import MANAGERS, Desk, Door, Visit
from vigie.desk.refusals import Refused
from vigie.desk.reports import next_due
from vigie.text import without_controls

_LONGEST_NAME = 80
_LATE = """
    select siren_epci, t.nom, a.message, a.mesure as jours
    from marts.alertes as a inner join marts.dim_territoires as t using (siren_epci)
    where a.alerte_code = 'rapport_en_retard'
    order by t.nom
"""


def sessions(visit: Visit) -> Response:
    """The sessions frozen, and how to freeze another."""
    return pages.show(
        visit,
        "seances.html.j2",
        seances=landing.session_records(visit.desk.settings),
        derniere=visit.desk.freezer.last,
    )


def freeze(visit: Visit) -> Response:
    """Freezes a session as `vigie session freeze` does, beside the pages."""
    name = without_controls(visit.text("nom"))
    if not name or len(name) > _LONGEST_NAME:
        raise Refused(400, f"Donnez à la séance un nom de {_LONGEST_NAME} caractères au plus.")
    visit.desk.freezer.start(visit.desk.settings, name)
    audit.note(visit, "seance_figee", name)
    return RedirectResponse("/region/seances", 303)


def to_remind(visit: Visit) -> Response:
    """The territories whose report is awaited, with the message to send them."""
    due = next_due(visit.desk.reference, visit.day)
    return pages.show(
        visit,
        "relances.html.j2",
        retards=_late(visit.desk),
        prochaine=due,
        adresse=visit.desk.settings.desk_url,
        contact=visit.desk.settings.contact,
    )


def _late(desk: Desk) -> list[dict[str, Any]]:
    path = desk.settings.publication_path
    if not path.exists():
        return []
    with duckdb.connect(str(path), read_only=True) as connection:
        result = connection.execute(_LATE)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


DOORS = (
    Door("/region/seances", sessions, MANAGERS),
    Door("/region/seances", freeze, MANAGERS, "POST"),
    Door("/region/relances", to_remind, MANAGERS),
)
