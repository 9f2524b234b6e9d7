"""Who an action is when it has no code: its title and its axis, then what else tells namesakes apart."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from vigie.reading.values.columns import Text
from vigie.reading.values.notices import Notices
from vigie.reading.values.stacked import Stacked
from vigie.text import alias_key, slug

BETWEEN = "\x1f"
_CODE_CHARS = 40
# What an agent writes once for all, the most telling first: neither a state, a date nor an amount.
_LASTING = ("descriptif", "structure_porteuse", "service_pilote", "silos", "themes")


def derived_code(named: str) -> str:
    """The code made from an axis, a title and what else tells the action apart, with BETWEEN between them."""
    axis, title, *others = named.split(BETWEEN)
    key = BETWEEN.join(map(alias_key, (axis, title, *others)))
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"{slug(title)[:_CODE_CHARS].strip('_')}_{digest[:8]}".lstrip("_")


def tell_namesakes_apart(
    codes: npt.NDArray[np.object_], written: Mapping[str, Text], rows: Stacked, notices: Notices
) -> None:
    """Gives their own codes, in place, to the actions of one report that share a derived code, when a column differs.

    Those that nothing tells apart keep the code they share, for the gate to judge.
    """
    named: dict[tuple[int, str], list[int]] = defaultdict(list)
    for position, code in enumerate(codes):
        if code is not None:
            named[int(rows.rapports[position]), code].append(position)
    found: dict[str, npt.NDArray[np.bool_]] = defaultdict(lambda: np.zeros(len(rows), dtype=bool))
    for positions in (shared for shared in named.values() if len(shared) > 1):
        among = pa.array(positions)
        for champ in _LASTING:
            texts = written[champ].take(among).to_pylist()
            if all(texts) and len({alias_key(text) for text in texts}) == len(texts):
                for position, text in zip(positions, texts, strict=True):
                    axis, title = (written[c][int(position)].as_py() for c in ("axe", "intitule"))
                    codes[position] = derived_code(BETWEEN.join([axis or "", title, text]))
                found[champ][positions] = True
                break
    for champ, mask in found.items():
        notices.add_rows(rows, champ, {"LEC-HOMONYME": mask}, written["intitule"])
