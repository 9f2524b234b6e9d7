"""The `vigie` command, run as its users run it."""

import os
import subprocess
import sys
from pathlib import Path


def run_vigie(home: Path, *arguments: str) -> str:
    """Runs one `vigie` command in `home` and returns what it printed; fails if it failed."""
    done = subprocess.run(
        [sys.executable, "-m", "vigie", *arguments],
        env=os.environ | {"VIGIE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
