"""What the operator is told: a night that failed, that did not come, a source that died, a disk that fills."""

import json
import shutil
import subprocess
import sys
from collections import namedtuple
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from typer.testing import CliRunner

from vigie.arrival import collection, landing
from vigie.cli import app
from vigie.night import steps
from vigie.night.steps import keep_step, timed_step
from vigie.settings import Settings
from vigie.supervision import concerns, measures

NIGHT = datetime(2026, 11, 20, 1)
MORNING = NIGHT + timedelta(hours=6)
DISK = namedtuple("DISK", "total used free")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """After a night where all went well."""
    settings = Settings(home=tmp_path)
    play(settings, NIGHT, "collecte", "controle", "construction", "verification", "publication")
    return settings


def play(settings: Settings, moment: datetime, *done: str) -> None:
    for step in done:
        keep_step(settings, moment, step, {"duree_s": 1.5})


def codes(settings: Settings, now: datetime = MORNING) -> list[str]:
    return [concern.code for concern in concerns.concerns(settings, now)]


def state(settings: Settings, now: datetime = MORNING) -> int:
    return int(measures.status(settings, now)["etat"])


def test_nothing_is_told_after_a_night_that_went_well(settings: Settings) -> None:
    assert codes(settings) == []
    assert state(settings) == measures.OK


def test_a_step_that_stopped_is_told_with_its_sentence_until_a_night_passes(
    settings: Settings,
) -> None:
    later = NIGHT + timedelta(days=1)
    with pytest.raises(OSError), timed_step(settings, later, "construction"):
        raise OSError("No space left on device")
    (told,) = concerns.concerns(settings, later)
    assert told.code == "etape_construction" and "No space left on device" in told.phrase
    assert state(settings, later) == measures.CRITICAL
    play(settings, later + timedelta(hours=1), "collecte", "publication")
    assert codes(settings, later + timedelta(hours=2)) == []


def test_a_step_cut_short_is_told_until_it_is_done_again_and_one_under_way_is_not(
    settings: Settings,
) -> None:
    later = NIGHT + timedelta(days=1)
    killed = (
        "import os; from datetime import datetime; from pathlib import Path;"
        "from vigie.night.steps import timed_step; from vigie.settings import Settings\n"
        f"settings = Settings(home=Path({str(settings.home)!r}))\n"
        f"with timed_step(settings, datetime({later:%Y, %-m, %-d, %-H}), 'controle'):\n"
        "    os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", killed], check=False).returncode == 9
    (told,) = concerns.concerns(settings, later)
    assert told.code == "etape_controle" and "coupée en pleine étape « controle »" in told.phrase
    assert state(settings, later) == measures.CRITICAL
    with timed_step(settings, later, "controle"):
        assert codes(settings, later) == []
    assert codes(settings, later) == []


def test_a_night_that_did_not_come_is_told_past_a_day_but_not_in_a_demonstration(
    settings: Settings,
) -> None:
    assert codes(settings, NIGHT + timedelta(hours=25)) == []
    assert codes(settings, NIGHT + timedelta(hours=27)) == ["nuit_absente", "publication_ancienne"]
    settings.demo_marker.parent.mkdir()
    settings.demo_marker.write_text("{}")
    assert codes(settings, NIGHT + timedelta(hours=27)) == []


def test_nights_that_never_publish_are_told_though_each_of_them_began(settings: Settings) -> None:
    for day in (1, 2):
        play(settings, NIGHT + timedelta(days=day), "collecte", "controle")
    (told,) = concerns.concerns(settings, MORNING + timedelta(days=2))
    assert told.code == "publication_ancienne"
    assert "depuis le 20/11/2026 à 02:00" in told.phrase


def test_an_installation_that_never_ran_says_so(tmp_path: Path) -> None:
    assert codes(Settings(home=tmp_path / "pas" / "encore" / "là")) == ["nuit_absente"]


def test_the_last_launch_counts_whatever_the_moment_it_was_given(settings: Settings) -> None:
    """A night replayed for an old date is the last one that ran."""
    name = steps.night_name(datetime(2025, 1, 1), datetime(2026, 11, 20, 5).astimezone(), "essai")
    replayed = replace(settings, nights_served=(name,))
    keep_step(replayed, datetime(2025, 1, 1), "echec", {"etape": "controle", "phrase": "non."})
    assert codes(settings) == ["etape_controle"]


def test_the_same_cause_has_the_same_code_whichever_source_meets_it(settings: Settings) -> None:
    cause = "serveur muet. À faire : attendre."
    found = []
    for names in (["Source a, CC A"], ["Source b, CC B", "Source c, CC C"]):
        keep_step(settings, NIGHT, "collecte", {"echecs": [f"{name} : {cause}" for name in names]})
        found += concerns.concerns(settings, MORNING)
    assert found[0].code == found[1].code
    assert (found[0].a_faire, found[1].phrase.startswith("2 sources")) == ("attendre.", True)
    assert state(settings) == measures.ATTENTION


def test_a_source_that_fails_three_nights_in_a_row_is_told_by_its_name(settings: Settings) -> None:
    source = collection.active_sources(settings)[0]
    for failures, told in ((2, []), (3, [f"source_{source.source_id}"])):
        landing.save_source_state(settings, source.source_id, {"echecs_consecutifs": failures})
        assert codes(settings) == told
    (concern,) = concerns.concerns(settings, MORNING)
    assert source.nom in concern.phrase and source.siren_epci in concern.a_faire


@pytest.mark.parametrize(("free_gib", "told"), [(1.5, ["disque"]), (40, []), (4, ["disque"])])
def test_a_disk_nearly_full_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, free_gib: float, told: list[str]
) -> None:
    usage = DISK(100 * 1024**3, 0, int(free_gib * 1024**3))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert codes(settings) == told


def test_a_supervisor_reads_the_state_in_the_exit_code_and_in_json(
    demo_night: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_HOME", str(demo_night.home))
    shown = CliRunner().invoke(app, ["status", "--json"])
    told = json.loads(shown.stdout)
    assert shown.exit_code == told["etat"] == CliRunner().invoke(app, ["status"]).exit_code
    assert told["publication"]["taille_octets"] == demo_night.publication_path.stat().st_size
    assert sum(told["derniere_nuit"]["rapports"].values()) > 0


def test_prometheus_reads_every_measure(
    demo_night: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_HOME", str(demo_night.home))
    text = CliRunner().invoke(app, ["status", "--prometheus"]).stdout
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert {"vigie_state", "vigie_publication_bytes", "vigie_disk_free_bytes"} <= families.keys()
    steps_told = {s.labels["step"] for s in families["vigie_step_seconds"].samples}
    assert {"collecte", "controle", "construction", "publication"} <= steps_told
    assert demo_night.publication_path.stat().st_size in [
        sample.value for sample in families["vigie_publication_bytes"].samples
    ]
