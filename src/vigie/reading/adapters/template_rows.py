"""What the template itself left under a header, in any of its editions: rows of types, instructions, the example."""

import re
from collections.abc import Mapping
from functools import reduce

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from vigie.reading.adapters.cells import Columns
from vigie.reading.adapters.layout import Layout
from vigie.reading.adapters.skipped import Skipped
from vigie.reading.fields import Fields
from vigie.reading.values.scalars import read_amount, read_date, read_percent
from vigie.records import Observation
from vigie.reference.columns import HEADER, Field

EXAMPLE_CODE = "EXEMPLE"
ROWS_OF_HELP = 12
_ROWS_OF_INSTRUCTIONS = 2
# Shorter, a word of a row of types may be an answer too.
_SHORTEST_COPY = 8

_ARROWS = "➔➜➤"
# What no agent writes: the sentences of the templates.
_OF_TEMPLATE = (
    rf"(?i)^\s*([{_ARROWS}]|[→⇒↓⬇▼] ?\w+ez\b|champ (texte|liste|num|date|binaire)"
    r"|\(?(ajoutez|ins[ée]rez|dupliquez) (autant de |des |une )?lignes?\b|ces informations devront|ce champ ne"
    r"|texte court (:|de )|nombre sans espace|date (au format|sous la forme)|liste d[ée]roulante"
    r"|tag ?: cr[ée]ez|[aà] compl[ée]ter sur|si vos (sous-)*axes? |re(n?)seignez ici|pr[ée]sentez en quelques)"
)
# What tells how to fill a cell, where a whole row does so.
_HELP = re.compile(
    rf"{_OF_TEMPLATE}|^\s*(\([^()]*\)\s*$|en (euros|€|k€|%|quelques mots|pourcentage)\W*$"
    r"|(choisir|s[ée]lectionner) (dans|parmi)\b|(saisir|indiquer|renseigner|pr[ée]ciser) (ici|une?|le|la) ?(code|titre"
    r"|intitul[ée]|statut|montant|date|nombre|taux|valeur|pourcentage|$)"
    r"|saisissez|indique|choisissez|si vos |texte (court|libre|long)|cr[ée]e[zr] sous"
    r"|re(n?)seignez|pr[ée]sentez|plusieurs |utilisez|s[ée]lectionnez|pr[ée]cisez|d[ée]crivez|remplissez"
    r"|inscrivez|[ée]crivez|mentionnez|ajoutez|listez|tag ?:|[aà] compl[ée]ter|non disponible$|nombre (entier|d[ée]c)"
    r"|(texte|nombre|date|montant|liste|case à cocher|lien|url)\b[^a-z]*$|oui ?/ ?non$|jj/mm|(obligatoire|facultatif)"
    r"|(ex|exemple)\.? ?:|format )",
    re.IGNORECASE,
)
_EXAMPLE_TITLE = re.compile(r"action 1 - assurer la coordination", re.IGNORECASE)
_EXAMPLE_CELL = re.compile(r"ces informations devront [êe]tre saisies", re.IGNORECASE)
_EXAMPLE = re.compile(r"\bexemples?\b", re.IGNORECASE)
_BEGINS_AS_EXAMPLE = re.compile(r"\W*(ex|exemple)\b *(\.|:|-|$|d['e’])", re.IGNORECASE)
_NAMES = ("code_action", "axe", "intitule")
_TYPED = {
    "date": lambda text: read_date(text, is_end=False)[0],
    "montant": lambda text: read_amount(text)[0],
    "nombre": lambda text: read_amount(text, in_euros=False)[0],
    "pourcentage": lambda text: read_percent(text)[0],
}


def template_rows(
    layout: Layout, texts: Columns, numbers: npt.NDArray[np.int64], fields: Fields
) -> Skipped:
    """The rows of types, of instructions and of example among the first ones under the header."""
    skipped = Skipped()
    near = np.flatnonzero(numbers <= layout.header_row + ROWS_OF_HELP)
    first = {c.champ: a.slice(0, len(near)).to_pylist() for c, a in texts.items()}
    # Until an action comes: its words are its own.
    is_above, is_under_help = True, False
    for position in near.tolist():
        cells = {champ: value for champ, values in first.items() if (value := values[position])}
        line = int(numbers[position])
        if not cells:
            continue
        if cells.get("code_action", "").casefold() == EXAMPLE_CODE.casefold():
            # The template says this row may stay: nothing to tell.
            skipped.positions.add(position)
        elif _is_help(cells, is_above, fields):
            is_under_help = True
            skipped.skip(position, Observation("FOR-LIGNE-AIDE", layout.grid.name, line))
        elif _is_example(cells, is_above, is_under_help):
            title = cells.get("intitule", "")
            skipped.skip(
                position, Observation("FOR-LIGNE-EXEMPLE", layout.grid.name, line, "", title)
            )
        elif "intitule" in cells:
            is_above = False
    return skipped


