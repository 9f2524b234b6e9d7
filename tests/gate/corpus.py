"""Faulty files, at least one per rule, each with the verdict, the rows and the words it must
receive.

A case is judged for a territory of its own, so that the whole corpus is one night of the gate.
`told` holds every control expected on its last file, as `CODE` (whole file) or `CODE:row`: what is
not listed must stay silent, so that each case also shows the other rules green.
"""

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font

from tests.gate.reports import Row, action, actions, book, csv_report, saved, xlsx_report

JANUARY = datetime(2026, 1, 10)
DECEMBER = datetime(2025, 12, 10)
# Registers are known after the other cases: they concern only those deposited later still.
BEFORE_REGISTER, REGISTER_DAY = datetime(2026, 1, 20), datetime(2026, 1, 22)
AFTER_REGISTER = datetime(2026, 1, 25)
REGISTERED = "200018083"
OWN_COMMENT = "Taux repris du tableau de suivi du service, à confirmer. " * 12


@dataclass(frozen=True)
class File:
    content: bytes
    name: str = "rapport.csv"
    deposited: datetime = JANUARY


@dataclass(frozen=True)
class Case:
    name: str
    verdict: str
    told: tuple[str, ...]
    write: Callable[[str], list[File]]
    words: str = ""
    received: int = 1
    accepted: int = 1
    shared_source: bool = False
    siren: str = ""
    synthetic: bool = False
    settings: dict[str, int] = field(default_factory=dict)


def _csv(*rows: dict[str, str], **options: object) -> Callable[[str], list[File]]:
    return lambda siren: [File(csv_report(siren, rows or [action()], **options))]  # type: ignore[arg-type]


def _bytes(content: bytes, name: str = "rapport.xlsx") -> Callable[[str], list[File]]:
    return lambda siren: [File(content, name)]


def _row(code: str, words: str, *, also: Sequence[str] = (), **changes: str) -> Case:
    """One action out of two breaks a critical rule: it is set aside, the other is loaded."""
    bad = action(code_action="B1", intitule="Seconde action") | changes
    told = (f"{code}:3", *(f"{c}:3" for c in also))
    return Case(code, "lignes_ecartees", told, _csv(action(), bad), words, 2, 1)


def _remark(
    code: str, words: str, *, also: Sequence[str] = (), name: str = "", **changes: str
) -> Case:
    """One action deserves a remark: it is loaded."""
    told = (f"{code}:2", *(f"{c}:2" for c in also))
    return Case(name or code, "accepte_avec_remarques", told, _csv(action(**changes)), words)


def _notice(code: str, words: str, **changes: str) -> Case:
    """One action is written in an ordinary way of which the reading is told: nothing to mend."""
    return Case(code, "accepte", (f"{code}:2",), _csv(action(**changes)), words)


def _refused(
    code: str, words: str, write: Callable[[str], list[File]], received: int = 0, **more: object
) -> Case:
    told = more.pop("told", (code,))
    return Case(code.partition(":")[0], "rejete", told, write, words, received, 0, **more)  # type: ignore[arg-type]


def _after(
    before: Sequence[dict[str, str]], now: Sequence[dict[str, str]]
) -> Callable[[str], list[File]]:
    """The report of November, then the one of December."""
    return lambda siren: [
        File(csv_report(siren, before, date_situation="30/11/2025"), "novembre.csv", DECEMBER),
        File(csv_report(siren, now), "decembre.csv"),
    ]


def _sheet(change: Callable[..., None], *rows: dict[str, str]) -> Callable[[str], list[File]]:
    """The template workbook with something done to it."""

    def write(siren: str) -> list[File]:
        workbook = book(siren, rows or [action()])
        change(workbook)
        return [File(saved(workbook), "rapport.xlsx")]

    return write


def _dressed(workbook: Workbook) -> None:
    """The sender wrote comments, one of them on a cell that is faulty, and in white on a dark cell."""
    sheet = workbook["Actions"]
    for cell in ("A1", "F3"):
        sheet[cell].comment = Comment(OWN_COMMENT, "Service numérique")
    sheet["F3"].font = Font(color="FFFFFF", bold=True)


def _lines(
    change: Callable[[list[str]], list[str]], *rows: dict[str, str]
) -> Callable[[str], list[File]]:
    """The flat CSV with something done to its lines."""

    def write(siren: str) -> list[File]:
        lines = csv_report(siren, rows).decode().removesuffix("\r\n").split("\r\n")
        return [File("\r\n".join(change(lines)).encode())]

    return write


