"""What breaks on the machine is told to the operator in one French sentence that says what to do."""

import errno
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

from vigie import cli
from vigie.errors import WarehouseBusy
from vigie.night.steps import night_failures
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


def test_a_damaged_raw_file_is_named_with_the_command_that_makes_it_again(tmp_path: Path) -> None:
    (tmp_path / "raw.duckdb").write_bytes(b"not a database" * 1000)
    sentence = told(tmp_path, "gate", "--date", "2026-01-31")
    assert str(tmp_path / "raw.duckdb") in sentence
    assert "« vigie rebuild » le refait" in sentence
    (night,) = (tmp_path / "nights").iterdir()
    (failure,) = night_failures(night)
    assert failure.startswith("Étape controle : IOException")


def test_a_damaged_publication_is_named(tmp_path: Path) -> None:
    (tmp_path / "published").mkdir()
    (tmp_path / "published" / "vigie.duckdb").write_bytes(b"not a database" * 1000)
    assert "« vigie publish » la refait" in told(tmp_path, "status")


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
