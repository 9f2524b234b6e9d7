"""Rows that gather the actions below them: numbered parents (1, 1.1, 1.2), headings between the actions of a plan.

They are no actions: what they hold is the sum, or the name, of what they gather. Their title is the axis of their
actions, or goes on with it, and so is part of who an action is.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from vigie.reading.adapters.cells import Columns
from vigie.reading.adapters.layout import Column, Layout
from vigie.reading.fields import Fields
from vigie.reading.values.scalars import read_amount
from vigie.records import Observation
from vigie.reference.columns import CONFIDENTIALITY, HEADER
from vigie.text import alias_key

Path: TypeAlias = tuple[str | int, ...]

# « 1.2 », « A1 », « A.1.2 », « 1a », « I.a », « Axe 3 »: no year, no other reference.
_CODE = re.compile(
    r"(?:(?:axe|orientation|objectif|action|mesure|projet|chantier|volet|priorit[ée]|lot|fiche) *(?:n°)? *)?"
    r"([a-z]{0,3})[ .\-/]?(\d{1,3}(?:[.\-/]\d{1,3})*)?(?:(?:(?<=\d)[ .\-/]?|[.\-/])([a-z]))?[.)]?",
    re.IGNORECASE,
)
_BETWEEN_NUMBERS = re.compile(r"[.\-/]")
_NUMBERED_TITLE = re.compile(r"(\d{1,3}(?:\.\d{1,3})*)[.)]? *[-–:]? +\D")
_NAMES_A_GROUP = re.compile(
    r"(axe|volet|th[ée]matique|th[èe]me|orientation|objectif|priorit[ée]|partie|lot|programme|domaine|p[ôo]le|enjeu"
    r"|ambition|d[ée]fi|chapitre)s? *(n°|strat[ée]gique)? *(\d|[ivx]+\b|[a-z]\b|:)|[ivx]{1,4} ?[.)–-] ",
    re.IGNORECASE,
)
# Confidentiality goes down to them.
_TITLES = frozenset({"code_action", "axe", "intitule", CONFIDENTIALITY})
# What may be said of a group as of each of its actions.
_SHARED = frozenset({"themes", "silos", "service_pilote", "structure_porteuse", "base_montant"})
_CENT = 0.01


def names_a_group(title: str) -> bool:
    """Whether a title says by its words that it is that of several actions: « Axe 2 », « Volet B »."""
    return _NAMES_A_GROUP.match(title) is not None


@dataclass
class Groups:
    """The rows that gather others, what is said of them, per row the titles of the groups that it is under, and per
    group numbered the positions of its actions."""

    positions: set[int] = field(default_factory=set)
    observations: list[Observation] = field(default_factory=list)
    above: dict[int, list[str]] = field(default_factory=dict)
    members: dict[int, list[int]] = field(default_factory=dict)


def find_groups(
    layout: Layout,
    texts: Columns,
    numbers: npt.NDArray[np.int64],
    paths: Sequence[Path],
    headings: Collection[int],
    fields: Fields,
) -> Groups:
    """The groups of a table. `paths`: what `paths_of` gives for it; `headings`: the positions of the rows already
    known to be titles, in place or not."""
    groups = Groups()
    if not len(numbers):
        return groups
    titles = _column(texts, "intitule", len(numbers))
    parents = _parents(paths)
    if parents:
        _number(groups, layout, texts, numbers, titles, paths, parents, fields)
    _under_headings(groups, texts, titles, headings, _above(layout))
    return groups


def _above(layout: Layout) -> str:
    """The title of a group alone on the row above the header; "" for any other."""
    rows = (
        [cell for cell in row if cell] for row in layout.grid.head[: layout.header_row - 1][::-1]
    )
    nearest = next(filter(None, rows), [])
    return nearest[0] if len(nearest) == 1 and names_a_group(nearest[0]) else ""


def _column(texts: Columns, champ: str, length: int) -> list[str | None]:
    found = [array for column, array in texts.items() if column.champ == champ]
    return found[0].to_pylist() if found else [None] * length


def paths_of(texts: Columns, length: int) -> list[Path]:
    """The place that the number of each row tells, of its code or else of its title; empty without a number."""
    codes = _column(texts, "code_action", length)
    if any(codes):
        return [_path_of(code) for code in codes]
    titles = _column(texts, "intitule", length)
    found = (_NUMBERED_TITLE.match(title) if title else None for title in titles)
    return [tuple(map(int, match[1].split("."))) if match else () for match in found]


def _path_of(code: str | None) -> Path:
    found = _CODE.fullmatch(code) if code else None
    if found is None:
        return ()
    letters = (found[1].upper(),) if found[1] else ()
    numbers = map(int, _BETWEEN_NUMBERS.split(found[2])) if found[2] else ()
    return (*letters, *numbers, *([found[3].upper()] if found[3] else []))


def numbered_parents(paths: Sequence[Path]) -> set[int]:
    """The positions of the rows whose number others go on with."""
    parents = _parents(paths)
    return {position for position, path in enumerate(paths) if path in parents}


def _parents(paths: Iterable[Path]) -> set[Path]:
    """The places that others go on with; with a letter, two of them at least: « 1a » alone is beside « 1 »."""
    known = {path for path in paths if path}
    lettered = Counter(path[:-1] for path in known if isinstance(path[-1], str))
    return {
        path[:length]
        for path in known
        for length in range(1, len(path))
        if length < len(path) - 1 or not isinstance(path[-1], str) or lettered[path[:-1]] > 1
    } & known


def _number(
    groups: Groups,
    layout: Layout,
    texts: Columns,
    numbers: npt.NDArray[np.int64],
    titles: Sequence[str | None],
    paths: Sequence[Path],
    parents: Collection[Path],
    fields: Fields,
) -> None:
    below: dict[Path, list[int]] = {path: [] for path in parents}
    names: dict[Path, str] = {}
    for position, path in enumerate(paths):
        if path in parents:
            groups.positions.add(position)
            names.setdefault(path, titles[position] or "")
        else:
            for length in range(1, len(path)):
                if path[:length] in below:
                    below[path[:length]].append(position)
    for position, path in enumerate(paths):
        above = (names.get(path[:length]) for length in range(1, len(path)))
        if path and path not in parents:
            groups.above[position] = list(filter(None, above))
    for position in sorted(groups.positions):
        code = _column_value(texts, "code_action", position)
        name = " ".join(filter(None, [code, titles[position]]))
        groups.members[position] = below[paths[position]]
        own = _of_its_own(texts, position, below[paths[position]], fields)
        told = "FOR-LIGNE-GROUPE-VALEURS" if own else "FOR-LIGNE-GROUPE"
        value = f"{name} » ({', '.join(own)}" if own else name
        groups.observations.append(
            Observation(told, layout.grid.name, int(numbers[position]), "", value)
        )


def _column_value(texts: Columns, champ: str, position: int) -> str | None:
    return next((a[position].as_py() for c, a in texts.items() if c.champ == champ), None)


def _of_its_own(texts: Columns, position: int, below: Sequence[int], fields: Fields) -> list[str]:
    """The headers under which a group says what its actions do not: neither their sum nor what they all say."""
    own = []
    for column, array in texts.items():
        value = array[position].as_py()
        known = fields.by_name.get(column.champ)
        if value is None or column.champ in _TITLES or known is None or known.niveau == HEADER:
            continue
        values = [array[child].as_py() for child in below]
        if column.champ in _SHARED and all(values):
            continue
        if _is_amount(column, fields) and _is_sum(value, values):
            continue
        own.append(column.libelle)
    return own


def _is_amount(column: Column, fields: Fields) -> bool:
    known = fields.by_name.get(column.champ)
    return known is not None and known.type in ("montant", "nombre")


def _is_sum(value: str, values: Sequence[str | None]) -> bool:
    total = read_amount(value)[0]
    parts = [read_amount(part)[0] for part in values if part]
    told = [part for part in parts if part is not None]
    return total is not None and bool(told) and abs(total - sum(told)) < _CENT


def _under_headings(
    groups: Groups,
    texts: Columns,
    titles: Sequence[str | None],
    headings: Collection[int],
    above: str,
) -> None:
    """Puts each row without an axis under the last heading above it, the first ones under that of the header."""
    if not headings:
        return
    axes = _joined_axes(texts, len(titles))
    current = above
    for position in range(len(titles)):
        if position in headings:
            current = axes[position] or _column_value(texts, "code_action", position) or ""
            current = current or titles[position] or ""
        elif current and not axes[position] and position not in groups.positions:
            groups.above[position] = [current, *groups.above.get(position, [])]


def _joined_axes(texts: Columns, length: int) -> list[str]:
    columns = [array.to_pylist() for column, array in texts.items() if column.champ == "axe"]
    if not columns:
        return [""] * length
    return [" > ".join(filter(None, levels)) for levels in zip(*columns, strict=True)]


def bare_headings(
    texts: Columns, bare: npt.NDArray[np.bool_], numbers: npt.NDArray[np.int64]
) -> set[int]:
    """The positions of the titles, among the rows `bare` of all else, that name the rows below them.

    A title says so by its words; or the sheet does: the tasks that come back under each (« Recette », « Recette »)
    have theirs, or the first row and others are bare titles, and each is followed by a row that is not.
    """
    if not bare.any() or bare.all():
        return set()
    titles = _column(texts, "intitule", len(numbers))
    keys = [alias_key(title) if title else "" for title in titles]
    candidates = np.flatnonzero(bare).tolist()
    last = len(keys) - 1
    named = {p for p in candidates if p < last and names_a_group(titles[p] or "")}
    counts = Counter(key for key in keys if key)
    repeated = {key for key, count in counts.items() if count > 1}
    if repeated:
        found = {
            p
            for p in candidates
            if p < last and keys[p] not in repeated and (keys[p + 1] in repeated or not bare[p + 1])
        }
        if len(found | named) > 1 and _tells_apart(keys, found | named):
            return found | named
        return named
    follows = all(p < last and not bare[p + 1] for p in candidates)
    if bare[0] and follows and len(candidates) > 1:
        return set(candidates)
    return named


def _tells_apart(keys: Sequence[str], headings: Collection[int]) -> bool:
    """Whether no title comes back under one heading."""
    seen: set[str] = set()
    for position, key in enumerate(keys):
        if position in headings:
            seen = set()
        elif key and key in seen:
            return False
        elif key:
            seen.add(key)
    return True


def inherit_confidentiality(texts: Columns, groups: Groups) -> None:
    """What a group says of its confidentiality holds for its actions that say nothing."""
    for column in [c for c in texts if c.champ == CONFIDENTIALITY]:
        values = texts[column].to_pylist()
        for position, members in groups.members.items():
            for member in members:
                values[member] = values[member] or values[position]
        texts[column] = pa.chunked_array([pa.array(values, pa.large_string())])


def put_under_groups(texts: Columns, groups: Groups, length: int) -> pa.ChunkedArray | None:
    """The text that the groups of each row add to its axis, null where there is none; None without groups."""
    if not any(groups.above.values()):
        return None
    axes = [alias_key(axis) for axis in _joined_axes(texts, length)]
    added = []
    for position in range(length):
        new = [g for g in groups.above.get(position, []) if alias_key(g) not in axes[position]]
        added.append(" > ".join(new) or None)
    return pa.chunked_array([pa.array(added, pa.large_string())])
