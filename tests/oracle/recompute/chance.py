"""Whether chance explains that a territory is behind its peers in a mean: all their actions, dealt again at random."""

from datetime import date

import numpy as np

from recompute.figures import Fact, Figures, Read
from recompute.peers import compared_with
from recompute.region import Region

# The followed indicators that are means; the others are shares, of which an interval is known.
MEANS: dict[str, Read] = {
    "avancement": lambda f: f.taux,
    "atteinte_cibles": lambda f: f.atteinte if f.row["est_ciblee"] else None,
}
DEALS = 4000


def likelihood(figures: Figures, region: Region, code: str, siren: str, month: date) -> float:
    """How often, were every action anybody's, the territory would be at least as far behind the mean of its peers.

    Each territory is dealt as many actions as it has of its own.
    """
    sirens = [siren, *compared_with(figures, region, code, month)[siren]]
    hands = [_told(region.facts_of.get((one, month), []), MEANS[code]) for one in sirens]
    ends = np.cumsum([len(hand) for hand in hands])[:-1]
    every = np.concatenate(hands)
    draw = np.random.default_rng(int(siren))
    gaps = [_gap(np.split(draw.permutation(every), ends)) for _ in range(DEALS)]
    # The deal that happened is one of them.
    return float((1 + np.count_nonzero(np.array(gaps) <= _gap(hands) + 1e-9)) / (1 + DEALS))


def _told(facts: list[Fact], read: Read) -> np.ndarray:
    values = (read(f) for f in facts if f.est_dans_perimetre)
    return np.array([value for value in values if value is not None], dtype=float)


def _gap(hands: list[np.ndarray]) -> float:
    own, *others = (float(hand.mean()) for hand in hands if len(hand))
    return own - sum(others) / len(others)
