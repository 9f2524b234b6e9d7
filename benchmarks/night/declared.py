"""The same demonstration night without and with many values of declared indicators, side by side, in fresh folders.

Prints, in Markdown, the wall seconds of each step and the CPU seconds of the night, and what the values add.
Usage: python benchmarks/night/declared.py [values]
"""

import csv
import os
import shutil
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

from run import STEPS, steps, vigie

from vigie.settings import PROJECT_ROOT

MONTHS, TERRITORIES = 40, "12"
LAST = date(2026, 10, 31)
HEADER = ("identifiant_indic", "zone_id", "zone_nom", "date_valeur", "type_valeur", "valeur")
RULES = ("somme", "moyenne", "dernier")


def months() -> list[date]:
    """The last day of each month, the last one first."""
    found = [LAST]
    while len(found) < MONTHS:
        found.append(found[-1].replace(day=1) - timedelta(days=1))
    return found


def sirens() -> list[str]:
    with (PROJECT_ROOT / "seeds" / "territoires.csv").open(encoding="utf-8", newline="") as stream:
        return [row["siren_epci"] for row in csv.DictReader(stream)][:90]


def catalogue(seeds: Path, count: int) -> list[str]:
    """Copies the seeds there, `count` more indicators in the catalogue; returns their codes."""
    shutil.copytree(PROJECT_ROOT / "seeds", seeds)
    codes = [f"IND-{4000 + rank}" for rank in range(count)]
    with (seeds / "indicateurs_declares.csv").open("a", encoding="utf-8", newline="") as stream:
        for rank, code in enumerate(codes):
            over_time, over_places = RULES[rank % 3], RULES[rank // 3 % 3]
            rules = f"{over_time},{over_places}"
            stream.write(
                f"{code},Indicateur {code},nb,hausse,mensuelle,false,{rules},,,tous,population,mesure\n"
            )
    return codes


def values(drop_folder: Path, codes: list[str], count: int) -> int:
    """Drops up to `count` values, a file for each territory: a start, a target and one value per month for each
    indicator. Returns how many."""
    left = count
    for siren in sirens():
        lines = []
        for code in codes:
            days = months()
            lines.append((code, siren, "x", days[-1], "vi", 0))
            lines.append((code, siren, "x", LAST.replace(month=12), "vc", 100))
            lines += [
                (code, siren, "x", day, "va", rank) for rank, day in enumerate(reversed(days))
            ]
        del lines[left:]
        left -= len(lines)
        path = drop_folder / siren / "indicateurs_mesure.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, delimiter=";")
            writer.writerow(HEADER)
            writer.writerows(lines)
    return count - left


def main() -> None:
    count = int([*sys.argv[1:], "200000"][0])
    each = 90 * (MONTHS + 2)
    with tempfile.TemporaryDirectory(prefix="vigie-declares-") as folder:
        seeds = Path(folder, "seeds")
        codes = catalogue(seeds, -(-count // each))
        os.environ["VIGIE_SEEDS"] = str(seeds)
        rows: dict[str, dict[str, float]] = {}
        for name in ("sans", "avec"):
            home = Path(folder, name)
            vigie(home, "demo", "--territories", TERRITORIES, "--months", str(MONTHS))
            if name == "avec":
                count = values(home / "depot", codes, count)
            total, _, cpu = vigie(home, "night", "--without-airflow")
            rows[name] = steps(home) | {"nuit": total, "CPU": cpu}
    rows["de plus"] = {step: rows["avec"][step] - rows["sans"][step] for step in rows["avec"]}
    columns = ("nuit", "CPU", *STEPS)
    print(f"| {count} valeurs | " + " | ".join(columns) + " |")
    print("|---|" + "---|" * len(columns))
    for name, seconds in rows.items():
        print(f"| {name} | " + " | ".join(f"{seconds[step]:.1f}" for step in columns) + " |")


if __name__ == "__main__":
    main()
