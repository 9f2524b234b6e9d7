"""Columns that hold what another column is for: « Avancement » in words is a status, « Statut » in percent not."""

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from vigie.reading.adapters.cells import Columns
from vigie.reading.adapters.layout import Column, Layout
from vigie.reading.fields import Fields
from vigie.reading.values.scalars import read_percent
from vigie.records import Observation
from vigie.text import known_key

_STATUS, _PROGRESS = "statut", "taux_avancement"


def read_as_they_say(layout: Layout, texts: Columns, fields: Fields) -> Columns:
    """The columns under the field that their cells are of, in `layout` too, and it is told.

    A column of words beside a status that is filled says nothing more: it joins the columns that are not read.
    """
    texts = _apart(layout, texts, fields)
    for column, array in list(texts.items()):
        champ = _told_by(column, array, fields)
        if champ in (column.champ, ""):
            continue
        rivals = [c for c in texts if c.champ == champ]
        hidden = [c for c in rivals if c.est_masquee and not column.est_masquee]
        rivals = [c for c in rivals if c not in hidden]
        if any(texts[rival].null_count < len(texts[rival]) for rival in rivals):
            # Where the other holds something else, whole rows may be shifted: the gate tells.
            if champ == _STATUS and all(_told_by(r, texts[r], fields) == r.champ for r in rivals):
                del texts[column]
                layout.columns.remove(column)
                layout.unread.append((column, "FOR-COLONNE-EN-DOUBLE"))
            continue
        for rival in (*rivals, *hidden):
            del texts[rival]
            layout.columns.remove(rival)
        layout.unread += [(rival, "FOR-COLONNE-MASQUEE") for rival in hidden]
        read = replace(column, champ=champ)
        texts = {read if c == column else c: a for c, a in texts.items()}
        layout.columns[layout.columns.index(column)] = read
        place = (layout.grid.name, layout.header_row, column.lettre)
        layout.observations.append(Observation("FOR-COLONNE-RELUE", *place, column.libelle, champ))
    return texts


def _apart(layout: Layout, texts: Columns, fields: Fields) -> Columns:
    """Splits a column of words and of percentages, the only one of both, into a status and a progress."""
    found = [c for c in texts if c.champ in (_STATUS, _PROGRESS)]
    if len(found) != 1:
        return texts
    (column,) = found
    told = texts[column].drop_null().unique().to_pylist()
    words = pa.array(
        [t for t in told if known_key(t, fields.statuses) in fields.statuses], pa.large_string()
    )
    numbers = pa.array([t for t in told if read_percent(t)[0] is not None], pa.large_string())
    if not len(words) or not len(numbers) or len(words) + len(numbers) < len(told):
        return texts
    champ = _PROGRESS if column.champ == _STATUS else _STATUS
    other = replace(column, champ=champ)
    layout.columns.append(other)
    place = (layout.grid.name, layout.header_row, column.lettre)
    layout.observations.append(Observation("FOR-COLONNE-PARTAGEE", *place, column.libelle))
    kept = {_STATUS: words, _PROGRESS: numbers}
    nothing = pa.scalar(None, pa.large_string())
    array = texts[column]
    split = {
        one: pc.if_else(pc.is_in(array, kept[one.champ]), array, nothing) for one in (column, other)
    }
    return {**texts, **split}


def _told_by(column: Column, array: pa.ChunkedArray, fields: Fields) -> str:
    """The field that the cells of a column are of, among the two that are taken one for the other; "" for neither."""
    if column.champ not in (_STATUS, _PROGRESS):
        return column.champ
    told = array.drop_null().unique().to_pylist()
    words = [text for text in told if known_key(text, fields.statuses) in fields.statuses]
    numbers = [text for text in told if read_percent(text)[0] is not None]
    if words and not numbers and len(words) * 2 >= len(told):
        return _STATUS
    if numbers and not words and len(numbers) * 2 >= len(told):
        return _PROGRESS
    return column.champ if words or numbers else ""
