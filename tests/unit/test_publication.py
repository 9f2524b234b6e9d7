"""A publication is whole, replaced at once, kept and taken back."""

import multiprocessing
from multiprocessing.synchronize import Event
from pathlib import Path

import duckdb
import pytest

from vigie.errors import PublicationError
from vigie.files import write_json
from vigie.settings import Settings
from vigie.warehouse import publication

# Big enough for a copy in place to be caught half-way by the reader.
BIG = 200_000


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path, publications_kept=2)
    settings.published.mkdir()
    manifest = {
        "nodes": {
            "model.vigie.fct": {
                "resource_type": "model",
                "schema": "marts",
                "name": "fct",
                "alias": "fct",
                "description": "Une ligne par chiffre, l'unité est le point.",
                "columns": {"valeur": {"name": "valeur", "description": "Valeur d'avancement."}},
            }
        }
    }
    write_json(tmp_path / "dbt" / "manifest.json", manifest)
    return settings


def built(settings: Settings, identity: str, rows: int = 3) -> Path:
    path = settings.build_folder / identity / "vigie.duckdb"
    path.parent.mkdir(parents=True)
    with duckdb.connect(str(path)) as connection:
        for schema in ("marts", "qualite", "referentiel", "staging"):
            connection.execute(f"create schema {schema}")
        connection.execute(
            f"create table marts.publication as select '{identity}' as publication_id"
        )
        connection.execute(
            "create table marts.fct as"
            f" select range as valeur, md5(range::varchar) as cle from range({rows})"
        )
        connection.execute("create view marts.large as select valeur from marts.fct")
        connection.execute("create table staging.secret as select 1 as x")
    return path


def names(path: Path) -> set[str]:
    with duckdb.connect(str(path), read_only=True) as connection:
        query = "select schema_name || '.' || table_name from duckdb_tables()"
        return {row[0] for row in connection.execute(query).fetchall()}


def test_only_the_readers_schemas_are_published_and_views_are_frozen(settings: Settings) -> None:
    publication.publish(settings, built(settings, "un"))
    assert names(settings.publication_path) == {"marts.publication", "marts.fct", "marts.large"}


def test_tables_and_columns_carry_their_french_comments(settings: Settings) -> None:
    publication.publish(settings, built(settings, "un"))
    with duckdb.connect(str(settings.publication_path), read_only=True) as connection:
        query = "select comment from {} where comment is not null order by 1"
        assert connection.execute(query.format("duckdb_tables()")).fetchall() == [
            ("Une ligne par chiffre, l'unité est le point.",)
        ]
        assert connection.execute(query.format("duckdb_columns()")).fetchall() == [
            ("Valeur d'avancement.",)
        ]


def test_rollback_restores_the_previous_one_and_withdraws_the_current(settings: Settings) -> None:
    publication.publish(settings, built(settings, "un"))
    publication.publish(settings, built(settings, "deux"))
    assert publication.rollback(settings) == "un"
    assert publication.current_id(settings) == "un"
    with pytest.raises(PublicationError, match="deux a été retirée"):
        publication.publish(settings, settings.build_folder / "deux" / "vigie.duckdb")
    publication.allow_again(settings, "deux")
    publication.publish(settings, settings.build_folder / "deux" / "vigie.duckdb")
    assert publication.current_id(settings) == "deux"


def test_rollback_without_history_changes_nothing(settings: Settings) -> None:
    publication.publish(settings, built(settings, "un"))
    with pytest.raises(PublicationError, match="Aucune publication précédente"):
        publication.rollback(settings)
    assert publication.current_id(settings) == "un"


def test_the_oldest_publications_are_removed(settings: Settings) -> None:
    for identity in ("un", "deux", "trois", "quatre"):
        publication.publish(settings, built(settings, identity))
    assert [path.stem for path in publication.history(settings)] == ["trois", "deux"]


def test_a_leftover_of_a_killed_publication_is_swept(settings: Settings) -> None:
    leftover = settings.published / ".vigie.4242.part"
    leftover.write_bytes(b"half")
    publication.publish(settings, built(settings, "un"))
    assert not leftover.exists()


def test_checksums_do_not_depend_on_the_order_of_rows(settings: Settings) -> None:
    sums = []
    for order in ("asc", "desc"):
        path = settings.home / f"{order}.duckdb"
        with duckdb.connect(str(path)) as connection:
            connection.execute(
                f"create table t as select range as x from range(100) order by range {order}"
            )
        sums.append(publication.table_checksums(path))
    assert sums[0] == sums[1] != {}


def _read_for_ever(
    path: str, started: Event, stop: Event, answers: "multiprocessing.Queue[object]"
) -> None:
    reads = 0
    try:
        while not stop.is_set():
            with duckdb.connect(path, read_only=True) as connection:
                identity = connection.execute("select publication_id from marts.publication")
                assert identity.fetchone() is not None
                count = connection.execute("select count(distinct cle) from marts.fct").fetchone()
                assert count == (BIG,)
            reads += 1
            started.set()
        answers.put(reads)
    except (duckdb.Error, AssertionError) as error:
        answers.put(repr(error))


def test_a_reader_sees_no_error_during_ten_publications(settings: Settings) -> None:
    publication.publish(settings, built(settings, "zero", rows=BIG))
    context = multiprocessing.get_context("spawn")
    started, stop, answers = context.Event(), context.Event(), context.Queue()
    path = str(settings.publication_path)
    reader = context.Process(target=_read_for_ever, args=(path, started, stop, answers))
    reader.start()
    assert started.wait(timeout=60)
    for number in range(10):
        publication.publish(settings, built(settings, f"p{number}", rows=BIG))
    stop.set()
    reads = answers.get(timeout=60)
    reader.join()
    assert isinstance(reads, int) and reads > 10, reads
