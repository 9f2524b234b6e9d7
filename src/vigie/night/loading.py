"""The judgement of what arrived, and its loading: what a defect of Vigie keeps from being judged stops nothing else."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

import duckdb

from vigie.arrival import landing
from vigie.errors import VigieError
from vigie.gate.judging import GateResult, judge, slices
from vigie.incidents import Incident, defect_of
from vigie.reading.adapters import Unreadable, read_all
from vigie.records import ParsedReport, Receipt
from vigie.reference.seeds import Reference
from vigie.settings import Settings
from vigie.warehouse import raw

# Past this many, the defect is not that of a few files: looking for each would only take the night.
MOST_SOUGHT = 10
# The machine or the operator, not a file: trying again by halves would blame the last one left.
_NOT_A_DEFECT = (VigieError, OSError, duckdb.IOException)


log = logging.getLogger(__name__)

File = ParsedReport | Unreadable


def judge_and_load(
    settings: Settings, new: list[Receipt], day: date, docs: Path
) -> tuple[dict[str, int], list[str]]:
    """Judges the reports of `new`, in the order in which they became known, and loads them slice by slice.

    `docs` is the folder of the night's Data Docs. Returns the counts per verdict, and one sentence for the operator
    per incident: nothing of such a report is loaded. Raises OperatorError when the readers cannot work.
    """
    reference = Reference.load(settings.seeds)
    territories = {source.source_id: source.nom for source in reference.sources()}
    slices_loaded = 0

    def files() -> Iterator[File | Incident]:
        try:
            for file in read_all(new, partial(landing.local_copy, settings), settings):
                landing.drop_copy(settings, file.receipt)
                yield file
        finally:
            for receipt in new:
                landing.drop_copy(settings, receipt)

    def judge_some(some: list[File]) -> GateResult:
        previous = settings.raw_path if settings.raw_path.exists() else None
        own_docs = docs / f"tranche-{slices_loaded + 1}" if slices_loaded else docs
        return judge(some, reference, day, previous, own_docs)

    verdicts: Counter[str] = Counter()
    incidents: list[str] = []
    for outcome in judge_apart(files(), judge_some):
        if isinstance(outcome, Incident):
            name = territories.get(outcome.receipt.source_id, outcome.receipt.source_id)
            incidents.append(outcome.sentence(name))
            log.error("%s\n%s", incidents[-1], outcome.defect.trace)
            continue
        raw.load(settings.raw_path, outcome.tables)
        slices_loaded += 1
        verdicts.update(outcome.tables["rapports"]["verdict"].to_pylist())
        # In raw from now on: not held while the next slice is judged.
        outcome.tables.clear()
    return dict(verdicts), incidents


def judge_apart(
    files: Iterable[File | Incident], judge_some: Callable[[list[File]], GateResult]
) -> Iterator[GateResult | Incident]:
    """Judges a night slice by slice and yields what is to be loaded, and the reports that a defect kept out.

    A slice that cannot be judged is cut in two, and again, down to the reports at fault. Order is kept, and each
    result is meant to be loaded before the next is asked for: no verdict depends on where slices were cut.
    Raises what is not a defect (VigieError, OSError, a raw file that cannot be read).
    """
    met: list[Incident] = []

    def readable() -> Iterator[File]:
        for file in files:
            if isinstance(file, Incident):
                met.append(file)
            else:
                yield file

    sought = 0
    for some in slices(readable()):
        waiting = [some]
        while waiting:
            piece = waiting.pop()
            try:
                result = judge_some(piece)
            except _NOT_A_DEFECT:
                raise
            except Exception as error:
                if len(piece) == 1 or sought >= MOST_SOUGHT:
                    sought += 1
                    met += [Incident(file.receipt, defect_of(error)) for file in piece]
                else:
                    half = len(piece) // 2
                    waiting += [piece[half:], piece[:half]]
            else:
                yield result
    yield from met