def _archive(name: str, content: bytes, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr(name, content)
    return stream.getvalue()


def _hide_actions(workbook) -> None:
    copy = workbook.copy_worksheet(workbook["Actions"])
    copy.title = "Ancienne version"
    copy.sheet_state = "hidden"


def _two_sheets(workbook) -> None:
    sheet = workbook.copy_worksheet(workbook["Actions"])
    sheet.title = "Suite"
    sheet["A2"], sheet["C2"] = "Z9", "Une autre action"


def _copied(workbook) -> None:
    workbook.copy_worksheet(workbook["Actions"])["F2"] = "Réalisé"


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


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHER = "246200364"
SHIFTED = (
    "LIG-DATE-ILLISIBLE",
    "LIG-LISTE",
    "LIG-MONTANT-ILLISIBLE",
    "LIG-STATUT-INCONNU",
    "LIG-TAUX-ILLISIBLE",
    "LIG-THEME-INCONNU",
)
LONG = "Un titre qui n'en finit pas " * 12
TEN = actions(10)

FILES = [
    _refused("FIC-VIDE", "Le fichier est vide", _bytes(b"")),
    _refused(
        "FIC-TAILLE", "la limite est de", _bytes(b"x" * 3000), settings={"max_report_bytes": 2000}
    ),
    _refused(
        "FIC-TRONQUE",
        "incomplet ou abîmé",
        lambda s: [File(xlsx_report(s, [action()])[:900], "r.xlsx")],
    ),
    _refused(
        "FIC-PROTEGE",
        "mot de passe",
        _bytes(OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")),
    ),
    _refused(
        "FIC-BOMBE", "démesurément grand", _bytes(_archive("xl/a.xml", b"0" * (257 * 1024 * 1024)))
    ),
    _refused(
        "FIC-XML",
        "DOCTYPE",
        _bytes(_archive("xl/worksheets/sheet1.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>')),
    ),
    _refused("FIC-FORMAT", "un document PDF", _bytes(b"%PDF-1.7 rapport", "rapport.pdf")),
    _refused(
        "FIC-LIGNES",
        "plus de 5 lignes",
        _csv(*actions(8)),
        settings={"max_report_rows": 5},
    ),
    _refused(
        "FIC-COLONNES",
        "colonnes",
        lambda s: [File(csv_report(s, [action(**{f"Colonne {n}": "x" for n in range(1200)})]))],
    ),
    _refused("FIC-MODELE", "Aucun tableau d'actions", _bytes(b"nom;ville\r\nA;B\r\n", "r.csv")),
    _refused(
        "FIC-GUILLEMETS",
        "guillemet",
        lambda s: [File(csv_report(s, [action()]).replace(b"Ouvrir", b'"Ouvrir'))],
    ),
    _refused(
        "FIC-FEUILLES",
        "« Actions » et « Actions Copy » contiennent les mêmes actions",
        _sheet(_copied, *actions(3)),
    ),
    _refused("FIC-ILLISIBLE", "structure interne", _bytes(OLE + b"\0" * 900, "rapport.xls")),
    _refused(
        "FIC-SUITE",
        "continué la première",
        lambda s: [
            File(
                b"\r\n".join(
                    [
                        csv_report(s, []).rstrip(),
                        *(
                            csv_report(str(int(s) + n), [row]).split(b"\r\n")[1]
                            for n, row in enumerate(actions(3))
                        ),
                    ]
                )
            )
        ],
    ),
    _refused(
        "FIC-PLUSIEURS",
        "mêle plusieurs rapports",
        lambda s: [
            File(
                csv_report(s, [action()])
                + csv_report(s, [action(code_action="A2")], date_situation="30/11/2025").split(
                    b"\r\n", 1
                )[1]
            )
        ],
    ),
]

SHAPES = [
    Case(
        "FOR-COLONNE-MANQUANTE",
        "accepte_avec_remarques",
        ("FOR-COLONNE-MANQUANTE", "FOR-COLONNE-MANQUANTE"),
        _csv(drop=["statut", "themes"]),
        "La colonne « Statut » manque",
    ),
    Case(
        "FOR-COLONNE-INCONNUE",
        "accepte_avec_remarques",
        ("FOR-COLONNE-INCONNUE:1",),
        _csv(action(**{"Couleur préférée": "bleu"})),
        "« Couleur préférée » n'est pas reconnue",
    ),
    Case(
        "FOR-COLONNE-SANS-TITRE",
        "accepte_avec_remarques",
        ("FOR-COLONNE-SANS-TITRE:1",),
        _csv(action(**{"": "orpheline"})),
        "pas de titre",
    ),
    Case(
        "FOR-COLONNE-EN-DOUBLE",
        "accepte_avec_remarques",
        ("FOR-COLONNE-EN-DOUBLE:1",),
        _csv(action(**{"statut ": "Réalisé"})),
        "répète une autre colonne",
    ),
    Case(
        "FOR-COLONNE-PERSONNE",
        "accepte",
        ("FOR-COLONNE-PERSONNE:1",),
        _csv(action(**{"Personne pilote": "Alix Fictif"})),
        "désigne des personnes",
    ),
    Case(
        "FOR-EN-TETE-CONTRADICTOIRE",
        "accepte_avec_remarques",
        ("FOR-EN-TETE-CONTRADICTOIRE:3",),
        _sheet(_contradict),
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
        "FOR-LIGNE-TOTAL",
        "accepte",
        ("FOR-LIGNE-TOTAL:3",),
        _csv(action(), {"intitule": "Total", "budget_prevu_eur": "45000"}),
        "est un total",
    ),
    Case(
        "FOR-LIGNE-TITRE",
        "accepte",
        ("FOR-LIGNE-TITRE:2",),
        _csv({"axe": "Axe 1 : Inclusion"}, action()),
        "qu'un titre ou une note",
    ),
    Case(
        "FOR-LIGNE-HORS-TABLEAU",
        "accepte_avec_remarques",
        ("FOR-LIGNE-HORS-TABLEAU:4",),
        _lines(
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
        _csv(*actions(5), action(code_action="B", intitule="B", commentaire="➔ Précisez ici")),
        "consigne du modèle",
        6,
        6,
    ),
    Case(
        "FOR-FEUILLE-MASQUEE",
        "accepte_avec_remarques",
        ("FOR-FEUILLE-MASQUEE",),
        _sheet(_hide_actions),
        "masquée",
    ),
    Case(
        "FOR-FEUILLE-ANCIENNE",
        "accepte_avec_remarques",
        ("FOR-FEUILLE-ANCIENNE",),
        _sheet(_last_year, *actions(3)),
        "plus ancienne (31/12/2024)",
        3,
        3,
    ),
    Case(
        "FOR-PLUSIEURS-FEUILLES",
        "accepte_avec_remarques",
        ("FOR-PLUSIEURS-FEUILLES",),
        _sheet(_two_sheets),
        "Actions, Suite",
        2,
        2,
    ),
    Case(
        "FOR-CELLULES-FUSIONNEES",
        "accepte_avec_remarques",
        ("FOR-CELLULES-FUSIONNEES:2",),
        _sheet(_merge_dates, *actions(2)),
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
        _lines(lambda lines: [*lines[:2], lines[2] + ";encore;une", *lines[3:]], *actions(3)),
        "en trop : 2",
        3,
        3,
    ),
    Case(
        "a row shifted by a blank cell, its last cell being blank",
        "lignes_ecartees",
        ("FOR-LIGNE-LONGUE:3", *(f"{code}:3" for code in SHIFTED)),
        _lines(lambda lines: [*lines[:2], ";" + lines[2], *lines[3:]], *actions(4, commentaire="")),
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
            "ENT-TOUT-ECARTE",
        ),
        _lines(
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
        _lines(
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
        _lines(
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
        _lines(lambda lines: [*lines[:3], lines[3].rpartition(";")[0]], *actions(3)),
        "en moins : 1",
        3,
        3,
    ),
    Case(
        "no separator after the last value of any row",
        "accepte",
        (),
        _lines(
            lambda lines: [lines[0], *(line.removesuffix(";") for line in lines[1:])],
            *actions(3, commentaire=""),
        ),
        "",
        3,
        3,
    ),
]

READINGS = [
    Case(
        "LEC-SIREN-SOURCE",
        "accepte",
        ("LEC-SIREN-SOURCE",),
        _csv(drop=["siren_epci"]),
        "lieu de dépôt",
    ),
    Case(
        "LEC-SIRET",
        "accepte",
        ("LEC-SIRET:2",),
        lambda s: [File(csv_report(s + "00017", [action()]))],
        "est un SIRET",
    ),
    Case(
        "LEC-CODE-DERIVE",
        "accepte_avec_remarques",
        ("LEC-CODE-DERIVE",),
        _csv(drop=["code_action"]),
        "il est déduit",
    ),
    _notice("LEC-DATE-MOIS", "le 31/12/2026 est retenu", date_fin_prevue="12/2026"),
    _notice("LEC-DATE-PERIODE", "le 31/12/2026 est retenu", date_fin_prevue="4e trimestre 2026"),
    Case(
        "LEC-DATE-AMBIGUE",
        "lignes_ecartees",
        ("LEC-DATE-AMBIGUE:2", "LEC-DATE-AMBIGUE:2", "LEC-DATE-AMBIGUE:3", "LIG-DATE-ILLISIBLE:3"),
        _csv(
            action(date_fin_prevue="03/04/2026"),
            action(code_action="A2", intitule="Deux", date_fin_prevue="12/14/2026"),
        ),
        "peut-être à tort",
        2,
        1,
    ),
    _notice("LEC-DATE-ANNEE", "une année seule", date_fin_prevue="2026"),
    _notice("LEC-DATE-SERIE", "numéro de jour", date_fin_prevue="46387"),
    _notice("LEC-ANNEE-COURTE", "deux chiffres", date_fin_prevue="31/12/26"),
    Case(
        "LEC-TAUX-FRACTION",
        "accepte",
        ("LEC-TAUX-FRACTION",),
        _csv(
            *(
                action(code_action=f"A{n}", intitule=f"T{n}", taux_avancement=f"0,{n}5")
                for n in range(1, 7)
            )
        ),
        "entre 0 et 1",
        6,
        6,
    ),
    Case(
        "LEC-TAUX-AMBIGU",
        "accepte_avec_remarques",
        ("LEC-TAUX-AMBIGU:2",),
        _csv(action(taux_avancement="0,5"), *actions(3)[1:]),
        "une fraction ou un pourcentage",
        3,
        3,
    ),
    _remark("LEC-MONTANT-AMBIGU", "le montant est lu 45.", budget_prevu_eur="45.000"),
    _notice("LEC-MONTANT-ECHELLE", "est lu 45 000 €", budget_prevu_eur="45 k€"),
    _notice("LEC-MONTANT-BASE", "est lu 45 000 €", budget_prevu_eur="45000 € HT", base_montant=""),
    _remark("LEC-CONFIDENTIEL", "par prudence", confidentiel="peut-être"),
    _remark("LEC-FINANCEUR-ABSENT", "sans le nom du financeur", programme_eur_1="1000"),
    _remark("LEC-COORDONNEES", "a été retiré", commentaire="écrire à alix@exemple.invalid"),
]

HEADERS = [
    _refused(
        "ENT-SIREN-ABSENT",
        "SIREN de l'intercommunalité manque",
        _csv(drop=["siren_epci"]),
        1,
        shared_source=True,
    ),
    _refused(
        "ENT-SIREN-FORME:2",
        "« 12345 » n'est pas",
        lambda s: [File(csv_report("12345", [action()]))],
        1,
    ),
    _refused(
        "LEC-SIREN-CLE",
        "clé de contrôle",
        lambda s: [File(csv_report("200018084", [action()]))],
        1,
        told=("ENT-SIREN-FORME:2", "LEC-SIREN-CLE:2"),
    ),
    _refused(
        "ENT-SIREN-INCONNU:2",
        "suivie par la Région",
        _csv(siren_epci="552100554"),
        1,
        shared_source=True,
    ),
    _refused("ENT-SIREN-AUTRE:2", "déposé au nom de", _csv(siren_epci=OTHER), 1),
    _refused("ENT-SITUATION-ABSENTE", "date de situation manque", _csv(drop=["date_situation"]), 1),
    _refused("ENT-SITUATION-ILLISIBLE:2", "« 31/02/2025 »", _csv(date_situation="31/02/2025"), 1),
    _refused("ENT-SITUATION-FUTURE:2", "dans l'avenir", _csv(date_situation="31/03/2026"), 1),
    _refused("ENT-SITUATION-ANCIENNE:2", "trop ancienne", _csv(date_situation="31/12/2003"), 1),
    _refused("ENT-SITUATION-ADOPTION:2", "précède l'adoption", _csv(date_adoption="15/01/2026"), 1),
    _refused("ENT-VIDE", "aucune action", lambda s: [File(xlsx_report(s, []), "r.xlsx")]),
    _refused(
        "ENT-TOUT-ECARTE",
        "Toutes les lignes",
        _csv(action(taux_avancement="250")),
        1,
        told=("ENT-TOUT-ECARTE", "LIG-TAUX-BORNES:2"),
    ),
    _refused(
        "ENT-INTITULE-MANQUANT",
        "n'est reconnue comme l'intitulé",
        lambda s: [
            File(csv_report(s, [action()]).replace("Intitulé".encode(), "Initulé".encode(), 1))
        ],
        1,
        told=(
            "ENT-INTITULE-MANQUANT",
            "ENT-TOUT-ECARTE",
            "FOR-COLONNE-INCONNUE:1",
            "LIG-INTITULE-ABSENT:2",
        ),
    ),
    Case(
        "ENT-ADOPTION-ILLISIBLE",
        "accepte_avec_remarques",
        ("ENT-ADOPTION-ILLISIBLE:2",),
        _csv(date_adoption="bientôt"),
        "« bientôt »",
    ),
]

ROWS = [
    _row("LIG-INTITULE-ABSENT", "pas d'intitulé", intitule=""),
    _row("LIG-STATUT-INCONNU", "« Presque fini » n'est pas connu", statut="Presque fini"),
    _row("LIG-TAUX-ILLISIBLE", "« beaucoup »", taux_avancement="beaucoup"),
    _row("LIG-TAUX-BORNES", "« 250 % »", taux_avancement="250 %"),
    _row("LIG-DATE-ILLISIBLE", "« 31/06/2026 »", date_fin_prevue="31/06/2026"),
    _row("LIG-DATE-PLAUSIBLE", "n'est pas plausible", date_debut_prevue="01/09/1925"),
    _row("LIG-MONTANT-ILLISIBLE", "« Entre 200 et 500 »", budget_prevu_eur="Entre 200 et 500"),
    _row("LIG-MONTANT-BORNES", "négatif ou démesuré", budget_prevu_eur="-45000"),
    _row("LIG-FIN-PREVUE", "précède le début prévu", date_debut_prevue="01/01/2027"),
    _row(
        "LIG-FIN-REELLE",
        "précède le début réel",
        date_debut_reelle="01/12/2025",
        date_fin_reelle="01/10/2025",
        statut="Abandonné",
    ),
    _row("LIG-VALEUR-ILLISIBLE", "« quelques »", indicateur="Visites", valeur_cible="quelques"),
    Case(
        "LIG-CODE-DOUBLE",
        "lignes_ecartees",
        ("LIG-CODE-DOUBLE:2", "LIG-CODE-DOUBLE:3"),
        _csv(
            action(),
            action(intitule="Tout autre chose"),
            action(code_action="A2", intitule="Autre"),
        ),
        "plusieurs lignes différentes",
        3,
        1,
    ),
    Case(
        "LIG-REPETITION",
        "accepte_avec_remarques",
        ("LIG-REPETITION:3",),
        _csv(action(), action()),
        "à l'identique",
    ),
    _remark("LIG-STATUT-ABSENT", "n'est pas renseigné", statut=""),
    _remark("LIG-REALISE-TAUX", "est de 45 %", statut="Réalisé"),
    _remark(
        "LIG-REALISE-FUTUR",
        "postérieure à la date",
        statut="Réalisé",
        taux_avancement="100",
        date_fin_reelle="15/01/2026",
    ),
    _remark(
        "LIG-PAYE-AVANT",
        "déjà payés",
        statut="À venir",
        taux_avancement="0",
        montant_paye_eur="500",
    ),
    _remark("LIG-TAUX-AVANT", "n'a pas commencé", statut="À discuter"),
    _remark("LIG-TAUX-COMPLET", "avancée à 100 %", taux_avancement="100"),
    _remark("LIG-DEBUT-FUTUR", "postérieur à la date", date_debut_reelle="15/01/2026"),
    _remark("LIG-FIN-EN-COURS", "porte une fin réelle", date_fin_reelle="15/12/2025"),
    _remark("LIG-MONTANT-BASE", "HT ou TTC", base_montant=""),
    _remark(
        "LIG-CIBLE-HAUSSE",
        "doit augmenter",
        sens="hausse",
        indicateur="V",
        valeur_initiale="10",
        valeur_cible="5",
    ),
    _remark(
        "LIG-CIBLE-BAISSE",
        "doit baisser",
        sens="baisse",
        indicateur="V",
        valeur_initiale="5",
        valeur_cible="10",
    ),
    _remark("LIG-AIDES", "dépassent le budget", financeur_1="Région", programme_eur_1="50000"),
    _remark(
        "LIG-PAYE-ENGAGE",
        "dépasse le montant engagé",
        montant_engage_eur="100",
        montant_paye_eur="200",
    ),
    _remark("LIG-ENGAGE-BUDGET", "dépasse le budget prévu", montant_engage_eur="45001"),
    _remark("LIG-INTITULE-LONG", "300 caractères", intitule=LONG),
    _remark("LIG-THEME-INCONNU", "« Métavers »", themes="Métavers"),
    _remark("LIG-THEME-ABSENT", "pas de thème", themes=""),
    _remark("LIG-METEO", "« Brouillard givrant »", meteo="Brouillard givrant"),
    _remark("LIG-LISTE", "« neuf »", sens="neuf"),
    _remark("LIG-MONTANT-ELEVE", "très élevé", budget_prevu_eur="60000000"),
    _remark("LIG-INDICATEUR-ABSENT", "sans que l'indicateur soit nommé", valeur_actuelle="5"),
    _remark(
        "LIG-INITIALE-ABSENTE",
        "pas de valeur initiale",
        indicateur="V",
        valeur_actuelle="5",
        valeur_cible="9",
    ),
    _remark(
        "LIG-AIDE-ILLISIBLE",
        "« Entre 1 et 2 »",
        financeur_1="Région",
        programme_eur_1="Entre 1 et 2",
    ),
]

BEHAVIOUR = [
    Case(
        "CMP-TAUX-RECUL",
        "accepte_avec_remarques",
        ("CMP-TAUX-RECUL:2",),
        _after([action()], [action(taux_avancement="30", commentaire="")]),
        "recule de 45 à 30 %",
    ),
    Case(
        "CMP-BUDGET-ACTION",
        "accepte_avec_remarques",
        ("CMP-BUDGET-ACTION:2",),
        _after(
            [action(), action(code_action="A2", intitule="Deux", budget_prevu_eur="900000")],
            [
                action(budget_prevu_eur="450000"),
                action(code_action="A2", intitule="Deux", budget_prevu_eur="900000"),
            ],
        ),
        "passe de 45 000 à 450 000 €",
        2,
        2,
    ),
    Case(
        "CMP-FIN-DEPLACEE",
        "accepte_avec_remarques",
        ("CMP-FIN-DEPLACEE:2",),
        _after([action()], [action(date_fin_prevue="30/06/2027")]),
        "passe du 31/12/2026 au 30/06/2027",
    ),
    Case(
        "CMP-CIBLE-DEPLACEE",
        "accepte_avec_remarques",
        ("CMP-CIBLE-DEPLACEE:2",),
        _after([action(valeur_cible="10")], [action(valeur_cible="8")]),
        "passe de 10 à 8",
    ),
    Case(
        "CMP-RENOMMEE",
        "accepte_avec_remarques",
        ("CMP-RENOMMEE:2",),
        _after([action()], [action(intitule="Guichet du port")]),
        "change d'intitulé",
    ),
    Case(
        "CMP-ROUVERTE",
        "accepte_avec_remarques",
        ("CMP-ROUVERTE:2",),
        _after(
            [action(statut="Réalisé", taux_avancement="100")],
            [action(taux_avancement="100", statut="En pause")],
        ),
        "ne l'est plus",
    ),
    Case(
        "CMP-DISPARUES",
        "accepte_avec_remarques",
        ("CMP-DISPARUES",),
        _after(actions(3, commentaire="x"), actions(2, commentaire="y")),
        "ne figurent plus : A3",
        2,
        2,
    ),
    Case(
        "CMP-RECODEES",
        "accepte_avec_remarques",
        ("CMP-RECODEES",),
        _after(actions(2), [TEN[0], TEN[1] | {"code_action": "N2"}]),
        "A2 devient N2",
        2,
        2,
    ),
    Case(
        "CMP-IDENTIQUE",
        "accepte_avec_remarques",
        ("CMP-IDENTIQUE",),
        _after(actions(2), actions(2)),
        "est identique",
        2,
        2,
    ),
    Case(
        "CMP-TAUX-RONDS",
        "accepte_avec_remarques",
        ("CMP-TAUX-RONDS",),
        _csv(*(r | {"taux_avancement": "25"} for r in TEN)),
        "valent 0, 25",
        10,
        10,
    ),
    Case(
        "CMP-REMPLACE",
        "accepte",
        ("CMP-REMPLACE:2",),
        lambda s: [
            File(csv_report(s, [action(commentaire="x")]), "premier.csv", DECEMBER),
            File(csv_report(s, [action()])),
        ],
        "« premier.csv »",
    ),
    Case(
        "CMP-BUDGET-TOTAL",
        "a_valider",
        ("CMP-BUDGET-ACTION:2", "CMP-BUDGET-TOTAL"),
        _after([action()], [action(budget_prevu_eur="495000")]),
        "total des budgets prévus passe de 45 000 à 495 000",
    ),
    Case(
        "CMP-DISPARITION-MASSIVE",
        "a_valider",
        ("CMP-DISPARITION-MASSIVE", "CMP-DISPARUES"),
        _after(actions(5), [TEN[0] | {"commentaire": "x"}]),
        "80 % des actions",
    ),
    Case(
        "CMP-RECUL-MASSIF",
        "a_valider",
        ("CMP-RECUL-MASSIF",),
        _after(actions(5), [r | {"taux_avancement": "5"} for r in actions(5)]),
        "recule de 28 points",
        5,
        5,
    ),
]

TET_ACTION = {
    "Axe (x)": "Axe 1",
    "Titre de l'action": "Action A",
    "Statut": "En cours",
    "Thématique principale": "Mobilité",
    "Date de fin": "31/12/2026",
}


def _tet(*rows: dict[str, str], above: Sequence[str] = ()) -> Callable[[str], list[File]]:
    """A sheet in the import shape of Territoires en Transitions: sections, headers, then rows."""

    def write(siren: str) -> list[File]:
        titles = list(dict.fromkeys(title for row in (TET_ACTION, *rows) for title in row))
        workbook = Workbook()
        sheet = workbook.active
        sheet.append(["Présentation de l'action"])
        sheet.append(titles)
        for kind in above:
            sheet.append([kind] * len(titles))
        for row in rows or (TET_ACTION,):
            sheet.append([row.get(title) for title in titles])
        return [File(saved(workbook), "plan.xlsx")]

    return write


TET_TOLD = ("LEC-CODE-DERIVE", "LEC-DATE-SITUATION-DEPOT", "LEC-SIREN-SOURCE")


def _tet_case(
    name: str,
    words: str,
    *told: str,
    received: int = 1,
    rows: Sequence[dict[str, str]] = (),
    **more: object,
) -> Case:
    return Case(
        name,
        "accepte_avec_remarques",
        (*TET_TOLD, *told),
        _tet(*rows, **more),  # type: ignore[arg-type]
        words,
        received,
        received,
    )


TET = [
    _tet_case("LEC-DATE-SITUATION-DEPOT", "le jour du dépôt"),
    _tet_case("FOR-LIGNE-AIDE", "ligne d'aide", "FOR-LIGNE-AIDE:3", above=["Champ texte"]),
    _tet_case(
        "FOR-LIGNE-EXEMPLE",
        "ligne d'exemple",
        "FOR-LIGNE-EXEMPLE:3",
        rows=[
            TET_ACTION | {"Titre de l'action": "Action 1 - Assurer la coordination du plan"},
            TET_ACTION,
        ],
    ),
    _tet_case(
        "FOR-SOUS-ACTION",
        "sous-action(s)",
        "FOR-SOUS-ACTION",
        rows=[TET_ACTION, TET_ACTION | {"Titre de la sous-action": "Sous-action A"}],
        received=2,
    ),
    _tet_case(
        "FOR-BUDGET-TET",
        "somme des lignes",
        "FOR-BUDGET-TET:2",
        rows=[TET_ACTION | {"Budgets d'investissement": "2024 :\n  - 1000 € HT prévisionnels"}],
    ),
    _tet_case(
        "FOR-BUDGET-TET-ILLISIBLE",
        "ne donnent pas un montant unique",
        "FOR-BUDGET-TET-ILLISIBLE:3",
        rows=[TET_ACTION | {"Budgets d'investissement": "selon les années"}],
    ),
    _tet_case(
        "FOR-BASE-MELANGEE",
        "HT et TTC",
        "FOR-BASE-MELANGEE:2",
        rows=[
            TET_ACTION
            | {
                "Budget prévisionnel total € HT": "1000",
                "Financeur 1": "Région",
                "Montant (TTC)": "500",
            }
        ],
    ),
]

LIMITROPHE, RETIRED, SUCCESSOR = "247600588", "246201149", "200090751"
TERRITORIES = [
    Case(
        "ENT-LIMITROPHE",
        "accepte",
        ("ENT-LIMITROPHE:2",),
        _csv(),
        "hors de la région",
        siren=LIMITROPHE,
    ),
    Case(
        "LEC-SIREN-REMPLACE",
        "accepte_avec_remarques",
        ("LEC-SIREN-REMPLACE:2",),
        _csv(siren_epci=RETIRED),
        "n'est plus en usage",
        siren=SUCCESSOR,
    ),
    Case(
        "CMP-SANS-FEUILLE-DE-ROUTE",
        "a_valider",
        ("CMP-SANS-FEUILLE-DE-ROUTE:2",),
        lambda s: [File(csv_report(s, [action()]), deposited=AFTER_REGISTER)],
        "ne connaît pas de feuille de route",
    ),
    Case(
        "registered roadmap",
        "accepte",
        (),
        lambda s: [File(csv_report(s, [action()]), deposited=AFTER_REGISTER)],
        siren=REGISTERED,
    ),
]


DOSSIER = {"format": "ds_json", "number": 1234, "state": "en_instruction"}


def _json(document: dict[str, object]) -> Callable[[str], list[File]]:
    return lambda siren: [File(json.dumps(document).encode(), "donnees.json")]


REMOTE = [
    _refused("FIC-DOSSIER-SUPPRIME", "a été supprimé", _json(DOSSIER | {"suppression": {}})),
    _refused("FIC-DOSSIER-CLOS", "est refusé", _json(DOSSIER | {"state": "refuse"})),
    _refused(
        "FIC-DOSSIER-SIRET",
        "qui n'est pas le sien",
        _json(
            DOSSIER
            | {
                "siret": "20001808300017",
                "champs": [{"__typename": "EpciChamp", "label": "EPCI", "epci": {"code": OTHER}}],
            }
        ),
    ),
    Case(
        "FOR-CELLULE-EN-ERREUR",
        "accepte_avec_remarques",
        ("FOR-CELLULE-EN-ERREUR:7", "LEC-DATE-SITUATION-DEPOT", "LEC-SIREN-SOURCE"),
        _json(
            {
                "format": "grist_json",
                "table": "Actions",
                "colonnes": {
                    name: {"type": "Text", "libelle": name}
                    for name in ("Code", "Intitulé", "Thèmes", "Statut", "Freins")
                },
                "lignes": [
                    {
                        "id": 7,
                        "fields": {
                            "Code": "A1",
                            "Intitulé": "Guichet",
                            "Thèmes": "Mobilité",
                            "Statut": "En cours",
                            "Freins": ["E", "ValueError"],
                        },
                    }
                ],
            }
        ),
        "erreur de formule",
    ),
]


def _flat(header: str, *lines: str, deposited: datetime = JANUARY) -> Callable[[str], list[File]]:
    return lambda siren: [
        File("\r\n".join([header, *lines, ""]).encode(), "donnees.csv", deposited)
    ]


def _aside(
    code: str, words: str, header: str, good: str, bad: str, deposited: datetime = JANUARY
) -> Case:
    """One line out of two of a flat file is set aside."""
    told = (f"{code}:3",)
    return Case(
        code,
        "lignes_ecartees",
        told,
        _flat(header, good, bad, deposited=deposited),
        words,
        2,
        1,
        True,
    )


REGISTER = "siren_epci;nom;date_adoption;horizon"
KNOWN = f"{REGISTERED};CC connue;14/12/2023;2027"
LONG_SHAPE = "identifiant_indic;zone_id;date_valeur;type_valeur;valeur"
VALUE = f"IND-001;{REGISTERED};2025-12-31;va;12"
GRANT_SHAPE = (
    "nomAttribuant;idAttribuant;dateConvention;nomBeneficiaire;idBeneficiaire;objet;montant"
)
GRANT = f"Région;20005374200017;2025-03-01;CC connue;{REGISTERED};Fibre;1000"

OTHERS = [
    _aside(
        "REG-SIREN-ABSENT",
        "n'a pas de SIREN",
        REGISTER,
        KNOWN,
        ";CC;14/12/2023;2027",
        BEFORE_REGISTER,
    ),
    _aside(
        "REG-SIREN-FORME", "« 123 »", REGISTER, KNOWN, "123;CC;14/12/2023;2027", BEFORE_REGISTER
    ),
    _aside(
        "REG-SIREN-INCONNU",
        "suivie par la Région",
        REGISTER,
        KNOWN,
        "552100554;CC;14/12/2023;2027",
        BEFORE_REGISTER,
    ),
    _aside(
        "REG-ADOPTION-ILLISIBLE",
        "« jeudi »",
        REGISTER,
        KNOWN,
        f"{OTHER};CC;jeudi;2027",
        BEFORE_REGISTER,
    ),
    Case(
        "REG-SIREN-DOUBLE",
        "lignes_ecartees",
        ("REG-SIREN-DOUBLE:2", "REG-SIREN-DOUBLE:3"),
        _flat(REGISTER, KNOWN, KNOWN, f"{OTHER};CC;14/12/2023;", deposited=BEFORE_REGISTER),
        "plusieurs fois",
        3,
        1,
        True,
    ),
    Case(
        "REG-ADOPTION-FUTURE",
        "accepte_avec_remarques",
        ("REG-ADOPTION-FUTURE:2",),
        _flat(REGISTER, KNOWN.replace("2023", "2030"), deposited=BEFORE_REGISTER),
        "dans l'avenir",
        1,
        1,
        True,
    ),
    Case(
        "clean register",
        "accepte",
        (),
        _flat(REGISTER, KNOWN, deposited=REGISTER_DAY),
        "",
        1,
        1,
        True,
    ),
    _refused(
        "AUT-VIDE", "aucune ligne", _flat(REGISTER, deposited=AFTER_REGISTER), shared_source=True
    ),
    _refused(
        "AUT-TOUT-ECARTE",
        "Toutes les lignes",
        _flat(REGISTER, "123;;;", deposited=AFTER_REGISTER),
        1,
        told=("AUT-TOUT-ECARTE", "REG-SIREN-FORME:2"),
        shared_source=True,
    ),
    _aside(
        "IND-IDENTIFIANT-ABSENT",
        "de quel indicateur",
        LONG_SHAPE,
        VALUE,
        f";{REGISTERED};2025-12-31;va;12",
    ),
    _aside(
        "IND-IDENTIFIANT-FORME", "« X1 »", LONG_SHAPE, VALUE, f"X1;{REGISTERED};2025-12-31;va;12"
    ),
    _aside("IND-SIREN-ABSENT", "« D62 »", LONG_SHAPE, VALUE, "IND-001;D62;2025-12-31;va;12"),
    _aside(
        "IND-SIREN-INCONNU",
        "suivie par la Région",
        LONG_SHAPE,
        VALUE,
        "IND-001;552100554;2025-12-31;va;12",
    ),
    _aside("IND-DATE", "« hier »", LONG_SHAPE, VALUE, f"IND-001;{REGISTERED};hier;va;12"),
    _aside(
        "IND-DATE-FUTURE",
        "dans l'avenir",
        LONG_SHAPE,
        VALUE,
        f"IND-001;{REGISTERED};2027-12-31;va;12",
    ),
    Case(
        "a value that is not there takes nothing back",
        "lignes_ecartees",
        ("FOR-LIGNE-COURTE:3", "IND-VALEUR:3"),
        _flat(LONG_SHAPE, VALUE, f"IND-001;{REGISTERED};2025-12-30;va"),
        "[ligne coupée]",
        2,
        1,
        True,
    ),
    _aside("IND-TYPE", "« vx »", LONG_SHAPE, VALUE, f"IND-001;{REGISTERED};2025-12-30;vx;12"),
    _aside(
        "IND-VALEUR",
        "« beaucoup »",
        LONG_SHAPE,
        VALUE,
        f"IND-001;{REGISTERED};2025-12-30;va;beaucoup",
    ),
    Case(
        "IND-DOUBLE",
        "lignes_ecartees",
        ("IND-DOUBLE:2", "IND-DOUBLE:3"),
        _flat(LONG_SHAPE, VALUE, VALUE, VALUE.replace("va", "vc")),
        "plusieurs valeurs",
        3,
        1,
        True,
    ),
    Case(
        "clean indicators",
        "accepte",
        (),
        _flat(LONG_SHAPE, VALUE, f"IND-001;{REGISTERED};2027-12-31;vc;"),
        "",
        2,
        2,
        True,
    ),
    _aside("SUB-DATE", "« un jour »", GRANT_SHAPE, GRANT, GRANT.replace("2025-03-01", "un jour")),
    _aside("SUB-MONTANT-ABSENT", "« mille »", GRANT_SHAPE, GRANT, GRANT.replace("1000", "mille")),
    _aside("SUB-MONTANT-BORNES", "négatif", GRANT_SHAPE, GRANT, GRANT.replace(";1000", ";-1000")),
    Case(
        "SUB-BENEFICIAIRE",
        "accepte_avec_remarques",
        ("SUB-BENEFICIAIRE:2",),
        _flat(GRANT_SHAPE, GRANT.replace(REGISTERED, "")),
        "« CC connue »",
        1,
        1,
        True,
    ),
    Case(
        "SUB-BENEFICIAIRE-INCONNU",
        "accepte",
        ("SUB-BENEFICIAIRE-INCONNU:2",),
        _flat(GRANT_SHAPE, GRANT.replace(REGISTERED, "552100554")),
        "552100554",
        1,
        1,
        True,
    ),
    Case("clean grants", "accepte", (), _flat(GRANT_SHAPE, GRANT), "", 1, 1, True),
]

FULL = {
    "commentaire": "",
    "meteo": "Soleil",
    "sens": "hausse",
    "indicateur": "Visites",
    "valeur_initiale": "10",
    "valeur_actuelle": "40",
    "valeur_cible": "90",
    "date_debut_reelle": "15/09/2025",
    "montant_engage_eur": "30000",
    "montant_paye_eur": "20000",
    "financeur_1": "Région",
    "programme_eur_1": "15000",
}
NOT_STARTED = ("À venir", "À discuter")
DONE = {"statut": "Réalisé", "taux_avancement": "100", "date_fin_reelle": "15/11/2025"}
PLANNED = {
    "statut": "À venir",
    "taux_avancement": "0",
    "montant_paye_eur": "0",
    "date_debut_reelle": "",
    "sens": "baisse",
    "valeur_initiale": "90",
    "valeur_cible": "10",
}
EVERYTHING = [r | FULL for r in actions(10)] + [
    action(code_action="B1", intitule="Achevée") | FULL | DONE,
    action(code_action="B2", intitule="À venir") | FULL | PLANNED,
]

GOOD = [
    Case(
        "clean second report, every field filled",
        "accepte",
        (),
        _after(EVERYTHING, [r | {"freins": "Recrutement"} for r in EVERYTHING]),
        "",
        12,
        12,
    ),
    Case("clean CSV", "accepte", (), _csv()),
    Case("clean CSV with its adoption", "accepte", (), _csv(date_adoption="15/01/2024")),
    Case("clean CSV in cp1252", "accepte", (), _csv(encoding="cp1252")),
    Case("clean workbook", "accepte", (), lambda s: [File(xlsx_report(s, [action()]), "r.xlsx")]),
    Case("clean second report", "accepte", (), _after([action()], [action(taux_avancement="60")])),
]


def _limit(
    code: str, at: Row, beyond: Row, *, also: Sequence[str] = (), accepted: int = 2, of: str = ""
) -> Case:
    """One action at the very limit of a rule, which stays silent; another one just beyond."""
    rows = (
        action() | at,
        action(code_action="B1", intitule="Seconde action") | beyond,
        action(code_action="C1", intitule="Une action ordinaire"),
    )
    verdict = "lignes_ecartees" if accepted == 2 else "accepte_avec_remarques"
    name = f"{code} at its limit{of}"
    return Case(name, verdict, (f"{code}:3", *also), _csv(*rows), "", 3, accepted)


def _doubtful(code: str, at: Row, beyond: Row) -> Case:
    return _limit(code, at, beyond, accepted=3)


def _each(code: str, *rows: Row, also: Sequence[str] = (), critical: bool = True) -> Case:
    """The same rule broken once by each row: in each of its fields, or for each status it speaks of."""
    written = [action(code_action=f"B{n}", intitule=f"Action {n}") | r for n, r in enumerate(rows)]
    told = *(f"{code}:{3 + n}" for n in range(len(rows))), *also
    count = 1 + len(rows)
    return Case(
        f"{code} in each way",
        "lignes_ecartees" if critical else "accepte_avec_remarques",
        told,
        _csv(action(), *written),
        "",
        count,
        1 if critical else count,
    )


def _named(name: str, case: Case) -> Case:
    return replace(case, name=name)


def _silent(name: str, write: Callable[[str], list[File]], count: int = 1) -> Case:
    return Case(name, "accepte", (), write, "", count, count)


def _rates(*rates: int) -> Callable[[str], list[File]]:
    return _csv(
        *(
            row | {"taux_avancement": str(r)}
            for row, r in zip(actions(len(rates)), rates, strict=True)
        )
    )


def _lower(rows: Sequence[Row], points: int) -> list[Row]:
    return [row | {"taux_avancement": str(int(row["taux_avancement"]) - points)} for row in rows]


NOT_STARTED = ("À venir", "À discuter")
DONE = {"statut": "Réalisé", "taux_avancement": "100"}
TO_COME = {"statut": "À venir", "taux_avancement": "0"}
TARGET = {"indicateur": "Visites", "valeur_initiale": "10", "valeur_cible": "10"}
STARTED = {"date_debut_reelle": "01/09/2025"}
FIVE = actions(5)
STARTS = ("date_debut_prevue", "date_debut_reelle")
ENDS = ("date_fin_prevue", "date_fin_reelle")
AMOUNTS = ("budget_prevu_eur", "montant_engage_eur", "montant_paye_eur")
MEASURES = ("valeur_initiale", "valeur_cible", "valeur_actuelle")
# Without a budget, an amount is compared with nothing.
ALONE = {"budget_prevu_eur": "", "statut": "Abandonné"}

LIMITS = [
    _limit("LIG-TAUX-BORNES", DONE, DONE | {"taux_avancement": "100,4"}),
    _limit("LIG-TAUX-BORNES", {"taux_avancement": "0"}, {"taux_avancement": "-0,4"}, of=" (low)"),
    _limit(
        "LIG-MONTANT-BORNES", {"budget_prevu_eur": "0"}, {"budget_prevu_eur": "-0,01"}, of=" (low)"
    ),
    _limit(
        "LIG-MONTANT-BORNES",
        {"budget_prevu_eur": "999999999999"},
        {"budget_prevu_eur": "999999999999,50"},
        also=("LIG-MONTANT-ELEVE:2", "LIG-MONTANT-ELEVE:3"),
    ),
    _limit(
        "LIG-DATE-PLAUSIBLE",
        {"date_debut_prevue": "01/01/2000", "date_fin_prevue": "31/12/2060"},
        {"date_debut_prevue": "31/12/1999"},
        of=" (low)",
    ),
    _limit("LIG-DATE-PLAUSIBLE", {}, {"date_fin_prevue": "01/01/2061"}),
    _limit("LIG-FIN-PREVUE", {"date_fin_prevue": "01/09/2025"}, {"date_fin_prevue": "31/08/2025"}),
    _limit(
        "LIG-FIN-REELLE",
        DONE | STARTED | {"date_fin_reelle": "01/09/2025"},
        DONE | STARTED | {"date_fin_reelle": "31/08/2025"},
    ),
    _doubtful("LIG-REALISE-TAUX", DONE, DONE | {"taux_avancement": "99,6"}),
    _doubtful(
        "LIG-REALISE-FUTUR",
        DONE | {"date_fin_reelle": "31/12/2025"},
        DONE | {"date_fin_reelle": "01/01/2026"},
    ),
    _each("LIG-DATE-ILLISIBLE", *({name: "bientôt"} for name in (*STARTS, *ENDS))),
    _each(
        "LIG-DATE-PLAUSIBLE",
        *({name: "01/09/1925"} for name in STARTS),
        *({"statut": "Abandonné", name: "31/12/2061"} for name in ENDS),
    ),
    _each("LIG-MONTANT-ILLISIBLE", *({name: "beaucoup"} for name in AMOUNTS)),
    _each("LIG-MONTANT-BORNES", *(ALONE | {name: "-45000"} for name in AMOUNTS)),
    _each("LIG-VALEUR-ILLISIBLE", *({"indicateur": "V", name: "peu"} for name in MEASURES)),
    _each("LIG-MONTANT-ELEVE", *(ALONE | {name: "60000000"} for name in AMOUNTS), critical=False),
    _each(
        "LIG-LISTE",
        {"sens": "neuf"},
        {"base_montant": "brut"},
        also=("LIG-MONTANT-BASE:4",),
        critical=False,
    ),
    _each(
        "LIG-PAYE-AVANT",
        *({"statut": s, "taux_avancement": "0", "montant_paye_eur": "9"} for s in NOT_STARTED),
        critical=False,
    ),
    _each("LIG-TAUX-AVANT", *({"statut": s} for s in NOT_STARTED), critical=False),
    _each(
        "LIG-FIN-EN-COURS",
        *(
            {"statut": s, "taux_avancement": "0", "date_fin_reelle": "15/12/2025"}
            for s in ("En cours", *NOT_STARTED)
        ),
        critical=False,
    ),
    _silent(
        "LIG-REALISE-FUTUR speaks of what is done alone",
        _csv(action(statut="Abandonné", date_fin_reelle="01/01/2026")),
    ),
    _doubtful(
        "LIG-PAYE-AVANT",
        TO_COME | {"montant_paye_eur": "0"},
        TO_COME | {"montant_paye_eur": "0,40"},
    ),
    _limit(
        "LIG-TAUX-AVANT",
        TO_COME,
        TO_COME | {"taux_avancement": "0,4"},
        also=("LEC-TAUX-AMBIGU:3",),
        accepted=3,
    ),
    _doubtful(
        "LIG-DEBUT-FUTUR",
        {"date_debut_reelle": "31/12/2025"},
        {"date_debut_reelle": "01/01/2026"},
    ),
    _doubtful(
        "LIG-CIBLE-HAUSSE",
        TARGET | {"sens": "hausse"},
        TARGET | {"sens": "hausse", "valeur_cible": "9,9"},
    ),
    _doubtful(
        "LIG-CIBLE-BAISSE",
        TARGET | {"sens": "baisse"},
        TARGET | {"sens": "baisse", "valeur_cible": "10,1"},
    ),
    _doubtful(
        "LIG-AIDES",
        {"financeur_1": "Région", "programme_eur_1": "45000"},
        {"financeur_1": "Région", "programme_eur_1": "45000,01"},
    ),
    _doubtful(
        "LIG-PAYE-ENGAGE",
        {"montant_engage_eur": "100", "montant_paye_eur": "100"},
        {"montant_engage_eur": "100", "montant_paye_eur": "100,01"},
    ),
    _doubtful(
        "LIG-ENGAGE-BUDGET", {"montant_engage_eur": "45000"}, {"montant_engage_eur": "45000,01"}
    ),
    _doubtful("LIG-INTITULE-LONG", {"intitule": "a" * 300}, {"intitule": "b" * 301}),
    _doubtful(
        "LIG-MONTANT-ELEVE",
        {"budget_prevu_eur": "50000000"},
        {"budget_prevu_eur": "50000000,01"},
    ),
    Case(
        "a row without a title is told of nothing else that it lacks",
        "lignes_ecartees",
        ("LIG-INTITULE-ABSENT:3",),
        _csv(action(), action(code_action="B1", intitule="", statut="", themes="")),
        "",
        2,
        1,
    ),
    _silent("ENT-SITUATION-FUTURE at its limit", _csv(date_situation="01/02/2026")),
    _named(
        "ENT-SITUATION-FUTURE beyond its limit",
        _refused("ENT-SITUATION-FUTURE:2", "", _csv(date_situation="02/02/2026"), 1),
    ),
    _silent("ENT-SITUATION-ANCIENNE at its limit", _csv(date_situation="01/01/2015")),
    _named(
        "ENT-SITUATION-ANCIENNE beyond its limit",
        _refused("ENT-SITUATION-ANCIENNE:2", "", _csv(date_situation="31/12/2014"), 1),
    ),
    _silent("ENT-SITUATION-ADOPTION at its limit", _csv(date_adoption="31/12/2025")),
    _named(
        "ENT-SITUATION-ADOPTION beyond its limit",
        _refused("ENT-SITUATION-ADOPTION:2", "", _csv(date_adoption="01/01/2026"), 1),
    ),
    Case(
        "CMP-BUDGET-TOTAL at its limit",
        "a_valider",
        ("CMP-BUDGET-ACTION:2", "CMP-BUDGET-TOTAL"),
        _after([action()], [action(budget_prevu_eur="450000")]),
    ),
    _silent(
        "CMP-BUDGET-TOTAL below its limit",
        _after([action()], [action(budget_prevu_eur="449999")]),
    ),
    Case(
        "CMP-BUDGET-TOTAL at its limit (low)",
        "a_valider",
        ("CMP-BUDGET-ACTION:2", "CMP-BUDGET-TOTAL"),
        _after([action()], [action(budget_prevu_eur="4500")]),
    ),
    _silent(
        "CMP-BUDGET-TOTAL below its limit (low)",
        _after([action()], [action(budget_prevu_eur="4501")]),
    ),
    Case(
        "CMP-DISPARITION-MASSIVE at its limit",
        "accepte_avec_remarques",
        ("CMP-DISPARUES",),
        _after(actions(4, commentaire="x"), actions(2, commentaire="y")),
        "",
        2,
        2,
    ),
    Case(
        "CMP-DISPARITION-MASSIVE beyond its limit",
        "a_valider",
        ("CMP-DISPARITION-MASSIVE", "CMP-DISPARUES"),
        _after(actions(9, commentaire="x"), actions(4, commentaire="y")),
        "",
        4,
        4,
    ),
    _silent("CMP-RECUL-MASSIF at its limit", _after(FIVE, _lower(FIVE, 20)), 5),
    Case(
        "CMP-RECUL-MASSIF beyond its limit",
        "a_valider",
        ("CMP-RECUL-MASSIF",),
        _after(FIVE, _lower(FIVE, 21)),
        "",
        5,
        5,
    ),
    _silent("CMP-TAUX-RONDS at its limit", _rates(*[25] * 9, 31), 10),
    _silent("CMP-TAUX-RONDS needs ten rates", _rates(*[25] * 9), 9),
    _silent("CMP-TAUX-RONDS needs three that are begun", _rates(*[0] * 8, 25, 25), 10),
    Case(
        "CMP-TAUX-RONDS beyond its limit",
        "accepte_avec_remarques",
        ("CMP-TAUX-RONDS",),
        _rates(*[25] * 10, 31),
        "",
        11,
        11,
    ),
    Case(
        "REG-ADOPTION-FUTURE at its limit",
        "accepte_avec_remarques",
        ("REG-ADOPTION-FUTURE:3",),
        _flat(
            REGISTER,
            f"{REGISTERED};CC;01/02/2026;2027",
            f"{OTHER};CC;02/02/2026;2027",
            deposited=BEFORE_REGISTER,
        ),
        "",
        2,
        2,
        True,
    ),
    _named(
        "IND-DATE-FUTURE at its limit",
        _aside(
            "IND-DATE-FUTURE",
            "",
            LONG_SHAPE,
            VALUE.replace("2025-12-31", "2026-02-01"),
            VALUE.replace("2025-12-31", "2026-02-02"),
        ),
    ),
    _named(
        "SUB-MONTANT-BORNES at its limit (low)",
        _aside(
            "SUB-MONTANT-BORNES",
            "",
            GRANT_SHAPE,
            GRANT.replace(";1000", ";0"),
            GRANT.replace(";1000", ";-0,01"),
        ),
    ),
    _named(
        "SUB-MONTANT-BORNES at its limit",
        _aside(
            "SUB-MONTANT-BORNES",
            "",
            GRANT_SHAPE,
            GRANT.replace(";1000", ";999999999999"),
            GRANT.replace(";1000", ";999999999999,5"),
        ),
    ),
]


FORMULA = '=HYPERLINK("http://exemple.invalid")'
ANSWERED = {
    "faulty workbook": Case(
        "faulty workbook",
        "lignes_ecartees",
        ("LIG-TAUX-BORNES:3", "LIG-REALISE-TAUX:2"),
        _sheet(
            _dressed,
            action(statut="Réalisé"),
            action(code_action="A2", intitule="Deux", taux_avancement="250"),
        ),
        "« 250 »",
        2,
        1,
    ),
    "formula": Case(
        "formula",
        "lignes_ecartees",
        ("LIG-STATUT-INCONNU:3",),
        _csv(action(), action(code_action="A2", intitule="Deux", statut=FORMULA)),
        FORMULA,
        2,
        1,
    ),
    "markup": Case(
        "markup",
        "lignes_ecartees",
        ("LIG-STATUT-INCONNU:3",),
        _csv(
            action(), action(code_action="A2", intitule="Deux", statut="<script>alert(1)</script>")
        ),
        "<script>",
        2,
        1,
    ),
    "fictitious": Case("fictitious", "accepte", (), _csv(), synthetic=True),
}

CASES = [
    *FILES,
    *SHAPES,
    *READINGS,
    *HEADERS,
    *ROWS,
    *BEHAVIOUR,
    *TET,
    *TERRITORIES,
    *REMOTE,
    *OTHERS,
    *GOOD,
    *LIMITS,
    *ANSWERED.values(),
]
