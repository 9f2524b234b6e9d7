"""Reading of one value as a person writes it: a date, an amount, a percentage, a SIREN. Pure functions on text.

Each gives the value (None when it cannot be read without a guess) and the code of the remark its reading deserves ("").
"""

import calendar
import re
from datetime import date, timedelta

from stdnum import luhn

from vigie.text import alias_key, plain_signs

_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T]\d{1,2}:\d{2}.*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?: \d{1,2}:\d{2}.*)?")
_SHORT_YEAR = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{2})(?: \d{1,2}:\d{2}.*)?")
_MONTH = re.compile(r"(\d{1,2})[-/. ](\d{4})")
_ISO_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
# « 12 mars 2024 », « 1er mars 2024 », « 12-mars-24 », « 31-déc.-26 » and what a spreadsheet in English writes.
_NAMED_DAY = re.compile(
    r"(\d{1,2})(?:er)?[-/. ]{0,2}([a-z]{3,9})[-/., ]{1,3}(\d{2}|\d{4})(?:,? (?:a )?\d{1,2} ?[:h].*)?"
)
# « December 31, 2026 », as tools in English export.
_MONTH_THEN_DAY = re.compile(
    r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?, (\d{4})(?:,? \d{1,2}:.*)?"
)
_NAMED_MONTH = re.compile(r"([a-z]{3,9})[-/., ]{1,3}(\d{2}|\d{4})")
# « mardi 12 mars 2024 », « mar. 12/03/2024 », « le 12 mars ».
_WEEKDAY = re.compile(
    r"(?:le )?(?:(?:lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)[a-z]{0,7}[., ]{1,3})?(?:le )?(?=\d)"
)
_PERIOD = re.compile(
    r"(?:(?P<kind>[tsq]|trimestre |semestre ) ?(?P<rank>[1-4])|(?P<rank_first>[1-4])(?:er|re|e|eme|nd|nde)? ?"
    r"(?P<name>trimestre|semestre|[tsq]))(?:(?: de| -|[ /-])? ?(?P<year>20\d{2})|[ /-](?P<short>2\d))"
)
# « 2026 T4 », « 2026-Q4 », « 2026 (S2) ».
_YEAR_FIRST = re.compile(r"(20\d{2}) ?[-/(]? ?([tsq] ?[1-4])\)?")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_PART = re.compile(r"(debut|courant|fin)(?: de l'annee| d'annee| annee| de| du)? (.+)")
_RANKS = {"premier": "1er", "deuxieme": "2e", "second": "2e", "troisieme": "3e", "quatrieme": "4e"}
_RANK = re.compile(rf"({'|'.join(_RANKS)})(?= (?:trimestre|semestre)\b)")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
LONGEST_DATE = 100
_SPREADSHEET_EPOCH = date(1899, 12, 30)
_SERIALS = range(20_000, 80_000)
_YEARS = range(1900, 2200)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan january",
            "fevrier fevr fev february feb",
            "mars mar march",
            "avril avr april apr",
            "mai may",
            "juin jun june",
            "juillet juil jul july",
            "aout aou august aug",
            "septembre sept sep september",
            "octobre oct october",
            "novembre nov november",
            "decembre dec december",
        ),
        start=1,
    )
    for name in names.split()
}


def read_date(text: str, is_end: bool) -> tuple[date | None, str]:
    """A day written in French or ISO order, in words, or as a spreadsheet serial number; it must exist.

    A month or a year alone is its last day when the field is an end, its first day when it is a start; `fin 2025`
    is read as an end alone, `début 2025` as a start alone.
    """
    if len(text) > LONGEST_DATE:
        return None, ""
    text = plain_signs(text)
    if match := _ISO.fullmatch(text):
        return _day(match[1], match[2], match[3]), ""
    if match := _DAY_FIRST.fullmatch(text):
        return _day(match[3], match[2], match[1]), ""
    if match := _SHORT_YEAR.fullmatch(text):
        return _noted(_day("20" + match[3], match[2], match[1]), "LEC-ANNEE-COURTE")
    if match := _MONTH.fullmatch(text):
        return _noted(_month(int(match[2]), int(match[1]), is_end), "LEC-DATE-MOIS")
    if match := _ISO_MONTH.fullmatch(text):
        return _noted(_month(int(match[1]), int(match[2]), is_end), "LEC-DATE-MOIS")
    if _YEAR.fullmatch(text):
        return _noted(_month(int(text), 12 if is_end else 1, is_end), "LEC-DATE-ANNEE")
    if _SERIAL.fullmatch(text) and int(float(text)) in _SERIALS:
        return _SPREADSHEET_EPOCH + timedelta(days=int(float(text))), "LEC-DATE-SERIE"
    return _in_words(alias_key(text), is_end)


