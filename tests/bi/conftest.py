"""Superset on the small region, from the environment named by VIGIE_SUPERSET_VENV; without it, nothing starts."""

import os
import shutil
from collections.abc import Iterator

import pytest
from superset_server import Superset, running

from vigie.settings import Settings


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "superset: needs VIGIE_SUPERSET_VENV and Chromium")


@pytest.fixture(scope="session")
def superset_environment() -> str:
    environment = os.environ.get("VIGIE_SUPERSET_VENV")
    if not environment:
        pytest.skip("no environment of Superset (VIGIE_SUPERSET_VENV; see docs/bi.md)")
    return environment


@pytest.fixture(scope="session")
def superset(
    superset_environment: str, demo_night: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Superset]:
    home = tmp_path_factory.mktemp("superset")
    publication = home / "published" / "vigie.duckdb"
    publication.parent.mkdir()
    shutil.copy(demo_night.publication_path, publication)
    with running(superset_environment, home, publication) as server:
        yield server
