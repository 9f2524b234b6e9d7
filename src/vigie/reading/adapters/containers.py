"""What an archive (.zip) or a message (.eml, .msg) holds: read when it is one report and one only."""

import email
import email.policy
import io
import posixpath
import zipfile
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from itertools import islice
from typing import NamedTuple

import olefile

from vigie.errors import ReportUnreadable
from vigie.file_names import is_ready
from vigie.reading.adapters.codes import unreadable
from vigie.reading.adapters.guard import Kind
from vigie.records import Observation, ParsedReport
from vigie.settings import Settings

CONTAINERS = frozenset({Kind.ARCHIVE, Kind.MAIL, Kind.MESSAGE})
# An archive joined to a message is opened; what it holds of other archives is not.
DEEPEST = 2
MAX_FILES = 20
_LONGEST_NAME = 80
_NAMES_TOLD = 6
_NAMED = {
    Kind.ARCHIVE: "L'archive",
    Kind.MAIL: "Le message",
    Kind.MESSAGE: "Le message",
}
# What the readers of messages raise on one that is not quite well-formed.
_FAILURES = (
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
)
_ATTACHMENT = "__attach_version1.0_"
_DATA = "__substg1.0_37010102"
_NAMES = ("__substg1.0_3707001F", "__substg1.0_3704001F", "__substg1.0_3001001F")


class File(NamedTuple):
    """A file found inside another: its bare name, only ever shown, and its bytes."""

    name: str
    content: bytes


def read_within(
    content: bytes, kind: Kind, settings: Settings, read_one: Callable[[bytes], ParsedReport]
) -> ParsedReport:
    """The one report that a container holds; raises ReportUnreadable when it holds none, or several."""
    try:
        found = islice(_OPENERS[kind](content, settings), MAX_FILES + 1)
        files = [File(_shown(file.name), file.content) for file in found]
    except _FAILURES as error:
        raise unreadable("FIC-TRONQUE") from error
    if len(files) > MAX_FILES:
        told = (
            f"plus de {MAX_FILES} fichiers s'y trouvent ({_listed([file.name for file in files])})"
        )
        raise unreadable("FIC-ARCHIVE", contenant=_NAMED[kind], trouve=told)
    reports: list[tuple[str, ParsedReport]] = []
    refused: list[tuple[str, ReportUnreadable]] = []
    for file in files:
        try:
            reports.append((file.name, read_one(file.content)))
        except ReportUnreadable as error:
            refused.append((file.name, error))
    if len(reports) == 1:
        name, report = reports[0]
        report.observations.append(
            Observation("FOR-ARCHIVE", valeur=_told(name, [n for n, _ in refused]))
        )
        return report
    # A file of a kind that is read, among images and texts, says better what is wrong.
    meant = [error for _, error in refused if error.rule_code != "FIC-FORMAT"]
    if not reports and (len(refused) == 1 or len(meant) == 1):
        raise (meant or [refused[0][1]])[0]
    raise unreadable("FIC-ARCHIVE", contenant=_NAMED[kind], trouve=_found(files, reports))


def _told(name: str, others: list[str]) -> str:
    if not others:
        return f"« {name} »"
    verb = "n'est pas lu" if len(others) == 1 else "ne sont pas lus"
    return f"« {name} » ({_listed(others)} {verb})"


def _found(files: list[File], reports: list[tuple[str, ParsedReport]]) -> str:
    if not files:
        return "aucun fichier ne s'y trouve"
    if not reports:
        return f"rien n'y est un rapport ({_listed([file.name for file in files])})"
    return f"{len(reports)} rapports s'y trouvent ({_listed([name for name, _ in reports])})"


def _listed(names: list[str]) -> str:
    more = ", …" if len(names) > _NAMES_TOLD else ""
    return ", ".join(f"« {name} »" for name in names[:_NAMES_TOLD]) + more


def _shown(name: str) -> str:
    """The bare name of a file, as it may be shown."""
    bare = posixpath.basename(name.replace("\\", "/").rstrip("/"))
    printable = "".join(letter for letter in bare if letter.isprintable()).strip()
    return (printable or "sans nom")[:_LONGEST_NAME]


def _in_archive(content: bytes, settings: Settings) -> Iterator[File]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.infolist():
            path = posixpath.normpath("/" + member.filename.replace("\\", "/"))
            if member.is_dir() or not is_ready(path):
                continue
            with archive.open(member) as stream:
                # One byte too many is enough to be refused for its size.
                yield File(member.filename, stream.read(settings.max_report_bytes + 1))


def _in_mail(message_bytes: bytes, settings: Settings) -> Iterator[File]:
    message = email.message_from_bytes(message_bytes, policy=email.policy.default)
    for part in message.walk():
        assert isinstance(part, EmailMessage)
        name = part.get_filename()
        content = part.get_payload(decode=True)
        if name and isinstance(content, bytes):
            yield File(name, content)


def _in_message(content: bytes, settings: Settings) -> Iterator[File]:
    with olefile.OleFileIO(io.BytesIO(content)) as ole:
        folders = dict.fromkeys(
            path[0] for path in ole.listdir() if path[0].startswith(_ATTACHMENT)
        )
        for folder in folders:
            if ole.exists(f"{folder}/{_DATA}"):
                named = next((n for n in _NAMES if ole.exists(f"{folder}/{n}")), "")
                name = (
                    ole.openstream(f"{folder}/{named}").read().decode("utf-16-le", "replace")
                    if named
                    else ""
                )
                yield File(name, ole.openstream(f"{folder}/{_DATA}").read())


_OPENERS = {Kind.ARCHIVE: _in_archive, Kind.MAIL: _in_mail, Kind.MESSAGE: _in_message}
