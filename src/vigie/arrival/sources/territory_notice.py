"""What a territory is told of its own source, beside the answers to its reports."""

from pathlib import Path

from vigie.files import write_atomically
from vigie.records import Source
from vigie.settings import Settings


def tell(settings: Settings, source: Source, sentence: str) -> None:
    """Writes `sentence` where the territory reads its answers; an empty one withdraws the last.

    A source shared by several territories has no one to tell.
    """
    if not source.siren_epci:
        return
    path = _path(settings, source)
    if sentence:
        write_atomically(path, f"{sentence}\n".encode())
    else:
        path.unlink(missing_ok=True)


def _path(settings: Settings, source: Source) -> Path:
    return settings.answers / source.siren_epci / f"source_{source.source_id}.txt"
