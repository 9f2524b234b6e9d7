"""The shape of a file: its columns, its sheets, its rows that are not actions."""

import io
from zipfile import ZipFile

from openpyxl.styles import Font

from tests.gate.corpus.case import Case, File, changed_book, changed_lines, flat_csv
from tests.gate.reports import action, actions, csv_report


def _hide_actions(workbook) -> None:
    copy = workbook.copy_worksheet(workbook["Actions"])
    copy.title = "Ancienne version"
    copy.sheet_state = "hidden"


def _hide_rows(workbook) -> None:
    for sheet, row in (("Actions", 3), ("Actions", 5), ("Actions", 7), ("Feuille de route", 1)):
        workbook[sheet].row_dimensions[row].hidden = True


def _strike(workbook) -> None:
    for cell in workbook["Actions"][3]:
        cell.font = Font(strike=True)


def _without_styles(siren: str) -> list[File]:
    """The template workbook, its styles written as no spreadsheet does."""
    (file,) = changed_book(lambda workbook: None)(siren)
    stream = io.BytesIO()
    with ZipFile(io.BytesIO(file.content)) as old, ZipFile(stream, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part.replace(b'fontId="0"', b'fontId="Arial"'))
    return [File(stream.getvalue(), file.name)]


def _budget_apart(workbook) -> None:
    titles = [row[0].value for row in workbook["Actions"].iter_rows(min_row=2)]
    sheet = workbook.create_sheet("Budget")
    sheet.append(("Code de l'action", "Montant payé (€)", "Montant engagé (€)"))
    for row in zip(titles, (100, 200), (150, None), strict=True):
        sheet.append(row)


def _two_sheets(workbook) -> None:
    sheet = workbook.copy_worksheet(workbook["Actions"])
    sheet.title = "Suite"
    sheet["A2"], sheet["C2"] = "Z9", "Une autre action"


def _last_year(workbook) -> None:
    for sheet, day in (
        (workbook.copy_worksheet(workbook["Actions"]), "31/12/2024"),
        (workbook["Actions"], "31/12/2025"),
    ):
        sheet.insert_rows(1)
        sheet["A1"], sheet["B1"] = "Situation au", day


def _merge_dates(workbook) -> None:
    sheet = workbook["Actions"]
    column = next(c.column_letter for c in sheet[1] if c.value == "Fin prévue")
    sheet[f"{column}3"] = None
    sheet.merge_cells(f"{column}2:{column}3")


def _contradict(workbook) -> None:
    workbook["Feuille de route"].append(["Date de situation", "30/11/2025"])


SHIFTED = (
    "LIG-DATE-ILLISIBLE",
    "LIG-LISTE",
    "LIG-MONTANT-ILLISIBLE",
    "LIG-STATUT-INCONNU",
    "LIG-TAUX-ILLISIBLE",
    "LIG-THEME-INCONNU",
)

