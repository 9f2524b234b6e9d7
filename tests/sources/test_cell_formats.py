"""What the cells of a workbook show is what is read, in .xlsx, in .xls and in .ods, or it is told."""

import io
from collections.abc import Callable, Iterable
from zipfile import ZipFile

import pytest
import xlwt
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from report_files import (
    SETTINGS,
    codes,
    open_document,
    open_document_row,
    parse,
    receipt,
    saved,
    workbook,
)

from vigie.errors import ReportUnreadable
from vigie.reading.adapters import guard
from vigie.records import ParsedReport

TITLES = (
    "Code", "Intitulé de l'action", "Statut", "Avancement (%)", "Budget prévu (€)", "Fin prévue", "Confidentiel",
)  # fmt: skip
Cell = tuple[object, str]
Make = Callable[[Iterable[Iterable[Cell]]], bytes]
PLAIN = "General"


def xlsx(rows: Iterable[Iterable[Cell]]) -> bytes:
    book = Workbook()
    book.active.append(TITLES)
    for line, row in enumerate(rows, start=2):
        for column, (value, code) in enumerate(row, start=1):
            cell = book.active.cell(line, column, value)
            cell.number_format = code
    return saved(book)


def xls(rows: Iterable[Iterable[Cell]]) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet")
    for column, title in enumerate(TITLES):
        sheet.write(0, column, title)
    for line, row in enumerate(rows, start=1):
        for column, (value, code) in enumerate(row):
            sheet.write(line, column, value, xlwt.easyxf(num_format_str=code))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def rewritten(content: bytes, change: Callable[[str, bytes], tuple[str, bytes]]) -> bytes:
    stream = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as old, ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(*change(name, old.read(name)))
    return stream.getvalue()


def strict(rows: Iterable[Iterable[Cell]]) -> bytes:
    """As Excel saves « Classeur Open XML strict », with the prefixes that some tools add."""

    def change(name: str, part: bytes) -> tuple[str, bytes]:
        for transitional, other in (
            (
                b"schemas.openxmlformats.org/spreadsheetml/2006/main",
                b"purl.oclc.org/ooxml/spreadsheetml/main",
            ),
            (
                b"schemas.openxmlformats.org/officeDocument/2006/relationships",
                b"purl.oclc.org/ooxml/officeDocument/relationships",
            ),
        ):
            part = part.replace(b"http://" + transitional, b"http://" + other)
        return name, part

    return rewritten(xlsx(rows), change)


def prefixed(rows: Iterable[Iterable[Cell]]) -> bytes:
    def change(name: str, part: bytes) -> tuple[str, bytes]:
        if name.startswith("xl/worksheets/"):
            part = (
                part.replace(b"<", b"<x:").replace(b"<x:/", b"</x:").replace(b"xmlns=", b"xmlns:x=")
            )
        return name, part

    return rewritten(xlsx(rows), change)


MAKES = (xlsx, xls, strict, prefixed)


def row(
    code: Cell = ("A1", PLAIN),
    progress: Cell = ("", PLAIN),
    budget: Cell = ("", PLAIN),
    end: Cell = ("", PLAIN),
    confidential: Cell = ("", PLAIN),
    title: str = "Ouvrir",
) -> list[Cell]:
    return [code, (title, PLAIN), ("En cours", PLAIN), progress, budget, end, confidential]


def read(content: bytes, champ: str) -> list[str | None]:
    report = parse(content)
    assert "FOR-FORMATS-NON-LUS" not in codes(report)
    return report.lignes[champ].to_pylist()


def told(report: ParsedReport, code: str) -> list[tuple[int, str, str]]:
    return [(o.ligne, o.colonne, o.valeur) for o in report.observations if o.regle_code == code]


@pytest.mark.parametrize("make", MAKES)
def test_percentages_are_read_as_shown(make: Make) -> None:
    shown = [(45, '0"%"'), (1, '0.0"%"'), (0.45, "0%"), (1, "0.00%"), (45, PLAIN)]
    content = make(row((f"A{n}", PLAIN), cell) for n, cell in enumerate(shown))
    assert read(content, "taux_avancement") == ["45 %", "1.0 %", "45 %", "100.00 %", "45"]


@pytest.mark.parametrize("make", MAKES)
def test_codes_are_read_as_shown(make: Make) -> None:
    shown = [(1, "000"), (3, '"ACT-"000'), (4, '"N°"0'), (7.1, "0.00"), (2, PLAIN), ("3", PLAIN)]
    content = make(row(cell) for cell in shown)
    assert read(content, "code_action") == ["001", "ACT-003", "N°4", "7.10", "2", "3"]


