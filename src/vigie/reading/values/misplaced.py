"""Values that stand under the header of another column, in a whole report: a cell too many moved every row."""

from collections.abc import Collection, Mapping

import numpy as np

from vigie.reading.values.columns import Mask, Text, per_unique
from vigie.reading.values.notices import Notices
from vigie.reading.values.stacked import Stacked
from vigie.text import known_key

_AT_LEAST = 2
_NEARLY_ALL = 0.8


def tell_misplaced_statuses(
    written: Mapping[str, Text], known: Collection[str], rows: Stacked, notices: Notices
) -> None:
    """Tells each report whose statuses are all in another column than theirs, and none in theirs.

    `written` holds the texts by field, `known` the `alias_key`s of statuses.
    """
    told, is_status = _told_and_status(written["statut"], known)
    size = int(rows.rapports.max()) + 1 if len(rows.rapports) else 0
    told_nb = np.bincount(rows.rapports[told], minlength=size)
    without = (told_nb >= _AT_LEAST) & (np.bincount(rows.rapports[is_status], minlength=size) == 0)
    if not without.any():
        return
    for champ, texts in written.items():
        told, is_status = _told_and_status(texts, known)
        told_nb = np.bincount(rows.rapports[told], minlength=size)
        status_nb = np.bincount(rows.rapports[is_status], minlength=size)
        found = without & (status_nb >= _AT_LEAST) & (status_nb >= _NEARLY_ALL * told_nb)
        for position in np.flatnonzero(found).tolist():
            first = np.flatnonzero(is_status & (rows.rapports == position))[0]
            notices.add(position, "FOR-COLONNES-DECALEES", champ, texts[int(first)].as_py())


def _told_and_status(texts: Text, known: Collection[str]) -> tuple[Mask, Mask]:
    told: Mask = texts.is_valid().to_numpy()
    return told, per_unique(texts, lambda text: known_key(text, known) in known, False, bool)
