"""The same demonstration night under the real Airflow and without it, side by side, in fresh folders.

Prints, in Markdown, the wall seconds of the command, of the night from its trigger to the publication and of
each step, and the CPU seconds of all processes: without Airflow, they are those of our own code.
Usage: python benchmarks/night/run.py [territories] [months]
"""

import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from vigie.files import read_json

STEPS = ("collecte", "controle", "reponses", "construction", "verification", "publication")


TO_PUBLICATION = re.compile(r"Du déclenchement à la publication : ([\d.]+) s")


def vigie(home: Path, *arguments: str) -> tuple[float, float, float]:
    """Runs one `vigie` command; returns its wall seconds, those from the trigger to the publication and its
    CPU seconds, children included. Without Airflow the trigger is the command itself."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "vigie", *arguments],
        env=os.environ | {"VIGIE_HOME": str(home)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    printed = TO_PUBLICATION.search(done.stdout)
    return wall, float(printed[1]) if printed else wall, cpu


def steps(home: Path) -> dict[str, float]:
    """The seconds that each step of the last night of `home` kept."""
    night = max((home / "nights").glob("2*"))
    return {step: read_json(night / f"{step}.json", {}).get("duree_s", 0.0) for step in STEPS}


def main() -> None:
    territories, months = [*sys.argv[1:], "90", "12"][:2]
    rows: dict[str, tuple[float, float, float, dict[str, float]]] = {}
    with tempfile.TemporaryDirectory(prefix="vigie-night-") as folder:
        for name, verb in (
            ("sans Airflow", ["night", "--without-airflow"]),
            ("sous Airflow", ["night"]),
        ):
            home = Path(folder, name.replace(" ", "-"))
            vigie(home, "demo", "--territories", territories, "--months", months)
            rows[name] = (*vigie(home, *verb), steps(home))
            rows[f"{name}, rien de nouveau"] = (*vigie(home, *verb), steps(home))
    print(
        "| nuit | commande (s) | jusqu'à la publication (s) | CPU (s) | " + " | ".join(STEPS) + " |"
    )
    print("|---|---|---|---|" + "---|" * len(STEPS))
    for name, (wall, published, cpu, seconds) in rows.items():
        cells = " | ".join(f"{seconds[step]:.1f}" for step in STEPS)
        print(f"| {name} | {wall:.1f} | {published:.1f} | {cpu:.1f} | {cells} |")
    ratio = rows["sous Airflow"][1] / rows["sans Airflow"][1]
    print(f"\nJusqu'à la publication, sous Airflow / sans Airflow : {ratio:.2f}")


if __name__ == "__main__":
    main()
