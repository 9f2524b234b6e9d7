"""What every test of a channel starts from (an installation, a source, servers on the loopback), and of a format."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import remote_documents
import servers
from channel_scene import RUN_AT, SIREN

from tests.frames import normalise
from vigie import object_server
from vigie.arrival.sources import Fetched, fetch, web
from vigie.records import ParsedReport, Source
from vigie.reference.seeds import Reference
from vigie.settings import PROJECT_ROOT, Settings


@pytest.fixture(autouse=True)
def loopback_is_allowed_and_patience_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_HTTP_ALLOW_PRIVATE", "127.0.0.0/8")
    monkeypatch.setattr(web, "BACKOFF_SECONDS", 0.001)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "depot" / SIREN).mkdir(parents=True)
    return Settings(home=tmp_path, max_report_bytes=1000)


@pytest.fixture
def visit(settings: Settings) -> Callable[..., list[Fetched]]:
    """Visits a source to its end. `state` is read and written as JSON, as between two nights."""

    def _visit(source: Source, state: dict[str, Any] | None = None) -> list[Fetched]:
        state = {} if state is None else state
        stored = json.loads(json.dumps(state))
        try:
            return list(fetch(source, stored, settings, RUN_AT))
        finally:
            state.clear()
            state.update(stored)

    return _visit


@pytest.fixture
def connection(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Declares an Airflow connection in the environment; returns its id."""

    def _connection(**fields: Any) -> str:
        monkeypatch.setenv("AIRFLOW_CONN_TERRITOIRE", json.dumps(fields))
        return "territoire"

    return _connection


@pytest.fixture
def fake_web() -> Iterator[servers.FakeWeb]:
    with servers.fake_web() as running:
        yield running


def _session(server: Callable[..., Any]) -> Any:
    @pytest.fixture(scope="session")
    def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.RealServer]:
        with server(tmp_path_factory.mktemp(server.__name__)) as found:
            yield found

    return running


s3_server = _session(servers.s3_server)
sftp_server = _session(servers.sftp_server)
webdav_server = _session(servers.webdav_server)
landing_server = _session(servers.landing_server)
conditional_s3_server = _session(servers.conditional_s3_server)


@pytest.fixture
def in_bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Settings]]:
    """Makes an installation of which landing is in a bucket of a server, reached by the address `url`."""
    monkeypatch.setitem(object_server.RETRIES, "total_max_attempts", 1)

    def _in_bucket(
        server: servers.RealServer, url: str = "", *, may_make_the_bucket: bool = True
    ) -> Settings:
        fields = {"conn_type": "aws", "login": server.login, "password": server.password}
        fields["extra"] = {"endpoint_url": url or server.url}
        monkeypatch.setenv("AIRFLOW_CONN_VIGIE_LANDING", json.dumps(fields))
        object_server.forget()
        if may_make_the_bucket:
            with suppress(FileExistsError):
                object_server.server().call_s3("create_bucket", Bucket="arrivees")
        return Settings(home=tmp_path, landing_address=f"s3://arrivees/{tmp_path.name}/landing")

    yield _in_bucket
    object_server.forget()


@pytest.fixture(params=["folder", "landing_server", "conditional_s3_server"])
def wherever(
    request: pytest.FixtureRequest, tmp_path: Path, in_bucket: Callable[..., Settings]
) -> Settings:
    """An installation of which landing is a folder, or in a bucket of one server or another."""
    if request.param == "folder":
        return Settings(home=tmp_path)
    return in_bucket(request.getfixturevalue(request.param))


@pytest.fixture(scope="session")
def reference() -> Reference:
    return Reference.load(PROJECT_ROOT / "seeds")


@pytest.fixture
def read(reference: Reference) -> Callable[..., ParsedReport]:
    """Reads bytes, or a document as JSON."""
    return partial(remote_documents.read, reference)


@pytest.fixture
def typed(read: Callable[..., ParsedReport], reference: Reference) -> Callable[..., Any]:
    """Reads and types: gives the batch of one report."""
    return lambda *given, **options: normalise(
        [read(*given, **options)], reference, remote_documents.RUN_DAY
    )
