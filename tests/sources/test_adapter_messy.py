"""What spreadsheets and people do to a plan of actions: nothing is lost in silence or taken for what it is not."""

import io
import zipfile
from datetime import date

import pandas as pd
import pytest
from openpyxl import Workbook
from report_files import REFERENCE, csv_bytes, flat_rows, parse, saved

from tests.frames import normalise
from vigie.errors import ReportUnreadable
from vigie.records import ParsedReport

TITLES = ("Code", "Axe", "Intitulé de l'action", "Statut", "Budget prévu (€)", "Valeur cible")


def sheet(*rows: tuple, above: tuple = ()) -> ParsedReport:
    book = Workbook()
    for row in (*above, TITLES, *rows):
        book.active.append(row)
    return parse(saved(book))


def told(report: ParsedReport, code: str) -> list[tuple]:
    return [
        (o.ligne, o.colonne, o.valeur, o.champ) for o in report.observations if o.regle_code == code
    ]


def test_a_cell_that_shows_an_error_is_told_and_not_taken_for_a_blank_one():
    report = sheet(
        ("A1", "", "Guichet", "En cours", "#REF!", None), ("A2", "", "Port", "", 5, None)
    )
    assert told(report, "FOR-CELLULE-EN-ERREUR") == [(2, "E", "#REF!", "budget_prevu_eur")]
    assert report.lignes["budget_prevu_eur"].drop_null().to_pylist() == ["5"]


def test_titles_and_notes_between_the_actions_are_not_actions():
    report = sheet(
        ("AXE 1 : INCLUSION",),
        ("A1", "", "Guichet", "En cours", 5, None),
        ("", "2. Mobilité"),
        ("A2", "", "Billettique", "En cours", 5, None),
        ("Document établi par la DSI",),
        ("A3",),
    )
    assert report.lignes["code_action"].to_pylist() == ["A1", "A2", "A3"]
    assert [line for line, *_ in told(report, "FOR-LIGNE-TITRE")] == [2, 4, 6]


def test_a_sub_total_in_the_place_of_a_title_is_not_an_action():
    report = sheet(
        ("A1", "", "Guichet", "En cours", 5, None),
        ("", "", "Sous-total axe 1", "", 5, None),
        ("", "", "Total des actions en cours", "", "", None),
        ("A2", "", "Total déploiement de la fibre", "", 7, None),
    )
    assert told(report, "FOR-LIGNE-TOTAL") == [(3, "", "Sous-total axe 1", "")]
    assert report.lignes["ligne"].to_pylist() == [2, 4, 5]


def test_a_note_in_the_place_of_a_title_is_not_an_action():
    report = sheet(
        ("A1", "", "Guichet", "En cours", 5, None),
        ("", "", "* montants estimés"),
        ("", "", "NB : hors aides de l'État"),
        ("", "", "* Portail", "En cours"),
    )
    assert [line for line, *_ in told(report, "FOR-LIGNE-TITRE")] == [3, 4]
    assert report.lignes["ligne"].to_pylist() == [2, 5]


def test_another_table_below_a_blank_line_is_told_and_not_read_as_actions():
    report = sheet(
        ("A1", "Axe 1", "Guichet", "En cours", 5, None),
        (),
        ("Budget par axe",),
        ("Axe 1", "12000", "15000"),
        ("Axe 2", "8000", "9000"),
    )
    assert [line for line, *_ in told(report, "FOR-LIGNE-HORS-TABLEAU")] == [4, 5, 6]
    assert report.lignes["ligne"].to_pylist() == [2]


def test_actions_below_a_blank_line_stay_actions():
    report = sheet(
        ("A1", "Axe 1", "Guichet", "En cours", 5, None),
        (),
        ("A2", "Axe 2", "Portail", "", "", None),
        ("A3", "Axe 2", "Capteurs", "À venir", "", None),
        (),
        ("A4", "Axe 1", "Atelier", "", "", None),
    )
    assert told(report, "FOR-LIGNE-HORS-TABLEAU") == []
    assert report.lignes["code_action"].to_pylist() == ["A1", "A2", "A3", "A4"]


@pytest.mark.parametrize(
    "title", ["Situation au 30/09/2026", "Situation arrêtée au 30 septembre 2026"]
)
def test_a_date_of_situation_in_the_title_of_the_table_is_found(title):
    report = sheet(("A1", "", "Guichet", "En cours", 5, None), above=((title,), ()))
    assert normalise([report], REFERENCE, date(2026, 11, 1)).rapports["date_situation"].iloc[0] == (
        pd.Timestamp(2026, 9, 30)
    )


def test_rows_pasted_in_another_encoding_do_not_spoil_the_others():
    rows = flat_rows(("A1", "Médiation numérique été", "En cours"), ("A2", "Éclairage", "Réalisé"))
    lines = csv_bytes(rows).split(b"\r\n")
    lines[2] = lines[2].decode().encode("cp1252")
    report = parse(b"\r\n".join(lines))
    assert report.lignes["intitule"].to_pylist() == ["Médiation numérique été", "Éclairage"]


