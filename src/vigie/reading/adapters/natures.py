"""What a file that is no report is, told by its bytes and never by its name, and what to send in its place."""

import io
from collections.abc import Collection

import olefile

from vigie.errors import ReportUnreadable
from vigie.reading.adapters.codes import unreadable

PDF = "un document PDF"
IMAGE = "une image"
ARCHIVE = "une archive compressée"
PACKED_ODDLY = "une archive compressée d'une façon inhabituelle"
NESTED = "une archive dans une archive"
RICH_TEXT = "un document au format .rtf"
OLD_WORD = "un ancien document Word (.doc)"
OLD_SLIDES, SLIDES = "une ancienne présentation (.ppt)", "une présentation (.pptx)"
APPLE = "un document d'Apple (Numbers, Pages ou Keynote)"
WRITER = "un document texte LibreOffice (.odt)"
IMPRESS, DRAW = "une présentation LibreOffice (.odp)", "un dessin LibreOffice (.odg)"
BINARY_BOOK = "un classeur binaire .xlsb"
WEB_PAGE = "une page web ou un fichier XML"
JSON = "un fichier JSON"
UNKNOWN = "un fichier binaire inconnu"
OTHER_OFFICE = "un document bureautique d'une autre sorte"

_FROM_SPREADSHEET = "Ouvrez le fichier dans votre tableur, enregistrez-le au format .xlsx ou .csv, puis renvoyez-le."
_FROM_WRITER = (
    "Ouvrez-le dans Word ou LibreOffice, enregistrez-le au format « Document Word (.docx) » (Fichier, Enregistrer "
    "sous), puis renvoyez-le."
)
_SOURCE = "Envoyez le tableau d'où il vient (.xlsx, .ods, .csv ou un document Word .docx)."
_COPIED = "Copiez le tableau des actions dans un classeur (.xlsx) ou un document Word (.docx), puis envoyez celui-ci."
_ADVICE = {
    PDF: _SOURCE,
    IMAGE: _SOURCE,
    ARCHIVE: "Décompressez l'archive et envoyez le fichier qu'elle contient.",
    PACKED_ODDLY: "Décompressez l'archive et envoyez le fichier qu'elle contient.",
    NESTED: "Décompressez les archives et envoyez le fichier du rapport.",
    RICH_TEXT: _FROM_WRITER,
    OLD_WORD: _FROM_WRITER,
    WRITER: _FROM_WRITER,
    OLD_SLIDES: _COPIED,
    SLIDES: _COPIED,
    IMPRESS: _COPIED,
    DRAW: _COPIED,
    APPLE: "Dans Numbers, choisissez Fichier, Exporter vers, Excel (dans Pages : Word), et envoyez le fichier obtenu.",
}
_SIGNATURES = (
    (b"\x89PNG", IMAGE),
    (b"\xff\xd8\xff", IMAGE),
    (b"GIF8", IMAGE),
    (b"II*\x00", IMAGE),
    (b"MM\x00*", IMAGE),
    (b"\x1f\x8b", ARCHIVE),
    (b"7z\xbc\xaf", ARCHIVE),
    (b"Rar!", ARCHIVE),
    (b"BZh91AY&SY", ARCHIVE),
    (b"\xfd7zXZ\x00", ARCHIVE),
    (b"{\\rtf", RICH_TEXT),
)
_OPEN_DOCUMENTS = {b"text": WRITER, b"presentation": IMPRESS, b"graphics": DRAW}
_OLE_STREAMS = (("WordDocument", OLD_WORD), ("PowerPoint Document", OLD_SLIDES))
# What may stand before the mark of a PDF, which readers look for so far.
_PDF_BYTES = 1024


def not_read(nature: str) -> ReportUnreadable:
    """The refusal of a file of this nature, with what to send instead."""
    advice = _ADVICE.get(nature, _FROM_SPREADSHEET)
    return unreadable("FIC-FORMAT", nature=nature, conseil=advice)


def nature_of(content: bytes) -> str:
    """What the first bytes of a file say it is, of what is never a table; "" when they say nothing."""
    if b"%PDF-" in content[:_PDF_BYTES]:
        return PDF
    for signature, nature in _SIGNATURES:
        if content.startswith(signature):
            return nature
    return IMAGE if _is_other_image(content) else ""


def _is_other_image(content: bytes) -> bool:
    """A bitmap, a WebP, a photograph or a film of a telephone."""
    is_bitmap = content[:2] == b"BM" and content[2:6] == len(content).to_bytes(4, "little")
    return is_bitmap or content[8:12] == b"WEBP" or content[4:8] == b"ftyp"


def nature_of_package(names: Collection[str], mimetype: bytes) -> str:
    """What a package of zipped parts is, of what is not read; "" when nothing tells. `mimetype` is the part that an
    OpenDocument has for it."""
    if "xl/workbook.bin" in names:
        return BINARY_BOOK
    if "ppt/presentation.xml" in names:
        return SLIDES
    if any(name.endswith((".iwa", "Index.zip", "index.apxl")) for name in names):
        return APPLE
    kind = mimetype.strip().removeprefix(b"application/vnd.oasis.opendocument.")
    return _OPEN_DOCUMENTS.get(kind.removesuffix(b"-template"), "")


def is_message(content: bytes) -> bool:
    """Whether an OLE file is a message of Outlook (.msg)."""
    return _holds(content, "__properties_version1.0")


def nature_of_ole(content: bytes) -> str:
    """What an OLE file that is no workbook is; "" for a workbook, and for what cannot be told."""
    return next((nature for name, nature in _OLE_STREAMS if _holds(content, name)), "")


def _holds(content: bytes, stream: str) -> bool:
    # The names of its streams stand in an OLE file as they are: looked for before anything is opened.
    if stream.encode("utf-16-le") not in content:
        return False
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as ole:
            return bool(ole.exists(stream))
    except (OSError, ValueError, LookupError):
        return False
