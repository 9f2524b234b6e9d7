"""What a figure is, and the ways to make one out of a group of actions."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Place = tuple[str, str, str, date]
Key = tuple[str, str, str, str, str, date]
Ends = tuple[float, float]


@dataclass
class Figure:
    numerateur: float | None
    denominateur: float | None
    valeur: float | None
    n_nb: int
    couverture_pct: float | None = None
    borne_basse: float | None = None
    borne_haute: float | None = None
    intervalle_bas: float | None = None
    intervalle_haut: float | None = None
    quartile_bas: float | None = None
    quartile_haut: float | None = None


@dataclass
class Figures:
    by_key: dict[Key, Figure] = field(default_factory=dict)

    def add(self, code: str, place: Place, figure: Figure, part: str = "total") -> None:
        mesh, territory, theme, month = place
        self.by_key[code, mesh, territory, theme, part, month] = figure


@dataclass(slots=True)
class Fact:
    """What one action last said at the end of one month, whatever the mesh and the theme.

    `jour`: the date of situation of the report that says it. `est_fraiche`: that report is in force and recent
    enough. `est_disparue`: the report in force does not speak of it, and not because Vigie set its row aside.
    """

    row: dict[str, Any]
    siren: str
    mois: date
    jour: date
    est_fraiche: bool
    est_disparue: bool
    statut: str
    groupe: str
    est_renseignee: bool
    est_dans_perimetre: bool
    est_demarree: bool
    est_realisee: bool
    taux: float | None
    ecoule: float | None
    atteinte: float | None
    duree: int | None
    # None of a confidential action: how long it took is not said.
    est_sans_duree: bool | None
    fin: date | None
    premiere_fin: date | None
    premiere_cible: float | None

    @property
    def est_abandonnee(self) -> bool:
        return self.groupe == "abandonne"

    @property
    def est_active(self) -> bool:
        return self.est_dans_perimetre and self.est_renseignee


Read = Callable[[Fact], Any]


@dataclass
class Group:
    """Actions of one mesh, territory, theme and month, each with its weight: 1, or 1/k in a theme."""

    facts: list[tuple[float, Fact]] = field(default_factory=list)

    def weigh(self, keep: Read, value: Read | None = None) -> float:
        if value is None:
            return math.fsum(w for w, f in self.facts if keep(f))
        return math.fsum(w * value(f) for w, f in self.facts if keep(f))

    def count(self, keep: Read) -> int:
        return sum(1 for _, f in self.facts if keep(f))

    def kept(self, keep: Read) -> "Group":
        return Group([(w, f) for w, f in self.facts if keep(f)])


def everything(_: Fact) -> bool:
    return True


def in_scope(f: Fact) -> bool:
    return f.est_dans_perimetre


def fresh(f: Fact) -> bool:
    return f.est_fraiche


def one(_: Fact) -> float:
    return 1


def percent(part: float, whole: float) -> float | None:
    return min(100.0, 100 * part / whole) if whole else None


# Where a quantity may be, given what was last said of it.


def rising(f: Fact, p: float | None) -> Ends:
    """Progress goes on without being told, up to 100."""
    if p is None:
        return 0, 100
    return (p, p) if f.est_fraiche else (p, 100)


def lasting(f: Fact, holds: bool | None) -> Ends:
    """Done and started do not go back."""
    if holds:
        return 1, 1
    return (0, 0) if holds is False and f.est_fraiche else (0, 1)


def passing(f: Fact, holds: bool | None) -> Ends:
    """Blocked, abandoned and late come and go."""
    return (holds, holds) if holds is not None and f.est_fraiche else (0, 1)


def mean(
    g: Group, value: Read, ends: Callable[[Fact, Any], Ends], factor: float = 1, weight: Read = one
) -> Figure:
    """The weighted mean of what was last said, `value` being None where nothing was.

    The coverage is the part of the whole weight that is known and fresh; the bounds are the means of the ends.
    """
    known = g.kept(lambda f: value(f) is not None)
    num, den = (
        known.weigh(everything, lambda f: weight(f) * value(f)),
        known.weigh(everything, weight),
    )
    figure = Figure(
        num, den, factor * num / den if den else None, known.count(lambda f: weight(f) > 0)
    )
    whole = g.weigh(everything, weight)
    if whole:
        figure.couverture_pct = percent(known.weigh(fresh, weight), whole)
        figure.borne_basse, figure.borne_haute = (
            factor * g.weigh(everything, lambda f, e=end: weight(f) * ends(f, value(f))[e]) / whole
            for end in (0, 1)
        )
    return figure


def share(g: Group, holds: Read, ends: Callable[[Fact, Any], Ends]) -> Figure:
    """The part of the known weight where `holds` is true (None: unknown), in percent."""
    return mean(g, holds, ends, factor=100)


def part(g: Group, keep: Read, known: Read = everything) -> Figure:
    """A part of the whole weight, without bounds; `known` says what the coverage counts of what is fresh."""
    num, den = g.weigh(keep), g.weigh(everything)
    covered = percent(g.weigh(lambda f: f.est_fraiche and known(f)), den)
    return Figure(num, den, percent(num, den), len(g.facts), covered)
