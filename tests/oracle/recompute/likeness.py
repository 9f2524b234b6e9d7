"""Specificity again, by brute force: every text against every other, each month; places found by plain search."""

import functools
import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import date

import numpy as np

from recompute.figures import Ends, Fact, Figure, Figures, everything, fresh, mean, percent, share
from recompute.region import Region
from recompute.texts import plain

ELIDED = ("qu", "jusqu", "lorsqu", "puisqu", "quoiqu")
PREPOSITIONS = (
    "à", "de", "d'", "sur", "vers", "entre", "et", "ville de", "commune de", "gare de", "port de",
)  # fmt: skip
OF_THE_EPCI = re.compile(r"^(CC|CA|CU|ME|Métropole) ((du|de la|des|de) |de l'|d')?", re.IGNORECASE)


@dataclass(frozen=True)
class Words:
    """The two lists that are a matter of choice: words that say nothing, names of places that are also words."""

    empty: frozenset[str]
    places: frozenset[str]


@dataclass(frozen=True)
class Likeness:
    """What one action says at the end of one month about its own.

    `is_told`: it has a description, or a title long enough. `nearest`: its likeness to the nearest text of another
    EPCI, None where it is not compared. `is_shared`: with that twin, by the same carrier.
    """

    is_told: bool
    is_anchored: bool
    nearest: float | None
    is_shared: bool


