"""What every test of a channel starts from (an installation, a source, servers on the loopback), and of a format."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import remote_documents
import servers
from channel_scene import RUN_AT, SIREN

from tests.frames import normalise
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
