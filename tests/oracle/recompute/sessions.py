"""What changed since a committee session: action by action for the trend, figure by figure for the revision."""

from datetime import date
from typing import Any

from recompute.figures import Fact, Figure, Figures, Read
from recompute.peers import FOLLOWED
from recompute.region import Region

# What one action is worth in each indicator, in percent; None when it is not known, or not of those it counts.
WORTH: dict[str, Read] = {
    "avancement": lambda f: f.taux,
    "taux_demarrage": lambda f: 100 * f.est_demarree if f.est_renseignee else None,
    "taux_realisation": lambda f: 100 * f.est_realisee if f.est_renseignee else None,
    "taux_blocage": lambda f: 100 * (f.statut == "bloque") if f.est_renseignee else None,
    "taux_retard": lambda f: None if f.fin is None else 100 * _is_late(f),
    "atteinte_cibles": lambda f: f.atteinte if f.row["est_ciblee"] else None,
}


def _is_late(f: Fact) -> bool:
    return not f.est_realisee and f.fin is not None and f.fin < f.jour


def trends(figures: Figures, region: Region, then: Region) -> None:
    """`then`: the region as the previous session knew it, without what was refused since."""
    newest = region.months[-1]
    sums: dict[tuple[str, ...], list[tuple[float, float, float | None]]] = {}
    for (siren, month), facts in region.facts_of.items():
        if month != newest:
            continue
        before = _told(then, siren)
        for now in (f for f in facts if f.est_dans_perimetre):
            old = before.get(now.row["code_action"]) if _is_told(region, now) else None
            if old is not None and old.row["valeur_cible"] != now.row["valeur_cible"]:
                old = None
            for code, worth in WORTH.items():
                value = worth(now)
                if value is None:
                    continue
                was = None if old is None else worth(old)
                themes = now.row["themes"]
                for theme, weight in [("tous", 1.0), *((t, 1 / len(themes)) for t in themes)]:
                    for mesh, place in region.meshes(siren, theme):
                        sums.setdefault((code, mesh, place, theme), []).append((weight, value, was))
    for (code, mesh, place, theme), known in sums.items():
        common = [(w, value, was) for w, value, was in known if was is not None]
        if not common:
            continue
        whole = sum(w for w, _, _ in common)
        now_mean = sum(w * value for w, value, _ in common) / whole
        then_mean = sum(w * was for w, _, was in common) / whole
        covered = min(100.0, 100 * whole / sum(w for w, _, _ in known))
        figure = Figure(now_mean, None, now_mean - then_mean, len(common), covered)
        figures.add("tendance", (mesh, place, theme, newest), figure, code)


def _is_told(region: Region, f: Fact) -> bool:
    latest = region.latest(f.siren, f.mois)
    return latest is not None and latest["jour"] == f.jour


def _told(then: Region, siren: str) -> dict[str, Fact]:
    """The actions in scope that the report in force spoke of at the session."""
    facts = then.facts_of.get((siren, then.months[-1]), [])
    return {f.row["code_action"]: f for f in facts if f.est_dans_perimetre and _is_told(then, f)}


def revisions(
    figures: Figures, sessions: list[dict[str, Any]], shown: list[dict[str, Any]]
) -> None:
    """`sessions`: those frozen before the cut-off. `shown`: the values each showed."""
    published = {month for *_, month in figures.by_key}
    # Of two sessions that showed the same date, the later one is compared.
    for session in sorted(sessions, key=lambda s: (s["connu_le"], s["seance_code"])):
        values = [v for v in shown if v["seance_code"] == session["seance_code"]]
        compared: dict[str, date] = {}
        for v in values:
            # The last date of the session that is still one of the published months.
            if v["mois_le"] in published and v["modalite_code"] == "total":
                code = v["indicateur_code"]
                compared[code] = max(v["mois_le"], compared.get(code, v["mois_le"]))
        for v in values:
            code, month = v["indicateur_code"], v["mois_le"]
            if code not in FOLLOWED or v["modalite_code"] != "total" or month != compared.get(code):
                continue
            place = (v["maille_code"], v["territoire_code"], v["theme_code"], month)
            known = figures.by_key.get((code, *place[:3], "total", month))
            if known is not None:
                figures.add("revision", place, _difference(known, v["valeur"]), code)


def _difference(known: Figure, shown: float | None) -> Figure:
    gap = None if known.valeur is None or shown is None else known.valeur - shown
    return Figure(known.valeur, None, gap, known.n_nb, known.couverture_pct)
