"""What a territory sent and what was answered, what is due and when."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from starlette.responses import Response

from vigie.answers import sending
from vigie.answers.workbook import COPY_NAME
from vigie.desk import deposits, pages
from vigie.desk.doors import TERRITORIES, Door, Visit
from vigie.desk.pages import WORKBOOK, download
from vigie.desk.refusals import Refused
from vigie.records import Receipt
from vigie.reference.seeds import Campaign, Reference
from vigie.settings import Settings

_ANSWERS = {"accuse.html": "text/html", "remarques.csv": "text/csv", COPY_NAME: WORKBOOK}
# The page of an answer bears its own style, and must run nothing.
_ANSWER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_FICTITIOUS = "[DONNÉES FICTIVES] "


@dataclass(frozen=True)
class Answered:
    """A report that the gate judged: the day of its situation (None: unknown), the answer in words, where it is."""

    rapport_id: str
    situation: date | None
    reponse: str
    copie: str | None
    folder: Path


def answered(settings: Settings, siren: str) -> list[Answered]:
    """The answers to one territory, the latest situation first."""
    found = [
        Answered(
            rapport_id=state["rapport_id"],
            situation=_day(folder.name.partition("_")[0]),
            reponse=state["objet"].removeprefix(_FICTITIOUS).partition(" : ")[0],
            copie=state["copie"],
            folder=folder,
        )
        for folder, state in sending.answer_folders(settings, siren)
    ]
    return found[::-1]


def answer_to(settings: Settings, siren: str, rapport_id: str) -> Answered | None:
    """The answer to one report of this territory, None when it has none."""
    return next((a for a in answered(settings, siren) if a.rapport_id == rapport_id), None)


def waiting(settings: Settings, siren: str) -> list[Receipt]:
    """What the territory sent here and no night judged yet, the last first."""
    known = {answer.rapport_id for answer in answered(settings, siren)}
    return [r for r in deposits.received(settings, siren) if r.rapport_id not in known]


def next_due(reference: Reference, day: date) -> Campaign | None:
    """The first period whose report is still awaited at `day`; None after the last."""
    return next((c for c in reference.campaigns if c.echeance_le >= day), None)


def history(visit: Visit) -> Response:
    """Every report of the territory and its answer."""
    settings, siren = visit.desk.settings, visit.who.siren
    return pages.show(
        visit,
        "rapports.html.j2",
        attente=waiting(settings, siren),
        rapports=answered(settings, siren),
        prochaine=next_due(visit.desk.reference, visit.day),
    )


def answer(visit: Visit) -> Response:
    """One file of an answer, as the night wrote it."""
    name = visit.text("nom")
    found = answer_to(visit.desk.settings, visit.who.siren, visit.text("rapport_id"))
    path = found.folder / name if found and name in _ANSWERS else None
    if path is None or not path.is_file():
        raise Refused(404, "Aucun de vos rapports n'a cette réponse.")
    content = path.read_bytes()
    if name != "accuse.html":
        return download(content, name, _ANSWERS[name])
    headers = {"content-security-policy": _ANSWER_POLICY}
    return Response(content, media_type=_ANSWERS[name], headers=headers)


def next_report(visit: Visit) -> Response:
    """The workbook that an answer leads to: the actions of the territory, to be sent back with what changed."""
    path = visit.desk.settings.answers / visit.who.siren / sending.NEXT_REPORT
    if not path.is_file():
        raise Refused(404, "Aucun de vos rapports n'a encore été accepté.")
    return download(path.read_bytes(), sending.NEXT_REPORT, WORKBOOK)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        # A report without a date of situation.
        return None


DOORS = (
    Door("/rapports", history, TERRITORIES),
    # Where the page of an answer, written to be read in its folder, looks for it.
    Door(f"/rapports/{sending.NEXT_REPORT}", next_report, TERRITORIES),
    Door("/rapports/{rapport_id}/{nom}", answer, TERRITORIES),
)
