"""Making again: everything from the landing area, or the warehouse as it was known on a date."""

from datetime import datetime
from pathlib import Path
from typing import Any

from vigie.clock import day_in_paris
from vigie.decisions import sessions
from vigie.errors import SettingsError
from vigie.night import intake
from vigie.night import steps as night
from vigie.settings import Settings
from vigie.warehouse import builder, raw
from vigie.warehouse.builder import Cutoff


def cutoff_of(run_at: datetime, as_of: str | None, known_on: str | None) -> Cutoff:
    """What was true on `as_of`, as known at the end of `known_on` (ISO dates), or at the run if that day is not over.

    `as_of` is by default the day `known_on`, itself by default the day of the run.
    Raises SettingsError for a date that cannot be read or is yet to come.
    """
    today = day_in_paris(run_at)
    known = night.iso_day(known_on) if known_on else today
    situation = night.iso_day(as_of) if as_of else known
    if max(situation, known) > today:
        raise SettingsError(
            f"Le {max(situation, known)} est à venir : donner une date jusqu'au {today}, jour de la commande."
        )
    return Cutoff(situation, min(Cutoff.at_end_of(known).connu_le, run_at))


def build_as_known(
    settings: Settings, run_at: datetime, as_of: str | None, known_on: str | None
) -> Path:
    """Builds everything at `cutoff_of` these dates, in its own file, and returns its path; nothing is published."""
    cutoff = cutoff_of(run_at, as_of, known_on)
    name = f"{cutoff.date_situation:%Y%m%d}_connu_{cutoff.connu_le:%Y%m%d}"
    return builder.build(settings, name, cutoff, builder.publication_id(settings, cutoff))


def rebuild(settings: Settings, run_at: datetime) -> dict[str, Any]:
    """Makes raw, the publication and the editions of the sessions again from the landing area alone.

    Returns the summary, whose `incidents` tell what could not be taken in or does not come back. Raises
    NightIncomplete, raw being left as it was, when it holds something that `landing/` did not give back.
    """
    with night.timed_step(settings, run_at, "controle") as counts:
        docs = night.docs_folder(settings, run_at)
        counts["incidents"] = intake.make_again(settings, day_in_paris(run_at), docs)
        counts["verdicts"] = raw.verdicts(settings.raw_path, but=set())
        counts["nouveaux"] = sum(counts["verdicts"].values())
    built = night.build(settings, run_at)
    night.check(settings, run_at, built)
    night.publish(settings, run_at, built)
    with night.timed_step(settings, run_at, "seances") as counts:
        counts["incidents"] = sessions.restore_editions(settings, night.run_id(run_at))
    return night.summary(settings, run_at)
