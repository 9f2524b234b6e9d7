"""Status, progress and dates: the figures that a group of actions gives."""

from typing import Any

import numpy as np

from recompute import survival
from recompute.figures import (
    Ends,
    Fact,
    Figure,
    Figures,
    Group,
    Place,
    everything,
    fresh,
    in_scope,
    lasting,
    mean,
    part,
    passing,
    percent,
    rising,
    share,
)

BASES = (("HT", "ht"), ("TTC", "ttc"), (None, "non_precise"))
STATUSES = ("fait", "en_cours", "programme", "bloque", "non_renseigne")


def by_status(figures: Figures, place: Place, g: Group) -> None:
    scope = g.kept(in_scope)
    said = lambda f: f.est_renseignee  # noqa: E731
    for kind in STATUSES:
        figure = part(scope, lambda f, k=kind: f.est_fraiche and f.groupe == k, said)
        figures.add("repartition_statuts", place, figure, kind)
    silent = part(scope, lambda f: not f.est_fraiche, said)
    figures.add("repartition_statuts", place, silent, "sans_nouvelles")
    figures.add("taux_demarrage", place, share(scope, _if_said("est_demarree"), lasting))
    figures.add("taux_realisation", place, share(scope, _if_said("est_realisee"), lasting))
    blocked = lambda f: f.statut == "bloque" if f.est_renseignee else None  # noqa: E731
    figures.add("taux_blocage", place, share(scope, blocked, passing))
    figures.add("taux_abandon", place, share(g, _if_said("est_abandonnee"), passing))


def _if_said(name: str) -> Any:
    return lambda f: getattr(f, name) if f.est_renseignee else None


def by_progress(figures: Figures, place: Place, g: Group) -> None:
    scope = g.kept(in_scope)
    if not scope.facts:
        return
    progress = lambda f: f.taux  # noqa: E731
    figures.add("avancement", place, mean(scope, progress, rising))
    told = scope.kept(lambda f: f.taux is not None)
    guessed = part(told, lambda f: f.row["taux_avancement_pct"] is None)
    guessed.couverture_pct = percent(told.weigh(fresh), scope.weigh(everything))
    figures.add("avancement", place, guessed, "estime_statut")
    for base, label in BASES:
        here = scope.kept(lambda f, b=base: f.row["base_montant"] == b)
        figure = mean(here, progress, rising, weight=lambda f: f.row["budget_prevu_eur"] or 0)
        if figure.couverture_pct is not None:
            figures.add("avancement", place, figure, f"budget_{label}")
    dated = scope.kept(lambda f: f.ecoule is not None)
    gap = lambda f: None if f.taux is None else f.taux - f.ecoule  # noqa: E731
    figures.add("ecart_calendrier", place, mean(dated, gap, _gap_ends))
    figures.add("ecart_calendrier", place, part(scope, lambda f: f.ecoule is None), "sans_dates")
    aimed = scope.kept(lambda f: f.row["est_ciblee"])
    figures.add("atteinte_cibles", place, mean(aimed, lambda f: f.atteinte, rising))
    aimless = part(scope, lambda f: not f.row["est_ciblee"])
    figures.add("atteinte_cibles", place, aimless, "sans_cible")


def _gap_ends(f: Fact, _: float | None) -> Ends:
    if f.taux is None:
        return -100, 100
    low, high = rising(f, f.taux)
    return low - f.ecoule, high - f.ecoule


def by_dates(figures: Figures, place: Place, g: Group, fewest: float) -> None:
    scope = g.kept(in_scope)
    if scope.facts:
        due = scope.kept(lambda f: f.fin is not None)
        late = share(due, _is_late, _late_ends)
        told = due.weigh(lambda f: f.est_fraiche and f.est_renseignee)
        late.couverture_pct = percent(told, due.weigh(everything))
        figures.add("taux_retard", place, late)
        passed = part(due, lambda f: not f.est_realisee and f.jour <= f.fin < f.mois)
        passed.couverture_pct = late.couverture_pct
        figures.add("taux_retard", place, passed, "echeance_passee_sans_nouvelles")
        endless = part(scope, lambda f: f.fin is None)
        figures.add("taux_retard", place, endless, "sans_echeance")
    _slippage(figures, place, g, fewest)
    survival.duration(figures, place, g, fewest)


def _is_late(f: Fact) -> bool:
    """Past its end on the day its report speaks of; an action without a status is not said to be done."""
    return not f.est_realisee and f.fin < f.jour


def _late_ends(f: Fact, is_late: bool) -> Ends:
    """Done, it is never late; without a status it may be done."""
    return (0, 0) if f.est_realisee else passing(f, is_late if f.est_renseignee else None)


def _slippage(figures: Figures, place: Place, g: Group, fewest: float) -> None:
    scope = g.kept(in_scope)
    whole = scope.weigh(everything)
    followed = scope.kept(lambda f: f.fin is not None and f.premiere_fin is not None)
    shift = lambda f: (f.fin - f.premiere_fin).days  # noqa: E731
    coverage = percent(followed.weigh(fresh), whole)
    moved = [shift(f) for _, f in followed.facts if shift(f)]
    median = float(np.median(moved)) if len(moved) >= fewest else None
    figures.add("glissement", place, Figure(None, len(moved), median, len(moved), coverage))
    shifted = part(followed, shift)
    shifted.couverture_pct = coverage
    figures.add("glissement", place, shifted, "deplacees")
    total, den = followed.weigh(everything, shift), followed.weigh(everything)
    average = Figure(total, den, total / den if den else None, len(followed.facts), coverage)
    figures.add("glissement", place, average, "moyen_jours")
    aimed = lambda f: f.premiere_cible is not None and f.row["valeur_cible"] is not None  # noqa: E731
    retold = scope.kept(aimed)
    targets = part(retold, lambda f: f.row["valeur_cible"] != f.premiere_cible)
    targets.couverture_pct = percent(retold.weigh(fresh), whole)
    figures.add("glissement", place, targets, "cibles_deplacees")
    gone = part(g, lambda f: f.est_disparue)
    gone.couverture_pct = 100.0
    figures.add("glissement", place, gone, "disparues")
