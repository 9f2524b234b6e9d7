"""A session frozen since the publication is given to the pages at once, with what it was shown."""

import json
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from vigie.diffusion import pages, steps
from vigie.diffusion.pages.content import since
from vigie.settings import Settings


def test_the_sessions_frozen_are_given_to_the_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=tmp_path)
    record = {
        "seance_code": "copil",
        "nom": "COPIL",
        "date_situation": "2026-09-30",
        "connu_le": "2026-10-20T23:59:59",
    }
    (settings.landing / "seances").mkdir(parents=True)
    (settings.landing / "seances" / "copil.json").write_text(json.dumps(record), encoding="utf-8")
    edition = settings.published / "seances" / "copil.duckdb"
    edition.parent.mkdir(parents=True)
    edition.touch()
    given: list[Any] = []
    made = SimpleNamespace(pages_nb=0, refaites=(), octets=0, pdf_nb=0, pdf_refaits=())
    monkeypatch.setattr(pages, "render", lambda *arguments: given.append(arguments) or made)
    steps.render_pages(settings, datetime(2026, 11, 20))
    ((*_, sessions),) = given
    assert sessions == [
        pages.Session("COPIL", date(2026, 9, 30), datetime(2026, 10, 20, 23, 59, 59), edition)
    ]


def test_an_edition_of_an_older_version_or_that_is_gone_is_not_read(tmp_path: Path) -> None:
    old = tmp_path / "ancienne.duckdb"
    with duckdb.connect(str(old)) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.fct_actions (action_id varchar)")
    assert since.read_edition(old, "select action_id from marts.fct_actions") == []
    assert since.read_edition(old, "select est_disparue from marts.fct_actions") is None
    assert since.read_edition(old, "from marts.fct_indicateurs") is None
    assert since.read_edition(tmp_path / "absente.duckdb", "select 1") is None
    assert since.read_edition(None, "select 1") is None


def test_the_difference_is_that_of_what_is_shown() -> None:
    assert since.difference(34.94, 35.06) == 0.2
    assert since.difference(35.0, 35.04) == 0.0
