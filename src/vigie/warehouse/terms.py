"""Texts as vectors of the words that carry meaning in them: what makes two of them alike.

The weights are TF-IDF's as scikit-learn defines them (sublinear, smoothed, of length one), which a test compares; its
import alone would take longer than the comparison of a region.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, diags

from vigie.text import without_accents

# A term of more texts than this share of them says nothing of one.
MAX_SHARE_PER_TERM = 0.3
_FEWEST_TEXTS = 10

_ELISION = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)['’]", re.IGNORECASE)
_WORD = re.compile(r"[a-z0-9]{2,}")
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


@dataclass(frozen=True)
class Terms:
    """How often each term is in each text, dampened: one row per text, one column per term, in order of `names`."""

    names: list[str]
    counts: csr_matrix

    @classmethod
    def of(cls, documents: Sequence[str]) -> "Terms":
        """The terms of these texts."""
        found = [words(document) for document in documents]
        names = sorted(set(chain.from_iterable(found)))
        columns = {name: column for column, name in enumerate(names)}
        indices = np.array([columns[word] for word in chain.from_iterable(found)], dtype=np.int64)
        ends = np.cumsum([0, *map(len, found)])
        shape = len(documents), len(names)
        counts = csr_matrix((np.ones(len(indices)), indices, ends), shape=shape)
        counts.sum_duplicates()
        counts.data = 1 + np.log(counts.data)
        return cls(names, counts)

    def vectors(
        self,
        weights: npt.NDArray[np.float64] | float = 1.0,
        most: float = np.inf,
        rows: npt.NDArray[np.int64] | slice = slice(None),
    ) -> csr_matrix:
        """TF-IDF vectors, of length one, of some `rows` compared together; a term of too many of them weighs nothing.

        `weights`: what each term counts for, `most`: in how many texts a term may be, whatever their number.
        """
        counts = self.counts[rows]
        texts_nb = counts.shape[0]
        texts_per_term = np.bincount(counts.indices, minlength=counts.shape[1])
        idf = (np.log((1 + texts_nb) / (1 + texts_per_term)) + 1) * weights
        idf[texts_per_term > max(_FEWEST_TEXTS, min(int(MAX_SHARE_PER_TERM * texts_nb), most))] = 0
        vectors = (counts @ diags(idf)).tocsr()
        vectors.eliminate_zeros()
        lengths = np.sqrt(vectors.multiply(vectors).sum(axis=1).A1)
        lengths[lengths == 0] = 1
        return (diags(1 / lengths) @ vectors).tocsr()
