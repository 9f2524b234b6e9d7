"""`make test` on a bare Debian: as root it brings the packages that tests need, else it says how."""

import os
import stat
import subprocess
from pathlib import Path

from vigie.settings import PROJECT_ROOT

ALL = (PROJECT_ROOT / ".ci" / "packages.txt").read_text(encoding="utf-8").split()
MISSING = ["openssh-server", "r-base-core"]


def bring(bin_folder: Path, user: int, apt_status: int = 0) -> tuple[str, str]:
    """What the script printed, and how it called apt-get, on a machine without two of the packages."""
    calls = bin_folder / "calls"
    here = "\n".join(f"installed {name}" for name in ALL if name not in MISSING)
    commands = {
        "id": f"echo {user}",
        "dpkg-query": f"echo '{here}'",
        "apt-get": f'echo "$@" >> {calls}; exit {apt_status}',
    }
    for name, body in commands.items():
        (bin_folder / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        (bin_folder / name).chmod(stat.S_IRWXU)
    done = subprocess.run(
        ["bash", PROJECT_ROOT / ".ci" / "bring-packages"],
        env=os.environ | {"PATH": f"{bin_folder}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout, calls.read_text(encoding="utf-8") if calls.exists() else ""


def test_root_gets_what_is_missing_and_nothing_else(tmp_path: Path) -> None:
    printed, calls = bring(tmp_path, user=0)
    assert calls.splitlines()[-1].endswith("--no-install-recommends openssh-server r-base-core")
    assert "skipped" not in printed


def test_another_user_is_told_the_command_and_nothing_is_tried(tmp_path: Path) -> None:
    printed, calls = bring(tmp_path, user=1000)
    assert "apt-get install --no-install-recommends openssh-server r-base-core" in printed
    assert calls == ""


def test_without_a_network_the_tests_run_and_it_is_told(tmp_path: Path) -> None:
    printed, _ = bring(tmp_path, user=0, apt_status=100)
    assert "will be skipped: openssh-server r-base-core" in printed


def test_the_command_of_the_readme_brings_them() -> None:
    makefile = (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8")
    (recipe,) = [part for part in makefile.split("\n\n") if part.startswith("test:")]
    assert ".ci/bring-packages" in recipe
