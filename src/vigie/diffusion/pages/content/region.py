"""The region: what is covered, what becomes real, what changed, where it blocks."""

from pathlib import Path

from vigie.diffusion.pages import figures, french, maps
from vigie.diffusion.pages.content import (
    actions,
    alerts,
    decide,
    declared,
    followups,
    money,
    months,
    overview,
    since,
)
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
    page = Page(
        "index.html",
        "region.html.j2",
        {
            "titre": overview.headline(publication),
            "departements": departments(publication),
            "chapeau": overview.covered(publication),
            "reperes": overview.landmarks(publication),
            "suites": followups.last(publication),
            "a_decider": decide.sentences(publication),
            "couverture": overview.coverage(publication, measured),
            "marche": overview.progress_landmarks(region),
            "carte": carte,
            "etats": months.states(publication),
            "blocages": blocked_themes(publication),
            "retards": late_themes(publication),
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
            "declares": declared.of_mesh(publication, "region", publication.region_code),
            "non_declares": declared.unsaid(publication, "region", publication.region_code),
            "argent": money.budgets(region),
            "cascade": money.european_funds(publication, region),
            "alertes_par_type": alerts.by_kind(publication),
            "alertes": alerts.of_region(publication),
            "figee": since.latest(publication),
            "evenements": [
                {"code": code, "titre": title, "nb": len(since.events(publication)[code])}
                for code, title in since.EVENTS
            ],
            "depuis": earlier.depuis if (earlier := since.before(publication)) else "",
        },
        fiche="pdf/comite.pdf",
    )
    page.csv["index-carte.csv"] = carte["table"]
    page.csv["index-territoires.csv"] = page.contenu["territoires"]
    return page


def departments(publication: Publication) -> str:
    """The departments of the region in alphabetical order: no seed names the region itself."""
    names = sorted({row["departement_libelle"] for row in publication.territories}, key=alias_key)
    return " et ".join(filter(None, (", ".join(names[:-1]), names[-1] if names else "")))


def blocked_themes(publication: Publication) -> list[Row]:
    """The five themes with the most blocked actions, counted whole; « À classer » is no theme."""
    return _ranked(publication, "bloquees")


def late_themes(publication: Publication) -> list[Row]:
    """The five themes with the most late actions."""
    return _ranked(publication, "en_retard")


def _ranked(publication: Publication, code: str) -> list[Row]:
    rows = []
    for theme in publication.themes:
        own = actions.of_theme(publication, theme["theme_code"])
        count = actions.count(own, code)
        if count and theme["theme_code"] != figures.TO_CLASSIFY:
            followed = actions.count(own, "suivies")
            rows.append(theme | {"nb": count, "suivies_nb": followed})
    rows.sort(key=lambda row: (-row["nb"], row["ordre"]))
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
            Column("n_nb", "Actions suivies", "nb", "actions/{siren_epci}.html#suivies"),
            Column("realisees", "Réalisées", "pct", "actions/{siren_epci}.html#realisees"),
            Column("avancement", "Avancement", "pct"),
            Column("basse", "au moins", "pct"),
            Column("haute", "au plus", "pct"),
            Column("estime", "estimé", "pct"),
            Column("retard", "En retard", "pct", "actions/{siren_epci}.html#en_retard"),
            Column("dernier_rapport_le", "Situation connue au", "date"),
        ],
        rows,
    )
