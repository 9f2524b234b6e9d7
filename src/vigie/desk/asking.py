"""A territory that lost its link asks for another, mailed to the service address declared for it."""

import logging
import smtplib

from starlette.background import BackgroundTask
from starlette.responses import Response

from vigie import smtp
from vigie.answers import mail
from vigie.clock import day_in_paris
from vigie.desk import audit, invitations, pages
from vigie.desk.doors import ANYONE, Desk, Door, Visit
from vigie.desk.invitations import TERRITORY, Invitation
from vigie.desk.refusals import Refused
from vigie.errors import VigieError
from vigie.reference.seeds import Territory

_ASKED_ONLINE = "demande en ligne"

log = logging.getLogger(__name__)


def ask(visit: Visit) -> Response:
    """Says that a link leaves if there is an address to send it to, and nothing that tells whether there is.

    What differs from one territory to another is done once the page has left: neither its words nor its time tell.
    """
    if not smtp.is_set():
        raise Refused(404, "Ce guichet n'envoie pas de lien : demandez-en un à la Région.")
    desk = visit.desk
    desk.link_requests.take(visit.address, desk.now())
    page = pages.show(visit, "lien_demande.html.j2", contact=desk.settings.contact)
    page.background = BackgroundTask(_answer, desk, visit.text("siren"))
    return page


def _answer(desk: Desk, siren: str) -> None:
    territory, now = desk.reference.territories.get(siren), desk.now()
    if territory is None:
        return
    if desk.mailed_links.is_spent(siren, now):
        log.warning("%s : assez de liens demandés aujourd'hui, aucun autre n'est envoyé", siren)
        return
    desk.mailed_links.take(siren, now)
    try:
        # Never to the address of all the others: it is not the territory.
        to = mail.recipients().get(siren)
        if not to:
            log.warning("%s : lien demandé, aucune adresse dans VIGIE_SMTP_RECIPIENTS", siren)
            return
        _mail(desk, territory, to)
    except VigieError as error:
        log.error("lien demandé par %s, non envoyé : %s", siren, error)


def _mail(desk: Desk, territory: Territory, to: list[str]) -> None:
    siren, now = territory.siren_epci, desk.now()
    made, link = invitations.invite(desk.settings, desk.reference, TERRITORY, siren, now)
    try:
        message = smtp.message(
            f"Vigie : un lien d'accès pour {territory.nom}",
            to,
            _told(desk, territory, made, link),
            made.invitation_id,
        )
        with smtp.connect() as server:
            server.send_message(message)
    except (smtplib.SMTPException, OSError, VigieError) as error:
        # It reached nobody: nobody may use it.
        invitations.withdraw(desk.settings, made.invitation_id, now)
        # The error's own text may quote an address.
        told = error if isinstance(error, VigieError) else type(error).__name__
        log.error("lien %s demandé par %s, non envoyé : %s", made.invitation_id, siren, told)
        return
    audit.keep(desk.settings, now, "lien_envoye", made.invitation_id, _ASKED_ONLINE, "")


def _told(desk: Desk, territory: Territory, made: Invitation, link: str) -> str:
    contact = desk.settings.contact or "la Région, suivi des feuilles de route numériques"
    return (
        f"Un lien d'accès au guichet a été demandé pour {territory.nom} :\n\n{link}\n\n"
        f"Il est valable jusqu'au {day_in_paris(made.expire_le):%d/%m/%Y}. Qui l'ouvre agit au nom du territoire :"
        " ne le\ntransmettez qu'à qui remplit la feuille de route. Les liens donnés avant s'ouvrent toujours.\n\n"
        f"Personne ne l'a demandé chez vous, ou un lien est à fermer ? Dites-le : {contact}.\n\n"
        "Message automatique de Vigie.\n"
    )


DOORS = (Door("/demander-un-lien", ask, ANYONE, "POST"),)
