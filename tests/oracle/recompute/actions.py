"""Status, progress and dates: the figures that a group of actions gives."""

import math
from fractions import Fraction

import numpy as np
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times

from recompute.figures import (
    Figure,
    Figures,
    Group,
    Place,
    everything,
    in_scope,
    mean,
    percent,
    share,
    unbounded_share,
)

BASES = (("HT", "ht"), ("TTC", "ttc"), (None, "non_precise"))


def by_status(figures: Figures, place: Place, g: Group) -> None:
    seen = lambda f: f.est_rapportee and f.groupe != "non_renseigne"  # noqa: E731
    scope = g.kept(in_scope)
    for kind in ("fait", "en_cours", "programme", "bloque", "non_renseigne"):
        figure = share(scope, lambda f, k=kind: f.groupe == k, seen)
        figures.add("repartition_statuts", place, figure, kind)
    for code, keep in (
        ("taux_demarrage", lambda f: f.est_demarree),
        ("taux_realisation", lambda f: f.est_realisee),
        ("taux_blocage", lambda f: f.statut == "bloque"),
    ):
        figures.add(code, place, share(scope, keep, seen))
    whole = g.kept(lambda f: f.est_dans_perimetre or f.groupe == "abandonne")
    figures.add("taux_abandon", place, share(whole, lambda f: f.groupe == "abandonne", seen))


def by_progress(figures: Figures, place: Place, g: Group) -> None:
    scope = g.kept(in_scope)
    if not scope.facts:
        return
    seen = lambda f: f.est_rapportee and f.taux is not None  # noqa: E731
    progress = lambda f: f.taux  # noqa: E731
    figures.add("avancement", place, mean(scope, seen, progress))
    reported = scope.kept(seen)
    guessed = unbounded_share(reported, lambda f: f.row["taux_avancement_pct"] is None, everything)
    guessed.couverture_pct = percent(reported.weigh(everything), scope.weigh(everything))
    figures.add("avancement", place, guessed, "estime_statut")
    for base, label in BASES:
        here = scope.kept(lambda f, b=base: f.row["base_montant"] == b)
        figure = mean(here, seen, progress, weight=lambda f: f.row["budget_prevu_eur"] or 0)
        if figure.couverture_pct is not None:
            figures.add("avancement", place, figure, f"budget_{label}")
    dated = scope.kept(lambda f: f.ecoule is not None)
    gap = lambda f: f.taux - f.ecoule  # noqa: E731
    figures.add("ecart_calendrier", place, mean(dated, seen, gap, low=-100))
    undated = unbounded_share(scope, lambda f: f.ecoule is None, lambda f: f.est_rapportee)
    figures.add("ecart_calendrier", place, undated, "sans_dates")
    aimed = scope.kept(lambda f: f.row["valeur_cible"] is not None)
    reached = lambda f: f.est_rapportee and f.atteinte is not None  # noqa: E731
    figures.add("atteinte_cibles", place, mean(aimed, reached, lambda f: f.atteinte))
    without = lambda f: f.row["valeur_cible"] is None  # noqa: E731
    aimless = unbounded_share(scope, without, lambda f: f.est_rapportee)
    figures.add("atteinte_cibles", place, aimless, "sans_cible")


def by_dates(figures: Figures, place: Place, g: Group, fewest: float) -> None:
    reported = lambda f: f.est_rapportee  # noqa: E731
    scope = g.kept(in_scope)
    if scope.facts:
        late = lambda f: f.fin < f.mois and not f.est_realisee  # noqa: E731
        due = scope.kept(lambda f: f.fin is not None)
        figures.add("taux_retard", place, share(due, late, reported))
        endless = unbounded_share(scope, lambda f: f.fin is None, reported)
        figures.add("taux_retard", place, endless, "sans_echeance")
    _slippage(figures, place, g, fewest)
    _duration(figures, place, g, fewest)


def _slippage(figures: Figures, place: Place, g: Group, fewest: float) -> None:
    scope = g.kept(in_scope)
    dated = scope.kept(lambda f: f.fin is not None and f.premiere_fin is not None)
    moved = [(f.fin - f.premiere_fin).days for _, f in dated.facts]
    median = float(np.median(moved)) if len(moved) >= fewest else None
    coverage = percent(dated.weigh(everything), scope.weigh(everything))
    shift = Figure(None, len(moved), median, len(moved), coverage)
    figures.add("glissement", place, shift)
    shifted = unbounded_share(dated, lambda f: f.fin != f.premiere_fin, everything)
    shifted.couverture_pct = coverage
    figures.add("glissement", place, shifted, "deplacees")
    gone = unbounded_share(g, lambda f: not f.est_rapportee, everything)
    figures.add("glissement", place, gone, "disparues")


def _duration(figures: Figures, place: Place, g: Group, fewest: float) -> None:
    lives = [(f.duree, f.est_realisee) for _, f in g.facts if f.duree is not None]
    started = g.count(lambda f: f.est_demarree)
    if not started:
        return
    done = sum(1 for _, d in lives if d)
    figure = Figure(done, len(lives), None, len(lives), percent(len(lives), started))
    if len(lives) >= fewest and done:
        fit = KaplanMeierFitter().fit([d for d, _ in lives], [e for _, e in lives])
        low, high = (float(x) for x in median_survival_times(fit.confidence_interval_).iloc[0])
        exact, touches = _median(lives)
        # lifelines misses a curve that touches one half exactly, by a rounding of its logarithms.
        assert touches or fit.median_survival_time_ == exact
        figure.valeur, figure.borne_basse, figure.borne_haute = (
            None if math.isinf(x) else x for x in (exact, low, high)
        )
    figures.add("delai_realisation", place, figure)


def _median(lives: list[tuple[int, bool]]) -> tuple[float, bool]:
    """The Kaplan-Meier median in exact fractions (infinite if not reached), and whether it touches one half."""
    survival = Fraction(1)
    for day in sorted({d for d, _ in lives}):
        at_risk = sum(1 for d, _ in lives if d >= day)
        survival *= 1 - Fraction(sum(1 for d, done in lives if done and d == day), at_risk)
        if survival <= Fraction(1, 2):
            return day, survival == Fraction(1, 2)
    return math.inf, False
