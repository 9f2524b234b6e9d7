"""Workbooks of Territoires en Transitions: import template and export, synthetic look-alikes and real samples."""

from pathlib import Path

import pytest
from report_files import codes, parse, workbook

from vigie.reading.adapters.tet import budget_amounts

IMPORT_SECTIONS = ("Présentation de l’action", *[None] * 6, "Acteurs")
IMPORT_HEADER = (
    "Axe (x)",
    "Sous-axe (x.x)",
    " Sous-sous axe (x.x.x)",
    "Titre de l'action",
    "Titre de la sous-action",
    "Structure pilote",
    "Partenaires ",
    "Personne pilote",
    "Financeur 1",
    "Montant € HT",
    "Financeur 2",
    "Montant € HT",
    "Budget prévisionnel total € HT",
    "Statut ",
    "Niveau de priorité",
    "Date de début",
    "Date de fin",
)
TYPES = ("Champ texte", "Champ texte", "Champ texte", *["Champ liste déroulante\n(choix)"] * 14)
HELP = ("Si vos axes sont numérotés, indiquez-le", None, None, "Texte court", *["➔ Utilisez"] * 13)
EXAMPLE = (
    "1. Un axe",
    None,
    None,
    "Action 1 - Assurer la coordination de la transition",
    *[None] * 8,
)


def _import_file(*rows):
    return workbook(
        {
            "Mode demploi": [("Importer un plan d'action",)],
            "Fichier dimport": [IMPORT_SECTIONS, IMPORT_HEADER, *rows],
        }
    )


def test_the_import_template_gives_its_example_as_such_and_no_action():
    report = parse(_import_file(TYPES, HELP, EXAMPLE))
    assert report.format == "tet_xlsx"
    assert report.lignes.to_pandas().empty
    assert [code for code in codes(report) if code != "FOR-COLONNE-PERSONNE"] == [
        "FOR-LIGNE-AIDE",
        "FOR-LIGNE-AIDE",
        "FOR-LIGNE-EXEMPLE",
    ]


def test_actions_written_under_the_instructions_or_over_the_example_are_read():
    action = ("Axe 1", "1.1", None, "Guichet", None, "CC", "Région", "Jeanne M.", "Région", 500)
    for above in ((TYPES, HELP, EXAMPLE), (TYPES, HELP), ()):
        report = parse(_import_file(*above, (*action, "FEDER", 20, 900, "En cours")))
        assert report.lignes.to_pandas()["intitule"].tolist() == ["Guichet"]
        assert report.lignes.to_pandas()["axe"].tolist() == ["Axe 1 > 1.1"]
        assert report.lignes.to_pandas()["base_montant"].tolist() == ["HT"]
        assert "Jeanne" not in report.lignes.to_pandas().to_csv()


def test_each_amount_goes_to_the_funder_on_its_left():
    row = ("Axe 1", *[None] * 2, "Guichet", *[None] * 4, "Région", 500, "FEDER", 20, 900)
    report = parse(_import_file(row))
    kept = report.financements.to_pandas()[["financeur", "programme_eur"]]
    assert kept.to_numpy().tolist() == [["Région", "500"], ["FEDER", "20"]]
    assert report.lignes.to_pandas()["budget_prevu_eur"].tolist() == ["900"]


def test_a_sub_action_is_an_action_below_its_parent():
    rows = [("Axe 1", None, None, "Guichet"), ("Axe 1", None, None, "Guichet", "Recruter")]
    report = parse(_import_file(*rows))
    assert report.lignes.to_pandas()["intitule"].tolist() == ["Guichet", "Recruter"]
    assert report.lignes.to_pandas()["axe"].tolist() == ["Axe 1", "Axe 1 > Guichet"]
    assert report.observations[-1].regle_code == "FOR-SOUS-ACTION"


EXPORT_SECTIONS = ("Présentation de l'action", None, None, None, "Gestion des accès")
EXPORT_HEADER = (
    "Axe",
    "Sous-axe",
    "Sous-sous-axe",
    "Titre de l'action",
    "Confidentialité de l'action",
    "Statut",
    "2024",
    "2025",
    "Budgets de fonctionnement",
    "Budgets d'investissement",
    "Financeur 1",
    "Montant (TTC)",
    "Date de création",
    "Créé par",
)


def _export_file(*rows):
    return workbook({"Plan": [EXPORT_SECTIONS, EXPORT_HEADER, *rows]})


