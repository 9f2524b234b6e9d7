"""Writing so that a crash leaves either the old file or the new one, never half of one."""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from vigie.errors import DamagedFile

Read = TypeVar("Read")
OnDamage = Callable[[DamagedFile], None]

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


def make_private(path: Path) -> None:
    """Closes a file or a folder, made first when it is missing, to everyone but its owner."""
    if not path.exists():
        path.mkdir(parents=True, mode=0o700, exist_ok=True)
    wanted = 0o700 if path.is_dir() else 0o600
    if path.stat().st_mode & 0o777 != wanted:
        path.chmod(wanted)


def write_atomically(path: Path, content: bytes) -> None:
    """Writes `content` beside `path`, flushes it to disk and renames it into place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    with temporary.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(temporary, path)
    sync_folder(path.parent)


def copy_atomically(source: Path, path: Path) -> None:
    """Copies the file `source` to `path` as `write_atomically` does, without holding it in memory."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    with source.open("rb") as content, temporary.open("wb") as stream:
        shutil.copyfileobj(content, stream)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(temporary, path)
    sync_folder(path.parent)


def write_json(path: Path, value: Any) -> None:
    """Writes `value` as readable, key-sorted UTF-8 JSON, atomically; dates become ISO text."""
    text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True, default=str)
    write_atomically(path, text.encode() + b"\n")


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


def read_json(path: Path, default: Any = None, remedy: str = SET_ASIDE) -> Any:
    """The JSON value at `path`, or `default` when there is no such file.

    Raises DamagedFile, which names the file and tells `remedy`, when it does not hold a whole value of the kind of
    `default` (any value when that is None).
    """
    if not path.exists():
        return default
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DamagedFile(path, remedy) from error
    if default is not None and not isinstance(value, type(default)):
        raise DamagedFile(path, remedy)
    return value


def refuse(error: DamagedFile) -> None:
    """What is done with a damaged file where nothing can go on without it."""
    raise error


def read_each(
    paths: Iterable[Path], read: Callable[[Path], Read], on_damage: OnDamage = refuse
) -> Iterator[Read]:
    """What `read` makes of each file; a damaged one is handed to `on_damage`, and the next are read."""
    for path in paths:
        try:
            value = read(path)
        except DamagedFile as error:
            on_damage(error)
        else:
            yield value
