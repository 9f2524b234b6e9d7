"""What breaks on the machine is told to the operator in one French sentence that says what to do."""

import errno
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

from vigie import cli
from vigie.cli.summary import print_status
from vigie.errors import WarehouseBusy
from vigie.night.steps import night_failures
from vigie.settings import Settings
from vigie.supervision.measures import CRITICAL
from vigie.warehouse import raw


def told(home: Path, *command: str) -> str:
    """The standard error of a `vigie` command that fails."""
    done = subprocess.run(
        [sys.executable, "-m", "vigie", *command],
        env={"VIGIE_HOME": str(home), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


DAMAGES = {
    "no database": lambda content: b"not a database" * 1000,
    "cut short": lambda content: content[: len(content) // 2],
    "a block altered": lambda content: content[:4096] + bytes(8192) + content[4096 + 8192 :],
}


def damage(path: Path, how: str) -> None:
    """Alters a DuckDB file that holds a few tables, made first."""
    path.parent.mkdir(exist_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table rapports as select range as rapport_id from range(100000)")
    path.write_bytes(DAMAGES[how](path.read_bytes()))


@pytest.mark.parametrize("how", DAMAGES)
def test_a_damaged_raw_file_is_named_with_the_command_that_makes_it_again(
    how: str, tmp_path: Path
) -> None:
    damage(tmp_path / "raw.duckdb", how)
    sentence = told(tmp_path, "gate", "--date", "2026-01-31")
    assert str(tmp_path / "raw.duckdb") in sentence
    assert "« vigie rebuild » le refait" in sentence
    (night,) = (tmp_path / "nights").iterdir()
    (failure,) = night_failures(night)
    assert failure.startswith("Étape controle : Le fichier") and "« vigie rebuild »" in failure
    assert raw.held(tmp_path / "raw.duckdb") == set(), "it must not keep `vigie rebuild` from it"


@pytest.mark.parametrize("how", DAMAGES)
def test_the_state_of_an_installation_tells_that_its_publication_is_damaged(
    how: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(home=tmp_path)
    damage(settings.publication_path, how)
    assert print_status(settings, datetime(2026, 11, 20, 8)) == CRITICAL
    said = capsys.readouterr().out
    assert f"Le fichier {settings.publication_path} est tronqué ou abîmé" in said
    assert "« vigie publish » la refait" in said


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "le disque de VIGIE_HOME est plein"),
        (duckdb.IOException("Could not write: No space left on device"), "est plein"),
        (PermissionError(errno.EACCES, "Permission denied", "x"), "n'en a pas le droit"),
        (OSError(errno.EROFS, "Read-only file system", "x"), "en lecture seule"),
    ],
)
def test_a_failure_of_the_disk_says_what_to_do(
    error: Exception,
    remedy: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def failing() -> None:
        raise error

    monkeypatch.setattr(cli, "app", failing)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    told_on, to_do = capsys.readouterr().err.splitlines()
    assert str(error) in told_on
    assert remedy in to_do


def test_a_defect_of_vigie_keeps_its_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing() -> None:
        raise OSError("something else")

    monkeypatch.setattr(cli, "app", failing)
    with pytest.raises(OSError, match="something else"):
        cli.main()


def test_a_writer_that_never_ends_is_told_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "raw.duckdb"
    monkeypatch.setattr(raw, "_LOCK_SECONDS", 0.1)
    with (
        FileLock(f"{path}.lock"),
        pytest.raises(WarehouseBusy, match="Un autre processus écrit dans"),
        raw.without_writers(path),
    ):
        pass
