"""One territory: first what is its own, then what becomes real, what slips, the money, its reports."""

from vigie.diffusion.pages import charts, figures, french
from vigie.diffusion.pages.content import actions as every_action
from vigie.diffusion.pages.content import (
    alerts,
    deadlines,
    declared,
    money,
    neighbours,
    overview,
    portrait,
    precedents,
    reports,
    specific,
)
from vigie.diffusion.pages.model import Column, Figure, Row, Table
from vigie.diffusion.pages.page import Page
from vigie.diffusion.pages.reading import Measures, Publication, short_name

_LEADING_THEMES = 3


def build(publication: Publication, territory: Row) -> Page:
    """The page of one territory, with its two-page sheet."""
    siren = territory["siren_epci"]
    own = publication.measures("epci", siren)
    by_theme = publication.measures("epci_theme", siren)
    actions = every_action.of_territory(publication, siren)
    mixes = theme_mixes(publication, own, by_theme)
    return Page(
        f"territoires/{siren}.html",
        "territoire.html.j2",
        {
            "territoire": territory,
            "surtitre": subtitle(territory),
            "portrait": portrait.sentence(publication, siren),
            "chapeau": colour(territory, mixes),
            "reperes": landmarks(own, siren, actions) if actions else [],
            "themes_absents": portrait.missing_themes(publication, siren) if actions else [],
            "pairs_nommes": (named := neighbours.named(publication, territory)),
            "faits_ailleurs": neighbours.done_by(publication, siren, named),
            "a_venir": action_table(
                "a-venir",
                "Attendues dans les trois mois",
                deadlines.due_soon(publication, actions),
                [Column("date_fin_prevue", "Fin prévue", "date")],
            ),
            "precedents": [
                action | {"exemples": examples}
                for action in actions
                if (examples := precedents.by_action(publication).get(action["action_id"]))
            ],
            "en_difficulte": any(precedents.is_in_trouble(action) for action in actions),
            "identite": specific.facts(own),
            "jumelles": specific.twins(publication, siren),
            "singulieres": specific.singular(publication, siren),
            "pairs": specific.peers(publication, territory),
            "alertes": alerts.of_territory(publication, siren),
            "melange": mix_figure(publication, territory, mixes),
            "silos": silos(publication, siren),
            "statuts": figures.status_by_theme(
                publication, by_theme, "Où en sont ses actions, thème par thème"
            ),
            "tendance": figures.progress_trend(
                publication, publication.history("avancement", "epci", siren), "du territoire"
            ),
            "echeances": deadlines.moved(own),
            "retards": action_table(
                "retards",
                "Actions en retard à la date de leur rapport : échéance passée, pas réalisées",
                sorted(
                    (a for a in actions if a["est_en_retard"]),
                    key=lambda a: (a["date_fin_prevue"], a["code_action"]),
                ),
                [
                    Column("date_fin_prevue", "Fin prévue", "date"),
                    Column("fin_initiale_le", "Fin annoncée au départ", "date"),
                    Column("glissement_jours", "Décalage", "jours"),
                ],
            ),
            "blocages": action_table(
                "blocages",
                "Actions bloquées ou en pause",
                [a for a in actions if a["groupe_code"] == "bloque"],
                [Column("freins", "Ce qui freine, d’après le territoire", "long")],
            ),
            "declares": declared.of_mesh(publication, "epci", siren),
            "non_declares": declared.unsaid(publication, "epci", siren),
            "argent": money.budgets(own),
            "cascade": money.european_funds(publication, own),
            "qualite": reports.quality(
                territory, publication.quality_of_reports.get(siren, Measures([]))
            ),
            "semblables": specific.alike(publication, territory),
            "rapports": reports.history(publication, siren),
            "actions": action_table(
                "actions",
                "Toutes les actions publiables, telles que le territoire les a décrites",
                actions,
                [
                    Column("themes", "Thèmes", "long"),
                    Column("taux_avancement_pct", "Avancement", "pct"),
                    Column("avancement_dit", "D’après", "court"),
                    Column("date_fin_prevue", "Fin prévue", "date"),
                    Column("budget_prevu_eur", "Budget prévu", "eur"),
                    Column("origine", "Dans le rapport", "court"),
                ],
            ),
        },
        fiche=f"pdf/{siren}.pdf",
    )


def subtitle(territory: Row) -> str:
    """Department, inhabitants, communes."""
    return (
        f"{territory['departement_libelle']},"
        f" {french.counted(territory['population_nb'], 'habitant', 'habitants')},"
        f" {french.counted(territory['communes_nb'], 'commune', 'communes')}"
    )


