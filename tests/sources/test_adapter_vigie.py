"""The template of Vigie, as a workbook and as a flat CSV, with the habits of those who fill it in."""

from dataclasses import replace

import pytest
from openpyxl import Workbook, load_workbook
from report_files import (
    DEPOSIT,
    REFERENCE,
    SETTINGS,
    SIREN,
    codes,
    csv_bytes,
    flat_rows,
    open_document,
    open_document_row,
    parse,
    saved,
    workbook,
)

from vigie.errors import ReportUnreadable
from vigie.reading.template import ACTIONS_SHEET, HEADER_SHEET, write_template
from vigie.records import ROADMAP_REGISTER

FORM = [("SIREN de l'intercommunalité", SIREN), ("Date de situation", "31/03/2026")]
HEADER = ("Code de l'action", "Intitulé de l'action", "Statut", "Taux d'avancement (%)")


def test_a_template_filled_in_gives_its_header_and_its_actions(tmp_path):
    path = tmp_path / "modele.xlsx"
    write_template(path, REFERENCE, SIREN)
    book = load_workbook(path)
    book[HEADER_SHEET]["B6"] = DEPOSIT.date()
    book[ACTIONS_SHEET]["A3"] = "A1"
    book[ACTIONS_SHEET]["C3"] = "Guichet numérique du port"
    report = parse(saved(book))
    assert report.format == "vigie_xlsx"
    assert {champ: cell.valeur for champ, cell in report.entete.items()} == {
        "siren_epci": SIREN,
        "date_situation": "2026-04-03",
    }
    assert report.entete["date_situation"].colonne == "B"
    row = report.lignes.to_pandas().iloc[0]
    assert (row.feuille, row.ligne, row.code_action) == (ACTIONS_SHEET, 3, "A1")
    assert row.intitule == "Guichet numérique du port"
    assert codes(report) == []


def test_title_rows_moved_and_renamed_columns_do_not_matter():
    report = parse(
        workbook(
            {
                "Couverture": [("Ma belle feuille de route",)],
                "Suivi": [
                    ("Feuille de route numérique",),
                    ("SIREN :", "246 200 729"),
                    ("Situation au", "31/03/2026"),
                    (),
                    ("État d'avancement", "Titre", "Code\naction"),
                    ("En cours", "Guichet", "A1"),
                    (),
                    ("Réalisé", "Capteurs", "A2"),
                ],
            }
        )
    )
    assert report.lignes.to_pandas()["intitule"].tolist() == ["Guichet", "Capteurs"]
    assert report.lignes.to_pandas()["ligne"].tolist() == [6, 8]
    assert report.entete["siren_epci"].valeur == "246 200 729"
    assert report.colonnes["code_action"] == ("Code action", "C")
    assert codes(report) == []


def test_a_total_row_a_repeated_header_and_blank_rows_are_not_actions():
    header = (*HEADER, "Budget prévu (€)")
    report = parse(
        workbook(
            {
                "Actions": [
                    header,
                    ("A1", "Guichet", "En cours", 40, 1000),
                    header,
                    ("A2", "Total Énergie", "En cours", 10, 2000),
                    (None, "Total général", None, None, 3000),
                    (None, None, None, None, 3000),
                ]
            }
        )
    )
    assert report.lignes.to_pandas()["code_action"].tolist() == ["A1", "A2"]
    assert codes(report) == ["FOR-EN-TETE-REPETE", "FOR-LIGNE-TOTAL", "FOR-LIGNE-TOTAL"]


def test_an_unknown_column_is_told_with_the_closest_one_and_never_read():
    report = parse(workbook({"Actions": [(*HEADER, "Descritpif"), ("A1", "Guichet", "", 1, "x")]}))
    told = report.observations[0]
    assert (told.regle_code, told.valeur, told.champ) == (
        "FOR-COLONNE-INCONNUE",
        "Descritpif",
        "descriptif",
    )
    assert "descriptif" not in report.lignes.to_pandas()


def test_a_column_without_header_is_told_only_when_it_holds_data():
    rows = [(*HEADER, None, None), ("A1", "Guichet", "En cours", 1, None, "note")]
    report = parse(workbook({"Actions": rows}))
    assert [(o.regle_code, o.colonne) for o in report.observations] == [
        ("FOR-COLONNE-SANS-TITRE", "F")
    ]


def test_the_second_column_of_a_field_is_set_aside_and_the_header_of_the_template_wins():
    rows = [("Code", "Titre", "État", "Intitulé de l'action"), ("A1", "ancien", "En cours", "neuf")]
    report = parse(workbook({"Actions": rows}))
    assert report.lignes.to_pandas()["intitule"].tolist() == ["neuf"]
    assert [(o.regle_code, o.valeur) for o in report.observations] == [
        ("FOR-COLONNE-EN-DOUBLE", "Titre")
    ]


