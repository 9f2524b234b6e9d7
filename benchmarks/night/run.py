"""The same demonstration night under the real Airflow and without it, side by side, in fresh folders.

Prints, in Markdown, the wall seconds of each step and of the whole, and the CPU seconds of all processes.
Usage: python benchmarks/night/run.py [territories] [months]
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from vigie.files import read_json

STEPS = ("collecte", "controle", "reponses", "construction", "verification", "publication")


def vigie(home: Path, *arguments: str) -> tuple[float, float]:
    """Runs one `vigie` command; returns its wall and CPU seconds, children included."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "vigie", *arguments],
        env=os.environ | {"VIGIE_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - start, cpu


def steps(home: Path) -> dict[str, float]:
    """The seconds that each step of the last night of `home` kept."""
    night = max((home / "nights").glob("2*"))
    return {step: read_json(night / f"{step}.json", {}).get("duree_s", 0.0) for step in STEPS}


def main() -> None:
    territories, months = [*sys.argv[1:], "90", "12"][:2]
    rows: dict[str, tuple[float, float, dict[str, float]]] = {}
    with tempfile.TemporaryDirectory(prefix="vigie-night-") as folder:
        for name, verb in (
            ("sans Airflow", ["night", "--without-airflow"]),
            ("sous Airflow", ["night"]),
        ):
            home = Path(folder, name.replace(" ", "-"))
            vigie(home, "demo", "--territories", territories, "--months", months)
            rows[name] = (*vigie(home, *verb), steps(home))
            rows[f"{name}, rien de nouveau"] = (*vigie(home, *verb), steps(home))
    print("| nuit | total (s) | CPU (s) | " + " | ".join(STEPS) + " |")
    print("|---|---|---|" + "---|" * len(STEPS))
    for name, (wall, cpu, seconds) in rows.items():
        cells = " | ".join(f"{seconds[step]:.1f}" for step in STEPS)
        print(f"| {name} | {wall:.1f} | {cpu:.1f} | {cells} |")
    ratio = rows["sous Airflow"][0] / rows["sans Airflow"][0]
    print(f"\nSous Airflow / sans Airflow : {ratio:.2f}")


if __name__ == "__main__":
    main()