def _is_help(cells: Mapping[str, str], is_above: bool, fields: Fields) -> bool:
    helping = sum(_HELP.match(cell) is not None for cell in cells.values())
    if helping >= 2 and helping * 2 >= len(cells):
        return True
    if len(cells) == 1:
        return any(re.match(_OF_TEMPLATE, cell) for cell in cells.values())
    typed = [
        read(cell) is not None
        for champ, cell in cells.items()
        if champ in fields.by_name and (read := _TYPED.get(fields.by_name[champ].type))
    ]
    # No date, no amount where each column asks for one.
    return is_above and helping * 3 >= len(cells) > 1 and len(typed) > 1 and not any(typed)


def _is_example(cells: Mapping[str, str], is_above: bool, is_under_help: bool) -> bool:
    title = cells.get("intitule", "")
    if _EXAMPLE_TITLE.match(title):
        return True
    if not is_above:
        return False
    examples = sum(_EXAMPLE.search(cell) is not None for cell in cells.values())
    left = sum(_EXAMPLE_CELL.match(cell) is not None for cell in cells.values())
    named = any(_EXAMPLE.search(cells.get(champ, "")) for champ in _NAMES)
    begins = any(_BEGINS_AS_EXAMPLE.match(cells.get(champ, "")) for champ in _NAMES)
    return (
        begins or examples >= 2 or (named and is_under_help) or (left >= 2 and left + examples >= 3)
    )


def remove_instructions(
    layout: Layout,
    texts: Columns,
    numbers: npt.NDArray[np.int64],
    skipped: Skipped,
    fields: Fields,
) -> list[Observation]:
    """Blanks the cells where an instruction was left: an arrow, a sentence of the template, a copy of the cell of a
    row of instructions above; and, in the rows where those stand, what tells how to fill a cell."""
    noticed = []
    is_own = np.ones(len(numbers), dtype=bool)
    is_own[sorted(skipped.positions)] = False
    helped = {c: _copies(a, skipped, fields.by_name.get(c.champ)) for c, a in texts.items()}
    found = {c: _instructions(a, helped[c]) & is_own for c, a in texts.items()}
    under = numbers <= layout.header_row + _ROWS_OF_INSTRUCTIONS
    overwritten = reduce(np.logical_or, found.values(), np.zeros(len(numbers), dtype=bool)) & under
    for column, array in texts.items():
        mask = found[column]
        for position in np.flatnonzero(overwritten).tolist():
            mask[position] |= _HELP.match(array[position].as_py() or "") is not None
        if not mask.any():
            continue
        for position in np.flatnonzero(mask).tolist():
            place = (layout.grid.name, int(numbers[position]), column.lettre)
            champ = "" if column.champ.startswith("_") else column.champ
            noticed.append(
                Observation("FOR-CONSIGNE-LAISSEE", *place, array[position].as_py(), champ)
            )
        texts[column] = pc.if_else(pa.array(mask), pa.scalar(None, array.type), array)
    return noticed


def _copies(array: pa.ChunkedArray, skipped: Skipped, field: Field | None) -> list[str]:
    """What a row of instructions says of a column, to be found again below. What heads the report is on each of its
    rows, those of instructions as well, and a date or an amount instructs of nothing."""
    if field and field.niveau == HEADER:
        return []
    read = _TYPED.get(field.type) if field else None
    told = (array[position].as_py() for position in sorted(skipped.helping))
    return [
        text
        for text in told
        if text and len(text) >= _SHORTEST_COPY and not (read and read(text) is not None)
    ]


def _instructions(array: pa.ChunkedArray, copies: list[str]) -> npt.NDArray[np.bool_]:
    if array.null_count == len(array):
        return np.zeros(len(array), dtype=bool)
    found = pc.match_substring_regex(array, _OF_TEMPLATE)
    if copies:
        found = pc.or_kleene(found, pc.is_in(array, pa.array(copies, array.type)))
    mask: npt.NDArray[np.bool_] = pc.fill_null(found, False).to_numpy().copy()
    return mask
