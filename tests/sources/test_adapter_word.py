"""Word documents: the actions of their tables, as displayed."""

import io
import zipfile

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from report_files import DEPOSIT, REFERENCE, SETTINGS, SIREN, codes, parse, receipt
from word_files import (
    HEADER,
    add_numbering,
    add_table,
    delete_run,
    insert_run,
    saved_word,
    set_mark,
    set_number,
    word,
)

from tests.frames import frames, normalise
from vigie.errors import ReportUnreadable
from vigie.gate import judge
from vigie.reading.adapters import read

PLAN = [
    ["A1", "Ouvrir un guichet", "En cours", "31 décembre 2026", "45 000 €"],
    ["A2", "Former les agents", "Réalisé", "30/06/2025", "12,5 k€"],
    ["A3", "Publier les données", "À venir", "T2 2027", ""],
]
TITLES = [row[1] for row in PLAN]


def titles(content: bytes) -> list[str]:
    return parse(content).lignes["intitule"].to_pylist()


def told(report, code: str) -> list[str]:
    return [o.valeur for o in report.observations if o.regle_code == code]


def test_the_actions_of_a_table_pass_the_same_gate_as_those_of_a_sheet() -> None:
    content = word("SIREN : " + SIREN, "Date de situation : 31/03/2026", [HEADER, *PLAN])
    report = read(receipt("plan.docx", len(content)), content, REFERENCE, SETTINGS)
    assert report.format == "vigie_docx"
    tables = frames(judge([report], REFERENCE, DEPOSIT.date(), None, None).tables)
    assert tables["rapports"]["verdict"].tolist() == ["accepte_avec_remarques"]
    loaded = tables["lignes"]
    assert loaded["intitule"].tolist() == TITLES
    ends = loaded["date_fin_prevue"].dt.strftime("%d/%m/%Y").tolist()
    assert ends == ["31/12/2026", "30/06/2025", "30/06/2027"]
    assert loaded["budget_prevu_eur"].tolist()[:2] == [45_000, 12_500]
    assert tables["rapports"]["date_situation"].astype(str).tolist() == ["2026-03-31"]


def test_the_date_of_a_title_outside_tables_is_that_of_the_situation_and_is_told() -> None:
    report = parse(word("Feuille de route numérique", "Plan au 28/02/2026", [HEADER, *PLAN]))
    assert report.entete["date_situation"].valeur == "28/02/2026"
    assert "LEC-DATE-SITUATION-TITRE" in codes(report)


def test_a_table_cut_over_pages_is_one_whether_its_header_is_repeated_or_not() -> None:
    repeated = word([HEADER, *PLAN[:2]], "", [HEADER, *PLAN[2:]])
    bare = word([HEADER, *PLAN[:1]], "", PLAN[1:2], "", PLAN[2:])
    for content in (repeated, bare):
        report = parse(content)
        assert report.lignes["intitule"].to_pylist() == TITLES
        assert set(report.lignes["feuille"].to_pylist()) == {"Tableau 1"}
        assert "FOR-PLUSIEURS-FEUILLES" not in codes(report)


def test_another_table_of_the_same_width_is_not_the_rest_of_the_first() -> None:
    costs = [
        ["Poste", "Montant", "Financeur", "Année", "Remarque"],
        ["Serveur", "1", "Région", "2", "x"],
    ]
    report = parse(word([HEADER, *PLAN], "", costs))
    assert report.lignes["intitule"].to_pylist() == TITLES
    assert told(report, "FOR-TABLEAU-NON-LU") == ["« Tableau 2 »"]


def test_among_several_tables_the_one_that_fits_is_read_and_the_others_are_told() -> None:
    people = [["Nom", "Rôle"], ["DSI", "Pilote"]]
    report = parse(word("Présentation", people, "Le plan", [HEADER, *PLAN], "Fin", people))
    assert report.lignes["intitule"].to_pylist() == TITLES
    assert told(report, "FOR-TABLEAU-NON-LU") == ["« Tableau 1 », « Tableau 3 »"]


