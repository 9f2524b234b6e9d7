"""Quotes of a CSV: a text may run over lines, but never swallow rows without a word."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_files import SETTINGS, SIREN, csv_bytes, flat_rows, parse

from vigie.errors import ReportUnreadable
from vigie.incidents import defect_of
from vigie.reading.adapters import text_file
from vigie.reading.adapters.encoding import Text, physical_lines
from vigie.reading.adapters.lines import Dialect, LinesLost, rows_of

HEADER = "siren_epci;date_situation;code_action;intitule;descriptif;themes;statut;taux_avancement"
LONG = "identifiant_indic;zone_id;zone_nom;date_valeur;type_valeur;valeur"
GRANTS = "nomAttribuant;idAttribuant;dateConvention;nomBeneficiaire;objet;montant;notificationUE"
REGISTER = "siren_epci;nom;date_adoption;horizon"
TET = (
    "Axe (x);Titre de l'action;Descriptif;Statut;Niveau de priorité;Budget prévisionnel total € TTC"
)
SHAPES = {"template": HEADER, "long": LONG, "grants": GRANTS, "register": REGISTER, "tet": TET}


def rows(header: str, *swallowing: int, number: int = 5, column: int = 1) -> bytes:
    """Rows under a header, with a quote at the beginning of one of the cells of some."""
    lines = [header]
    for n in range(number):
        cells = [f"x{n}"] * (header.count(";") + 1)
        cells[column] = ('"' if n in swallowing else "") + cells[column]
        lines.append(";".join(cells))
    return "\r\n".join([*lines, ""]).encode()


def refusal(content: bytes, settings=SETTINGS) -> str:
    with pytest.raises(ReportUnreadable) as caught:
        parse(content, settings)
    assert caught.value.rule_code == "FIC-GUILLEMETS"
    return str(caught.value).partition("lignes du fichier : ")[2].rstrip(").")


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("quoted", "lines"),
    [
        ((0, 3), "2 à 5"),
        ((1, 2), "3 à 4"),
        ((0, 1, 3, 4), "2 à 3, 5 à 6"),
        ((2,), "4 à 6"),
        ((0, 1, 4), "2 à 3, 6"),
    ],
)
def test_quotes_that_swallow_rows_are_refused_with_their_lines(shape, quoted, lines):
    assert refusal(rows(SHAPES[shape], *quoted)) == lines


@pytest.mark.parametrize("column", range(8))
def test_a_quote_that_opens_and_another_that_closes_further_down_are_refused(column):
    """As if well written: the swallowed rows are then told by their separators alone."""
    opened = rows(HEADER, 0, column=column).decode().split("\r\n")
    cells = opened[4].split(";")
    cells[column] += '"'
    opened[4] = ";".join(cells)
    assert refusal("\r\n".join(opened).encode()) == "2 à 5"


def test_quotes_in_two_different_columns_are_refused():
    content = rows(HEADER, 0).decode().replace("x3;x3;x3", 'x3;x3;"x3', 1)
    assert refusal(content.encode()) == "2 à 5"


def test_quotes_that_open_twice_are_refused_in_rows_that_put_a_blank_after_each_separator():
    lines = [
        f"{SIREN}; 31/10/2026; B{n}; Guichet; Accueil; Mobilité; En cours; 30" for n in range(5)
    ]
    for n in (1, 2):
        lines[n] = lines[n].replace(" Accueil", '"Accueil')
    assert refusal("\n".join([HEADER, *lines]).encode()) == "3 à 4"


def test_a_quote_left_open_is_refused_even_when_their_number_is_even():
    good = csv_bytes(
        flat_rows(("A1", 'écran 12" large', "En cours"), ("A2", "Guichet", "En cours"))
    )
    assert good.count(b'"') == 4
    odd = good.replace(b'"\xc3\xa9cran 12"" large"', b'\xc3\xa9cran 12" large')
    assert refusal(odd.replace(b"Guichet", b'"Guichet')) == "3"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_a_long_file_whose_quotes_swallow_rows_is_refused_as_a_short_one(encoding):
    settings = replace(SETTINGS, max_report_rows=60_000)
    lines = [
        HEADER,
        *(f"{SIREN};31/10/2026;B{n};Été;Accueil;Mobilité;En cours;30" for n in range(40_000)),
    ]
    for n in (30_000, 30_007):
        lines[n] = lines[n].replace("Accueil", '"Accueil')
    assert refusal("\r\n".join(lines).encode(encoding), settings) == "30001 à 30008"
    lines[0], lines[1] = lines[0].replace("intitule", '"intitule'), lines[1].replace("Été", '"Été')
    assert refusal("\r\n".join(lines).encode(encoding), settings) == "1 à 2, 30001 à 30008"


DESCRIPTIONS = {
    "over two lines": "Accueil\ndes habitants",
    "with separators": "Objectifs : accueillir ; former ; équiper\nMoyens : ordinateurs ; salles ; temps",
    "with a list of commas": "Lundi, mardi\nmercredi, jeudi, samedi, dimanche, fériés, vacances, été, hiver, nuit",
    "with quotes": 'Dit « "oui" »\net "non";\n"peut-être"',
    "with blank lines": "Un\n\n\nDeux\n",
    "of many lines": "\n".join(f"- étape {n} ; suite" for n in range(30)),
    "a quote alone": '"',
}


@pytest.mark.parametrize("separator", [";", ","])
@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_a_text_that_rightly_runs_over_lines_is_read(name, separator):
    header = HEADER.split(";")
    text = DESCRIPTIONS[name]
    for order in (header, [h for h in header if h != "descriptif"] + ["descriptif"]):
        cells = {**dict.fromkeys(header, "x"), "siren_epci": SIREN, "date_situation": "31/10/2026"}
        actions = [{**cells, "code_action": f"A{n}", "descriptif": text} for n in range(4)]
        table = [order, *([action[h] for h in order] for action in actions)]
        report = parse(csv_bytes(table, separator))
        assert report.lignes["descriptif"].to_pylist() == [text.strip()] * 4
        assert report.lignes["code_action"].to_pylist() == ["A0", "A1", "A2", "A3"]


def test_quotes_inside_words_and_single_quotes_are_letters():
    report = parse(
        f"{HEADER}\n{SIREN};31/10/2026;A1;Écran 12\" et 24\";L'été 'bleu';x;x;1\n".encode()
    )
    assert report.lignes["intitule"].to_pylist() == ['Écran 12" et 24"']
    assert report.lignes["descriptif"].to_pylist() == ["L'été 'bleu'"]


def test_quotes_that_join_the_columns_of_a_line_are_refused_with_its_number():
    line = f"{SIREN};31/10/2026;A{{}};Guichet;x;Mobilité;En cours;1"
    lines = [line.format(n) for n in range(4)]
    lines[1] = f'"{lines[1]}'.replace("En cours", '"En cours')
    with pytest.raises(ReportUnreadable) as refused:
        parse("\n".join([HEADER, *lines, ""]).encode())
    assert refused.value.rule_code == "FIC-GUILLEMETS"
    assert re.search(r"\b3\b", str(refused.value)), refused.value


CELLS = st.one_of(
    st.sampled_from(["", "x", "a\nb", 'il dit "oui"', "d'eau", "un ; deux", "é\r\n\r\nè"])
)


@given(st.lists(st.lists(CELLS, min_size=8, max_size=8), max_size=12), st.sampled_from([";", ","]))
def test_what_a_spreadsheet_writes_is_read_back_and_its_lines_add_up(table, separator):
    content = csv_bytes([HEADER.split(";"), *table], separator)
    dialect = Dialect.of(content.decode().splitlines(keepends=True))
    lines = text_file._lines(Text(content, "utf-8"))
    assert list(rows_of(lines, dialect, physical_lines(content)))[1:] == table


@given(st.data())
def test_no_quote_ever_makes_rows_disappear_in_silence(data):
    """Quotes anywhere in a good file: as many rows as were sent, else the lines are named."""
    lines = [f"{SIREN};31/10/2026;B{n};Guichet {n};Accueil;Mobilité;En cours;30" for n in range(8)]
    good = "\n".join([HEADER, *lines, ""])
    places = data.draw(st.lists(st.integers(len(HEADER) + 2, len(good) - 3), max_size=4))
    for place in sorted(places, reverse=True):
        good = good[:place] + '"' + good[place:]
    try:
        report = parse(good.encode())
    except ReportUnreadable as error:
        assert error.rule_code in ("FIC-GUILLEMETS", "FIC-PLUSIEURS")
    else:
        assert len(report.lignes) == 8


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_a_text_editor_shows_them(end):
    assert [
        physical_lines(end.join(text).encode()) for text in (["a"], ["a", "b"], ["a", "", ""])
    ] == [1, 2, 2]


def test_a_line_that_is_in_no_row_is_a_defect_that_no_one_misses(monkeypatch):
    lines = text_file._lines
    monkeypatch.setattr(text_file, "_lines", lambda text: list(lines(text))[:-1])
    with pytest.raises(LinesLost) as caught:
        parse(rows(HEADER))
    assert "LinesLost" in defect_of(caught.value).nature
