"""`make install-service` writes a unit that systemd accepts, closed to what Vigie does not need."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from vigie.settings import PROJECT_ROOT

# What systemd calls well protected: 0 is closed, 10 is open.
EXPOSURE = 25

pytestmark = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd is not here (.ci/packages.txt)"
)


def installed(root: Path) -> Path:
    subprocess.run(
        [PROJECT_ROOT / "service" / "install"], env=os.environ | {"DESTDIR": str(root)}, check=True
    )
    return root / "etc" / "systemd" / "system" / "vigie.service"


def analyzed(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *arguments], capture_output=True, text=True, check=False
    )


def test_the_unit_is_one_that_systemd_accepts_and_finds_closed(tmp_path: Path) -> None:
    unit = installed(tmp_path)
    verified = analyzed("verify", str(unit))
    assert verified.returncode == 0, verified.stderr
    assert "vigie.service" not in verified.stderr
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


def test_installing_again_keeps_the_settings(tmp_path: Path) -> None:
    installed(tmp_path)
    settings = tmp_path / "etc" / "vigie" / "vigie.env"
    settings.write_text("VIGIE_HOME=/srv/vigie\n", encoding="utf-8")
    installed(tmp_path)
    assert settings.read_text(encoding="utf-8") == "VIGIE_HOME=/srv/vigie\n"
    assert settings.stat().st_mode & 0o007 == 0
