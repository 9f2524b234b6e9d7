"""What is published, read-only: the steering pages, the files for tools, the workbook to fill in."""

import mimetypes
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.responses import RedirectResponse, Response

from vigie.answers.page import TEMPLATE_NAME
from vigie.desk import pages
from vigie.desk.doors import ANYONE, INSIDERS, MANAGERS, OPERATORS, TERRITORIES, Door, Visit
from vigie.desk.pages import WORKBOOK, download
from vigie.desk.refusals import Refused
from vigie.reading.template import write_template
from vigie.reference.seeds import Reference
from vigie.settings import Settings

# The policy that the steering pages write in themselves, and no frame around them.
_SITE_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; font-src data:; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_SHOWN = {".html", ".css", ".js", ".pdf"}
_NOTHING_YET = "Rien n'est publié à cette adresse pour le moment."


def steering(visit: Visit) -> Response:
    """A file of the steering pages: the same for all who read them, since nothing confidential is published."""
    name = _straight(visit.text("chemin") or "index.html")
    return _file(_site(visit.desk.settings), name)


def is_published(settings: Settings) -> bool:
    """Whether there are steering pages to read."""
    return (_site(settings) / "index.html").is_file()


def own_figures(visit: Visit) -> Response:
    """The page of the territory."""
    return RedirectResponse(f"/site/territoires/{visit.who.siren}.html", 303)


def exports(visit: Visit) -> Response:
    """The files for tools, one per table and form."""
    folder = visit.desk.settings.published / "exports"
    files = sorted(path for path in folder.glob("*") if path.is_file())
    return pages.show(
        visit, "fichiers.html.j2", fichiers=[(f.name, f.stat().st_size) for f in files]
    )


def export(visit: Visit) -> Response:
    """One file for tools."""
    return _file(visit.desk.settings.published / "exports", _straight(visit.text("nom")))


def template(visit: Visit) -> Response:
    """The workbook to fill in, as ready as Vigie can make it for this territory."""
    content = workbook(visit.desk.reference, visit.who.siren)
    return download(content, TEMPLATE_NAME, WORKBOOK)


def workbook(reference: Reference, siren: str) -> bytes:
    """What `vigie template --siren` writes."""
    with TemporaryDirectory(prefix="vigie-guichet-") as folder:
        path = Path(folder) / TEMPLATE_NAME
        write_template(path, reference, siren)
        return path.read_bytes()


def _site(settings: Settings) -> Path:
    return settings.published / "site"


def _straight(name: str) -> str:
    """The name, which goes down folders and nowhere else: a detour would show what the guard did not look at.

    Raises Refused for any other, and for what is hidden.
    """
    if "\0" in name or any(part.startswith(".") or not part for part in name.split("/")):
        raise Refused(404, _NOTHING_YET)
    return name


def _file(folder: Path, name: str) -> Response:
    """The file `name` of a folder, never one outside of it, even by a link."""
    root = folder.resolve()
    path = (root / name).resolve()
    if not path.is_relative_to(root) or not path.is_file():
        raise Refused(404, _NOTHING_YET)
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix not in _SHOWN:
        return download(path.read_bytes(), path.name, media_type)
    headers = {"content-security-policy": _SITE_POLICY}
    return Response(path.read_bytes(), media_type=media_type, headers=headers)


def doors(settings: Settings) -> tuple[Door, ...]:
    """The doors to what is published; without a link, those that the Région opens to all."""
    readers = ANYONE if settings.site_is_public else INSIDERS
    return (
        Door("/site/", steering, readers),
        Door("/site/{chemin:path}", steering, readers),
        Door("/mes-chiffres", own_figures, TERRITORIES),
        Door(f"/{TEMPLATE_NAME}", template, TERRITORIES),
        Door("/fichiers", exports, MANAGERS | OPERATORS),
        Door("/fichiers/{nom}", export, MANAGERS | OPERATORS),
    )
