"""A defect of Vigie met on one report: no verdict, no answer, a red night that names it, and the rest goes on."""

import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest

from tests.gate.reports import action, csv_report, receipt
from vigie.answers import checking
from vigie.arrival import landing
from vigie.errors import NightIncomplete
from vigie.files import read_json, write_json
from vigie.gate import typed
from vigie.night import loading
from vigie.night import rebuild as again
from vigie.night import steps as night
from vigie.records import Receipt
from vigie.reference.seeds import Reference
from vigie.settings import Settings
from vigie.warehouse import raw

RUN_AT = datetime(2026, 2, 1, 1)
SIRENS = ("246200729", "200018083", "200030633", "200033579", "200044030")
TRAP = "PIEGE"


def deposit(settings: Settings, siren: str, title: str = "Ouvrir un guichet") -> Receipt:
    content = csv_report(siren, [action(intitule=title)])
    got = replace(receipt(siren, content), source_id=f"depot-{siren}")
    path = landing.content_path(settings, got.sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    fields = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in vars(got).items()
    }
    write_json(landing.receipt_path(settings, got.source_id, got.sha256), fields)
    return got


def make_unreadable(settings: Settings, got: Receipt, size: object = "une taille") -> None:
    """A receipt that the code does not expect: reading its file ends in a TypeError, in the worker itself."""
    path = landing.receipt_path(settings, got.source_id, got.sha256)
    write_json(path, read_json(path) | {"taille_octets": size})


def held(settings: Settings) -> dict[str, str]:
    with raw.reader(settings.raw_path) as connection:
        return dict(connection.execute("select rapport_id, verdict from rapports").fetchall())


def answered(settings: Settings) -> set[str]:
    return {path.name.rpartition("_")[2] for path in settings.answers.glob("*/*_*")}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


