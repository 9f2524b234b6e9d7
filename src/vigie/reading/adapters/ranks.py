"""Numbers that count the actions of each axis or sheet from one: ranks on a page, not the codes of actions."""

from collections.abc import Sequence
from itertools import pairwise

import pyarrow as pa

from vigie.records import Observation, ParsedReport

CODE = "FOR-NUMEROS"
_LONGEST_RANK = 4
_SEVERAL = 2


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
    shown = [code.rstrip(".") for code in codes]
    if not all(code.isascii() and code.isdigit() and len(code) <= _LONGEST_RANK for code in shown):
        return False
    numbers = [int(code) for code in shown]
    follow = all(after in (before + 1, 1) for before, after in pairwise([0, *numbers]))
    return follow and numbers.count(1) >= _SEVERAL and max(numbers) >= _SEVERAL
