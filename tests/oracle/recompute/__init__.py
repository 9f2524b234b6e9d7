"""Every indicator computed again, in plain Python on pandas frames, from raw rows and seeds alone.

Shares no code with the dbt project nor with the library. Written from the definitions: one function per family,
loops over groups.
"""

from recompute import actions, likeness, money, peers, reports_sent, territories
from recompute.figures import Figure, Figures, Key
from recompute.likeness import Words
from recompute.region import Region

__all__ = ["Figure", "Figures", "Key", "Region", "Words", "compute"]


def compute(region: Region, words: Words) -> Figures:
    """Every figure of the catalogue that the reports alone give."""
    figures = Figures()
    for key, group in region.groups.items():
        actions.by_status(figures, key, group)
        actions.by_progress(figures, key, group)
        actions.by_dates(figures, key, group, region.threshold["effectif_minimal_nb"])
        money.by_money(figures, key, group)
        money.european(figures, key, group, region.threshold["enveloppe_feder_numerique_eur"])
    territories.project(figures, region)
    territories.mix(figures, region)
    reports_sent.punctuality(figures, region)
    reports_sent.quality(figures, region)
    peers.peers(figures, region)
    likeness.specificity(figures, region, words)
    return figures
