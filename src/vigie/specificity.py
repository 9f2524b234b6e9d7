"""What is a roadmap's own: the nearest action of another territory, and the places an action names.

Similarity is the cosine of TF-IDF vectors of titles and descriptions. It is a reading aid, shown with both texts
side by side; it never ranks.
"""

import re
import unicodedata
from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix, diags
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

# A term of more texts than this says nothing of one territory; it also bounds the cost per action.
MAX_TEXTS_PER_TERM = 400
MAX_SHARE_PER_TERM = 0.3
CORE_TERM_WEIGHT = 0.5
BLOCK_ROWS = 1024

_ELISION = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)['’]", re.IGNORECASE)
_WORD = re.compile(r"[a-z0-9]{2,}")
# Only capitals tell a place from a word, and only a preposition tells Ham, Eu or Guise from a word so written.
_PLACE_PREPOSITION = r"(?:à|de|d'|d’|sur|vers|entre|et|ville de|commune de|gare de|port de)\s*"
_COMMON_WORDS = frozenset(
    [
        "albert",
        "ault",
        "aumont",
        "bois",
        "breuil",
        "bray",
        "chaulnes",
        "croix",
        "ferme",
        "fontaine",
        "guise",
        "la",
        "ham",
        "eu",
        "hem",
        "marle",
        "mer",
        "montagne",
        "nord",
        "orchies",
        "parc",
        "pont",
        "port",
        "roye",
        "rue",
        "sains",
        "saint",
        "sains",
        "trois",
        "ville",
        "vic",
        "vis",
        "somain",
        "place",
        "moulins",
    ]
)
_EPCI_PREFIX = re.compile(
    r"^(?:CC|CA|CU|ME|M[ée]tropole|Communaut[ée] (?:de communes|d'agglom[ée]ration|urbaine))\s+"
    r"(?:du|de la|de l'|des|de|d')?\s*",
    re.IGNORECASE,
)
STOP_WORDS = frozenset(
    [
        "a",
        "afin",
        "ai",
        "ainsi",
        "alors",
        "apres",
        "au",
        "aucun",
        "aussi",
        "autre",
        "autres",
        "aux",
        "avant",
        "avec",
        "avoir",
        "car",
        "ce",
        "ceci",
        "cela",
        "celle",
        "celles",
        "celui",
        "ces",
        "cet",
        "cette",
        "ceux",
        "chaque",
        "chez",
        "comme",
        "comment",
        "contre",
        "dans",
        "de",
        "depuis",
        "des",
        "deux",
        "donc",
        "dont",
        "du",
        "elle",
        "elles",
        "en",
        "encore",
        "entre",
        "est",
        "et",
        "etaient",
        "etait",
        "etant",
        "etc",
        "ete",
        "etre",
        "eu",
        "eux",
        "faire",
        "fait",
        "font",
        "hors",
        "ici",
        "il",
        "ils",
        "je",
        "jusque",
        "la",
        "le",
        "les",
        "leur",
        "leurs",
        "lors",
        "lui",
        "ma",
        "mais",
        "meme",
        "memes",
        "mes",
        "mise",
        "moins",
        "mon",
        "ne",
        "ni",
        "nos",
        "notre",
        "nous",
        "on",
        "ont",
        "ou",
        "par",
        "parce",
        "pas",
        "permettre",
        "permet",
        "peu",
        "plus",
        "plusieurs",
        "pour",
        "pourra",
        "quand",
        "que",
        "quel",
        "quelle",
        "quelles",
        "quels",
        "qui",
        "sa",
        "sans",
        "se",
        "selon",
        "sera",
        "seront",
        "ses",
        "si",
        "soit",
        "son",
        "sont",
        "sous",
        "sur",
        "ta",
        "tous",
        "tout",
        "toute",
        "toutes",
        "tres",
        "trop",
        "un",
        "une",
        "vers",
        "via",
        "vos",
        "votre",
        "vous",
        "y",
        "action",
        "actions",
        "projet",
        "projets",
        "mettre",
        "place",
        "oeuvre",
        "territoire",
        "territoires",
        "intercommunal",
        "intercommunale",
    ]
)


def plain(text: str) -> str:
    """`text` in lower case, without accents nor elisions (`l'`, `d'`, `qu'`)."""
    text = _ELISION.sub(" ", text)
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


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
        is_word = len(name) <= 3 or plain(name) in _COMMON_WORDS
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
    actions: pd.DataFrame, places: pd.DataFrame, core_vocabulary: str, min_length: int
) -> pd.DataFrame:
    """The nearest action of another EPCI for each action, and whether it names a place of its own.

    `actions`: action_id, siren_epci, texte, structure_porteuse. `places`: siren_epci, nom (communes and EPCI
    names). `core_vocabulary`: text of the core themes, whose words count half. `min_length`: characters under
    which a text is not compared. Returns one row per action: action_id, est_comparee, est_ancree,
    jumelle_action_id, ressemblance (0..1), est_mutualisee (the twin has the same carrier); the last three are
    NA when there is nothing to compare with.
    """
    actions = actions.sort_values("action_id", ignore_index=True)
    texts = actions["texte"].fillna("").astype(str)
    patterns = {siren: place_pattern(names) for siren, names in places.groupby("siren_epci")["nom"]}
    own = [patterns.get(siren) for siren in actions["siren_epci"]]
    pairs = list(zip(texts, own, strict=True))
    result = pd.DataFrame(
        {
            "action_id": actions["action_id"],
            "est_comparee": texts.str.len() >= min_length,
            "est_ancree": [bool(p and p.search(t)) for t, p in pairs],
            "jumelle_action_id": pd.Series(pd.NA, index=actions.index, dtype="object"),
            "ressemblance": np.nan,
            "est_mutualisee": pd.Series(pd.NA, index=actions.index, dtype="object"),
        }
    )
    compared = np.flatnonzero(result["est_comparee"])
    # A text copied from a neighbour with the names of places changed is still a copy: places are not compared.
    documents = [
        pattern.sub(" ", text) if pattern else text
        for text, pattern in (pairs[i] for i in compared)
    ]
    vectors = _vectors(documents, core_vocabulary)
    if vectors is None:
        return result
    owners = pd.factorize(actions["siren_epci"].iloc[compared])[0]
    best, scores = _nearest_elsewhere(vectors, owners)
    found = np.flatnonzero(best >= 0)
    carriers = actions["structure_porteuse"].fillna("").map(lambda c: " ".join(words(c)))
    rows, others = compared[found], compared[best[found]]
    result.loc[rows, "jumelle_action_id"] = actions["action_id"].to_numpy()[others]
    result.loc[rows, "ressemblance"] = np.clip(np.round(scores[found], 9), 0.0, 1.0)
    same = (carriers.to_numpy()[rows] == carriers.to_numpy()[others]) & (
        carriers.to_numpy()[rows] != ""
    )
    result.loc[rows, "est_mutualisee"] = same
    return result


