"""The process that checks files for the desk: reading and judgement of some files, within bounds, then the next."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from vigie.answers.checking import Checked, check_files
from vigie.answers.workbook import annotate
from vigie.gate import engine
from vigie.reading.adapters.worker import Works, serve
from vigie.reading.fields import Fields
from vigie.reference.seeds import Reference
from vigie.settings import Settings


def works(settings: Settings) -> Works:
    """`ready` (whether it is), `check` and `annotate`, by the code of `vigie check` and of the answers."""
    reference = Reference.load(settings.seeds)
    Fields.load(settings.seeds)
    # Before the first file: its seconds are not those of an import.
    engine.prepare().join()

    def check(files: Sequence[tuple[Path, str, str]], day: date) -> list[Checked]:
        return check_files(files, reference, day)

    return {"ready": lambda: True, "check": check, "annotate": annotate}


if __name__ == "__main__":
    serve(works)
