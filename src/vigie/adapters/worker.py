"""The process that opens files of unknown origin, one after the other, for `vigie.adapters.read_all`.

It first says READY, or why it cannot start. Then, asked on its standard input, it answers on its standard output,
both in pickles: a ParsedReport, the rule code of a file that cannot be read, or the place of a defect of Vigie. It ends
with its input.
"""

import os
import pickle
import resource
import sys
from pathlib import Path

from vigie.adapters import read
from vigie.adapters.isolation import READY
from vigie.errors import ReportUnreadable, VigieError
from vigie.fields import Fields
from vigie.incidents import defect_of
from vigie.reference import Reference


def main() -> None:
    """Serves requests until the input ends."""
    questions = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    # Nothing a library prints may be taken for an answer.
    os.dup2(2, 1)
    settings, memory = pickle.load(questions)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        reference = Reference.load(settings.seeds)
        Fields.load(settings.seeds)
    except VigieError as error:
        pickle.dump(str(error), answers)
        answers.flush()
        sys.exit(1)
    pickle.dump(READY, answers)
    answers.flush()
    while True:
        try:
            receipt, path = pickle.load(questions)
        except EOFError:
            return
        try:
            answer: object = read(receipt, Path(path).read_bytes(), reference, settings)
        except ReportUnreadable as error:
            answer = (error.rule_code, str(error), error.advice)
        except MemoryError:
            answer = None
        except Exception as error:
            # A defect of Vigie is told with its place, and never stops the reading of the other files.
            answer = defect_of(error)
        pickle.dump(answer, answers, protocol=5)
        answers.flush()
        if answer is None:
            sys.exit(1)


if __name__ == "__main__":
    main()
