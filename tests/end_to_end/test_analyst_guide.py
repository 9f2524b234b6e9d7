"""Every query of the analyst's guide runs on a publication and answers something."""

import os
import re
import shutil
import subprocess
import sys

import duckdb
import pytest

from vigie.cli.console import EXAMPLES
from vigie.settings import PROJECT_ROOT, Settings

GUIDE = (PROJECT_ROOT / "docs" / "analystes.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, flags=re.DOTALL)


def test_the_guide_holds_fourteen_queries() -> None:
    assert [len(blocks(language)) for language in ("sql", "python", "r")] == [11, 2, 1]


@pytest.mark.parametrize("query", blocks("sql"))
def test_a_query_of_the_guide_answers(query: str, demo_night: Settings) -> None:
    with duckdb.connect(str(demo_night.publication_path), read_only=True) as connection:
        assert connection.execute(query).fetchall() != []


def test_the_join_of_the_guide_gives_the_published_figure(demo_night: Settings) -> None:
    (query,) = (query for query in blocks("sql") if "pont_lignes_themes" in query)
    with duckdb.connect(str(demo_night.publication_path), read_only=True) as connection:
        months = connection.execute(query).fetchall()
        hidden = connection.execute(
            "select mois_le, n_nb from marts.fct_indicateurs where indicateur_code = 'avancement'"
            " and modalite_code = 'total' and maille_code = 'theme' and theme_code = 'e_administration'"
        ).fetchall()
    told = {month: n for month, n, *_ in months}
    complete = [m for m in months if told[m[0]] == dict(hidden)[m[0]]]
    assert complete
    for _, _, numerator, published, denominator, published_too in complete:
        assert (numerator, denominator) == pytest.approx((published, published_too), abs=1e-5)


def test_the_guide_names_every_part_of_every_indicator(demo_night: Settings) -> None:
    _, _, table = GUIDE.partition("| indicateur | modalités |\n")
    lines = table.partition("\n\n")[0].splitlines()[1:]
    told = {
        code: set(re.findall(r"`(\w+)`", parts)) | {"total"}
        for line in lines
        for codes, parts in [line.strip("|").split(" | ")]
        for code in re.findall(r"`(\w+)`", codes)
    }
    with duckdb.connect(str(demo_night.publication_path), read_only=True) as connection:
        published = connection.execute(
            "select distinct indicateur_code, modalite_code from marts.fct_indicateurs"
            " where indicateur_code not in ('comparaison_pairs', 'tendance', 'revision')"
        ).fetchall()
    assert len(published) > 50
    assert [pair for pair in published if pair[1] not in told.get(pair[0], {"total"})] == []


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


@pytest.mark.parametrize("query", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_a_query_offered_by_the_console_answers(query: str, demo_night: Settings) -> None:
    with duckdb.connect(str(demo_night.publication_path), read_only=True) as connection:
        assert connection.execute(query).fetchall() != []


def test_the_tables_named_by_the_guide_exist(demo_night: Settings) -> None:
    named = set(re.findall(r"`((?:marts|qualite)\.\w+)`", GUIDE))
    assert len(named) > 8
    with duckdb.connect(str(demo_night.publication_path), read_only=True) as connection:
        tables = connection.execute("select schema_name || '.' || table_name from duckdb_tables()")
        assert named - {name for (name,) in tables.fetchall()} == set()


def test_the_console_greets_with_examples_and_answers(demo_night: Settings) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "vigie", "console"],
        input="select count(*) as territoires from marts.dim_territoires\nwhere est_dans_denominateur;\n"
        "drop table marts.fct_actions;\n.quit\n",
        env=os.environ | {"VIGIE_HOME": str(demo_night.home)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert all(title in done.stdout for title in EXAMPLES)
    assert re.search(r"territoires.*\b90\b", done.stdout, re.DOTALL)
    assert "read-only" in done.stdout