def test_columns_that_name_persons_are_dropped_and_told():
    rows = [(*HEADER, "Chef de projet", "Courriel"), ("A1", "Guichet", "", 1, "Jean D.", "j@x.fr")]
    report = parse(workbook({"Actions": rows}))
    assert codes(report) == ["FOR-COLONNE-PERSONNE"] * 2
    assert (
        "Jean" not in report.lignes.to_pandas().to_csv()
        and "@" not in report.lignes.to_pandas().to_csv()
    )


def test_a_hidden_sheet_of_actions_is_left_out_and_told():
    rows = [HEADER, ("A1", "Guichet", "En cours", 1)]
    report = parse(workbook({"Actions": rows, "Anciennes": rows}, hidden=["Anciennes"]))
    assert len(report.lignes) == 1
    assert [(o.regle_code, o.valeur) for o in report.observations] == [
        ("FOR-FEUILLE-MASQUEE", "Anciennes")
    ]


def test_several_sheets_of_actions_are_all_read_and_told():
    report = parse(
        workbook(
            {
                "Axe 1": [HEADER, ("A1", "Guichet", "En cours", 1)],
                "Axe 2": [HEADER[:3], ("B1", "Capteurs", "À venir")],
            }
        )
    )
    assert report.lignes.to_pandas()["feuille"].tolist() == ["Axe 1", "Axe 2"]
    assert codes(report) == ["FOR-PLUSIEURS-FEUILLES"]


def test_an_axis_merged_over_rows_is_spread_but_a_merged_amount_is_only_told():
    book = Workbook()
    sheet = book.active
    sheet.append(("Axe", "Intitulé de l'action", "Statut", "Budget"))
    sheet.append(("Axe 1", "Guichet", "En cours", 900))
    sheet.append((None, "Capteurs", "En cours", None))
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("D2:D3")
    report = parse(saved(book))
    assert report.lignes.to_pandas()["axe"].tolist() == ["Axe 1", "Axe 1"]
    assert report.lignes.to_pandas()["budget_prevu_eur"].isna().tolist() == [False, True]
    assert [(o.regle_code, o.valeur) for o in report.observations] == [
        ("FOR-CELLULES-FUSIONNEES", "Budget")
    ]


def test_columns_of_one_field_are_joined_and_rows_blank_in_all_of_them_keep_their_place():
    header = ("Intitulé de l'action", "Statut", "Code", "Thème", "Autres thèmes")
    rows = [("Guichet", "En cours", "A1", "Mobilité", "Tourisme"), ("Port", "En cours", "A2")]
    report = parse(workbook({"Actions": [header, *rows, ("Bus", "En cours", "A3", None, "Santé")]}))
    assert report.lignes.to_pandas()["themes"].fillna("").tolist() == [
        "Mobilité|Tourisme",
        "",
        "Santé",
    ]


def test_a_progress_cell_shown_as_a_percentage_is_read_as_shown():
    book = Workbook()
    sheet = book.active
    sheet.append(HEADER)
    sheet.append(("A1", "Guichet", "En cours", 0.45))
    sheet.append(("A2", "Capteurs", "En cours", 0.5))
    sheet["D2"].number_format = "0%"
    assert parse(saved(book)).lignes.to_pandas()["taux_avancement"].tolist() == ["45 %", "0.5"]


def test_a_header_field_written_twice_differently_is_told():
    report = parse(
        workbook(
            {
                "Feuille de route": FORM,
                "Autre": [*FORM[:1], ("Date de situation", "30/06/2026")],
                "Actions": [HEADER, ("A1", "Guichet", "En cours", 1)],
            }
        )
    )
    assert report.entete["date_situation"].valeur == "31/03/2026"
    assert [(o.regle_code, o.valeur) for o in report.observations] == [
        ("FOR-EN-TETE-CONTRADICTOIRE", "30/06/2026")
    ]


def test_funders_are_rows_of_their_own():
    header = (
        "Intitulé de l'action",
        "Statut",
        "Code",
        "Financeur 1",
        "Financeur 1 - programmé (€)",
        "Financeur 2",
        "Financeur 2 - payé (€)",
    )
    rows = [header, ("Guichet", "En cours", "A1", "Région", 500, "FEDER", 20), ("Rien", "", "A2")]
    report = parse(workbook({"Actions": rows}))
    kept = report.financements.to_pandas()[
        ["ligne", "financeur", "programme_eur", "paye_eur"]
    ].fillna("")
    assert kept.to_numpy().tolist() == [[2, "Région", "500", ""], [2, "FEDER", "", "20"]]


