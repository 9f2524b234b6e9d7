"""Shapes that plans take under other hands: headers on two rows, steps without a name, feet, help, sheets by axis."""

from datetime import date

import pytest
from report_files import codes, csv_bytes, parse, workbook
from word_files import word

from vigie.errors import ReportUnreadable
from vigie.reading.adapters.guard import MAX_COLUMNS

AT = ["Situation au 31/03/2026"]


def titles(report) -> list[str]:
    return report.lignes["intitule"].to_pylist()


def column(report, champ: str) -> list[str | None]:
    return report.lignes[champ].to_pylist()


def test_a_header_in_thousands_makes_a_table_known_as_any_other() -> None:
    rows = [AT, ["Action", "Budget (k€)", "Engagé en k€"], ["Former", "45", "12,5"]]
    report = parse(csv_bytes(rows))
    assert column(report, "budget_prevu_eur") == ["45 k€"]
    assert column(report, "montant_engage_eur") == ["12,5 k€"]


def test_under_a_common_title_a_header_means_what_both_say() -> None:
    rows = [
        AT,
        ["", "", "Prévisionnel", "", "Réel", ""],
        ["Action", "Statut", "Début", "Fin", "Début", "Fin"],
        ["Former", "Réalisé", "01/01/2025", "31/12/2025", "02/01/2025", "30/11/2025"],
    ]
    report = parse(csv_bytes(rows))
    fields = ("date_debut_prevue", "date_fin_prevue", "date_debut_reelle", "date_fin_reelle")
    assert [column(report, champ)[0] for champ in fields] == rows[-1][2:]


def test_a_title_above_the_header_changes_no_header_that_says_enough() -> None:
    rows = [
        ["Situation au", "31/03/2026", ""],
        ["Action", "Statut", "Fin"],
        ["Former", "En cours", "2026"],
    ]
    assert titles(parse(csv_bytes(rows))) == ["Former"]


def test_progress_in_words_and_in_percent_in_one_column_is_both() -> None:
    rows = [
        AT,
        ["Action", "Avancement", "Échéance"],
        ["Former", "En cours", "2026"],
        ["Équiper", "50 %", "2026"],
    ]
    report = parse(csv_bytes(rows))
    assert column(report, "statut") == ["En cours", None]
    assert column(report, "taux_avancement") == [None, "50 %"]
    assert "FOR-COLONNE-PARTAGEE" in codes(report)
    # A word that nobody knows is for the gate to tell.
    rows[-1][1] = "bientôt"
    assert "FOR-COLONNE-PARTAGEE" not in codes(parse(csv_bytes(rows)))


FOOT = [
    ["", "TOTAL", "", "3000"],
    ["", "Soit TTC", "", "3600"],
    ["", "Nombre d'actions : 2", "", ""],
]


def test_what_stands_below_the_total_of_a_plan_is_no_action() -> None:
    header = ["Axe", "Action", "Statut", "Budget"]
    actions = [["1", "Former", "En cours", "1000"], ["1", "Équiper", "À venir", "2000"]]
    report = parse(csv_bytes([AT, header, *actions, *FOOT]))
    assert titles(report) == ["Former", "Équiper"]
    assert codes(report).count("FOR-LIGNE-TOTAL") == 2
    more = ["2", "Ouvrir", "En cours", "500"]
    assert "Ouvrir" in titles(parse(csv_bytes([AT, header, *actions, *FOOT, more])))
    # Where actions say no more than a foot does, nothing tells them apart.
    plain = [
        ["", "Former", "", "1000"],
        ["", "Équiper", "", "2000"],
        FOOT[0],
        ["", "Ouvrir", "", "9"],
    ]
    assert "Ouvrir" in titles(parse(csv_bytes([AT, header, *plain])))


HEADER = ["Code", "Intitulé de l'action", "Statut", "Fin prévue", "Budget"]
REAL = ["A1", "Former", "En cours", "31/12/2026", "1000"]


@pytest.mark.parametrize(
    "row",
    [
        [
            "identifiant stable",
            "en quelques mots",
            "choisir dans la liste",
            "JJ/MM/AAAA",
            "en euros",
        ],
        ["(obligatoire)", "(texte)", "(liste déroulante)", "(format date)", "(nombre)"],
        ["", "↓ Saisissez ici vos actions ↓", "", "", ""],
        ["", "(ajoutez autant de lignes que nécessaire)", "", "", ""],
    ],
)
def test_a_row_that_tells_how_to_fill_the_table_is_no_action(row: list[str]) -> None:
    example = ["Exemple : A1-03", "Exemple : Ouvrir", "En cours", "31/12/2026", "45000"]
    report = parse(csv_bytes([AT, HEADER, row, example, REAL]))
    assert titles(report) == ["Former"]
    assert {"FOR-LIGNE-AIDE", "FOR-LIGNE-EXEMPLE"} <= {*codes(report)}


