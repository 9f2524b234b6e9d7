"""The encoding of a text file: a rule, never a guess. A byte order mark, else UTF-16 by its NULs, else UTF-8, else
cp1252; another one only when cp1252 gives what no French text holds, and then the sender is told.
"""

import codecs
import re
from dataclasses import dataclass, field, replace

from vigie.records import Observation

UTF8 = "utf-8-sig"
USUAL = "cp1252"
# In the order of preference when two read as well; what each is called in a sentence.
OTHERS = {
    "iso8859_15": "ISO-8859-15",
    "mac_roman": "Macintosh (Mac Roman)",
    "cp858": "MS-DOS (page de codes 850)",
}
_WIDE_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PATTERN_BYTES = 64 * 1024
_MOST, _FEW = 0.6, 0.1
_PIECE_BYTES = 1024 * 1024

# What happens to be UTF-8 and is no French in it: in cp1252 « QUALITÉ » or « santé » with a no-break space, a quote or
# a dash after them; in Mac Roman « l’é ».
_AFTER = rb"[\x80\x85\x91-\x97\xa0\xab\xb7\xbb]"
_CHANCE = re.compile(
    rb"[\xc7-\xcb\xd4\xd9\xdb\xdc]%b|[\xe0\xe7-\xeb\xee]%b%b|(?<=[A-Za-z])\xd5[\x80-\x9f]"
    % (_AFTER, _AFTER, _AFTER)
)
# « é », « « », « œ », « ’ », « € »... in UTF-8: in cp1252 « Ã© », which is no French; « Â« », « Å“ », « â€™ », hardly.
_LIKE_UTF8 = re.compile(
    rb"\xc3[\x80-\xbf]|\xc2[\xa0-\xbf]|\xc5[\x92\x93\xb8]|\xe2\x80[\x93\x94\x98-\x9d\xa6\xaf]|\xe2\x82\xac"
)
_ACCENT = re.compile(rb"\xc3[\x80-\xbf]")
_ABOVE_ASCII = bytes(range(128, 256))
# Bytes of cp1252: holes, and signs that French writes nowhere...
_NOWHERE = rb"\x81\x8d\x8f\x90\x9d\x82\x83\x88\x8e\x98\xa4"
# ... foreign capitals inside a word, signs between two letters (neither an apostrophe, a dash nor a middle dot).
_CAPITALS = rb"[\x8a\xc1\xc3\xc5\xcc\xcd\xd0-\xd3\xd5\xd8\xda\xdd\xde]"
_SIGNS = rb"[\x84\x86\x87\x89\x8b\x99\x9b\xa1\xa2\xa5-\xa9\xac\xae\xaf\xb1\xb6\xb8\xb9\xbc-\xbf]"
_SMALL = rb"[a-z\x9c\xdf-\xf6\xf8-\xff]"
_LETTER = rb"[A-Za-z\x8c\x9c\xc0-\xd6\xd8-\xf6\xf8-\xff]"
_NOT_FRENCH = re.compile(
    rb"[%b]|(?<=%b)%b|(?<=%b)%b(?=%b)|(?<=%b)%b(?=%b)"
    % (_NOWHERE, _SMALL, _CAPITALS, _LETTER, _CAPITALS, _SMALL, _LETTER, _SIGNS, _LETTER)
)
_SUSPECTS = bytes(
    byte
    for byte in range(256)
    if re.search(b"[%b]|%b|%b" % (_NOWHERE, _CAPITALS, _SIGNS), bytes([byte]))
)

