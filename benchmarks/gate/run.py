"""The gate, frictionless with our Table Schema, and Great Expectations called once per report, on the same files.

Usage: python benchmarks/gate/run.py FILES ROWS [--frictionless-files N] [--per-report N]
Prints a Markdown table: rows per second, ratio, peak memory. Each contender runs in its own process. On large runs
frictionless and the once-per-report call may be given the first N files only: the rate is per row either way, and
the table says on how many rows it was measured.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
RUN_DATE = date(2026, 2, 1)
MOMENT = datetime(2026, 1, 31)


def receipts(paths: list[str]) -> list:
    from vigie.records import Receipt

    found = []
    for path in paths:
        content = Path(path).read_bytes()
        siren = Path(path).stem.rpartition("_")[2]
        digest = sha256(content).hexdigest()
        place = (f"depot-{siren}", siren, "depot", "auto", Path(path).name, path)
        found.append(Receipt(*place, digest, len(content), MOMENT, MOMENT, MOMENT))
    return found


def gate(paths: list[str]) -> tuple[int, int]:
    """The real path: isolated reading, then one judgement per slice of the night."""
    from vigie import adapters
    from vigie.gate import judge, slices
    from vigie.reference import Reference
    from vigie.settings import Settings

    reference = Reference.load(SEEDS)
    settings = Settings(home=Path(paths[0]).parent)
    parsed = adapters.read_all(receipts(paths), lambda receipt: Path(receipt.adresse), settings)
    rows = errors = 0
    for some in slices(parsed):
        tables = judge(some, reference, RUN_DATE, None, None).tables
        rows += int(tables["rapports"]["recues_nb"].sum())
        errors += len(tables["controles"])
    return rows, errors


def per_report(paths: list[str]) -> tuple[int, int]:
    """The same rules, Great Expectations being called for each report."""
    from vigie import adapters
    from vigie.gate import judge
    from vigie.reference import Reference
    from vigie.settings import Settings

    reference = Reference.load(SEEDS)
    settings = Settings(home=Path(paths[0]).parent)
    rows = errors = 0
    for report in adapters.read_all(receipts(paths), lambda r: Path(r.adresse), settings):
        tables = judge([report], reference, RUN_DATE, None, None).tables
        rows += int(tables["rapports"]["recues_nb"].sum())
        errors += len(tables["controles"])
    return rows, errors


def frictionless(paths: list[str]) -> tuple[int, int]:
    """frictionless validate with the Table Schema of the project."""
    import frictionless as library

    from vigie.reference import Reference
    from vigie.table_schema import table_schema

    described = table_schema(Reference.load(SEEDS))
    rows = errors = 0
    for path in paths:
        resource_ = library.Resource(
            path=Path(path).name,
            basepath=str(Path(path).parent),
            schema=library.Schema.from_descriptor(described),
            dialect=library.Dialect.from_descriptor({"csv": {"delimiter": ";"}}),
            detector=library.Detector(schema_sync=True),
        )
        report = resource_.validate(limit_errors=1_000_000)
        rows += int(report.tasks[0].stats["rows"])
        errors += int(report.stats["errors"])
    return rows, errors


CONTENDERS = {"gate": gate, "frictionless": frictionless, "per_report": per_report}


def measure(contender: str, paths: list[str]) -> dict[str, float]:
    """Runs a contender in its own process; seconds include the start of Python and every import."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, __file__, "--child", contender, *paths], stdout=subprocess.PIPE, check=True
    )
    told = json.loads(done.stdout.splitlines()[-1])
    return told | {"seconds": time.perf_counter() - start}


def child(contender: str, paths: list[str]) -> None:
    rows, errors = CONTENDERS[contender](paths)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    readers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(json.dumps({"rows": rows, "errors": errors, "mib": own, "reader_mib": readers}))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("files", type=int)
    parser.add_argument("rows", type=int)
    parser.add_argument("--frictionless-files", type=int)
    parser.add_argument("--per-report", type=int)
    asked = parser.parse_args()
    from files import write

    from vigie.reference import Reference

    with tempfile.TemporaryDirectory() as folder:
        written = write(Path(folder), Reference.load(SEEDS), asked.files, asked.rows)
        paths = [str(path) for _, path in written]
        shares = {
            "gate": len(paths),
            "frictionless": asked.frictionless_files or len(paths),
            "per_report": asked.per_report or len(paths),
        }
        results = {name: measure(name, paths[:count]) for name, count in shares.items()}
    slowest = results["frictionless"]["rows"] / results["frictionless"]["seconds"]
    print(f"\n{asked.files} files of {asked.rows} rows\n")
    print("| | rows measured | seconds | rows/s | x frictionless | peak MiB (readers) | controls |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for name, told in results.items():
        rate = told["rows"] / told["seconds"]
        print(
            f"| {name} | {told['rows']:,.0f} | {told['seconds']:.1f} | {rate:,.0f} | {rate / slowest:.1f} |"
            f" {told['mib']:.0f} ({told['reader_mib']:.0f}) | {told['errors']:,.0f} |"
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], sys.argv[3:])
    else:
        main()
