"""Which rows are actions: groups, steps, totals, what a template left."""

from openpyxl import Workbook
from report_files import SIREN, codes, parse, saved, workbook

from tests.frames import normalise

SITUATION = "Situation au 30/09/2026"


def plan(*lines: str):
    """The report of a CSV: its date, then these lines."""
    return parse("\n".join([SITUATION, *lines]).encode())


def column(report, champ: str) -> list[str]:
    return report.lignes.to_pandas()[champ].fillna("").tolist()


def told(report, code: str) -> list[tuple[int, str]]:
    return [(o.ligne, o.valeur) for o in report.observations if o.regle_code == code]


def codes_given(report) -> list[str]:
    from report_files import DEPOSIT, REFERENCE

    return normalise([report], REFERENCE, DEPOSIT.date()).actions["code_action"].tolist()


def test_numbered_parents_are_groups_and_their_sums_are_not_counted():
    report = plan(
        "N°;Intitulé;Thème;Statut;Budget",
        "1;Un numérique pour tous;Inclusion;;15 000",
        "1.1;Ouvrir un point;Inclusion;En cours;10 000",
        "1.2;Former;Inclusion;Réalisé;5 000",
        "2;Des services;E-administration;;20 000",
        "2.1;Refaire le portail;E-administration;À venir;20 000",
    )
    assert column(report, "code_action") == ["1.1", "1.2", "2.1"]
    assert column(report, "axe") == ["Un numérique pour tous"] * 2 + ["Des services"]
    assert told(report, "FOR-LIGNE-GROUPE") == [
        (3, "1 Un numérique pour tous"),
        (6, "2 Des services"),
    ]


def test_lettered_actions_have_a_numbered_parent_when_there_are_two():
    lettered = ("N°;Intitulé;Statut", "1;Inclusion;", "1a;Ouvrir;En cours", "1.b;Former;Réalisé")
    report = plan(*lettered, "2;Publier;À venir")
    assert column(report, "code_action") == ["1a", "1.b", "2"]
    assert column(report, "axe") == ["Inclusion", "Inclusion", ""]
    alone = plan("N°;Intitulé;Statut", "1;Ouvrir;En cours", "1a;Former;Réalisé")
    assert column(alone, "code_action") == ["1", "1a"]


def test_a_total_by_any_of_its_names_is_no_action():
    labels = (
        "S/total axe 1",
        "Ss-total 2",
        "Sous total",
        "Reste à financer",
        "Cumul",
        "Grand total",
    )
    report = plan(
        "Intitulé;Statut;Budget", "Ouvrir;En cours;10", *(f"{label};;10" for label in labels)
    )
    assert column(report, "intitule") == ["Ouvrir"]
    assert [name for _, name in told(report, "FOR-LIGNE-TOTAL")] == list(labels)


def test_what_a_numbered_parent_alone_says_is_told():
    report = plan(
        "N°;Intitulé;Statut;Échéance;Budget",
        "A1;Portail;En cours;31/12/2026;99",
        "A1.1;Étude;Réalisé;;10",
        "A1.2;Recette;À venir;;20",
        "A2;Wifi;En cours;31/12/2026;5",
    )
    assert column(report, "code_action") == ["A1.1", "A1.2", "A2"]
    assert told(report, "FOR-LIGNE-GROUPE-VALEURS") == [
        (3, "A1 Portail » (Statut, Échéance, Budget")
    ]


def test_what_a_group_keeps_secret_its_actions_keep_too():
    report = plan(
        "N°;Intitulé;Statut;Confidentiel",
        "1;Portail;;Oui",
        "1.1;Étude;Réalisé;",
        "1.2;Recette;À venir;Non",
        "2;Wifi;En cours;",
    )
    assert column(report, "confidentiel") == ["Oui", "Non", ""]


def test_numbers_in_the_titles_make_groups_too():
    report = plan(
        "Intitulé;Statut;Échéance",
        "1. Servir;;",
        "1.1 Ouvrir un point;En cours;31/12/2026",
        "1.2 Former;Réalisé;30/06/2026",
        "3 tiers-lieux à équiper;En cours;31/12/2026",
    )
    assert column(report, "intitule") == [
        "1.1 Ouvrir un point",
        "1.2 Former",
        "3 tiers-lieux à équiper",
    ]
    assert column(report, "axe") == ["1. Servir", "1. Servir", ""]


def test_the_same_tasks_under_different_headings_are_different_actions():
    report = plan(
        "Intitulé;Service;Statut;Échéance",
        "Portail famille;;;",
        "Cahier des charges;DSI;Réalisé;31/03/2026",
        "Recette;DSI;En cours;31/10/2026",
        "Portail habitat;;;",
        "Cahier des charges;DSI;En cours;30/11/2026",
        "Recette;;;",
        "Portail déchets;;;",
        "Cahier des charges;;;",
        "Recette;;;",
    )
    assert column(report, "axe") == [
        name for name in ("Portail famille", "Portail habitat", "Portail déchets") for _ in "12"
    ]
    assert [line for line, _ in told(report, "FOR-LIGNE-TITRE")] == [3, 6, 9]
    assert len(set(codes_given(report))) == 6


