"""The numbers of Word stay short, however many paragraphs a document numbers and whatever its lists say."""

from xml.etree.ElementTree import fromstring

import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from vigie.reading.adapters.word_numbers import Numbering

_NUMBERED = parse_xml(
    f'<w:p {nsdecls("w")}><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr></w:p>'
)


def shown(form: str, shape: str, start: int) -> list[str]:
    lists = fromstring(
        f'<w:numbering {nsdecls("w")}><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="{start}"/>'
        f'<w:numFmt w:val="{form}"/><w:lvlText w:val="{shape}"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
    )
    numbering = Numbering(lists, None)
    return [numbering.label(_NUMBERED) for _ in range(2)]


@pytest.mark.parametrize(
    ("form", "start", "expected"),
    [
        ("upperLetter", 780, ["Z" * 30, "781"]),
        ("lowerRoman", 3_999, ["mmmcmxcix", "4000"]),
        ("upperLetter", 0, ["0", "A"]),
    ],
)
def test_beyond_what_word_writes_in_letters_a_number_is_in_digits(form, start, expected) -> None:
    assert shown(form, "%1", start) == expected


def test_a_shape_without_end_is_cut() -> None:
    assert max(map(len, shown("decimal", "x" * 10_000, 1))) < 300
