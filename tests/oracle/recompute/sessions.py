"""What changed since a committee session: against the last month, and for the date of the session itself."""

from datetime import date
from typing import Any

from recompute.figures import Figure, Figures
from recompute.peers import FOLLOWED


def trends(figures: Figures, sessions: list[dict[str, Any]], shown: list[dict[str, Any]]) -> None:
    """`sessions`: those frozen before the cut-off. `shown`: the values each showed."""
    now: dict[tuple[str, ...], dict[date, Figure]] = {}
    for (code, mesh, territory, theme, part, month), figure in figures.by_key.items():
        if code in FOLLOWED and part == "total":
            now.setdefault((code, mesh, territory, theme), {})[month] = figure
    published = {month for *_, month in figures.by_key}
    newest = max(month for months in now.values() for month in months) if now else None
    # Of two sessions that showed the same date, the later one is compared.
    for session in sorted(sessions, key=lambda s: (s["connu_le"], s["seance_code"])):
        is_previous = session["connu_le"] == max(s["connu_le"] for s in sessions)
        values = [v for v in shown if v["seance_code"] == session["seance_code"]]
        of_code = {c: {v["mois_le"] for v in values if v["indicateur_code"] == c} for c in FOLLOWED}
        last = {c: max(months, default=None) for c, months in of_code.items()}
        # The last date of the session that is still one of the published months.
        compared = {c: max(months & published, default=None) for c, months in of_code.items()}
        for v in values:
            code, month = v["indicateur_code"], v["mois_le"]
            if code not in FOLLOWED or v["modalite_code"] != "total":
                continue
            place = (v["maille_code"], v["territoire_code"], v["theme_code"])
            months = now.get((code, *place), {})
            if is_previous and month == last[code] and newest in months:
                trend = _difference(months[newest], v["valeur"])
                figures.add("tendance", (*place, newest), trend, code)
            if month == compared[code] and month in months:
                revision = _difference(months[month], v["valeur"])
                figures.add("revision", (*place, month), revision, code)


def _difference(known: Figure, shown: float | None) -> Figure:
    gap = None if known.valeur is None or shown is None else known.valeur - shown
    return Figure(known.valeur, None, gap, known.n_nb, known.couverture_pct)