def test_an_action_in_the_words_of_an_instruction_stays_one() -> None:
    own = ["A2", "Préciser les besoins (phase 1)", "En cours", "31/12/2026", ""]
    assert titles(parse(csv_bytes([AT, HEADER, own, REAL]))) == [own[1], "Former"]


def test_rows_without_a_name_are_the_steps_of_the_action_above() -> None:
    """A title merged over its steps, saved as CSV."""
    header = ["N°", "Action", "Statut", "Échéance"]
    steps = [
        ["1", "Former", "Réalisé", "31/01/2026"],
        ["", "", "À venir", "31/12/2026"],
        ["2", "Équiper", "En cours", "2026"],
    ]
    report = parse(csv_bytes([AT, header, *steps]))
    assert titles(report) == ["Former", "Équiper"]
    assert column(report, "statut") == ["À venir", "En cours"]
    assert "FOR-ETAPES" in codes(report)


def test_a_single_title_that_is_missing_is_left_to_the_gate() -> None:
    rows = [["Former", "Réalisé", "2025"], ["", "À venir", "2026"], ["Équiper", "En cours", "2026"]]
    report = parse(csv_bytes([AT, ["Action", "Statut", "Échéance"], *rows]))
    assert titles(report) == ["Former", None, "Équiper"]


def test_sheets_named_after_axes_give_them_to_their_actions() -> None:
    header = ("Action", "Statut", "Échéance")
    rows = [header, ("Former", "En cours", "31/12/2026"), ("Recette", "À venir", "2027")]
    sheets = {"Axe 1 - Inclusion": rows, "Axe 2 - Services": rows, "Lisez-moi": [AT]}
    report = parse(workbook(sheets))
    assert column(report, "axe") == ["Axe 1 - Inclusion"] * 2 + ["Axe 2 - Services"] * 2


@pytest.mark.parametrize(
    ("now", "before"),
    [
        ("Suivi 28-02-2026", "Suivi 31-12-2025"),
        ("Au 28_02_2026", "Au 31_12_2025"),
        ("T1 2026", "T4 2025"),
        ("2026", "2025"),
    ],
)
def test_the_names_of_sheets_tell_which_is_up_to_date(now: str, before: str) -> None:
    header = ("Action", "Statut", "Échéance")
    rows = [header, ("Former", "En cours", "31/12/2026"), ("Recette", "À venir", "2027")]
    report = parse(workbook({now: rows, before: rows}))
    assert {*column(report, "feuille")} == {now}
    assert [o.feuille for o in report.observations if o.regle_code == "FOR-FEUILLE-ANCIENNE"] == [
        before
    ]
    dated = "date_situation" in report.entete
    assert dated == (len(now) > len("T1 2026"))


def test_the_title_of_a_group_above_the_header_names_the_axis_of_the_first_actions() -> None:
    header = ["Action", "Statut", "Échéance"]
    tasks = [["Former", "En cours", "2026"], ["Recette", "À venir", "2027"]]
    rows = [AT, ["AXE 1 : Inclusion"], header, *tasks, ["AXE 2 : Services"], header, *tasks]
    report = parse(csv_bytes(rows))
    assert column(report, "axe") == ["AXE 1 : Inclusion"] * 2 + ["AXE 2 : Services"] * 2
    # The title of the whole plan is no axis.
    assert "axe" not in parse(csv_bytes(rows[:5])).lignes.column_names


@pytest.mark.parametrize(
    ("header", "written"),
    [
        ("Budget (milliers d'euros)", "45 k€"),
        ("Coût en millions d’euros", "45 M€"),
        ("Budget KEUR", "45 k€"),
        ("Budget prévu", "45"),
    ],
)
def test_the_scale_of_a_header_may_be_in_words(header: str, written: str) -> None:
    report = parse(csv_bytes([AT, ["Action", "Statut", header], ["Former", "En cours", "45"]]))
    assert column(report, "budget_prevu_eur") == [written]


def card(title: str) -> list[tuple]:
    return [
        ("FICHE ACTION",),
        ("Intitulé de l'action", None, title),
        ("Statut", None, "En cours"),
        ("Fin prévue", None, date(2026, 12, 31)),
        ("Budget", None, 1234.5),
    ]


def test_sheets_that_are_cards_are_read_as_one_table_unless_one_holds_a_table() -> None:
    sheets = {"Fiche 1": card("Former"), "Fiche 2": card("Équiper")}
    report = parse(workbook({"Accueil": [AT], **sheets}))
    assert titles(report) == ["Former", "Équiper"]
    assert column(report, "budget_prevu_eur") == ["1234.5"] * 2
    assert report.entete["date_situation"].valeur == "31/03/2026"
    plan = [("Action", "Statut", "Fin prévue"), ("Ouvrir", "En cours", "2026")]
    assert titles(parse(workbook({"Plan": plan, **sheets}))) == ["Ouvrir"]