_LOWER = "àâæçéèêëîïôœùûüÿ"
_UPPER = _LOWER.upper()
_MARKS = "«»“”‘’–—…•·€£°º²³§µ±×\u00a0\u202f\u00ad"
# A letter or a sign foreign to French, or a French letter where French never puts it.
_STRANGE = re.compile(
    f"[^\x00-\x7f{_LOWER}{_UPPER}{_MARKS}]"
    f"|(?<=[a-z{_LOWER}])[{_UPPER}]"
    f"|(?<=[A-Z{_UPPER}])[{_UPPER}](?=[a-z{_LOWER}])"
    "|[çÇ](?![aouàâôùûAOUÀÂÔÙÛ])"
    f"|à(?=[a-z{_LOWER}])"
    f"|ê(?![a-z{_LOWER}])"
    f"|(?<![aeiouyéAEIOUYÉ])ë"
)
# « Ã » or « â€ » in UTF-8, which no French text holds.
_TWICE = re.compile(rb"\xc3\x83|\xc3\xa2\xe2\x82\xac")
_SIGN_TWICE = re.compile("[ÂÃÅ].|â..")
_LOST = {UTF8: ("\ufffd".encode(),), USUAL: (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")}


@dataclass(frozen=True)
class Text:
    """The bytes of a text, the encoding to read them with, and what to say of it to the sender."""

    content: bytes
    encoding: str
    observations: list[Observation] = field(default_factory=list)

    def decoded(self) -> str:
        return self.content.decode(self.encoding, errors="replace")


def recognise(content: bytes) -> Text:
    """The text in these bytes, whatever they are: what no encoding reads becomes « � », and is told."""
    text = _once(_recognise(content))
    # Line ends converted twice on their way: a blank line would follow each row.
    text = replace(text, content=text.content.replace(b"\r\r\n", b"\r\n"))
    told = list(text.observations)
    if lost := _place_of_lost(text):
        told.append(Observation("FOR-CARACTERES-ILLISIBLES", valeur=lost))
    return Text(text.content, text.encoding, told)


def _recognise(content: bytes) -> Text:
    if wide := wide_encoding(content):
        return Text(content.decode(wide, errors="replace").encode(), UTF8)
    if content.startswith(codecs.BOM_UTF8) and _is_valid_utf8(content):
        return Text(content, UTF8)
    content = content.removeprefix(codecs.BOM_UTF8)
    if _is_utf8(content):
        return Text(content, UTF8)
    if mixed := _utf8_with_strays(content):
        return Text(mixed.encode(), UTF8)
    encoding = _legacy_encoding(content)
    told = [Observation("FOR-ENCODAGE", valeur=OTHERS[encoding])] if encoding in OTHERS else []
    return Text(content, encoding, told)


def _once(text: Text) -> Text:
    """The text without a second encoding: lines of UTF-8 read as cp1252 and saved in UTF-8 (« Ã© » for « é »)."""
    if text.encoding != UTF8 or not _TWICE.search(text.content):
        return text
    lines = text.content.split(b"\n")
    undone = [_undone(line) if _TWICE.search(line) else line for line in lines]
    if undone == lines:
        return text
    told = [*text.observations, Observation("FOR-ENCODAGE-DOUBLE")]
    return replace(text, content=b"\n".join(undone), observations=told)


def _undone(line: bytes) -> bytes:
    """The line with each letter that was encoded twice made one again."""

    def once(found: re.Match[str]) -> str:
        try:
            return found[0].encode(USUAL).decode()
        except UnicodeError:
            return found[0]

    return _SIGN_TWICE.sub(once, line.decode(errors="replace")).encode()


def wide_encoding(content: bytes) -> str:
    """UTF-16 or UTF-32 by its mark, UTF-16 by the NUL beside nearly every letter; empty for any other text."""
    for mark, encoding in _WIDE_MARKS:
        if content.startswith(mark):
            return encoding
    start = content[:_PATTERN_BYTES]
    pairs = len(start) // 2
    if not pairs or b"\x00" not in start:
        return ""
    first, second = start[::2].count(0) / pairs, start[1::2].count(0) / pairs
    if second > _MOST and first < _FEW:
        return "utf-16-le"
    return "utf-16-be" if first > _MOST and second < _FEW else ""


def _is_valid_utf8(content: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), _PIECE_BYTES):
            decoder.decode(content[start : start + _PIECE_BYTES])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8(content: bytes) -> bool:
    if content.isascii():
        return True
    if not _is_valid_utf8(content):
        return False
    # Most French letters of UTF-8 begin by this byte, and the search that follows is then spared.
    return b"\xc3" in content or not _CHANCE.sub(b"", content).isascii()


def _utf8_with_strays(content: bytes) -> str:
    """The text of a UTF-8 file into which rows of another encoding were pasted; empty when it is not one."""
    if not _holds_utf8(content):
        return ""
    content = _CHANCE.sub(lambda found: found[0].decode(USUAL, "replace").encode(), content)

    def as_legacy(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeDecodeError)
        stray = error.object[error.start : error.start + 1]
        return stray.decode(USUAL, "replace"), error.start + 1

    codecs.register_error("vigie-legacy", as_legacy)
    return content.decode("utf-8", errors="vigie-legacy")


def _holds_utf8(content: bytes) -> bool:
    """Whether a text that is not all UTF-8 has accented letters of it, or more of its other signs than strays."""
    if _ACCENT.search(content):
        return True
    others = _LIKE_UTF8.sub(b"", content)
    strays = len(others) - len(others.translate(None, _ABOVE_ASCII))
    return len(content) - len(others) > 2 * strays


def _legacy_encoding(content: bytes) -> str:
    """cp1252, unless it gives what no French text holds and another encoding gives fewer strange letters."""
    has_suspects = len(content.translate(None, _SUSPECTS)) < len(content)
    if not has_suspects or not _NOT_FRENCH.search(content):
        return USUAL
    costs = {encoding: _strange_letters(content, encoding) for encoding in (USUAL, *OTHERS)}
    return min(costs, key=lambda encoding: costs[encoding])


def _strange_letters(content: bytes, encoding: str) -> int:
    return sum(1 for _ in _STRANGE.finditer(content.decode(encoding, errors="replace")))


def _place_of_lost(text: Text) -> str:
    """How many characters cannot be read, and where the first stands; empty when there are none."""
    marks = _LOST.get(text.encoding, ())
    places = [at for mark in marks if (at := text.content.find(mark)) >= 0]
    if not places:
        return ""
    count = sum(text.content.count(mark) for mark in marks)
    return f"{count}, à partir de la ligne {physical_lines(text.content[: min(places) + 1])} du fichier"


def physical_lines(content: bytes) -> int:
    """How many lines a text editor shows, whatever ends them; the last may lack its end."""
    ends = content.count(b"\n") + content.count(b"\r") - content.count(b"\r\n")
    return ends + (bool(content) and not content.endswith((b"\n", b"\r")))
