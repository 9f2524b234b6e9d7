"""Work shared between processes that end with the program that started them."""

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import current_process, get_context, parent_process
from threading import Thread
from typing import Any, TypeVar

_WORKERS = 2
T = TypeVar("T")


def each(function: Callable[..., T], jobs: list[tuple[Any, ...]]) -> Iterator[T]:
    """What `function` returns for each tuple of arguments, in their order."""
    if current_process().daemon:
        # A worker of Celery may not have children.
        yield from (function(*job) for job in jobs)
        return
    spawned = get_context("spawn")
    with ProcessPoolExecutor(_WORKERS, spawned, initializer=_end_with_the_program) as pool:
        with _program_forgotten():
            futures = [pool.submit(function, *job) for job in jobs]
        for future in futures:
            yield future.result()


def _end_with_the_program() -> None:
    """Left alone by a program that was killed, a process would write old pages over those of the next run."""
    program = parent_process()

    def wait_for_its_end() -> None:
        assert program is not None
        program.join()
        os._exit(1)

    Thread(target=wait_for_its_end, daemon=True).start()


@contextmanager
def _program_forgotten() -> Iterator[None]:
    """Processes started meanwhile do not run the calling program again: the `airflow` script refuses it in a task."""
    program = vars(sys.modules["__main__"])
    file = program.pop("__file__", None)
    try:
        yield
    finally:
        if file is not None:
            program["__file__"] = file
