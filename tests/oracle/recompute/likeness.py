"""Specificity again, by brute force: every text against every other, each month; places found by plain search."""

import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import date

import numpy as np

from recompute.figures import Fact, Figure, Figures, Group, everything, percent
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
    """What one action says at the end of one month about its own: None without any twin."""

    is_compared: bool
    is_anchored: bool
    score: float | None
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


def _compare(documents: list[list[str]], is_last: np.ndarray, core: set[str]) -> np.ndarray | None:
    """The cosine of each document with each other, words weighed by the documents of the last month."""
    last = [d for d, kept in zip(documents, is_last, strict=True) if kept]
    rarity = Counter(word for document in last for word in set(document))
    most = max(10, min(int(0.3 * len(last)), 400))
    index = {w: i for i, w in enumerate(sorted(w for w, df in rarity.items() if df <= most))}
    if len(last) < 2 or not index:
        return None
    vectors = np.zeros((len(documents), len(index)))
    for row, document in enumerate(documents):
        for word, times in Counter(document).items():
            if word in index:
                idf = math.log((1 + len(last)) / (1 + rarity[word])) + 1
                vectors[row, index[word]] = (
                    (1 + math.log(times)) * idf * (0.5 if word in core else 1)
                )
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(norms > 0, norms, 1)
    return np.round(vectors @ vectors.T, 9)


def likeness(region: Region, words: Words) -> dict[tuple[str, str, date], Likeness]:
    """For each territory, action and month."""
    names = {s: [OF_THE_EPCI.sub("", t["nom"]).strip()] for s, t in region.territory.items()}
    for commune in region.communes:
        names[commune["siren_epci"]].append(commune["nom"])
    core = {w for text in region.core_texts for w in tokens(text, words)}
    shortest = region.threshold["specificite_longueur_min_nb"]
    texts: dict[tuple[str, str, str, str], list[date]] = {}
    for facts in region.facts_of.values():
        for f in facts:
            if not f.row["est_confidentielle"]:
                texts.setdefault(_text(f), []).append(f.mois)
    keys = sorted(texts)
    stripped = [without_places(k[2], names[k[0]], words) for k in keys]
    compared = [i for i, k in enumerate(keys) if len(k[2]) >= shortest]
    present = {m: np.array([m in texts[keys[i]] for i in compared], bool) for m in region.months}
    documents = [tokens(stripped[i][0], words) for i in compared]
    cosines = _compare(documents, present[region.months[-1]], core)
    if cosines is not None:
        owners = np.array([keys[i][0] for i in compared])
        cosines[owners[:, None] == owners[None, :]] = 0
    carriers = [" ".join(tokens(k[3], words)) for k in keys]
    found = {
        (k[0], k[1], m): Likeness(False, stripped[i][1], None, False)
        for i, k in enumerate(keys) for m in texts[k]
    }  # fmt: skip
    for month in region.months:
        for row, i in enumerate(compared):
            if not present[month][row]:
                continue
            score, is_shared = None, False
            if cosines is not None:
                here = np.where(present[month], cosines[row], 0)
                best = int(here.argmax())
                if here[best] > 0:
                    score = min(1.0, float(here[best]))
                    is_shared = carriers[i] == carriers[compared[best]] != ""
            found[keys[i][0], keys[i][1], month] = Likeness(True, stripped[i][1], score, is_shared)
    return found


def _text(f: Fact) -> tuple[str, str, str, str]:
    text = f"{f.row['intitule']}. {f.row['descriptif'] or ''}".strip()
    return f.siren, f.row["code_action"], text, f.row["structure_porteuse"] or ""


def specificity(figures: Figures, region: Region, words: Words) -> None:
    """Likeness, anchoring, shared actions; and the fifth of the region a territory falls in, never its rank."""
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
        compared = shown.kept(lambda f: of(f).is_compared)
        own = compared.kept(lambda f: not of(f).is_shared)
        coverage = percent(compared.weigh(everything), shown.weigh(everything))
        mean = _mean_score(own, of)
        mean.couverture_pct = coverage
        figures.add("specificite", place, mean)
        if place[0] == "epci" and place[1] in home and mean.valeur is not None:
            means.setdefault((home[place[1]], place[3]), []).append(mean.valeur)
        anchored, whole = shown.weigh(lambda f: of(f).is_anchored), shown.weigh(everything)
        figure = Figure(anchored, whole, percent(anchored, whole), len(shown.facts), 100.0)
        figures.add("specificite", place, figure, "ancrage")
        shared, base = compared.weigh(lambda f: of(f).is_shared), compared.weigh(everything)
        figure = Figure(shared, base, percent(shared, base), len(compared.facts), coverage)
        figures.add("specificite", place, figure, "mutualisees")
    for (code, mesh, siren, theme, part, month), figure in list(figures.by_key.items()):
        if (code, mesh, part) == ("specificite", "epci", "total") and figure.valeur is not None:
            others = means.get((home.get(siren, ""), month), [])
            if len(others) < region.threshold["effectif_minimal_nb"]:
                continue
            below = sum(1 for v in others if v < figure.valeur - 1e-12)
            fifth = Figure(None, figure.n_nb, 1 + 5 * below // len(others), figure.n_nb, 100.0)
            figures.add("specificite", (mesh, siren, theme, month), fifth, "quintile")


def _mean_score(own: Group, of: object) -> Figure:
    den = own.weigh(everything)
    total = own.weigh(everything, lambda f: of(f).score or 0)  # type: ignore[operator]
    return Figure(total, den, total / den if den else None, len(own.facts))
