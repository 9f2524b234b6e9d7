"""Keys for exact matching of labels, and identifiers made from them."""

import re
import unicodedata

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "\u00a0": " ", "\u202f": " "})


def alias_key(label: str) -> str:
    """The form under which a label written by a person is compared with the aliases of the seeds.

    Case, accents, kind of apostrophe, repeated or surrounding blanks and a trailing colon or star do not count;
    everything else does: this is exact matching, never likeness.
    """
    plain = label.translate(_APOSTROPHES).casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain)
        plain = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"\s+", " ", plain).strip().rstrip(":*").strip()


def slug(label: str) -> str:
    """An identifier without accents or punctuation: `Économie bleue` -> `economie_bleue`."""
    return re.sub(r"[^a-z0-9]+", "_", alias_key(label)).strip("_")
