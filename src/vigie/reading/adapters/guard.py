"""What is checked on the bytes before any reader opens them: size, kind, archive bombs, hostile XML."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from enum import Enum

from vigie.errors import ReportUnreadable
from vigie.reading.adapters import natures
from vigie.reading.adapters.codes import unreadable
from vigie.reading.adapters.encoding import wide_encoding
from vigie.reading.adapters.far_cells import without_blank_cells
from vigie.reading.adapters.package import USUAL_WORKBOOK, Package
from vigie.records import Receipt
from vigie.settings import Settings

MAX_INFLATED_BYTES = 256 * 1024 * 1024
MAX_ARCHIVE_MEMBERS = 2_000
MAX_COLUMNS = 1_000
MAX_CELLS = 6_000_000
CELLS_PER_ROW = 60
ROWS_ABOVE_TABLE = 200

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_XML_DECLARATIONS = tuple(
    word.encode(encoding)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
_VALUED_CELL = re.compile(
    # The first reference of a tag settles it (atomic group): a tag is read once, however long and wherever it ends.
    rb"<(?:\w+:)?c\b(?>[^<>]*?\br\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7})[\"'])[^<>]*+(?<!/)>"
)
_PICTURES = ("xl/media/", "word/media/")
_MANIFEST = "META-INF/manifest.xml"
_LOCAL_HEADER = struct.Struct("<26xHH")
_CHUNK = 1 << 20
_BYTES_PER_NUL = 50
_LONGEST_MIMETYPE = 200
_MAIL_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]*: ?\S")
_MAIL_BYTES = 64 * 1024


_MARKS = b"\xef\xbb\xbf\xff\xfe"


class Kind(Enum):
    """How the bytes are to be opened."""

    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    WORD = "docx"
    TEXT = "texte"
    ARCHIVE = "archive"
    MAIL = "courriel"
    MESSAGE = "message"


def inspect(content: bytes, receipt: Receipt, settings: Settings) -> tuple[Kind, bytes]:
    """The kind of container, found in the bytes and never in the name, and the bytes to open.

    They are those received, but for a workbook whose parts have odd names or blank cells far from its table. Raises
    ReportUnreadable.
    """
    # The receipt tells the size of a file that the channel left unread because it was too large.
    size = max(len(content), receipt.taille_octets)
    if size > settings.max_report_bytes:
        raise unreadable(
            "FIC-TAILLE",
            taille=round(size / 1024**2, 1),
            limite=round(settings.max_report_bytes / 1024**2, 1),
        )
    if not content.lstrip(b"\x00\t\r\n ;," + _MARKS):
        raise unreadable("FIC-VIDE")
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise unreadable("FIC-PROTEGE")
        if nature := natures.nature_of_ole(content):
            raise natures.not_read(nature)
        return (Kind.MESSAGE if natures.is_message(content) else Kind.XLS), content
    if content.startswith(b"PK"):
        return _inspect_archive(content, settings)
    return _inspect_text(content), content


def _inspect_text(content: bytes) -> Kind:
    if nature := natures.nature_of(content):
        raise natures.not_read(nature)
    is_wide = wide_encoding(content) != ""
    start = text_start(content)
    if start.startswith(b"<"):
        raise natures.not_read(natures.WEB_PAGE)
    if start.startswith((b"{", b"[")):
        raise natures.not_read(natures.JSON)
    # A few NUL in a text are left there by some tools, and told; a file of another kind is full of them.
    start = content[:65536]
    if not is_wide and start.count(b"\x00") * _BYTES_PER_NUL > len(start):
        raise natures.not_read(natures.UNKNOWN)
    return Kind.MAIL if _is_mail(content) else Kind.TEXT


def _is_mail(content: bytes) -> bool:
    """Whether a text begins by the headers of a mail (.eml)."""
    head = (
        content[:_MAIL_BYTES].lstrip(_MARKS + b"\r\n").replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    )
    is_versioned = b"\nmime-version:" in b"\n" + head.lower()
    return is_versioned and _MAIL_HEADER.match(head) is not None


def text_start(content: bytes) -> bytes:
    """The first letters of a text, without what may stand before them, one byte each in UTF-16 too."""
    return content[:512].translate(None, b"\x00").lstrip(_MARKS + b"\r\n\t ")


def _inspect_archive(content: bytes, settings: Settings) -> tuple[Kind, bytes]:
    try:
        members = _members(content)
        names = {member.filename.replace("\\", "/") for member in members}
        is_document = not names.isdisjoint({"[Content_Types].xml", "mimetype", _MANIFEST})
        extents = list(_scan_members(content, members, is_document))
        if _is_encrypted_document(content, names):
            raise unreadable("FIC-PROTEGE")
        package = Package(content)
        if package.workbook:
            if package.workbook != USUAL_WORKBOOK:
                content = package.as_usual()
            return Kind.XLSX, _within_extents(content, extents, settings)
        if package.document:
            return Kind.WORD, content
        nature = natures.nature_of_package(names, _mimetype(package))
    except (struct.error, zlib.error, *Package.FAILURES) as error:
        raise unreadable("FIC-TRONQUE") from error
    if nature:
        raise natures.not_read(nature)
    if "content.xml" in names:
        return Kind.ODS, content
    if not is_document:
        return Kind.ARCHIVE, content
    raise natures.not_read(natures.OTHER_OFFICE)


def _mimetype(package: Package) -> bytes:
    """What an OpenDocument says it is; empty for another package."""
    return package.read("mimetype")[:_LONGEST_MIMETYPE] if "mimetype" in package.names else b""


def _members(content: bytes) -> list[zipfile.ZipInfo]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
    if len(members) > MAX_ARCHIVE_MEMBERS:
        raise unreadable("FIC-BOMBE")
    if any(member.flag_bits & 1 for member in members):
        raise unreadable("FIC-PROTEGE")
    return members


def _within_extents(content: bytes, extents: list[tuple[int, int]], settings: Settings) -> bytes:
    """The workbook, without the blank cells that alone make it too tall or too wide."""
    try:
        for rows, columns in extents:
            check_extent(rows, columns, settings)
    except ReportUnreadable:
        content = without_blank_cells(content)
        for rows, columns in _scan_members(content, _members(content)):
            check_extent(rows, columns, settings)
    return content


def _is_encrypted_document(content: bytes, names: set[str]) -> bool:
    """Whether the manifest of an OpenDocument tells how its parts, or the whole package, are ciphered."""
    if _MANIFEST not in names:
        return False
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"encryption-data" in archive.read(_MANIFEST)


def _scan_members(
    content: bytes, members: list[zipfile.ZipInfo], is_document: bool = True
) -> Iterator[tuple[int, int]]:
    """The last row and the last column of each part; raises ReportUnreadable for a bomb or hostile XML: of a document,
    whose parts are opened as XML."""
    inflated = 0
    for member in members:
        tail = b""
        # An SVG picture may rightly declare its document type; nothing here ever opens it.
        is_picture = member.filename.replace("\\", "/").startswith(_PICTURES)
        is_opened = is_document and not is_picture
        rows = columns = 0
        for chunk in _inflate(content, member):
            inflated += len(chunk)
            if inflated > MAX_INFLATED_BYTES:
                raise unreadable("FIC-BOMBE")
            piece = tail + chunk
            if is_opened and any(word in piece for word in _XML_DECLARATIONS):
                raise unreadable("FIC-XML")
            for found in _VALUED_CELL.finditer(piece):
                columns = max(columns, column_number(found[1].decode()))
                rows = max(rows, int(found[2]))
            tail = piece[max(piece.rfind(b"<"), len(piece) - 4096) :]
        yield rows, columns


def check_extent(rows: int, columns: int, settings: Settings) -> None:
    """Refuses a sheet too tall or too wide: readers lay its cells out in a full rectangle, however few they are."""
    max_rows = settings.max_report_rows + ROWS_ABOVE_TABLE
    if columns > MAX_COLUMNS:
        raise unreadable("FIC-COLONNES", limite=MAX_COLUMNS)
    if rows > max_rows or rows * columns > max(MAX_CELLS, max_rows * CELLS_PER_ROW):
        raise unreadable("FIC-LIGNES", limite=settings.max_report_rows)


def _inflate(content: bytes, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The real content of a member, by pieces: what the archive declares about its size is not believed."""
    name_length, extra_length = _LOCAL_HEADER.unpack_from(content, member.header_offset)
    start = member.header_offset + 30 + name_length + extra_length
    packed = content[start : start + member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        yield packed
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise natures.not_read(natures.PACKED_ODDLY)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    while packed and not inflater.eof:
        yield inflater.decompress(packed, _CHUNK)
        packed = inflater.unconsumed_tail


def column_number(letters: str) -> int:
    """`A` -> 1, `AB` -> 28."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letter(index: int) -> str:
    """0 -> `A`, 27 -> `AB`."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
