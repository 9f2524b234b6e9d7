"""The desk says of a file what `vigie check` says: one code, in a process apart."""

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.desk.conftest import BOULOGNE
from tests.gate.corpus import CASES
from tests.gate.corpus.case import Case
from tests.gate.reports import RUN_DATE, SEEDS
from vigie.answers.checking import Checked, NotJudged, check_file
from vigie.desk import checks
from vigie.desk.checks import CheckedFile, Checks, _Asked, _checked, _together
from vigie.incidents import Defect
from vigie.reading.adapters.isolation import Apart
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


def test_files_that_wait_are_judged_together_and_each_is_told_its_own(
    checking: Checks, monkeypatch: pytest.MonkeyPatch
) -> None:
    territories = sorted(Reference.load(SEEDS).territories)
    # The last file of a case that has several is told beside the ones before.
    chosen = [case for case in ELIGIBLE[::EACH] if len(case.write(BOULOGNE)) == 1]
    asked: list[int] = []
    ask = Apart.ask

    def counting(apart: Apart, work: str, *arguments: Any) -> object:
        if work == "check":
            asked.append(len(arguments[0]))
        return ask(apart, work, *arguments)

    monkeypatch.setattr(Apart, "ask", counting)

    async def at_once() -> list[CheckedFile]:
        files = [case.write(siren)[-1] for case, siren in zip(chosen, territories, strict=False)]
        return await asyncio.gather(
            *(
                checking.check(Path(file.name).name, file.content, siren, RUN_DATE)
                for file, siren in zip(files, territories, strict=False)
            )
        )

    answers = asyncio.run(at_once())
    told = [
        (one.checked.verdict, one.checked.recues_nb, one.checked.acceptees_nb) for one in answers
    ]
    assert told == [(case.verdict, case.received, case.accepted) for case in chosen]
    assert sum(asked) == len(chosen) and len(asked) < len(chosen) / 2


def test_who_leaves_before_the_answer_takes_along_nobody_judged_with_them(
    checking: Checks, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, left = threading.Event(), threading.Event()
    batches: list[list[str]] = []

    def slow(apart: Apart, some: Sequence[Any]) -> list[CheckedFile]:
        batches.append([one.name for one in some])
        started.set()
        assert left.wait(60)
        good = Checked("accepte", "Rapport accepté", 1, 1, [])
        return [CheckedFile(one.name, one.content, good, None) for one in some]

    monkeypatch.setattr(checks, "_checked", slow)

    async def one_leaves() -> CheckedFile:
        first, second = (
            asyncio.create_task(checking.check(name, b"", siren, RUN_DATE))
            for name, siren in (("un.csv", BOULOGNE), ("deux.csv", "200000172"))
        )
        assert await asyncio.to_thread(started.wait, 60)
        first.cancel()
        left.set()
        return await second

    assert asyncio.run(one_leaves()).name == "deux.csv"
    assert batches == [["un.csv", "deux.csv"]]


def test_a_file_that_cannot_be_judged_with_others_is_judged_alone_and_spoils_none() -> None:
    good, broken = Checked("accepte", "Rapport accepté", 1, 1, []), Defect("KeyError", "")

    class Fragile:
        def ask(self, work: str, *arguments: Any) -> object:
            names = [name for _, _, name in arguments[0]]
            if "trop.csv" in names:
                return None
            return broken if "defaut.csv" in names else [good] * len(names)

    async def asked(name: str, siren: str) -> _Asked:
        return _Asked(name, b"", siren, RUN_DATE, asyncio.get_running_loop().create_future())

    async def all_asked() -> list[_Asked]:
        names = ("bon.csv", "trop.csv", "defaut.csv", "bon aussi.csv")
        return [await asked(name, str(n)) for n, name in enumerate(names)]

    answers = _checked(Fragile(), asyncio.run(all_asked()))  # type: ignore[arg-type]
    first, too_much, defect, last = answers
    assert isinstance(first, CheckedFile) and first.checked == good
    assert isinstance(last, CheckedFile) and last.checked == good
    assert isinstance(too_much, CheckedFile) and too_much.checked.verdict == "rejete"
    assert isinstance(defect, NotJudged) and "defaut.csv" in str(defect)


def test_only_files_of_other_territories_light_enough_are_judged_together() -> None:
    async def waiting() -> list[_Asked]:
        future = asyncio.get_running_loop().create_future()
        weights = (("a", 1), ("a", 1), ("b", 1), ("c", 5 * 1024**2), ("d", 1))
        return [_Asked("f", bytes(size), siren, RUN_DATE, future) for siren, size in weights]

    first, *others = asyncio.run(waiting())
    assert [one.siren for one in _together(first, others)] == ["a", "b"]
    heavy = others[2]
    assert _together(heavy, [first, *others]) == [heavy]


def test_files_of_every_fate_are_compared() -> None:
    assert {case.verdict for case in ELIGIBLE[::EACH]} >= {"accepte", "lignes_ecartees", "rejete"}
