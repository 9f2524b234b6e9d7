"""Every query of the analyst's guide runs on a publication and answers something."""

import re
import shutil
import subprocess
import sys

import duckdb
import pytest

from vigie.settings import PROJECT_ROOT, Settings

GUIDE = (PROJECT_ROOT / "docs" / "analystes.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, flags=re.DOTALL)


def test_the_guide_holds_ten_queries() -> None:
    assert [len(blocks(language)) for language in ("sql", "python", "r")] == [8, 2, 1]


@pytest.mark.parametrize("query", blocks("sql"))
def test_a_query_of_the_guide_answers(query: str, demo_night: Settings) -> None:
    with duckdb.connect(str(demo_night.publication_path), read_only=True) as connection:
        assert connection.execute(query).fetchall() != []


@pytest.mark.parametrize("script", blocks("python"))
def test_a_python_script_of_the_guide_answers(script: str, demo_night: Settings) -> None:
    run([sys.executable, "-c", script], demo_night)


@pytest.mark.parametrize("script", blocks("r"))
def test_an_r_script_of_the_guide_answers(script: str, demo_night: Settings) -> None:
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed (Debian package r-base-core)")
    run(["Rscript", "-e", script], demo_night)


def run(command: list[str], settings: Settings) -> None:
    done = subprocess.run(command, cwd=settings.home, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) > 2, done.stdout
