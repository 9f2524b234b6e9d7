"""Budgets, European money and the common FEDER indicators."""

from recompute.actions import BASES
from recompute.figures import (
    Fact,
    Figure,
    Figures,
    Group,
    Place,
    everything,
    fresh,
    in_scope,
    percent,
)
from recompute.texts import upper

FEDER = ("RCO13", "RCO14", "RCR11", "RCR12", "RCR13")
STEPS = ("programme", "engage", "justifie", "paye")
AMOUNTS = ("budget_prevu_eur", "montant_engage_eur", "montant_paye_eur")
RATIOS = (
    ("taux_engagement", "montant_engage_eur", "budget_prevu_eur"),
    ("taux_paiement", "montant_paye_eur", "montant_engage_eur"),
)


def by_money(figures: Figures, place: Place, g: Group) -> None:
    """The budget is that of the scope; what was engaged or paid on an abandoned action stays."""
    scope = g.kept(in_scope)
    for base, label in BASES:
        planned, coverage = _giving(scope, base, ("budget_prevu_eur",))
        if planned.facts:
            amount = planned.weigh(everything, lambda f: f.row["budget_prevu_eur"])
            den, n = planned.weigh(everything), len(planned.facts)
            figures.add("budget_prevu", place, Figure(amount, den, amount, n, coverage), label)
        for code, top, bottom in RATIOS:
            giving, coverage = _giving(g, base, (top, bottom))
            if giving.facts:
                num = giving.weigh(everything, lambda f, t=top: f.row[t])
                den = giving.weigh(everything, lambda f, b=bottom: f.row[b])
                # More may be spent than was planned.
                value = 100 * num / den if den else None
                figures.add(
                    code, place, Figure(num, den, value, len(giving.facts), coverage), label
                )


def _giving(g: Group, base: str | None, columns: tuple[str, ...]) -> tuple[Group, float | None]:
    """Who gives those amounts in that base; and how much of those in scope who give nothing, or in that base.

    An abandoned action stays in the amounts and out of the coverage; without any other, nothing is covered.
    """
    silent = lambda f: all(f.row[a] is None for a in AMOUNTS)  # noqa: E731
    here = lambda f: f.row["base_montant"] == base  # noqa: E731
    giving = g.kept(lambda f: here(f) and all(f.row[c] is not None for c in columns))
    concerned = g.weigh(lambda f: in_scope(f) and (silent(f) or here(f)))
    covered = giving.weigh(lambda f: in_scope(f) and fresh(f))
    return giving, percent(covered, concerned) or 0.0


def european(figures: Figures, place: Place, g: Group, envelope: float) -> None:
    _cascade(figures, place, g.kept(lambda f: f.row["europe"] is not None), envelope)
    for code in FEDER:
        says = g.kept(
            lambda f, c=code: f.est_dans_perimetre and upper(f.row["indicateur"]).startswith(c)
        )
        gives = says.kept(lambda f: f.row["valeur_actuelle"] is not None)
        if says.facts:
            amount = gives.weigh(everything, lambda f: f.row["valeur_actuelle"])
            den, n = gives.weigh(everything), len(gives.facts)
            coverage = percent(gives.weigh(fresh), says.weigh(everything))
            figure = Figure(amount, den, amount if n else None, n, coverage)
            figures.add("indicateurs_feder", place, figure, code)
            aimed = gives.kept(lambda f: f.row["valeur_cible"] is not None)
            for part, told in (("cible_", "valeur_cible"), ("base_cible_", "valeur_actuelle")):
                amount = aimed.weigh(everything, lambda f, t=told: f.row[t])
                n, den = len(aimed.facts), aimed.weigh(everything)
                coverage = percent(aimed.weigh(fresh), says.weigh(everything))
                figure = Figure(amount, den, amount if n else None, n, coverage)
                if n:
                    figures.add("indicateurs_feder", place, figure, f"{part}{code}")


def _cascade(figures: Figures, place: Place, funded: Group, envelope: float) -> None:
    """The money of every action, whatever became of it; that of abandoned ones is shown apart too."""
    if not funded.facts:
        return
    abandoned = funded.kept(lambda f: f.est_abandonnee)
    for step in STEPS:
        figures.add("cascade_europeenne", place, _step(funded, step), step)
        if abandoned.facts:
            apart = _step(abandoned, step)
            figures.add("cascade_europeenne", place, apart, f"{step}_abandonnees")
    if place[0] == "region":
        whole, n = funded.weigh(everything), len(funded.facts)
        figure = Figure(envelope, whole, envelope, n, 100.0)
        figures.add("cascade_europeenne", place, figure, "enveloppe")
    figures.add("cascade_europeenne", place, _rest(funded), "reste_a_concretiser")


def _said(f: Fact, step: str) -> float | None:
    return f.row["europe"].get(f"{step}_eur")


def _step(g: Group, step: str) -> Figure:
    gives = g.kept(lambda f: _said(f, step) is not None)
    amount = gives.weigh(everything, lambda f: _said(f, step))
    n, den = len(gives.facts), gives.weigh(everything)
    coverage = percent(gives.weigh(fresh), g.weigh(everything))
    return Figure(amount, den, amount if n else None, n, coverage)


def _rest(funded: Group) -> Figure:
    """What is programmed and not paid; a payment that is not told may be nothing or the whole."""
    counted = funded.kept(lambda f: _said(f, "programme") is not None)
    known = counted.kept(lambda f: _said(f, "paye") is not None)
    rest = known.weigh(everything, lambda f: _said(f, "programme") - _said(f, "paye"))
    silent = lambda f: _said(f, "paye") is None  # noqa: E731
    open_end = counted.weigh(silent, lambda f: _said(f, "programme"))
    n, den = len(known.facts), known.weigh(everything)
    figure = Figure(rest, den, rest if n else None, n)
    if counted.facts:
        figure.couverture_pct = percent(known.weigh(fresh), counted.weigh(everything))
        figure.borne_basse, figure.borne_haute = rest, rest + open_end
    return figure
