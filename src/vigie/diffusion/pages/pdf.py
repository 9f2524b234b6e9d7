"""PDFs typeset with Typst: a two-page sheet per territory, and the committee's pack. Tagged, PDF/UA.

Texts go to Typst as JSON strings, never as markup: what a territory wrote cannot be run. A PDF is made again
when what it shows changed, and names the publication that it was made from.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import typst

from vigie.clock import day_in_paris
from vigie.diffusion.pages import charts, french, markup
from vigie.diffusion.pages.content import since
from vigie.diffusion.pages.glyphs import drawable
from vigie.diffusion.pages.model import Column, Figure, Row, Table, written
from vigie.diffusion.pages.page import Page
from vigie.diffusion.pages.reading import Publication

_LISTED_TROUBLES = 7
_LONG = 95
_EXCERPT = 150


@dataclass(frozen=True)
class Sheet:
    """A PDF before it is typeset: `contenu` is what it shows, `date` what names the publication."""

    modele: str
    contenu: Row
    date: Row

    def fingerprint(self, code: str) -> str:
        """A digest of what it shows; `code` stands for the program that makes it."""
        shown = json.dumps([code, self.modele, self.contenu], default=lambda f: f.empreinte)
        return hashlib.sha256(shown.encode()).hexdigest()[:20]

    def typeset(self) -> bytes:
        """The PDF."""
        content = json.dumps(
            drawable(self.contenu | self.date), default=lambda f: f.a_l_impression()
        )
        made: bytes = _compiler().compile(
            input=str(markup.TEMPLATES / self.modele),
            sys_inputs={"contenu": content},
            pdf_standards=["ua-1"],
            timestamp=0,
        )
        return made


def sheet(page: Page, publication: Publication) -> Sheet:
    """The two-page sheet of the territory whose page this is."""
    content = page.contenu
    quality = Table(
        "",
        "",
        [Column("libelle", "Son dernier rapport"), Column("valeur", "")],
        content["qualite"],
    )
    return Sheet(
        "fiche.typ",
        {
            "titre": content["territoire"]["nom"],
            "fictif": publication.is_fictitious,
            "surtitre": content["surtitre"],
            "chapeau": content["chapeau"],
            "reperes": as_landmarks(content["reperes"]),
            "identite": as_landmarks(content["identite"]),
            "melange": as_chart(content["melange"]),
            "silos": [
                f"{row['silo_libelle']} ({french.counted(row['actions_nb'], 'action', 'actions')})"
                for row in content["silos"][:7]
            ],
            "singulieres": [_cut(row["intitule"]) for row in content["singulieres"]],
            "jumelles": [
                {
                    "ressemblance": f"Ici, ressemblance {french.percent(100 * row['ressemblance'])}",
                    "ici": _cut(row["intitule"]),
                    "ici-texte": _cut(row["descriptif"] or "", _EXCERPT),
                    "ailleurs-texte": _cut(row["jumelle_descriptif"] or "", _EXCERPT),
                    "nom": row["jumelle_nom"],
                    "ailleurs": _cut(row["jumelle_intitule"]),
                }
                for row in content["jumelles"]
            ],
            "statuts": as_chart(content["statuts"]),
            "pairs": as_chart(content["pairs"]),
            "tendance": as_chart(content["tendance"]),
            "difficultes": _troubles(content),
            "argent": as_cells(budgets(content), ("base", "budget", "engagement")),
            "fonds": content["cascade"].note if content["cascade"].lignes else "",
            "qualite": as_cells(quality),
            **session_line(publication),
        },
        dated(publication),
    )


def budgets(content: Row) -> Table:
    """The budgets declared, by tax base."""
    return Table(
        "",
        "",
        [
            Column("base", "Base"),
            Column("budget", "Budget prévu", "eur"),
            Column("engagement", "Engagé, du budget de qui le dit"),
            Column("paiement", "Payé, de l’engagé"),
        ],
        content["argent"],
    )


def session_line(publication: Publication) -> Row:
    """Which session this paper belongs to, or follows."""
    last = since.latest(publication)
    if last is None:
        return {"seance": "Aucune séance figée"}
    belongs = last.date_situation >= publication.identity["date_situation_le"]
    return {"seance": f"{'Séance' if belongs else 'Après la séance'} « {last.nom} »"}


def _troubles(content: Row) -> Row:
    late, blocked = content["retards"].lignes, content["blocages"].lignes
    rows = [*blocked, *(row for row in late if row["groupe_code"] != "bloque")]
    table = Table(
        "",
        "",
        [
            Column("intitule", "Action"),
            Column("statut_libelle", "Statut"),
            Column("date_fin_prevue", "Fin prévue", "date"),
        ],
        [cut_row(row) for row in rows[:_LISTED_TROUBLES]],
    )
    return as_cells(table) | {"reste": _and_more(len(rows) - _LISTED_TROUBLES)}


def _and_more(count: int) -> str:
    if count <= 0:
        return ""
    return f"et {french.counted(count, 'autre', 'autres')}, à lire sur la page."


def dated(publication: Publication) -> Row:
    """What names the publication."""
    identity = publication.identity
    return {
        "source": (
            f"Source : Vigie, publication {identity['publication_id'][:12]}, situation au"
            f" {french.day(identity['date_situation_le'])}, connue le {french.day(day_in_paris(identity['connu_le']))}"
            + (", données fictives" if publication.is_fictitious else "")
        ),
    }


def as_landmarks(landmarks: list[Row]) -> list[Row]:
    shown = ("libelle", "valeur", "sur", "detail", "alerte", "evolution")
    return [{key: landmark[key] for key in shown} for landmark in landmarks]


def as_chart(figure: Figure) -> Row:
    """A figure as the templates read it."""
    if not figure.lignes:
        return {"titre": figure.titre, "svg": None, "vide": figure.si_vide}
    return {"titre": figure.titre, "svg": figure, "alt": figure.alternative}


def as_cells(table: Table, fields: tuple[str, ...] = ()) -> Row:
    columns = [c for c in table.colonnes if not fields or c.champ in fields]
    return {
        "entetes": [column.libelle for column in columns],
        "droite": [column.est_chiffre for column in columns],
        "lignes": [[written(row[c.champ], c.unite) for c in columns] for row in table.lignes],
    }


def _cut(text: str, length: int = _LONG) -> str:
    return french.cut(text, length)


def cut_row(row: Row) -> Row:
    """The row with its long texts cut."""
    return {key: _cut(value) if isinstance(value, str) else value for key, value in row.items()}


@cache
def _compiler() -> Any:
    return typst.Compiler(
        root=str(markup.TEMPLATES), font_paths=[str(charts.FONTS_FOLDER)], ignore_system_fonts=True
    )
