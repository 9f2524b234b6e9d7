"""The process that opens files of unknown origin, one after the other, for `vigie.reading.adapters.isolation`.

It first says READY, or why it cannot start. Then, asked on its standard input, it answers on its standard output,
both in pickles: what the work asked gives, the refusal of a file that cannot be read, or the place of a defect of
Vigie. It ends with its input.
"""

import os
import pickle
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vigie.errors import ReportUnreadable, VigieError
from vigie.incidents import defect_of
from vigie.reading.adapters import read
from vigie.reading.adapters.isolation import READY, Refusal
from vigie.reading.fields import Fields
from vigie.records import ParsedReport, Receipt
from vigie.reference.seeds import Reference
from vigie.settings import Settings

Works = dict[str, Callable[..., object]]


def serve(prepare: Callable[[Settings], Works]) -> None:
    """Answers what is asked by the works that `prepare` gives by name, until the input ends."""
    questions = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    # Nothing a library prints may be taken for an answer.
    os.dup2(2, 1)
    settings, memory = pickle.load(questions)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        works = prepare(settings)
    except VigieError as error:
        pickle.dump(str(error), answers)
        answers.flush()
        sys.exit(1)

    pickle.dump(READY, answers)
    answers.flush()
    while True:
        try:
            work, arguments = pickle.load(questions)
        except EOFError:
            return
        try:
            answer = works[work](*arguments)
        except ReportUnreadable as error:
            answer = Refusal(error.rule_code, str(error), error.advice)
        except MemoryError:
            answer = None
        except Exception as error:
            # A defect of Vigie is told with its place, and never stops the reading of the other files.
            answer = defect_of(error)
        pickle.dump(answer, answers, protocol=5)
        answers.flush()
        if answer is None:
            sys.exit(1)


def _works(settings: Settings) -> Works:
    reference = Reference.load(settings.seeds)
    Fields.load(settings.seeds)

    def read_file(receipt: Receipt, path: Path) -> ParsedReport:
        return read(receipt, path.read_bytes(), reference, settings)

    return {"read": read_file, "annotate": _annotate}


def _annotate(content: Path, copy: Path, notes: list[dict[str, Any]]) -> bool:
    # Only answers need what it imports.
    from vigie.answers.workbook import annotate

    return annotate(content, copy, notes)


if __name__ == "__main__":
    serve(_works)