def test_a_target_in_percent_is_read_as_its_number():
    report = sheet(("A1", "", "Guichet", "En cours", 5, "80 %"))
    batch = normalise([report], REFERENCE, date(2026, 11, 1))
    assert batch.actions["valeur_cible"].tolist() == [80.0]


def test_a_target_shown_as_a_percentage_by_the_spreadsheet_is_read_as_shown():
    book = Workbook()
    book.active.append(TITLES)
    book.active.append(("A1", "", "Guichet", "En cours", 5, 0.8))
    book.active["F2"].number_format = "0%"
    batch = normalise([parse(saved(book))], REFERENCE, date(2026, 11, 1))
    assert batch.actions["valeur_cible"].tolist() == [80.0]


def test_a_total_is_named_by_its_own_word():
    report = sheet(
        ("A1", "", "Guichet", "En cours", 5, None), ("Total général", "", "", "", 5, None)
    )
    assert told(report, "FOR-LIGNE-TOTAL") == [(3, "", "Total général", "")]


def test_long_indicators_are_read_from_a_workbook_too():
    book = Workbook()
    book.active.append(("identifiant_indic", "zone_id", "date_valeur", "type_valeur", "valeur"))
    book.active.append(("IND-001", 246200729, date(2025, 12, 31), "VA", 78.5))
    report = parse(saved(book))
    assert (report.jeu, report.lignes["valeur"].to_pylist()) == ("indicateurs_longs", ["78.5"])
    assert report.lignes["zone_id"].to_pylist() == ["246200729"]


def test_a_value_is_found_beside_a_label_that_spans_several_cells():
    above = (("Date de situation :", None, None, "30 septembre 2026"),)
    report = sheet(("A1", "", "Guichet", "En cours", 5, None), above=above)
    assert report.entete["date_situation"].valeur == "30 septembre 2026"


def test_of_two_columns_of_progress_the_one_in_percent_is_kept():
    rows = [("Code", "Projet", "Avancement", "Avancement (%)"), ("A1", "Guichet", "Presque", "45")]
    report = parse(csv_bytes(rows))
    assert report.lignes["taux_avancement"].to_pylist() == ["45"]
    assert [value for *_, value, _ in told(report, "FOR-COLONNE-EN-DOUBLE")] == ["Avancement"]


def test_a_row_cut_by_a_line_break_does_not_make_several_reports():
    others = [(f"A{n}", f"Port {n}", "Réalisé") for n in range(2, 6)]
    rows = flat_rows(("A1", "Ouvrir un guichet", "En cours"), *others)
    cut = csv_bytes(rows).replace(b"un guichet", b"un\r\nguichet")
    report = parse(cut)
    assert [line for line, *_ in told(report, "FOR-LIGNE-COURTE")] == [2, 3]
    assert report.entete["siren_epci"].valeur == rows[1][0]


def test_a_file_without_a_table_of_actions_is_refused_with_what_was_seen():
    with pytest.raises(ReportUnreadable, match="ligne 1 : « Nom », « Ville »"):
        parse(csv_bytes([("Nom", "Ville"), ("A", "B")]))


def test_a_header_on_two_rows_is_read_through_its_group():
    report = parse(
        csv_bytes(
            [
                ("Action", "", "", "Budget", "", "Avancement", ""),
                ("N°", "Intitulé", "Thème", "Prévu", "Divers", "Statut", "%"),
                ("A1", "Guichet", "Inclusion", "45000", "x", "En cours", "40"),
            ]
        )
    )
    assert report.lignes["budget_prevu_eur"].to_pylist() == ["45000"]
    assert report.lignes["taux_avancement"].to_pylist() == ["40"]
    assert told(report, "FOR-COLONNE-INCONNUE") == [(2, "E", "Divers", "")]


@pytest.mark.parametrize(
    ("header", "written", "euros"),
    [
        ("Coût (k€)", "45", 45_000.0),
        ("Budget en K€", "1 200,5", 1_200_500.0),
        ("Budget HT (M€)", "0,5", 500_000.0),
        ("Coût (k€)", "45 000 €", 45_000.0),
    ],
)
def test_amounts_under_a_header_in_thousands_are_read_at_its_scale(header, written, euros):
    rows = [("Code", "Action", "Statut", header), ("A1", "Guichet", "En cours", written)]
    batch = normalise([parse(csv_bytes(rows))], REFERENCE, date(2026, 11, 1))
    assert batch.actions["budget_prevu_eur"].tolist() == [euros]


