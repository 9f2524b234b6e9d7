"""Sources that fail for the same reason are told in one line."""

from datetime import datetime

import pytest

from vigie.arrival import collection
from vigie.cli.summary import print_status
from vigie.errors import NightIncomplete
from vigie.files import read_json
from vigie.night.steps import require_whole, timed_step
from vigie.records import Source
from vigie.settings import Settings

RUN_AT = datetime(2026, 11, 20, 2)
SOURCES = [
    Source(f"depot-{n}", f"20000000{n}", f"CC {n}", "depot", f"20000000{n}", est_active=True)
    for n in range(1, 6)
]


def night_of(settings: Settings) -> list[str]:
    """One night of collection; the sentences of its failures."""
    with timed_step(settings, RUN_AT, "collecte") as counts:
        counts["echecs"] = collection.collect_all(settings, SOURCES, RUN_AT)
    return counts["echecs"]


def test_a_missing_drop_folder_is_one_line_that_counts_and_names_its_sources(tmp_path, capsys):
    settings = Settings(home=tmp_path / "home")
    failures = night_of(settings)
    print_status(settings, RUN_AT)

    [line] = [line for line in capsys.readouterr().out.splitlines() if "sources (" in line]
    assert "5 sources (depot-1, CC 1 (200000001) ; depot-2, CC 2 (200000002)" in line
    assert "et 2 autres, que nomme « vigie sources check »)" in line
    assert line.count("le dossier de dépôt") == line.count("À faire : créer ce dossier") == 1
    [record] = settings.nights.glob("*/collecte.json")
    assert read_json(record)["echecs"] == failures
    assert [s.source_id for s in SOURCES if s.source_id in " ".join(failures)] == [
        s.source_id for s in SOURCES
    ]


def test_sources_set_aside_after_as_many_nights_are_one_line_too(tmp_path, monkeypatch):
    monkeypatch.setenv("VIGIE_SOURCE_FAILURES", "1")
    settings = Settings(home=tmp_path / "home")
    night_of(settings)
    [line] = collection.grouped(night_of(settings))
    assert line.startswith("5 sources") and "mise de côté après 1 nuits" in line


def test_failures_of_different_causes_stay_apart_in_their_order():
    told = [
        "Source a, CC A : serveur muet. À faire : attendre.",
        "Source b, CC B : clé refusée. À faire : la changer.",
        "Source c, CC C : serveur muet. À faire : attendre.",
        "Étape publication : disque plein",
    ]
    assert collection.grouped(told) == [
        "2 sources (a, CC A ; c, CC C) : serveur muet. À faire : attendre.",
        told[1],
        told[3],
    ]


def test_the_failure_that_turns_a_night_red_is_grouped_as_well():
    told = [f"CC {n} : non lu cette nuit." for n in range(10, 103)]
    with pytest.raises(NightIncomplete) as raised:
        require_whole(told)
    sentence = str(raised.value)
    assert sentence.startswith("93 échec(s) : 93 sources (CC 10 ; CC 100 ; CC 101 et 90 autres")
    assert sentence.count("non lu cette nuit") == 1
