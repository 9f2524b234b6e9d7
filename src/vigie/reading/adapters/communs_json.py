"""Projects in the JSON of Les Communs: a list of them, alone or under `projets`."""

from typing import Any

from vigie.reading.adapters.codes import unreadable
from vigie.reading.adapters.communs import status_of
from vigie.reading.adapters.record_table import RecordTable, as_text, read_records
from vigie.reading.fields import Fields
from vigie.records import ParsedReport, Receipt
from vigie.settings import Settings

FORMAT = "communs_json"
_HEADERS = (
    "siren_epci",
    "code_action",
    "intitule",
    "descriptif",
    "statut",
    "budget_prevu_eur",
    "date_debut_prevue",
    "axe",
)


def projects_of(document: Any) -> list[dict[str, Any]] | None:
    """The projects of a document, None when it is not of this format."""
    found = document.get("projets") if isinstance(document, dict) else document
    if not isinstance(found, list) or not found:
        return None
    is_project = all(isinstance(p, dict) and {"externalId", "nom"} <= p.keys() for p in found)
    return found if is_project else None


def read_projects(
    projects: list[dict[str, Any]],
    receipt: Receipt,
    fields: Fields,
    settings: Settings,
) -> ParsedReport:
    """The report of the projects of one intercommunalité. What names its contact is not read."""
    try:
        rows = [_row(project, receipt.siren_epci) for project in projects]
    except (KeyError, TypeError, AttributeError) as error:
        raise unreadable("FIC-TRONQUE") from error
    table = RecordTable("Projets", _HEADERS, rows, range(1, len(rows) + 1))
    return read_records([table], FORMAT, {}, [], receipt, fields, settings)


def _row(project: dict[str, Any], sender: str) -> list[str]:
    """The cells of a project. Shared by several intercommunalités, it is in this file that of its sender."""
    sirens = [
        as_text(place.get("code"))
        for place in project.get("collectivites") or []
        if place.get("type") == "EPCI"
    ]
    return [
        sender if sender in sirens else next(iter(sirens), ""),
        as_text(project["externalId"]),
        as_text(project["nom"]),
        as_text(project.get("description")),
        status_of(project.get("phase"), project.get("phaseStatut")),
        as_text(project.get("budgetPrevisionnel")),
        as_text(project.get("dateDebutPrevisionnelle")),
        as_text(project.get("programme")),
    ]
