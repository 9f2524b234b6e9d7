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
from vigie.diffusion.pages.content import changes
from vigie.diffusion.pages.glyphs import drawable
from vigie.diffusion.pages.model import Column, Figure, Row, Table, written
from vigie.diffusion.pages.page import Page
from vigie.diffusion.pages.reading import Publication

_LISTED_TROUBLES = 7
_LISTED_BLOCKED = 14
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
            "reperes": _landmarks(content["reperes"]),
            "identite": _landmarks(content["identite"]),
            "melange": _chart(content["melange"]),
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
            "statuts": _chart(content["statuts"]),
            "pairs": _chart(content["pairs"]),
            "tendance": _chart(content["tendance"]),
            "difficultes": _troubles(content),
            "argent": _cells(_budgets(content), ("base", "budget", "engagement")),
            "fonds": content["cascade"].note if content["cascade"].lignes else "",
            "qualite": _cells(quality),
            **_session(publication),
        },
        _dated(publication),
    )


def committee(publication: Publication, pages: dict[str, Page]) -> Sheet:
    """The committee's pack: the region and its themes that have actions, from their pages."""
    content = pages["region"].contenu
    themes = [page.contenu for key, page in pages.items() if key.startswith("theme/")]
    return Sheet(
        "comite.typ",
        {
            "titre": content["titre"],
            "fictif": publication.is_fictitious,
            "chapeau": content["chapeau"],
            "reperes": _landmarks(content["reperes"]),
            "carte": {
                "titre": "Les territoires : le bleu dit une feuille de route adoptée",
                "svg": markup.map_svg(content["carte"], publication.is_fictitious),
                "alt": content["carte"]["resume"],
            },
            "blocages": [
                f"{row['libelle']} : {french.percent(row['retard'])} en retard"
                f" ({french.sample(row['retard_n'])})"
                for row in content["blocages"]
            ],
            "changements": [
                f"{row['libelle']} : {french.percent(row['maintenant'])}, soit {french.points(row['ecart'])}"
                for row in content["chiffres"]
            ],
            "alertes": [
                f"{row['libelle']} : {french.counted(row['territoires_nb'], 'territoire', 'territoires')}"
                for row in content["alertes_par_type"]
            ],
            "statuts": _chart(content["statuts"]),
            "note-statuts": content["statuts"].note,
            "tendance": _chart(content["tendance"]),
            "rapports": _chart(content["rapports"]),
            "cascade": _chart(content["cascade"]),
            "note-cascade": content["cascade"].note,
            "argent": _cells(_budgets(content)),
            "themes": [_theme(made) for made in themes if made["reperes"]],
            "territoires": _cells(
                content["territoires"],
                ("nom", "n_nb", "realisees", "avancement", "retard", "dernier_rapport_le"),
            ),
            **_session(publication),
        },
        _dated(publication)
        | {
            "surtitre": f"Région, situation au {french.day(publication.identity['date_situation_le'])}"
        },
    )


def _budgets(content: Row) -> Table:
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


def _session(publication: Publication) -> Row:
    """Which session this paper belongs to, or follows."""
    last = changes.session(publication)
    if last is None:
        return {"seance": "Aucune séance figée"}
    belongs = last["connu_le"] == publication.identity["connu_le"]
    return {"seance": f"{'Séance' if belongs else 'Après la séance'} « {last['nom']} »"}


def _theme(content: Row) -> Row:
    blocked: Table = content["blocages"]
    shown = Table(
        blocked.code,
        blocked.titre,
        blocked.colonnes,
        [_cut_row(r) for r in blocked.lignes[:_LISTED_BLOCKED]],
    )
    left = len(blocked.lignes) - len(shown.lignes)
    return {
        "titre": content["theme"]["libelle"],
        "chapeau": content["chapeau"],
        "reperes": _landmarks(content["reperes"]),
        "statuts": _chart(content["statuts"]),
        "tendance": _chart(content["tendance"]),
        "blocages": _cells(shown, ("nom", "intitule", "statut_libelle", "freins"))
        | {"reste": _and_more(left)},
    }


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
        [_cut_row(row) for row in rows[:_LISTED_TROUBLES]],
    )
    return _cells(table) | {"reste": _and_more(len(rows) - _LISTED_TROUBLES)}


def _and_more(count: int) -> str:
    if count <= 0:
        return ""
    return f"et {french.counted(count, 'autre', 'autres')}, à lire sur la page."


def _dated(publication: Publication) -> Row:
    identity = publication.identity
    return {
        "source": (
            f"Source : Vigie, publication {identity['publication_id'][:12]}, situation au"
            f" {french.day(identity['date_situation_le'])}, connue le {french.day(day_in_paris(identity['connu_le']))}"
            + (", données fictives" if publication.is_fictitious else "")
        ),
    }


def _landmarks(landmarks: list[Row]) -> list[Row]:
    shown = ("libelle", "valeur", "sur", "detail", "alerte")
    return [{key: landmark[key] for key in shown} for landmark in landmarks]


def _chart(figure: Figure) -> Row:
    if not figure.lignes:
        return {"titre": figure.titre, "svg": None, "vide": figure.si_vide}
    return {"titre": figure.titre, "svg": figure, "alt": figure.alternative}


def _cells(table: Table, fields: tuple[str, ...] = ()) -> Row:
    columns = [c for c in table.colonnes if not fields or c.champ in fields]
    return {
        "entetes": [column.libelle for column in columns],
        "droite": [column.est_chiffre for column in columns],
        "lignes": [[written(row[c.champ], c.unite) for c in columns] for row in table.lignes],
    }


def _cut(text: str, length: int = _LONG) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _cut_row(row: Row) -> Row:
    return {key: _cut(value) if isinstance(value, str) else value for key, value in row.items()}


@cache
def _compiler() -> Any:
    return typst.Compiler(
        root=str(markup.TEMPLATES), font_paths=[str(charts.FONTS_FOLDER)], ignore_system_fonts=True
    )
