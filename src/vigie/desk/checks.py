"""The files being checked: a few processes, a queue with a bound, nothing kept on the disk."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock, Thread

from starlette.concurrency import run_in_threadpool

from vigie.answers import workbook
from vigie.answers.checking import Checked, NotJudged
from vigie.desk.refusals import Refused
from vigie.errors import OperatorError
from vigie.incidents import Defect
from vigie.reading.adapters.codes import unreadable
from vigie.reading.adapters.isolation import Apart
from vigie.settings import Settings
from vigie.verdicts import titled

log = logging.getLogger(__name__)

PROCESSES = 2
PLACES = 60
# Half of fifty: those who come at once are answered in two turns of two processes, or little more.
_TOGETHER = 16
_BYTES_TOGETHER = 4 * 1024**2
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


@dataclass(frozen=True, eq=False)
class _Asked:
    """A file that waits for its turn, and where its answer is told."""

    name: str
    content: bytes
    siren: str
    day: date
    answer: "asyncio.Future[CheckedFile]"

    def tell(self, answer: CheckedFile | BaseException) -> None:
        """Gives the answer, or what kept it from being given, to who asked."""
        if self.answer.done():
            return
        if isinstance(answer, CheckedFile):
            self.answer.set_result(answer)
        elif isinstance(answer, asyncio.CancelledError):
            self.answer.cancel()
        else:
            self.answer.set_exception(answer)


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
        self._waiting: list[_Asked] = []
        self._turns: set[asyncio.Task[None]] = set()

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

        The first whose turn comes takes along those who wait: judging ten files costs little more than judging one.
        Raises NotJudged when a defect of Vigie keeps it from being judged.
        """
        asked = _Asked(name, content, siren, day, asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        # A task of its own: who leaves before the answer takes along nobody that was judged with them.
        turn = asyncio.create_task(self._take_turn())
        self._turns.add(turn)
        turn.add_done_callback(self._turns.discard)
        return await asked.answer

    async def _take_turn(self) -> None:
        async with self._turn:
            self._waiting = [one for one in self._waiting if not one.answer.done()]
            if self._waiting:
                await self._check_with(self._waiting[0])

    async def _check_with(self, first: "_Asked") -> None:
        some = _together(first, self._waiting)
        self._waiting = [one for one in self._waiting if one not in some]
        apart = self._idle.pop()
        try:
            answers = await run_in_threadpool(_checked, apart, some)
        except BaseException as error:
            answers = [error] * len(some)
            if not isinstance(error, Exception):
                raise
        finally:
            self._idle.append(apart)
            for one, answer in zip(some, answers, strict=True):
                one.tell(answer)


def _start(apart: Apart) -> None:
    try:
        apart.ask("ready")
    except OperatorError as error:
        # Stopped while it started, or the machine lacks something: the next file tries again, and is told.
        log.warning("%s", error)


def _together(first: _Asked, waiting: Sequence[_Asked]) -> list[_Asked]:
    """The first and those that may be judged with it: of other territories, of the same day, light enough together."""
    some, sirens, weight = [first], {first.siren}, len(first.content)
    for one in waiting:
        weight_with = weight + len(one.content)
        if len(some) == _TOGETHER or weight_with > _BYTES_TOGETHER:
            break
        if one.siren not in sirens and one.day == first.day:
            some.append(one)
            sirens.add(one.siren)
            weight = weight_with
    return some


def _checked(apart: Apart, some: Sequence[_Asked]) -> list[CheckedFile | BaseException]:
    with TemporaryDirectory(prefix="vigie-guichet-") as folder:
        # Never a path made from the name of a sender.
        paths = [Path(folder) / str(number) / "fichier" for number in range(len(some))]
        for path, one in zip(paths, some, strict=True):
            path.parent.mkdir()
            path.write_bytes(one.content)
        files = [(path, one.siren, one.name) for path, one in zip(paths, some, strict=True)]
        told = apart.ask("check", files, some[0].day)
        if isinstance(told, list):
            pairs = list(zip(files, some, told, strict=True))
        else:
            # One of them is too much, or shows a defect: each is judged alone, so that it is no other's.
            pairs = [
                (f, one, _alone(apart, f, one.day)) for f, one in zip(files, some, strict=True)
            ]
        return [_answered(apart, file[0], one, answer) for file, one, answer in pairs]


def _alone(apart: Apart, file: tuple[Path, str, str], day: date) -> object:
    told = apart.ask("check", [file], day)
    return told[0] if isinstance(told, list) else told


def _answered(
    apart: Apart, path: Path, asked: _Asked, answer: object
) -> CheckedFile | BaseException:
    if isinstance(answer, Defect):
        return NotJudged(
            f"« {asked.name} » n'a pas pu être jugé, par un défaut de Vigie et non de votre fichier. "
            "Signalez-le à la Région."
        )
    if not isinstance(answer, Checked):
        return CheckedFile(asked.name, asked.content, _out_of_bounds(), None)
    folder = path.parent
    copy = workbook.write_copy(path, folder, answer.remarques, answer.recues_nb, apart)
    annotated = (folder / copy).read_bytes() if copy else None
    return CheckedFile(asked.name, asked.content, answer, annotated)


def _out_of_bounds() -> Checked:
    """What is said of a file that took too long or too much memory: the words of the night."""
    error = unreadable("FIC-RESSOURCES")
    remark = dict.fromkeys(("feuille", "colonne", "champ", "valeur", "intitule"), "")
    told = {"regle_code": error.rule_code, "severite": "critique", "ligne": 0}
    words = {"message": str(error), "consigne": error.advice}
    return Checked("rejete", titled("rejete"), 0, 0, [{**remark, **told, **words}])


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
