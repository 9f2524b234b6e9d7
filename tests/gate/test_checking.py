"""`vigie check`: the same verdict as the night, before sending, on any file."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from tests.gate.conftest import Night
from tests.gate.corpus.answered import ANSWERED
from tests.gate.reports import RUN_DATE
from vigie.answers.checking import check_file
from vigie.cli.remarks import print_remarks
from vigie.reference.seeds import Reference


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
