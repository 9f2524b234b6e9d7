"""Which texts of other territories are the nearest to a text: a reading aid, shown with both texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vigie.warehouse.specificity import place_pattern
from vigie.warehouse.terms import Terms


@dataclass(frozen=True)
class Text:
    """A text to compare: `owner` is the territory that wrote it."""

    key: str
    owner: str
    content: str


def nearest(
    wanted: Sequence[Text],
    candidates: Sequence[Text],
    places: Mapping[str, Sequence[str]],
    most: int,
    least: float,
) -> dict[str, list[tuple[str, float]]]:
    """For each text wanted, the keys of at most `most` candidates of other owners, the nearest first, with their
    likeness (0..1), `least` or more. `places` are the names that each owner's texts are stripped of: a text copied
    with its places changed is alike still. Texts without any term in common have no neighbour.
    """
    if not wanted or not candidates:
        return {}
    patterns = {owner: place_pattern(names) for owner, names in places.items()}

    def bare(text: Text) -> str:
        pattern = patterns.get(text.owner)
        return pattern.sub(" ", text.content) if pattern else text.content

    vectors = Terms.of([bare(text) for text in (*wanted, *candidates)]).vectors()
    alike = (vectors[: len(wanted)] @ vectors[len(wanted) :].T).tocsr()
    found = {}
    for place, text in enumerate(wanted):
        row = alike.getrow(place)
        near = [
            (candidates[column].key, round(float(value), 9))
            for column, value in zip(row.indices, row.data, strict=True)
            if value >= least and candidates[column].owner != text.owner
        ]
        if near:
            found[text.key] = sorted(near, key=lambda pair: (-pair[1], pair[0]))[:most]
    return found
