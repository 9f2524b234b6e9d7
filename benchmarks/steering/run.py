"""Measures the rendering of the steering site: first from nothing, then again with nothing changed."""

import os
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from vigie import steering


def main(publication: Path) -> None:
    """Prints elapsed and processor seconds, weights and counts for both renderings."""
    with tempfile.TemporaryDirectory() as folder:
        for label in ("from nothing", "nothing changed"):
            before, start = os.times(), perf_counter()
            summary = steering.render(publication, Path(folder) / "site", None)
            after = os.times()
            spent = sum(after[:4]) - sum(before[:4])
            print(
                f"{label}: {perf_counter() - start:.1f} s elapsed, {spent:.1f} s of processor, {summary}"
            )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
