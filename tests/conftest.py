"""What several kinds of tests share: where the shared samples are, and one small night already run."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import run_vigie
from filelock import FileLock
from hypothesis import HealthCheck, settings
from shared_folder import shared_folder

from vigie.settings import PROJECT_ROOT, Settings

TERRITORIES, MONTHS = 6, 3

# Neither the load of the machine nor chance may turn a test red.
settings.register_profile(
    "vigie", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("vigie")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of samples and reference facts kept outside the project; the test is skipped without it."""
    folder = Path(os.environ.get("VIGIE_SHARED", PROJECT_ROOT.parent / "shared"))
    if not folder.exists():
        pytest.skip("the shared samples are not here (VIGIE_SHARED)")
    return folder


@pytest.fixture(scope="session")
def demo_night(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A small synthetic region after one undisturbed night; made once for all workers, never written to."""
    root = shared_folder(tmp_path_factory)
    home = root / "demo_night"
    with FileLock(root / "demo_night.lock"):
        if not (home / "published" / "vigie.duckdb").exists():
            shutil.rmtree(home, ignore_errors=True)
            run_vigie(home, "demo", "--territories", str(TERRITORIES), "--months", str(MONTHS))
            run_vigie(home, "night", "--without-airflow")
            run_vigie(home, "export")
    # The builds of the tests that follow start from the models as this night parsed them.
    os.environ["DBT_PARTIAL_PARSE_FILE_PATH"] = str(home / "dbt" / "partial_parse.msgpack")
    return Settings(home=home)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A real browser; the test is skipped without it."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def demo_copy(demo_night: Settings, tmp_path: Path) -> Settings:
    """The same night, in a folder that the test may change."""
    home = tmp_path / "home"
    shutil.copytree(demo_night.home, home, symlinks=True)
    return Settings(home=home)
