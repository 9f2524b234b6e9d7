"""A territory beside those like it: the others only, told by a fresh report, of comparable age where it can be."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np

from recompute.figures import Figure, Figures, percent
from recompute.region import Region

FOLLOWED = (
    "avancement", "taux_demarrage", "taux_realisation", "taux_retard", "taux_blocage", "atteinte_cibles",
    "couverture_socles", "part_hors_socles",
)  # fmt: skip
SIZES = (20000, 50000, 100000)
Kind = Callable[[dict[str, Any]], tuple[Any, ...]]


def _size(t: dict[str, Any]) -> int:
    return sum(int(t["population_nb"]) >= size for size in SIZES)


# From the most alike to the whole region.
WIDER: tuple[Kind, ...] = (
    lambda t: (t["nature_code"], _size(t), t["typologie_densite"]),
    lambda t: (t["nature_code"], _size(t)),
    lambda t: (t["nature_code"],),
    lambda t: (),
)


def peers(figures: Figures, region: Region) -> None:
    home = _home(region)
    fewest = region.threshold["effectif_minimal_nb"]
    for (code, month), told in _values(figures, home).items():
        fresh = {s for s in told if _is_fresh(region, s, month)}
        for siren in told:
            group, compared = _group(region, home, siren, fresh, fewest)
            n = len(compared)
            figure = Figure(None, n, None, n, percent(n, len(group)))
            if n >= fewest:
                figure.quartile_bas, figure.valeur, figure.quartile_haut = (
                    float(q) for q in np.percentile([told[s] for s in compared], (25, 50, 75))
                )
            figures.add("comparaison_pairs", ("epci", siren, "tous", month), figure, code)


def compared_with(figures: Figures, region: Region, code: str, month: date) -> dict[str, list[str]]:
    """Those that each territory is compared with in that indicator and month."""
    home, fewest = _home(region), region.threshold["effectif_minimal_nb"]
    told = _values(figures, home)[code, month]
    fresh = {s for s in told if _is_fresh(region, s, month)}
    return {siren: _group(region, home, siren, fresh, fewest)[1] for siren in told}


def _home(region: Region) -> dict[str, dict[str, Any]]:
    return {s: t for s, t in region.territory.items() if t["perimetre_code"] == "coeur"}


def _values(
    figures: Figures, home: dict[str, dict[str, Any]]
) -> dict[tuple[str, date], dict[str, float]]:
    values: dict[tuple[str, date], dict[str, float]] = defaultdict(dict)
    for (code, mesh, siren, _, part, month), figure in figures.by_key.items():
        is_followed = code in FOLLOWED and part == "total" and mesh == "epci" and siren in home
        if is_followed and figure.valeur is not None:
            values[code, month][siren] = figure.valeur
    return values


def _is_fresh(region: Region, siren: str, month: date) -> bool:
    latest = region.latest(siren, month)
    return latest is not None and region.is_fresh(latest["jour"], month)


def _group(
    region: Region, home: dict[str, dict[str, Any]], siren: str, fresh: set[str], fewest: float
) -> tuple[set[str], list[str]]:
    """The others like `siren`, and those of them that it is compared with.

    First the narrowest kind with enough of them; then, within it, those of comparable age if they are enough.
    """
    for kind in WIDER:
        group = {s for s, t in home.items() if s != siren and kind(t) == kind(home[siren])}
        if len(group & fresh) >= fewest:
            break
    same_age = {s for s in group if _is_comparable(region, s, siren)}
    if len(same_age & fresh) >= fewest:
        group = same_age
    return group, sorted(group & fresh)


def _is_comparable(region: Region, a: str, b: str) -> bool:
    adoption, limit = region.adoption, region.threshold["pairs_age_mois"]
    if a not in adoption or b not in adoption:
        return False
    first, last = sorted((adoption[a], adoption[b]))
    months = 12 * (last.year - first.year) + last.month - first.month
    return months < limit or (months == limit and last.day <= first.day)


def by_chance(figure: Figure) -> tuple[float | None, float | None]:
    """Where a value may be by chance, in percent: the two shares that it is 1.96 deviations away from."""
    n = figure.denominateur
    if not n or figure.valeur is None:
        return None, None
    p, z2n = figure.valeur / 100, 1.96**2 / n
    low, high = sorted(np.roots([1 + z2n, -(2 * p + z2n), p * p]).real)
    return 100 * low, 100 * high
