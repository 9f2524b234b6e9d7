"""Budgets, European money and the common FEDER indicators."""

from recompute.actions import BASES
from recompute.figures import Figure, Figures, Group, Place, everything, in_scope, percent
from recompute.texts import upper

FEDER = ("RCO13", "RCO14", "RCR11", "RCR12", "RCR13")
RATIOS = (
    ("budget_prevu", "budget_prevu_eur", None),
    ("taux_engagement", "montant_engage_eur", "budget_prevu_eur"),
    ("taux_paiement", "montant_paye_eur", "montant_engage_eur"),
)


def by_money(figures: Figures, place: Place, g: Group) -> None:
    scope = g.kept(in_scope)
    whole = scope.weigh(everything)
    for base, label in BASES:
        here = scope.kept(lambda f, b=base: f.row["base_montant"] == b)
        for code, top, bottom in RATIOS:
            giving = here.kept(
                lambda f, t=top, u=bottom: (
                    f.row[t] is not None and (u is None or f.row[u] is not None)
                )
            )
            if not giving.facts:
                continue
            amount = giving.weigh(everything, lambda f, t=top: f.row[t])
            value = amount
            den = giving.weigh(everything)
            coverage = percent(den, whole)
            if bottom:
                den = giving.weigh(everything, lambda f, u=bottom: f.row[u])
                value = percent(amount, den)
            figure = Figure(amount, den, value, len(giving.facts), coverage)
            figures.add(code, place, figure, label)


def european(figures: Figures, place: Place, g: Group, envelope: float) -> None:
    _cascade(figures, place, g, envelope)
    for code in FEDER:
        says = g.kept(
            lambda f, c=code: f.est_dans_perimetre and upper(f.row["indicateur"]).startswith(c)
        )
        gives = says.kept(lambda f: f.row["valeur_actuelle"] is not None)
        if says.facts:
            amount = gives.weigh(everything, lambda f: f.row["valeur_actuelle"])
            den, n = gives.weigh(everything), len(gives.facts)
            coverage = percent(den, says.weigh(everything))
            figure = Figure(amount, den, amount if n else None, n, coverage)
            figures.add("indicateurs_feder", place, figure, code)


def _cascade(figures: Figures, place: Place, g: Group, envelope: float) -> None:
    funded = g.kept(lambda f: f.est_dans_perimetre and f.row["europe"] is not None)
    if not funded.facts:
        return
    total, n_funded = funded.weigh(everything), len(funded.facts)
    amounts = {}
    for step in ("programme", "engage", "justifie", "paye"):
        column = f"{step}_eur"
        gives = funded.kept(lambda f, c=column: c in f.row["europe"])
        amount = gives.weigh(everything, lambda f, c=column: f.row["europe"][c])
        n, den = len(gives.facts), gives.weigh(everything)
        figure = Figure(amount, den, amount if n else None, n, percent(den, total))
        figures.add("cascade_europeenne", place, figure, step)
        amounts[step] = amount
    available = amounts["programme"]
    if place[0] == "region":
        available = envelope
        figure = Figure(available, total, available, n_funded, 100.0)
        figures.add("cascade_europeenne", place, figure, "enveloppe")
    programmed = any("programme_eur" in f.row["europe"] for _, f in funded.facts)
    rest = available - amounts["paye"] if programmed or place[0] == "region" else None
    paid = funded.weigh(lambda f: "paye_eur" in f.row["europe"])
    figure = Figure(rest, total, rest, n_funded, percent(paid, total))
    figures.add("cascade_europeenne", place, figure, "reste_a_concretiser")
