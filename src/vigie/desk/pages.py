"""The pages of the desk: Jinja templates, in the look of the steering pages."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

import jinja2
from starlette.responses import HTMLResponse, Response

from vigie.answers.page import day, unbroken
from vigie.desk.doors import Desk, Visit, Visitor
from vigie.desk.invitations import OPERATION, REGION, TERRITORY
from vigie.settings import Settings

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MENUS: Mapping[str, tuple[tuple[str, str], ...]] = {
    TERRITORY: (
        ("/", "Accueil"),
        ("/verifier", "Vérifier ou envoyer"),
        ("/mettre-a-jour", "Mettre à jour en ligne"),
        ("/rapports", "Mes rapports"),
    ),
    REGION: (
        ("/", "Accueil"),
        ("/region/a-valider", "À valider"),
        ("/region/relances", "Relances"),
        ("/region/seances", "Séances"),
        ("/region/acces", "Liens d’accès"),
    ),
    OPERATION: (("/", "Accueil"), ("/exploitation", "Les nuits")),
}


def show(visit: Visit, template: str, status: int = 200, **values: Any) -> Response:
    """The page made from `template` for this visit."""
    return _rendered(visit.desk, visit.visitor, visit.request.url.path, template, status, values)


def refusal(desk: Desk, visitor: Visitor | None, status: int, message: str) -> Response:
    """The page that says why a request is not served."""
    values = {"message": message, "contact": desk.settings.contact}
    return _rendered(desk, visitor, "", "refus.html.j2", status, values)


def _rendered(
    desk: Desk,
    visitor: Visitor | None,
    path: str,
    template: str,
    status: int,
    values: Mapping[str, Any],
) -> Response:
    shared = {
        "menu": MENUS[visitor.role] if visitor else (),
        "ici": path,
        "jeton": visitor.form_token if visitor else "",
        "fictif": is_fictitious(desk.settings),
        "territoire": desk.reference.territory_of(visitor.siren) if visitor else None,
    }
    page = environment().get_template(template).render(**shared, **values)
    return HTMLResponse(page, status)


def download(content: bytes, name: str, media_type: str) -> Response:
    """Bytes that a browser saves, and never shows in the place of a page."""
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


def is_fictitious(settings: Settings) -> bool:
    """Whether the region of this installation is a demonstration."""
    return settings.demo_marker.exists()


def written_day(text: str) -> str:
    """A day or a moment kept as ISO text, as people write it."""
    return day(datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text))


@cache
def environment() -> jinja2.Environment:
    """The templates of the desk, and those of the answers that it shows too."""
    made = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [
                jinja2.PackageLoader("vigie.desk", "templates"),
                jinja2.PackageLoader("vigie.answers", "templates"),
            ]
        ),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["jour"] = day
    made.filters["jour_iso"] = written_day
    made.filters["insecable"] = unbroken
    return made
