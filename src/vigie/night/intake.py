"""From `landing/` into raw: what it keeps that raw lacks, or everything again.

A damaged file of `landing/` is told and stops nothing else; what raw already holds of it stays.
"""

from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from vigie.arrival import landing
from vigie.errors import DamagedFile, NightIncomplete
from vigie.files import OnDamage, refuse
from vigie.night import retention
from vigie.records import Receipt
from vigie.reference.seeds import Reference
from vigie.settings import Settings
from vigie.warehouse import raw


def take_in(settings: Settings, day: date, docs: Path) -> dict[str, Any]:
    """Loads into raw the records and the reports that `landing/` keeps and raw lacks, judged as on `day`.

    `docs` is the folder of the night's Data Docs. Raw written by a version of Vigie whose tables cannot be brought up
    to date in place is made again whole. Returns `nouveaux`, `verdicts` (counts) and `incidents` (one sentence per
    file that could not be taken in). Raises OperatorError when nothing can be.
    """
    if not raw.must_be_made_again(settings.raw_path):
        return _take_in(settings, day, docs)
    before = raw.held(settings.raw_path)
    incidents = make_again(settings, day, docs)
    verdicts = raw.verdicts(settings.raw_path, before)
    return {"nouveaux": sum(verdicts.values()), "verdicts": verdicts, "incidents": incidents}


def make_again(settings: Settings, day: date, docs: Path) -> list[str]:
    """Makes raw again from `landing/` alone, and puts it in the place of the old one; returns the incidents.

    Every rule compares a report with what was known when it arrived, so the verdicts come out the same.
    Raises NightIncomplete, raw being left as it was, when it holds something that `landing/` did not give back.
    """
    fresh = replace(settings, raw_name="raw.rebuild.duckdb")
    for leftover in settings.home.glob(f"{fresh.raw_name}*"):
        leftover.unlink()
    incidents: list[str] = _take_in(fresh, day, docs)["incidents"]
    if lost := raw.held(settings.raw_path) - raw.held(fresh.raw_path):
        told = " · ".join(incidents) or ", ".join(sorted(lost))
        raise NightIncomplete(
            f"{settings.raw_path} est laissé tel quel : landing/ n'a pas redonné {len(lost)} rapport(s), décision(s) ou"
            f" séance(s) qu'il contient. {told} À faire : réparer, puis relancer ; ou, pour s'en passer, écarter"
            f" {settings.raw_path.name}."
        )
    raw.replace_by(settings.raw_path, fresh.raw_path)
    return incidents


def _take_in(settings: Settings, day: date, docs: Path) -> dict[str, Any]:
    told = _Told(settings)
    load_decisions(settings, told.damaged)
    new = unjudged(settings, told.damaged)
    verdicts: dict[str, int] = {}
    sound = [receipt for receipt in new if told.is_sound(receipt)]
    if sound:
        from vigie.night import loading

        verdicts, incidents = loading.judge_and_load(settings, sound, day, docs)
        told.sentences += incidents
    return {"nouveaux": len(new), "verdicts": verdicts, "incidents": told.sentences}


class _Told:
    """What the operator is told of the files of `landing/` that cannot be taken in."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.sentences: list[str] = []

    def damaged(self, error: DamagedFile) -> None:
        # A receipt is kept in the folder of its source.
        sender = self._names.get(error.path.parent.name)
        self.sentences.append(f"{sender} : {error}" if sender else str(error))

    def is_sound(self, receipt: Receipt) -> bool:
        """Whether the bytes are those that were received; told otherwise."""
        damage = landing.damage(self._settings, receipt)
        if damage:
            sender = self._names.get(receipt.source_id, receipt.source_id)
            self.sentences.append(f"{sender} : {damage}")
        return not damage

    @cached_property
    def _names(self) -> dict[str, str]:
        sources = Reference.load(self._settings.seeds).sources()
        return {source.source_id: source.nom for source in sources}


def unjudged(settings: Settings, on_damage: OnDamage = refuse) -> list[Receipt]:
    """The receipts of the landed reports that raw does not hold, in the order in which they were known.

    A damaged receipt is handed to `on_damage`.
    """
    known = raw.known_reports(settings.raw_path)
    return sorted(
        (r for r in landing.receipts(settings, on_damage) if r.rapport_id not in known),
        key=lambda r: (r.connu_le, r.rapport_id),
    )


def load_decisions(settings: Settings, on_damage: OnDamage = refuse) -> None:
    """Takes into raw the rows of purged reports, the decisions and the frozen sessions that `landing/` keeps.

    A damaged file is handed to `on_damage`.
    """
    path, kept = settings.raw_path, settings.landing
    with raw.writer(path):
        # Made, or brought up to date, even when there is nothing to take in.
        pass
    retention.restore_archives(settings, on_damage)
    raw.load_records(path, "decisions", "decision_id", kept / "decisions", on_damage)
    raw.load_records(
        path, "decisions_actions", "decision_id", kept / "decisions_actions", on_damage
    )
    raw.load_records(path, "seances", "seance_code", kept / "seances", on_damage)
    raw.load_session_values(path, kept / "seances", on_damage)