def test_an_action_of_which_nothing_is_told_is_not_taken_for_a_heading():
    report = plan(
        "Intitulé;Statut;Échéance",
        "Ouvrir un point;En cours;31/12/2026",
        "Former;;",
        "Publier;Réalisé;30/06/2026",
    )
    assert column(report, "intitule") == ["Ouvrir un point", "Former", "Publier"]


def test_a_heading_alone_in_the_axis_names_the_axis_of_the_rows_that_have_none():
    report = plan(
        "Axe;Intitulé;Statut;Échéance",
        "Servir;;;",
        ";Guichet;En cours;31/12/2026",
        "Relier;;;",
        ";Guichet;Réalisé;30/06/2026",
    )
    assert column(report, "axe") == ["Servir", "Relier"]
    assert len(set(codes_given(report))) == 2


def test_a_title_over_its_parts_that_bears_their_sum_is_a_group():
    report = plan(
        "Intitulé;Thème;Statut;Budget",
        "Portail;;;30",
        "Étude;Inclusion;En cours;10",
        "Travaux;Inclusion;À venir;20",
        "Wifi;;;9",
        "Bornes;Inclusion;En cours;4",
        "Antennes;Inclusion;En cours;5",
    )
    assert column(report, "intitule") == ["Étude", "Travaux", "Bornes", "Antennes"]
    assert column(report, "axe") == ["Portail", "Portail", "Wifi", "Wifi"]


def test_a_title_merged_over_its_steps_is_one_action_as_far_as_its_least_advanced_step():
    book = Workbook()
    sheet = book.active
    for row in (
        (SITUATION,),
        ("Axe", "Action", "Étape", "Statut", "Échéance", "Budget"),
        ("Proximité", "Ouvrir un point", "Étude", "Réalisé", "31/03/2025", 2000),
        (None, None, "Travaux", "En cours", "30/09/2026", 50000),
        ("Proximité", "Former", "Recensement", "Réalisé", "31/01/2026", 0),
        (None, None, "Sessions", "À venir", "31/12/2026", 8000),
        ("Proximité", "Publier", None, "Réalisé", "31/12/2025", 5),
    ):
        sheet.append(row)
    for cells in ("A3:A4", "B3:B4", "A5:A6", "B5:B6"):
        sheet.merge_cells(cells)
    report = parse(saved(book))
    assert column(report, "intitule") == ["Ouvrir un point", "Former", "Publier"]
    assert column(report, "statut") == ["En cours", "À venir", "Réalisé"]
    assert column(report, "date_fin_prevue") == ["30/09/2026", "31/12/2026", "31/12/2025"]
    assert column(report, "budget_prevu_eur") == ["52000.00", "8000.00", "5"]
    assert column(report, "commentaire")[1] == (
        "Étapes : Recensement (Réalisé, 31/01/2026) ; Sessions (À venir, 31/12/2026)"
    )
    assert [line for line, _ in told(report, "FOR-ETAPES")] == [3, 5]


def test_steps_beside_a_title_that_is_left_blank_or_repeated_are_one_action():
    for below in ("", "Former"):
        report = plan(
            "Action;Étape;Statut;Échéance;Financeur 1;Montant 1",
            "Former;Recensement;Réalisé;31/01/2026;Région;10",
            f"{below};Sessions;;31/12/2026;Département;20",
        )
        assert column(report, "intitule") == ["Former"]
        assert column(report, "statut") == [""]
        assert column(report, "date_fin_prevue") == ["31/12/2026"]
        funders = report.financements.to_pandas()[["ligne", "financeur", "programme_eur"]]
        assert funders.to_numpy().tolist() == [[3, "Région", "10"], [3, "Département", "20"]]


def test_a_total_is_known_by_its_label_over_a_column_that_is_not_read():
    report = plan(
        "Action;Thème;Date de début;Date de fin;Charge (jours)",
        "Ouvrir un point;Inclusion;01/01/2026;30/06/2026;12",
        "Former;Inclusion;01/02/2026;30/09/2026;8",
        "Total des jours :;;;;20",
    )
    assert column(report, "intitule") == ["Ouvrir un point", "Former"]
    assert told(report, "FOR-LIGNE-TOTAL") == [(5, "Total des jours :")]


