"""The gate, frictionless with our Table Schema, Great Expectations called once per report, and two floors.

Usage: python benchmarks/gate/run.py FILES ROWS [--frictionless-files N] [--per-report N]
Prints a Markdown table: rows per second, ratio, processor time, peak memory. Each contender runs in its own process,
once on one report of one row, which tells its start-up, then on the files. On large runs frictionless and the
once-per-report call may be given the first N files only: the rate is per row either way, and the table says on how
many rows it was measured.
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
        siren = Path(path).stem.rpartition("_")[2]
        # The landing area gives the gate the digest of the content; here the name stands for it.
        digest = sha256(path.encode()).hexdigest()
        place = (f"depot-{siren}", siren, "depot", "auto", Path(path).name, path)
        found.append(Receipt(*place, digest, Path(path).stat().st_size, MOMENT, MOMENT, MOMENT))
    return found


def gate(paths: list[str]) -> tuple[int, int]:
    """The real path: isolated reading, then one judgement per slice of the night."""
    from vigie.gate import judge, slices
    from vigie.reading import adapters
    from vigie.reference.seeds import Reference
    from vigie.settings import Settings

    reference = Reference.load(SEEDS)
    settings = Settings(home=Path(paths[0]).parent)
    parsed = adapters.read_all(receipts(paths), lambda receipt: Path(receipt.adresse), settings)
    rows = errors = 0
    for some in slices(parsed):
        tables = judge(some, reference, RUN_DATE, None, None).tables
        rows += sum(tables["rapports"]["recues_nb"].to_pylist())
        errors += len(tables["controles"])
        # As when they are loaded: not held while the next slice is judged.
        tables.clear()
    return rows, errors


def per_report(paths: list[str]) -> tuple[int, int]:
    """The same rules, Great Expectations being called for each report."""
    from vigie.gate import judge
    from vigie.reading import adapters
    from vigie.reference.seeds import Reference
    from vigie.settings import Settings

    reference = Reference.load(SEEDS)
    settings = Settings(home=Path(paths[0]).parent)
    rows = errors = 0
    for report in adapters.read_all(receipts(paths), lambda r: Path(r.adresse), settings):
        tables = judge([report], reference, RUN_DATE, None, None).tables
        rows += sum(tables["rapports"]["recues_nb"].to_pylist())
        errors += len(tables["controles"])
    return rows, errors


def frictionless(paths: list[str]) -> tuple[int, int]:
    """frictionless validate with the Table Schema of the project."""
    import frictionless as library

    from vigie.reading.table_schema import table_schema
    from vigie.reference.seeds import Reference

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


def plain_read(paths: list[str]) -> tuple[int, int]:
    """The floor of reading: every cell as text by the fastest reader in use here, nothing looked at."""
    import pyarrow as pa
    from pyarrow import csv

    rows = 0
    for path in paths:
        with Path(path).open(encoding="utf-8") as stream:
            names = stream.readline().strip().split(";")
        texts = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.large_string()))
        rows += csv.read_csv(path, None, csv.ParseOptions(delimiter=";"), texts).num_rows
    return rows, 0


def gx_import(paths: list[str]) -> tuple[int, int]:
    """The floor of Great Expectations: its import, no row judged."""
    import great_expectations
    import great_expectations.expectations

    assert great_expectations.expectations
    return 0, 0


CONTENDERS = {
    "gate": gate,
    "frictionless": frictionless,
    "per_report": per_report,
    "plain_read": plain_read,
    "gx_import": gx_import,
}


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
    own = resource.getrusage(resource.RUSAGE_SELF)
    readers = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = {
        "rows": rows,
        "errors": errors,
        "cpu": own.ru_utime + own.ru_stime + readers.ru_utime + readers.ru_stime,
        "mib": own.ru_maxrss / 1024,
        "reader_mib": readers.ru_maxrss / 1024,
    }
    print(json.dumps(told))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("files", type=int)
    parser.add_argument("rows", type=int)
    parser.add_argument("--frictionless-files", type=int)
    parser.add_argument("--per-report", type=int)
    asked = parser.parse_args()
    from files import write

    from vigie.reference.seeds import Reference

    with tempfile.TemporaryDirectory() as folder:
        reference = Reference.load(SEEDS)
        paths = [str(path) for _, path in write(Path(folder), reference, asked.files, asked.rows)]
        small = Path(folder, "small")
        small.mkdir()
        one_row = [str(path) for _, path in write(small, reference, 1, 1)]
        shares = {
            "gate": len(paths),
            "frictionless": asked.frictionless_files or len(paths),
            "per_report": asked.per_report or len(paths),
            "plain_read": len(paths),
            "gx_import": 0,
        }
        starts = {name: measure(name, one_row) for name in shares}
        results = {name: measure(name, paths[:count]) for name, count in shares.items()}
    rates = {name: told["rows"] / told["seconds"] for name, told in results.items()}
    steady = {
        name: told["rows"] / max(told["seconds"] - starts[name]["seconds"], 0.001)
        for name, told in results.items()
    }
    print(f"\n{asked.files} files of {asked.rows} rows\n")
    print(
        "| | rows measured | seconds | of which start-up | processor s | rows/s | x frictionless |"
        " rows/s without start-up | x frictionless | peak MiB (readers) | controls |"
    )
    print("|---|" + "--:|" * 10)
    for name, told in results.items():
        print(
            f"| {name} | {told['rows']:,.0f} | {told['seconds']:.1f} | {starts[name]['seconds']:.1f} |"
            f" {told['cpu']:.1f} | {rates[name]:,.0f} | {rates[name] / rates['frictionless']:.1f} |"
            f" {steady[name]:,.0f} | {steady[name] / steady['frictionless']:.1f} |"
            f" {told['mib']:.0f} ({told['reader_mib']:.0f}) | {told['errors']:,.0f} |"
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], sys.argv[3:])
    else:
        main()
