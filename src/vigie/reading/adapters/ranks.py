"""Numbers that count the actions of each axis or sheet from one: ranks on a page, not the codes of actions."""

import re
from collections.abc import Sequence
from itertools import pairwise

import pyarrow as pa

from vigie.records import Observation, ParsedReport

CODE = "FOR-NUMEROS"
_NUMBER = re.compile(r"[0-9]{1,4}\.?")
_SEVERAL = 2


def is_rank(code: str) -> bool:
    """Whether a code is a number alone, which may only count."""
    return _NUMBER.fullmatch(code) is not None


def drop_ranks(report: ParsedReport) -> None:
    """Takes the numbers of a report that start again at one for no codes, and tells it: its actions go by their titles.

    A number used twice by mistake starts nothing again: it stays, for the gate to judge.
    """
    if "code_action" not in report.lignes.column_names:
        return
    codes = report.lignes["code_action"]
    if _start_again([code for code in codes.to_pylist() if code is not None]):
        place = report.lignes.column_names.index("code_action")
        blank = pa.nulls(len(codes), codes.type)
        report.lignes = report.lignes.set_column(place, "code_action", blank)
        report.observations.append(Observation(CODE, champ="code_action"))


def _start_again(codes: Sequence[str]) -> bool:
    if not all(map(is_rank, codes)):
        return False
    numbers = [int(code.rstrip(".")) for code in codes]
    follow = all(after in (before + 1, 1) for before, after in pairwise([0, *numbers]))
    return follow and numbers.count(1) >= _SEVERAL and max(numbers) >= _SEVERAL
