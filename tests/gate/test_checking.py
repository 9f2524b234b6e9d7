"""`vigie check`: the same verdict as the night, before sending, on any file."""

import io
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from rich.console import Console

from tests.gate.conftest import SIRENS, Night
from tests.gate.corpus import CASES
from tests.gate.corpus.answered import ANSWERED
from tests.gate.corpus.case import File
from tests.gate.reports import RUN_DATE
from vigie.answers.checking import Checked, check_file, read_as_sent, told
from vigie.cli.remarks import print_remarks
from vigie.gate.judging import judge
from vigie.reading.adapters import Unreadable
from vigie.records import ROADMAP_REGISTER, ParsedReport
from vigie.reference.seeds import Reference
from vigie.settings import Settings


def test_a_file_gets_before_sending_what_it_would_get_after(
    night: Night, reference: Reference, tmp_path: Path
) -> None:
    expected = night.outcome(ANSWERED["faulty workbook"])
    path = tmp_path / "Feuille de route.xlsx"
    path.write_bytes(night.contents[expected.report["sha256"]])
    checked = check_file(path, reference, RUN_DATE)
    assert (checked.verdict, checked.recues_nb, checked.acceptees_nb) == ("lignes_ecartees", 2, 1)
    assert not checked.is_accepted
    assert [r["message"] for r in checked.remarques] == expected.controls["message"].tolist()
    assert list(tmp_path.iterdir()) == [path], "nothing is written"


@cache
def last_file(case_number: int, siren: str) -> File:
    """Its last file, written once: a workbook holds the moment when it was made."""
    return CASES[case_number].write(siren)[-1]


def as_sent(
    reference: Reference, folder: Path, name_of: Callable[[str], str]
) -> list[ParsedReport | Unreadable]:
    """The last file of each case as `vigie check` reads it, kept on the disk under the name that is given."""
    parsed = []
    for number, (case, invented) in enumerate(zip(CASES, SIRENS, strict=True)):
        siren = case.siren or invented
        file = last_file(number, siren)
        path = folder / str(number) / name_of(Path(file.name).name)
        path.parent.mkdir(parents=True)
        path.write_bytes(file.content)
        settings = replace(Settings(home=Path("/nonexistent")), **case.settings)
        owner = "" if case.shared_source else siren
        sent = read_as_sent(path, reference, RUN_DATE, settings, owner, file.name)
        # Sent on the day of its case; a source for each: one file is no other's past.
        told_by = replace(sent.receipt, source_id=f"cas-{number}", depose_le=file.deposited)
        parsed.append(replace(sent, receipt=told_by))
    return parsed


@pytest.fixture(scope="module")
def before_sending(
    reference: Reference, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Checked]:
    """What is told of each case at the desk: all judged at once, but for registers, which would be known of the
    others."""
    # The desk never makes a path of the name of a sender.
    parsed = as_sent(reference, tmp_path_factory.mktemp("guichet"), lambda _: "fichier")
    registers = [one for one in parsed if getattr(one, "jeu", "") == ROADMAP_REGISTER]
    others = [one for one in parsed if getattr(one, "jeu", "") != ROADMAP_REGISTER]
    answers: dict[str, Checked] = {}
    for some in (registers, others):
        answers |= told(judge(some, reference, RUN_DATE, None, None).tables)
    names = {case.name: one.receipt.rapport_id for case, one in zip(CASES, parsed, strict=True)}
    return {name: answers[rapport_id] for name, rapport_id in names.items()}


# What depends on other files is not judged before sending: what came earlier, the register of roadmaps.
KNOWN_OF_OTHERS = {"CMP-SANS-FEUILLE-DE-ROUTE"}
ALONE = [case for case in CASES if len(case.write(SIRENS[0])) == 1]


def test_every_file_of_the_corpus_is_told_before_it_is_sent_what_the_night_tells(
    before_sending: dict[str, Checked], night: Night
) -> None:
    by_night = told(night.judged)
    different = {
        case.name for case in ALONE if before_sending[case.name] != by_night[night.last[case.name]]
    }
    assert different == KNOWN_OF_OTHERS
    assert len(ALONE) > 170 and len(before_sending) == len(CASES)


def test_the_name_of_the_file_on_the_disk_changes_nothing(
    reference: Reference, tmp_path: Path
) -> None:
    command = as_sent(reference, tmp_path / "commande", lambda name: name)
    desk = as_sent(reference, tmp_path / "guichet", lambda _: "fichier")
    for one, other in zip(command, desk, strict=True):
        if isinstance(one, Unreadable):
            assert isinstance(other, Unreadable)
            assert (one.receipt, str(one.error)) == (other.receipt, str(other.error))
        else:
            assert one == other


def test_a_file_that_is_not_a_report_is_refused_with_a_sentence(
    reference: Reference, tmp_path: Path
) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(b"\x89PNG")
    checked = check_file(path, reference, RUN_DATE)
    assert (checked.verdict, checked.libelle) == ("rejete", "Rapport non retenu")
    assert "une image" in str(checked.remarques[0]["message"])


def test_a_missing_file_is_an_error_of_the_caller(reference: Reference, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        check_file(tmp_path / "absent.csv", reference, RUN_DATE)


def test_a_file_too_large_is_refused_without_being_read(
    reference: Reference, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "enorme.csv"
    with path.open("wb") as stream:
        stream.truncate(1024**3)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("the file was read"))
    checked = check_file(path, reference, RUN_DATE)
    assert checked.verdict == "rejete"
    assert [c["regle_code"] for c in checked.remarques] == ["FIC-TAILLE"]


def test_a_terminal_shows_the_gravest_first_and_each_sentence_whole(
    night: Night, reference: Reference, tmp_path: Path
) -> None:
    path = tmp_path / "Feuille de route.xlsx"
    expected = night.outcome(ANSWERED["faulty workbook"])
    path.write_bytes(night.contents[expected.report["sha256"]])
    checked = check_file(path, reference, RUN_DATE)
    console = Console(width=60, record=True, file=io.StringIO())
    print_remarks(console, checked.remarques)
    told = console.export_text()
    severities = [line.split(" ")[0] for line in told.splitlines() if " · " in line]
    order = ["critique", "majeure", "remarque", "compris"]
    assert severities and severities == sorted(severities, key=order.index)
    critical = [c for c in checked.remarques if c["severite"] == "critique"]
    assert critical and all(f"  {c['message']}\n" in told for c in critical)
