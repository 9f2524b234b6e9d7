"""Rows that gather others, steps, namesakes; columns that are hidden, retyped or of no use."""

from tests.gate.corpus.case import Case, changed_book, flat_csv, refused
from tests.gate.reports import action, actions


def _hide_status(workbook) -> None:
    sheet = workbook["Actions"]
    column = next(c.column_letter for c in sheet[1] if c.value == "Statut")
    sheet.column_dimensions[column].hidden = True
    sheet.cell(1, sheet.max_column + 1, "Statut")
    sheet.cell(2, sheet.max_column, "Réalisé")
    sheet.cell(2, next(c.column for c in sheet[1] if str(c.value).startswith("Taux")), "100")


def _hide_comment(workbook) -> None:
    sheet = workbook["Actions"]
    column = next(c.column_letter for c in sheet[1] if c.value == "Commentaire")
    sheet.column_dimensions[column].hidden = True


def _hide_value(workbook) -> None:
    sheet = workbook["Actions"]
    column = next(c.column for c in sheet[1] if str(c.value).startswith("Budget"))
    sheet.cell(2, column, 50000).number_format = ";;;"


def _score(workbook) -> None:
    sheet = workbook.create_sheet("Référentiel")
    for row in (("N°", "Intitulé", "Points", "Statut"), ("1.1.1", "Diagnostic", 12, "Fait")):
        sheet.append(row)


def _tick(workbook) -> None:
    sheet = workbook["Actions"]
    status = next(c.column for c in sheet[1] if c.value == "Statut")
    sheet.delete_cols(status)
    last = sheet.max_column
    for row, ticks in enumerate((("À faire", "En cours"), ("", "x"), ("x", "x")), start=1):
        for column, tick in enumerate(ticks, start=last + 1):
            sheet.cell(row, column, tick)


_PARENT = {"code_action": "1", "axe": "", "intitule": "Un numérique pour tous"}
_CHILDREN = (
    action(code_action="1.1"),
    action(code_action="1.2", intitule="Former les agents", budget_prevu_eur="5000"),
)
_NAMESAKE = {"code_action": "", "intitule": "Équipement"}

