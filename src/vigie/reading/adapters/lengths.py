"""The length of each text of a report held to that of its field: what is cut is told, nothing is refused for it."""

import hashlib
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vigie.reading.fields import LONGEST_LABEL, Fields
from vigie.records import Observation, ParsedReport
from vigie.reference.columns import LONGEST_UNKNOWN

CODE = "FOR-TEXTE-LONG"
LONGEST_SHEET_NAME = 100
_CUT = "…"
_DIGEST = 8
_SHEET = "feuille"


def shorten(report: ParsedReport, fields: Fields) -> None:
    """Cuts the texts of a report that are longer than their field, its header's too, and tells each.

    A text cut ends with "…", so that no number nor date is read in a part of one; a code or the name of a sheet, which
    tell rows apart, ends with a mark of what was cut as well. What only serves to tell is cut without a word.
    """
    told: list[Observation] = []
    report.lignes = _shortened(report.lignes, report, fields, told)
    report.financements = _shortened(report.financements, report, fields, told)
    for champ, cell in report.entete.items():
        limit = _limit(champ, fields)
        place = (_name(cell.feuille), cell.ligne, cell.colonne)
        if len(cell.valeur) > limit:
            told.append(Observation(CODE, *place, _measured(len(cell.valeur), limit), champ))
        value = _cut(cell.valeur, limit, _tells_apart(champ, fields))
        report.entete[champ] = replace(cell, valeur=value, feuille=place[0])
    report.colonnes = {
        champ: (_cut(label, LONGEST_LABEL), letter)
        for champ, (label, letter) in report.colonnes.items()
    }
    report.observations = [
        replace(o, feuille=_name(o.feuille), valeur=_cut(o.valeur, LONGEST_UNKNOWN))
        for o in [*report.observations, *told]
    ]


def _shortened(
    rows: pa.Table, report: ParsedReport, fields: Fields, told: list[Observation]
) -> pa.Table:
    for index, champ in enumerate(rows.column_names):
        texts = rows[champ]
        limit = LONGEST_SHEET_NAME if champ == _SHEET else _limit(champ, fields)
        if not _is_text(texts) or (pc.max(pc.binary_length(texts)).as_py() or 0) <= limit:
            continue
        lengths = pc.fill_null(pc.utf8_length(texts), 0).to_numpy()
        positions = np.flatnonzero(lengths > limit)
        apart = champ == _SHEET or _tells_apart(champ, fields)
        values = texts.to_pylist()
        for position in positions.tolist():
            values[position] = _cut(values[position], limit, apart)
            if champ != _SHEET:
                place = (rows[_SHEET][position].as_py(), rows["ligne"][position].as_py())
                letter = report.colonnes.get(champ, ("", ""))[1]
                size = _measured(int(lengths[position]), limit)
                told.append(Observation(CODE, *place, letter, size, champ))
        rows = rows.set_column(index, champ, pa.chunked_array([values], texts.type))
    return rows


def _is_text(values: pa.ChunkedArray) -> bool:
    return bool(pa.types.is_string(values.type) or pa.types.is_large_string(values.type))


def _limit(champ: str, fields: Fields) -> int:
    known = fields.by_name.get(champ)
    return known.longest if known else LONGEST_UNKNOWN


def _tells_apart(champ: str, fields: Fields) -> bool:
    known = fields.by_name.get(champ)
    return known is not None and known.type in ("code", "siren")


def _measured(length: int, limit: int) -> str:
    return f"{length} caractères, pour {limit} au plus"


def _name(sheet: str) -> str:
    return _cut(sheet, LONGEST_SHEET_NAME, apart=True)


def _cut(text: str, limit: int, apart: bool = False) -> str:
    if len(text) <= limit:
        return text
    mark = _CUT + (hashlib.sha256(text.encode()).hexdigest()[:_DIGEST] if apart else "")
    return text[: limit - len(mark)].rstrip() + mark
