"""What is a roadmap's own: the nearest action of another territory, and the places an action names.

Similarity is the cosine of TF-IDF vectors of titles and descriptions. It is a reading aid, shown with both texts
side by side; it never ranks.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from vigie.warehouse.terms import Terms, plain, words

# A term of more texts than this says nothing of one territory; it also bounds the cost per action.
MAX_TEXTS_PER_TERM = 400
CORE_TERM_WEIGHT = 0.5
BLOCK_ROWS = 1024
_COSINE_STEPS = 10**9
_TEXT_BITS = 23
_LAST_TEXT = (1 << _TEXT_BITS) - 1

# Only capitals tell a place from a word, and only a preposition tells Ham, Eu or Guise from a word so written.
_PLACE_PREPOSITION = r"(?:à|de|d'|d’|sur|vers|entre|et|ville de|commune de|gare de|port de)\s*"
WORDS_THAT_ARE_PLACES = frozenset([
    "albert", "ault", "aumont", "bois", "breuil", "bray", "chaulnes", "croix", "ferme", "fontaine", "guise", "la",
    "ham", "eu", "hem", "marle", "mer", "montagne", "nord", "orchies", "parc", "pont", "port", "roye", "rue",
    "sains", "saint", "trois", "ville", "vic", "vis", "somain", "place", "moulins",
])  # fmt: skip
_EPCI_PREFIX = re.compile(
    r"^(?:CC|CA|CU|ME|M[ée]tropole|Communaut[ée] (?:de communes|d'agglom[ée]ration|urbaine))\s+"
    r"(?:du|de la|de l'|des|de|d')?\s*",
    re.IGNORECASE,
)


def place_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern that finds those places in a text, None without any name.

    A name must be written with its capitals; one of three letters or less, or that is also a word (Ham, Eu,
    Guise), must also follow a preposition of place.
    """
    sure: list[str] = []
    doubtful: list[str] = []
    for name in sorted({n.strip() for n in names if n.strip()}, key=lambda n: (-len(n), n)):
        spelled = re.escape(name).replace(r"\-", "[- ]").replace(r"\ ", "[- ]").replace("'", "['’]")
        is_word = len(name) <= 3 or plain(name) in WORDS_THAT_ARE_PLACES
        (doubtful if is_word else sure).append(spelled)
    parts = []
    if sure:
        parts.append(rf"(?<!\w)(?:{'|'.join(sure)})(?!\w)")
    if doubtful:
        parts.append(rf"(?<!\w){_PLACE_PREPOSITION}(?:{'|'.join(doubtful)})(?!\w)")
    return re.compile("|".join(parts)) if parts else None


def epci_place(name: str) -> str:
    """The place an EPCI's name carries: `CA du Boulonnais` -> `Boulonnais`."""
    return _EPCI_PREFIX.sub("", name).strip()


def twins(
    texts: pd.DataFrame, places: pd.DataFrame, core_vocabulary: str, min_length: int
) -> pd.DataFrame:
    """The nearest action of another EPCI for each action, month after month, and whether it names its own places.

    `texts`: action_id, siren_epci, debut_num, fin_num (the months, both included, during which the action said
    this), texte, est_decrite (whether it says enough to name a place), structure_porteuse. `places`: siren_epci, nom
    (communes and EPCI names). `core_vocabulary`: text of the core themes, whose words count half. `min_length`:
    characters under which a text is not compared. Each month is compared by itself: words weigh what they weigh in
    the texts of that month, so that what comes later changes nothing of it. Returns one row per action and period
    without change: action_id, debut_num, fin_num, est_comparee, est_ancree (NA when not described),
    jumelle_action_id, ressemblance (0..1), est_mutualisee (the twin has the same carrier); the last three are NA when
    there is nothing to compare with.
    """
    texts = texts.sort_values(["action_id", "debut_num"], ignore_index=True)
    contents = texts["texte"].fillna("").astype(str)
    patterns = {siren: place_pattern(names) for siren, names in places.groupby("siren_epci")["nom"]}
    own = [patterns.get(siren) for siren in texts["siren_epci"]]
    pairs = list(zip(contents, own, strict=True))
    is_compared = (contents.str.len() >= min_length).to_numpy()
    is_anchored = np.array([bool(p and p.search(t)) for t, p in pairs], dtype=bool)
    # A text copied from a neighbour with the names of places changed is still a copy: places are not compared.
    compared = texts[is_compared].assign(
        document=[p.sub(" ", t) if p else t for (t, p), kept in zip(pairs, is_compared, strict=True) if kept]
    )  # fmt: skip
    periods = pd.concat(
        [_periods(compared, core_vocabulary), _without_twin(texts[~is_compared])], ignore_index=True
    )
    rows, others = periods["texte"].to_numpy(), periods["jumelle"].to_numpy()
    carriers = texts["structure_porteuse"].fillna("").map(lambda c: " ".join(words(c))).to_numpy()
    same = (carriers[rows] == carriers[others]) & (carriers[rows] != "")
    ids = texts["action_id"].to_numpy()
    is_described = texts["est_decrite"].to_numpy(dtype=bool)
    result = periods[["debut_num", "fin_num", "ressemblance"]].assign(
        action_id=ids[rows],
        est_comparee=is_compared[rows],
        est_ancree=pd.Series(is_anchored[rows], dtype="object").where(is_described[rows], pd.NA),
        jumelle_action_id=pd.Series(ids[others], dtype="object").where(others >= 0, pd.NA),
        est_mutualisee=pd.Series(same, dtype="object").where(others >= 0, pd.NA),
    )
    return result.sort_values(["action_id", "debut_num"], ignore_index=True)