def _in_words(text: str, is_end: bool) -> tuple[date | None, str]:
    """A day, a month, a quarter or a part of them that words tell; `text` is an `alias_key`."""
    text = _RANK.sub(lambda match: _RANKS[match[1]], text)
    text = _YEAR_FIRST.sub(r"\2 \1", text) if _YEAR_FIRST.fullmatch(text) else text
    if match := _PERIOD.fullmatch(text):
        return _noted(_period(match, is_end), "LEC-DATE-PERIODE")
    if match := _PART.fullmatch(text):
        return _part(match[1], match[2], is_end)
    if match := _NAMED_DAY.fullmatch(text):
        month = str(_MONTHS.get(match[2], 0))
        if len(match[3]) == 2:
            return _noted(_day("20" + match[3], month, match[1]), "LEC-ANNEE-COURTE")
        return _day(match[3], month, match[1]), ""
    if match := _MONTH_THEN_DAY.fullmatch(text):
        return _day(match[3], str(_MONTHS.get(match[1], 0)), match[2]), ""
    if match := _NAMED_MONTH.fullmatch(text):
        year = int(match[2]) if len(match[2]) == 4 else 2000 + int(match[2])
        return _noted(_month(year, _MONTHS.get(match[1], 0), is_end), "LEC-DATE-MOIS")
    start = _WEEKDAY.match(text)
    return read_date(text[start.end() :], is_end) if start and start.end() else (None, "")


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day)) if int(year) in _YEARS else None
    except ValueError:
        return None


def _month(year: int, month: int, is_end: bool) -> date | None:
    if year not in _YEARS or not 1 <= month <= 12:
        return None
    return date(year, month, calendar.monthrange(year, month)[1] if is_end else 1)


def _period(match: re.Match[str], is_end: bool) -> date | None:
    """The first or the last day of a quarter or of a half-year."""
    is_quarter = (match["kind"] or match["name"])[0] != "s"
    rank, months = int(match["rank"] or match["rank_first"]), 3 if is_quarter else 6
    if rank * months > 12:
        return None
    year = int(match["year"] or "20" + match["short"])
    return _month(year, rank * months if is_end else (rank - 1) * months + 1, is_end)


def _part(which: str, whole: str, is_end: bool) -> tuple[date | None, str]:
    """The end of a month, a quarter or a year for an end, the beginning for a start: the other way round is vague."""
    if which == ("debut" if is_end else "fin"):
        return None, ""
    day, code = read_date(whole, is_end)
    if code == "LEC-DATE-ANNEE":
        return day, "LEC-DATE-PERIODE"
    return (day, code) if code in ("LEC-DATE-MOIS", "LEC-DATE-PERIODE") else (None, "")


def _noted(day: date | None, code: str) -> tuple[date | None, str]:
    return (day, code) if day else (None, "")


_BLANKS = re.compile(r"\s+")
_AMOUNT = re.compile(
    r"(?P<sign>-?)(?P<number>\d[\d.,]*)(?P<scale>k|m)?(?:€|eur|euros?)?(?P<base>ht|ttc)?"
)
_DECIMAL = re.compile(r"\d+(?:[.,]\d+)?")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_AMBIGUOUS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_CURRENCY_FIRST = re.compile(r"^(?:€|euros?|eur) ?(?=\d)")
_LEADING = re.compile(r"-?[\d ]*\d")
_SPACED = re.compile(r"-?\d{1,3}(?: \d{3})+")
_LONGEST_AMOUNT = 100
_SCALES = {"k": 1e3, "m": 1e6}


