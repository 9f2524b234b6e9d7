"""Texts made to hurt, and each reader of texts of the project; run as a program, every reader reads every text."""

from typing import Any

SIZE = 1_000_000
HOSTILE = {
    "letters": "a" * SIZE,
    "ats": "a@" * (SIZE // 2),
    "no domain": "a" * (SIZE // 2) + "@" + "b" * (SIZE // 2),
    "no dot": ("a" * 60 + "@" + "b" * 1_000) * (SIZE // 1_000),
    "dots": "a@b" + ".c" * (SIZE // 2) + "@",
    "blanks": " " * SIZE + "x",
    "digits": "01 " * (SIZE // 3),
    "commas": "a," * (SIZE // 2),
    "parentheses": "(a," * (SIZE // 3),
    "accents": "e" + "\u0315\u0300" * (SIZE // 2),
    "fin": "fin " * (SIZE // 4),
    "nines": "9" * SIZE,
    "dashes": "a-" * (SIZE // 2),
    "tags": "<c " * (SIZE // 3),
    "references": "<c" + " r='A1'" * (SIZE // 7) + "/>",
    "controls": "\x01a" * (SIZE // 2),
}
READERS = {
    "redact": "from vigie.reading.values.redaction import redact as read",
    "publication": "import re; from expectations.publication import EMAIL; read = re.compile(EMAIL).search",
    "list": "from vigie.reading.values.labels import split_list; read = lambda t: split_list(t, {'x'})",
    "scalars": "from vigie.reading.values.scalars import *; "
    "read = lambda t: (read_date(t, True), read_amount(t), read_percent(t), read_siren(t))",
    "ranges": "from vigie.reading.values.ranges import read_when; read = lambda t: read_when(t, True)",
    "keys": "from vigie.text import *; "
    "read = lambda t: (alias_key(t), known_key(t, {'x'}), slug(t), without_controls(t))",
    "likeness": "from vigie.warehouse.specificity import place_pattern; from vigie.warehouse.terms import words; "
    "pattern = place_pattern(['Ham', 'Le Portel']); "
    "read = lambda t: (words(t), pattern.search(t))",
    "base": "from vigie.reading.values.tax_base import _TOLD; read = _TOLD.search",
    "budget": "from vigie.reading.adapters.tet import budget_amounts as read",
    "cells": "from vigie.reading.adapters.guard import _VALUED_CELL; "
    "read = lambda t: list(_VALUED_CELL.finditer(t.encode()))",
    "rows": "from vigie.reading.adapters import template_rows as rows; "
    "read = lambda t: (rows._HELP.match(t), rows._EXAMPLE_CELL.match(t), rows._BEGINS_AS_EXAMPLE.match(t))",
    "totals": "import re; from vigie.reading.adapters import rows; "
    "read = lambda t: (re.search(rows._STARTS_WITH_TOTAL, t), re.search(rows._GOES_ON_WITH_TOTAL, t))",
    "groups": "from vigie.reading.adapters import groups; "
    "read = lambda t: (groups._NUMBERED_TITLE.match(t), groups._NAMES_A_GROUP.match(t))",
    "shown": "from vigie.reading.adapters.open_document import _SHOWN_NUMBER; read = _SHOWN_NUMBER.fullmatch",
    "mail": "from vigie.reading.adapters import guard, word_document as word; "
    "read = lambda t: (guard._is_mail(t.encode()), word._HEADING.fullmatch(t))",
    "dated": "from vigie.reading.adapters.dated import _MOMENT; read = _MOMENT.search",
    "layout": "from vigie.reading.adapters.layout import _SCALE; read = _SCALE.search",
}


def main() -> None:
    for reader, code in READERS.items():
        names: dict[str, Any] = {}
        exec(code, names)
        for text in HOSTILE.values():
            names["read"](text)
        print(reader, flush=True)


if __name__ == "__main__":
    main()
