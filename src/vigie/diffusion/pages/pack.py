"""The committee's pack: decisions first, the map of what is done, late and blocked actions by name, themes, money."""

from datetime import date

from vigie.diffusion.pages import french, markup
from vigie.diffusion.pages.content import actions, funds, hindrances
from vigie.diffusion.pages.model import Column, Row, Table
from vigie.diffusion.pages.page import Page
from vigie.diffusion.pages.pdf import (
    Sheet,
    as_cells,
    as_chart,
    as_landmarks,
    budgets,
    cut_row,
    dated,
    session_line,
)
from vigie.diffusion.pages.reading import Publication

# What six pages hold; the rest is on the pages of the site.
_LISTED = 14
_CALLED = 9
_UNPAID = 3
_FOLLOWED = 4


def committee(publication: Publication, pages: dict[str, Page]) -> Sheet:
    """The pack of the region, from its page."""
    content = pages["region"].contenu
    unpaid = funds.unpaid_rows(publication)
    return Sheet(
        "comite.typ",
        {
            "titre": content["titre"],
            "fictif": publication.is_fictitious,
            "chapeau": content["chapeau"],
            "reperes": [
                shown | {"detail": _with_links(landmark)}
                for landmark, shown in zip(
                    content["reperes"], as_landmarks(content["reperes"]), strict=True
                )
            ],
            "decisions": [
                {"phrase": row["phrase"], "levier": row["levier"]} for row in content["a_decider"]
            ],
            "suites": _followed(content["suites"]),
            "depuis": content["depuis"],
            "bilan": [
                f"{event['titre']} : {french.number(event['nb'])}"
                for event in content["evenements"]
            ],
            "marche": as_landmarks(content["marche"] + content["couverture"][:2]),
            "carte": {
                "titre": "Actions réalisées, territoire par territoire",
                "svg": markup.map_svg(content["carte"], publication.is_fictitious),
                "alt": content["carte"]["resume"],
            },
            "legende": [
                {"role": role, "libelle": label}
                for role, label in content["carte"]["vues"][0]["classes"]
            ],
            "retards": _named(publication, "en_retard", "Fin prévue", "date_fin_prevue", "date"),
            "blocages": _named(
                publication, "arretees", "Ce qui freine, d’après le territoire", "freins", "texte"
            ),
            "ou-bloque": [
                f"{row['libelle']} : {french.counted(row['nb'], 'bloquée', 'bloquées')}"
                for row in content["blocages"]
            ],
            "ou-retarde": [
                f"{row['libelle']} : {french.number(row['nb'])} en retard"
                for row in content["retards"]
            ],
            "freins": [
                f"{family['libelle']} : {french.counted(len(family['lignes']), 'action', 'actions')}"
                for family in hindrances.by_family(publication)
                if family["lignes"]
            ],
            "statuts": as_chart(content["statuts"]),
            "note-statuts": content["statuts"].note,
            "themes": as_cells(_themes(publication)),
            "tendance": as_chart(content["tendance"]),
            "cascade": as_chart(content["cascade"]),
            "note-cascade": content["cascade"].note,
            "calendrier": funds.calendar(publication),
            "fonds": as_cells(funds.by_theme(publication)),
            "rien-paye": [
                f"{row['nom']}, {french.cut(row['intitule'], 80)} : {french.euros(row['ue_programme_eur'])}"
                for row in unpaid[:_UNPAID]
            ],
            "rien-paye-total": f"{french.counted(len(unpaid), 'action', 'actions')},"
            f" {french.euros(funds.unpaid_amount(unpaid))} programmés sans paiement déclaré.",
            "argent": as_cells(budgets(content)),
            **session_line(publication),
        },
        dated(publication)
        | {
            "surtitre": f"Région, situation au {french.day(publication.identity['date_situation_le'])}"
        },
    )


def _followed(group: Row | None) -> Row | None:
    """What became of the decisions of the last session, as many as the first page holds."""
    if group is None:
        return None
    left = len(group["lignes"]) - _FOLLOWED
    return {
        "titre": f"Décisions du {french.day(group['jour'])} : {group['bilan']}",
        "lignes": [
            {"etat": row["libelle"].capitalize(), "phrase": row["phrase"], "dit": row["dit"]}
            for row in group["lignes"][:_FOLLOWED]
        ],
        "reste": f"et {french.counted(left, 'autre', 'autres')}, à lire sur les pages."
        if left > 0
        else "",
    }


def _with_links(landmark: Row) -> str:
    return " ".join(
        [landmark["detail"], ", ".join(link["texte"] for link in landmark["liens"])]
    ).strip()


def _named(publication: Publication, code: str, label: str, field: str, unit: str) -> Row:
    """The actions of a list by name, the longest due first, and how many are left out."""
    rows = actions.in_list(actions.every(publication), code)
    rows.sort(key=lambda row: (row["date_fin_prevue"] or date.max, row["action_id"]))
    table = Table(
        code,
        "",
        [
            Column("nom", "Territoire"),
            Column("intitule", "Action"),
            Column("statut_libelle", "Statut"),
            Column(field, label, unit),
        ],
        [cut_row(row) for row in rows[:_LISTED]],
    )
    left = len(rows) - len(table.lignes)
    more = (
        f"et {french.counted(left, 'autre', 'autres')}, à lire sur les pages." if left > 0 else ""
    )
    return as_cells(table) | {"reste": more, "nb": french.number(len(rows))}


def _themes(publication: Publication) -> Table:
    """Each theme in counts: its actions, those done, late, blocked."""
    rows = []
    for theme in publication.themes:
        own = actions.of_theme(publication, theme["theme_code"])
        if own:
            rows.append(
                {"theme": theme["libelle"]}
                | {
                    code: actions.count(own, code)
                    for code in ("suivies", "realisees", "en_retard", "bloquees")
                }
            )
    return Table(
        "themes",
        "",
        [
            Column("theme", "Thème"),
            Column("suivies", "Suivies", "nb"),
            Column("realisees", "Réalisées", "nb"),
            Column("en_retard", "En retard", "nb"),
            Column("bloquees", "Bloquées", "nb"),
        ],
        rows,
    )