def test_tables_under_titles_give_their_titles_for_axes() -> None:
    rows = [["Cahier des charges", "En cours", "31/12/2026"], ["Recette", "À venir", "30/06/2027"]]
    header = HEADER[1:4]
    content = word(("Portail famille",), [header, *rows], ("Portail habitat",), [header, *rows])
    report = parse(content)
    assert report.lignes["axe"].to_pylist() == ["Portail famille"] * 2 + ["Portail habitat"] * 2
    assert normalise([report], REFERENCE, DEPOSIT.date()).actions["code_action"].is_unique


def test_the_title_above_a_single_table_is_no_axis() -> None:
    assert "axe" not in parse(word(("Plan d'actions",), [HEADER, *PLAN])).lignes.column_names


def test_merged_cells_repeat_an_axis_and_move_no_column() -> None:
    document = Document()
    header = ["Axe", "Intitulé de l'action", "Calendrier", "", "Statut"]
    rows = [
        header,
        ["", "", "Début", "Fin", ""],
        ["Socle", "Guichet", "01/01/2026", "31/12/2026", "En cours"],
        ["", "Former", "01/02/2026", "30/11/2026", "Réalisé"],
    ]
    table = add_table(document, rows)
    table.cell(0, 2).merge(table.cell(0, 3))
    for column in (0, 1, 4):
        table.cell(0, column).merge(table.cell(1, column))
    table.cell(2, 0).merge(table.cell(3, 0))
    report = parse(saved_word(document))
    found = report.lignes.to_pandas()
    assert found["axe"].tolist() == ["Socle", "Socle"]
    assert found["statut"].tolist() == ["En cours", "Réalisé"]
    assert found["date_fin_prevue"].tolist() == ["31/12/2026", "30/11/2026"]


def test_borders_moved_by_hand_move_no_cell_under_another_title() -> None:
    document = Document()
    table = add_table(document, [HEADER, *PLAN])
    # The third title spans two columns of the grid, and so does the first cell of the rows.
    for number, row in enumerate(table._tbl.tr_lst):
        row.tc_lst[2 if number == 0 else 0].grid_span = 2
    report = parse(saved_word(document))
    assert report.lignes["statut"].to_pylist() == [row[2] for row in PLAN]


def test_deleted_and_hidden_text_is_not_read_and_is_told_inserted_text_is_read() -> None:
    document = Document()
    table = add_table(document, [HEADER, *PLAN])
    status = table.cell(1, 2).paragraphs[0]
    delete_run(status.runs[0])
    insert_run(status, "Réalisé")
    hidden = table.cell(2, 1).paragraphs[0].add_run(" (note interne)")
    set_mark(hidden._r.get_or_add_rPr(), "w:vanish")
    set_mark(table.rows[3]._tr.get_or_add_trPr(), "w:del")
    report = parse(saved_word(document))
    assert report.lignes["intitule"].to_pylist() == TITLES[:2]
    assert report.lignes["statut"].to_pylist() == ["Réalisé", "Réalisé"]
    assert told(report, "FOR-TEXTE-SUPPRIME") == ["2, lignes 2, 3"]


def test_struck_out_text_is_read_and_told() -> None:
    document = Document()
    table = add_table(document, [HEADER, *PLAN])
    table.cell(1, 1).paragraphs[0].runs[0].font.strike = True
    report = parse(saved_word(document))
    assert report.lignes["intitule"].to_pylist() == TITLES
    assert told(report, "FOR-TEXTE-BARRE") == ["1, lignes 2"]


def test_a_table_inside_a_cell_is_told_and_read_when_it_is_the_plan() -> None:
    document = Document()
    table = add_table(document, [HEADER, *PLAN])
    table.cell(1, 1).add_table(rows=1, cols=2).cell(0, 0).text = "détail"
    report = parse(saved_word(document))
    assert report.lignes["intitule"].to_pylist() == TITLES
    assert told(report, "FOR-TABLEAU-IMBRIQUE") == ["1, lignes 2"]
    frame = Document()
    inner = frame.add_table(rows=1, cols=1).cell(0, 0).add_table(rows=4, cols=5)
    for number, row in enumerate([HEADER, *PLAN]):
        for index, text in enumerate(row):
            inner.cell(number, index).text = text
    assert titles(saved_word(frame)) == TITLES