def as_saved_by_a_spreadsheet(content: bytes, before: bytes, after: bytes) -> bytes:
    """The same workbook with one piece of its first sheet rewritten."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(stream, "w") as copy:
        for name in source.namelist():
            part = source.read(name)
            assert name != "xl/worksheets/sheet1.xml" or before in part
            copy.writestr(name, part.replace(before, after))
    return stream.getvalue()


def test_a_formula_that_was_never_computed_is_told_and_an_empty_result_is_not():
    book = Workbook()
    book.active.append(TITLES)
    book.active.append(("A1", "", "Guichet", '="En cours"', "=2+3", None))
    content = saved(book)
    assert told(parse(content), "FOR-CELLULE-EN-ERREUR") == [
        (2, "D", "formule non calculée", "statut"),
        (2, "E", "formule non calculée", "budget_prevu_eur"),
    ]
    empty = as_saved_by_a_spreadsheet(content, b'<c r="D2">', b'<c r="D2" t="str">')
    assert [column for _, column, *_ in told(parse(empty), "FOR-CELLULE-EN-ERREUR")] == ["E"]


def dated_sheets(*sheets: tuple[str, str, tuple[str, ...]]) -> ParsedReport:
    book = Workbook()
    book.remove(book.active)
    for name, day, codes in sheets:
        sheet = book.create_sheet(name)
        for row in (("Situation au", day), TITLES):
            sheet.append(row)
        for code in codes:
            sheet.append((code, "", f"Action {code}", "En cours", 5, None))
    return parse(saved(book))


def test_the_sheet_of_last_year_is_told_and_not_read_whatever_its_place():
    for order in (1, -1):
        years = [("2024", "31/12/2024", ("A1", "A2")), ("2025", "31/12/2025", ("A1", "A2", "A3"))]
        report = dated_sheets(*years[::order])
        assert set(report.lignes["feuille"].to_pylist()) == {"2025"}
        assert report.entete["date_situation"].valeur == "31/12/2025"
        assert [o.regle_code for o in report.observations] == ["FOR-FEUILLE-ANCIENNE"]


def test_sheets_of_different_actions_are_all_read_even_at_different_dates():
    report = dated_sheets(("Axe 1", "30/11/2025", ("A1", "A2")), ("Axe 2", "31/12/2025", ("B1",)))
    assert report.lignes["code_action"].to_pylist() == ["A1", "A2", "B1"]
    assert [value for *_, value, _ in told(report, "FOR-EN-TETE-CONTRADICTOIRE")] == ["31/12/2025"]


def test_the_same_actions_on_two_sheets_of_the_same_day_are_not_chosen_between():
    with pytest.raises(ReportUnreadable, match="« Avant » et « Après »"):
        dated_sheets(*((name, "31/12/2025", ("A1", "A2")) for name in ("Avant", "Après")))


def test_a_row_written_twice_is_counted_once_and_another_funder_makes_another_row():
    titles = ("Code", "Action", "Statut", "Financeur 1", "Financeur 1 - montant")
    row = ("A1", "Guichet", "En cours", "Région", "100")
    report = parse(csv_bytes([titles, row, row, (*row[:4], "200")]))
    assert [(line, value) for line, _, value, _ in told(report, "LIG-REPETITION")] == [(3, "A1")]
    assert report.lignes["ligne"].to_pylist() == [2, 4]
    assert report.financements["programme_eur"].to_pylist() == ["100", "200"]


@pytest.mark.parametrize(
    ("budget", "paid", "column", "base"),
    [
        ("12 000 € HT", "3 000", "", "HT"),
        ("12 k€ ttc", "3 000 TTC", "", "TTC"),
        ("12 000 € HT", "3 000 TTC", "", ""),
        ("12 000 € HT", "", "TTC", "TTC"),
        ("12 000 €", "", "", ""),
    ],
)
def test_the_base_said_beside_the_amounts_is_that_of_the_action(budget, paid, column, base):
    titles = ("Code", "Action", "Statut", "Budget", "Payé", "HT/TTC")
    rows = [titles, ("A1", "Guichet", "En cours", budget, paid, column)]
    actions = normalise([parse(csv_bytes(rows))], REFERENCE, date(2026, 11, 1)).actions
    assert actions["base_montant"].fillna("").tolist() == [base]
    assert actions["budget_prevu_eur"].tolist() == [12_000.0]


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        (((0.78, "0%"), (0.78, "General"), (0.2, "General")), [78.0, 78.0, 20.0]),
        (((0.78, "0%"), (0.78, "General"), (45, "General")), [78.0, 0.78, 45.0]),
        (((1, "0%"), (1, "General"), (45, "General")), [100.0, 1.0, 45.0]),
        (((1.2, "0%"),), [120.0]),
    ],
)
def test_a_progress_is_read_as_its_cell_shows_it_and_a_bare_fraction_by_its_column(cells, read):
    book = Workbook()
    book.active.append(("Code", "Action", "Statut", "Avancement (%)"))
    for number, (value, shown) in enumerate(cells):
        book.active.append((f"A{number}", "Guichet", "En cours", value))
        book.active.cell(number + 2, 4).number_format = shown
    batch = normalise([parse(saved(book))], REFERENCE, date(2026, 11, 1))
    assert batch.actions["taux_avancement_pct"].tolist() == read
