"""The pages that list actions: of one kind across the region, or of one theme."""

from vigie.diffusion.pages import french
from vigie.diffusion.pages.content import actions, lists
from vigie.diffusion.pages.model import Column, Row, Table
from vigie.diffusion.pages.page import Page
from vigie.diffusion.pages.reading import Publication

# Beyond, a page says how many and leads to each territory's own page.
_MOST_ROWS = 900
_TITLE_LENGTH = 160
_PRECISION_LENGTH = 220
_COLUMNS = [
    Column("nom", "Territoire"),
    Column("siren_epci", "SIREN"),
    Column("code_action", "Code"),
    Column("intitule", "Action"),
    Column("themes", "Thèmes"),
    Column("statut_libelle", "Statut"),
    Column("taux_avancement_pct", "Avancement", "pct"),
    Column("date_fin_prevue", "Fin prévue", "date"),
    Column("service_pilote", "Service pilote"),
    Column("freins", "Ce qui freine"),
    Column("preuve", "Preuve"),
    Column("situation_le", "Situation au", "date"),
    Column("feuille", "Feuille"),
    Column("ligne", "Ligne", "nb"),
]


def of_kind(publication: Publication, code: str) -> Page:
    """The actions of one kind, territory by territory."""
    one = lists.BY_CODE[code]
    return _page(
        publication,
        f"actions/{code}.html",
        one.titre,
        one.explication,
        actions.in_list(actions.every(publication), code),
        one,
    )


def of_theme(publication: Publication, theme: Row) -> Page:
    """The actions of one theme, of every kind: its address names the kind wanted."""
    return _page(
        publication,
        f"actions/theme-{theme['theme_code']}.html",
        f"Les actions du thème : {theme['libelle']}",
        "Une action qui sert plusieurs thèmes est dans la liste de chacun.",
        actions.of_theme(publication, theme["theme_code"]),
        None,
    )


def _page(
    publication: Publication,
    path: str,
    title: str,
    explanation: str,
    rows: list[Row],
    one: lists.ActionList | None,
) -> Page:
    groups = _by_territory(publication, rows, one)
    table = Table("liste", title, _COLUMNS, rows)
    file = path.removesuffix(".html").replace("/", "-") + ".csv"
    return Page(
        path,
        "liste.html.j2",
        {
            "table": table,
            "fichier": file,
            "titre": title,
            "explication": explanation,
            "nb": len(rows),
            "code": one.code if one else "suivies",
            "groupes": groups,
            "est_detaillee": len(rows) <= _MOST_ROWS,
            "filtres": []
            if one
            else [
                {"code": each.code, "titre": each.titre, "nb": actions.count(rows, each.code)}
                for each in lists.LISTS
            ],
            "confidentielles": bool(publication.identity["actions_confidentielles_nb"]),
        },
        csv={file: table} if rows else {},
    )


def _by_territory(
    publication: Publication, rows: list[Row], one: lists.ActionList | None
) -> list[Row]:
    gathered: dict[str, list[Row]] = {siren: [] for siren in publication.names}
    for row in rows:
        gathered[row["siren_epci"]].append(row)
    return [
        {
            "siren": siren,
            "nom": publication.names[siren],
            "lignes": [line(row, one) for row in own],
        }
        for siren, own in gathered.items()
        if own
    ]


def line(action: Row, one: lists.ActionList | None = None) -> Row:
    """What a list says of an action."""
    precise = one.precise if one else lists.LISTS[0].precise
    return action | {
        "titre": french.cut(action["intitule"], _TITLE_LENGTH),
        "precision": french.cut(precise(action), _PRECISION_LENGTH),
    }
