"""The desk says of a file what `vigie check` says: one code, in a process apart."""

import asyncio
from pathlib import Path

import pytest

from tests.desk.conftest import BOULOGNE
from tests.gate.corpus import CASES
from tests.gate.corpus.case import Case
from tests.gate.reports import RUN_DATE, SEEDS
from vigie.answers.checking import check_file
from vigie.desk.checks import Checks
from vigie.reference.seeds import Reference

# The settings of a case are those of its own night; each file costs a judgement on each side: one case in so many.
# tests/gate/test_checking.py compares them all with the night, judged at once, by the same call.
ELIGIBLE = [case for case in CASES if not case.settings and not case.shared_source]
EACH = 17


@pytest.mark.parametrize("case", ELIGIBLE[::EACH], ids=lambda case: case.name)
def test_the_desk_and_the_command_say_the_same(
    case: Case, checking: Checks, tmp_path: Path
) -> None:
    file = case.write(BOULOGNE)[-1]
    path = tmp_path / Path(file.name).name
    path.write_bytes(file.content)
    told = check_file(path, Reference.load(SEEDS), RUN_DATE, BOULOGNE)
    checked = asyncio.run(checking.check(path.name, file.content, BOULOGNE, RUN_DATE))
    assert checked.checked == told


def test_files_of_every_fate_are_compared() -> None:
    assert {case.verdict for case in ELIGIBLE[::EACH]} >= {"accepte", "lignes_ecartees", "rejete"}
