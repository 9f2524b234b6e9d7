"""Writing so that a crash leaves either the old file or the new one, never half of one.

What stands in `landing/` may be an object of a bucket (see `vigie.objects`): each function here takes either.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import get_native_id
from typing import Any, TypeVar

from filelock import FileLock

from vigie.errors import DamagedFile
from vigie.objects import Kept, ObjectPath

Read = TypeVar("Read")
OnDamage = Callable[[DamagedFile], None]

_ASKED_AT_ONCE = 16

# What Vigie can write again by itself is only in the way.
SET_ASIDE = "l'écarter, puis relancer : Vigie le refait."
FROM_BACKUP = "le remettre depuis la sauvegarde de landing/, puis relancer."


def sync_folder(folder: Path) -> None:
    """Makes the renames done in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_private(path: Kept) -> None:
    """Closes a file or a folder, made first when it is missing, to everyone but its owner. Who reads a bucket is
    decided where it is kept."""
    if isinstance(path, ObjectPath):
        return
    if not path.exists():
        path.mkdir(parents=True, mode=0o700, exist_ok=True)
    wanted = 0o700 if path.is_dir() else 0o600
    if path.stat().st_mode & 0o777 != wanted:
        path.chmod(wanted)


def write_atomically(path: Kept, content: bytes) -> None:
    """Writes `content` beside `path`, flushes it to disk and renames it into place."""
    if isinstance(path, ObjectPath):
        path.write_bytes(content)
        return
    os.replace(_written_beside(path, content), path)
    sync_folder(path.parent)


def write_once(path: Kept, content: bytes) -> bool:
    """Writes `content` as `write_atomically` does, unless something stands at `path`; whether it was written.

    Of several processes at once, one writes (see `ObjectPath.create` for a bucket).
    """
    if isinstance(path, ObjectPath):
        return path.create(content)
    if path.exists():
        return False
    temporary = _written_beside(path, content)
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    finally:
        temporary.unlink()
    sync_folder(path.parent)
    return True


def _beside(path: Path) -> Path:
    """Where a draft of `path` is written by this thread alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(f".{path.name}.{os.getpid()}.{get_native_id()}.part")


def _written_beside(path: Path, content: bytes) -> Path:
    temporary = _beside(path)
    with temporary.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    return temporary


def copy_atomically(source: Kept, path: Kept) -> None:
    """Copies the file `source` to `path` as `write_atomically` does, without holding it in memory; one of the two is on
    this machine."""
    if isinstance(path, ObjectPath):
        assert isinstance(source, Path)
        path.upload(source)
        return
    temporary = _beside(path)
    if isinstance(source, ObjectPath):
        source.download(temporary)
    else:
        shutil.copyfile(source, temporary)
    with temporary.open("r+b") as stream:
        os.fsync(stream.fileno())
    os.replace(temporary, path)
    sync_folder(path.parent)


def write_json(path: Kept, value: Any) -> None:
    """Writes `value` as readable, key-sorted UTF-8 JSON, atomically; dates become ISO text."""
    write_atomically(path, json_bytes(value))


def json_bytes(value: Any) -> bytes:
    """`value` as readable, key-sorted UTF-8 JSON; dates become ISO text."""
    text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True, default=str)
    return text.encode() + b"\n"


def settle_json(path: Kept, decide: Callable[[Any], Any], remedy: str) -> None:
    """Writes at `path` what `decide` makes of the JSON object kept there (None when there is none), so that of several
    processes at once none undoes what another decided (see `ObjectPath.settle` for a bucket).

    `decide` may be asked again. Raises DamagedFile, which tells `remedy`.
    """

    def decided(content: bytes | None) -> bytes:
        return json_bytes(decide(None if content is None else _json(path, content, {}, remedy)))

    if isinstance(path, ObjectPath):
        path.settle(decided)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(f".{path.name}.lock")):
        write_atomically(path, decided(path.read_bytes() if path.exists() else None))


@contextmanager
def under_way(path: Path) -> Iterator[None]:
    """Leaves at `path` a mark that only this process holds; it goes with what is done inside, unless that is cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w+b") as mark:
        fcntl.flock(mark, fcntl.LOCK_SH)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def was_cut(path: Path) -> bool:
    """Whether `under_way` left its mark at `path` and nobody holds it any more: killed, or the machine stopped.

    False when that cannot be told.
    """
    try:
        with path.open("rb") as mark:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def read_json(path: Kept, default: Any = None, remedy: str = SET_ASIDE) -> Any:
    """The JSON value at `path`, or `default` when there is no such file.

    Raises DamagedFile, which names the file and tells `remedy`, when it does not hold a whole value of the kind of
    `default` (any value when that is None).
    """
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        content = None
    return _json(path, content, default, remedy)


def _json(path: Kept, content: bytes | None, default: Any, remedy: str) -> Any:
    if content is None:
        return default
    try:
        value = json.loads(content.decode())
    except ValueError as error:
        raise DamagedFile(path, remedy) from error
    if default is not None and not isinstance(value, type(default)):
        raise DamagedFile(path, remedy)
    return value


def refuse(error: DamagedFile) -> None:
    """What is done with a damaged file where nothing can go on without it."""
    raise error


def listed(folder: Kept, pattern: str) -> list[Kept]:
    """What stands in `folder` under a name of this pattern, in the order of the names; nothing when it is not there."""
    found: Iterable[Kept] = folder.glob(pattern)
    return sorted(found, key=lambda path: path.parts)


def read_each(
    paths: Iterable[Kept], read: Callable[[Kept], Read], on_damage: OnDamage = refuse
) -> Iterator[Read]:
    """What `read` makes of each file; a damaged one is handed to `on_damage`, and the next are read."""
    for path in _brought(paths):
        try:
            value = read(path)
        except DamagedFile as error:
            on_damage(error)
        else:
            yield value


def _brought(paths: Iterable[Kept]) -> Iterator[Kept]:
    """The same files; those of a bucket with their content, several asked at a time: each takes a while to come."""
    waiting = iter(paths)
    with ThreadPoolExecutor(_ASKED_AT_ONCE) as threads:
        while some := list(islice(waiting, 4 * _ASKED_AT_ONCE)):
            if all(isinstance(path, Path) for path in some):
                yield from some
            else:
                yield from threads.map(_with_content, some)


def _with_content(path: Kept) -> Kept:
    return path.with_content() if isinstance(path, ObjectPath) else path
