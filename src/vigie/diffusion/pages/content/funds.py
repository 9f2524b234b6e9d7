"""European money: programmed, engaged, justified, paid, by theme and by territory, against the programme's calendar."""

from datetime import date

from vigie.diffusion.pages import french
from vigie.diffusion.pages.content import actions, listing, lists, money
from vigie.diffusion.pages.model import Column, Row, Table
from vigie.diffusion.pages.page import Page
from vigie.diffusion.pages.reading import Measures, Publication

STEPS = ("programme", "engage", "justifie", "paye")
_LABELS = {"programme": "Programmé", "engage": "Engagé", "justifie": "Justifié", "paye": "Payé"}
# Regulation (EU) 2021/1060, article 63: what is paid from one day to the other is eligible.
_ELIGIBLE = (date(2021, 1, 1), date(2029, 12, 31))


def build(publication: Publication) -> Page:
    """The page `fonds.html`."""
    unpaid = unpaid_rows(publication)
    return Page(
        "fonds.html",
        "fonds.html.j2",
        {
            "chapeau": summary(publication),
            "calendrier": calendar(publication),
            "cascade": money.european_funds(publication, publication.region),
            "mois": months(publication),
            "par_theme": by_theme(publication),
            "par_territoire": by_territory(publication),
            "rien_paye": [listing.line(row, lists.BY_CODE["rien_paye"]) for row in unpaid],
            "rien_paye_eur": unpaid_amount(unpaid),
        },
    )


def summary(publication: Publication) -> str:
    """The four amounts in a sentence."""
    found = amounts(publication.region)
    if not any(found.values()):
        return "Aucun financement européen n’est déclaré."
    told = [
        f"{french.euros(found[step])} {word}"
        for step, word in zip(STEPS, ("programmés", "engagés", "justifiés", "payés"), strict=True)
        if found[step] is not None
    ]
    return f"{', '.join(told)}, en cumul depuis le début."


def amounts(measures: Measures, theme: str = "tous") -> Row:
    """The cumulated amount of each step."""
    return {step: measures("cascade_europeenne", step, theme)["valeur"] for step in STEPS}


def calendar(publication: Publication) -> str:
    """How much of the programme's time has passed."""
    start, end = _ELIGIBLE
    now = publication.identity["date_situation_le"].replace(day=1)
    share = 100 * (now - start).days / (end - start).days
    return (
        f"Les dépenses du programme 2021-2027 sont éligibles jusqu’au {french.day(end)} :"
        f" {french.percent(min(share, 100))} de ce temps est passé."
    )


def unpaid_rows(publication: Publication) -> list[Row]:
    """The actions with money programmed and nothing paid, the largest amounts first."""
    rows = actions.in_list(actions.every(publication), "rien_paye")
    return sorted(rows, key=lambda row: (-row["ue_programme_eur"], row["action_id"]))


def unpaid_amount(rows: list[Row]) -> float:
    """What is programmed on them."""
    return float(sum(row["ue_programme_eur"] for row in rows))


def by_theme(publication: Publication) -> Table:
    """The four amounts of each theme; an action of several themes is shared between them."""
    rows = [
        {"theme_code": theme["theme_code"], "theme": theme["libelle"]} | found
        for theme in publication.themes
        if any((found := amounts(publication.region_by_theme, theme["theme_code"])).values())
    ]
    return Table(
        "fonds-themes",
        "Fonds européens par thème. Une action qui sert plusieurs thèmes est partagée entre eux.",
        [Column("theme", "Thème", "theme"), *_columns()],
        rows,
    )


def by_territory(publication: Publication) -> Table:
    """The four amounts of each territory that has any."""
    measured = publication.of_every_territory()
    rows = [
        {"siren_epci": siren, "nom": name} | found
        for siren, name in publication.names.items()
        if siren in measured and any((found := amounts(measured[siren])).values())
    ]
    return Table(
        "fonds-territoires",
        "Fonds européens par territoire",
        [Column("nom", "Territoire", "territoire"), *_columns()],
        rows,
    )


def months(publication: Publication) -> Table:
    """The region's cumulated amounts month after month."""
    rows: dict[date, Row] = {}
    for step in STEPS:
        for row in publication.history(
            "cascade_europeenne", "region", publication.region_code, part=step
        ):
            rows.setdefault(row["mois_le"], {"mois_le": row["mois_le"]} | dict.fromkeys(STEPS))[
                step
            ] = row["valeur"]
    return Table(
        "fonds-mois",
        "Le cumul de la région, mois après mois",
        [Column("mois_le", "Fin de mois", "mois"), *_columns()],
        [rows[month] for month in sorted(rows, reverse=True)],
    )


def _columns() -> list[Column]:
    return [Column(step, _LABELS[step], "eur") for step in STEPS]
