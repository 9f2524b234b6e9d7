"""Columns of one field at several moments: years of a budget, states at several committees."""

import pytest
from report_files import csv_bytes, parse

from vigie.records import ParsedReport


def told(report: ParsedReport, code: str) -> list[str]:
    return [one.valeur for one in report.observations if one.regle_code == code]


def test_the_amounts_of_several_years_add_up_and_are_told() -> None:
    header = ["Action", "Statut", "Budget 2025 (k€)", "Budget 2026 (k€)", "Budget 2027 (k€)"]
    rows = [["Portail", "En cours", "10", "20,5", "NC"], ["Wifi", "À venir", "", "3", ""]]
    rows += [["Capteurs", "À venir", "", "", ""], ["Jumeau", "À venir", "5", "5 à 6", ""]]
    report = parse(csv_bytes([header, *rows]))
    sums = ["30.5 k€", "3 k€", None, "5 + 5 à 6"]
    assert report.lignes["budget_prevu_eur"].to_pylist() == sums
    assert told(report, "FOR-ANNEES-ADDITIONNEES") == [" + ".join(header[2:])]


def test_years_under_a_common_title_are_titles_not_an_action_nor_the_first_of_them_the_whole() -> (
    None
):
    rows = [
        ["Action", "Statut", "Budget", "", "", "Échéance"],
        ["", "", "2025", "2026", "2027", ""],
        ["Portail", "En cours", "10000", "20000", "5000", "31/12/2026"],
    ]
    report = parse(csv_bytes(rows))
    assert report.lignes["budget_prevu_eur"].to_pylist() == ["35000"]
    assert report.lignes["date_fin_prevue"].to_pylist() == ["31/12/2026"]


@pytest.mark.parametrize("others", [["Budget total"], ["Coût 2025"]])
def test_years_beside_a_total_or_told_twice_are_not_added(others: list[str]) -> None:
    header = ["Action", "Statut", "Échéance", "Budget 2025", "Budget 2026", *others]
    report = parse(csv_bytes([header, ["Portail", "En cours", "31/12/2026", "10", "20", "30"]]))
    read = report.lignes.column_names.count("budget_prevu_eur")
    assert read == (others == ["Budget total"])
    assert set(header[3:5]) <= {*told(report, "FOR-COLONNE-INCONNUE")}


def test_the_state_of_an_action_is_that_of_the_latest_committee_with_data() -> None:
    header = [
        "Action",
        "Échéance",
        "État au 12/03/2026",
        "État au 30/10/2026",
        "État au 15/12/2026",
    ]
    report = parse(csv_bytes([header, ["Portail", "31/12/2026", "À venir", "En cours", ""]]))
    assert report.lignes["statut"].to_pylist() == ["En cours"]
    assert told(report, "FOR-COLONNE-ANCIENNE") == ["État au 12/03/2026"]


@pytest.mark.parametrize(
    "headers", [("% d'avancement (T1 2026)", "% d'avancement (T3 2026)"), ("Avancement 2025", "Avancement 2026"),
                ("Avancement COPIL du 12/03/26", "Avancement COPIL du 3/10/26"),
                ("Avancement mars 2026", "Avancement oct. 2026")],
)  # fmt: skip
def test_a_moment_may_be_a_quarter_a_year_a_month_or_a_committee(headers: tuple[str, str]) -> None:
    report = parse(
        csv_bytes([["Action", "Échéance", *headers], ["Wifi", "31/12/2026", "20 %", "60 %"]])
    )
    assert report.lignes["taux_avancement"].to_pylist() == ["60 %"]


def test_what_is_said_without_a_moment_comes_first() -> None:
    header = ["Action", "Échéance", "Statut", "Statut au 12/03/2026"]
    report = parse(csv_bytes([header, ["Wifi", "31/12/2026", "Terminé", "En cours"]]))
    assert report.lignes["statut"].to_pylist() == ["Terminé"]
    assert told(report, "FOR-COLONNE-INCONNUE") == ["Statut au 12/03/2026"]