@pytest.fixture
def broken_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that Great Expectations cannot compare, when it holds the trap: a rule raises."""
    normalise = typed.normalise

    def with_trap(*arguments):
        batch = normalise(*arguments)
        if TRAP not in batch.actions["intitule"].to_pylist():
            return batch
        at = batch.actions.column_names.index("taux_avancement_pct")
        texts = pa.array(["texte"] * len(batch.actions))
        return replace(batch, actions=batch.actions.set_column(at, "taux_avancement_pct", texts))

    monkeypatch.setattr(typed, "normalise", with_trap)


def test_a_defect_while_reading_is_no_verdict_and_stops_no_other_report(settings: Settings) -> None:
    reports = [deposit(settings, siren) for siren in SIRENS[:3]]
    make_unreadable(settings, reports[1])

    counts = night.gate_and_load(settings, RUN_AT)
    night.answer(settings, RUN_AT)

    others = {reports[0].rapport_id, reports[2].rapport_id}
    assert set(held(settings)) == answered(settings) == others
    (sentence,) = counts["incidents"]
    for told in ("rapport.csv", reports[1].rapport_id, "TypeError", "vigie gate", "journal"):
        assert told in sentence
    assert night.summary(settings, RUN_AT)["incidents"] == [sentence]


def test_the_next_night_takes_the_report_up_again_and_adds_nothing_twice(
    settings: Settings,
) -> None:
    reports = [deposit(settings, siren) for siren in SIRENS[:3]]
    make_unreadable(settings, reports[1])
    first = night.gate_and_load(settings, RUN_AT)["incidents"]
    assert night.gate_and_load(settings, RUN_AT)["incidents"] == first
    assert len(held(settings)) == 2

    make_unreadable(settings, reports[1], reports[1].taille_octets)
    counts = night.gate_and_load(settings, RUN_AT)
    night.answer(settings, RUN_AT)

    assert (counts["nouveaux"], counts["incidents"]) == (1, [])
    assert set(held(settings)) == answered(settings) == {r.rapport_id for r in reports}
    assert set(held(settings).values()) <= {"accepte", "a_valider"}


def test_an_exception_inside_a_rule_keeps_out_only_the_report_that_raises_it(
    settings: Settings, broken_rule: None
) -> None:
    titles = ("Un", "Deux", TRAP, "Quatre", "Cinq")
    reports = [deposit(settings, *pair) for pair in zip(SIRENS, titles, strict=True)]

    counts = night.gate_and_load(settings, RUN_AT)

    assert set(held(settings)) == {r.rapport_id for r in reports} - {reports[2].rapport_id}
    (sentence,) = counts["incidents"]
    assert "LIG-" in sentence and reports[2].rapport_id in sentence
    assert sum(counts["verdicts"].values()) == 4


def test_the_verdicts_beside_an_incident_are_those_of_a_night_without_it(
    settings: Settings, tmp_path: Path, broken_rule: None
) -> None:
    undisturbed = Settings(home=tmp_path / "autre")
    for siren in SIRENS[:2]:
        for home in (settings, undisturbed):
            deposit(home, siren, "Un")
            deposit(home, siren, "Autre chose")
    deposit(settings, SIRENS[2], TRAP)
    night.gate_and_load(settings, RUN_AT)
    night.gate_and_load(undisturbed, RUN_AT)
    assert held(settings) == held(undisturbed)
    assert len(held(settings)) == 4


def test_a_defect_on_every_report_is_not_sought_for_ever(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def defective(some, *arguments):
        tried.append(len(some))
        raise KeyError("colonne")

    monkeypatch.setattr(loading, "judge", defective)
    for number in range(40):
        deposit(settings, SIRENS[0], f"Action {number}")
    counts = night.gate_and_load(settings, RUN_AT)
    assert len(counts["incidents"]) == 40
    assert len(tried) < 40


def test_what_is_not_a_defect_is_blamed_on_no_report(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*arguments):
        raise OSError("No space left on device")

    monkeypatch.setattr(loading, "judge", full_disk)
    deposit(settings, SIRENS[0])
    with pytest.raises(OSError, match="No space"):
        night.gate_and_load(settings, RUN_AT)


def test_a_rebuild_with_an_incident_leaves_raw_as_it_was(settings: Settings) -> None:
    reports = [deposit(settings, siren) for siren in SIRENS[:2]]
    night.gate_and_load(settings, RUN_AT)
    before = held(settings)
    make_unreadable(settings, reports[0])
    with pytest.raises(NightIncomplete, match=reports[0].rapport_id):
        again.rebuild(settings, RUN_AT)
    assert held(settings) == before != {}


def test_the_command_is_red_and_names_the_file(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    got = deposit(settings, SIRENS[0])
    make_unreadable(settings, got)
    monkeypatch.setenv("VIGIE_HOME", str(settings.home))
    done = subprocess.run(
        [sys.executable, "-m", "vigie", "gate", "--date", "2026-02-01"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "1 échec(s)" in done.stderr and got.rapport_id in done.stderr
    assert "worker.py" in done.stderr, "the place of the defect is in the log"


def test_an_incident_quotes_nothing_of_the_file(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    cell = " ".join(("Alix", "Fictif"))

    def defective(some, *arguments):
        raise ValueError(f"could not convert string to float: '{cell}'")

    monkeypatch.setattr(loading, "judge", defective)
    deposit(settings, SIRENS[0])
    counts = night.gate_and_load(settings, RUN_AT)
    assert "ValueError" in caplog.text
    assert cell not in caplog.text + str(counts)


def test_whoever_checks_a_file_is_told_that_the_defect_is_not_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reference: Reference, broken_rule: None
) -> None:
    path = tmp_path / "plan.csv"
    path.write_bytes(csv_report(SIRENS[0], [action(intitule=TRAP)]))
    with pytest.raises(checking.NotJudged, match=r"défaut de Vigie et non de votre fichier \(LIG-"):
        checking.check_file(path, reference, RUN_AT.date())
