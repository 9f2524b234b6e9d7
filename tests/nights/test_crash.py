"""A night killed inside each of its steps, then run again, publishes what an undisturbed night publishes."""

import hashlib
import shutil
from pathlib import Path

from killing import finish, kill_at, kill_when, vigie

from vigie.settings import Settings
from vigie.warehouse import publication, raw


def loaded(settings: Settings) -> int:
    with raw.reader(settings.raw_path) as connection:
        query = "select (select count(*) from rapports) + (select count(*) from lignes)"
        return int(connection.execute(query).fetchall()[0][0])


def answers(settings: Settings) -> dict[str, bytes]:
    """What each territory was told."""
    files = settings.answers.glob("*/*/accuse.html")
    return {str(path.relative_to(settings.answers)): path.read_bytes() for path in files}


def test_a_night_killed_inside_every_step_ends_in_the_same_publication(
    demo_night: Settings, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path)
    shutil.copytree(demo_night.drop_folder, settings.drop_folder)
    night = ("night", "--without-airflow")

    def done() -> set[str]:
        return {path.stem for path in settings.nights.glob("*/*.json")}

    def landed(home: Settings) -> int:
        return len(list(home.landing.glob("recus/*/*.json")))

    # The third receipt of a fetch is being written: its bytes have landed, it has not.
    kill_at(tmp_path, "vigie.arrival.landing", "asdict", 3, *night)
    assert done() == set()
    assert 0 < landed(settings) < landed(demo_night)

    # The gate has judged the rows, not yet the behaviour.
    kill_at(tmp_path, "vigie.gate.judging:_Night", "judge_behaviour", 1, *night)
    assert (done(), loaded(settings)) == ({"collecte"}, 0)

    # Two tables are written in the transaction of the load.
    kill_at(tmp_path, "duckdb:DuckDBPyConnection", "unregister", 2, *night)
    assert (done(), loaded(settings)) == ({"collecte"}, 0)

    # Everything is loaded, and the step does not know it yet: its record is the second of the night.
    kill_at(tmp_path, "vigie.night.steps", "keep_step", 2, *night)
    assert (done(), loaded(settings)) == ({"collecte"}, loaded(demo_night))

    # The third answer is half written.
    kill_at(tmp_path, "vigie.answers.page", "page", 3, *night)
    assert done() == {"collecte", "controle"}
    assert len(list(settings.answers.glob("*/*/accuse.html"))) == 2

    def building() -> bool:
        return any(settings.build_folder.glob("*/vigie.duckdb"))

    kill_when(vigie(tmp_path, *night), building)
    assert done() == {"collecte", "controle", "reponses"}

    # The file is assembled, and not in its place.
    kill_at(tmp_path, "vigie.warehouse.publication", "_comment", 1, *night)
    assert done() == {"collecte", "controle", "reponses", "construction", "verification"}
    assert any(settings.published.glob(".vigie.*.part"))
    assert not settings.publication_path.exists()

    # The file is in its place, and the step does not know it yet.
    kill_at(tmp_path, "vigie.warehouse.publication", "sync_folder", 1, *night)
    assert "publication" not in done()

    finish(vigie(tmp_path, *night))
    expected = publication.table_checksums(demo_night.publication_path)
    assert publication.table_checksums(settings.publication_path) == expected != {}
    assert answers(settings) == answers(demo_night) != {}


def test_files_for_the_tools_whose_writing_was_killed_are_written_whole(
    demo_copy: Settings,
) -> None:
    def digests() -> dict[str, str]:
        folder = demo_copy.published / "exports"
        return {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in folder.iterdir()
            # A workbook is a zip that dates its own members.
            if path.suffix != ".xlsx"
        }

    before = digests()
    link = demo_copy.published / "exports"
    shutil.rmtree(link.resolve())
    link.unlink()
    kill_at(demo_copy.home, "vigie.diffusion.exports", "_write_geojson", 1, "export")
    assert not link.exists()
    finish(vigie(demo_copy.home, "export"))
    assert digests() == before != {}


def test_a_second_night_finds_nothing_new_and_says_so(demo_copy: Settings) -> None:
    before = demo_copy.publication_path.stat()
    output = finish(vigie(demo_copy.home, "night", "--without-airflow"))
    assert "Rien de nouveau" in output
    assert "Publication inchangée" in output
    after = demo_copy.publication_path.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_rebuilding_a_damaged_raw_file_from_the_landing_area_gives_the_same_figures(
    demo_copy: Settings,
) -> None:
    before = publication.table_checksums(demo_copy.publication_path)
    demo_copy.publication_path.unlink()
    demo_copy.raw_path.write_bytes(b"damaged by a disk" * 1000)
    finish(vigie(demo_copy.home, "rebuild"))
    assert publication.table_checksums(demo_copy.publication_path) == before
    with raw.reader(demo_copy.raw_path) as connection:
        assert connection.execute("select count(*) > 0 from rapports").fetchone() == (True,)