def tokens(text: str, words: Words) -> list[str]:
    """The words that count, without accent nor final s or x."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    found = []
    for word, apostrophe in re.findall(r"([a-z0-9]+)(['’]?)", bare):
        if len(word) < 2 or (apostrophe and word in ELIDED) or word in words.empty:
            continue
        found.append(word[:-1] if len(word) > 3 and word[-1] in "sx" else word)
    return found


def without_places(text: str, names: list[str], words: Words) -> tuple[str, bool]:
    """`text` without the names of places written with their capitals, and whether there was any."""
    same = lambda t: t.replace("-", " ").replace("’", "'")  # noqa: E731
    flat = same(text)
    spans = []
    for name in names:
        at = flat.find(same(name))
        while at >= 0:
            end = at + len(name)
            start = _place_start(flat, at, end, len(name) <= 3 or plain(name) in words.places)
            if start is not None:
                spans.append((start, -(end - start), end))
            at = flat.find(same(name), at + 1)
    kept, upto = [], 0
    for start, _, end in sorted(spans):
        if start >= upto:
            kept.append(text[upto:start])
            upto = end
    return " ".join([*kept, text[upto:]]), bool(spans)


def _place_start(flat: str, at: int, end: int, is_doubtful: bool) -> int | None:
    """Where the mention begins: at the name, or at the preposition that a doubtful name needs."""
    is_word = lambda i: 0 <= i < len(flat) and (flat[i].isalnum() or flat[i] == "_")  # noqa: E731
    if is_word(end):
        return None
    if not is_doubtful:
        return None if is_word(at - 1) else at
    before = flat[:at].rstrip()
    starts = [len(before) - len(p) for p in PREPOSITIONS if before.endswith(p)]
    starts = [s for s in starts if not is_word(s - 1)]
    return min(starts) if starts else None


def _compare(documents: list[list[str]], core: set[str]) -> np.ndarray:
    """The cosine of each document with each other, words weighed by these documents."""
    count = len(documents)
    rarity = Counter(word for document in documents for word in set(document))
    most = max(10, min(int(0.3 * count), 400))
    index = {w: i for i, w in enumerate(sorted(w for w, df in rarity.items() if df <= most))}
    vectors = np.zeros((count, len(index)))
    for row, document in enumerate(documents):
        for word, times in Counter(document).items():
            if word in index:
                idf = math.log((1 + count) / (1 + rarity[word])) + 1
                weight = 0.5 if word in core else 1
                vectors[row, index[word]] = (1 + math.log(times)) * idf * weight
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(norms > 0, norms, 1)
    return np.round(vectors @ vectors.T, 9)


def likeness(region: Region, words: Words) -> dict[tuple[str, str, date], Likeness]:
    """For each territory, action and month, among the texts of that month."""
    names = {s: [OF_THE_EPCI.sub("", t["nom"]).strip()] for s, t in region.territory.items()}
    for commune in region.communes:
        names[commune["siren_epci"]].append(commune["nom"])
    core = {w for text in region.core_texts for w in tokens(text, words)}
    shortest = int(region.threshold["specificite_longueur_min_nb"])
    # A text lasts for months: it is read once.
    stripped = functools.cache(lambda siren, text: without_places(text, names[siren], words))
    document = functools.cache(lambda siren, text: tokens(stripped(siren, text)[0], words))
    carrier = functools.cache(lambda name: " ".join(tokens(name, words)))
    found = {}
    for month in region.months:
        shown = [
            f
            for siren in sorted(region.territory)
            for f in region.facts_of.get((siren, month), [])
            if not f.row["est_confidentielle"]
        ]
        shown.sort(key=lambda f: (f.siren, f.row["code_action"]))
        compared = [f for f in shown if _is_told(f, shortest) and len(_text(f)) >= shortest]
        nearest = _nearest(compared, [document(f.siren, _text(f)) for f in compared], core)
        for f in shown:
            score, twin = nearest.get((f.siren, f.row["code_action"]), (None, None))
            own = carrier(f.row["structure_porteuse"] or "")
            is_shared = (
                twin is not None and own == carrier(twin.row["structure_porteuse"] or "") != ""
            )
            is_anchored = stripped(f.siren, _text(f))[1]
            found[f.siren, f.row["code_action"], month] = Likeness(
                _is_told(f, shortest), is_anchored, score, is_shared
            )
    return found


def _nearest(
    facts: list[Fact], documents: list[list[str]], core: set[str]
) -> dict[tuple[str, str], tuple[float, Fact | None]]:
    """The highest likeness of each with a text of another EPCI, and that twin; nothing without another EPCI."""
    owners = np.array([f.siren for f in facts])
    if len(set(owners)) < 2:
        return {}
    cosines = _compare(documents, core)
    cosines[owners[:, None] == owners[None, :]] = 0
    best = cosines.argmax(axis=1)
    return {
        (f.siren, f.row["code_action"]): (
            min(1.0, float(cosines[i, best[i]])),
            facts[best[i]] if cosines[i, best[i]] > 0 else None,
        )
        for i, f in enumerate(facts)
    }


def _is_told(f: Fact, shortest: int) -> bool:
    return bool((f.row["descriptif"] or "").strip()) or len(f.row["intitule"]) >= shortest


def _text(f: Fact) -> str:
    return f"{f.row['intitule']}. {f.row['descriptif'] or ''}".strip()


def specificity(figures: Figures, region: Region, words: Words) -> None:
    """Specificity, anchoring, shared actions; and the fifth of the region a territory falls in, never its rank."""
    said = likeness(region, words)
    of = lambda f: said[f.siren, f.row["code_action"], f.mois]  # noqa: E731
    means: dict[tuple[str, date], list[float]] = {}
    home = {
        s: t["region_code"] for s, t in region.territory.items() if t["perimetre_code"] == "coeur"
    }
    for place, group in region.groups.items():
        shown = group.kept(lambda f: not f.row["est_confidentielle"])
        if not shown.facts:
            continue
        # What is shared with a twin by one carrier is out of the mean, not missing from it.
        own = shown.kept(lambda f: not of(f).is_shared)
        proper = lambda f: None if of(f).nearest is None else 1 - of(f).nearest  # noqa: E731
        figure = mean(own, proper, _anywhere)
        compared = shown.kept(lambda f: of(f).nearest is not None)
        covered = compared.weigh(everything)
        figure.couverture_pct = percent(compared.weigh(fresh), shown.weigh(everything))
        figures.add("specificite", place, figure)
        if place[0] == "epci" and place[1] in home and figure.valeur is not None:
            means.setdefault((home[place[1]], place[3]), []).append(figure.valeur)
        named = lambda f: of(f).is_anchored if of(f).is_told else None  # noqa: E731
        anchored = share(shown, named, _anywhere)
        told = shown.weigh(lambda f: of(f).is_told and f.est_fraiche)
        anchored.couverture_pct = percent(told, shown.weigh(everything))
        figures.add("specificite", place, anchored, "ancrage")
        shared = compared.weigh(lambda f: of(f).is_shared)
        figure = Figure(shared, covered, percent(shared, covered), len(compared.facts))
        figure.couverture_pct = percent(compared.weigh(fresh), shown.weigh(everything))
        figures.add("specificite", place, figure, "mutualisees")
    _fifths(figures, means, home, region.threshold["effectif_minimal_nb"])


def _anywhere(_: Fact, x: float | None) -> Ends:
    """A text is what it is however old, though an old one is no news; without one, anything from 0 to 1."""
    return (0, 1) if x is None else (x, x)


def _fifths(
    figures: Figures,
    means: dict[tuple[str, date], list[float]],
    home: dict[str, str],
    fewest: float,
) -> None:
    for (code, mesh, siren, theme, part, month), figure in list(figures.by_key.items()):
        if (code, mesh, part) == ("specificite", "epci", "total") and figure.valeur is not None:
            others = means.get((home.get(siren, ""), month), [])
            if len(others) < fewest:
                continue
            below = sum(1 for v in others if v < figure.valeur - 1e-12)
            fifth = Figure(None, figure.n_nb, 1 + 5 * below // len(others), figure.n_nb, 100.0)
            figures.add("specificite", (mesh, siren, theme, month), fifth, "quintile")
