"""One theme across the region: where it becomes real, where it blocks, who carries it."""

from vigie.diffusion.pages import figures, french
from vigie.diffusion.pages.content import actions, overview
from vigie.diffusion.pages.model import Column, Row, Table
from vigie.diffusion.pages.page import Page
from vigie.diffusion.pages.palette import STATUS_GROUPS
from vigie.diffusion.pages.reading import Measures, Publication

_LISTED_ACTIONS = 60


def build(publication: Publication, theme: Row) -> Page:
    """The page of one theme."""
    code = theme["theme_code"]
    whole = publication.measures("theme", publication.region_code, code)
    measured = publication.of_every_territory(code)
    return Page(
        f"themes/{code}.html",
        "theme.html.j2",
        {
            "theme": theme,
            "chapeau": summary(publication, whole, measured, code),
            "reperes": landmarks(publication, whole, code),
            "statuts": status_by_department(publication, theme),
            "tendance": figures.progress_trend(
                publication,
                publication.history("avancement", "theme", publication.region_code, code),
                "des actions du thème",
            ),
            "territoires": territories_table(publication, measured),
            "blocages": blocked_actions(publication, code),
        },
    )


def summary(
    publication: Publication, whole: Measures, measured: dict[str, Measures], code: str
) -> str:
    """How many territories act on this theme, and how far."""
    followed = whole.followed(code)
    acting = sum(bool(m.followed()["n_nb"]) for m in measured.values())
    if not acting:
        return "Aucune action n’est suivie sur ce thème."
    adopted = sum(bool(t["a_feuille_de_route"]) for t in publication.territories)
    verb = "agissent" if acting > 1 else "agit"
    return (
        f"{french.counted(acting, 'territoire', 'territoires')} sur {french.number(adopted)} dotés d’une"
        f" feuille de route {verb} sur ce thème,"
        f" avec {french.counted(followed['n_nb'], 'action suivie', 'actions suivies')}."
    )


def landmarks(publication: Publication, whole: Measures, code: str) -> list[Row]:
    """The four figures at the top."""
    done = whole("taux_realisation", theme=code)
    late, blocked = whole("taux_retard", theme=code), whole("taux_blocage", theme=code)
    if not whole.followed(code)["n_nb"]:
        return []
    page = f"actions/theme-{code}.html#"
    return [
        figures.progress(whole, code),
        figures.landmark(
            "Actions réalisées",
            french.percent(done["valeur"]),
            f"{figures.bounds(done)} ;",
            lien=f"{page}realisees",
            liens=overview.proof(actions.of_theme(publication, code), page, ""),
        ),
        figures.landmark(
            "Actions en retard",
            french.percent(late["valeur"]),
            french.among(late["n_nb"], "action datée", "actions datées"),
            lien=f"{page}en_retard",
        ),
        figures.landmark(
            "Actions bloquées",
            french.percent(blocked["valeur"]),
            figures.bounds(blocked),
            lien=f"{page}bloquees",
        ),
    ]


def status_by_department(publication: Publication, theme: Row) -> figures.Figure:
    """The status bar of the theme, for the region and for each department."""
    found = publication.rows(
        "select m.territoire_code, coalesce(d.libelle, 'Région') as lieu, m.modalite_code, m.valeur, m.n_nb"
        " from marts.fct_indicateurs as m"
        " left join referentiel.departements as d on m.maille_code = 'departement_theme'"
        "   and cast(d.departement_code as varchar) = m.territoire_code"
        " where m.est_dernier_mois and m.indicateur_code = 'repartition_statuts' and m.theme_code = ?"
        " and m.maille_code in ('theme', 'departement_theme')"
        " order by m.maille_code desc, m.territoire_code",
        [theme["theme_code"]],
    )
    places: dict[str, Row] = {}
    for row in found:
        place = places.setdefault(
            row["lieu"],
            {"lieu": row["lieu"], "n_nb": row["n_nb"] or 0} | dict.fromkeys(STATUS_GROUPS),
        )
        place[row["modalite_code"]] = row["valeur"]
    rows = [row for row in places.values() if row["n_nb"]]
    return figures.status_bars(
        publication, "statuts", "Où en sont les actions du thème", rows, "lieu", "Lieu"
    )


def territories_table(publication: Publication, measured: dict[str, Measures]) -> Table:
    """The territories that act on the theme."""
    rows = [
        territory
        | {
            "n_nb": measures.followed()["n_nb"],
            "realisees": measures("taux_realisation")["valeur"],
            "avancement": measures("avancement")["valeur"],
            "basse": measures("avancement")["borne_basse"],
            "haute": measures("avancement")["borne_haute"],
            "estime": measures("avancement", "estime_statut")["valeur"],
            "retard": measures("taux_retard")["valeur"],
        }
        for territory in publication.territories
        if (measures := measured.get(territory["siren_epci"])) and measures.followed()["n_nb"]
    ]
    return Table(
        "territoires",
        "Les territoires qui agissent sur ce thème. Estimé : part de l’avancement tirée du seul statut.",
        [
            Column("nom", "Territoire", "territoire"),
            Column("departement_libelle", "Département", "court"),
            Column("n_nb", "Actions", "nb", "actions/{siren_epci}.html#suivies"),
            Column("realisees", "Réalisées", "pct"),
            Column("avancement", "Avancement", "pct"),
            Column("basse", "au moins", "pct"),
            Column("haute", "au plus", "pct"),
            Column("estime", "estimé", "pct"),
            Column("retard", "En retard", "pct"),
        ],
        rows,
    )


def blocked_actions(publication: Publication, code: str) -> Table:
    """The actions of the theme that block or wait, with what holds them back."""
    rows = actions.in_list(actions.of_theme(publication, code), "arretees")[:_LISTED_ACTIONS]
    return Table(
        "blocages",
        "Actions bloquées ou en pause",
        [
            Column("nom", "Territoire", "territoire"),
            Column("intitule", "Action", "long", "{carte}"),
            Column("statut_libelle", "Statut", "statut"),
            Column("freins", "Ce qui freine, d’après le territoire", "long"),
            Column("date_fin_prevue", "Fin prévue", "date"),
        ],
        rows,
    )
