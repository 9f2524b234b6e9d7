"""The two dates of a build, as an operator writes them."""

from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from raw_rows import Raw, write

from vigie.errors import SettingsError
from vigie.night.rebuild import cutoff_of
from vigie.settings import Settings
from vigie.warehouse.builder import Cutoff, cutoff_of_night

# Half past midnight in Paris, the day before in UTC.
RUN = datetime(2026, 11, 19, 23, 30)


def test_both_dates_are_the_day_of_the_run_in_paris_unless_written() -> None:
    # Never the end of a day that is not over: what comes in later today was not known.
    assert cutoff_of(RUN, None, None) == Cutoff(date(2026, 11, 20), RUN)
    assert cutoff_of(RUN, None, "2026-11-20") == Cutoff(date(2026, 11, 20), RUN)
    # What was known in July says nothing of November.
    assert cutoff_of(RUN, None, "2026-07-15") == Cutoff.at_end_of(date(2026, 7, 15))
    assert cutoff_of(RUN, "2026-06-30", "2026-07-15") == Cutoff(
        date(2026, 6, 30), datetime(2026, 7, 15, 23, 59, 59)
    )


@pytest.mark.parametrize("dates", [("30/06/2026", None), (None, "hier"), ("2026-13-01", None)])
def test_a_date_that_cannot_be_read_is_refused_in_french(
    dates: tuple[str | None, str | None],
) -> None:
    with pytest.raises(SettingsError, match="pas lisible : écrire AAAA-MM-JJ"):
        cutoff_of(RUN, *dates)


@pytest.mark.parametrize("dates", [("2026-11-21", None), (None, "2027-01-01")])
def test_nothing_is_true_nor_known_at_a_date_to_come(dates: tuple[str | None, str | None]) -> None:
    with pytest.raises(SettingsError, match="est à venir : donner une date jusqu'au 2026-11-20"):
        cutoff_of(RUN, *dates)


def published(settings: Settings, cutoff: Cutoff) -> None:
    settings.publication_path.parent.mkdir(parents=True, exist_ok=True)
    settings.publication_path.unlink(missing_ok=True)
    with duckdb.connect(str(settings.publication_path)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            f"create table marts.publication as select date '{cutoff.date_situation}' as date_situation_le,"
            f" timestamp '{cutoff.connu_le}' as connu_le"
        )


def test_a_night_knows_what_it_took_in_and_never_the_rest_of_its_day(tmp_path: Path) -> None:
    settings, day = Settings(home=tmp_path), date(2026, 11, 20)
    assert cutoff_of_night(settings, RUN) == Cutoff(day, RUN)
    raw, decided = Raw(), datetime(2026, 11, 20, 9, 40)
    name = raw.report(
        "246200729", date(2026, 10, 31), [{"code": "A"}], known=RUN - timedelta(days=9)
    )
    write(raw, settings.raw_path)
    assert cutoff_of_night(settings, RUN) == Cutoff(day, RUN)
    settings.raw_path.unlink()
    # Built again once the Région decided: the moment of the decision. What comes another day is not of this one.
    raw.decide(name, "approuve", decided)
    raw.decide(name, "refuse", decided + timedelta(days=1))
    write(raw, settings.raw_path)
    assert cutoff_of_night(settings, RUN) == Cutoff(day, decided)


def test_the_same_day_with_nothing_learnt_keeps_the_clocks_of_its_edition(tmp_path: Path) -> None:
    settings, later = Settings(home=tmp_path), RUN + timedelta(hours=9)
    shown = Cutoff(date(2026, 11, 20), RUN)
    published(settings, shown)
    assert cutoff_of_night(settings, later) == shown
    raw = Raw()
    raw.report("246200729", date(2026, 10, 31), [{"code": "A"}], known=later)
    write(raw, settings.raw_path)
    assert cutoff_of_night(settings, later + timedelta(hours=1)) == Cutoff(
        shown.date_situation, later + timedelta(hours=1)
    )
    # The next day has clocks of its own.
    tomorrow = RUN + timedelta(days=1)
    assert cutoff_of_night(settings, tomorrow) == Cutoff(date(2026, 11, 21), tomorrow)
