"""What LibreOffice writes beside the values of an .ods workbook: what its cells show is what is read."""

from report_files import open_document, open_document_row, parse

from vigie.records import ParsedReport

TITLES = ("Code", "Axe", "Intitulé de l'action", "Statut", "Avancement (%)", "Budget prévu (€)")


def text(value: str, rows: int = 1, columns: int = 1) -> str:
    return (
        f'<table:table-cell table:number-rows-spanned="{rows}" table:number-columns-repeated="{columns}"'
        f' office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
    )


def number(value: float, kind: str = "float") -> str:
    return (
        f'<table:table-cell office:value-type="{kind}" office:value="{value}"><text:p>shown</text:p>'
        "</table:table-cell>"
    )


def error(shown: str) -> str:
    return (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value=""'
        f' calcext:value-type="error"><text:p>{shown}</text:p></table:table-cell>'
    )


def action(code: str, *cells: str, axis: str = "<table:covered-table-cell/>", row: str = "") -> str:
    told = (text(code), axis, text(f"Action {code}"), text("En cours"), *cells)
    return f"<table:table-row{row}>{''.join(told)}</table:table-row>"


def sheet(*rows: str) -> ParsedReport:
    return parse(open_document(open_document_row(*TITLES), *rows))


def told(report: ParsedReport, code: str) -> list[tuple]:
    return [(o.ligne, o.colonne, o.valeur) for o in report.observations if o.regle_code == code]


def test_a_percentage_is_read_as_shown_beside_whole_numbers():
    percent = "percentage"
    report = sheet(
        action("A1", number(0.45, percent)),
        action("A2", number(45)),
        action("A3", number(1, percent)),
    )
    assert report.lignes["taux_avancement"].to_pylist() == ["45 %", "45", "100 %"]


def test_a_cell_in_error_is_told():
    report = sheet(
        action("A1", text("45"), number(5)),
        action("A2", text("45"), error("#DIV/0!")),
    )
    assert told(report, "FOR-CELLULE-EN-ERREUR") == [(3, "F", "#DIV/0!")]


def test_a_merged_axis_is_that_of_all_its_rows():
    report = sheet(
        action("A1", axis=text("Axe 1", rows=2)), action("A2"), action("A3", axis=text("Axe 2"))
    )
    assert report.lignes["axe"].to_pylist() == ["Axe 1", "Axe 1", "Axe 2"]


def test_hidden_rows_are_read_and_told_once_whatever_repeats_above_them():
    blank = '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
    report = sheet(
        action("A1"),
        blank,
        action("A2", row=' table:visibility="filter"'),
        action("A3", row=' table:visibility="collapse"'),
        '<table:table-row table:visibility="collapse" table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>',
    )
    assert report.lignes["code_action"].to_pylist() == ["A1", "A2", "A3"]
    assert told(report, "FOR-LIGNES-MASQUEES") == [(0, "", "2, de la ligne 5 à la ligne 6")]
