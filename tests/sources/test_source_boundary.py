"""One source never stops the others, whatever breaks in it."""

import logging
from dataclasses import replace
from datetime import timedelta
from shutil import copytree

import pytest
from channel_scene import RUN_AT, SIREN, drop, line
from typer.testing import CliRunner

from vigie.arrival import collection, landing
from vigie.arrival.sources import depot, register
from vigie.arrival.sources.probe import probe
from vigie.cli import app
from vigie.cli.summary import print_status
from vigie.errors import SourceBroken, SourcePartlyRead
from vigie.night import airflow_run
from vigie.night.steps import timed_step
from vigie.records import Source
from vigie.settings import PROJECT_ROOT, Settings

BROKEN = line("depot", SIREN)
OTHER = Source("depot-200018083", "200018083", "CC de Desvres-Samer", "depot", "200018083")
SECRET = "mot-de-passe de Jeanne Dupont"


class Unforeseen(Exception):
    """What no channel expects of a library."""


@pytest.fixture
def installation(settings, tmp_path, monkeypatch) -> Settings:
    """Two depots: the first brings a file, then breaks; the second is sound. Commands see them too."""
    seeds = copytree(PROJECT_ROOT / "seeds", tmp_path / "projet" / "seeds")
    lines = [
        f"{s.source_id},{s.siren_epci},{s.nom},depot,{s.adresse},auto,,,true"
        for s in (BROKEN, OTHER)
    ]
    header = "source_id,siren_epci,nom,canal,adresse,format,connexion,correspondance,est_active"
    (seeds / "sources.csv").write_text("\n".join([header, *lines, ""]))
    for name in ("a.csv", "b.csv"):
        drop(settings.drop_folder / SIREN / name, name.encode())
        drop(settings.drop_folder / OTHER.adresse / name, name.encode())
    sound = depot.fetch

    def breaking(visit):
        for fetched in sound(visit):
            if visit.source.siren_epci == SIREN and fetched.nom_fichier == "b.csv":
                raise Unforeseen(SECRET)
            yield fetched

    monkeypatch.setattr(depot, "fetch", breaking)
    monkeypatch.setenv("VIGIE_HOME", str(settings.home))
    monkeypatch.setenv("VIGIE_SEEDS", str(seeds))
    return replace(settings, seeds=seeds)


def landed(settings: Settings) -> list[tuple[str, str]]:
    return sorted((r.source_id, r.nom_fichier) for r in landing.receipts(settings))


ALL_BUT_ONE = [
    (OTHER.source_id, "a.csv"),
    (OTHER.source_id, "b.csv"),
    (BROKEN.source_id, "a.csv"),
]


def is_told(settings: Settings, sentence: str) -> bool:
    assert SECRET not in sentence
    words = (BROKEN.source_id, "CA du Boulonnais", "Unforeseen", str(settings.logs))
    return all(word in sentence for word in words)


def test_a_source_that_breaks_is_named_and_the_others_are_collected(installation, caplog):
    caplog.set_level(logging.INFO)
    [sentence] = collection.collect_all(installation, [BROKEN, OTHER], RUN_AT)
    assert is_told(installation, sentence)
    assert landed(installation) == ALL_BUT_ONE
    trace = (installation.logs / f"{BROKEN.source_id}.txt").read_text()
    for told in (trace, caplog.text):
        assert "test_source_boundary.py" in told and "in breaking" in told
        assert SECRET not in told
    state = landing.source_state(installation, BROKEN.source_id)
    assert state["echec"] == sentence and state["echecs_consecutifs"] == 1


def test_the_command_that_collects_ends_red_with_the_sentence(installation):
    done = CliRunner().invoke(app, ["collect", "--date", "2026-11-20"])
    assert done.exit_code == 1 and is_told(installation, str(done.exception))
    assert landed(installation) == ALL_BUT_ONE


def test_the_command_that_tries_sources_goes_on_and_ends_red(installation):
    done = CliRunner().invoke(app, ["sources", "check", "--date", "2026-11-20"])
    assert done.exit_code == 1
    told = " ".join(done.output.split())
    assert "Unforeseen" in told and "1 source(s) en échec" in told
    assert "Source depot-200018083, CC de Desvres-Samer : 2 objet(s) nouveau(x)" in told
    assert SECRET not in told


def test_a_state_that_cannot_be_read_is_the_failure_of_its_source_alone(installation):
    path = installation.landing / "etats" / f"{OTHER.source_id}.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"vus": ')
    first, second = collection.collect_all(installation, [OTHER, BROKEN], RUN_AT)
    assert OTHER.source_id in first and is_told(installation, second)
    from vigie.reference.seeds import Reference

    checked = list(register.check(installation, Reference.load(installation.seeds), RUN_AT))
    assert [p.source.source_id for p in checked if p.error] == [BROKEN.source_id, OTHER.source_id]


def test_the_task_of_a_source_that_breaks_fails_and_is_told_by_its_sentence(
    installation, monkeypatch
):
    run = airflow_run.Run(installation, RUN_AT, {})
    with pytest.raises(SourceBroken) as raised:
        airflow_run.collect(run, BROKEN.source_id)
    # Airflow logs what an exception comes from: the words of a library may hold anything.
    assert raised.value.__suppress_context__ and raised.value.__cause__ is None
    fetched = [airflow_run.collect(run, OTHER.source_id)]
    monkeypatch.setattr(airflow_run.night, "keep_step", lambda *_: None)

    class Ran:
        start_date = RUN_AT

    run = replace(run, context={"ti": Ran, "dag_run": Ran})
    [sentence] = airflow_run.close_collection(run, airflow_run.list_sources(run), fetched)
    assert is_told(installation, sentence)


def test_a_full_disk_stays_the_failure_of_the_machine(installation, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(landing, "write_atomically", full)
    with pytest.raises(OSError, match="No space left"):
        collection.collect_all(installation, [OTHER], RUN_AT)


def test_a_link_left_in_a_folder_is_told_every_night_and_never_sets_the_source_aside(
    installation, monkeypatch, capsys
):
    monkeypatch.setenv("VIGIE_SOURCE_FAILURES", "1")
    folder = installation.drop_folder / OTHER.adresse
    (folder / "lien.csv").symlink_to(folder / "a.csv")
    for night in range(3):
        run_at = RUN_AT + timedelta(days=night)
        drop(folder / f"nuit-{night}.csv", str(night).encode())
        with timed_step(installation, run_at, "collecte") as counts:
            counts["echecs"] = collection.collect_all(installation, [OTHER], run_at)
        [told] = counts["echecs"]
        assert "liens, non suivis : lien.csv" in told
    assert len(landed(installation)) == 5
    state = landing.source_state(installation, OTHER.source_id)
    assert state["collecte_le"] == run_at.isoformat()
    notice = installation.answers / OTHER.siren_epci / f"source_{OTHER.source_id}.txt"
    assert "lien.csv" in notice.read_text()
    print_status(installation, run_at)
    assert "liens, non suivis : lien.csv" in capsys.readouterr().out
    tried = probe(OTHER, installation, run_at, state)
    assert isinstance(tried.error, SourcePartlyRead)