@pytest.mark.parametrize("make", MAKES)
def test_amounts_keep_what_a_format_rounds_and_take_the_scale_that_it_writes(make: Make) -> None:
    shown = [(45000.4, "#,##0 €"), (45, '0" k€"'), (0, '0 "€";-0 "€";"- €"'), (45, '0.0" € HT"')]
    content = make(row(budget=cell) for cell in shown)
    assert read(content, "budget_prevu_eur") == ["45000.4", "45 k€", "0", "45.0 € HT"]


@pytest.mark.parametrize("make", MAKES)
def test_what_a_format_displays_nothing_of_is_blank_and_told_once(make: Make) -> None:
    report = parse(
        make(
            [
                row(budget=(45000, ";;;"), progress=(0, '0"%";;'), confidential=("Oui", ";;;")),
                row(("A2", PLAIN), budget=(0, '[=0]"";General'), end=("31/12/2027", ";;;")),
                row(("A3", PLAIN), budget=(12, "[Red]"), progress=(0, '0"%";;@;')),
                row(("A4", PLAIN), budget=(12, "0;;"), end=("31/12/2027", ";;")),
            ]
        )
    )
    assert report.lignes["budget_prevu_eur"].to_pylist() == [None, None, "12", "12"]
    assert report.lignes["taux_avancement"].to_pylist() == [None, None, "0", None]
    assert report.lignes["date_fin_prevue"].to_pylist() == [None, None, None, "31/12/2027"]
    # Read as blank, it would publish the action.
    assert report.lignes["confidentiel"].to_pylist() == ["Oui", None, None, None]
    assert told(report, "FOR-VALEUR-MASQUEE") == [(0, "", "4, lignes 2, 3")]


def test_what_the_format_of_an_open_document_displays_nothing_of_is_blank() -> None:
    hidden = (
        '<table:table-cell office:value-type="string"><text:p>Ouvrir</text:p></table:table-cell>'
        '<table:table-cell office:value-type="string"><text:p>En cours</text:p></table:table-cell>'
        '<table:table-cell office:value-type="percentage" office:value="0.45"><text:p/></table:table-cell>'
        '<table:table-cell office:value-type="float" office:value="45000"><text:p></text:p></table:table-cell>'
    )
    shown = hidden.replace("Ouvrir", "Fermer").replace("<text:p/>", "<text:p>45 %</text:p>")
    shown = shown.replace("<text:p></text:p>", "<text:p>45 000</text:p>")
    report = parse(
        open_document(
            open_document_row(*TITLES[1:5]),
            *(f"<table:table-row>{cells}</table:table-row>" for cells in (hidden, shown)),
        )
    )
    assert report.lignes["taux_avancement"].to_pylist() == [None, "45 %"]
    assert report.lignes["budget_prevu_eur"].to_pylist() == [None, "45000"]
    assert told(report, "FOR-VALEUR-MASQUEE") == [(0, "", "2, lignes 2")]


@pytest.mark.parametrize("make", (xlsx, strict, prefixed))
def test_a_number_is_no_date_for_a_format_named_in_another_language(make: Make) -> None:
    content = make([row((5, "Standard"), budget=(45000, "Standard"))])
    assert read(content, "code_action") == ["5"]
    assert read(content, "budget_prevu_eur") == ["45000"]


@pytest.mark.parametrize("make", MAKES)
def test_a_month_alone_is_read_as_one_and_a_day_as_a_day(make: Make) -> None:
    content = make([row(end=(46357, "mmm-yy")), row(end=(46357, "dd/mm/yyyy"))])
    assert read(content, "date_fin_prevue") == ["12/2026", "2026-12-01"]


# The last day of December says what the cell shows, its first day does not.
@pytest.mark.parametrize(("day", "read"), [(46022, "2025-12-31"), (45992, "12/2025")])
def test_a_situation_shown_as_a_month_is_its_last_day(day: int, read: str) -> None:
    book = Workbook()
    book.active.append([*TITLES[:3], "Date de situation"])
    for line in (2, 3):
        book.active.append([f"A{line}", f"Ouvrir {line}", "En cours", day])
        book.active.cell(line, 4).number_format = "mmm-yy"
    assert parse(saved(book)).entete["date_situation"].valeur == read


@pytest.mark.parametrize("make", MAKES)
def test_words_that_a_format_shows_for_numbers_are_read(make: Make) -> None:
    shown = '[=1]"Oui";[=0]"Non";General'
    content = make([row(confidential=(1, shown)), row(confidential=(0, shown))])
    assert read(content, "confidentiel") == ["Oui", "Non"]


