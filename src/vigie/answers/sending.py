"""What each sender gets back: an acknowledgement, a list of remarks, their own workbook
annotated, a mail.
"""

import json
import logging
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from vigie import smtp
from vigie.arrival import landing
from vigie.errors import DamagedFile, VigieError
from vigie.files import make_private, read_json
from vigie.incidents import Defect, defect_of
from vigie.records import Receipt
from vigie.reference.seeds import Reference
from vigie.settings import Settings
from vigie.warehouse import raw

if TYPE_CHECKING:
    from vigie.answers.page import Told
    from vigie.reading.adapters.isolation import Apart

STATE = "reponse.json"
NEXT_REPORT = "prochain-rapport.xlsx"
_STATE_FIELDS = {"rapport_id", "decision_id", "objet", "copie"}
# What raw keeps of a receipt.
_RECEIPT = tuple(f.name for f in fields(Receipt) if f.name != "correspondance")
READ_AT_ONCE = 200
_NO_SIREN, _NO_DATE = "sans-siren", "sans-date"
# The machine or the operator, not an answer.
_NOT_A_DEFECT = (VigieError, OSError)

log = logging.getLogger(__name__)

_REPORTS = """
    with decidees as (
        select rapport_id, arg_max(decision_id, row(decide_le, decision_id)) as decision_id
        from decisions
        group by rapport_id
    )
    select r.rapport_id, r.date_situation, d.decision_id, {receipt}
    from rapports as r
    left join decidees as d on r.rapport_id = d.rapport_id
    order by r.connu_le, r.rapport_id
"""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """An answer to write: where, for which bytes, after which decision (None when there is none)."""

    rapport_id: str
    folder: Path
    receipt: Receipt
    decision_id: str | None


def write_missing(settings: Settings) -> tuple[int, list[str]]:
    """Writes the answers that loaded reports still lack, then mails those not mailed yet.

    A report already answered is left alone until a decision changes what its sender must know. A
    report whose bytes were purged is not answered again. Returns how many answers were written, and one sentence for
    the operator per answer that damaged bytes or a defect of Vigie kept from being written: the next call tries again.
    """
    if not settings.raw_path.exists():
        return 0, []
    make_private(settings.answers)
    with raw.reader(settings.raw_path) as connection:
        incidents: list[str] = []
        missing = list(_sound(_missing(connection, settings), settings, incidents.append))
        # Before the answers, which link to them: a night cut between the two writes both again.
        incidents += _write_next_reports(connection, missing, settings)
        broken = list(_write_all(connection, missing, settings)) if missing else []
    if missing and not settings.template_url:
        _write_template(settings)
    _send(settings)
    return len(missing) - len(broken), [*incidents, *broken]


def _write_next_reports(
    connection: duckdb.DuckDBPyConnection, missing: Sequence[Answer], settings: Settings
) -> Iterator[str]:
    """Writes the workbook of the next report of each territory that is answered; gives what to say of defects."""
    if not missing:
        return
    from vigie.answers import last_state

    reference = Reference.load(settings.seeds)
    for folder in sorted({answer.folder.parent for answer in missing}):
        try:
            last_state.write_changed(connection, reference, folder, NEXT_REPORT)
        except _NOT_A_DEFECT:
            raise
        except Exception as error:
            defect = defect_of(error)
            incident = (
                f"{folder.name} : le classeur de son prochain rapport n'a pas pu être écrit, par un défaut de Vigie "
                f"({defect.nature}) ; ses réponses, elles, le sont. Transmettez le journal à qui maintient Vigie."
            )
            log.error("%s\n%s", incident, defect.trace)
            yield incident


def _write_template(settings: Settings) -> None:
    """The blank template beside the answers, which link to it: an installation may publish it elsewhere."""
    from vigie.answers.page import TEMPLATE_NAME
    from vigie.reading.template import write_template

    write_template(settings.answers / TEMPLATE_NAME, Reference.load(settings.seeds))