def _vectors(documents: list[str], core_vocabulary: str) -> csr_matrix | None:
    if len(documents) < 2:
        return None
    most = max(10, min(int(MAX_SHARE_PER_TERM * len(documents)), MAX_TEXTS_PER_TERM))
    vectorizer = TfidfVectorizer(analyzer=words, sublinear_tf=True, max_df=most, norm=None)
    try:
        counts = vectorizer.fit_transform(documents)
    except ValueError:  # no term is left: nothing can be compared
        return None
    core = set(words(core_vocabulary))
    weights = [
        CORE_TERM_WEIGHT if term in core else 1.0 for term in vectorizer.get_feature_names_out()
    ]
    return normalize(counts @ diags(weights)).tocsr()


def _nearest_elsewhere(vectors: csr_matrix, owners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each row, the row of another owner with the greatest cosine (-1 when none shares a term)."""
    rows = vectors.shape[0]
    best, scores = np.full(rows, -1, dtype=np.int64), np.zeros(rows)
    transposed = vectors.T.tocsr()
    for start in range(0, rows, BLOCK_ROWS):
        block = (vectors[start : start + BLOCK_ROWS] @ transposed).tocoo()
        here = block.row + start
        elsewhere = owners[here] != owners[block.col]
        here, others, values = here[elsewhere], block.col[elsewhere], block.data[elsewhere]
        order = np.lexsort((others, -np.round(values, 9), here))
        here, others, values = here[order], others[order], values[order]
        first = np.flatnonzero(np.diff(here, prepend=-1))
        best[here[first]], scores[here[first]] = others[first], values[first]
    return best, scores
