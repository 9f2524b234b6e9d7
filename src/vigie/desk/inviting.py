"""The manager's access links: give, renew, withdraw."""

from starlette.responses import RedirectResponse, Response

from vigie.desk import audit, invitations, pages
from vigie.desk.doors import MANAGERS, Door, Visit
from vigie.desk.invitations import REGION, ROLES, TERRITORY, Invitation
from vigie.desk.refusals import Refused

# Links for the operator are given on the machine that they operate.
_GIVEN = (TERRITORY, REGION)


def links(visit: Visit) -> Response:
    """The links given by the Région or for it."""
    return _page(visit)


def give(visit: Visit) -> Response:
    """Makes a link and shows it, this once."""
    role, siren = visit.text("role"), visit.text("siren")
    if role not in _GIVEN:
        raise Refused(400, "Ce lien se donne en ligne de commande (vigie desk invite).")
    desk = visit.desk
    made, link = invitations.invite(
        desk.settings, desk.reference, role, siren if role == TERRITORY else "", desk.now()
    )
    audit.note(visit, "lien_donne", made.invitation_id)
    return _page(visit, made, link)


def change(visit: Visit) -> Response:
    """Withdraws a link, or renews it."""
    desk, named = visit.desk, visit.text("lien")
    found = next((one for one in _every(visit) if one.invitation_id == named), None)
    if found is None:
        raise Refused(404, "Aucun de ces liens ne porte cet identifiant.")
    if visit.text("geste") == "renouveler":
        made, link = invitations.renew(desk.settings, desk.reference, named, desk.now())
        audit.note(visit, "lien_renouvele", named)
        return _page(visit, made, link)
    invitations.withdraw(desk.settings, named, desk.now())
    audit.note(visit, "lien_retire", named)
    return RedirectResponse("/region/acces", 303)


def _every(visit: Visit) -> list[Invitation]:
    return [one for one in invitations.every(visit.desk.settings) if one.role in _GIVEN]


def _page(visit: Visit, made: Invitation | None = None, link: str = "") -> Response:
    reference, now = visit.desk.reference, visit.desk.now()
    names = {siren: territory.nom for siren, territory in reference.territories.items()}
    return pages.show(
        visit,
        "acces.html.j2",
        liens=[
            (one, names.get(one.siren_epci, ROLES[one.role]), one.state(now))
            for one in _every(visit)
        ],
        territoires=sorted(names.items(), key=lambda known: known[1]),
        fait=made,
        pour=names.get(made.siren_epci, ROLES[made.role]) if made else "",
        adresse=link,
    )


DOORS = (
    Door("/region/acces", links, MANAGERS),
    Door("/region/acces", give, MANAGERS, "POST"),
    Door("/region/acces/{lien}", change, MANAGERS, "POST"),
)
