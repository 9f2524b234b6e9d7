"""Times the dbt build, the publication and a hand-written DuckDB floor on generated raw files, side by side.

    uv run python benchmarks/build/run.py demo france [france_x3] [france_x10] [--keep FOLDER]

`demo`: 67 EPCI, 12 months, 40 actions. `france`: 1,254 EPCI, 60 months, 40 actions (3 M monthly states).
`france_x3`, `france_x10`: the same with 120 and 400 actions per EPCI. Each line is one process: wall seconds, CPU
seconds, peak resident memory, and how many times the floor; `VIGIE_BUILD_MEMORY` bounds DuckDB in all of them.
"""

import argparse
import csv
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from vigie.warehouse import raw_schema

ROOT = Path(__file__).resolve().parents[2]
SIZES = {
    "demo": (67, 12, 40),
    "france": (1254, 60, 40),
    "france_x3": (1254, 60, 120),
    "france_x10": (1254, 60, 400),
}
LAST_DAY = "2025-12-31"
KNOWN = "2026-01-20 00:00:00"
MEMORY = os.environ.get("VIGIE_BUILD_MEMORY", "1200MB")  # as in dbt_project/profiles.yml
FLOOR = f"""
import duckdb, sys
raw, out, seed, script = sys.argv[1:]
with duckdb.connect(out) as c:
    c.execute("set threads = 2; set memory_limit = '{MEMORY}'; set preserve_insertion_order = false")
    c.execute(f"attach '{{raw}}' as raw (read_only)")
    c.execute(f"create table territoires as from read_csv('{{seed}}', all_varchar = true)")
    c.execute(open(script).read())
"""
PUBLICATION = """
import sys; from pathlib import Path; from vigie.warehouse.publication import assemble
assemble(*(Path(argument) for argument in sys.argv[1:]))
"""


def generate(folder: Path, territories: int, months: int, actions: int) -> Path:
    """A raw.duckdb and a `seeds/` folder of that size under `folder`; returns the path of raw."""
    shutil.copytree(
        ROOT / "dbt_project",
        folder / "dbt_project",
        ignore=shutil.ignore_patterns("target", "logs"),
    )
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    _write_territories(folder / "seeds", territories)
    path = folder / "raw.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"set threads = 2; set memory_limit = '{MEMORY}'; set preserve_insertion_order = false"
        )
        connection.execute(raw_schema.ddl())
        sizes = {"territories": territories, "months": months, "actions": actions, "last": LAST_DAY}
        script = (Path(__file__).parent / "generate.sql").read_text(encoding="utf-8")
        for name, value in sizes.items():
            script = script.replace(f"${name}", str(value))
        connection.execute(script)
    return path


def _write_territories(seeds: Path, count: int) -> None:
    places = [
        {
            "siren_epci": f"{200000000 + i}", "nom": f"CC numéro {i}", "departement_code": f"{10 + i % 96}",
            "region_code": f"{10 + i % 96 % 13}", "perimetre_code": "coeur", "population_nb": str(9000 + 97 * i),
            "commune_code": f"{10 + i % 96}{i:03}",
        }
        for i in range(count)
    ]  # fmt: skip
    departments = [
        {
            "departement_code": f"{10 + d}",
            "libelle": f"Département {d}",
            "region_code": f"{10 + d % 13}",
        }
        for d in range(96)
    ]
    _rewrite(seeds / "territoires.csv", places)
    _rewrite(seeds / "communes.csv", places)
    _rewrite(seeds / "departements.csv", departments)
    _rewrite(seeds / "sources.csv", [{"source_id": "depot-region", "siren_epci": ""}])
    _rewrite(seeds / "territoires_alias.csv", [])


def _rewrite(path: Path, rows: list[dict[str, str]]) -> None:
    """The file with its columns, its first row as a model, and those rows instead of its own."""
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        columns, model = reader.fieldnames or [], next(reader)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(model | row for row in rows)


def measure(
    command: list[str], environment: dict[str, str], cwd: Path
) -> tuple[float, float, float] | None:
    """Wall seconds, CPU seconds and peak resident MiB of one command run alone; None when DuckDB ran out of memory.

    Ends the program with the output of a command that fails for another reason.
    """
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        env=os.environ | environment,
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    output = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    if status and "Out of Memory Error" in output:
        return None
    if status:
        sys.exit(output)
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def _told(
    measured: tuple[float, float, float] | None, floor: tuple[float, float, float] | None
) -> str:
    if measured is None:
        return "out of memory | | | |"
    wall, cpu, peak = measured
    ratios = f"{wall / floor[0]:.1f} | {cpu / floor[1]:.1f}" if floor else " | "
    return f"{wall:.1f} | {cpu:.1f} | {peak:,.0f} | {ratios}"


def run(size: str, folder: Path) -> None:
    """Generates the raw file of that size and prints one line of the table for each process."""
    raw = generate(folder, *SIZES[size])
    built, target = folder / "vigie.duckdb", folder / "target"
    dbt = [
        "-W", "ignore", "-m", "dbt.cli.main", "build", "--exclude-resource-type", "unit_test", "--profiles-dir", ".",
        "--target-path", str(target), "--log-path", str(folder / "logs"), "--no-use-colors",
    ]  # fmt: skip
    seed = folder / "seeds/territoires.csv"
    script = Path(__file__).parent / "floor.sql"
    commands = {
        "floor": ["-c", FLOOR, str(raw), str(folder / "floor.duckdb"), str(seed), str(script)],
        "dbt build": dbt,
        "publication": [
            "-c", PUBLICATION, str(built), str(target / "manifest.json"), str(folder / "publication.duckdb"),
        ],
    }  # fmt: skip
    environment = {
        "VIGIE_RAW_PATH": str(raw),
        "VIGIE_BUILD_PATH": str(built),
        "VIGIE_DATE_SITUATION": str(LAST_DAY),
        "VIGIE_CONNU_LE": str(KNOWN),
    }
    measured = {}
    for label, arguments in commands.items():
        command = [sys.executable, *arguments]
        measured[label] = measure(command, environment, folder / "dbt_project")
        print(f"| {size} | {label} | {_told(measured[label], measured['floor'])} |", flush=True)
        if label != "floor" and measured[label] is None:
            return
    with duckdb.connect(str(folder / "publication.duckdb"), read_only=True) as connection:
        rows = {
            table: connection.execute(f"select count(*) from marts.{table}").fetchall()[0][0]
            for table in ("fct_etats_mensuels", "fct_indicateurs", "fct_actions")
        }
    told = ", ".join(f"{count:,} {table}" for table, count in rows.items())
    print(f"| {size} | rows: {told} | | | | | |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sizes", nargs="+", choices=sorted(SIZES))
    parser.add_argument("--keep", type=Path, help="folder that keeps the generated files")
    arguments = parser.parse_args()
    print("| size | process | wall s | CPU s | peak MiB | x floor, wall | x floor, CPU |")
    print("|---|---|--:|--:|--:|--:|--:|")
    for size in arguments.sizes:
        if arguments.keep:
            folder = arguments.keep / size
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            run(size, folder)
        else:
            with tempfile.TemporaryDirectory() as temporary:
                run(size, Path(temporary))


if __name__ == "__main__":
    main()
