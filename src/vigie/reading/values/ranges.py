"""A day told by a range or a bound: « 2025-2027 », « mars à juin 2026 », « d'ici fin 2026 ». Pure functions on text."""

import re
from collections.abc import Iterator
from datetime import date

from vigie.reading.values.scalars import LONGEST_DATE, read_date
from vigie.text import alias_key

_PERIOD = "LEC-DATE-PERIODE"
_LINK = re.compile(r" ?(?:-|/) ?| (?:a|au|et|jusqu'(?:a|au|en)) ")
_OPENING = re.compile(r"^(?:de |du |d'|entre )")
_YEAR = re.compile(r"\b20\d{2}$")
_WORD = re.compile(r"[a-z]")
_START = re.compile(r"(?:a partir|a compter|depuis|des)(?: (?:de|du))? (?:d')?(?:le )?(.+)")
# « d'ici juin », « avant 2027 »: which day ends them cannot be told.
_CLEAR_END = re.compile(r"(?:au plus tard|jusqu'(?:a|au|en))(?: (?:en|a))?(?: la)?(?: le)? (.+)")
_VAGUE_END = re.compile(r"(?:d'ici|avant|pour)(?: a)?(?: la)?(?: le)? (fin .+|\d{1,2}[-/. ].+)")


def read_when(text: str, is_end: bool) -> tuple[date | None, str]:
    """What `read_date` gives; else, of a range, its last day for an end and its first for a start; of a bound, its day
    in the column that it bounds. The code of the remark is that of a period."""
    day, code = read_date(text, is_end)
    if day is not None or len(text) > LONGEST_DATE:
        return day, code
    told = alias_key(text)
    day = _bound(told, is_end)
    if day is None:
        ranges = set(_ranges(told))
        day = ranges.pop()[is_end] if len(ranges) == 1 else None
    return day, _PERIOD if day else ""


def _bound(told: str, is_end: bool) -> date | None:
    patterns = (_CLEAR_END, _VAGUE_END) if is_end else (_START,)
    found = next((match for pattern in patterns if (match := pattern.fullmatch(told))), None)
    return read_date(found[1], is_end)[0] if found else None


def _ranges(told: str) -> Iterator[tuple[date, date]]:
    """Each way to read a text as two moments, the first in the year of the second when it says none."""
    told = _OPENING.sub("", told)
    for link in _LINK.finditer(told):
        first, last = told[: link.start()], told[link.end() :]
        end, _ = read_date(last, is_end=True)
        year = _YEAR.search(last)
        if year and not _YEAR.search(first) and _WORD.search(first):
            first = f"{first} {year[0]}"
        start, _ = read_date(first, is_end=False)
        if start and end and start <= end:
            yield start, end
