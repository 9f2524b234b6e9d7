"""PDFs typeset with Typst: a two-page sheet per territory, and the committee's pack. Tagged, PDF/UA.

Texts go to Typst as JSON strings, never as markup: what a territory wrote cannot be run.
"""

import json
from functools import cache
from typing import Any

import typst

from vigie.steering import charts, french, markup
from vigie.steering.model import Column, Figure, Row, Table, written
from vigie.steering.page import Page
from vigie.steering.pages import changes
from vigie.steering.reading import Publication

COMMITTEE = "pdf/comite.pdf"
_LISTED_TROUBLES = 7
_LISTED_BLOCKED = 14
_LONG = 95
_EXCERPT = 150


def sheet(page: Page, publication: Publication) -> bytes:
    """The two-page sheet of the territory whose page this is."""
    content = page.contenu
    budgets = Table(
        "",
        "",
        [
            Column("base", "Base"),
            Column("budget", "Budget prévu", "eur"),
            Column("engagement", "Engagé", "pct"),
        ],
        content["argent"],
    )
    quality = Table(
        "",
        "",
        [Column("libelle", "Le rapport en vigueur"), Column("valeur", "")],
        content["qualite"],
    )
    return _typeset(
        "fiche.typ",
        _frame(publication, content["territoire"]["nom"])
        | {
            "surtitre": content["surtitre"],
            "chapeau": content["chapeau"],
            "reperes": content["reperes"],
            "identite": content["identite"],
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
            "argent": _cells(budgets),
            "fonds": content["cascade"].note if content["cascade"].lignes else "",
            "qualite": _cells(quality),
        },
    )


def committee_content(publication: Publication, pages: dict[str, Page]) -> Page:
    """Everything the committee's pack shows: the region and its themes that have actions, from their pages."""
    return Page(
        COMMITTEE,
        "comite.typ",
        {
            "region": pages["region"].contenu,
            "themes": [
                page.contenu
                for key, page in pages.items()
                if key.startswith("theme/") and page.contenu["reperes"]
            ],
            "seance": session_label(publication),
        },
    )


def committee(pack: Page, publication: Publication) -> bytes:
    """The committee's pack."""
    content = pack.contenu["region"]
    return _typeset(
        "comite.typ",
        _frame(publication, content["titre"])
        | {
            "surtitre": f"Région, situation au {french.day(publication.identity['date_situation_le'])}",
            "chapeau": content["chapeau"],
            "reperes": content["reperes"],
            "carte": {
                "titre": "Les territoires, une case chacun : le bleu dit une feuille de route adoptée",
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
            "themes": [_theme(made) for made in pack.contenu["themes"]],
            "territoires": _cells(
                content["territoires"],
                ("nom", "n_nb", "realisees", "avancement", "retard", "dernier_rapport_le"),
            ),
        },
    )


def session_label(publication: Publication) -> str:
    """Which session this paper belongs to, or follows."""
    last = changes.session(publication)
    if last is None:
        return f"Situation au {french.day(publication.identity['date_situation_le'])}"
    if last["connu_le"] == publication.identity["connu_le"]:
        return f"Séance « {last['nom']} »"
    return f"Après la séance « {last['nom']} »"


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
        "reperes": content["reperes"],
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


def _frame(publication: Publication, title: str) -> Row:
    identity = publication.identity
    return {
        "titre": title,
        "fictif": publication.is_fictitious,
        "seance": session_label(publication),
        "source": (
            f"Vigie, publication {identity['publication_id'][:12]}, situation au"
            f" {french.day(identity['date_situation_le'])}, connue le {french.day(identity['connu_le'])}"
            + (", données fictives" if publication.is_fictitious else "")
        ),
    }


def _chart(figure: Figure) -> Row:
    if not figure.lignes:
        return {"titre": figure.titre, "svg": None, "vide": figure.si_vide}
    return {"titre": figure.titre, "svg": figure.a_l_impression(), "alt": figure.alternative}


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


def _typeset(template: str, content: Row) -> bytes:
    made: bytes = _compiler().compile(
        input=str(markup.TEMPLATES / template),
        sys_inputs={"contenu": json.dumps(content, ensure_ascii=False, default=str)},
        pdf_standards=["ua-1"],
        timestamp=0,
    )
    return made
