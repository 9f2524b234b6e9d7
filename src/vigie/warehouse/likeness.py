"""Which texts of other territories are the nearest to a text: a reading aid, shown with both texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sklearn.feature_extraction.text import TfidfVectorizer

from vigie.warehouse.specificity import MAX_SHARE_PER_TERM, place_pattern, words


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

    vectorizer = TfidfVectorizer(
        analyzer=words, sublinear_tf=True, max_df=_too_common(len(wanted) + len(candidates))
    )
    try:
        vectors = vectorizer.fit_transform([bare(text) for text in (*wanted, *candidates)])
    except ValueError:  # no term is left: nothing can be compared
        return {}
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


def _too_common(texts_nb: int) -> float | int:
    """The share of texts, or their number when they are few, beyond which a term says nothing."""
    return max(10, int(MAX_SHARE_PER_TERM * texts_nb))
