"""Keys for exact matching of labels, identifiers made from them, and the characters that no text may hold."""

import re
import unicodedata

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "\u00a0": " ", "\u202f": " "})


# Control characters but tabs and line ends, halves of characters, and what Unicode says is none: no export takes them.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
# The line breaks of other tools: words must not be glued together.
_BREAKS = "\x0b\x0c\x85"


class _WithoutAccents(dict[int, str]):
    """What `str.translate` needs to drop accents, learnt as characters are met.

    One character at a time: normalised whole, a text of nothing but accents takes the square of its length.
    """

    def __missing__(self, code: int) -> str:
        parts = unicodedata.normalize("NFKD", chr(code))
        self[code] = "".join(c for c in parts if not unicodedata.combining(c))
        return self[code]


_PLAIN = _WithoutAccents()


def without_accents(text: str) -> str:
    """The text with each letter that bears an accent made bare, and ligatures of compatibility undone."""
    return text if text.isascii() else text.translate(_PLAIN)


def without_controls(text: str) -> str:
    """The text without the characters that no tool can show or keep; a line break of another tool becomes a blank."""
    # What is printable, nearly everything, is told in one look.
    if text.isprintable():
        return text
    return _UNWANTED.sub(lambda found: " " if found[0] in _BREAKS else "", text)


def count_controls(text: str) -> int:
    """How many characters `without_controls` takes away or replaces."""
    return 0 if text.isprintable() else len(_UNWANTED.findall(text))


def alias_key(label: str) -> str:
    """The form under which a label written by a person is compared with the aliases of the seeds.

    Case, accents, kind of apostrophe, repeated or surrounding blanks and a trailing colon or star do not count;
    everything else does: this is exact matching, never likeness.
    """
    plain = without_accents(label.translate(_APOSTROPHES).casefold())
    return re.sub(r"\s+", " ", plain).strip().rstrip(":*").strip()


def slug(label: str) -> str:
    """An identifier without accents or punctuation: `Économie bleue` -> `economie_bleue`."""
    return re.sub(r"[^a-z0-9]+", "_", alias_key(label)).strip("_")


_NUMBERING = re.compile(r"^\(?(?:\d{1,2}|[ivx]{1,4}|[a-z])[.)] ?(?=[a-z])")
# A guillemet stays: a title that is quoted is spoken of, it heads nothing.
_WORD = re.compile(r"[^\W_]+|%|€|«|\{n\}")
_LINKS = frozenset({"d", "de", "des", "du", "en", "l", "la", "le", "les"})
_CURRENCY = frozenset({"eu", "eur", "euro", "euros"})
_SHORTEST_PLURAL = 4


def header_key(label: str) -> str:
    """The words of a header, without what varies from one hand to another: case, accents, punctuation and underscores,
    numbering, plurals, « de la ». `Date_de_demarrage`, « 3. Dates du démarrage » -> `date demarrage`.
    """
    plain = re.sub(r"[(·.-](?:s|e|es|e·s)\b\)?", "", _NUMBERING.sub("", alias_key(label)))
    words = ["€" if word in _CURRENCY else word for word in _WORD.findall(plain)]
    return " ".join(_singular(word) for word in words if word not in _LINKS)


def _singular(word: str) -> str:
    return word[:-1] if len(word) >= _SHORTEST_PLURAL and word[-1] in "sx" else word