def test_a_list_left_unanswered_is_blank_and_an_answer_in_a_control_is_read() -> None:
    control = (
        f"<w:sdt {nsdecls('w')}><w:sdtPr>{{}}</w:sdtPr><w:sdtContent><w:r><w:t>{{}}</w:t></w:r>"
        "</w:sdtContent></w:sdt>"
    )
    document = Document()
    table = add_table(document, [HEADER, *[[*row[:2], "", *row[3:]] for row in PLAN]])
    for number, (state, text) in enumerate(
        (("<w:showingPlcHdr/>", "Choisissez un élément."), ("", "Réalisé")), start=1
    ):
        table.cell(number, 2).paragraphs[0]._p.append(parse_xml(control.format(state, text)))
    old = (
        f"<w:r {nsdecls('w')}><w:fldChar w:fldCharType='begin'><w:ffData><w:ddList><w:result w:val='1'/>"
        "<w:listEntry w:val='À venir'/><w:listEntry w:val='Bloqué'/></w:ddList></w:ffData></w:fldChar></w:r>"
    )
    table.cell(3, 2).paragraphs[0]._p.append(parse_xml(old))
    assert parse(saved_word(document)).lignes["statut"].to_pylist() == [None, "Réalisé", "Bloqué"]


def _rewritten(content: bytes, old: bytes, new: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(stream, "w", 8) as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(old, new))
    return stream.getvalue()


def test_a_strict_document_is_read() -> None:
    main = b"schemas.openxmlformats.org/wordprocessingml/2006/main"
    strict = _rewritten(word([HEADER, *PLAN]), main, b"purl.oclc.org/ooxml/wordprocessingml/main")
    assert titles(strict) == TITLES


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"<w:body>", b"<w:body><w:broken>", "FIC-ILLISIBLE"),
        (b"<w:tcPr>", b'<w:tcPr><w:gridSpan w:val="x"/>', "FIC-ILLISIBLE"),
        (b"<w:document ", b"<!DOCTYPE w><w:document ", "FIC-XML"),
        (b"<w:body>", b"<w:body>" + b"<w:sdt>" * 5_000 + b"</w:sdt>" * 5_000, "FIC-ILLISIBLE"),
    ],
)
def test_a_document_that_hurts_is_refused_with_a_sentence(old, new, code) -> None:
    with pytest.raises(ReportUnreadable) as refusal:
        parse(_rewritten(word([HEADER, *PLAN]), old, new))
    assert refusal.value.rule_code == code


def test_a_cell_said_to_span_a_million_columns_takes_no_place() -> None:
    document = Document()
    table = add_table(document, [HEADER, *PLAN])
    table._tbl.tr_lst[1].tc_lst[1].grid_span = 10**6
    assert titles(saved_word(document)) == TITLES


def test_a_document_without_a_table_of_actions_is_refused_with_the_likeliest_one() -> None:
    rows = [["Besogne", "Acteur", "Où en est-on"], ["Ouvrir un guichet", "DSI", "En cours"]]
    with pytest.raises(ReportUnreadable, match=r"« Tableau 1 », ligne 1 : « Besogne »"):
        parse(word("Notre plan", rows))
    with pytest.raises(ReportUnreadable) as refusal:
        parse(word("Aucun tableau"))
    assert refusal.value.rule_code == "FIC-MODELE"


def test_a_tracked_change_of_a_paragraph_leaves_its_properties_alone() -> None:
    document = Document()
    table = add_table(document, [HEADER, *PLAN])
    paragraph = table.cell(1, 1).paragraphs[0]._p
    mark = parse_xml(f"<w:rPr {nsdecls('w')}><w:del w:id='1' w:author='x'/></w:rPr>")
    paragraph.get_or_add_pPr().append(mark)
    assert paragraph.find(qn("w:pPr")) is not None
    assert told(parse(saved_word(document)), "FOR-TEXTE-SUPPRIME") == []


