"""At which day a report speaks: the one it writes, in a title too, else the day in Paris of its deposit."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from test_values_reading import read, report

from vigie.reading.adapters.grid import RowGrid
from vigie.reading.adapters.header import situation_in_titles
from vigie.records import ParsedReport

LATEST = date(2026, 11, 29)


def deposited(moment: datetime, collected: datetime) -> ParsedReport:
    found = report([{"code_action": "A"}], {"siren_epci": "246200729"}, format_="tet_xlsx")
    found.receipt = replace(found.receipt, depose_le=moment, collecte_le=collected)
    return found


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 10, 31, 23, 30), date(2026, 11, 1)),
        (datetime(2026, 10, 31, 22, 30), date(2026, 10, 31)),
        (datetime(2026, 7, 31, 22, 30), date(2026, 8, 1)),
        # A file may bear a date to come: it was there on its night at the latest.
        (datetime(2027, 1, 1), date(2026, 11, 29)),
    ],
)
def test_the_day_of_deposit_is_the_day_in_paris_and_never_after_the_night(
    moment: datetime, day: date
) -> None:
    batch = read(deposited(moment, datetime(2026, 11, 29, 2, 0)))
    assert batch.rapports["date_situation"][0].date() == day


def titled(*titles: str, sheet: str = "Feuil1") -> str:
    grid = RowGrid(sheet, [[title] for title in titles])
    cell = situation_in_titles([(grid, len(titles))], LATEST)
    return cell.valeur if cell else ""


@pytest.mark.parametrize(
    "title",
    [
        "Plan au 31-10-2026",
        "Plan d'action numérique au 31-10-2026",
        "Feuille de route (au 31-10-2026)",
        "Mise à jour le 31-10-2026",
        "Version du 31\u201010\u20102026",
        "Suivi à la date du 31-10-2026.",
        "MAJ : 31-10-2026",
        "Dernière mise à jour : 31-10-2026",
    ],
)
def test_a_title_that_ends_with_a_day_is_the_date_of_situation(title: str) -> None:
    assert titled("Présentation", title) == "31-10-2026"


def test_the_end_of_a_month_that_has_passed_is_a_day_of_situation() -> None:
    assert titled("Bilan à fin octobre 2026") == "fin octobre 2026"


def test_a_label_and_its_day_in_two_cells_are_read_on() -> None:
    grid = RowGrid(
        "Suivi", [["Date de mise à jour", "", "31/10/2026"], ["Mise à jour", "Agent", "31/10/2026"]]
    )
    cell = situation_in_titles([(grid, 1)], LATEST)
    assert cell is not None
    assert (cell.valeur, cell.ligne) == ("31/10/2026", 1)
    assert situation_in_titles([(RowGrid("Suivi", grid.head[1:]), 1)], LATEST) is None


def test_the_name_of_a_sheet_gives_it_too() -> None:
    assert titled("Présentation", sheet="Plan au 31-10-2026") == "31-10-2026"
    assert titled("Plan au 31 octobre 2026") == "31 octobre 2026"


@pytest.mark.parametrize(
    "titles",
    [
        ("Plan du 01/01/2026 au 31/10/2026",),
        ("Prolongé jusqu'au 31/10/2026",),
        ("Plan au 31/12/2027",),
        ("Plan 2024-2026",),
        ("Plan au 31/02/2026",),
        ("Objectif : à fin décembre 2027",),
        ("Mise à jour : octobre 2026",),
        ("Plan au 30/09/2026", "Version du 31/10/2026"),
    ],
)
def test_a_period_a_day_to_come_or_two_days_are_no_date_of_situation(titles: tuple[str]) -> None:
    assert titled(*titles) == ""