def document_cell(shown: str, value: float, kind: str = "float") -> str:
    return (
        f'<table:table-cell office:value-type="{kind}" office:value="{value}"><text:p>{shown}</text:p>'
        "</table:table-cell>"
    )


def document_row(code: str, progress: str, budget: str, end: str = "<table:table-cell/>") -> str:
    named = open_document_row("Ouvrir", "En cours").removeprefix("<table:table-row>")
    return f"<table:table-row>{code}{named.removesuffix('</table:table-row>')}{progress}{budget}{end}</table:table-row>"


def test_a_line_break_of_an_open_document_parts_words_and_a_note_is_no_part_of_a_cell() -> None:
    note = "<office:annotation><text:p>à revoir</text:p></office:annotation>"
    code = document_cell("001", 1).replace("<text:p>", f"{note}<text:p>")
    nothing = "<table:table-cell/>"
    row = document_row(code, nothing, nothing).replace("Ouvrir", "Ouvrir<text:line-break/>le port")
    report = parse(open_document(open_document_row(*TITLES), row))
    assert report.lignes["code_action"].to_pylist() == ["001"]
    assert report.lignes["intitule"].to_pylist() == ["Ouvrir\nle port"]


def test_an_open_document_is_read_as_shown() -> None:
    month = (
        '<table:table-cell office:value-type="date" office:date-value="2026-12-01"><text:p>déc. 26</text:p>'
        "</table:table-cell>"
    )
    content = open_document(
        open_document_row(*TITLES),
        document_row(
            document_cell("001", 1),
            document_cell("45%", 45),
            document_cell("45 000 €", 45000.4),
            month,
        ),
        document_row(
            document_cell("ACT-003", 3), document_cell("45,0 %", 45.04), document_cell("45 k€", 45)
        ),
        document_row(
            document_cell("1,10", 1.1), document_cell("45", 45), document_cell("45 k€", 45000)
        ),
    )
    report = parse(content)
    assert report.lignes["code_action"].to_pylist() == ["001", "ACT-003", "1,10"]
    assert report.lignes["taux_avancement"].to_pylist() == ["45 %", "45.04 %", "45"]
    assert report.lignes["budget_prevu_eur"].to_pylist() == ["45000.4", "45 k€", "45000"]
    assert report.lignes["date_fin_prevue"].to_pylist() == ["déc. 26", None, None]


def formulas(calculation: bytes, *cells: bytes) -> bytes:
    """A workbook whose cells of budget are written as they are, under this element of calculation."""
    content = workbook(
        {
            "Actions": [
                TITLES,
                *([f"A{n}", "Ouvrir", "En cours", "40", n] for n in range(len(cells))),
            ]
        }
    )

    def change(name: str, part: bytes) -> tuple[str, bytes]:
        if name == "xl/workbook.xml":
            start = part.index(b"<calcPr")
            part = part[:start] + calculation + part[part.index(b">", start) + 1 :]
        if name.startswith("xl/worksheets/"):
            for line, cell in enumerate(cells):
                place = f'<c r="E{line + 2}" t="n"><v>{line}</v></c>'.encode()
                assert place in part
                part = part.replace(place, f'<c r="E{line + 2}">'.encode() + cell + b"</c>")
        return name, part

    return rewritten(content, change)


NOT_COMPUTED = "formule non calculée"


@pytest.mark.parametrize(
    "cell",
    [
        b"<f>A1</f>",
        b"<f>A1</f><v/>",
        b"<f>A1</f><v></v>",
        b'<f t="shared" si="0"/>',
        b'<f t="array" ref="E2"/><v/>',
    ],
)
def test_a_formula_without_its_result_is_told(cell: bytes) -> None:
    report = parse(formulas(b"<calcPr/>", b"<f>1+1</f><v>2</v>", cell))
    assert report.lignes["budget_prevu_eur"].to_pylist() == ["2", None]
    assert told(report, "FOR-CELLULE-EN-ERREUR") == [(3, "E", NOT_COMPUTED)]


def test_the_zeros_of_a_program_that_does_not_compute_are_no_results() -> None:
    cells = (b"<f>SUM(Z2:AB2)</f><v>0</v>", b"<f>1+1</f><v>2</v>", b"<v>0</v>")
    report = parse(formulas(b'<calcPr fullCalcOnLoad="1"/>', *cells))
    assert report.lignes["budget_prevu_eur"].to_pylist() == [None, "2", "0"]
    assert told(report, "FOR-CELLULE-EN-ERREUR") == [(2, "E", NOT_COMPUTED)]
    assert parse(formulas(b"<calcPr/>", *cells)).lignes["budget_prevu_eur"].to_pylist() == [
        "0",
        "2",
        "0",
    ]


