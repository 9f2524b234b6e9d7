"""How long an action takes: Kaplan-Meier, weighed by 1/k in a theme."""

import math
from collections import defaultdict
from fractions import Fraction
from statistics import NormalDist
from typing import Any

from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times

from recompute.figures import Figure, Figures, Group, Place, everything, part, percent

# The length of a life, whether it ended, its weight.
Life = tuple[int, bool, float]
Z = NormalDist().inv_cdf(0.975)


def duration(figures: Figures, place: Place, g: Group, fewest: float) -> None:
    """The median and its 95 % interval; apart, the actions done from the first that do not say when."""
    started = g.kept(lambda f: f.est_demarree)
    if not started.facts:
        return
    started = started.kept(lambda f: f.est_sans_duree is not None)
    timed = started.kept(lambda f: f.duree is not None)
    lives = [(f.duree, f.est_realisee, w) for w, f in timed.facts]
    done, whole = timed.weigh(lambda f: f.est_realisee), timed.weigh(everything)
    covered = percent(timed.weigh(lambda f: f.est_fraiche), started.weigh(everything))
    figure = Figure(done, whole, None, len(lives), covered)
    if len(lives) >= fewest and done:
        found = _median_and_interval(lives)
        figure.valeur, figure.intervalle_bas, figure.intervalle_haut = (
            None if math.isinf(x) else x for x in found
        )
    figures.add("delai_realisation", place, figure)
    figures.add("delai_realisation", place, part(started, lambda f: f.est_sans_duree), "sans_duree")


def _median_and_interval(lives: list[Life]) -> tuple[float, float, float]:
    """Where the curve and its 95 % interval (Greenwood, log-log) cross one half; infinite where they do not."""
    curve = _curve(lives)
    found = _crossing(curve, 1), _crossing(curve, 2), _crossing(curve, 3)
    if all(w == 1 for _, _, w in lives):
        _agree_with_lifelines(lives, curve, found)
    return found


def _crossing(curve: list[tuple[Any, ...]], column: int) -> float:
    return next((step[0] for step in curve if step[column] <= Fraction(1, 2)), math.inf)


def _curve(lives: list[Life]) -> list[tuple[int, Fraction, float, float]]:
    """Each day when something was done: the day, the part still to do, and the ends of its interval.

    In exact fractions, weights being 1/k: lifelines loses the last of them by rounding.
    """
    leaving: dict[int, Fraction] = defaultdict(Fraction)
    ending: dict[int, Fraction] = defaultdict(Fraction)
    for day, is_done, w in lives:
        weight = Fraction(w).limit_denominator(1000)
        leaving[day] += weight
        ending[day] += weight if is_done else 0
    survival, variance, at_risk = Fraction(1), 0.0, sum(leaving.values())
    curve = []
    for day in sorted(leaving):
        done_now, still_there = ending[day], at_risk
        at_risk -= leaving[day]
        if not done_now:
            continue
        survival *= 1 - done_now / still_there
        if not survival:
            curve.append((day, survival, 0.0, 0.0))
            break
        # Greenwood's sum needs no exactness, and its fractions would grow without end.
        variance += float(done_now / (still_there * (still_there - done_now)))
        spread = Z * math.sqrt(variance) / -math.log(survival)
        low, high = (float(survival) ** math.exp(side * spread) for side in (1, -1))
        curve.append((day, survival, low, high))
    return curve


def _agree_with_lifelines(
    lives: list[Life], curve: list[tuple[Any, ...]], found: tuple[float, float, float]
) -> None:
    days, ends, _ = zip(*lives, strict=True)
    fit = KaplanMeierFitter(alpha=0.05).fit(days, ends)
    # A curve that touches one half exactly: lifelines misses it by a rounding of its logarithms.
    touches = any(step[1] == Fraction(1, 2) for step in curve)
    assert touches or fit.median_survival_time_ == found[0]
    interval = median_survival_times(fit.confidence_interval_).iloc[0]
    assert tuple(interval) == found[1:]
