"""What senders sent, and what is made of it before it may be shown, is read by its owner alone."""

import io
import os
from pathlib import Path

import duckdb
import pytest
from rich.console import Console
from typer.testing import CliRunner

from vigie.cli import app
from vigie.cli.console import table
from vigie.files import make_private
from vigie.settings import Settings


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_night_leaves_nothing_of_senders_open_to_others(demo_night: Settings) -> None:
    closed = (demo_night.landing, demo_night.answers, demo_night.build_folder, demo_night.raw_path)
    assert [oct(mode(path)) for path in closed] == ["0o700", "0o700", "0o700", "0o600"]
    assert mode(demo_night.publication_path) & 0o444 == 0o444, "readers open the publication"


def test_what_an_older_version_left_open_is_closed(tmp_path: Path) -> None:
    file = tmp_path / "raw.duckdb"
    file.touch(0o644)
    tmp_path.chmod(0o755)
    for path in (file, tmp_path, tmp_path / "landing"):
        make_private(path)
        make_private(path)
    assert [mode(p) for p in (file, tmp_path, tmp_path / "landing")] == [0o600, 0o700, 0o700]


def test_a_pipe_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    os.mkfifo(tmp_path / "tube.csv")
    told = CliRunner().invoke(app, ["check", str(tmp_path / "tube.csv")])
    assert told.exit_code == 2 and "tube" in told.output


def test_the_console_shows_brackets_as_they_are() -> None:
    written = io.StringIO()
    screen = Console(width=80, file=written)
    screen.print(table(duckdb.sql("select '[/x]' as \"[b]\"")))
    assert "[/x]" in written.getvalue()