def _without_twin(texts: pd.DataFrame) -> pd.DataFrame:
    return texts[["debut_num", "fin_num"]].assign(
        texte=texts.index.to_numpy(), jumelle=-1, ressemblance=np.nan
    )


def _periods(texts: pd.DataFrame, core_vocabulary: str) -> pd.DataFrame:
    """The nearest text of another EPCI for each text, period by period: rows of `texts` by their label, -1 for none."""
    terms = Terms.of(texts["document"].tolist())
    if not terms.names:
        return _without_twin(texts)
    core = set(words(core_vocabulary))
    weights = np.array([CORE_TERM_WEIGHT if name in core else 1.0 for name in terms.names])
    owners = pd.factorize(texts["siren_epci"])[0]
    first, last = texts["debut_num"].to_numpy(), texts["fin_num"].to_numpy()
    labels = np.append(texts.index.to_numpy(), -1)
    found = []
    for debut, fin, present in _stretches(first, last):
        nearest, values = _nearest_elsewhere(
            terms.vectors(weights, MAX_TEXTS_PER_TERM, present), owners[present]
        )
        found.append(
            pd.DataFrame(
                {
                    "texte": labels[present],
                    "jumelle": labels[np.where(nearest >= 0, present[nearest], -1)],
                    "debut_num": debut,
                    "fin_num": fin,
                    "ressemblance": values,
                }
            )
        )
    return _without_repeats(pd.concat(found, ignore_index=True))


def _stretches(first: np.ndarray, last: np.ndarray) -> Iterator[tuple[int, int, np.ndarray]]:
    """The months that follow each other with the same texts: the first, the last, and the rows present."""
    # A month has other texts than the one before when one begins, or ended then.
    starts = np.unique(np.concatenate([first, last + 1]))
    for debut, after in pairwise(starts.tolist()):
        present = np.flatnonzero((first <= debut) & (debut <= last))
        if present.size:
            yield debut, after - 1, present


def _nearest_elsewhere(vectors: csr_matrix, owners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each row, the row of another owner with the greatest cosine, -1 for none, and that cosine.

    Cosines are rounded to nine decimals; of equals, the first row. Both are compared as one integer, 30 bits of cosine
    and 23 of text, which is ten times faster than sorting.
    """
    transposed = vectors.T.tocsr()
    nearest = np.full(vectors.shape[0], -1, dtype=np.int64)
    values = np.full(vectors.shape[0], np.nan)
    for start in range(0, vectors.shape[0], BLOCK_ROWS):
        block = (vectors[start : start + BLOCK_ROWS] @ transposed).tocoo()
        is_elsewhere = owners[block.row + start] != owners[block.col]
        rows, others = block.row[is_elsewhere], block.col[is_elsewhere].astype(np.int64)
        near = np.rint(np.minimum(block.data[is_elsewhere], 1.0) * _COSINE_STEPS).astype(np.int64)
        if not rows.size:
            continue
        begins = np.flatnonzero(np.append(True, np.diff(rows) != 0))
        best = np.maximum.reduceat(near << _TEXT_BITS | (_LAST_TEXT - others), begins)
        nearest[rows[begins] + start] = _LAST_TEXT - (best & _LAST_TEXT)
        values[rows[begins] + start] = (best >> _TEXT_BITS) / _COSINE_STEPS
    return nearest, values


def _without_repeats(periods: pd.DataFrame) -> pd.DataFrame:
    """Consecutive periods of a text with the same answer, as one."""
    periods = periods.sort_values(["texte", "debut_num"], ignore_index=True)
    before = periods.shift()
    same = (periods["ressemblance"] == before["ressemblance"]) | (
        periods["ressemblance"].isna() & before["ressemblance"].isna()
    )
    same &= (periods["texte"] == before["texte"]) & (periods["jumelle"] == before["jumelle"])
    begins = np.flatnonzero(~same)
    ends = np.append(begins[1:], len(periods))[: len(begins)] - 1
    kept = periods.iloc[begins].reset_index(drop=True)
    return kept.assign(fin_num=periods["fin_num"].to_numpy()[ends])
