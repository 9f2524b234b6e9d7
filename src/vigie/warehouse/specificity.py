"""What is a roadmap's own: the nearest action of another territory, and the places an action names.

Similarity is the cosine of TF-IDF vectors of titles and descriptions. It is a reading aid, shown with both texts
side by side; it never ranks.
"""

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix, diags
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from vigie.text import without_accents

# A term of more texts than this says nothing of one territory; it also bounds the cost per action.
MAX_TEXTS_PER_TERM = 400
MAX_SHARE_PER_TERM = 0.3
CORE_TERM_WEIGHT = 0.5
BLOCK_ROWS = 1024
_COSINE_STEPS = 10**9
_TEXT_BITS = 23

_ELISION = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)['’]", re.IGNORECASE)
_WORD = re.compile(r"[a-z0-9]{2,}")
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
STOP_WORDS = frozenset([
    "a", "afin", "ai", "ainsi", "alors", "apres", "au", "aucun", "aussi", "autre", "autres", "aux", "avant", "avec",
    "avoir", "car", "ce", "ceci", "cela", "celle", "celles", "celui", "ces", "cet", "cette", "ceux", "chaque",
    "chez", "comme", "comment", "contre", "dans", "de", "depuis", "des", "deux", "donc", "dont", "du", "elle",
    "elles", "en", "encore", "entre", "est", "et", "etaient", "etait", "etant", "etc", "ete", "etre", "eu", "eux",
    "faire", "fait", "font", "hors", "ici", "il", "ils", "je", "jusque", "la", "le", "les", "leur", "leurs", "lors",
    "lui", "ma", "mais", "meme", "memes", "mes", "mise", "moins", "mon", "ne", "ni", "nos", "notre", "nous", "on",
    "ont", "ou", "par", "parce", "pas", "permettre", "permet", "peu", "plus", "plusieurs", "pour", "pourra",
    "quand", "que", "quel", "quelle", "quelles", "quels", "qui", "sa", "sans", "se", "selon", "sera", "seront",
    "ses", "si", "soit", "son", "sont", "sous", "sur", "ta", "tous", "tout", "toute", "toutes", "tres", "trop",
    "un", "une", "vers", "via", "vos", "votre", "vous", "y", "action", "actions", "projet", "projets", "mettre",
    "place", "oeuvre", "territoire", "territoires", "intercommunal", "intercommunale",
])  # fmt: skip


def plain(text: str) -> str:
    """`text` in lower case, without accents nor elisions (`l'`, `d'`, `qu'`)."""
    text = _ELISION.sub(" ", text)
    return without_accents(text.casefold())


def words(text: str) -> list[str]:
    """The words of `text` that carry meaning, plurals folded."""
    found = _WORD.findall(plain(text))
    return [w[:-1] if len(w) > 3 and w[-1] in "sx" else w for w in found if w not in STOP_WORDS]


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
    this), texte, structure_porteuse. `places`: siren_epci, nom (communes and EPCI names). `core_vocabulary`: text
    of the core themes, whose words count half. `min_length`: characters under which a text is not compared.
    Words weigh what they weigh in the texts of the last month, so that only texts move a likeness. Returns one row
    per action and period without change: action_id, debut_num, fin_num, est_comparee, est_ancree,
    jumelle_action_id, ressemblance (0..1), est_mutualisee (the twin has the same carrier); the last three are NA
    when there is nothing to compare with.
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
    result = periods[["debut_num", "fin_num", "ressemblance"]].assign(
        action_id=ids[rows],
        est_comparee=is_compared[rows],
        est_ancree=is_anchored[rows],
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
    is_last = (texts["fin_num"] == texts["fin_num"].max()).to_numpy()
    vectors = _vectors(texts["document"].tolist(), is_last, core_vocabulary)
    if vectors is None:
        return _without_twin(texts)
    months = texts[["debut_num", "fin_num"]].to_numpy(dtype=np.int64)
    owners = pd.factorize(texts["siren_epci"])[0]
    found = _nearest_elsewhere(vectors, owners, months)
    labels = np.append(texts.index.to_numpy(), -1)
    return found.assign(texte=labels[found["texte"]], jumelle=labels[found["jumelle"]])


def _vectors(documents: list[str], is_last: np.ndarray, core_vocabulary: str) -> csr_matrix | None:
    last = [text for text, kept in zip(documents, is_last, strict=True) if kept]
    if len(last) < 2:
        return None
    most = max(10, min(int(MAX_SHARE_PER_TERM * len(last)), MAX_TEXTS_PER_TERM))
    vectorizer = TfidfVectorizer(analyzer=words, sublinear_tf=True, max_df=most, norm=None)
    try:
        vectorizer.fit(last)
    except ValueError:  # no term is left: nothing can be compared
        return None
    core = set(words(core_vocabulary))
    weights = [
        CORE_TERM_WEIGHT if term in core else 1.0 for term in vectorizer.get_feature_names_out()
    ]
    return normalize(vectorizer.transform(documents) @ diags(weights)).tocsr()


def _nearest_elsewhere(vectors: csr_matrix, owners: np.ndarray, months: np.ndarray) -> pd.DataFrame:
    """For each row and each of its months, the row of another owner with the greatest cosine in that month.

    `months`: first and last month of each row. One line per row and period with the same answer: texte, jumelle
    (-1 when none shares a term), debut_num, fin_num, ressemblance.
    """
    first, last = months[:, 0], months[:, 1]
    calendar = np.arange(first.min(), last.max() + 1)
    is_present = (calendar >= first[:, None]) & (calendar <= last[:, None])
    transposed = vectors.T.tocsr()
    found = []
    for start in range(0, vectors.shape[0], BLOCK_ROWS):
        block = (vectors[start : start + BLOCK_ROWS] @ transposed).tocoo()
        here, others = block.row, block.col
        rows = here + start
        met = (owners[rows] != owners[others]) & (first[rows] <= last[others])
        met &= first[others] <= last[rows]
        here, others, values = _nearest_first(here[met], others[met], block.data[met])
        present = is_present[start : start + BLOCK_ROWS]
        best = _best_each_month(here, others, present, is_present)
        found.append(_runs(best, present, others, values, start, calendar[0]))
    return pd.concat(found, ignore_index=True)


def _nearest_first(
    here: np.ndarray, others: np.ndarray, values: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Candidates by row of the block, the nearest first, equals by their own row; cosines rounded to nine decimals.

    The three keys are sorted as one integer, which is ten times faster: 10 bits of row, 30 of cosine, 23 of text.
    """
    far = _COSINE_STEPS - np.rint(np.minimum(values, 1.0) * _COSINE_STEPS).astype(np.int64)
    packed = here.astype(np.int64) << 53 | far << _TEXT_BITS | others
    packed.sort()
    far = packed >> _TEXT_BITS & (1 << 30) - 1
    others = packed & (1 << _TEXT_BITS) - 1
    return packed >> 53, others, (_COSINE_STEPS - far) / _COSINE_STEPS


def _best_each_month(
    here: np.ndarray, others: np.ndarray, present: np.ndarray, is_present: np.ndarray
) -> np.ndarray:
    """For each row of a block and month, the position in `others` of its first candidate present, -1 for none.

    `here`: the row of each candidate; a row's candidates follow each other, the nearest first.
    """
    best = np.full(present.shape, -1, dtype=np.int64)
    wanted = present.copy()
    cursor = np.searchsorted(here, np.arange(len(present)))
    end = np.append(cursor[1:], len(here))
    active = np.flatnonzero(cursor < end)
    while active.size:
        candidate = cursor[active]
        taken = wanted[active] & is_present[others[candidate]]
        best[active] = np.where(taken, candidate[:, None], best[active])
        wanted[active] &= ~taken
        cursor[active] += 1
        active = active[(cursor[active] < end[active]) & wanted[active].any(axis=1)]
    return best


def _runs(
    best: np.ndarray, present: np.ndarray, others: np.ndarray, values: np.ndarray, start: int, origin: int
) -> pd.DataFrame:  # fmt: skip
    rows, columns = np.nonzero(present)
    chosen = best[rows, columns]
    is_new = np.append(True, (np.diff(rows) != 0) | (np.diff(chosen) != 0))
    begins = np.flatnonzero(is_new)
    ends = np.append(begins[1:], len(rows)) - 1
    chosen = chosen[begins]
    has_twin = chosen >= 0
    return pd.DataFrame(
        {
            "texte": rows[begins] + start,
            "jumelle": np.where(has_twin, np.append(others, -1)[chosen], -1),
            "debut_num": columns[begins] + origin,
            "fin_num": columns[ends] + origin,
            "ressemblance": np.where(has_twin, np.clip(np.append(values, np.nan)[chosen], 0.0, 1.0), np.nan),
        }
    )  # fmt: skip