GROUPS = [
    Case(
        "FOR-LIGNE-GROUPE",
        "accepte",
        ("FOR-LIGNE-GROUPE:2",),
        flat_csv({**_PARENT, "budget_prevu_eur": "50000"}, *_CHILDREN),
        "« 1 Un numérique pour tous » regroupe celles qui la suivent",
        2,
        2,
    ),
    Case(
        "FOR-LIGNE-GROUPE-VALEURS",
        "accepte_avec_remarques",
        ("FOR-LIGNE-GROUPE-VALEURS:2",),
        flat_csv({**_PARENT, "statut": "En cours"}, *_CHILDREN),
        "« 1 Un numérique pour tous » (Statut) regroupe",
        2,
        2,
    ),
    Case(
        "FOR-ETAPES",
        "accepte_avec_remarques",
        ("FOR-ETAPES:2",),
        flat_csv(action(Étape="Étude"), {"Étape": "Travaux", "statut": "À discuter"}),
        "(lignes 2 à 3) est écrite sur plusieurs lignes",
    ),
    Case(
        "FOR-COLONNE-IGNOREE",
        "accepte",
        ("FOR-COLONNE-IGNOREE:1",),
        flat_csv(action(Calendrier="2025")),
        "n'est pas de celles que Vigie suit : 1 cellule non lue",
    ),
    Case(
        "FOR-COLONNE-MASQUEE",
        "accepte_avec_remarques",
        ("FOR-COLONNE-MASQUEE:1",),
        changed_book(_hide_status, action()),
        "c'est la visible qui est lue (1 cellule non lue)",
    ),
    Case(
        "FOR-COLONNES-MASQUEES",
        "accepte",
        ("FOR-COLONNES-MASQUEES",),
        changed_book(_hide_comment, action()),
        "lues comme les autres : « Commentaire »",
    ),
    Case(
        "FOR-CONFIDENTIALITE",
        "accepte_avec_remarques",
        ("FOR-CONFIDENTIALITE:1",),
        flat_csv(action(**{"Niveau de confidentialité": "Oui"})),
        "parle de confidentialité : par prudence, c'est lu comme la colonne « Action confidentielle »",
    ),
    Case(
        "FOR-DIFFUSION",
        "accepte_avec_remarques",
        ("FOR-DIFFUSION:1",),
        flat_csv(action(Publiable="Non")),
        "une action où elle ne dit pas Oui est tenue pour confidentielle",
    ),
    Case(
        "FOR-VALEUR-MASQUEE",
        "accepte_avec_remarques",
        ("FOR-VALEUR-MASQUEE",),
        changed_book(_hide_value, action()),
        "lues comme vides (cases : 1, lignes 2)",
    ),
    Case(
        "FOR-COLONNE-RELUE",
        "accepte",
        ("FOR-COLONNE-RELUE:1",),
        flat_csv(action(statut="", taux_avancement="En cours"), drop=["statut"]),
        "elle est lue comme la colonne « Statut » du modèle",
    ),
    Case(
        "FOR-COLONNE-PARTAGEE",
        "accepte_avec_remarques",
        ("FOR-COLONNE-PARTAGEE:1", "LIG-STATUT-ABSENT:3"),
        flat_csv(
            action(statut="", taux_avancement="En cours"),
            action(statut="", taux_avancement="45 %", code_action="A2", intitule="Seconde"),
            drop=["statut"],
        ),
        "tantôt en mots",
        2,
        2,
    ),
    Case(
        "FOR-ANNEES-ADDITIONNEES",
        "accepte",
        ("FOR-ANNEES-ADDITIONNEES:1",),
        flat_csv(
            action(**{"Budget 2025": "10000", "Budget 2026": "35000"}), drop=["budget_prevu_eur"]
        ),
        "(« Budget 2025 + Budget 2026 ») sont additionnés",
    ),
    Case(
        "FOR-COLONNE-ANCIENNE",
        "accepte",
        ("FOR-COLONNE-ANCIENNE:1",),
        flat_csv(
            action(**{"Statut au 12/03/2026": "À venir", "Statut au 30/10/2026": "En cours"}),
            drop=["statut"],
        ),
        "donne un état plus ancien que celui d'une autre colonne : 1 cellule non lue",
    ),
    Case(
        "FOR-IDEM",
        "accepte",
        ("FOR-IDEM:1",),
        flat_csv(action(), action(code_action="A2", intitule="Seconde", statut="idem")),
        "est lu comme la case du dessus",
        2,
        2,
    ),
    Case(
        "FOR-STATUT-COCHE",
        "lignes_ecartees",
        ("FOR-STATUT-COCHE:1", "LIG-STATUT-INCONNU:3"),
        changed_book(_tick, *actions(2)),
        "dans la colonne cochée, parmi « À faire + En cours »",
        2,
        1,
    ),
    Case(
        "FOR-NUMEROS",
        "accepte_avec_remarques",
        ("FOR-NUMEROS", "LEC-CODE-DERIVE"),
        flat_csv(
            *(
                action(axe=axis, code_action=rank, intitule=f"{axis} {rank}")
                for axis in ("Inclusion", "Mobilité")
                for rank in ("1", "2")
            )
        ),
        "ce ne sont pas des codes",
        4,
        4,
    ),
    Case(
        "FOR-FEUILLE-NOTATION",
        "accepte",
        ("FOR-FEUILLE-NOTATION",),
        changed_book(_score, *actions(2)),
        "ses lignes ne sont pas des actions",
        2,
        2,
    ),
    refused(
        "FIC-NOTATION",
        "note un référentiel",
        flat_csv(action(code_action="1.1.1", **{"Points obtenus": "12"})),
    ),
    Case(
        "LEC-HOMONYME",
        "accepte_avec_remarques",
        ("LEC-CODE-DERIVE", "LEC-HOMONYME:2", "LEC-HOMONYME:3"),
        flat_csv(
            action(**_NAMESAKE, descriptif="Écoles du nord"),
            action(**_NAMESAKE, descriptif="Écoles du sud"),
        ),
        "leur colonne « Descriptif » les distingue",
        2,
        2,
    ),
    Case(
        "LIG-TITRE-DOUBLE",
        "lignes_ecartees",
        ("LEC-CODE-DERIVE", "LIG-TITRE-DOUBLE:2", "LIG-TITRE-DOUBLE:3"),
        flat_csv(
            action(**_NAMESAKE),
            action(**_NAMESAKE, commentaire="Autre"),
            action(code_action="", intitule="Formation"),
        ),
        "portent l'intitulé « Équipement »",
        3,
        1,
    ),
]
