"""The PostgreSQL mirror, on a real server."""

import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import adbc_driver_postgresql.dbapi as postgresql
import duckdb
import pytest
from adbc_driver_manager import Error as AdbcError

from vigie.diffusion import mirror
from vigie.settings import Settings

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def as_postgres(*command: object) -> list[str]:
    # Under a clock that a library fakes, the timeouts of PostgreSQL never come.
    return ["runuser", "-u", "postgres", "--", "env", "-u", "LD_PRELOAD", *map(str, command)]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    if not BINARIES:
        pytest.skip("PostgreSQL is not installed (Debian package postgresql)")
    # The server runs as another user, who may not enter the folders of pytest.
    folder = Path(tempfile.mkdtemp(prefix="vigie-postgresql-"))
    shutil.chown(folder, "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data, control = folder / "data", BINARIES[-1] / "pg_ctl"
    subprocess.run(
        as_postgres(BINARIES[-1] / "initdb", "-D", data, "-A", "trust", "-U", "postgres"),
        check=True,
        capture_output=True,
    )
    options = f"-h 127.0.0.1 -p {port} -k {folder} -F"
    subprocess.run(
        as_postgres(control, "-D", data, "-w", "-o", options, "-l", folder / "log", "start"),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    subprocess.run(as_postgres(control, "-D", data, "-m", "immediate", "stop"), check=True)
    shutil.rmtree(folder)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path)
    settings.published.mkdir()
    with duckdb.connect(str(settings.publication_path)) as connection:
        connection.execute("create schema marts; create schema qualite")
        connection.execute(
            "create table marts.fct_actions as select 'a' as code, 40.5::double as taux,"
            " date '2026-10-31' as situation_le, true as est_en_retard"
        )
        connection.execute("create table qualite.rapports as select 'r' as rapport_id")
    return settings


def rows(address: str, query: str) -> list[tuple[object, ...]]:
    with postgresql.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return [tuple(row) for row in cursor.fetchall()]


def test_the_mirror_says_what_the_publication_says(server: str, settings: Settings) -> None:
    assert mirror.mirror(settings, server) == {"marts.fct_actions": 1, "qualite.rapports": 1}
    (row,) = rows(
        server, "select code, taux, situation_le::text, est_en_retard from marts.fct_actions"
    )
    assert row == ("a", 40.5, "2026-10-31", True)


def test_mirroring_again_replaces_and_readers_may_only_read(
    server: str, settings: Settings
) -> None:
    with postgresql.connect(server) as connection, connection.cursor() as cursor:
        cursor.execute(f"create role {mirror.READER_ROLE} login")
        connection.commit()
    mirror.mirror(settings, server)
    mirror.mirror(settings, server)
    reader = server.replace("postgres@", f"{mirror.READER_ROLE}@")
    assert rows(reader, "select count(*) from marts.fct_actions") == [(1,)]
    with pytest.raises(AdbcError, match="permission denied"):
        rows(reader, "delete from marts.fct_actions returning 1")


def test_the_whole_publication_is_mirrored_with_its_figures(
    server: str, demo_night: Settings
) -> None:
    copied = mirror.mirror(demo_night, server)
    with duckdb.connect(str(demo_night.publication_path), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables()"
            " where schema_name in ('marts', 'qualite') order by 1"
        ).fetchall()
        counts = {table: connection.table(table).count("*").fetchone()[0] for (table,) in tables}
        figures = (
            "select siren_epci, avancement_pct from marts.indicateurs_par_territoire"
            " where est_dernier_mois and avancement_pct is not null order by siren_epci"
        )
        expected = connection.execute(figures).fetchall()
    assert copied == counts
    assert len(expected) >= 3
    assert rows(server, figures) == expected


@contextmanager
def someone_reading(address: str) -> Iterator[None]:
    """A tool in the middle of a transaction on the table that the mirror wants to replace."""
    with postgresql.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from marts.fct_actions")
        cursor.fetchall()
        yield
        connection.rollback()


def wait_until_blocked(address: str) -> None:
    deadline = time.monotonic() + 60
    while rows(address, "select count(*) from pg_locks where not granted") == [(0,)]:
        assert time.monotonic() < deadline, "the mirror never came to the replacement"
        time.sleep(0.05)


def test_killed_before_the_commit_the_mirror_leaves_the_old_copy_whole(
    server: str, settings: Settings
) -> None:
    mirror.mirror(settings, server)
    with duckdb.connect(str(settings.publication_path)) as connection:
        connection.execute("update marts.fct_actions set code = 'b'")
    script = (
        "import sys; from pathlib import Path; from vigie.settings import Settings;"
        " from vigie.diffusion import mirror;"
        " mirror.mirror(Settings(home=Path(sys.argv[1])), sys.argv[2])"
    )
    with someone_reading(server):
        process = subprocess.Popen([sys.executable, "-c", script, settings.home, server])
        wait_until_blocked(server)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert rows(server, "select code from marts.fct_actions") == [("a",)]
    assert rows(server, "select count(*) from qualite.rapports") == [(1,)]
    mirror.mirror(settings, server)
    assert rows(server, "select code from marts.fct_actions") == [("b",)]
    schemas = rows(server, "select nspname from pg_namespace where nspname like 'vigie%'")
    assert schemas == []


def test_a_reading_left_open_does_not_hold_the_night(
    server: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror.mirror(settings, server)
    monkeypatch.setattr(mirror, "_WAITS_FOR_READERS", "200ms")
    with someone_reading(server), pytest.raises(mirror.MirrorFailed, match="lecture ouverte"):
        mirror.mirror(settings, server)
    assert rows(server, "select count(*) from marts.fct_actions") == [(1,)]


def test_a_failed_mirror_keeps_the_previous_copy_and_the_password(
    server: str, settings: Settings
) -> None:
    mirror.mirror(settings, server)
    with duckdb.connect(str(settings.publication_path)) as connection:
        connection.execute("create table qualite.zz as select {'a': 1} as structure")
    with pytest.raises(mirror.MirrorFailed) as failure:
        mirror.mirror(settings, server)
    assert "127.0.0.1" not in str(failure.value)
    assert rows(server, "select count(*) from marts.fct_actions") == [(1,)]
