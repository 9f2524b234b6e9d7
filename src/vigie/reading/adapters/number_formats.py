"""What a spreadsheet shows for a number, by the code of its format: a prefix, padding zeros, a percentage, a date.

The number itself is never rounded: what is shown is read, not what a narrow format hides of it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

_LONGEST_CODE = 255
# A literal in quotes or after a backslash, a blank as wide as a letter, a fill, a bracket, the signs of a format.
_TOKEN = re.compile(
    r'"([^"]*)"?|\\(.)|_.|\*.|\[([^\]]*)\]|(AM/PM|A/P|E[+-]|[yY]+|[mM]+|[dD]+|[hH]+|[sS]+|[0#?]|[.,%/@])|(.)',
    re.DOTALL,
)
# « General » as other spreadsheets and other languages write it.
_USUAL = frozenset({"", "general", "@"})
_GENERAL = _USUAL | {"standard", "général", "estándar", "estandar", "standaard", "geral"}
_COMPARED = re.compile(r"(<=|>=|<>|=|<|>)\s*(-?\d+(?:\.\d+)?)")
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "<>": lambda a, b: a != b,
    "=": lambda a, b: a == b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
}
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_LAST_DAY = 2_958_465
# The sections for positive numbers, negative ones and zero; the next is for texts.
_OF_NUMBERS = 3
# What some signs of a format stand for is not known here: the number is read as it is.
_BEYOND = frozenset({"/", "E+", "E-", "@"})

Token = tuple[str, str]


@dataclass(frozen=True)
class _Section:
    """A part of a format: `kind` of a token is "literal", "sign" (of a format), or "elapsed" (hours, minutes).
    `is_blank`: nothing is displayed; a colour or a language alone leaves the number as it is."""

    tokens: tuple[Token, ...]
    condition: tuple[str, float] | None
    is_blank: bool

    def signs(self) -> str:
        return "".join(text for kind, text in self.tokens if kind == "sign")

    @property
    def is_date(self) -> bool:
        return any(kind == "elapsed" for kind, _ in self.tokens) or bool(
            re.search("[ymdhs]", self.signs(), re.IGNORECASE)
        )


def shown(value: float, code: str, is_1904: bool = False) -> str | None:
    """The text of the cell, "" when its format displays nothing, None when it adds nothing to the number (or cannot be
    told)."""
    word = code.strip().casefold()
    if word in _USUAL or len(code) > _LONGEST_CODE:
        return None
    if word in _GENERAL:
        # Its letters make other readers see a date.
        return f"{'-' * (value < 0)}{_digits(abs(value))}"
    sections = _sections(code)
    section, number = _chosen(sections, value)
    if section.is_blank:
        return ""
    if section.is_date:
        return _moment(value, section, is_1904)
    if any(text in _BEYOND for kind, text in section.tokens if kind == "sign"):
        return None
    return _number(number, section)


def hides_text(code: str) -> bool:
    """Whether the format of a cell displays nothing of a text: its fourth section is blank, as in `;;;`."""
    sections = _sections(code) if len(code) <= _LONGEST_CODE else ()
    return len(sections) > _OF_NUMBERS and sections[_OF_NUMBERS].is_blank


@lru_cache(maxsize=1_000)
def _sections(code: str) -> tuple[_Section, ...]:
    sections: list[list[Token]] = [[]]
    conditions: list[tuple[str, float] | None] = [None]
    dressed: list[bool] = [False]
    for quoted, escaped, bracket, sign, other in (m.groups() for m in _TOKEN.finditer(code)):
        if other == ";":
            sections.append([])
            conditions.append(None)
            dressed.append(False)
        elif bracket is not None:
            if compared := _COMPARED.fullmatch(bracket):
                conditions[-1] = (compared[1], float(compared[2]))
            elif _ELAPSED.fullmatch(bracket):
                sections[-1].append(("elapsed", bracket.lower()))
            else:
                dressed[-1] = True
                if bracket.startswith("$"):
                    sections[-1].append(("literal", bracket[1:].partition("-")[0]))
        elif sign is not None:
            sections[-1].append(("sign", sign))
        elif text := quoted or escaped or other:
            sections[-1].append(("literal", text))
    return tuple(
        _Section(_without_general(tokens), condition, not is_dressed and _is_blank(tokens))
        for tokens, condition, is_dressed in zip(sections, conditions, dressed, strict=True)
    )


def _is_blank(tokens: list[Token]) -> bool:
    return all(kind == "literal" and not text.strip() for kind, text in tokens)


def _without_general(tokens: list[Token]) -> tuple[Token, ...]:
    """« Standard" €" »: the word stands for the number, and no letter of it for a day or a second."""
    word, length = "", 0
    for kind, text in tokens:
        word, length = word + text, length + 1
        if word.casefold() in _GENERAL:
            return (("sign", "#"), ("sign", "."), ("sign", "#"), *tokens[length:])
        if kind == "elapsed":
            break
    return tuple(tokens)


def _chosen(sections: tuple[_Section, ...], value: float) -> tuple[_Section, float]:
    """The section that a number is shown by, and the number without a sign that the section writes itself."""
    for section in sections:
        if section.condition and _COMPARISONS[section.condition[0]](value, section.condition[1]):
            return section, value
    free = [section for section in sections if not section.condition]
    if len(free) < len(sections):
        return (free[0] if free else sections[-1]), value
    if value < 0 and len(free) > 1:
        return free[1], -value
    return (free[2] if value == 0 and len(free) > 2 else free[0]), value


def _number(value: float, section: _Section) -> str | None:
    places = [
        i for i, (kind, text) in enumerate(section.tokens) if kind == "sign" and text in "0#?"
    ]
    if not places:
        words = "".join(text for kind, text in section.tokens if kind == "literal").strip()
        return words if any(c.isalpha() for c in words) else None
    trailing = 0
    for kind, text in section.tokens[places[-1] + 1 :]:
        if (kind, text) != ("sign", ","):
            break
        trailing += 1
    scaled = value * 100 ** section.signs().count("%") / 1000**trailing
    whole, _, decimals = _digits(abs(scaled)).partition(".")
    point = next(
        (i for i, token in enumerate(section.tokens) if token == ("sign", ".")), len(section.tokens)
    )
    integer = [i for i in places if i < point]
    fraction = [i for i in places if i > point]
    required = [i for i in fraction if section.tokens[i][1] == "0"]
    decimals = decimals.ljust(len(required), "0")
    spread = _spread(whole, integer, section.tokens)
    text = ""
    for index, (kind, part) in enumerate(section.tokens):
        if kind == "literal" or part == "%":
            text += part
        elif index in spread:
            text += spread[index]
        elif index == point and not integer:
            text += whole
        if decimals and index == (fraction[0] if fraction else places[-1]):
            text += f".{decimals}"
    return f"-{text}".strip() if scaled < 0 else text.strip()


def _spread(whole: str, places: list[int], tokens: tuple[Token, ...]) -> dict[int, str]:
    """The digits of a whole number at the places of a format, the first place taking all that is left."""
    rest, found = whole if whole != "0" else "", {}
    for index in reversed(places):
        digit, rest = rest[-1:], rest[:-1]
        found[index] = digit or ("0" if tokens[index][1] == "0" else "")
    if places:
        found[places[0]] = rest + found[places[0]]
        if not any(found.values()):
            found[places[-1]] = "0"
    return found


def _digits(value: float) -> str:
    """A positive number in digits, without what binary arithmetic adds to it."""
    return f"{round(value, 10):.10f}".rstrip("0").rstrip(".")


def _moment(value: float, section: _Section, is_1904: bool) -> str | None:
    """A date as ISO, a month or a year when the cell shows no more, a time or a duration."""
    if not 0 <= value < _LAST_DAY:
        return None
    elapsed = [text for kind, text in section.tokens if kind == "elapsed"]
    if elapsed:
        minutes = round(value * 24 * 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    # Excel believes in a 29 February 1900.
    moment = (_EPOCH_1904 if is_1904 else _EPOCH) + timedelta(seconds=round(value * 86_400))
    signs = section.signs().lower()
    has_time = "h" in signs
    if "y" not in signs and "d" not in signs:
        return f"{moment:%H:%M}" if has_time else None
    if "d" not in signs and not has_time:
        return f"{moment:%m/%Y}" if "m" in signs else f"{moment:%Y}"
    return _iso(moment)


def _iso(moment: datetime) -> str:
    day: date = moment.date()
    return day.isoformat() if moment.time() == moment.min.time() else moment.isoformat(" ")
