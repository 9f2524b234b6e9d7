"""Coming in and going out, the first page of each role, what every page is made of."""

from pathlib import Path

from starlette.responses import PlainTextResponse, RedirectResponse, Response

from vigie import smtp
from vigie.desk import invitations, pages, reports, served
from vigie.desk.doors import ANYONE, INSIDERS, Door, Visit
from vigie.desk.invitations import TERRITORY
from vigie.desk.refusals import Refused
from vigie.desk.sessions import Session
from vigie.diffusion.pages.style import style_sheet

_ASSETS = Path(__file__).parent / "assets"
_KEPT_AN_HOUR = {"cache-control": "max-age=3600"}


def first_page(visit: Visit) -> Response:
    """What each role has to do; for who has no session, how to come in."""
    if visit.visitor is None:
        return _way_in(visit)
    if visit.visitor.role == TERRITORY:
        return pages.show(
            visit,
            "territoire.html.j2",
            publie=served.is_published(visit.desk.settings),
            prochaine=reports.next_due(visit.desk.reference, visit.day),
            dernier=next(iter(reports.answered(visit.desk.settings, visit.who.siren)), None),
            attente=reports.waiting(visit.desk.settings, visit.who.siren),
        )
    return pages.show(
        visit,
        "accueil.html.j2",
        role=visit.visitor.role,
        publie=served.is_published(visit.desk.settings),
    )


def _way_in(visit: Visit) -> Response:
    settings = visit.desk.settings
    names = {siren: one.nom for siren, one in visit.desk.reference.territories.items()}
    return pages.show(
        visit,
        "entree.html.j2",
        contact=settings.contact,
        connexion=visit.desk.sign_on is not None,
        envoie=smtp.is_set(),
        public=settings.site_is_public and served.is_published(settings),
        territoires=sorted(names.items(), key=lambda known: known[1]),
    )


def come_in(visit: Visit) -> Response:
    """Opens a session for the bearer of a link."""
    desk, now = visit.desk, visit.desk.now()
    if desk.wrong_links.is_spent(visit.address, now):
        raise Refused(429, "Trop de liens essayés. Réessayez dans dix minutes.")
    found = invitations.found(desk.settings, visit.text("secret"), now)
    if found is None:
        desk.wrong_links.take(visit.address, now)
        raise Refused(
            403, "Ce lien n'ouvre rien : il a expiré, il a été retiré, ou il n'est pas entier."
        )
    return entered(visit, desk.sessions.open(found.invitation_id, now))


def entered(visit: Visit, session: Session) -> Response:
    """Gives the browser its session, in the place of the one that it had."""
    desk = visit.desk
    if visit.visitor is not None:
        desk.sessions.close(visit.visitor.session.token)
    response = RedirectResponse("/", 303)
    response.set_cookie(
        desk.cookie, session.token, path="/", secure=desk.is_https, httponly=True, samesite="lax"
    )
    return response


def go_out(visit: Visit) -> Response:
    """Closes the session."""
    visit.desk.sessions.close(visit.who.session.token)
    visit.desk.remembered.drop(visit.who.session.token)
    response = RedirectResponse("/", 303)
    response.delete_cookie(
        visit.desk.cookie, path="/", secure=visit.desk.is_https, httponly=True, samesite="lax"
    )
    return response


def look(_: Visit) -> Response:
    """The style sheet: that of the steering pages, then that of forms."""
    content = style_sheet() + (_ASSETS / "guichet.css").read_bytes()
    return Response(content, media_type="text/css", headers=_KEPT_AN_HOUR)


def script(_: Visit) -> Response:
    """What makes the pages more comfortable; all work without it."""
    content = (_ASSETS / "guichet.js").read_bytes()
    return Response(content, media_type="text/javascript", headers=_KEPT_AN_HOUR)


def alive(_: Visit) -> Response:
    """For whoever watches over the process."""
    return PlainTextResponse("ok")


DOORS = (
    Door("/", first_page, ANYONE),
    Door("/acces/{secret}", come_in, ANYONE),
    Door("/sortir", go_out, INSIDERS, "POST"),
    Door("/presentation/guichet.css", look, ANYONE),
    Door("/presentation/guichet.js", script, ANYONE),
    Door("/sante", alive, ANYONE),
)
