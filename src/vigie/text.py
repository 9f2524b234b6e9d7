"""Keys for exact matching of labels, identifiers made from them, and the characters that no text may hold."""

import re
import unicodedata
from collections.abc import Collection

# Every apostrophe, quote mark and dash that a keyboard, a word processor or another country writes for one of ours.
_SIGNS = str.maketrans(
    dict.fromkeys(
        "\u2018\u2019\u201a\u201b\u2032\u02b9\u02bb\u02bc\u02bd\u02c8\u00b4\u0060\uff07\uff40", "'"
    )
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\u02ba\uff02", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\u02d7\ufe58\ufe63\uff0d", "-")
    | dict.fromkeys("\u2044\u2215\uff0f", "/")
    | dict.fromkeys("\uff05\ufe6a", "%")
)
# What stands for a blank, and what shows nothing: left by a web page, a PDF, a word processor, a right-to-left text.
_BLANKS = re.compile("[\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u2800\u3000\u3164\uffa0]")
_NOTHING = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
    # Between two emojis it makes them one.
    "|\u200d(?![\u2190-\u2bff\U0001f000-\U0001faff])"
)
# Letters written apart from their accents, as macOS does in names; a few accents, so that no text takes long.
_DECOMPOSED = re.compile("[A-Za-z][\u0300-\u036f]{1,3}(?![\u0300-\u036f])")
# The bytes of all those in UTF-8, by what they begin with.
_ODD_BYTES = tuple(
    (start.encode("latin-1"), re.compile(f"{start}[{ends}]".encode("latin-1")))
    for start, ends in (
        ("\xc2", "\xa0\xad"),
        ("\xcc", "\x80-\xbf"),
        ("\xcd", "\x80-\xaf"),
        ("\xd8", "\x9c"),
        ("\xe1\x85", "\x9f\xa0"),
        ("\xe1\x9a", "\x80"),
        ("\xe1\x9e", "\xb4\xb5"),
        ("\xe1\xa0", "\x8b-\x8f"),
        ("\xe2\x80", "\x80-\x8f\xa8-\xaf"),
        ("\xe2\x81", "\x9f-\xaf"),
        ("\xe2\xa0", "\x80"),
        ("\xe3\x80", "\x80"),
        ("\xe3\x85", "\xa4"),
        ("\xef\xbb", "\xbf"),
        ("\xef\xbe", "\xa0"),
        ("\xef\xbf", "\xb9-\xbb"),
        ("\xf3\xa0", "\x80\x81"),
    )
)
# What a spreadsheet takes for the beginning of a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# What nobody sees beside letters: the marks of emojis in a label.
_UNSEEN = re.compile("[\u200d\ufe00-\ufe0f]")


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


def plain_blanks(text: str) -> str:
    """The text with every blank made ordinary, without what shows nothing, letters put with their accents."""
    if text.isascii():
        return text
    text = _NOTHING.sub("", _BLANKS.sub(" ", text))
    return _DECOMPOSED.sub(lambda found: unicodedata.normalize("NFC", found[0]), text)


def holds_odd_blanks(content: bytes) -> bool:
    """Whether UTF-8 bytes may hold what `plain_blanks` would change."""
    # One byte is looked for ten times faster than several, and most files lack those.
    return any(
        start[:1] in content and odd.search(content) is not None for start, odd in _ODD_BYTES
    )


def plain_signs(text: str) -> str:
    """The text with every apostrophe, quote mark, dash, slash and percent sign made that of a keyboard."""
    return text.replace("`", "'") if text.isascii() else text.translate(_SIGNS)


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

    Case, accents, kind of apostrophe, quote or dash, what nobody sees, repeated or surrounding blanks and a trailing
    colon or star do not count; everything else does: this is exact matching, never likeness.
    """
    plain = without_accents(_UNSEEN.sub("", plain_signs(plain_blanks(label))).casefold())
    return re.sub(r"\s+", " ", plain).strip().rstrip(":*").strip()


_LONGEST_CHOICE = 120
_KEYCAP = "\u20e3"
# Emojis and other symbols, numbers in a circle, their shades; not the boxes and crosses that deny what they stand by.
_MARKS = frozenset({"So", "No", "Sk"})
_BULLETS = frozenset("-–—•·‣⁃→⇒√*>#")
_DENIALS = frozenset("☐✗✘")
# « 1 - En cours », « 2.1. Bloqué », « (3) Réalisé », « [4] », « iv. », « b) »; at the end « (3) », « [3] », « - 3 ».
_RANK_BEFORE = re.compile(
    r"[(\[]?(?:[0-2]?\d(?:\.\d{1,2}){0,2}|[ivx]{1,4}|[a-f](?=\)))\s?[.)\]/:°_|>–—-]{1,2}",
    re.IGNORECASE,
)
_RANK_AFTER = re.compile(r"(?:\(\d\)|\[\d\]|[–—-]\s?\d)$")


def known_key(label: str, known: Collection[str]) -> str:
    """The key under which `known` holds a choice among listed values: its `alias_key`, else that of the same words
    without what decorates them (an emoji, a tick, a bullet, a number). Its `alias_key` when neither is known."""
    key = alias_key(label)
    if key in known or len(label) > _LONGEST_CHOICE:
        return key
    bare = _without_marks(_UNSEEN.sub("", label).replace(_KEYCAP, ")"))
    bare = _RANK_AFTER.sub("", bare[_end_of_rank(bare) :])
    undecorated = alias_key(_without_marks(bare).rstrip(" .,;!…"))
    return undecorated if undecorated in known else key


def _end_of_rank(text: str) -> int:
    found = _RANK_BEFORE.match(text)
    return found.end() if found else 0


def _without_marks(text: str) -> str:
    start, end = 0, len(text)
    while start < end and _is_mark(text[start]):
        start += 1
    while end > start and _is_mark(text[end - 1]):
        end -= 1
    return text[start:end]


def _is_mark(sign: str) -> bool:
    if sign in _DENIALS:
        return False
    return sign.isspace() or sign in _BULLETS or unicodedata.category(sign) in _MARKS


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
