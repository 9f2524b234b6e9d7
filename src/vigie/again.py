"""Making again: everything from the landing area, or the warehouse as it was known on a date."""

import os
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from vigie import night
from vigie.clock import day_in_paris
from vigie.retention import restore_archives
from vigie.settings import Settings
from vigie.warehouse import builder, raw


def build_as_known(
    settings: Settings, run_at: datetime, as_of: str | None, known_on: str | None
) -> Path:
    """Builds everything as it was true on `as_of` and known on `known_on` (ISO dates, default the run's
    day), in its own file, and returns its path; nothing is published."""
    today = day_in_paris(run_at)
    known = builder.Cutoff.at_end_of(date.fromisoformat(known_on) if known_on else today)
    cutoff = replace(known, date_situation=date.fromisoformat(as_of) if as_of else today)
    name = f"{cutoff.date_situation:%Y%m%d}_connu_{cutoff.connu_le:%Y%m%d}"
    return builder.build(settings, name, cutoff, builder.publication_id(settings, cutoff))


def rebuild(settings: Settings, run_at: datetime) -> dict[str, Any]:
    """Makes raw and the publication again from the landing area alone; raw is replaced only when complete.

    Every rule compares a report with what was known when it arrived, so the verdicts come out the same.
    Raises NightIncomplete, raw being left as it was, when a defect keeps some report from being judged.
    """
    fresh = replace(settings, raw_name="raw.rebuild.duckdb")
    fresh.raw_path.unlink(missing_ok=True)
    restore_archives(fresh)
    night.require_whole(night.gate_and_load(fresh, run_at)["incidents"])
    with raw.without_writers(settings.raw_path):
        os.replace(fresh.raw_path, settings.raw_path)
    built = night.build(settings, run_at)
    night.check(settings, run_at, built)
    night.publish(settings, run_at, built)
    return night.summary(settings, run_at)