def test_cards_one_table_per_action_are_read_as_one_table() -> None:
    cards = []
    for number, (title, status) in enumerate((("Ouvrir", "En cours"), ("Former", "Réalisé"))):
        rows = [
            ["Intitulé de l'action :", title],
            ["Statut", status],
            ["Date de fin", "31/12/2026"],
            ["Pilote", "DSI"],
            ["Divers", "x"],
            ["Commentaire", "début"],
            ["", "suite"],
        ]
        rows = [["FICHE ACTION", ""], *rows]
        cards += ["", rows if number else [*rows, ["Budget prévu (€)", "45 000"]]]
    report = parse(word("Situation au 31/03/2026", *cards))
    found = report.lignes.to_pandas()
    assert found["intitule"].tolist() == ["Ouvrir", "Former"]
    assert found["statut"].tolist() == ["En cours", "Réalisé"]
    assert report.lignes["budget_prevu_eur"].to_pylist() == ["45 000", None]
    assert report.entete["date_situation"].valeur == "31/03/2026"
    assert found["commentaire"].tolist() == ["début\nsuite"] * 2
    (unread,) = [o for o in report.observations if o.regle_code == "FOR-COLONNE-INCONNUE"]
    assert (unread.valeur, unread.nombre) == ("Divers", 2)


def test_what_is_deleted_in_a_card_is_told() -> None:
    document = Document()
    table = add_table(document, [["Intitulé", "Ouvrir"], ["Statut", "En cours"], ["Budget", "1"]])
    delete_run(table.cell(1, 1).paragraphs[0].runs[0])
    insert_run(table.cell(1, 1).paragraphs[0], "Réalisé")
    report = parse(saved_word(document))
    assert report.lignes["statut"].to_pylist() == ["Réalisé"]
    assert told(report, "FOR-TEXTE-SUPPRIME") == ["1, lignes 2"]


def numbered_plan(column: int, numbers: list[int], *levels: tuple[str, str]) -> bytes:
    """A plan of six rows and a blank one, numbered by Word alone in a column."""
    document = Document()
    document.add_paragraph("Situation au 31/03/2026")
    header = ("N°", "Intitulé de l'action", "Statut", "Fin prévue")
    titles = ("Inclusion", "Ouvrir un lieu", "Former", "E-administration", "Portail", "Forum")
    states = ("", "En cours", "Réalisé", "", "En cours", "Réalisé")
    rows = [("", title, state, "") for title, state in zip(titles, states, strict=True)]
    rows += [("", "", "", "")]
    table = add_table(document, [header, *rows])
    numbering = add_numbering(document, *levels)
    for line, level in enumerate(numbers, start=1):
        set_number(table.cell(line, column).paragraphs[0], numbering, level)
    return saved_word(document)


@pytest.mark.parametrize(
    ("levels", "shown"),
    [
        ([("decimal", "%1"), ("decimal", "%1.%2")], ["1.1", "1.2", "2.1", "2.2"]),
        ([("upperRoman", "%1"), ("lowerLetter", "%1.%2")], ["I.a", "I.b", "II.a", "II.b"]),
        ([("upperLetter", "%1"), ("decimalZero", "%1-%2")], ["A-01", "A-02", "B-01", "B-02"]),
    ],
)
def test_the_numbers_that_word_writes_by_itself_are_codes_and_tell_the_groups(
    levels, shown
) -> None:
    report = parse(numbered_plan(0, [0, 1, 1, 0, 1, 1, 1], *levels))
    assert report.lignes["code_action"].to_pylist() == shown
    assert report.lignes["axe"].to_pylist() == [*["Inclusion"] * 2, *["E-administration"] * 2]
    assert codes(report).count("FOR-LIGNE-GROUPE") == 2


def test_the_numbers_of_titles_are_read_as_displayed_and_signs_number_nothing() -> None:
    numbered = numbered_plan(1, [0, 1, 1, 0, 1, 1], ("decimal", "%1."), ("decimal", "%1.%2"))
    assert titles(numbered) == ["1.1 Ouvrir un lieu", "1.2 Former", "2.1 Portail", "2.2 Forum"]
    signs = numbered_plan(1, [0] * 6, ("bullet", "•"))
    assert "Ouvrir un lieu" in titles(signs)
