"""A table that is not recognised: the sentence points at its likeliest header, and obeying it is enough."""

import re

import pytest
from report_files import DEPOSIT, REFERENCE, csv_bytes, parse, receipt, workbook

from tests.frames import frames
from vigie.errors import ReportUnreadable
from vigie.gate import judge
from vigie.reading.adapters import read
from vigie.settings import Settings

PLAN = [
    ["A", "Ouvrir un point numérique", "DSI", "01/01/2026", "30/03/2026", "En cours"],
    ["A", "Former les agents", "DRH", "01/02/2025", "30/09/2025", "Terminé"],
    ["B", "Publier les données", "DSI", "01/02/2026", "30/09/2026", "À venir"],
]
REFUSED = {
    "words of another trade": [["Lot", "Besogne", "Acteur", "Debut T.", "Livraison", "Où"], *PLAN],
    "a status alone is known": [
        ["Lot", "Besogne", "Acteur", "Debut T.", "Livraison", "Statut"],
        *PLAN,
    ],
    "a title without others": [["Lot", "Intitulé", "Acteur", "", "", ""], *PLAN],
    "titles above the header": [
        ["Suivi du plan"],
        [],
        ["Lot", "Besogne", "Acteur", "T1", "T2", "Où"],
        *PLAN,
    ],
    "no header at all": PLAN,
    "two columns": [["Besogne", "Acteur"], *([row[1], row[2]] for row in PLAN)],
    "an empty header over the titles": [["Lot", "", "Acteur", "T1", "T2", "Où"], *PLAN],
    "a date of situation already there": [
        ["Situation au 31/03/2026"],
        ["Lot", "Besogne", "Acteur", "Debut T.", "Livraison", "Où"],
        *PLAN,
    ],
}


def refusal(content: bytes) -> ReportUnreadable:
    with pytest.raises(ReportUnreadable) as caught:
        parse(content)
    return caught.value


def obey(rows: list[list[str]], advice: str) -> list[list[str]]:
    """The rows with what the sentence asks for done, and nothing else."""
    rows = [list(row) for row in rows]
    number = int(re.search(r"[Ll]igne (\d+) :", advice)[1]) - 1
    if "insérez avant elle" in advice:
        header = [""] * len(rows[number])
        for label, letter in re.findall(r"« ([^»]+) » au-dessus de la colonne ([A-Z])", advice):
            header[ord(letter) - ord("A")] = label
        rows.insert(number, header)
    for old, new in re.findall(r"renommez « ([^»]+) » en « ([^»]+) »", advice):
        rows[number][rows[number].index(old)] = new
    for letter, new in re.findall(r"titrez la colonne ([A-Z]) « ([^»]+) »", advice):
        rows[number][ord(letter) - ord("A")] = new
    for label in re.findall(r"ajoutez une colonne « ([^»]+) »", advice):
        rows[number].append(label)
    if "écrivez au-dessus du tableau" in advice:
        rows.insert(0, ["Situation au 31/03/2026"])
    return rows


@pytest.mark.parametrize("name", REFUSED)
def test_obeying_the_sentence_leads_to_an_accepted_report(name: str) -> None:
    rows = REFUSED[name]
    obeyed = csv_bytes(obey(rows, refusal(csv_bytes(rows)).advice))
    report = read(receipt(size=len(obeyed)), obeyed, REFERENCE, Settings.from_environment())
    result = judge([report], REFERENCE, DEPOSIT.date(), None, None)
    assert result.tables["rapports"]["verdict"].to_pylist() == ["accepte_avec_remarques"]
    assert (
        result.tables["lignes"]["intitule"].to_pylist() == [row[1] for row in PLAN]
        or name == "two columns"
    )


def test_the_likeliest_row_of_the_likeliest_sheet_is_quoted_with_the_fewest_changes() -> None:
    content = workbook(
        {
            "Paramètres": [("Heures par jour", 7), ("Agents", 3)],
            "Suivi": [
                ("Suivi du plan",),
                ("Lot", "Besogne", "Acteur", "Date de début", "Date de fin", "Statut"),
                *PLAN,
            ],
        }
    )
    error = refusal(content)
    assert "feuille « Suivi », ligne 2 : « Lot », « Besogne »" in str(error)
    assert error.advice.startswith(
        "Feuille « Suivi », ligne 2 : renommez « Besogne » en « Intitulé de l'action » ; écrivez"
    )


def test_the_column_of_a_person_is_never_proposed_as_the_title() -> None:
    rows = [["Chef de projet", "Besogne", "T1"], *([f"Personne {n}", "Ouvrir", "x"] for n in "ab")]
    advice = refusal(csv_bytes(rows)).advice
    assert "« Besogne » en « Intitulé de l'action »" in advice and "Chef" not in advice


def test_a_file_that_holds_nothing_like_a_table_is_told_so() -> None:
    assert refusal(b"bonjour").advice.startswith("Vérifiez que le fichier contient le tableau")


def test_a_sheet_of_scores_alone_is_refused_for_what_it_is() -> None:
    rows = [["N°", "Intitulé", "Score", "Statut"], ["1.1.1", "Diagnostic", "12", "Fait"]]
    for content, named in (
        (csv_bytes(rows), "Le tableau du fichier"),
        (workbook({"Critères": rows}), "La feuille « Critères »"),
    ):
        error = refusal(content)
        assert error.rule_code == "FIC-NOTATION"
        assert str(error).startswith(f"{named} note un référentiel")


def test_a_table_without_a_date_of_situation_is_accepted_once_the_sentence_is_obeyed() -> None:
    header = ("Lot", "Tâche", "Acteur", "Date de début", "Date de fin", "Statut")
    rows = [["Suivi du plan"] + [""] * 5, header, *PLAN]

    def judged(content: bytes):
        report = read(receipt(size=len(content)), content, REFERENCE, Settings.from_environment())
        return frames(judge([report], REFERENCE, DEPOSIT.date(), None, None).tables)

    refused = judged(workbook({"Paramètres": [("Heures par jour", 7)], "Suivi": rows}))
    controls = refused["controles"].set_index("regle_code")
    assert refused["rapports"]["verdict"].tolist() == ["rejete"]
    asked = re.search(
        r"« (Situation au [\d/]+) »", controls.loc["ENT-SITUATION-ABSENTE", "consigne"]
    )
    rows[0][3] = asked[1]
    obeyed = judged(workbook({"Paramètres": [("Heures par jour", 7)], "Suivi": rows}))
    assert obeyed["rapports"]["verdict"].tolist() == ["accepte_avec_remarques"]
