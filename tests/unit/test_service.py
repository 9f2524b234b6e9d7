"""`make install-service` writes units that systemd accepts, closed to what Vigie does not need."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from vigie.settings import PROJECT_ROOT

UNITS = ["vigie.service", "vigie-guichet.service"]
# What systemd calls well protected: 0 is closed, 10 is open.
EXPOSURE = 25

pytestmark = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd is not here (.ci/packages.txt)"
)


def installed(root: Path, unit: str = UNITS[0]) -> Path:
    subprocess.run(
        [PROJECT_ROOT / "service" / "install"], env=os.environ | {"DESTDIR": str(root)}, check=True
    )
    return root / "etc" / "systemd" / "system" / unit


def analyzed(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *arguments], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", UNITS)
def test_the_unit_is_one_that_systemd_accepts_and_finds_closed(name: str, tmp_path: Path) -> None:
    unit = installed(tmp_path, name)
    verified = analyzed("verify", str(unit))
    assert verified.returncode == 0, verified.stderr
    assert name not in verified.stderr
    arguments = ("security", "--offline=true", f"--threshold={EXPOSURE}", str(unit))
    assert analyzed(*arguments).returncode == 0


def test_a_unit_left_open_or_wrong_is_seen(tmp_path: Path) -> None:
    unit = installed(tmp_path)
    text = unit.read_text(encoding="utf-8")
    unit.write_text(text.replace("ProtectSystem=strict", "").replace("CapabilityBoundingSet=", ""))
    arguments = ("security", "--offline=true", f"--threshold={EXPOSURE}", str(unit))
    assert analyzed(*arguments).returncode != 0
    unit.write_text(text.replace("vigie up --foreground", "absent").replace("User=", "Usager="))
    assert analyzed("verify", str(unit)).stderr


def test_the_desk_starts_with_settings_of_its_own_and_without_the_secrets_of_the_sources(
    tmp_path: Path,
) -> None:
    unit = installed(tmp_path, "vigie-guichet.service").read_text(encoding="utf-8")
    (settings,) = re.findall(r"^EnvironmentFile=(.*)$", unit, re.MULTILINE)
    (start,) = re.findall(r"^ExecStart=(\S+) (.*)$", unit, re.MULTILINE)
    assert start == (f"{PROJECT_ROOT}/.venv/bin/vigie", "desk")
    kept = (tmp_path / settings.removeprefix("/")).read_text(encoding="utf-8")
    assert "VIGIE_HOME=/var/lib/vigie" in kept.splitlines() and "AIRFLOW" not in kept


@pytest.mark.parametrize("name", ["vigie.env", "guichet.env"])
def test_installing_again_keeps_the_settings(name: str, tmp_path: Path) -> None:
    installed(tmp_path)
    settings = tmp_path / "etc" / "vigie" / name
    settings.write_text("VIGIE_HOME=/srv/vigie\n", encoding="utf-8")
    installed(tmp_path)
    assert settings.read_text(encoding="utf-8") == "VIGIE_HOME=/srv/vigie\n"
    assert settings.stat().st_mode & 0o007 == 0
