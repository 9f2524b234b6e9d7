"""`vigie check`: the same verdict as the night, before sending, on any file."""

from pathlib import Path

import pytest

from tests.gate.conftest import Night
from tests.gate.corpus import ANSWERED
from tests.gate.reports import RUN_DATE
from vigie.gate.checking import check_file
from vigie.reference import Reference


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
