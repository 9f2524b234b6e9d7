"""The codes of indicators that the catalogue of the Région does not have: kept, they enter no figure."""

import re
from collections.abc import Collection

import numpy as np

from vigie.reading.values.columns import per_unique
from vigie.reading.values.notices import Notices
from vigie.reading.values.stacked import Stacked

# What the macro `code_en_tete` of the models cuts a text by.
_ENDS = re.compile(r"[\s:;,.(/]")
_CODE = re.compile(r"IND-\d{3,4}|RC[OR]\d{2,3}")
_BETWEEN = ", "


def tell_unknown_codes(
    rows: Stacked, champ: str, catalogue: Collection[str], notices: Notices
) -> None:
    """One remark for each report whose column `champ` begins by codes out of the catalogue, with those codes."""

    def unknown(cell: str) -> str | None:
        code = _ENDS.split(cell.strip(), maxsplit=1)[0].upper()
        return code if _CODE.fullmatch(code) and code not in catalogue else None

    found = per_unique(rows.text(champ), unknown, None, object)
    by_report: dict[int, dict[str, None]] = {}
    for at in np.flatnonzero(found != np.array(None)):
        by_report.setdefault(int(rows.rapports[at]), {})[found[at]] = None
    for position, codes in sorted(by_report.items()):
        notices.add(position, "LEC-INDICATEUR-INCONNU", champ, _BETWEEN.join(codes))