def test_an_export_keeps_its_notes_by_year_its_secrets_and_forgets_who_wrote():
    report = parse(
        _export_file(
            (
                "A",
                "A.1",
                None,
                "Guichet",
                "Non",
                "En cours",
                "lancé",
                "ouvert",
                *[None] * 5,
                "Ann D.",
            ),
            ("(Action non classée)", None, None, "Port", "Oui", "Bloqué"),
        )
    )
    assert report.lignes.to_pandas()["commentaire"].iloc[0] == "2024 : lancé\n2025 : ouvert"
    assert report.lignes.to_pandas()["axe"].fillna("").tolist() == ["A > A.1", ""]
    assert report.lignes.to_pandas()["confidentiel"].tolist() == ["Non", "Oui"]
    assert "Ann" not in report.lignes.to_pandas().to_csv()


def test_an_export_without_its_empty_columns_is_still_recognised():
    header = ("Titre de la fiche action", "Confidentialité de la fiche", "Statut", "Modifié par")
    report = parse(workbook({"Plan": [("Présentation",), header, ("Guichet", "Non", "En cours")]}))
    assert report.format == "tet_xlsx"
    assert report.lignes.to_pandas()["intitule"].tolist() == ["Guichet"]


def test_budget_lines_are_added_up_over_years_and_kinds():
    yearly = "2024 :\n  - 1000 € HT prévisionnels\n  - 800 € HT dépensés\n2025 :\n  - 500 € HT prévisionnels"
    total = "Total en € HT (non étalé dans le temps):\n  - 250.5 € HT prévisionnels"
    row = ("A", None, None, "Guichet", "Non", "En cours", None, None, yearly, total, "Région", 300)
    report = parse(_export_file(row, ("A", None, None, "Port", "Non", "", None, None, "à voir")))
    assert report.lignes.to_pandas()["budget_prevu_eur"].fillna("").tolist() == ["1750.50", ""]
    assert report.lignes.to_pandas()["montant_paye_eur"].fillna("").tolist() == ["800.00", ""]
    assert report.lignes.to_pandas()["base_montant"].fillna("").tolist() == ["HT", ""]
    assert codes(report) == [
        "FOR-COLONNE-PERSONNE",
        "FOR-BUDGET-TET-ILLISIBLE",
        "FOR-BUDGET-TET",
        "FOR-BASE-MELANGEE",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024 :\n  - 10 ETP prévisionnels\n  - 100 € HT dépensés", {"montant_paye_eur": 100.0}),
        (
            "2024 :\n  - 5 € HT dépensés\nTotal en € HT (étalé dans le temps):\n  - 5 € HT dépensés",
            None,
        ),
        ("2024 :\n  - entre 200 et 500 € HT prévisionnels", None),
        ("2024 :\n  - 2 ETP prévisionnels", None),
    ],
)
def test_budget_lines_that_would_need_a_guess_are_not_added_up(text, expected):
    assert budget_amounts(text) == expected


def _sample(shared: Path, name: str):
    return parse((shared / "samples" / name).read_bytes())


def test_the_official_import_template_yields_no_action(shared):
    report = _sample(shared, "modele-import-pa.xlsx")
    assert report.lignes.to_pandas().empty
    assert "FOR-LIGNE-EXEMPLE" in codes(report)
    assert report.financements.to_pandas().empty


def test_the_official_export_skeleton_is_an_empty_report(shared):
    report = _sample(shared, "export_plan_action.xlsx")
    assert (report.format, len(report.lignes)) == ("tet_xlsx", 0)


def test_a_real_plan_with_sub_actions_keeps_its_hierarchy(shared):
    report = _sample(shared, "plan_with_sous_actions_valid.xlsx")
    titles = report.lignes.to_pandas()["intitule"].dropna()
    assert len(titles) == 7
    sub = report.lignes.to_pandas()[
        report.lignes.to_pandas()["intitule"] == "Sous-action 1.1"
    ].iloc[0]
    assert (sub.axe, sub.statut, sub.ligne) == ("Axe 1 > Action 1", "En cours", 6)


def test_a_real_plan_with_faults_keeps_every_action_for_the_gate_to_judge(shared):
    report = _sample(shared, "plan_budget_issue.xlsx")
    assert len(report.lignes) == 6
    assert report.lignes.to_pandas()["intitule"].isna().sum() == 0
    assert "Entre 200 et 500" in report.lignes.to_pandas()["budget_prevu_eur"].tolist()
