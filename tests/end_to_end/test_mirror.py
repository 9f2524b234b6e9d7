"""The PostgreSQL mirror, on a real server."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import adbc_driver_postgresql.dbapi as postgresql
import duckdb
import pytest
from adbc_driver_manager import Error as AdbcError

from vigie.diffusion import mirror
from vigie.settings import Settings

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def as_postgres(*command: object) -> list[str]:
    return ["runuser", "-u", "postgres", "--", *map(str, command)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not BINARIES:
        pytest.skip("PostgreSQL is not installed (Debian package postgresql)")
    folder = tmp_path_factory.mktemp("postgresql")
    # The server runs as another user, who must be able to walk down to its folder.
    for parent in (folder, *folder.parents):
        if parent.owner() == "root" and not parent.stat().st_mode & 0o001:
            parent.chmod(0o755)
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
