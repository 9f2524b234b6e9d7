"""The region: what is covered, what becomes real, what changed, where it blocks."""

from pathlib import Path

from vigie.diffusion.pages import figures, french, maps
from vigie.diffusion.pages.content import alerts, changes, money
from vigie.diffusion.pages.model import Column, Figure, Row, Table
from vigie.diffusion.pages.page import Page
from vigie.diffusion.pages.reading import Measures, Publication
from vigie.text import alias_key

REPORT_STEPS = {
    "attendus": "Attendus",
    "recus": "Reçus",
    "non_vides": "Non vides",
    "acceptes": "Acceptés",
    "a_l_heure": "Acceptés à l’heure",
}


def build(publication: Publication, contours: Path | None) -> Page:
    """The first page: `index.html`."""
    region = publication.region
    measured = publication.of_every_territory()
    carte = maps.build(publication, contours)
    last = changes.session(publication)
    page = Page(
        "index.html",
        "region.html.j2",
        {
            "titre": headline(publication),
            "departements": departments(publication),
            "chapeau": _summary(region),
            "reperes": landmarks(publication, measured),
            "carte": carte,
            "blocages": blocked_themes(publication),
            "statuts": figures.status_by_theme(
                publication, publication.region_by_theme, "Où en sont les actions, thème par thème"
            ),
            "tendance": figures.progress_trend(
                publication,
                publication.history("avancement", "region", publication.region_code),
                "dans la région",
            ),
            "rapports": report_steps(publication, region),
            "territoires": territories_table(publication, measured),
            "themes": publication.themes,
            "argent": money.budgets(region),
            "cascade": money.european_funds(publication, region),
            "alertes_par_type": alerts.by_kind(publication),
            "alertes": alerts.of_region(publication),
            "seance": last,
            "chiffres": changes.shifts(publication) if last else [],
            "realisees_nb": len(changes.done_since(publication, last).lignes) if last else 0,
        },
        fiche="pdf/comite.pdf",
    )
    page.csv["index-carte.csv"] = carte["table"]
    page.csv["index-territoires.csv"] = page.contenu["territoires"]
    return page


def headline(publication: Publication) -> str:
    """The sentence that answers first: how many territories have their roadmap."""
    covered = publication.region("couverture_feuilles_de_route")
    return french.covered(covered["numerateur"], covered["denominateur"]) + " numérique"


def departments(publication: Publication) -> str:
    """The departments of the region in alphabetical order: no seed names the region itself."""
    names = sorted({row["departement_libelle"] for row in publication.territories}, key=alias_key)
    return " et ".join(filter(None, (", ".join(names[:-1]), names[-1] if names else "")))


def _summary(region: Measures) -> str:
    done = region("taux_realisation")
    if not region.followed()["n_nb"]:
        return "Aucune action n’est encore suivie."
    if not done["denominateur"]:
        return "Le statut d’aucune action suivie n’est connu."
    started = region("taux_demarrage")
    return (
        f"Sur {french.counted(done['denominateur'], 'action', 'actions')} au statut connu,"
        f" {french.counted(started['numerateur'], 'a démarré', 'ont démarré')}"
        f" ({french.percent(started['valeur'])}) et"
        f" {french.counted(done['numerateur'], 'est réalisée', 'sont réalisées')}"
        f" ({french.percent(done['valeur'])})."
    )


def landmarks(publication: Publication, measured: dict[str, Measures]) -> list[Row]:
    """The four figures of the first screen."""
    region = publication.region
    covered = region("couverture_feuilles_de_route")
    followed = [m for m in measured.values() if m.followed()["n_nb"]]
    concrete = sum((m("taux_realisation")["numerateur"] or 0) > 0 for m in followed)
    blocked, late = region("taux_blocage"), region("taux_retard")
    return [
        figures.landmark(
            "Territoires couverts",
            french.number(covered["numerateur"]),
            "ont adopté leur feuille de route",
            sur=f"sur {french.number(covered['denominateur'])}",
        ),
        figures.landmark(
            "Territoires qui concrétisent",
            french.number(concrete),
            "ont réalisé au moins une action, parmi ceux qui rendent compte",
            sur=f"sur {french.number(len(followed))}",
        ),
        figures.progress(region),
        figures.landmark(
            "Là où ça bloque",
            french.counted(blocked["numerateur"], "action", "actions"),
            f"bloquées ; {french.percent(late['valeur'])} des actions datées étaient en retard à leur rapport"
            f" ({french.sample(late['n_nb'])})",
            alerte=True,
        ),
    ]


def blocked_themes(publication: Publication) -> list[Row]:
    """The five themes with the largest share of blocked or late actions, with their counts."""
    rows = []
    for theme in publication.themes:
        late = publication.region_by_theme("taux_retard", theme=theme["theme_code"])
        blocked = publication.region_by_theme("taux_blocage", theme=theme["theme_code"])
        if late["n_nb"]:
            rows.append(
                theme
                | {
                    "retard": late["valeur"],
                    "retard_n": late["n_nb"],
                    "bloquees": blocked["numerateur"],
                }
            )
    rows.sort(key=lambda row: (-(row["retard"] or 0), row["ordre"]))
    return rows[:5]


def report_steps(publication: Publication, measures: Measures) -> Figure:
    """From the reports expected to those accepted on time, for the last period."""
    parts = measures.parts("echelle_rapports")
    rows = [
        {"etape": label, "valeur": parts[code]["valeur"], "n_nb": parts[code]["n_nb"]}
        for code, label in REPORT_STEPS.items()
        if code in parts
    ]
    period = next((part["mois_le"] for part in parts.values()), None)
    return figures.steps(
        publication,
        "rapports",
        f"Les rapports de la période {french.of_month(period)}"
        if period
        else "Les rapports attendus",
        rows,
        "nb",
        "Un rapport est attendu de chaque territoire dont la feuille de route est adoptée."
        " Un rapport vide, même à l’heure, n’est pas un rapport.",
        "Aucune période n’est encore échue.",
    )


def territories_table(publication: Publication, measured: dict[str, Measures]) -> Table:
    """One row per territory, roadmap or not."""
    rows = []
    for territory in publication.territories:
        measures = measured.get(territory["siren_epci"], Measures([]))
        rows.append(
            territory
            | {
                "n_nb": measures.followed()["n_nb"] or 0,
                "realisees": measures("taux_realisation")["valeur"],
                "avancement": measures("avancement")["valeur"],
                "basse": measures("avancement")["borne_basse"],
                "haute": measures("avancement")["borne_haute"],
                "estime": measures("avancement", "estime_statut")["valeur"],
                "retard": measures("taux_retard")["valeur"],
            }
        )
    return Table(
        "territoires",
        "Les territoires de la région. Avancement : valeur observée, bornes selon ce qui manque, part estimée d’après"
        " le statut.",
        [
            Column("nom", "Territoire", "territoire"),
            Column("departement_libelle", "Département", "court"),
            Column("date_adoption_le", "Feuille de route adoptée le", "date"),
            Column("n_nb", "Actions suivies (n)", "nb"),
            Column("realisees", "Réalisées", "pct"),
            Column("avancement", "Avancement", "pct"),
            Column("basse", "au moins", "pct"),
            Column("haute", "au plus", "pct"),
            Column("estime", "estimé", "pct"),
            Column("retard", "En retard", "pct"),
            Column("dernier_rapport_le", "Situation connue au", "date"),
        ],
        rows,
    )
