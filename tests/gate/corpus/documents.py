"""Reports in Word documents, archives and messages."""

from docx import Document

from tests.gate.corpus.case import Case, File, zipped
from tests.gate.reports import HEADER, action, actions, csv_report, label
from tests.sources.word_files import add_table, delete_run, insert_run, saved_word


def _document(siren: str) -> list[File]:
    """A clean table of actions, one of them corrected in tracked changes, another with a table in a cell, and a table
    of other things."""
    document = Document()
    document.add_paragraph(f"{label('siren_epci')} : {siren}")
    document.add_paragraph(f"{label('date_situation')} : {HEADER['date_situation']}")
    rows = actions(3)
    table = add_table(
        document, [[label(champ) for champ in rows[0]], *(list(r.values()) for r in rows)]
    )
    title = table.cell(1, list(rows[0]).index("intitule"))
    delete_run(title.paragraphs[0].runs[0])
    insert_run(title.paragraphs[0], "Action corrigée")
    table.cell(2, list(rows[0]).index("commentaire")).add_table(rows=1, cols=2).cell(
        0, 0
    ).text = "x"
    document.add_paragraph("Sigles")
    add_table(document, [["Sigle", "Sens"], ["DSI", "Service informatique"]])
    return [File(saved_word(document), "plan.docx")]


DOCUMENTS = [
    Case(
        "word document",
        "accepte_avec_remarques",
        ("FOR-TABLEAU-IMBRIQUE", "FOR-TABLEAU-NON-LU", "FOR-TEXTE-SUPPRIME"),
        _document,
        "(cases : 1, lignes 2)",
        3,
        3,
    ),
    Case(
        "FOR-ARCHIVE",
        "accepte",
        ("FOR-ARCHIVE",),
        lambda s: [File(zipped(rapport=csv_report(s, [action()])), "rapport.zip")],
        "« rapport.csv »",
    ),
]
