"""The figures shared by several pages: their data, their words, and the chart that draws them."""

from typing import Any

from vigie.diffusion.pages import charts, french
from vigie.diffusion.pages.model import Column, Figure, Row
from vigie.diffusion.pages.palette import STATUS_GROUPS
from vigie.diffusion.pages.reading import ALL_THEMES, Measures, Publication

TO_CLASSIFY = "a_classer"
_SHARES = [Column(code, label, "pct") for code, label in STATUS_GROUPS.items()]


def status_rows(measures: Measures, themes: list[Row]) -> list[Row]:
    """One row per theme that has actions: a share per status group, and how many actions."""
    rows = []
    for theme in themes:
        parts = measures.parts("repartition_statuts", theme["theme_code"])
        if not any(part["n_nb"] for part in parts.values()):
            continue
        shares = {code: parts[code]["valeur"] if code in parts else None for code in STATUS_GROUPS}
        count = max(part["n_nb"] or 0 for part in parts.values())
        rows.append(
            {"theme_code": theme["theme_code"], "theme": theme["libelle"], "n_nb": count} | shares
        )
    # In the order of what the chart shows first; what waits for a theme is apart.
    return sorted(rows, key=lambda row: (row["theme_code"] == TO_CLASSIFY, -(row["fait"] or 0)))


def status_by_theme(
    publication: Publication, measures: Measures, title: str, themes: list[Row] | None = None
) -> Figure:
    """The committee's bar: the share of each status group, theme by theme, missing share included."""
    rows = status_rows(measures, themes if themes is not None else publication.themes)
    return status_bars(publication, "statuts", title, rows, "theme", "Thème")


def status_bars(
    publication: Publication, code: str, title: str, rows: list[Row], field: str, label: str
) -> Figure:
    """Bars of status groups, one per row, named by `field`."""
    drawn = [
        {
            "libelle": row[field],
            "ordre": place,
            "groupe_code": group,
            "part": row[group],
            "n_nb": row["n_nb"],
        }
        for place, row in enumerate(rows)
        for group in STATUS_GROUPS
    ]
    top = max(rows, key=lambda row: row["fait"] or 0, default=None)
    alternative = f"{title}. {len(rows)} barres, de fait à sans nouvelles."
    if top:
        alternative += (
            f" La part faite la plus élevée : {top[field]}, {french.percent(top['fait'])}."
        )
    kind = "theme" if field == "theme" else "texte"
    return Figure(
        code,
        title,
        [Column(field, label, kind), Column("n_nb", "Actions (n)", "nb"), *_SHARES],
        rows,
        charts.status_bars,
        charts.status_rows(drawn),
        alternative,
        publication.is_fictitious,
        note="Part des actions suivies, hors actions abandonnées. Sans nouvelles : le rapport en vigueur est trop"
        " ancien, ou ne parle plus de l’action. Une action qui sert plusieurs thèmes compte une fois, partagée entre"
        " eux.",
        si_vide="Aucune action suivie pour l’instant.",
    )


def progress_trend(publication: Publication, history: list[Row], whose: str) -> Figure:
    """Mean progress month after month, with its bounds."""
    drawn = [
        {
            # On the first, where the axis writes the month; the current month stays in its place every night.
            "mois": row["mois_le"].replace(day=1).isoformat(),
            "valeur": row["valeur"],
            "borne_basse": row["borne_basse"],
            "borne_haute": row["borne_haute"],
        }
        for row in history
    ]
    alternative = f"Avancement moyen {whose}."
    if history:
        first, last = history[0], history[-1]
        alternative += (
            f" {french.percent(first['valeur'])} en {french.month(first['mois_le'])},"
            f" {french.percent(last['valeur'])} en {french.month(last['mois_le'])}."
        )
    return Figure(
        "tendance",
        f"Avancement moyen {whose}, mois après mois",
        [
            Column("mois_le", "Mois", "mois"),
            Column("valeur", "Avancement observé", "pct"),
            Column("borne_basse", "Au moins : rien n’a bougé depuis", "pct"),
            Column("borne_haute", "Au plus : tout est fait depuis", "pct"),
            Column("couverture_pct", "Part renseignée et à jour", "pct"),
            Column("n_nb", "Actions renseignées (n)", "nb"),
        ],
        history,
        charts.trend,
        drawn,
        alternative,
        publication.is_fictitious,
        note="La ligne est la moyenne des derniers avancements connus ; la bande va du plus bas au plus haut de ce"
        " que donneraient les actions non renseignées ou sans nouvelles.",
        si_vide="Pas encore d’avancement calculable.",
    )


def steps(
    publication: Publication,
    code: str,
    title: str,
    rows: list[Row],
    unit: str,
    note: str,
    empty: str,
) -> Figure:
    """Successive steps, each a part of the one before: rows of etape, valeur, n_nb."""
    top = max((row["valeur"] or 0 for row in rows), default=0) or 1
    drawn = [
        {
            "libelle": row["etape"],
            "ordre": place,
            "part": (row["valeur"] or 0) / top,
            "etiquette": french.measure(row["valeur"], unit),
        }
        for place, row in enumerate(rows)
    ]
    told = " ; ".join(f"{row['etape']} {french.measure(row['valeur'], unit)}" for row in rows)
    return Figure(
        code,
        title,
        [
            Column("etape", "Étape"),
            Column("valeur", "Valeur", unit),
            Column("n_nb", "Effectif (n)", "nb"),
        ],
        rows,
        charts.cascade,
        drawn,
        f"{title} : {told}.",
        publication.is_fictitious,
        note=note,
        si_vide=empty,
    )


def landmark(label: str, value: str, detail: str, **more: Any) -> Row:
    """A key figure of the first screen; `more`: sur (the total), jauge (a measure), alerte, lien (the address of what
    it counts), evolution (see `since.move`), liens (more addresses, after the detail)."""
    return {
        "libelle": label,
        "valeur": value,
        "detail": detail,
        "sur": None,
        "jauge": None,
        "alerte": False,
        "lien": "",
        "evolution": None,
        "liens": [],
    } | more


def bounds(measure: Row) -> str:
    """The bounds of a measure and how much is known, in words."""
    if measure["valeur"] is None:
        return "non calculable : aucune action renseignée"
    if measure["borne_basse"] == measure["borne_haute"]:
        return f"toutes les actions sont renseignées et à jour ; {french.among(measure['n_nb'], 'action', 'actions')}"
    return (
        f"entre {french.percent(measure['borne_basse'])} et {french.percent(measure['borne_haute'])}"
        f" selon ce qui manque ou n’a pas donné de nouvelles ; {french.among(measure['n_nb'], 'action', 'actions')}"
    )


def progress(measures: Measures, theme: str = ALL_THEMES) -> Row:
    """The landmark of the mean progress: its bounds, and how much of it rests on the status alone."""
    mean = measures("avancement", theme=theme)
    guessed = measures("avancement", "estime_statut", theme)
    detail = bounds(mean)
    if mean["valeur"] is not None:
        detail += f", dont {french.percent(guessed['valeur'])} estimés d’après le statut"
    return landmark("Avancement moyen", french.percent(mean["valeur"]), detail, jauge=mean)