SHAPES = [
    Case(
        "FOR-COLONNE-MANQUANTE",
        "accepte_avec_remarques",
        ("FOR-COLONNE-MANQUANTE", "FOR-COLONNE-MANQUANTE"),
        flat_csv(drop=["statut", "themes"]),
        "La colonne « Statut » manque",
    ),
    Case(
        "FOR-COLONNE-INCONNUE",
        "accepte_avec_remarques",
        ("FOR-COLONNE-INCONNUE:1",),
        flat_csv(action(**{"Couleur préférée": "bleu"})),
        "« Couleur préférée » n'est pas reconnue",
    ),
    Case(
        "FOR-COLONNE-SANS-TITRE",
        "accepte_avec_remarques",
        ("FOR-COLONNE-SANS-TITRE:1",),
        flat_csv(action(**{"": "orpheline"})),
        "pas de titre",
    ),
    Case(
        "FOR-COLONNE-EN-DOUBLE",
        "accepte_avec_remarques",
        ("FOR-COLONNE-EN-DOUBLE:1",),
        flat_csv(action(**{"statut ": "Réalisé"})),
        "répète une autre colonne",
    ),
    Case(
        "FOR-COLONNE-PERSONNE",
        "accepte",
        ("FOR-COLONNE-PERSONNE:1",),
        flat_csv(action(**{"Personne pilote": "Alix Fictif"})),
        "désigne des personnes",
    ),
    Case(
        "FOR-EN-TETE-CONTRADICTOIRE",
        "accepte_avec_remarques",
        ("FOR-EN-TETE-CONTRADICTOIRE:3",),
        changed_book(_contradict),
        "deux valeurs différentes",
    ),
    Case(
        "FOR-EN-TETE-REPETE",
        "accepte",
        ("FOR-EN-TETE-REPETE:3",),
        lambda s: [
            File(
                (content := csv_report(s, [action()]))
                + content.split(b"\r\n")[0]
                + b"\r\n"
                + csv_report(s, [action(code_action="A2", intitule="Autre")]).split(b"\r\n", 1)[1]
            )
        ],
        "répétée au milieu",
        2,
        2,
    ),
    Case(
        "FOR-CARACTERES",
        "accepte_avec_remarques",
        ("FOR-CARACTERES:2", "FOR-CARACTERES:3"),
        flat_csv(
            action(intitule="Ouvrir\x01 un\x0bguichet\x7f"),
            action(code_action="A2", intitule="De\x9fux", commentaire="Vu\x00"),
        ),
        "4 caractère(s) que rien n'affiche",
        2,
        2,
    ),
    Case(
        "FOR-TEXTE-LONG",
        "accepte_avec_remarques",
        ("FOR-TEXTE-LONG:2",),
        flat_csv(action(commentaire="mot " * 6_000)),
        "« Commentaire » est trop long (23999 caractères, pour 20000 au plus)",
    ),
    Case(
        "FOR-LIGNE-TOTAL",
        "accepte",
        ("FOR-LIGNE-TOTAL:3",),
        flat_csv(action(), {"intitule": "Total", "budget_prevu_eur": "45000"}),
        "est un total",
    ),
    Case(
        "FOR-LIGNE-TITRE",
        "accepte",
        ("FOR-LIGNE-TITRE:2",),
        flat_csv({"axe": "Axe 1 : Inclusion"}, action()),
        "qu'un titre ou une note",
    ),
    Case(
        "FOR-LIGNE-HORS-TABLEAU",
        "accepte_avec_remarques",
        ("FOR-LIGNE-HORS-TABLEAU:4",),
        changed_lines(
            lambda lines: [
                *lines,
                ";" * lines[0].count(";"),
                "Autre tableau;;Budget" + ";" * (lines[0].count(";") - 2),
            ],
            action(),
        ),
        "n'est pas lue comme une action",
    ),
    Case(
        "FOR-CONSIGNE-LAISSEE",
        "accepte_avec_remarques",
        ("FOR-CONSIGNE-LAISSEE:7",),
        flat_csv(*actions(5), action(code_action="B", intitule="B", commentaire="➔ Précisez ici")),
        "consigne du modèle",
        6,
        6,
    ),
    Case(
        "FOR-FEUILLE-MASQUEE",
        "accepte_avec_remarques",
        ("FOR-FEUILLE-MASQUEE",),
        changed_book(_hide_actions),
        "masquée",
    ),
    Case(
        "FOR-LIGNES-MASQUEES",
        "accepte",
        ("FOR-LIGNES-MASQUEES",),
        changed_book(_hide_rows, *actions(4)),
        "comme les autres (2, de la ligne 3 à la ligne 5)",
        4,
        4,
    ),
    Case(
        "FOR-TEXTE-BARRE",
        "accepte_avec_remarques",
        ("FOR-TEXTE-BARRE",),
        changed_book(_strike, *actions(4)),
        "lignes 3)",
        4,
        4,
    ),
    Case(
        "FOR-FORMATS-NON-LUS",
        "accepte_avec_remarques",
        ("FOR-FORMATS-NON-LUS",),
        _without_styles,
        "autrement qu'il ne s'affiche",
    ),
    Case(
        "FOR-FEUILLE-ANCIENNE",
        "accepte_avec_remarques",
        ("FOR-FEUILLE-ANCIENNE",),
        changed_book(_last_year, *actions(3)),
        "plus ancienne (31/12/2024)",
        3,
        3,
    ),
    Case(
        "FOR-FEUILLE-COMPLEMENT",
        "accepte_avec_remarques",
        ("FOR-FEUILLE-COMPLEMENT",),
        changed_book(_budget_apart, *actions(2)),
        "« Budget » complète les actions de la feuille « Actions », mais une action se lit sur une seule ligne : 3",
        2,
        2,
    ),
    Case(
        "FOR-PLUSIEURS-FEUILLES",
        "accepte_avec_remarques",
        ("FOR-PLUSIEURS-FEUILLES",),
        changed_book(_two_sheets),
        "Actions, Suite",
        2,
        2,
    ),
    Case(
        "FOR-CELLULES-FUSIONNEES",
        "accepte_avec_remarques",
        ("FOR-CELLULES-FUSIONNEES:2",),
        changed_book(_merge_dates, *actions(2)),
        "fusionnées",
        2,
        2,
    ),
]

