"""How figures, dates and words are written for French readers: narrow spaces, comma, long dates."""

import math
from datetime import date
from typing import Any

NARROW_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"
MISSING = "n.\u00a0d."
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet",
    "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def is_missing(value: Any) -> bool:
    """True for None and NaN."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def number(value: float | None, decimals: int = 0) -> str:
    """`1234.5` -> `1 234,5`; a missing value is written `n. d.`, a whole one has no decimals."""
    if is_missing(value):
        return MISSING
    assert value is not None
    text = f"{value:,.{0 if value == int(value) else decimals}f}"
    if text.lstrip("-0.") == "":
        text = text.lstrip("-")
    return text.replace("-", "\u2212").replace(",", NARROW_SPACE).replace(".", ",")


def percent(value: float | None, decimals: int = 0) -> str:
    """A percentage given on 0..100: `45.2` -> `45 %`."""
    return MISSING if is_missing(value) else number(value, decimals) + NARROW_SPACE + "%"


def points(value: float | None) -> str:
    """A signed gap between two percentages: `3.2` -> `+3,2 points`."""
    if is_missing(value):
        return MISSING
    assert value is not None
    gap = round(value, 1)
    unit = "point" if abs(gap) < 2 else "points"
    return f"{'+' if gap > 0 else ''}{number(gap, 1)}{NO_BREAK_SPACE}{unit}"


def euros(value: float | None) -> str:
    """An amount in euros, in millions from one million on: `1,2 M€`, `12 345 €`."""
    if is_missing(value):
        return MISSING
    assert value is not None
    if abs(value) >= 1_000_000:
        return number(value / 1_000_000, 1) + NO_BREAK_SPACE + "M€"
    return number(value) + NO_BREAK_SPACE + "€"


def measure(value: float | None, unit: str) -> str:
    """A value written with the unit code of `seeds/indicateurs.csv`: pct, nb, jours, eur, indice."""
    if unit == "pct":
        return percent(value)
    if unit == "eur":
        return euros(value)
    if unit == "jours":
        return counted(value, "jour", "jours")
    return number(value, 2 if unit == "indice" else 0)


def counted(value: float | None, one: str, many: str) -> str:
    """`3 actions`, `1 action`, `0 action`: French counts up to two as singular."""
    if is_missing(value):
        return MISSING
    assert value is not None
    return number(value) + NO_BREAK_SPACE + (one if abs(value) < 2 else many)


def covered(count: float | None, whole: float | None) -> str:
    """`67 territoires sur 90 ont leur feuille de route`, `1 territoire sur 90 a sa feuille de route`."""
    among = f"sur {number(whole)}"
    return counted(
        count,
        f"territoire {among} a sa feuille de route",
        f"territoires {among} ont leur feuille de route",
    )


def day(value: date | None) -> str:
    """`1er mars 2026`, `23 novembre 2026`; a missing date is `sans date`."""
    if is_missing(value) or value is None or value != value:
        return "sans date"
    first = "1er" if value.day == 1 else str(value.day)
    return f"{first}{NO_BREAK_SPACE}{MONTHS[value.month - 1]}{NO_BREAK_SPACE}{value.year}"


def short_day(value: date | None) -> str:
    """`23/11/2026`, or `n. d.`."""
    if value is None or value != value:
        return MISSING
    return value.strftime("%d/%m/%Y")


def month(value: date | None) -> str:
    """`novembre 2026`, or `n. d.`."""
    if value is None or value != value:
        return MISSING
    return f"{MONTHS[value.month - 1]}{NO_BREAK_SPACE}{value.year}"


def of_month(value: date | None) -> str:
    """The month after `de`: `d'octobre 2026`, `de mars 2026`."""
    text = month(value)
    return f"d’{text}" if text[0] in "ao" else f"de {text}"


def place(sheet: str | None, line: int) -> str:
    """`feuille « Actions », ligne 3`; a file without sheets has lines alone."""
    return f"feuille « {sheet} », ligne {line}" if sheet else f"ligne {line}"


def cut(text: str, length: int) -> str:
    """The text, its end replaced by an ellipsis when it is longer than `length`."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def span(days: float) -> str:
    """A lapse of time as one says it: `12 jours`, `7 mois`, `1 an et 3 mois`."""
    months = round(days / 30.44)
    if months < 2:
        return counted(days, "jour", "jours")
    if months < 18:
        return f"{months}{NO_BREAK_SPACE}mois"
    years, left = divmod(months, 12)
    told = counted(years, "an", "ans")
    return f"{told} et {left}{NO_BREAK_SPACE}mois" if left else told


def among(count: float | None, one: str, many: str) -> str:
    """What a share is taken of: `sur 1 852 actions`."""
    return f"sur {counted(count, one, many)}"


def weight(octets: int) -> str:
    """The size of a file: `48 ko`, `1,2 Mo`."""
    if octets < 1_000_000:
        return f"{number(max(1, round(octets / 1000)))}{NO_BREAK_SPACE}ko"
    return f"{number(octets / 1_000_000, 1)}{NO_BREAK_SPACE}Mo"
