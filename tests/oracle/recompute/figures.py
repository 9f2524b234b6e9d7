"""What a figure is, and the three ways to make one out of a group of actions."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Place = tuple[str, str, str, date]
Key = tuple[str, str, str, str, str, date]


@dataclass
class Figure:
    numerateur: float | None
    denominateur: float | None
    valeur: float | None
    n_nb: int
    couverture_pct: float | None = None
    borne_basse: float | None = None
    borne_haute: float | None = None


@dataclass
class Figures:
    by_key: dict[Key, Figure] = field(default_factory=dict)

    def add(self, code: str, place: Place, figure: Figure, part: str = "total") -> None:
        mesh, territory, theme, month = place
        self.by_key[code, mesh, territory, theme, part, month] = figure


@dataclass(slots=True)
class Fact:
    """What one action says at the end of one month, whatever the mesh and the theme."""

    row: dict[str, Any]
    siren: str
    mois: date
    est_rapportee: bool
    statut: str
    groupe: str
    est_dans_perimetre: bool
    est_demarree: bool
    est_realisee: bool
    taux: float | None
    ecoule: float | None
    atteinte: float | None
    duree: int | None
    fin: date | None
    premiere_fin: date | None

    @property
    def est_active(self) -> bool:
        return self.est_dans_perimetre and self.groupe != "non_renseigne"


Keep = Callable[[Fact], Any]


@dataclass
class Group:
    """Actions of one mesh, territory, theme and month, each with its weight: 1, or 1/k in a theme."""

    facts: list[tuple[float, Fact]] = field(default_factory=list)

    def weigh(self, keep: Keep, value: Keep | None = None) -> float:
        if value is None:
            return math.fsum(w for w, f in self.facts if keep(f))
        return math.fsum(w * value(f) for w, f in self.facts if keep(f))

    def count(self, keep: Keep) -> int:
        return sum(1 for _, f in self.facts if keep(f))

    def kept(self, keep: Keep) -> "Group":
        return Group([(w, f) for w, f in self.facts if keep(f)])


def everything(_: Fact) -> bool:
    return True


def in_scope(f: Fact) -> bool:
    return f.est_dans_perimetre


def percent(part: float, whole: float) -> float | None:
    return 100 * part / whole if whole else None


def share(g: Group, keep: Keep, seen: Keep) -> Figure:
    """The weight kept over the whole weight; what is not seen makes the bounds."""
    num, den, obs = g.weigh(keep), g.weigh(everything), g.weigh(seen)
    if not den:
        return Figure(num, den, None, 0)
    num_seen = g.weigh(lambda f: seen(f) and keep(f))
    return Figure(
        num, den, 100 * num / den, len(g.facts), 100 * obs / den,
        100 * num_seen / den, 100 * (num_seen + den - obs) / den,
    )  # fmt: skip


def unbounded_share(g: Group, keep: Keep, seen: Keep) -> Figure:
    f = share(g, keep, seen)
    return Figure(f.numerateur, f.denominateur, f.valeur, f.n_nb, f.couverture_pct)


def mean(g: Group, seen: Keep, value: Keep, low: float = 0, weight: Keep | None = None) -> Figure:
    """The weighted mean of what is seen; what is missing would be at `low` or at 100."""
    w = weight or (lambda f: 1)
    den, obs = g.weigh(everything, w), g.weigh(seen, w)
    total = g.weigh(seen, lambda f: w(f) * value(f))
    n = g.count(lambda f: seen(f) and w(f) > 0)
    if not den:
        return Figure(total, obs, None, n)
    return Figure(
        total, obs, total / obs if obs else None, n, 100 * obs / den,
        (total + low * (den - obs)) / den, (total + 100 * (den - obs)) / den,
    )  # fmt: skip
