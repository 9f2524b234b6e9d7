"""Work on files of unknown origin in processes apart, each file within a time and a memory limit."""

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Timer
from typing import NamedTuple

from vigie.errors import OperatorError, ReportUnreadable
from vigie.incidents import Defect, Incident
from vigie.reading.adapters.codes import unreadable
from vigie.records import ParsedReport, Receipt
from vigie.settings import Settings

READY = "ready"
FILE_SECONDS = 60.0
FILE_MEMORY_BYTES = 2 * 1024**3
MAX_WORKERS = 2
FILES_PER_WORKER = 20
_FILES_AHEAD = 64
# Read in advance, rows are held in memory: about as much as their files weigh.
_BYTES_AHEAD = 96 * 1024**2
_PIPE_BYTES = 1024**2


@dataclass(frozen=True)
class Unreadable:
    """A file that could not be read, and why, in the sentence its sender reads."""

    receipt: Receipt
    error: ReportUnreadable


def read_all(
    receipts: Iterable[Receipt],
    open_bytes: Callable[[Receipt], Path],
    settings: Settings,
    seconds: float = FILE_SECONDS,
    memory_bytes: int = FILE_MEMORY_BYTES,
) -> Iterator[ParsedReport | Unreadable | Incident]:
    """Reads files in worker processes and yields the outcomes in the order of the receipts.

    `open_bytes` gives the path of the bytes of a receipt. `seconds` and `memory_bytes` bound each file: past them, or
    when its reader dies, the file is Unreadable and the next ones go on in a new worker. A defect of Vigie met while
    reading is an Incident, and stops none either. Raises OperatorError when the bytes of a receipt are missing or the
    workers cannot start.
    """
    pending: deque[Receipt] = deque(receipts)
    if not pending:
        return
    count = min(MAX_WORKERS, os.cpu_count() or 1, 1 + len(pending) // FILES_PER_WORKER)
    workers = [Apart(settings, seconds, memory_bytes) for _ in range(count)]
    idle: SimpleQueue[Apart] = SimpleQueue()
    for worker in workers:
        idle.put(worker)

    def read_one(receipt: Receipt, path: Path) -> ParsedReport | Unreadable | Incident:
        worker = idle.get()
        try:
            if not path.is_file():
                raise OperatorError(
                    f"Le contenu du rapport {receipt.rapport_id} manque : {path}. Le remettre depuis la sauvegarde de "
                    "landing/, puis relancer."
                )
            return _outcome(receipt, worker.ask("read", receipt, path))
        finally:
            idle.put(worker)

    outcomes: deque[Future[ParsedReport | Unreadable | Incident]] = deque()
    sizes: deque[int] = deque()
    threads = ThreadPoolExecutor(count)
    try:
        while pending or outcomes:
            while pending and len(outcomes) < _FILES_AHEAD and sum(sizes) < _BYTES_AHEAD:
                receipt = pending.popleft()
                path = open_bytes(receipt)
                sizes.append(path.stat().st_size if path.is_file() else 0)
                outcomes.append(threads.submit(read_one, receipt, path))
            outcome = outcomes.popleft()
            sizes.popleft()
            yield outcome.result()
    finally:
        for worker in workers:
            worker.close()
        threads.shutdown(cancel_futures=True)


def _outcome(receipt: Receipt, answer: object) -> ParsedReport | Unreadable | Incident:
    if isinstance(answer, ParsedReport):
        return answer
    if isinstance(answer, Defect):
        return Incident(receipt, answer)
    if isinstance(answer, Refusal):
        return Unreadable(receipt, ReportUnreadable(*answer))
    return Unreadable(receipt, unreadable("FIC-RESSOURCES"))


class Refusal(NamedTuple):
    """A ReportUnreadable as it passes from one process to another."""

    rule_code: str
    sentence: str
    advice: str


class Apart:
    """One process of `program` (see `vigie.reading.adapters.worker.serve`), started at the first file and again after
    a file killed it."""

    def __init__(
        self,
        settings: Settings,
        seconds: float = FILE_SECONDS,
        memory_bytes: int = FILE_MEMORY_BYTES,
        *,
        program: str = "vigie.reading.adapters.worker",
    ) -> None:
        self._settings = settings
        self._program = program
        self._seconds = seconds
        self._memory_bytes = memory_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._one_at_a_time = Lock()

    def ask(self, work: str, *arguments: object) -> object:
        """What the work of this name gives on these arguments.

        A Refusal for bytes that are not a report, a Defect for an exception of ours, None past the limits of time or
        of memory, or when the process dies. Raises OperatorError when it cannot start.
        """
        # Two threads at once would start two processes, and read each other's answer.
        with self._one_at_a_time:
            return self._answer(work, arguments)

    def _answer(self, work: str, arguments: tuple[object, ...]) -> object:
        process = self._process or self._start()
        assert process.stdin and process.stdout
        timer = Timer(self._seconds, process.kill)
        timer.start()
        answer: object = None
        try:
            pickle.dump((work, arguments), process.stdin, protocol=5)
            process.stdin.flush()
            answer = pickle.load(process.stdout)
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            pass
        finally:
            timer.cancel()
        if answer is None:
            self.close()
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        # Threads of numeric libraries would only fight for cores, and each reserves memory.
        one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        process = subprocess.Popen(
            [sys.executable, "-m", self._program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pipesize=_PIPE_BYTES,
            env={**os.environ, **one_thread},
        )
        assert process.stdin and process.stdout
        self._process = process
        pickle.dump((self._settings, self._memory_bytes), process.stdin, protocol=5)
        process.stdin.flush()
        try:
            told = pickle.load(process.stdout)
        except EOFError:
            told = "il s'est arrêté aussitôt, faute de mémoire peut-être."
        if told != READY:
            # Never the sender's fault: no file may be refused for it.
            raise OperatorError(f"Le processus qui lit les rapports ne démarre pas : {told}")
        return process

    def close(self) -> None:
        """Ends the process, whatever it is doing."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()
        self._process = None
