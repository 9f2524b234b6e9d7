"""Reports as such: expected, received, on time, of what age and what quality."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import numpy as np

from recompute.figures import Figure, Figures, percent
from recompute.region import Region
from recompute.reports import end_of_month, in_paris

PARTS = ("a_l_heure", "en_retard", "en_attente", "absent")
LADDER = ("attendus", "recus", "non_vides", "acceptes", "a_l_heure")


def punctuality(figures: Figures, region: Region) -> None:
    by_period: dict[tuple[str, date], list[tuple[dict[str, Any], date]]] = defaultdict(list)
    for r in region.received:
        when, day = r["recu"], r["jour"]
        period = end_of_month(day) if day else when.replace(day=1) - timedelta(days=1)
        if day is None or day <= region.situation:
            by_period[r["siren_epci"], period].append((r, when))
    for month in region.months:
        period = end_of_month(month)
        due = region.due.get(period)
        sums: dict[Any, Any] = defaultdict(lambda: defaultdict(list))
        for siren in region.territory:
            has = siren in region.adoption and region.adoption[siren] <= month
            here = by_period[siren, period]
            kept = [w for r, w in here if r["rapport_id"] in region.retained_ids]
            full = any((r["recues_nb"] or 0) > 0 for r, _ in here)
            on_time = due is not None and any(w <= due for w in kept)
            latest = region.latest(siren, month)
            for mesh, code in region.meshes(siren):
                t = sums[mesh, code, "tous", month]
                t["all"].append(1)
                t["attendus"].append(has)
                t["recus"].append(has and bool(here))
                t["non_vides"].append(has and full)
                t["acceptes"].append(has and full and bool(kept))
                t["a_l_heure"].append(has and full and bool(kept) and on_time)
                t["p_a_l_heure"].append(has and bool(kept) and on_time)
                t["p_en_retard"].append(has and bool(kept) and not on_time)
                waits = not kept and any(r["est_en_attente"] for r, _ in here)
                t["p_en_attente"].append(has and waits)
                t["p_absent"].append(has and not kept and not waits)
                if has and latest:
                    t["ages"].append((month - latest["jour"]).days)
        for place, t in sums.items():
            expected, everyone = sum(t["attendus"]), len(t["all"])
            have = Figure(expected, everyone, percent(expected, everyone), everyone, 100.0)
            figures.add("couverture_feuilles_de_route", place, have)
            if period == month:
                for step in LADDER:
                    n = sum(t[step])
                    rung = Figure(n, expected, n if expected else None, expected)
                    rung.couverture_pct = 100.0 if expected else None
                    figures.add("echelle_rapports", place, rung, step)
            if period == month and due is not None and due < in_paris(region.known):
                for step in PARTS:
                    n = sum(t[f"p_{step}"])
                    figure = Figure(n, expected, percent(n, expected), expected)
                    figure.couverture_pct = 100.0 if expected else None
                    figures.add("ponctualite", place, figure, step)
            if expected:
                _ages(figures, region, place, t["ages"], expected)


def _ages(figures: Figures, region: Region, place: Any, ages: list[int], expected: int) -> None:
    fewest, fresh_days = (
        region.threshold[name] for name in ("effectif_minimal_nb", "rapport_a_jour_jours")
    )
    shown = ages and (place[0] == "epci" or len(ages) >= fewest)
    median = float(np.median(ages)) if shown else None
    age = Figure(None, len(ages), median, len(ages), percent(len(ages), expected))
    figures.add("anciennete_rapport", place, age)
    fresh = sum(1 for a in ages if a <= fresh_days)
    upto = Figure(fresh, expected, percent(fresh, expected), expected, 100.0)
    figures.add("anciennete_rapport", place, upto, "est_a_jour")


def quality(figures: Figures, region: Region) -> None:
    shown = {end_of_month(m): m for m in region.months}
    sums: dict[Any, Any] = defaultdict(lambda: defaultdict(float))
    same_date: dict[tuple[str, date], list[dict[str, Any]]] = defaultdict(list)
    for r in region.received:
        if r["jour"] and r["jour"] <= region.situation and end_of_month(r["jour"]) in shown:
            same_date[r["siren_epci"], r["jour"]].append(r)
    for (siren, day), reports in same_date.items():
        for r in reports:
            fixed = _is_bad(r) and any(_corrects(x, r, region) for x in reports)
            for mesh, code in region.meshes(siren):
                t = sums[mesh, code, "tous", shown[end_of_month(day)]]
                t["rows"] += r["recues_nb"]
                t["aside"] += r["ecartees_nb"]
                t["remarks"] += r["remarques_nb"]
                t["bad"] += _is_bad(r)
                t["fixed"] += fixed
    for siren, in_force in region.in_force.items():
        for r in in_force:
            for line in region.lines_of[r["rapport_id"]]:
                if line["est_confidentielle"]:
                    continue
                filled = bool(line["vrais_themes"]) + (line["statut_code"] != "non_renseigne")
                filled += (line["fin"] is not None) + (line["taux_avancement_pct"] is not None)
                for mesh, code in region.meshes(siren):
                    t = sums[mesh, code, "tous", shown[end_of_month(r["jour"])]]
                    t["n"] += 1
                    t["filled"] += filled
    for place, t in sums.items():
        for part, top, bottom, n, factor in (
            ("total", t["filled"], 4 * t["n"], t["n"], 100),
            ("lignes_ecartees", t["aside"], t["rows"], t["rows"], 100),
            ("remarques_par_ligne", t["remarks"], t["rows"], t["rows"], 1),
            ("corriges_sous_15_jours", t["fixed"], t["bad"], t["bad"], 100),
        ):
            value = factor * top / bottom if bottom else None
            figure = Figure(top, bottom, value, n, 100.0 if bottom else None)
            figures.add("qualite_rapport", place, figure, part)


def _is_bad(r: dict[str, Any]) -> bool:
    return (r["ecartees_nb"] or 0) > 0 or r["verdict"] == "rejete"


def _corrects(later: dict[str, Any], first: dict[str, Any], region: Region) -> bool:
    days = (in_paris(later["connu_le"]) - in_paris(first["connu_le"])).days
    in_time = days <= region.threshold["correction_delai_jours"]
    return later["connu_le"] > first["connu_le"] and not _is_bad(later) and in_time
