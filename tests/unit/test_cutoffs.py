"""The two dates of a build, as an operator writes them."""

from datetime import date, datetime

import pytest

from vigie.again import cutoff_of
from vigie.errors import SettingsError
from vigie.warehouse.builder import Cutoff

# Half past midnight in Paris, the day before in UTC.
RUN = datetime(2026, 11, 19, 23, 30)


def test_both_dates_are_the_day_of_the_run_in_paris_unless_written() -> None:
    assert cutoff_of(RUN, None, None) == Cutoff.at_end_of(date(2026, 11, 20))
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