SHAPES += [
    Case(
        "FOR-LIGNE-LONGUE",
        "accepte_avec_remarques",
        ("FOR-LIGNE-LONGUE:3",),
        changed_lines(
            lambda lines: [*lines[:2], lines[2] + ";encore;une", *lines[3:]], *actions(3)
        ),
        "en trop : 2",
        3,
        3,
    ),
    Case(
        "a row shifted by a blank cell, its last cell being blank",
        "lignes_ecartees",
        ("FOR-LIGNE-LONGUE:3", *(f"{code}:3" for code in SHIFTED)),
        changed_lines(
            lambda lines: [*lines[:2], ";" + lines[2], *lines[3:]], *actions(4, commentaire="")
        ),
        "peut-être décalées",
        4,
        3,
    ),
    Case(
        "FOR-COLONNES-DECALEES",
        "rejete",
        (
            "ENT-SITUATION-ILLISIBLE:2",
            "FOR-COLONNES-DECALEES",
            "LEC-SIREN-SOURCE",
            *(f"{code}:{row}" for code in ("LIG-CODE-DOUBLE", *SHIFTED) for row in (2, 3, 4)),
        ),
        changed_lines(
            lambda lines: [lines[0], *(";" + line for line in lines[1:])],
            *actions(3, commentaire=""),
        ),
        "« Taux d'avancement (%) » contient des statuts (« En cours »)",
        3,
        0,
    ),
    Case(
        "a row that ends with blank cells in excess",
        "accepte",
        (),
        changed_lines(
            lambda lines: [*lines[:2], lines[2] + ";;", *lines[3:]], *actions(4, commentaire="")
        ),
        "",
        4,
        4,
    ),
    Case(
        "every row ends with blank cells in excess",
        "accepte",
        (),
        changed_lines(
            lambda lines: [lines[0], *(line + ";" for line in lines[1:])],
            *actions(4, commentaire=""),
        ),
        "",
        4,
        4,
    ),
    Case(
        "FOR-LIGNE-COURTE",
        "accepte_avec_remarques",
        ("FOR-LIGNE-COURTE:4",),
        changed_lines(lambda lines: [*lines[:3], lines[3].rpartition(";")[0]], *actions(3)),
        "en moins : 1",
        3,
        3,
    ),
    Case(
        "no separator after the last value of any row",
        "accepte",
        (),
        changed_lines(
            lambda lines: [lines[0], *(line.removesuffix(";") for line in lines[1:])],
            *actions(3, commentaire=""),
        ),
        "",
        3,
        3,
    ),
]

SHAPES += [
    Case(
        "FOR-ENCODAGE",
        "accepte_avec_remarques",
        ("FOR-ENCODAGE",),
        flat_csv(action(intitule="Équiper les élus"), encoding="mac_roman"),
        "Macintosh (Mac Roman)",
    ),
    Case(
        "FOR-ENCODAGE-DOUBLE",
        "accepte_avec_remarques",
        ("FOR-ENCODAGE-DOUBLE",),
        flat_csv(action(intitule="Ã‰quiper les Ã©lus"), encoding="utf-8"),
        "elles sont rétablies",
    ),
    Case(
        "FOR-CARACTERES-ILLISIBLES",
        "accepte_avec_remarques",
        ("FOR-CARACTERES-ILLISIBLES",),
        flat_csv(action(intitule="\ufffdquiper")),
        "(1, à partir de la ligne 2 du fichier)",
    ),
]
