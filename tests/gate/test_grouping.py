"""What is true of many rows is said once, with its rows; what is to be mended keeps a line per cell in the CSV."""

import csv
import io
from datetime import datetime

import pytest

from expectations import RULES
from vigie.answers import page as answer_page
from vigie.answers.grouping import grouped, ranges
from vigie.answers.page import Told


def control(code: str, line: int, value: str, **changes: str) -> dict:
    rule = RULES[code]
    told = {
        "regle_code": code,
        "severite": rule.severity,
        "feuille": "Actions",
        "ligne": line,
        "colonne": "M",
        "champ": "budget_prevu_eur",
        "valeur": value,
        "message": rule.sentence.replace("{valeur}", value),
        "consigne": rule.advice,
    }
    return told | changes


SCALES = [control("LEC-MONTANT-ECHELLE", line, f"{line} k€") for line in range(4, 18)]
UNKNOWN = [control("LIG-MONTANT-ILLISIBLE", line, f"Entre {line} et 500") for line in (4, 5)]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], ""),
        ([4], "4"),
        ([4, 5], "4 et 5"),
        ([4, 5, 6, 9], "4 à 6 et 9"),
        ([4, 6, 8, 9], "4, 6, 8 et 9"),
        (list(range(2, 40, 2)), "19 lignes de 2 à 38"),
    ],
)
def test_rows_are_told_in_words(lines: list[int], words: str) -> None:
    assert ranges(lines) == words


def test_a_reading_is_told_once_per_column_with_its_rows_and_an_example() -> None:
    (group,) = grouped(SCALES)
    assert group.lieu == "Lignes 4 à 17, colonne M"
    assert group.valeur == "4 k€ · 5 k€ · 6 k€ · …"
    assert group.message == "« 4 k€ » est lu {lu} €. De même pour 13 autres de la colonne."


def test_rows_that_are_not_actions_are_told_together_without_a_column() -> None:
    titles = [
        control("FOR-LIGNE-TITRE", line, f"Axe {line}", colonne="", message=f"Axe {line}.")
        for line in (4, 9, 12)
    ]
    (group,) = grouped(titles)
    assert (group.lieu, group.message) == (
        "Lignes 4, 9 et 12",
        "Axe 4. De même pour 2 autres lignes.",
    )


def test_another_column_another_sheet_another_rule_is_told_apart() -> None:
    others = [
        control("LEC-MONTANT-ECHELLE", 4, "1 k€", colonne="N"),
        control("LEC-MONTANT-ECHELLE", 4, "1 k€", feuille="Suite"),
        control("LEC-DATE-ANNEE", 4, "2026"),
    ]
    assert len(grouped([*SCALES, *others])) == 4


def test_what_is_to_be_mended_is_together_only_when_it_says_the_same() -> None:
    same = [control("LIG-THEME-INCONNU", line, "x", message="Thème inconnu.") for line in (4, 5)]
    assert [g.lignes for g in grouped([*UNKNOWN, *same])] == ["4", "5", "4 et 5"]


def test_a_whole_column_with_one_fault_is_one_remark_that_names_its_first_actions() -> None:
    doubtful = [
        control("LIG-MONTANT-ELEVE", n, f"{n} k€", message=f"« {n} k€ » ?", intitule=f"Action {n}")
        for n in range(4, 32)
    ]
    (group,) = grouped(doubtful)
    assert group.lieu == "Lignes 4 à 31, colonne M"
    assert group.message == "« 4 k€ » ? De même pour 27 autres de la colonne."
    assert group.titres == ["Action 4", "Action 5", "Action 6", "…"]


def test_two_remarks_on_the_whole_file_stay_two() -> None:
    whole = [control("FOR-PLUSIEURS-FEUILLES", 0, name, feuille="") for name in ("A", "B")]
    assert [g.lieu for g in grouped(whole)] == ["Colonne M", "Colonne M"]


@pytest.fixture
def told() -> Told:
    report = {
        "rapport_id": "r1",
        "verdict": "lignes_ecartees",
        "est_synthetique": False,
        "nom_fichier": "plan.xlsx",
        "depose_le": None,
        "connu_le": datetime(2026, 1, 1),
        "date_situation": None,
        "expediteur_siren": "246200729",
        "recues_nb": 14,
        "acceptees_nb": 12,
        "ecartees_nb": 2,
    }
    history = [{"rapport_id": "r1"}]
    labels = {"budget_prevu_eur": "Budget prévu (€)"}
    return Told(report, "CC", [*UNKNOWN, *SCALES], history, None, labels)


def test_the_page_separates_what_is_to_be_mended_from_what_was_understood(told: Told) -> None:
    page = answer_page.page(told, None, None)
    mend, _, understood = page.partition("Ce que Vigie a compris</h2>")
    assert mend.count("LIG-MONTANT-ILLISIBLE") == 2 and "k€" not in mend
    assert "Lignes 4 à 17, colonne M" in understood and "Budget prévu (€)" in understood


def test_the_csv_has_a_line_per_cell_to_mend_and_one_per_column_understood(told: Told) -> None:
    rows = list(csv.DictReader(io.StringIO(answer_page.remarks(told)), delimiter=";"))
    assert [row["ligne"] for row in rows] == ["4", "5", "4 à 17"]
    assert [row["gravite"] for row in rows] == ["critique", "critique", "information"]


def test_only_what_can_be_a_remark_informs() -> None:
    informing = [rule for rule in RULES.values() if rule.informs]
    assert len(informing) > 10
    assert {(r.severity, r.effect) for r in informing} == {("remarque", "information")}
