"""What belongs to a territory as a whole: the silos of its project, the core themes, its mix of themes."""

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from scipy.spatial.distance import jensenshannon

from recompute.figures import Fact, Figure, Figures, Group, in_scope, percent
from recompute.region import UNKNOWN_THEME, Region
from recompute.texts import plain

CORE_THEMES = 3
Sums = dict[tuple[str, str, date], list["Project"]]


@dataclass
class Project:
    """One territory at the end of one month; without any action when it never reported."""

    is_reporting: bool
    live: list[Fact]
    declared: list[str]
    core: set[str]
    services: set[str]

    def __post_init__(self) -> None:
        self.with_silo = sum(1 for f in self.live if f.row["silos"])
        self.with_fresh_silo = sum(1 for f in self.live if f.row["silos"] and f.est_fraiche)
        self.classed = [f for f in self.live if f.row["vrais_themes"]]
        self.freshly_classed = sum(1 for f in self.classed if f.est_fraiche)
        self.covered = len(self.core & {t for f in self.classed for t in f.row["themes"]})
        self.weights = [
            math.fsum(1 / len(f.row["silos"]) for f in self.live if silo in f.row["silos"])
            for silo in self.declared
        ]
        self.served = math.fsum(min(1.0, w) for w in self.weights)

    @property
    def tells_silos(self) -> bool:
        return bool(self.declared) and self.with_silo > 0

    @property
    def could_serve(self) -> float:
        """The declared silos served if those without any served one more each."""
        return min(len(self.declared), self.served + len(self.live) - self.with_silo)

    @property
    def could_cover(self) -> int:
        if not self.is_reporting:
            return CORE_THEMES
        return min(CORE_THEMES, self.covered + len(self.live) - len(self.classed))


def project(figures: Figures, region: Region) -> None:
    sums: Sums = {}
    expected = {(s, m) for s, day in region.adoption.items() for m in region.months if day <= m}
    for siren, month in sorted({*expected, *region.facts_of}):
        p = _project(region, siren, month)
        for mesh, code in region.meshes(siren):
            sums.setdefault((mesh, code, month), []).append(p)
        if p.declared:
            figure = Figure(None, len(p.declared), _evenness(p.weights), len(p.declared))
            figure.couverture_pct = percent(p.with_fresh_silo, len(p.live))
            figures.add("integration_silos", ("epci", siren, "tous", month), figure, "equitabilite")
    for (mesh, code, month), projects in sums.items():
        place = (mesh, code, "tous", month)
        figures.add("integration_silos", place, _silos(projects))
        figures.add("couverture_socles", place, _core_themes(projects))
        classed = [f for p in projects for f in p.classed]
        live = sum(len(p.live) for p in projects)
        beyond = math.fsum(
            len(f.row["vrais_themes"] - region.core) / len(f.row["themes"]) for f in classed
        )
        figures.add("part_hors_socles", place, _part(beyond, classed, live))
        led = [f for p in projects for f in p.live if (f.row["service_pilote"] or "").strip()]
        outside = [f for f in led if plain(f.row["service_pilote"]) not in region.digital_services]
        figure = _part(len(outside), led, live)
        figures.add("integration_silos", place, figure, "hors_service_numerique")


def _project(region: Region, siren: str, month: date) -> Project:
    facts = region.facts_of.get((siren, month))
    declared: set[str] = set()
    for r in region.in_force.get(siren, []):
        if r["jour"] <= month and region.project_silos[r["rapport_id"]]:
            declared = region.project_silos[r["rapport_id"]]
    live = [f for f in facts or [] if f.est_active]
    return Project(facts is not None, live, sorted(declared), region.core, region.digital_services)


def _silos(projects: list[Project]) -> Figure:
    telling = [p for p in projects if p.tells_silos]
    served, declared = math.fsum(p.served for p in telling), sum(len(p.declared) for p in telling)
    figure = Figure(served, declared, percent(served, declared), declared)
    live = sum(len(p.live) for p in projects)
    figure.couverture_pct = percent(sum(p.with_fresh_silo for p in projects), live)
    concerned = [p for p in projects if p.declared and p.live]
    if concerned:
        whole = sum(len(p.declared) for p in concerned)
        # Where no action carries a silo nothing is known: from none of them to all.
        low = math.fsum(p.served for p in concerned if p.tells_silos)
        high = math.fsum(p.could_serve if p.tells_silos else len(p.declared) for p in concerned)
        figure.borne_basse, figure.borne_haute = percent(low, whole), percent(high, whole)
    return figure


def _core_themes(projects: list[Project]) -> Figure:
    telling = [p for p in projects if p.classed]
    covered, whole = sum(p.covered for p in telling), CORE_THEMES * len(telling)
    figure = Figure(covered, whole, percent(covered, whole), len(telling))
    live = sum(len(p.live) for p in projects)
    figure.couverture_pct = percent(sum(p.freshly_classed for p in projects), live)
    if not live:
        figure.couverture_pct = 0.0
    everyone = CORE_THEMES * len(projects)
    figure.borne_basse = percent(sum(p.covered for p in projects), everyone)
    figure.borne_haute = percent(sum(p.could_cover for p in projects), everyone)
    return figure


def _evenness(weights: list[float]) -> float | None:
    shares = [w / math.fsum(weights) for w in weights if w]
    if len(weights) < 2 or not shares:
        return None
    return -math.fsum(p * math.log(p) for p in shares) / math.log(len(weights))


def _part(part: float, told: list[Fact], whole: int) -> Figure:
    seen = len(told)
    figure = Figure(part, seen, percent(part, seen), seen)
    if whole:
        figure.couverture_pct = percent(sum(f.est_fraiche for f in told), whole)
        figure.borne_basse = percent(part, whole)
        figure.borne_haute = percent(part + whole - seen, whole)
    return figure


def mix(figures: Figures, region: Region) -> None:
    codes = sorted(set(region.themes) - {UNKNOWN_THEME})
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
            known = g.count(
                lambda f: in_scope(f) and not f.row["est_confidentielle"] and f.row["vrais_themes"]
            )
            recent = g.count(
                lambda f: (
                    in_scope(f)
                    and f.est_fraiche
                    and not f.row["est_confidentielle"]
                    and f.row["vrais_themes"]
                )
            )
            figure = Figure(None, known, far, known, percent(recent, n))
            figures.add("melange_thematique", place, figure)
