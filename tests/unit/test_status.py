"""`vigie status`: what the operator reads at 7 a.m., and what will need somebody before long."""

from datetime import datetime
from pathlib import Path

import pytest

from vigie.cli.summary import print_status
from vigie.decisions import review
from vigie.night.steps import timed_step
from vigie.settings import Settings

NOW = datetime(2026, 11, 20, 8)


def status(settings: Settings, capsys: pytest.CaptureFixture[str]) -> str:
    print_status(settings, NOW)
    return capsys.readouterr().out


def test_the_night_is_told_by_its_hour_in_paris_with_the_steps_done_and_those_that_are_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(home=tmp_path)
    for step in ("collecte", "pages"):
        with timed_step(settings, datetime(2026, 7, 20, 0, 30), step):
            pass
    told = status(settings, capsys)
    assert "Dernière nuit : 20/07/2026 à 02:30" in told
    lines = {line.split("│")[1].strip(): line for line in told.splitlines() if "│" in line}
    assert "non faite" in lines["publication"] and "non faite" not in lines["collecte"]
    assert "pages" in lines and "miroir" not in lines, "not every night is diffused"


@pytest.mark.parametrize(("year", "told"), [(2026, False), (2028, True)])
def test_the_end_of_the_campaigns_is_told_three_months_ahead(
    year: int, told: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    print_status(Settings(home=tmp_path), datetime(year, 11, 20, 8))
    assert ("Dernière campagne de remise : 31/12/2028." in capsys.readouterr().out) is told


def test_reports_that_wait_for_a_decision_are_counted(
    demo_night: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    waiting = len(review.pending(demo_night))
    assert waiting
    assert f"À valider par la Région : {waiting} rapport(s)" in status(demo_night, capsys)


def test_a_folder_that_no_source_reads_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(home=tmp_path)
    (settings.drop_folder / "24620072").mkdir(parents=True)
    (settings.drop_folder / "24620072" / "rapport.csv").touch()
    assert "aucune source ne lit « 24620072 »" in status(settings, capsys)
