"""Whatever frictionless finds with our Table Schema, the gate tells, refuses, or reads on purpose as it was meant."""

from collections import Counter
from dataclasses import replace

import pytest

from tests.gate import against_frictionless as against
from tests.gate.frictionless_faults import faulty_files
from tests.gate.reports import SEEDS
from vigie.reading.table_schema import table_schema
from vigie.reference.seeds import Reference
from vigie.settings import PROJECT_ROOT

PAGE = PROJECT_ROOT / "benchmarks" / "gate" / "frictionless.md"
# The others are about a source that cannot be reached, or checks and keys that the schema does not have;
# blank-header, which frictionless turns into unmatched-header when it has a schema.
KINDS = {
    "source-error", "encoding-error", "unmatched-header", "blank-label", "duplicate-label",
    "extra-label", "missing-label", "incorrect-label", "blank-row", "extra-cell", "missing-cell", "type-error",
    "constraint-error", "duplicate-row",
}  # fmt: skip


@pytest.fixture(scope="module")
def real() -> Reference:
    return Reference.load(SEEDS)


@pytest.fixture(scope="module")
def compared(real: Reference) -> list[against.Compared]:
    return against.compare(real)


def test_every_error_of_frictionless_has_its_answer(compared: list[against.Compared]) -> None:
    assert [one for one in compared if one.answer == against.SILENT] == []


def test_every_kind_of_error_and_more_than_sixty_files_are_compared(
    compared: list[against.Compared],
) -> None:
    assert {one.error for one in compared} == KINDS
    assert len({one.file for one in compared}) > 60


def test_most_answers_are_told_on_the_same_cell(compared: list[against.Compared]) -> None:
    answers = Counter(one.answer.partition(":")[0] for one in compared)
    assert answers["told"] > 60 and set(answers) == {"told", "refused", "read"}


def test_the_page_of_the_comparison_is_up_to_date(compared: list[against.Compared]) -> None:
    command = f"python -m tests.gate.against_frictionless {PAGE.relative_to(PROJECT_ROOT)}"
    assert PAGE.read_text(encoding="utf-8") == against.page(compared), command


@pytest.mark.parametrize(
    "name", ["type-error: budget_prevu_eur", "enum: statut", "extra-cell", "extra-label"]
)
def test_an_error_that_the_gate_would_not_tell_is_seen(name: str, real: Reference) -> None:
    files = [file for file in faulty_files(SEEDS) if file.name == name]
    (judged,) = against.judged(files, real)
    deaf = replace(judged, controls=judged.controls[:0])
    described = table_schema(real)
    answers = [
        against._answer(deaf, error, described) for error in against._errors(deaf, described)
    ]
    assert against.SILENT in [answer for _, answer in answers]


def test_a_value_read_wrongly_is_seen(real: Reference) -> None:
    files = [file for file in faulty_files(SEEDS) if file.name == "read: dates"]
    (judged,) = against.judged(files, real)
    described = table_schema(real)
    wrong = replace(judged, rows=judged.rows.assign(date_debut_prevue=None))
    answers = [
        against._answer(wrong, error, described) for error in against._errors(wrong, described)
    ]
    assert against.SILENT in [answer for _, answer in answers]