def _missing(connection: duckdb.DuckDBPyConnection, settings: Settings) -> Iterator[Answer]:
    written = {path.name.rpartition("_")[2]: path for path in settings.answers.glob("*/*_*")}
    owners = Reference.load(settings.seeds).owners()
    kept = ", ".join(f"r.{name}" for name in _RECEIPT)
    rows = connection.execute(_REPORTS.format(receipt=kept)).fetchall()
    for rapport_id, day, decision_id, *values in rows:
        # An answer that a power cut left half written has no state, and is written again.
        state = _state(written[rapport_id]) if rapport_id in written else {}
        if state and (decision_id is None or state["decision_id"] == decision_id):
            continue
        receipt = Receipt(**dict(zip(_RECEIPT, values, strict=True)))
        if landing.content_path(settings, receipt.sha256).exists():
            # To whom sent the file: the SIREN written inside may be another territory's.
            sender = owners.get(receipt.source_id) or receipt.siren_epci or _NO_SIREN
            folder = settings.answers / sender / f"{day or _NO_DATE}_{rapport_id}"
            yield Answer(rapport_id, folder, receipt, decision_id)


def _sound(
    answers: Iterable[Answer], settings: Settings, tell: Callable[[str], None]
) -> Iterator[Answer]:
    for answer in answers:
        if damage := landing.damage(settings, answer.receipt):
            tell(f"{answer.folder.parent.name} : {damage}")
        else:
            yield answer


def _state(folder: Path) -> dict[str, Any]:
    """What an answer says of itself; empty when it does not stand whole."""
    try:
        state: dict[str, Any] = read_json(folder / STATE, {})
    except DamagedFile:
        return {}
    return state if state.keys() >= _STATE_FIELDS else {}


def _write_all(
    connection: duckdb.DuckDBPyConnection, missing: Sequence[Answer], settings: Settings
) -> Iterator[str]:
    from vigie.reading.adapters.isolation import Apart

    with closing(Apart(settings)) as apart:
        for start in range(0, len(missing), READ_AT_ONCE):
            yield from _write(connection, missing[start : start + READ_AT_ONCE], settings, apart)


def _write(
    connection: duckdb.DuckDBPyConnection,
    some: Sequence[Answer],
    settings: Settings,
    apart: "Apart",
) -> Iterator[str]:
    from vigie.answers import page as answer_page

    answers = {answer.rapport_id: answer for answer in some}
    for told in answer_page.gather(connection, list(answers), settings):
        try:
            _write_one(answers[told.report["rapport_id"]], told, settings, apart)
        except _NOT_A_DEFECT:
            raise
        except Exception as error:
            defect = defect_of(error)
            incident = _incident(told, defect)
            log.error("%s\n%s", incident, defect.trace)
            yield incident


def _incident(told: "Told", defect: Defect) -> str:
    return (
        f"{told.territory} : la réponse à « {told.report['nom_fichier']} » ({told.report['rapport_id']}) n'a pas pu "
        f"être écrite, par un défaut de Vigie ({defect.nature}) ; le rapport, lui, est jugé et chargé. Transmettez le "
        "journal à qui maintient Vigie ; la réponse sera reprise la nuit prochaine, ou dès la correction par "
        "« vigie gate »."
    )


def _write_one(answer: Answer, told: "Told", settings: Settings, apart: "Apart") -> None:
    from vigie.answers import page as answer_page
    from vigie.answers import workbook as annotated

    draft = answer.folder.with_name(f".{answer.folder.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    content = landing.local_copy(settings, answer.receipt)
    try:
        copy = annotated.write_copy(content, draft, told.controls, told.report["recues_nb"], apart)
    finally:
        landing.drop_copy(settings, answer.receipt)
    has_next = (answer.folder.parent / NEXT_REPORT).exists()
    page = answer_page.page(told, copy, NEXT_REPORT if has_next else None)
    (draft / "accuse.html").write_text(page, encoding="utf-8")
    (draft / "remarques.csv").write_text(
        answer_page.remarks(told), encoding="utf-8-sig", newline=""
    )
    state = {
        "rapport_id": answer.rapport_id,
        "decision_id": answer.decision_id,
        "verdict": told.report["verdict"],
        "objet": answer_page.subject(told),
        "copie": copy,
    }
    (draft / STATE).write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")
    # Nothing is flushed to disk: an answer that a crash loses is written again by the next run.
    shutil.rmtree(answer.folder, ignore_errors=True)
    os.replace(draft, answer.folder)


def _send(settings: Settings) -> None:
    if not smtp.is_set():
        return
    from vigie.answers import mail

    mail.send_missing(settings)


def answer_folders(settings: Settings, siren: str = "*") -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every whole answer written, or those of one sender, with its state, by territory then date."""
    for path in sorted(settings.answers.glob(f"{siren}/*/{STATE}")):
        if not path.parent.name.startswith(".") and (state := _state(path.parent)):
            yield path.parent, state
