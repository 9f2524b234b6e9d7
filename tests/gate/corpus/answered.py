"""Files made to be answered: what is coloured, quoted and never run."""

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font

from tests.gate.corpus.case import Case, changed_book, flat_csv
from tests.gate.reports import action, actions

OWN_COMMENT = "Taux repris du tableau de suivi du service, à confirmer. " * 12


def _merged(workbook: Workbook) -> None:
    """The themes and the ends of two actions merged, as a spreadsheet leaves them."""
    sheet = workbook["Actions"]
    for column in ("D", "H"):
        sheet.merge_cells(f"{column}2:{column}3")


def _dressed(workbook: Workbook) -> None:
    """The sender wrote comments, one of them on a cell that is faulty, and in white on a dark cell."""
    sheet = workbook["Actions"]
    for cell in ("A1", "F3"):
        sheet[cell].comment = Comment(OWN_COMMENT, "Service numérique")
    sheet["F3"].font = Font(color="FFFFFF", bold=True)


FORMULA = '=HYPERLINK("http://exemple.invalid")'

ANSWERED = {
    "faulty workbook": Case(
        "faulty workbook",
        "lignes_ecartees",
        ("LIG-TAUX-BORNES:3", "LIG-REALISE-TAUX:2"),
        changed_book(
            _dressed,
            action(statut="Réalisé"),
            action(code_action="A2", intitule="Deux", taux_avancement="250"),
        ),
        "« 250 »",
        2,
        1,
    ),
    "merged workbook": Case(
        "merged workbook",
        "accepte_avec_remarques",
        ("FOR-CELLULES-FUSIONNEES:2", "LIG-THEME-INCONNU:2", "LIG-THEME-INCONNU:3"),
        changed_book(_merged, *actions(2, themes="Astrologie")),
        "",
        2,
        2,
    ),
    "remarked workbook": Case(
        "remarked workbook",
        "accepte_avec_remarques",
        ("LIG-THEME-ABSENT:2",),
        changed_book(lambda workbook: None, action(themes="")),
    ),
    "formula": Case(
        "formula",
        "lignes_ecartees",
        ("LIG-STATUT-INCONNU:3",),
        flat_csv(action(), action(code_action="A2", intitule="Deux", statut=FORMULA)),
        FORMULA,
        2,
        1,
    ),
    "markup": Case(
        "markup",
        "lignes_ecartees",
        ("LIG-STATUT-INCONNU:3",),
        flat_csv(
            action(), action(code_action="A2", intitule="Deux", statut="<script>alert(1)</script>")
        ),
        "<script>",
        2,
        1,
    ),
    "fictitious": Case("fictitious", "accepte", (), flat_csv(), synthetic=True),
}