def test_a_total_is_known_by_its_sum_whatever_its_label():
    report = plan(
        "Action;Thème;Statut;Charge;Budget",
        "Ouvrir un point;Inclusion;En cours;12;100",
        "Former;Inclusion;En cours;8;50",
        "Ensemble du plan;;;20;150",
        "Publier;;;3;7",
    )
    assert column(report, "intitule") == ["Ouvrir un point", "Former", "Publier"]
    assert told(report, "FOR-LIGNE-TOTAL") == [(5, "Ensemble du plan")]


TET = ("Axe (x)", "Titre de la fiche action", "Structure pilote", "Indicateurs liés")
TET += ("Moyens humains et techniques", "Statut", "Date de début", "Date de fin")
TYPES = ("Champ texte", "Texte court : 300 caractères", "Tag : créez un tag", "Champ texte libre")
TYPES += ("A compléter sur la plateforme.", "Liste déroulante à choix unique")
TYPES += ("Date au format JJ/MM/AAAA", "Date au format JJ/MM/AAAA")
EXAMPLE = ("1 Axe exemple", "1a. Action donnée en exemple", "La Collectivité Exemple")
EXAMPLE += ("Non disponible", None, "En cours", "01/01/2022", "31/12/2023")


def test_the_types_and_the_example_of_an_old_template_are_no_actions():
    action = ("Proximité", "Ouvrir un point", None, None, None, "En cours", "01/01/2026")
    report = parse(workbook({"Import": [("Présentation",), TET, TYPES, EXAMPLE, action]}))
    assert column(report, "intitule") == ["Ouvrir un point"]
    assert codes(report) == ["FOR-LIGNE-AIDE", "FOR-LIGNE-EXEMPLE"]


def test_an_instruction_is_never_a_value_even_in_the_first_action():
    arrow = "➔ Utilisez le même nom que dans vos autres plans"
    later = "Ces informations devront être saisies plus tard"
    actions = [
        ("Proximité", "Ouvrir", arrow, later, None, "En cours", "01/01/2026"),
        ("Proximité", "Former", "DRH", TYPES[3], None, "En cours", "01/01/2026"),
        ("Proximité", "Publier", arrow, None, None, "En cours", "01/01/2026"),
    ]
    report = parse(workbook({"Import": [("Présentation",), TET, TYPES, *actions]}))
    assert column(report, "intitule") == ["Ouvrir", "Former", "Publier"]
    assert column(report, "structure_porteuse") == ["", "DRH", ""]
    assert "indicateur" not in report.lignes.column_names or not any(column(report, "indicateur"))
    assert codes(report).count("FOR-CONSIGNE-LAISSEE") == 4


def test_namesakes_are_told_apart_by_what_they_are_or_left_to_the_gate():
    header = "Intitulé;Thème;Statut;Descriptif"
    lines = ("Équipement;Éducation;En cours;Écoles du nord", "Formation;Éducation;Réalisé;")
    apart = plan(header, *lines, "Équipement;Éducation;Réalisé;Écoles du sud")
    assert len(set(codes_given(apart))) == 3
    alike = plan(header, *lines, "Équipement;Éducation;Réalisé;Écoles du nord")
    assert len(set(codes_given(alike))) == 2


def test_a_sheet_that_scores_a_reference_system_holds_no_action():
    scored = [
        ("N°", "Intitulé", "Points", "Statut", "Commentaire"),
        ("1", "Planification", 100, "", ""),
        ("1.1", "Stratégie", 50, "", ""),
        ("1.1.1", "Réaliser un diagnostic", 12, "Fait", ""),
    ]
    plan_rows = [
        ("SIREN", "Date de situation", "Intitulé", "Statut"),
        (SIREN, "30/09/2026", "Guichet", "En cours"),
    ]
    report = parse(workbook({"Référentiel": scored, "Plan": plan_rows}))
    assert column(report, "intitule") == ["Guichet"]
    assert "FOR-FEUILLE-NOTATION" in codes(report)


def test_what_heads_every_row_is_no_instruction_because_a_row_of_instructions_bears_it_too():
    head = (
        "SIREN;Date de situation;Nom de l'intercommunalité;Intitulé de l'action;Statut;Fin prévue"
    )
    own = f"{SIREN};2026-10-31;CA du Boulonnais"
    report = parse(
        "\n".join(
            [
                head,
                f"{own};Indiquez : intitulé de l'action;Choisissez une valeur;Saisissez une date",
                f"{own};Ouvrir un lieu;En cours;31/12/2026",
                f"{own};Indiquez : intitulé de l'action;En cours;31/12/2026",
            ]
        ).encode()
    )
    assert report.entete["date_situation"].valeur == "2026-10-31"
    assert report.entete["siren_epci"].valeur == SIREN
    assert [name for _, name in told(report, "FOR-CONSIGNE-LAISSEE")] == [
        "Indiquez : intitulé de l'action"
    ]