def read_amount(text: str, in_euros: bool = True) -> tuple[float | None, str]:
    """An amount in euros: `1 234,56 €`, `12.5`, `1.234,56`, `45 k€`. A range or an estimate cannot be read.

    Euros have no thousandths: `30.000` is thirty thousand. A measure (`in_euros` False) may well have three decimals.
    """
    spaced = _CURRENCY_FIRST.sub("", _BLANKS.sub(" ", plain_signs(text).strip().casefold()))
    # Blanks may only stand between thousands: "2 5" or "200 500" glued together would make up a number.
    if len(spaced) > _LONGEST_AMOUNT:
        return None, ""
    digits = _LEADING.match(spaced)
    if digits and " " in digits[0] and not _SPACED.fullmatch(digits[0]):
        return None, ""
    match = _AMOUNT.fullmatch(spaced.replace(" ", ""))
    if match is None:
        return None, ""
    number, code = match["number"], ""
    if _AMBIGUOUS.fullmatch(number):
        whole_euros = in_euros and not match["scale"]
        has_thousands = whole_euros and "." in number
        value = float(number.replace(".", "") if has_thousands else number.replace(",", "."))
        # Thousands of euros and measures have thousandths: there a comma is the French decimal mark.
        code = "LEC-MONTANT-AMBIGU" if whole_euros or "." in number else ""
    elif _DECIMAL.fullmatch(number):
        value = float(number.replace(",", "."))
    elif _GROUPED.fullmatch(number):
        marks = number.translate(str.maketrans("", "", "0123456789"))
        thousands = marks[0]
        value = float(number.replace(thousands, "").replace(",", "."))
    else:
        return None, ""
    if match["scale"]:
        value = round(value * _SCALES[match["scale"]], 2)
        code = code or "LEC-MONTANT-ECHELLE"
    elif match["base"]:
        code = code or "LEC-MONTANT-BASE"
    return (-value if match["sign"] else value), code


_PERCENT = re.compile(r"(-?\d+(?:[.,]\d+)?)(%?)")
# « ~50 % », « environ 50 % », « 50 pour cent », « 50 %* ».
_ABOUT = re.compile(r"(?:~|≈|±|env\.|environ|pres de|a)?(\d+(?:[.,]\d+)?)(?:%|pour-?cents?)[.*]?")
_SHARE = re.compile(r"(\d{1,4})/(\d{1,4})")


def read_percent(text: str) -> tuple[float | None, bool]:
    """The number of a percentage as written, and whether it tells that it is one: by its sign, in words, as a share
    (`3/4`)."""
    if len(text) > _LONGEST_AMOUNT:
        return None, False
    bare = _BLANKS.sub("", plain_signs(text))
    if match := _PERCENT.fullmatch(bare):
        return float(match[1].replace(",", ".")), bool(match[2])
    if (match := _SHARE.fullmatch(bare)) and 0 < int(match[2]) >= int(match[1]):
        return round(100 * int(match[1]) / int(match[2]), 2), True
    if match := _ABOUT.fullmatch(_BLANKS.sub("", alias_key(bare))):
        return float(match[1].replace(",", ".")), True
    return None, False


def is_plain_percent(text: str) -> bool:
    """Whether a percentage is a number alone or with its sign, as nearly all are."""
    return _PERCENT.fullmatch(_BLANKS.sub("", plain_signs(text))) is not None


def read_siren(text: str) -> tuple[str | None, str]:
    """The nine digits of a SIREN, taken from a SIRET too; None without nine digits that check."""
    digits = re.sub(r"[\s.\-]", "", text.removesuffix(".0"))
    if not digits.isascii() or not digits.isdigit() or len(digits) not in (9, 14):
        return None, ""
    siren = digits[:9]
    if not luhn.is_valid(siren):
        return None, "LEC-SIREN-CLE"
    return siren, "LEC-SIRET" if len(digits) == 14 else ""
