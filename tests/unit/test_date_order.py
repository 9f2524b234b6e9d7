"""Month or day first: the dates of a report tell it together, in any data set."""

from datetime import date

import pandas as pd
import pytest
from test_values_reading import actions, read, report, told

from vigie.records import GRANTS, LONG_INDICATORS


def days(frame: pd.DataFrame, champ: str) -> list[date | None]:
    return [day.date() if pd.notna(day) else None for day in frame[champ]]


def test_a_report_whose_dates_have_the_month_first_is_read_so_and_told_once() -> None:
    rows, observations = actions(
        {"date_debut_prevue": "03/04/2026", "date_fin_prevue": "12/14/26"},
        {"date_debut_prevue": "2026-02-01", "date_fin_prevue": "31 mai 2027"},
        {"date_debut_prevue": None, "date_fin_prevue": "05-06-2026"},
    )
    assert days(rows, "date_debut_prevue") == [date(2026, 3, 4), date(2026, 2, 1), None]
    assert days(rows, "date_fin_prevue") == [
        date(2026, 12, 14),
        date(2027, 5, 31),
        date(2026, 5, 6),
    ]
    assert told(observations) == [("LEC-DATE-MOIS-DEVANT", 0, "12/14/26")]


def test_the_order_of_a_report_is_not_that_of_another() -> None:
    american = report([{"code_action": "A", "date_fin_prevue": "12/14/2026"}], name="b")
    french = report([{"code_action": "A", "date_fin_prevue": "03/04/2026"}], name="c")
    assert days(read(french, american, french).actions, "date_fin_prevue") == [
        date(2026, 4, 3),
        date(2026, 12, 14),
        date(2026, 4, 3),
    ]


def test_a_single_date_with_the_month_first_among_others_is_told_with_the_doubtful_ones() -> None:
    rows, observations = actions(
        {"date_fin_prevue": "31/12/2026"},
        {"date_fin_prevue": "12/14/2026"},
        {"date_fin_prevue": "03/04/2026"},
    )
    assert days(rows, "date_fin_prevue") == [date(2026, 12, 31), None, date(2026, 4, 3)]
    assert told(observations) == [
        ("LEC-DATE-AMBIGUE", 4, "03/04/2026"),
        ("LEC-DATE-INVERSEE", 3, "12/14/2026"),
    ]


def test_the_date_of_situation_of_a_column_follows_the_order_of_the_others() -> None:
    rows = [{"code_action": "A", "date_fin_prevue": "12/14/2026"}]
    columned = report(rows, {"date_situation": "03/05/2026"})
    columned.colonnes["date_situation"] = ("Date de situation", "B")
    above = report(rows, {"date_situation": "03/05/2026"}, name="b")
    assert days(read(columned, above).rapports, "date_situation") == [
        date(2026, 3, 5),
        date(2026, 5, 3),
    ]


@pytest.mark.parametrize(
    ("jeu", "champ"), [(LONG_INDICATORS, "date_valeur"), (GRANTS, "convention_le")]
)
def test_the_other_data_sets_are_read_in_the_order_of_their_dates(jeu: str, champ: str) -> None:
    batch = read(report([{champ: "03-31-26"}, {champ: "04-05-26"}], jeu=jeu))
    assert days(batch.autres[jeu], champ) == [date(2026, 3, 31), date(2026, 4, 5)]
    assert told(batch.observations) == [("LEC-DATE-MOIS-DEVANT", 0, "03-31-26")]


def test_dates_of_many_reports_are_read_with_no_report_of_actions() -> None:
    assert read(report([], jeu=GRANTS)).actions.empty
