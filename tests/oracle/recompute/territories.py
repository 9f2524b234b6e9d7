"""What belongs to a territory as a whole: its project, its mix of themes, its peers."""

import math
from collections import Counter, defaultdict
from typing import Any

import numpy as np
from scipy.spatial.distance import jensenshannon

from recompute.figures import Figure, Figures, Group, in_scope, percent
from recompute.region import Region
from recompute.texts import plain

FOLLOWED = (
    "avancement", "taux_demarrage", "taux_realisation", "taux_retard", "taux_blocage", "atteinte_cibles",
    "couverture_socles", "part_hors_socles",
)  # fmt: skip


def project(figures: Figures, region: Region) -> None:
    sums: dict[Any, Any] = defaultdict(lambda: defaultdict(float))
    for (siren, month), facts in region.facts_of.items():
        live = [f for f in facts if f.est_active]
        classed = [f for f in live if f.row["vrais_themes"]]
        declared: set[str] = set()
        for r in region.in_force[siren]:
            if r["jour"] <= month and region.project_silos[r["rapport_id"]]:
                declared = region.project_silos[r["rapport_id"]]
        weights = [
            math.fsum(1 / len(f.row["silos"]) for f in live if silo in f.row["silos"])
            for silo in sorted(declared)
        ]
        led = [f for f in live if (f.row["service_pilote"] or "").strip()]
        for mesh, code in region.meshes(siren):
            t = sums[mesh, code, "tous", month]
            t["epci"] += 1
            t["declaring"] += bool(declared)
            t["core"] += len(region.core & {x for f in live for x in f.row["themes"]})
            t["live"] += len(live)
            t["classed_n"] += len(classed)
            for f in live:
                known = f.row["vrais_themes"]
                t["classed"] += len(known) / len(f.row["themes"])
                t["beyond"] += len(known - region.core) / len(f.row["themes"])
            t["declared"] += len(declared)
            t["served"] += math.fsum(min(1.0, w) for w in weights)
            t["led"] += len(led)
            t["out"] += sum(
                1 for f in led if plain(f.row["service_pilote"]) not in region.digital_services
            )
        if declared:
            figure = Figure(None, len(declared), _evenness(weights), len(declared), 100.0)
            figures.add("integration_silos", ("epci", siren, "tous", month), figure, "equitabilite")
    expected = [(s, m) for s, day in region.adoption.items() for m in region.months if day <= m]
    for siren, month in {*expected, *region.facts_of}:
        for mesh, code in region.meshes(siren):
            sums[mesh, code, "tous", month]["expected"] += 1
    for place, t in sums.items():
        covered = Figure(t["core"], 3 * t["epci"], percent(t["core"], 3 * t["epci"]), t["epci"])
        covered.couverture_pct = percent(t["epci"], t["expected"])
        figures.add("couverture_socles", place, covered)
        beyond = _part(t["beyond"], t["classed"], t["live"], t["classed_n"])
        figures.add("part_hors_socles", place, beyond)
        served = percent(t["served"], t["declared"])
        silos = Figure(t["served"], t["declared"], served, t["declared"])
        silos.couverture_pct = percent(t["declaring"], t["expected"])
        figures.add("integration_silos", place, silos)
        outside = _part(t["out"], t["led"], t["live"], t["led"])
        figures.add("integration_silos", place, outside, "hors_service_numerique")


def _evenness(weights: list[float]) -> float | None:
    shares = [w / math.fsum(weights) for w in weights if w]
    if len(weights) < 2 or not shares:
        return None
    return -math.fsum(p * math.log(p) for p in shares) / math.log(len(weights))


def _part(part: float, seen: float, whole: float, n: int) -> Figure:
    figure = Figure(part, seen, percent(part, seen), n)
    if whole:
        figure.couverture_pct, figure.borne_basse = 100 * seen / whole, 100 * part / whole
        figure.borne_haute = 100 * (part + whole - seen) / whole
    return figure


def mix(figures: Figures, region: Region) -> None:
    codes = sorted(set(region.themes) - {"a_classer"})
    empty = Group()

    def weights(level: str, place: str, month: Any) -> np.ndarray:
        groups = (region.groups.get((level, place, c, month), empty) for c in codes)
        return np.array([g.weigh(in_scope) for g in groups])

    for place, g in region.groups.items():
        mesh, territory, _, month = place
        if mesh not in ("epci", "departement"):
            continue
        whole = region.territory[g.facts[0][1].siren]["region_code"]
        mine = weights(f"{mesh}_theme", territory, month)
        own = mesh == "departement" or region.territory[territory]["perimetre_code"] == "coeur"
        rest = weights("theme", whole, month) - (mine if own else 0)
        rest[np.abs(rest) < 1e-9] = 0.0
        if mine.sum() > 0:
            far = float(jensenshannon(mine, rest, base=2)) if rest.sum() > 0 else None
            n = g.count(lambda f: in_scope(f) and not f.row["est_confidentielle"])
            classed = percent(mine.sum(), n)
            figures.add("melange_thematique", place, Figure(None, n, far, n, classed))


def peers(figures: Figures, region: Region) -> None:
    kind = {s: _kind(t) for s, t in region.territory.items() if t["perimetre_code"] == "coeur"}
    size = Counter(kind.values())
    alike = defaultdict(list)
    for (code, mesh, siren, _, part, month), figure in figures.by_key.items():
        if code not in FOLLOWED or part != "total" or mesh != "epci" or figure.valeur is None:
            continue
        if siren in kind:
            alike[code, month, kind[siren]].append((siren, figure.valeur))
    for (code, month, own_kind), members in alike.items():
        n = len(members)
        q1, mid, q3 = (float(q) for q in np.percentile([v for _, v in members], (25, 50, 75)))
        if n < region.threshold["effectif_minimal_nb"]:
            q1 = mid = q3 = None
        for siren, _ in members:
            place = ("epci", siren, "tous", month)
            coverage = percent(n, size[own_kind])
            figures.add("comparaison_pairs", place, Figure(None, n, mid, n, coverage, q1, q3), code)


def _kind(t: dict[str, Any]) -> tuple[str, int, str]:
    size = sum(int(t["population_nb"]) >= x for x in (20000, 50000, 100000))
    return t["nature_code"], size, t["typologie_densite"]
