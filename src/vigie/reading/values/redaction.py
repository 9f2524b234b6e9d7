"""Removal of e-mail addresses and French phone numbers from every text, whoever wrote them and wherever."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vigie.reading.values.columns import holds

EMAIL_REMOVED = "[courriel retiré]"
PHONE_REMOVED = "[téléphone retiré]"

# A name before the @ has 64 characters at most; possessive, the rest is never read twice: linear on any text.
_EMAIL = re.compile(r"[\w.+'\-]{1,64}+\s?@\s?[\w\-]++(?:\.[\w\-]++)++")
_PHONE = re.compile(
    r"(?<![\d,.])(?:(?:\+|00)\s?33[\s.\-]?(?:\(0\)[\s.\-]?)?|0)[1-9](?:[\s.\-]?\d{2}){4}(?![\d,])"
)
# What Arrow can look for quickly; it finds a little more than the patterns above, never less.
_QUICK = r"@|[0-9]([\s.\-]?[0-9]){8}"


def redact(text: str) -> str:
    """The text with addresses and numbers replaced by a mention."""
    if "@" in text:
        text = _EMAIL.sub(EMAIL_REMOVED, text)
    return _PHONE.sub(PHONE_REMOVED, text)


def redact_column(array: pa.ChunkedArray) -> tuple[pa.ChunkedArray, np.ndarray]:
    """The column redacted, and a mask of the rows that changed."""
    nothing = np.zeros(len(array), dtype=bool)
    if not holds(array, _QUICK):
        return array, nothing
    suspects = pc.fill_null(pc.match_substring_regex(array, _QUICK), False)
    positions = np.flatnonzero(suspects)
    before = array.take(pa.array(positions)).to_pylist()
    after = [redact(text) for text in before]
    changed = nothing
    changed[positions] = [b != a for b, a in zip(before, after, strict=True)]
    replaced = pc.replace_with_mask(
        array.combine_chunks(), suspects.combine_chunks(), pa.array(after, array.type)
    )
    return pa.chunked_array([replaced]), changed
