"""Everything that can befall an installation, again and again, for as long as one likes: see README.md.

Usage: python benchmarks/soak/run.py [--minutes 20] [--seed N] [--only PART...]. Prints a Markdown table, and each thing
found lost or wrong; its exit code is then 1.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random, SystemRandom

_TESTS = Path(__file__).resolve().parents[2] / "tests"
sys.path[:0] = [str(_TESTS), str(_TESTS / "sources")]

from damages import damages  # noqa: E402
from full_disk import full_disk  # noqa: E402
from kills import airflow_kills, kills  # noqa: E402
from mutations import mutations  # noqa: E402
from readers import readers  # noqa: E402
from scene import Part, Region, region  # noqa: E402
from two_nights import two_nights  # noqa: E402

_IN_A_NAMESPACE = "VIGIE_SOAK_NAMESPACE"


@dataclass(frozen=True)
class Plan:
    """A part, how many times at most, and its share of the time."""

    name: str
    play: Callable[[Part, Region, Path], None]
    asked: int
    share: float


PLANS = (
    Plan("coupures", kills, 500, 0.40),
    Plan("coupures sous Airflow", airflow_kills, 20, 0.12),
    Plan("mutants", mutations, 10_000, 0.22),
    Plan("publications", readers, 100, 0.08),
    Plan("disque plein", full_disk, 12, 0.08),
    Plan("deux nuits", two_nights, 8, 0.04),
    Plan("dégâts", damages, 14, 0.06),
)


def _in_a_namespace() -> None:
    """Starts again where a small disk can be mounted without being root, and where mounts end with the process."""
    unshare = ["unshare", "--user", "--map-root-user", "--mount"]
    if _IN_A_NAMESPACE not in os.environ:
        if (
            shutil.which("unshare") is None
            or subprocess.run([*unshare, "true"], check=False).returncode
        ):
            raise SystemExit("Il faut unshare (util-linux) et les espaces de noms d'utilisateur.")
        os.environ[_IN_A_NAMESPACE] = "1"
        os.execvp(unshare[0], [*unshare, sys.executable, *sys.argv])


def _row(part: Part) -> str:
    counts = ", ".join(f"{name} : {number:,}" for name, number in sorted(part.counts.items()))
    worst = f"{part.worst_s:,.1f} | {part.worst_mib:,.0f}"
    return (
        f"| {part.name} | {part.asked:,} | {part.done:,} | {counts} | {worst} | {len(part.wrong)} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--only", nargs="*", choices=[plan.name for plan in PLANS])
    given = parser.parse_args()
    _in_a_namespace()
    seed = given.seed if given.seed is not None else SystemRandom().randrange(10**6)
    plans = [plan for plan in PLANS if not given.only or plan.name in given.only]
    whole = sum(plan.share for plan in plans)
    print(f"Graine {seed}, {given.minutes:g} minutes.\n", flush=True)
    print("| partie | demandées | faites | ce qui est arrivé | pire (s) | pic (Mio) | faux |")
    print("|---|--:|--:|---|--:|--:|--:|", flush=True)
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="vigie-endurance-") as root:
        reference = region(Path(root, "reference"))
        for plan in plans:
            folder = Path(root, f"partie-{PLANS.index(plan)}")
            folder.mkdir()
            deadline = time.monotonic() + given.minutes * 60 * plan.share / whole
            part = Part(plan.name, plan.asked, deadline, Random(f"{seed}/{plan.name}"))
            plan.play(part, reference, folder)
            wrong += len(part.wrong)
            print(_row(part), flush=True)
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