def theme_mixes(publication: Publication, own: Measures, by_theme: Measures) -> list[Row]:
    """The share of each theme in the actions here and in the rest of the region, own themes first."""
    here_total = own.followed()["denominateur"] or 0
    else_total = (publication.region.followed()["denominateur"] or 0) - here_total
    rows = []
    for theme in publication.themes:
        here = by_theme.followed(theme["theme_code"])["denominateur"] or 0
        whole = publication.region_by_theme.followed(theme["theme_code"])
        elsewhere = (whole["denominateur"] or 0) - here
        if here_total and else_total and here:
            rows.append(
                theme | {"ici": 100 * here / here_total, "ailleurs": 100 * elsewhere / else_total}
            )
    return sorted(rows, key=lambda row: (row["ailleurs"] - row["ici"], row["ordre"]))


def colour(territory: Row, mixes: list[Row]) -> str:
    """The first sentence of the page: what this roadmap has more of than the others."""
    if not territory["a_feuille_de_route"]:
        return "Ce territoire n’a pas encore adopté sa feuille de route."
    adopted = territory["date_adoption_le"]
    start = f"Feuille de route adoptée le {french.day(adopted)}. " if adopted else ""
    # What waits for a theme is the colour of nothing.
    leading = [
        row for row in mixes if row["ici"] > row["ailleurs"] and row["theme_code"] != "a_classer"
    ][:_LEADING_THEMES]
    if not leading:
        return (
            f"{start}Aucun thème n’y pèse plus qu’ailleurs."
            if mixes
            else f"{start}Aucune action n’est encore connue."
        )
    told = [
        f"{row['libelle']} ({french.percent(row['ici'])} de ses actions,"
        f" {french.percent(row['ailleurs'])} ailleurs)"
        for row in leading
    ]
    return f"{start}Ce qui la distingue : {', '.join(told)}."


def landmarks(own: Measures, siren: str, actions: list[Row]) -> list[Row]:
    """The four figures at the top of the page."""
    done = own("taux_realisation")
    late, blocked = own("taux_retard"), own("taux_blocage")
    page = f"actions/{siren}.html#"
    return [
        figures.progress(own),
        figures.landmark(
            "Actions réalisées",
            french.number(done["numerateur"]),
            f"et {french.number(own('taux_demarrage')['numerateur'])} démarrées en tout ;",
            sur=f"sur {french.number(done['denominateur'])}",
            lien=f"{page}realisees",
            liens=overview.proof(actions, page, ""),
        ),
        figures.landmark(
            "Actions en retard",
            french.number(late["numerateur"]),
            "à la date de leur rapport : échéance passée, pas réalisées",
            sur=f"sur {french.number(late['denominateur'])} datées",
            lien=f"{page}en_retard",
            alerte=bool(late["numerateur"]),
        ),
        figures.landmark(
            "Actions bloquées",
            french.number(blocked["numerateur"]),
            "déclarées bloquées par le territoire",
            lien=f"{page}bloquees",
            alerte=bool(blocked["numerateur"]),
        ),
    ]


def mix_figure(publication: Publication, territory: Row, mixes: list[Row]) -> Figure:
    """The theme mix beside the rest of the region."""
    drawn = [
        {"libelle": row["libelle"], "ordre": place, "ici": row["ici"], "ailleurs": row["ailleurs"]}
        for place, row in enumerate(mixes)
    ]
    name = short_name(territory["nom"])
    return Figure(
        "melange",
        "Sa couleur : la place de chaque thème, ici et ailleurs",
        [
            Column("libelle", "Thème", "theme"),
            Column("ici", "Part de ses actions", "pct"),
            Column("ailleurs", "Dans le reste de la région", "pct"),
        ],
        mixes,
        charts.mixes,
        drawn,
        f"Part de chaque thème dans les actions, {name} et reste de la région.",
        publication.is_fictitious,
        note="Les thèmes qu’elle porte plus que les autres sont en haut.",
        si_vide="Aucune action connue.",
    )


def silos(publication: Publication, siren: str) -> list[Row]:
    """The silos of the territory's project that actions serve, and how many actions."""
    return publication.rows(
        "select silo_libelle, count(distinct action_id) as actions_nb"
        " from marts.pont_actions_silos join marts.fct_actions using (action_id)"
        " where siren_epci = ? group by all order by actions_nb desc, silo_libelle",
        [siren],
    )


def action_table(code: str, title: str, actions: list[Row], columns: list[Column]) -> Table:
    """Actions with their status, and where each stands in the report it comes from."""
    rows = [
        action
        | {
            "origine": f"{action['feuille']}, ligne {action['ligne']}".removeprefix(", "),
            "avancement_dit": whose_progress(action),
        }
        for action in actions
    ]
    return Table(
        code,
        title,
        [
            Column("intitule", "Action", "long", "{carte}"),
            Column("statut_libelle", "Statut", "statut"),
            *columns,
        ],
        rows,
    )


def whose_progress(action: Row) -> str:
    """Who gave the progress of an action: the territory, or its status for want of a figure."""
    if action["taux_avancement_pct"] is None:
        return ""
    return "son statut" if action["est_taux_estime"] else "le territoire"
