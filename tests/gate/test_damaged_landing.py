"""A damaged file of landing is named, with its territory and what to do; the rest goes on, and the night is red."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from tests.gate.test_incidents import RUN_AT, SIRENS, answered, deposit, held
from vigie.arrival import collection, landing
from vigie.arrival.sources import Fetched
from vigie.decisions import review
from vigie.errors import DamagedFile, NightIncomplete, SourceRefused
from vigie.files import write_json
from vigie.night import rebuild as again
from vigie.night import steps as night
from vigie.records import Receipt
from vigie.reference.seeds import Reference
from vigie.settings import Settings
from vigie.warehouse import raw

Damage = Callable[[Path], None]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def territory(receipt: Receipt) -> str:
    sources = Reference.load(Settings.from_environment().seeds).sources()
    return next(s.nom for s in sources if s.source_id == receipt.source_id)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def remove(path: Path) -> None:
    path.unlink()


def list_instead(path: Path) -> None:
    path.write_text("[]", encoding="utf-8")


def field_lost(path: Path) -> None:
    record = json.loads(path.read_text(encoding="utf-8"))
    record.pop(max(record))
    path.write_text(json.dumps(record), encoding="utf-8")


CONTENT = [flip, truncate, empty, remove]
RECORD = [truncate, empty, list_instead, field_lost]


@pytest.mark.parametrize("damage", CONTENT)
def test_bytes_that_are_not_those_received_are_neither_judged_nor_loaded(
    settings: Settings, damage: Damage
) -> None:
    good, bad = (deposit(settings, siren) for siren in SIRENS[:2])
    damage(landing.content_path(settings, bad.sha256))
    counts = night.gate_and_load(settings, RUN_AT)
    night.answer(settings, RUN_AT)
    assert set(held(settings)) == answered(settings) == {good.rapport_id}
    (sentence,) = counts["incidents"]
    for told in (
        territory(bad),
        bad.nom_fichier,
        bad.rapport_id,
        bad.sha256,
        "sauvegarde de landing/",
    ):
        assert told in sentence
    assert "défaut de Vigie" not in sentence
    assert night.summary(settings, RUN_AT)["incidents"] == [sentence]


def test_the_bytes_put_back_are_taken_up_by_the_next_night(settings: Settings) -> None:
    got = deposit(settings, SIRENS[0])
    path = landing.content_path(settings, got.sha256)
    kept = path.read_bytes()
    flip(path)
    assert len(night.gate_and_load(settings, RUN_AT)["incidents"]) == 1
    path.write_bytes(kept)
    assert night.gate_and_load(settings, RUN_AT)["incidents"] == []
    assert set(held(settings)) == {got.rapport_id}


def test_bytes_damaged_once_judged_are_not_answered_from(settings: Settings) -> None:
    good, bad = (deposit(settings, siren) for siren in SIRENS[:2])
    night.gate_and_load(settings, RUN_AT)
    flip(landing.content_path(settings, bad.sha256))
    (sentence,) = night.answer(settings, RUN_AT)["incidents"]
    assert bad.nom_fichier in sentence and SIRENS[1] in sentence
    assert answered(settings) == {good.rapport_id}
    assert night.summary(settings, RUN_AT)["incidents"] == [sentence]


def test_bytes_received_again_from_another_source_mend_what_was_damaged(
    settings: Settings,
) -> None:
    got = deposit(settings, SIRENS[0])
    path = landing.content_path(settings, got.sha256)
    content = path.read_bytes()
    flip(path)
    source = collection.source_named(settings, f"depot-{SIRENS[1]}")
    fetched = Fetched("r.csv", "r.csv", content, None, len(content), "auto", SIRENS[1])
    assert landing.land(settings, source, fetched, RUN_AT, None, synthetic=False)
    assert path.read_bytes() == content


@pytest.mark.parametrize("damage", RECORD)
def test_a_damaged_receipt_is_named_and_the_others_are_judged(
    settings: Settings, damage: Damage
) -> None:
    good, bad = (deposit(settings, siren) for siren in SIRENS[:2])
    path = landing.receipt_path(settings, bad.source_id, bad.sha256)
    damage(path)
    counts = night.gate_and_load(settings, RUN_AT)
    assert set(held(settings)) == {good.rapport_id}
    (sentence,) = counts["incidents"]
    for told in (territory(bad), str(path), "tronqué ou abîmé", "À faire", "sauvegarde"):
        assert told in sentence


def test_a_receipt_under_the_name_of_another_is_named(settings: Settings) -> None:
    good, bad = (deposit(settings, siren, f"Action {siren}") for siren in SIRENS[:2])
    path = landing.receipt_path(settings, bad.source_id, bad.sha256)
    path.write_bytes(landing.receipt_path(settings, good.source_id, good.sha256).read_bytes())
    (sentence,) = night.gate_and_load(settings, RUN_AT)["incidents"]
    assert str(path) in sentence


@pytest.mark.parametrize("damage", [truncate, empty, list_instead])
def test_a_damaged_source_state_fails_that_source_alone(settings: Settings, damage: Damage) -> None:
    sources = [collection.source_named(settings, f"depot-{siren}") for siren in SIRENS[:2]]
    for siren in SIRENS[:2]:
        (settings.drop_folder / siren).mkdir(parents=True)
    landing.save_source_state(
        settings, sources[0].source_id, {"collecte_le": "2026-01-01T01:00:00"}
    )
    path = settings.landing / "etats" / f"{sources[0].source_id}.json"
    damage(path)
    (sentence,) = collection.collect_all(settings, sources, RUN_AT)
    for told in (sources[0].source_id, str(path), "sauvegarde"):
        assert told in sentence
    assert landing.source_state(settings, sources[1].source_id)["collecte_le"] == RUN_AT.isoformat()
    with pytest.raises(SourceRefused):
        collection.collect(settings, sources[0], RUN_AT)


def decide(settings: Settings, got: Receipt, name: str) -> Path:
    path = settings.landing / "decisions" / f"{name}.json"
    decision = {
        "decision_id": name,
        "rapport_id": got.rapport_id,
        "decision": "approuve",
        "motif": "Vu.",
        "decide_par": "Région",
        "decide_le": datetime(2026, 2, 1).isoformat(),
    }
    write_json(path, decision)
    return path


@pytest.mark.parametrize("damage", RECORD)
def test_a_damaged_decision_is_named_and_the_others_are_loaded(
    settings: Settings, damage: Damage
) -> None:
    got = deposit(settings, SIRENS[0])
    decide(settings, got, "bonne")
    path = decide(settings, got, "abimee")
    damage(path)
    (sentence,) = night.gate_and_load(settings, RUN_AT)["incidents"]
    assert str(path) in sentence and "sauvegarde" in sentence
    with raw.reader(settings.raw_path) as connection:
        assert connection.execute("select decision_id from decisions").fetchall() == [("bonne",)]
    with pytest.raises(DamagedFile, match="abimee"):
        review.decisions(settings)


def test_an_answer_that_a_power_cut_left_without_its_state_is_written_again(
    settings: Settings,
) -> None:
    deposit(settings, SIRENS[0])
    night.gate_and_load(settings, RUN_AT)
    night.answer(settings, RUN_AT)
    (state,) = settings.answers.glob("*/*/reponse.json")
    whole = state.read_bytes()
    empty(state)
    assert night.answer(settings, RUN_AT)["reponses"] == 1
    assert state.read_bytes() == whole


def test_a_rebuild_of_a_fresh_home_takes_what_it_can_and_is_red(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = (deposit(settings, siren) for siren in SIRENS[:2])
    flip(landing.content_path(settings, bad.sha256))
    for step in ("build", "check", "publish"):
        monkeypatch.setattr(night, step, lambda *arguments: {})
    (sentence,) = again.rebuild(settings, RUN_AT)["incidents"]
    assert bad.nom_fichier in sentence
    assert set(held(settings)) == {good.rapport_id}


def test_a_rebuild_keeps_a_raw_file_that_holds_more_than_landing_gives_back(
    settings: Settings,
) -> None:
    bad = deposit(settings, SIRENS[0])
    night.gate_and_load(settings, RUN_AT)
    flip(landing.content_path(settings, bad.sha256))
    with pytest.raises(NightIncomplete, match=bad.nom_fichier):
        again.rebuild(settings, RUN_AT)
    assert set(held(settings)) == {bad.rapport_id}


def test_a_receipt_lost_from_landing_is_not_lost_from_raw_in_silence(settings: Settings) -> None:
    gone = deposit(settings, SIRENS[0])
    night.gate_and_load(settings, RUN_AT)
    landing.receipt_path(settings, gone.source_id, gone.sha256).unlink()
    with pytest.raises(NightIncomplete, match=f"rapports/{gone.rapport_id}"):
        again.rebuild(settings, RUN_AT)


def test_a_file_too_large_to_be_read_is_not_damaged(settings: Settings) -> None:
    source = collection.source_named(settings, f"depot-{SIRENS[0]}")
    fetched = Fetched("r.csv", "r.csv", b"", None, 10**9, "auto", SIRENS[0])
    landing.land(settings, source, fetched, RUN_AT, None, synthetic=False)
    assert night.gate_and_load(settings, RUN_AT)["incidents"] == []
