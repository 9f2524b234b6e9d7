"""A case of the corpus: files, the verdict, the rows and the words they must receive; how such files are written."""

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tests.gate.reports import action, book, csv_report, saved

JANUARY = datetime(2026, 1, 10)

DECEMBER = datetime(2025, 12, 10)

# Registers are known after the other cases: they concern only those deposited later still.
BEFORE_REGISTER, REGISTER_DAY = datetime(2026, 1, 20), datetime(2026, 1, 22)

AFTER_REGISTER = datetime(2026, 1, 25)

REGISTERED = "200018083"


@dataclass(frozen=True)
class File:
    content: bytes
    name: str = "rapport.csv"
    deposited: datetime = JANUARY


@dataclass(frozen=True)
class Case:
    name: str
    verdict: str
    told: tuple[str, ...]
    write: Callable[[str], list[File]]
    words: str = ""
    received: int = 1
    accepted: int = 1
    shared_source: bool = False
    siren: str = ""
    synthetic: bool = False
    settings: dict[str, int] = field(default_factory=dict)


def flat_csv(*rows: dict[str, str], **options: object) -> Callable[[str], list[File]]:
    return lambda siren: [File(csv_report(siren, rows or [action()], **options))]  # type: ignore[arg-type]


def as_is(content: bytes, name: str = "rapport.xlsx") -> Callable[[str], list[File]]:
    return lambda siren: [File(content, name)]


def zipped(**files: bytes) -> bytes:
    """An archive of CSV files by their names, without their extension."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.csv", content)
    return stream.getvalue()


def row_aside(code: str, words: str, *, also: Sequence[str] = (), **changes: str) -> Case:
    """One action out of two breaks a critical rule: it is set aside, the other is loaded."""
    bad = action(code_action="B1", intitule="Seconde action") | changes
    told = (f"{code}:3", *(f"{c}:3" for c in also))
    return Case(code, "lignes_ecartees", told, flat_csv(action(), bad), words, 2, 1)


def remark(
    code: str, words: str, *, also: Sequence[str] = (), name: str = "", **changes: str
) -> Case:
    """One action deserves a remark: it is loaded."""
    told = (f"{code}:2", *(f"{c}:2" for c in also))
    return Case(name or code, "accepte_avec_remarques", told, flat_csv(action(**changes)), words)


def notice(code: str, words: str, **changes: str) -> Case:
    """One action is written in an ordinary way of which the reading is told: nothing to mend."""
    return Case(code, "accepte", (f"{code}:2",), flat_csv(action(**changes)), words)


def refused(
    code: str, words: str, write: Callable[[str], list[File]], received: int = 0, **more: object
) -> Case:
    told = more.pop("told", (code,))
    name = more.pop("name", code.partition(":")[0])
    return Case(name, "rejete", told, write, words, received, 0, **more)  # type: ignore[arg-type]


def after(
    before: Sequence[dict[str, str]], now: Sequence[dict[str, str]]
) -> Callable[[str], list[File]]:
    """The report of November, then the one of December."""
    return lambda siren: [
        File(csv_report(siren, before, date_situation="30/11/2025"), "novembre.csv", DECEMBER),
        File(csv_report(siren, now), "decembre.csv"),
    ]


def changed_book(change: Callable[..., None], *rows: dict[str, str]) -> Callable[[str], list[File]]:
    """The template workbook with something done to it."""

    def write(siren: str) -> list[File]:
        workbook = book(siren, rows or [action()])
        change(workbook)
        return [File(saved(workbook), "rapport.xlsx")]

    return write


def changed_lines(
    change: Callable[[list[str]], list[str]], *rows: dict[str, str]
) -> Callable[[str], list[File]]:
    """The flat CSV with something done to its lines."""

    def write(siren: str) -> list[File]:
        lines = csv_report(siren, rows).decode().removesuffix("\r\n").split("\r\n")
        return [File("\r\n".join(change(lines)).encode())]

    return write


OTHER = "246200364"
