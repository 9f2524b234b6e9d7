"""Writing so that a crash leaves either the old file or the new one, never half of one."""

import json
import os
from pathlib import Path
from typing import Any


def sync_folder(folder: Path) -> None:
    """Makes the renames done in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


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


def write_json(path: Path, value: Any) -> None:
    """Writes `value` as readable, key-sorted UTF-8 JSON, atomically; dates become ISO text."""
    text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True, default=str)
    write_atomically(path, text.encode() + b"\n")


def read_json(path: Path, default: Any = None) -> Any:
    """The JSON value at `path`, or `default` when there is no such file."""
    if not path.exists():
        return default
    return json.loads(path.read_text(encoding="utf-8"))