def formula(value: str) -> str:
    return (
        f'<table:table-cell table:formula="of:=[.A1]"{value}><text:p>0</text:p></table:table-cell>'
    )


def test_the_formulas_of_an_open_document_without_result_or_all_null_are_told() -> None:
    zero = formula(' office:value-type="float" office:value="0"')
    nothing = "<table:table-cell/>"
    code = document_cell("1", 1)
    report = parse(
        open_document(
            open_document_row(*TITLES),
            *(document_row(code, nothing, cell) for cell in (formula(""), zero)),
        )
    )
    assert told(report, "FOR-CELLULE-EN-ERREUR") == [(2, "E", NOT_COMPUTED), (3, "E", NOT_COMPUTED)]
    one = formula(' office:value-type="float" office:value="1"')
    report = parse(
        open_document(
            open_document_row(*TITLES), *(document_row(code, nothing, cell) for cell in (one, zero))
        )
    )
    assert told(report, "FOR-CELLULE-EN-ERREUR") == []


@pytest.mark.parametrize("make", (xlsx, strict, prefixed))
def test_struck_out_text_is_told_wherever_it_stands(make: Make) -> None:
    content = make([row(("A1", PLAIN)), row(("A2", PLAIN))])
    assert told(parse(content), "FOR-TEXTE-BARRE") == []
    book = Workbook()
    book.active.append(TITLES)
    book.active.append(
        [
            "A1",
            CellRichText("Ouvrir ", TextBlock(InlineFont(strike=True), "un guichet")),
            "En cours",
        ]
    )
    book.active.append(["A2", "Former", "En cours"])
    book.active["A3"].font = Font(strike=True)
    report = parse(saved(book))
    assert report.lignes["intitule"].to_pylist() == ["Ouvrir un guichet", "Former"]
    assert told(report, "FOR-TEXTE-BARRE") == [(0, "", "2, lignes 2, 3")]


def test_struck_out_text_and_hidden_rows_of_an_old_workbook_are_told() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Actions")
    for column, title in enumerate(TITLES):
        sheet.write(0, column, title)
    for line in (1, 2):
        for column, text in enumerate((f"A{line}", "Ouvrir", "En cours")):
            sheet.write(line, column, text, xlwt.easyxf("font: struck_out on" if line == 2 else ""))
    sheet.row(1).hidden = True
    stream = io.BytesIO()
    book.save(stream)
    report = parse(stream.getvalue())
    assert told(report, "FOR-TEXTE-BARRE") == [(0, "", "3, lignes 3")]
    assert told(report, "FOR-LIGNES-MASQUEES") == [(0, "", "la ligne 2")]


def test_struck_out_text_of_an_open_document_is_told() -> None:
    style = (
        '<office:automatic-styles><style:style style:name="barre" style:family="table-cell"><style:text-properties'
        ' style:text-line-through-style="solid"/></style:style></office:automatic-styles><office:body>'
    )
    struck = open_document_row("A1", "Ouvrir", "En cours").replace(
        "<table:table-cell", '<table:table-cell table:style-name="barre"', 1
    )
    content = open_document(
        open_document_row(*TITLES), struck, open_document_row("A2", "Former", "En cours")
    )
    content = rewritten(
        content,
        lambda name, part: (
            name,
            part.replace(b"<office:body>", style.encode()).replace(
                b"<office:document-content ",
                b'<office:document-content xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" ',
                1,
            )
            if name == "content.xml"
            else part,
        ),
    )
    assert told(parse(content), "FOR-TEXTE-BARRE") == [(0, "", "1, lignes 2")]


def test_a_workbook_whose_formats_cannot_be_read_says_so() -> None:
    content = rewritten(
        xlsx([row()]), lambda name, part: (name, part.replace(b'fontId="0"', b'fontId="Arial"'))
    )
    assert "FOR-FORMATS-NON-LUS" in codes(parse(content))


LONG = ("identifiant_indic", "zone_id", "date_valeur", "type_valeur", "valeur")


def test_the_values_of_a_long_workbook_are_read_as_shown_and_an_error_is_no_erasing() -> None:
    book = Workbook()
    book.active.append(LONG)
    cells = ((0.78, "0%"), (78, '0"%"'), (78, PLAIN), ("=1/0", PLAIN), (None, PLAIN))
    for number, (value, code) in enumerate(cells):
        book.active.append([f"IND-{number:03}", "246200729", "2026-10-31", "va", value])
        book.active.cell(book.active.max_row, 5).number_format = code
    report = parse(saved(book))
    assert report.lignes["valeur"].to_pylist() == ["78 %", "78 %", "78", NOT_COMPUTED, None]


