"""Small readings shared by the families."""

import functools
import unicodedata


@functools.cache
def plain(text: str | None) -> str:
    decomposed = unicodedata.normalize("NFKD", (text or "").lower())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).strip()


def upper(text: str | None) -> str:
    return (text or "").strip().upper()