def test_cards_one_under_the_other_in_a_sheet_are_an_action_each() -> None:
    others = [("Freins", None, "Délais"), (), *card("Équiper")[:-1], ("Budget", None, 20), ()]
    report = parse(workbook({"Fiches": [AT, *card("Former"), *others, *card("Ouvrir")]}))
    assert titles(report) == ["Former", "Équiper", "Ouvrir"]
    assert column(report, "budget_prevu_eur") == ["1234.5", "20", "1234.5"]
    assert column(report, "freins") == ["Délais", None, None]
    assert report.entete["date_situation"].valeur == "31/03/2026"


def test_cards_of_which_one_is_incomplete_are_not_read_by_halves() -> None:
    with pytest.raises(ReportUnreadable):
        parse(workbook({"Fiches": [AT, *card("Former"), (), *card("Équiper")[:2]]}))


def test_a_card_may_have_two_pairs_of_columns() -> None:
    rows = [["Action", "Former", "Statut", "En cours"], ["Échéance", "2026", "Budget", "100 €"]]
    report = parse(word(*AT, rows))
    assert titles(report) == ["Former"]
    assert column(report, "budget_prevu_eur") == ["100 €"]


def test_a_card_with_more_labels_than_a_table_may_have_columns_is_refused() -> None:
    labels = [(f"Repère {number}", None, "oui") for number in range(MAX_COLUMNS)]
    with pytest.raises(ReportUnreadable, match="colonnes"):
        parse(workbook({"Fiche": [*card("Former"), *labels]}))


NAMES = ("Guichet", "Réseau", "Données", "Portail")
FOLLOWED = [
    ["SIREN", "246200729"],
    AT,
    ["Axe", "Intitulé de l'action", "Statut", "Fin prévue"],
    *(["Axe 1", name, "En cours", "31/12/2027"] for name in NAMES),
]
COSTS = [
    ["Intitulé de l'action", "Budget prévu (€)", "Montant engagé (€)"],
    *([name, "1000", "500"] for name in NAMES[1:]),
]


@pytest.mark.parametrize("order", (("Actions", "Budget"), ("Budget", "Actions")))
def test_a_sheet_that_completes_the_actions_of_another_is_told_and_not_read(
    order: tuple[str, str],
) -> None:
    sheets = {"Actions": FOLLOWED, "Budget": COSTS}
    report = parse(workbook({name: sheets[name] for name in order}))
    assert titles(report) == list(NAMES)
    assert report.entete["date_situation"].valeur == "31/03/2026"
    (told,) = (o for o in report.observations if o.regle_code == "FOR-FEUILLE-COMPLEMENT")
    assert (told.feuille, told.nombre) == ("Budget", 6)
    assert told.valeur == "« Budget » complète les actions de la feuille « Actions »"


def test_the_header_above_a_sheet_that_completes_the_actions_is_that_of_the_report() -> None:
    report = parse(workbook({"Actions": FOLLOWED[2:], "Budget": [*FOLLOWED[:2], *COSTS]}))
    assert codes(report) == ["FOR-FEUILLE-COMPLEMENT"]
    assert report.entete["siren_epci"].valeur == "246200729"
    assert report.entete["date_situation"].valeur == "31/03/2026"


def test_sheets_that_each_count_their_own_actions_complete_nothing() -> None:
    header = ["N°", "Intitulé de l'action", "Statut", "Fin prévue"]
    first = [AT, header, ["1", "Déchets", "En cours", "2027"]]
    second = [header, ["1", "Mobilité", "", "2027"]]
    report = parse(workbook({"Un": first, "Deux": second}))
    assert titles(report) == ["Déchets", "Mobilité"]


@pytest.mark.parametrize("end", ("", "."))
def test_sheets_that_each_count_their_own_actions_hold_different_ones(end: str) -> None:
    header = ["N°", "Intitulé de l'action", "Statut", "Fin prévue"]
    sheets = {
        name: [
            *above,
            header,
            *([f"{n}{end}", f"{name} {n}", "En cours", "2027"] for n in (1, 2, 3)),
        ]
        for name, above in (("Déchets", [AT]), ("Mobilité", []))
    }
    report = parse(workbook(sheets))
    assert titles(report) == [f"{name} {n}" for name in sheets for n in (1, 2, 3)]
    assert "FOR-NUMEROS" in codes(report)


def test_a_number_given_twice_by_mistake_stays_for_the_gate_to_judge() -> None:
    header = ["N°", "Intitulé de l'action", "Statut", "Fin prévue"]
    rows = [[str(n), f"Action {at}", "En cours", "2027"] for at, n in enumerate((1, 2, 3, 1, 5))]
    report = parse(workbook({"Actions": [AT, header, *rows]}))
    assert column(report, "code_action") == ["1", "2", "3", "1", "5"]
