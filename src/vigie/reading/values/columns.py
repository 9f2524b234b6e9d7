"""Reading of whole columns: each different text is read once, whatever the number of rows."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from vigie.reading.values.ranges import read_when
from vigie.reading.values.scalars import is_plain_percent, read_amount, read_percent
from vigie.text import alias_key, known_key

Text: TypeAlias = pa.ChunkedArray
Mask = npt.NDArray[np.bool_]
Notes = dict[str, Mask]

TEXT = pa.large_string()
_PLAIN_AMOUNT = "^-?([0-9]{1,15}|[0-9]{1,3}( [0-9]{3}){1,4})([.,][0-9]{1,2})?[ ]*€?$"


def unique_texts(array: Text) -> tuple[list[str], npt.NDArray[np.int64]]:
    """The different texts of a column and, per row, the index of its text (-1 when blank)."""
    encoded = array.combine_chunks().dictionary_encode()
    indices = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    return encoded.dictionary.to_pylist(), indices.astype(np.int64)


def per_unique(
    array: Text, read: Callable[[str], Any], default: Any, dtype: Any
) -> npt.NDArray[Any]:
    """`read` applied to each different text and spread over the rows; `default` where blank."""
    texts, indices = unique_texts(array)
    values = np.array([*(read(text) for text in texts), default], dtype=dtype)
    return values[indices]


def without_marks(array: Text, marks: Collection[str]) -> Text:
    """The column with conventional "nothing" (NR, NC, a dash...) made blank; no mark holds a digit."""
    longest = 2 + max(len(mark) for mark in marks)
    short = array.filter(pc.less_equal(pc.utf8_length(array), longest))
    candidates = pc.unique(short.filter(pc.match_substring_regex(short, "^[^0-9]+$"))).to_pylist()
    found = [text for text in candidates if alias_key(text) in marks]
    if not found:
        return array
    return pc.if_else(
        pc.is_in(array, pa.array(found, array.type)), pa.scalar(None, array.type), array
    )


def without_percent(array: Text) -> Text:
    """The column without the percent sign after a number: the unit of a measure has a column of its own."""
    if not pc.any(pc.match_substring(array, "%")).as_py():
        return array
    return pc.replace_substring_regex(array, "([0-9]) *%$", "\\1")


def holds(array: Text, pattern: str) -> bool:
    """Whether a pattern may be in a column, looked for in all its text at once rather than row by row.

    Never wrong when it says no; a match across two rows makes it say yes.
    """
    for chunk in array.chunks:
        _, offsets, data = chunk.buffers()
        if data is None or not len(chunk):
            continue
        first_and_last = np.frombuffer(offsets, np.int64)[[chunk.offset, chunk.offset + len(chunk)]]
        bounds = pa.py_buffer(first_and_last.tobytes())
        whole = pa.LargeStringArray.from_buffers(1, bounds, data)
        if pc.match_substring_regex(whole, pattern)[0].as_py():
            return True
    return False


def read_labels(array: Text, known: Mapping[str, Any]) -> Text:
    """Labels replaced by what their `known_key` means; blank when unknown."""
    texts, indices = unique_texts(array)
    codes = pa.array([*(known.get(known_key(text, known)) for text in texts), None], TEXT)
    return pa.chunked_array([codes.take(pa.array(np.where(indices < 0, len(texts), indices)))])


def read_dates(array: Text, is_end: bool) -> tuple[npt.NDArray[np.datetime64], Notes]:
    """Days (`datetime64[D]`, NaT where blank or unreadable) and the remarks on how they were read."""
    texts, indices = unique_texts(array)
    read = [read_when(text, is_end) for text in texts]
    days = np.array([*(day for day, _ in read), None], dtype="datetime64[D]")
    return days[indices], _notes([code for _, code in read], indices)


def read_amounts(array: Text, in_euros: bool = True) -> tuple[npt.NDArray[np.float64], Notes]:
    """Amounts, or measures (`float64`, NaN where blank or unreadable), and the remarks on how they were read."""
    plain = pc.fill_null(pc.match_substring_regex(array, _PLAIN_AMOUNT), False)
    digits = pc.if_else(plain, array, pa.scalar(None, array.type))
    for mark, digit in ((" ", ""), ("€", ""), (",", ".")):
        if pc.any(pc.match_substring(digits, mark)).as_py():
            digits = pc.replace_substring(digits, mark, digit)
    amounts = pc.cast(digits, pa.float64()).to_numpy()
    rest = pc.if_else(plain, pa.scalar(None, array.type), array)
    if rest.null_count == len(rest):
        return amounts, {}
    texts, indices = unique_texts(rest)
    read = [read_amount(text, in_euros) for text in texts]
    others = np.array([*(value for value, _ in read), None], dtype=np.float64)[indices]
    return np.where(np.isnan(amounts), others, amounts), _notes([c for _, c in read], indices)


def read_percents(
    array: Text, reports: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float64], Notes, Mask]:
    """Progress in percent (`float64`), remarks per row, and the rows of columns read as fractions of 1.

    `reports` numbers the report of each row from 0: `0,45` can only be told from `0,45 %` by the rest of its
    column. All between 0 and 1: fractions. Beside numbers above 1: kept as written, and said. `1` among zeros
    alone: kept and said.
    """
    texts, indices = unique_texts(array)
    read = [read_percent(text) for text in texts]
    values = np.array([*(value for value, _ in read), None], dtype=np.float64)[indices]
    has_sign = np.array([*(sign for _, sign in read), False], dtype=bool)[indices]
    is_plain = ~has_sign & ~np.isnan(values)
    within = is_plain & (values > 0) & (values < 1)
    has_fraction = _any_per_report(within, reports)
    has_above = _any_per_report(is_plain & (values > 1), reports)
    fractions = is_plain & (has_fraction & ~has_above)[reports]
    ambiguous = within & has_above[reports]
    ambiguous |= is_plain & (values == 1) & (~has_above & ~has_fraction)[reports]
    read_values = np.where(fractions, np.round(values * 100, 10), values)
    in_words = [
        value is not None and not is_plain_percent(text)
        for text, (value, _) in zip(texts, read, strict=True)
    ]
    notes = {"LEC-TAUX-AMBIGU": ambiguous, "LEC-TAUX-LU": np.array([*in_words, False])[indices]}
    return read_values, notes, fractions


def _any_per_report(mask: Mask, reports: npt.NDArray[np.int64]) -> Mask:
    size = int(reports.max()) + 1 if len(reports) else 0
    return np.bincount(reports[mask], minlength=size) > 0


def _notes(codes: list[str], indices: npt.NDArray[np.int64]) -> Notes:
    noted = np.array([*codes, ""], dtype=object)
    return {code: (noted == code)[indices] for code in sorted(set(codes) - {""})}