def moved(content: bytes, old: str, new: str) -> bytes:
    return rewritten(
        content,
        lambda name, part: (name.replace(old, new), part.replace(old.encode(), new.encode())),
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda content: moved(content, "workbook.xml", "workbook2.xml"),
        lambda content: moved(content, "xl/", "excel/"),
        lambda content: rewritten(content, lambda name, part: (name.replace("/", "\\"), part)),
    ],
    ids=["another name", "another folder", "backslashes"],
)
def test_the_parts_of_a_workbook_may_have_any_name(change: Callable[[bytes], bytes]) -> None:
    content = change(xlsx([row((7, "000"), (45, '0"%"'))]))
    assert read(content, "code_action") == ["007"]
    assert read(content, "taux_avancement") == ["45 %"]


@pytest.mark.parametrize("names", [("content.xml",), ("encrypted-package",)])
def test_an_open_document_under_a_password_says_so(names: tuple[str, ...]) -> None:
    manifest = (
        "<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
        "</manifest:manifest>"
    )
    stream = io.BytesIO()
    with ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        for name in names:
            archive.writestr(name, bytes(range(256)))
    with pytest.raises(ReportUnreadable) as refusal:
        guard.inspect(stream.getvalue(), receipt(size=len(stream.getvalue())), SETTINGS)
    assert refusal.value.rule_code == "FIC-PROTEGE"


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u200b"])
@pytest.mark.parametrize("place", ["A1048576", "XFD2", "XFD1048576"])
def test_a_blank_cell_far_away_makes_no_table_of_a_million_rows(place: str, blank: str) -> None:
    book = Workbook()
    book.active.append(TITLES)
    book.active.append(["A1", "Ouvrir", "En cours"])
    book.active[place] = blank
    assert parse(saved(book)).lignes["ligne"].to_pylist() == [2]
    book.active[place] = "x"
    with pytest.raises(ReportUnreadable):
        parse(saved(book))


def test_a_blank_cell_at_the_bottom_of_an_old_workbook_or_of_an_open_document_is_not_a_row() -> (
    None
):
    book = xlwt.Workbook()
    sheet = book.add_sheet("Actions")
    for line, cells in ((0, TITLES), (1, ("A1", "Ouvrir", "En cours")), (65535, (" ",))):
        for column, text in enumerate(cells):
            sheet.write(line, column, text)
    stream = io.BytesIO()
    book.save(stream)
    assert parse(stream.getvalue()).lignes["ligne"].to_pylist() == [2]
    gap = '<table:table-row table:number-rows-repeated="1000000"><table:table-cell/></table:table-row>'
    rows = (open_document_row(*TITLES), open_document_row("A1", "Ouvrir", "En cours"), gap)
    assert parse(open_document(*rows, open_document_row(" "))).lignes["ligne"].to_pylist() == [2]


def test_a_formula_of_an_old_workbook_that_was_never_computed_is_told() -> None:
    report = parse(_old_book())
    assert told(report, "FOR-CELLULE-EN-ERREUR") == [(3, "D", NOT_COMPUTED)]
    assert report.lignes["budget_prevu_eur"].to_pylist() == ["10", None, "0"]
    # As Java programs leave them: 0, to be calculated on opening.
    empty, zero = b"\x03" + bytes(5) + b"\xff\xff" + bytes(2), bytes(8) + b"\x02\x00"
    assert _old_book().count(empty) == 1
    report = parse(_old_book().replace(empty, zero))
    assert told(report, "FOR-CELLULE-EN-ERREUR") == [(3, "D", NOT_COMPUTED)]
    # A 0 that a spreadsheet computed is a value.
    report = parse(_old_book().replace(empty, bytes(10)))
    assert told(report, "FOR-CELLULE-EN-ERREUR") == []
    assert report.lignes["budget_prevu_eur"].to_pylist() == ["10", "0", "0"]


def _old_book() -> bytes:
    """An old workbook whose budgets are a number, a formula that no program computed, and 0."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Actions")
    budgets = (10, xlwt.Formula("D2*2"), 0)
    rows = [("Code", "Intitulé", "Statut", "Budget")]
    rows += [(f"A{n}", f"Action {n}", "En cours", budget) for n, budget in enumerate(budgets)]
    for line, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(line, column, value)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
