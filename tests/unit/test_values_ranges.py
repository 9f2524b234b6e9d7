"""A range gives its beginning to a start and its last day to an end; a bound, its day where it bounds."""

from datetime import date

import pytest

from vigie.reading.values.ranges import read_when

PERIOD = "LEC-DATE-PERIODE"


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2025-2027", date(2025, 1, 1), date(2027, 12, 31)),
        ("2025/2026", date(2025, 1, 1), date(2026, 12, 31)),
        ("de 2025 à 2027", date(2025, 1, 1), date(2027, 12, 31)),
        ("2025 et 2026", date(2025, 1, 1), date(2026, 12, 31)),
        ("mars-juin 2026", date(2026, 3, 1), date(2026, 6, 30)),
        ("mai/juin 2025", date(2025, 5, 1), date(2025, 6, 30)),
        ("nov – déc 2026", date(2026, 11, 1), date(2026, 12, 31)),
        ("de mars à juin 2026", date(2026, 3, 1), date(2026, 6, 30)),
        ("T1-T2 2026", date(2026, 1, 1), date(2026, 6, 30)),
        ("T3 2025 à T2 2026", date(2025, 7, 1), date(2026, 6, 30)),
        ("01/2025 - 06/2026", date(2025, 1, 1), date(2026, 6, 30)),
        ("du 01/03/2026 au 30/06/2026", date(2026, 3, 1), date(2026, 6, 30)),
        ("10 mars au 15 avril 2026", date(2026, 3, 10), date(2026, 4, 15)),
    ],
)
def test_a_range_is_read_by_the_role_of_its_column(text: str, start: date, end: date) -> None:
    assert read_when(text, is_end=False) == (start, PERIOD)
    assert read_when(text, is_end=True) == (end, PERIOD)


@pytest.mark.parametrize(
    ("text", "is_end", "day"),
    [
        ("d'ici fin 2026", True, date(2026, 12, 31)),
        ("avant la fin 2026", True, date(2026, 12, 31)),
        ("avant le 30/06/2026", True, date(2026, 6, 30)),
        ("au plus tard fin juin 2026", True, date(2026, 6, 30)),
        ("jusqu’en 2027", True, date(2027, 12, 31)),
        ("jusqu'au 31/12/2026", True, date(2026, 12, 31)),
        ("à partir de 2025", False, date(2025, 1, 1)),
        ("dès janvier 2025", False, date(2025, 1, 1)),
        ("depuis le 12/03/2025", False, date(2025, 3, 12)),
    ],
)
def test_a_bound_is_read_in_the_column_that_it_bounds_alone(
    text: str, is_end: bool, day: date
) -> None:
    assert read_when(text, is_end) == (day, PERIOD)
    assert read_when(text, not is_end) == (None, "")


@pytest.mark.parametrize(
    "text", ["2027-2025", "juin-mars 2026", "avant 2027", "d'ici juin 2026", "1-15 mars 2026", "15/03-30/06/2026",
             "2025-27", "été 2026", "mars et/ou juin 2026", "2 à 3 mois", "- 2026", "2025 -"],
)  # fmt: skip
def test_what_leaves_a_doubt_is_not_read(text: str) -> None:
    assert read_when(text, is_end=True) == (None, "")
