"""Which objects of a folder, local or remote, are reports that are ready to be read."""

import posixpath

_UNFINISHED = (
    ".part",
    ".partial",
    ".filepart",
    ".crdownload",
    ".tmp",
    ".temp",
    ".swp",
    "~",
)
_LOCKS = ("~$", ".", "._", "~lock")
_NOT_REPORTS = frozenset({"demo.json", "thumbs.db", "desktop.ini", "lisez-moi.txt"})


def is_ready(path: str) -> bool:
    """False for what an upload, an office suite or an operating system leaves on the way.

    `path` uses `/`; any part of it may disqualify (a hidden folder hides what it holds).
    """
    parts = [part for part in path.split("/") if part]
    if any(part.startswith(_LOCKS) for part in parts):
        return False
    name = posixpath.basename(path).casefold()
    return bool(name) and not name.endswith(_UNFINISHED) and name not in _NOT_REPORTS