def test_instruction_text_left_in_a_cell_is_blank():
    rows = [HEADER, *[(f"A{n}", "Guichet", "En cours", 1) for n in range(4)]]
    rows.append(("A5", "Port", "➔ Choisissez", 1))
    report = parse(workbook({"Actions": rows}))
    assert report.lignes.to_pandas()["statut"].isna().tolist() == [False] * 4 + [True]
    assert codes(report) == ["FOR-CONSIGNE-LAISSEE"]


def test_a_libreoffice_spreadsheet_is_read_like_any_workbook():
    blank = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    header = open_document_row("Code", "Titre", "Statut")
    report = parse(open_document(header, open_document_row("A1", "Guichet", "En cours"), blank))
    assert report.lignes.to_pandas()["intitule"].tolist() == ["Guichet"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_flat_csv_is_read_whatever_its_encoding_and_separator(encoding, separator):
    rows = flat_rows(
        ("A1", "Équiper l'été : cœur de ville", "Réalisé"), ("A2", "Hôtel, « à côté »", "")
    )
    report = parse(csv_bytes(rows, separator, encoding))
    assert report.format == "vigie_csv"
    assert report.lignes.to_pandas()["intitule"].tolist() == [
        "Équiper l'été : cœur de ville",
        "Hôtel, « à côté »",
    ]
    assert report.entete["siren_epci"].valeur == SIREN
    assert report.lignes.to_pandas()["ligne"].tolist() == [2, 3]


def test_a_csv_with_a_preamble_trailing_separators_and_ragged_rows_is_read():
    text = (
        "Feuille de route;;;\r\nSIREN;200000172\r\nDate de situation;31/03/2026\r\n\r\n"
        'Code;Titre;Statut;Commentaire\r\nA1;Guichet;En cours;"deux\nlignes"\r\nA2;Capteurs\r\n'
        "A3;Port;Bloqué;;;\r\n;;;;\r\n;;;;\r\n"
    )
    report = parse(text.encode())
    assert report.lignes.to_pandas()["intitule"].tolist() == ["Guichet", "Capteurs", "Port"]
    assert report.lignes.to_pandas()["ligne"].tolist() == [6, 7, 8]
    assert report.lignes.to_pandas()["commentaire"].iloc[0] == "deux\nlignes"
    assert report.entete["date_situation"].valeur == "31/03/2026"
    assert codes(report) == ["FOR-LIGNE-COURTE"]


def test_a_long_csv_reads_the_same_on_the_fast_and_on_the_careful_road():
    rows = flat_rows(
        *((f"A{i}", f"Action\u00a0{i} " + "x" * 40, "En cours") for i in range(30_000))
    )
    regular = csv_bytes(rows, encoding="cp1252")
    ragged = regular.replace(b";En cours\r\n", b"\r\n", 1)
    settings = replace(SETTINGS, max_report_rows=30_000)
    fast, careful = parse(regular, settings), parse(ragged, settings)
    assert fast.lignes.to_pandas()["intitule"].iloc[7] == "Action 7 " + "x" * 40
    assert careful.lignes.to_pandas()["statut"].isna().sum() == 1
    columns = ["ligne", "code_action", "intitule"]
    assert fast.lignes.to_pandas()[columns].equals(careful.lignes.to_pandas()[columns])


def test_a_flat_file_mixing_two_dates_is_refused_with_both():
    rows = flat_rows(("A1", "Guichet", "En cours"), ("A2", "Port", "En cours"))
    rows[2][1] = "30/06/2026"
    with pytest.raises(ReportUnreadable, match="31/03/2026, 30/06/2026") as refusal:
        parse(csv_bytes(rows))
    assert refusal.value.rule_code == "FIC-PLUSIEURS"


def test_a_file_without_a_table_of_actions_is_refused_with_what_to_do():
    with pytest.raises(ReportUnreadable) as refusal:
        parse(csv_bytes([("Commune", "Population"), ("Calais", "67544")]))
    assert refusal.value.rule_code == "FIC-MODELE"
    assert "modèle" in refusal.value.advice


def test_a_table_with_its_header_but_no_action_is_an_empty_report():
    report = parse(csv_bytes(flat_rows()))
    assert report.lignes.to_pandas().empty
    assert list(report.lignes.to_pandas().columns[:2]) == ["feuille", "ligne"]


def test_the_register_of_roadmaps_is_recognised_by_its_columns():
    rows = [
        ("siren_epci", "nom", "date_adoption", "horizon"),
        (SIREN, "CC", "14/12/2023", "2027"),
        ("", "", "", ""),
    ]
    report = parse(csv_bytes(rows))
    assert (report.jeu, report.format) == (ROADMAP_REGISTER, "registre_csv")
    assert report.lignes.to_pandas()[
        ["siren_epci", "date_adoption", "horizon"]
    ].to_numpy().tolist() == [[SIREN, "14/12/2023", "2027"]]
