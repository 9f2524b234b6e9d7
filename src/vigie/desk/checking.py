"""Checking a file before it is sent, and sending it."""

from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from vigie.answers.page import Findings, field_labels
from vigie.answers.workbook import COPY_NAME
from vigie.desk import audit, deposits, pages, reports
from vigie.desk.checks import CheckedFile
from vigie.desk.deposits import deposit, shown_name
from vigie.desk.doors import TERRITORIES, Door, Visit
from vigie.desk.pages import WORKBOOK, download
from vigie.desk.refusals import Refused

_FORGOTTEN = "Ce fichier n'est plus en mémoire : choisissez-le de nouveau."


def form(visit: Visit) -> Response:
    """Where a file is chosen."""
    return pages.show(visit, "verifier.html.j2", limite=_limit(visit))


async def take(visit: Visit) -> Response:
    """Says what the gate would say of the file, or sends it."""
    file = visit.form.get("fichier")
    if not isinstance(file, UploadFile) or not file.filename:
        raise Refused(400, "Aucun fichier n'a été choisi : revenez en arrière et choisissez-en un.")
    name, content = shown_name(file.filename), await file.read()
    if visit.text("geste") == "envoyer":
        return sent(visit, name, content)
    desk = visit.desk
    checked = await desk.checks.check(name, content, visit.who.siren, visit.day)
    desk.remembered.keep(visit.who.session.token, checked, desk.now())
    return show_checked(visit, checked)


def show_checked(visit: Visit, file: CheckedFile) -> Response:
    """The verdict on a file, and what to do next."""
    return pages.show(
        visit,
        "verdict.html.j2",
        fichier=file,
        findings=Findings.of(file.checked.remarques),
        libelles=field_labels(visit.desk.settings.seeds),
        limite=_limit(visit),
    )


def send_checked(visit: Visit) -> Response:
    """Sends the file just checked, without its being chosen again."""
    file = _remembered(visit)
    visit.desk.remembered.drop(visit.who.session.token)
    return sent(visit, file.name, file.content)


def sent(visit: Visit, name: str, content: bytes) -> Response:
    """Keeps the file in landing, then shows its receipt."""
    made = deposit(visit.desk.settings, visit.territory, name, content, visit.desk.moment())
    audit.note(visit, "envoi", made.receipt.rapport_id)
    again = "" if made.is_new else "?deja=oui"
    return RedirectResponse(f"/envois/{made.receipt.rapport_id}{again}", 303)


def receipt(visit: Visit) -> Response:
    """What was received, and when it will be in the figures."""
    named = visit.text("rapport_id")
    sent_by_it = deposits.received(visit.desk.settings, visit.who.siren)
    found = next((one for one in sent_by_it if one.rapport_id == named), None)
    if found is None:
        raise Refused(404, "Aucun de vos envois ne porte cette référence.")
    return pages.show(
        visit,
        "recu.html.j2",
        recu=found,
        deja="deja" in visit.request.query_params,
        reponse=reports.answer_to(visit.desk.settings, visit.who.siren, named),
    )


def annotated_copy(visit: Visit) -> Response:
    """The workbook just checked, its cells coloured and commented."""
    file = _remembered(visit)
    if file.copy is None:
        raise Refused(404, _FORGOTTEN)
    return download(file.copy, COPY_NAME, WORKBOOK)


def _remembered(visit: Visit) -> CheckedFile:
    file = visit.desk.remembered.of(visit.who.session.token, visit.desk.now())
    if file is None:
        raise Refused(404, _FORGOTTEN)
    return file


def _limit(visit: Visit) -> int:
    return visit.desk.settings.max_report_bytes // 1024**2


DOORS = (
    Door("/verifier", form, TERRITORIES),
    Door("/verifier", take, TERRITORIES, "POST", takes_file=True),
    Door("/verifier/copie", annotated_copy, TERRITORIES),
    Door("/envoyer", send_checked, TERRITORIES, "POST"),
    Door("/envois/{rapport_id}", receipt, TERRITORIES),
)
