"""Cells that say « the same as above » (idem, //, a quote mark alone): each row is told whole."""

import pyarrow as pa
import pyarrow.compute as pc

from vigie.reading.adapters.cells import Columns
from vigie.reading.adapters.layout import Layout
from vigie.records import Observation
from vigie.text import alias_key

_WORDS = (
    "idem|idem.|id|id.|- idem -|-idem-|- id -|-id-|(idem)|idem ci-dessus|ibid|ibid.|ibidem|ditto"
)
_MARKS = frozenset([*_WORDS.split("|"), '"', '""', '" "', "''", "' '", "//", "/ /", "〃"])
# Few cells begin so, or have no letter nor digit: the others are not looked at.
_LIKELY = r"(?i)^[^\pL\pN]*((idem|id|ibid|ibidem|ditto)\b|$)"
# An action has a name of its own.
_NAMES = frozenset({"code_action", "intitule"})


def read_dittos(layout: Layout, texts: Columns) -> list[Observation]:
    """Gives each cell that says so what the cell above says, and tells it once per column; the first row, which has
    none above, keeps its own."""
    told = []
    for column, array in texts.items():
        likely = array.filter(pc.match_substring_regex(array, _LIKELY)).unique()
        marks = [text for text in likely.to_pylist() if alias_key(text) in _MARKS]
        if not marks or column.champ in _NAMES:
            continue
        values = array.to_pylist()
        found = pc.fill_null(pc.is_in(array, pa.array(marks, array.type)), False).to_pylist()
        filled = [i for i, is_mark in enumerate(found) if is_mark and i]
        for i in filled:
            values[i] = values[i - 1]
        texts[column] = pa.chunked_array([values], array.type)
        if filled:
            place = (layout.grid.name, layout.header_row, column.lettre)
            told.append(Observation("FOR-IDEM", *place, column.libelle, column.champ, len(filled)))
    return told
