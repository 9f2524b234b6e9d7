"""Small OLE files (.doc, .msg): a directory of storages and streams, each stream in sectors of its own."""

import struct
from collections.abc import Mapping

_SECTOR = 512
# Shorter, a stream would share sectors with others.
SHORTEST = 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def ole_file(streams: Mapping[str, bytes]) -> bytes:
    """A file of these streams by their paths, of one level of storages at most; short ones are padded."""
    streams = {path: content.ljust(SHORTEST, b"\x00") for path, content in streams.items()}
    entries, children = _entries(streams)
    directory_sectors = -(-len(entries) * 128 // _SECTOR)
    starts, next_free = {}, directory_sectors
    for path, content in streams.items():
        starts[path] = next_free
        next_free += -(-len(content) // _SECTOR)
    fat_sectors = 1
    while (next_free + fat_sectors) > fat_sectors * _SECTOR // 4:
        fat_sectors += 1
    fat = [n + 1 for n in range(next_free)]
    for last in [
        directory_sectors - 1,
        *(start - 1 for start in list(starts.values())[1:]),
        next_free - 1,
    ]:
        fat[last] = _END
    fat += [_FAT] * fat_sectors
    fat += [_FREE] * (fat_sectors * _SECTOR // 4 - len(fat))
    body = b"".join(_entry(path, children, entries, streams, starts) for path in entries).ljust(
        directory_sectors * _SECTOR, b"\x00"
    )
    body += b"".join(c.ljust(-(-len(c) // _SECTOR) * _SECTOR, b"\x00") for c in streams.values())
    places = [next_free + n for n in range(fat_sectors)]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, fat_sectors, 0, 0, SHORTEST, _END, 0, _END, 0)
    header += struct.pack("<109I", *places, *[_FREE] * (109 - fat_sectors))
    return header + body + struct.pack(f"<{len(fat)}I", *fat)


def _entries(streams: Mapping[str, bytes]) -> tuple[list[str], dict[str, list[str]]]:
    """The paths in the order of the directory, the root first, and those below each."""
    children: dict[str, list[str]] = {"": []}
    for path in streams:
        folder, _, _ = path.rpartition("/")
        if folder and folder not in children:
            children[folder] = []
            children[""].append(folder)
        children[folder].append(path)
    return ["", *(path for below in children.values() for path in below)], children


def _entry(path, children, entries, streams, starts) -> bytes:
    name = (path.rpartition("/")[2] or "Root Entry").encode("utf-16-le")
    kind = 2 if path in streams else (1 if path else 5)
    below = children.get(path, [])
    siblings = children[path.rpartition("/")[0]] if path else []
    after = siblings[siblings.index(path) + 1 :] if path else []
    right = entries.index(after[0]) if after else _FREE
    child = entries.index(below[0]) if below else _FREE
    size = len(streams.get(path, b""))
    start = starts.get(path, _END)
    packed = name.ljust(64, b"\x00") + struct.pack("<HBB", len(name) + 2, kind, 1)
    packed += struct.pack("<III", _FREE, right, child) + bytes(36)
    return packed + struct.pack("<IQ", start, size)
