"""The files being checked: a few processes, a queue with a bound, nothing kept on the disk."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock, Thread

from starlette.concurrency import run_in_threadpool

from vigie.answers import workbook
from vigie.answers.checking import Checked, NotJudged
from vigie.answers.page import VERDICTS
from vigie.desk.refusals import Refused
from vigie.errors import OperatorError
from vigie.incidents import Defect
from vigie.reading.adapters.codes import unreadable
from vigie.reading.adapters.isolation import Apart
from vigie.settings import Settings

log = logging.getLogger(__name__)

PROCESSES = 2
PLACES = 60
# Reading, judging by Great Expectations and annotating: more than a reader alone needs.
_SECONDS = 90.0
_MEMORY_BYTES = 4 * 1024**3
_REMEMBERED_FOR = timedelta(minutes=10)
_REMEMBERED_BYTES = 64 * 1024**2


@dataclass(frozen=True)
class CheckedFile:
    """A file just checked: what is said of it, its bytes, and the annotated copy (None: nothing to annotate)."""

    name: str
    content: bytes
    checked: Checked
    copy: bytes | None


class Checks:
    """Who is having a file read, and what reads them."""

    def __init__(self, settings: Settings) -> None:
        self._idle = [
            Apart(settings, _SECONDS, _MEMORY_BYTES, program="vigie.desk.checker")
            for _ in range(PROCESSES)
        ]
        self._every = list(self._idle)
        self._turn = asyncio.Semaphore(PROCESSES)
        self._busy: set[str] = set()

    def warm(self) -> None:
        """Starts the processes beside what the desk does meanwhile: they take seconds to be ready."""
        for apart in self._every:
            Thread(target=_start, args=(apart,), daemon=True).start()

    def close(self) -> None:
        """Ends the processes."""
        for apart in self._every:
            apart.close()

    @asynccontextmanager
    async def place(self, session: str) -> AsyncIterator[None]:
        """One place in the queue. Raises Refused when it is full, or when this session already has one."""
        if session in self._busy:
            raise Refused(
                429,
                "Un de vos fichiers est en cours de lecture : attendez sa réponse, puis recommencez.",
            )
        if len(self._busy) >= PLACES:
            raise Refused(
                503,
                "Trop de fichiers sont vérifiés en ce moment. Rien n'est perdu : réessayez dans une minute.",
            )
        self._busy.add(session)
        try:
            yield
        finally:
            self._busy.discard(session)

    async def check(self, name: str, content: bytes, siren: str, day: date) -> CheckedFile:
        """What the gate says of a file, told by the code of `vigie check`.

        Raises NotJudged when a defect of Vigie keeps it from being judged.
        """
        async with self._turn:
            apart = self._idle.pop()
            try:
                return await run_in_threadpool(_checked, apart, name, content, siren, day)
            finally:
                self._idle.append(apart)


def _start(apart: Apart) -> None:
    try:
        apart.ask("ready")
    except OperatorError as error:
        # Stopped while it started, or the machine lacks something: the next file tries again, and is told.
        log.warning("%s", error)


def _checked(apart: Apart, name: str, content: bytes, siren: str, day: date) -> CheckedFile:
    with TemporaryDirectory(prefix="vigie-guichet-") as folder:
        # Never a path made from the name of a sender.
        path = Path(folder) / "fichier"
        path.write_bytes(content)
        answer = apart.ask("check", path, day, siren, name)
        if isinstance(answer, Defect):
            raise NotJudged(
                f"« {name} » n'a pas pu être jugé, par un défaut de Vigie et non de votre fichier. "
                "Signalez-le à la Région."
            )
        if not isinstance(answer, Checked):
            return CheckedFile(name, content, _out_of_bounds(), None)
        copy = workbook.write_copy(path, Path(folder), answer.remarques, answer.recues_nb, apart)
        annotated = (Path(folder) / copy).read_bytes() if copy else None
    return CheckedFile(name, content, answer, annotated)


def _out_of_bounds() -> Checked:
    """What is said of a file that took too long or too much memory: the words of the night."""
    error = unreadable("FIC-RESSOURCES")
    remark = dict.fromkeys(("feuille", "colonne", "champ", "valeur", "intitule"), "")
    told = {"regle_code": error.rule_code, "severite": "critique", "ligne": 0}
    words = {"message": str(error), "consigne": error.advice}
    return Checked("rejete", VERDICTS["rejete"], 0, 0, [{**remark, **told, **words}])


class Remembered:
    """The last file checked by each session: ten minutes, in memory, to be sent or taken back without choosing it
    again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[datetime, CheckedFile]] = OrderedDict()
        self._lock = Lock()

    def keep(self, session: str, file: CheckedFile, now: datetime) -> None:
        """Keeps it in the place of the one before; the oldest leave when all weigh too much."""
        with self._lock:
            self._kept.pop(session, None)
            self._kept[session] = (now, file)
            self._forget(now)

    def of(self, session: str, now: datetime) -> CheckedFile | None:
        """What this session checked last, None once forgotten."""
        with self._lock:
            self._forget(now)
            return self._kept[session][1] if session in self._kept else None

    def drop(self, session: str) -> None:
        """Forgets it."""
        with self._lock:
            self._kept.pop(session, None)

    def _forget(self, now: datetime) -> None:
        while self._kept:
            oldest, _ = next(iter(self._kept.values()))
            if now - oldest <= _REMEMBERED_FOR and self._weight() <= _REMEMBERED_BYTES:
                return
            self._kept.popitem(last=False)

    def _weight(self) -> int:
        return sum(len(file.content) + len(file.copy or b"") for _, file in self._kept.values())
