"""Rows of a table that are not actions: totals, repeated headers, headings, notes."""

import re
from collections.abc import Callable, Collection, Sequence
from itertools import dropwhile, pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from vigie.reading.adapters.cells import Columns
from vigie.reading.adapters.groups import Path, bare_headings, numbered_parents
from vigie.reading.adapters.layout import Layout
from vigie.reading.adapters.skipped import Skipped
from vigie.reading.adapters.sums import AMOUNTS, REPEATED, sums_of_rows
from vigie.reading.fields import IGNORED
from vigie.records import Observation
from vigie.reference.columns import ACTION, columns_of_level

Mask = npt.NDArray[np.bool_]

_TOTAL = r"(?i)^(sous[ -]?|ss?[ ./-]{1,2})?tota(l|ux)( g[ée]n[ée]ra(l|ux))?( ?(ht|ttc))? ?:?$"
_STARTS_WITH_TOTAL = (
    r"(?i)^((sous[ -]?|ss?[ ./-]{1,2}|grand )?tota(l|ux)|cumul|somme|reste [àa] (financer|charge)"
    r"|(montant|budget|co[ûu]t|d[ée]pense|somme|charge)s? tota(l|ux|le|les))\b"
)
_GOES_ON_WITH_TOTAL = (
    r"(?i)^(moyenne|m[ée]diane|nombre d|nb\b|soit\b|dont\b|(montant |co[ûu]t |budget )?(ht|ttc)\b|t\.?v\.?a\b"
    r"|tota(l|ux)\b|reste|subventions?\b|aides?\b|autofinancement|[ée]cart|solde|part (de|du|des)\b"
    r"|pour m[ée]moire|arr[êe]t[ée] )"
)
_ENDS_AS_LABEL = r":\s*$"
_NUMBER = r"^-?[0-9][0-9 .,]*"
_SENTENCE = r"^\S+ .{8,}$"
_NOTE = r"(?i)^(\(?\*|n\.? ?b\.?\b|nota\b|source ?:|l[ée]gende\b)"
_OF_HEADINGS = frozenset({"axe", "code_action"})
_OF_TITLES = _OF_HEADINGS | {"intitule"}
_NAMES = frozenset({"code_action", "intitule"})
# What an action being followed has at least one of.
_DATES = {field.champ for field in columns_of_level(ACTION) if field.type == "date"}
_FOLLOWED = AMOUNTS | _DATES | {"statut", "taux_avancement", "meteo"}
# Where the actions of one plan use the same words.
_SHARED_WORDS = frozenset({"axe", "themes", "service_pilote", "structure_porteuse"})


def rows_to_skip(
    layout: Layout,
    texts: Columns,
    unread: Columns,
    numbers: npt.NDArray[np.int64],
    paths: Sequence[Path],
) -> tuple[Skipped, set[int]]:
    """The rows under the header that a reader would not take for actions, and which of them are headings of others.

    `unread` are the columns with data that lead to no field, `paths` what `groups.paths_of` gives for the rows.
    """
    skipped = Skipped()
    headings: set[int] = set()
    if not len(numbers):
        return skipped, headings

    def skip(position: int, code: str, value: str = "") -> None:
        line = int(numbers[position])
        skipped.skip(position, Observation(code, layout.grid.name, line, "", value))

    for position in np.flatnonzero(_repeated_headers(texts)).tolist():
        skip(position, "FOR-EN-TETE-REPETE")
    parents = numbered_parents(paths)
    summed, heads = sums_of_rows(texts, unread, skipped.positions | parents)
    totals = _totals(texts, unread, len(numbers)) | summed
    is_heading, is_note = _headings(texts, len(numbers))
    bare = _bare(texts, unread, len(numbers)) & ~totals & ~is_heading & ~is_note
    bare[sorted(skipped.positions | parents)] = False
    for position in np.flatnonzero(heads & ~totals).tolist():
        named = [a[position].as_py() for c, a in texts.items() if c.champ in _NAMES]
        skip(position, "FOR-LIGNE-GROUPE", " ".join(filter(None, named)))
    headings |= set(np.flatnonzero(heads & ~totals).tolist())
    headings |= bare_headings(texts, bare, numbers) | set(np.flatnonzero(is_heading).tolist())
    for position in sorted(headings | set(np.flatnonzero(is_note).tolist())):
        title = [a[position].as_py() for c, a in texts.items() if c.champ in _OF_TITLES]
        skip(position, "FOR-LIGNE-TITRE", " > ".join(filter(None, title)))
    for position in np.flatnonzero(totals).tolist():
        values = _values(texts, position) or _values(unread, position)
        # By what says it is a total, else by its words, else by an amount.
        ranked = sorted(values, key=_names_a_total)
        skip(position, "FOR-LIGNE-TOTAL", ranked[0])
    for position in set(_foot(texts, totals)) - skipped.positions:
        code = "FOR-LIGNE-TOTAL" if _values(_amounts(texts), position) else "FOR-LIGNE-TITRE"
        skip(position, code, _values(texts, position)[0])
    for position in _outside(texts, numbers, skipped.positions):
        skip(position, "FOR-LIGNE-HORS-TABLEAU", _values(texts, position)[0])
    return skipped, headings


def _foot(texts: Columns, totals: Mask) -> list[int]:
    """The rows below the last total that go on with it (« Moyenne », « Soit TTC »): a title in such words and amounts,
    where most rows above say more."""
    length, last = len(totals), int(np.flatnonzero(totals).max(initial=-1))
    said = _champs(texts) - AMOUNTS - REPEATED - {"intitule", "taux_avancement"}
    says_more = _where(pc.is_valid, said, texts, length)
    if last < 0 or says_more[last:].any() or says_more[:last].sum() * 2 < last:
        return []
    below = np.arange(length) > last
    return np.flatnonzero(_among(below, _GOES_ON_WITH_TOTAL, {"intitule"}, texts)).tolist()


def _amounts(texts: Columns) -> Columns:
    return {column: array for column, array in texts.items() if column.champ in AMOUNTS}


def _names_a_total(value: str) -> tuple[bool, bool]:
    return not re.search(_STARTS_WITH_TOTAL, value), re.search(_NUMBER, value) is not None


def _values(texts: Columns, position: int) -> list[str]:
    return [value for array in texts.values() if (value := array[position].as_py())]


def _outside(texts: Columns, numbers: npt.NDArray[np.int64], skipped: set[int]) -> list[int]:
    """The rows of another table, or of notes, below a blank line: nothing of the following of an action is in any
    row of their block, nor any word that the actions above use."""
    starts = (np.flatnonzero(np.diff(numbers) > 1) + 1).tolist()
    if not starts:
        return []
    is_followed = _where(pc.is_valid, _FOLLOWED, texts, len(numbers))
    bounds = pairwise([0, *starts, len(numbers)])
    blocks = [[p for p in range(*block) if p not in skipped] for block in bounds]
    above = [block for block in blocks if is_followed[block].any()]
    words = _words(texts, [position for block in above for position in block])
    below = list(dropwhile(lambda block: block not in above, blocks))
    return [
        position
        for block in below
        if block not in above and not words & _words(texts, block)
        for position in block
    ]


def _words(texts: Columns, positions: list[int]) -> set[str]:
    return {
        value
        for column, array in texts.items()
        if column.champ in _SHARED_WORDS
        for value in array.take(pa.array(positions, pa.int64())).to_pylist()
        if value
    }


def _repeated_headers(texts: Columns) -> Mask:
    masks = [
        pc.fill_null(pc.equal(array, column.libelle), False).to_numpy()
        for column, array in texts.items()
        if column.champ in ("intitule", "statut")
    ]
    return np.logical_and.reduce(masks) if masks else np.zeros(0, dtype=bool)


def _where(
    found: Callable[[pa.ChunkedArray], pa.ChunkedArray],
    among: Collection[str],
    texts: Columns,
    length: int,
) -> Mask:
    """The rows in which one of the columns `among` is as `found` says."""
    mask = np.zeros(length, dtype=bool)
    for column, array in texts.items():
        if column.champ in among and array.null_count < len(array):
            mask |= pc.fill_null(found(array), False).to_numpy()
    return mask


def _says(pattern: str) -> Callable[[pa.ChunkedArray], pa.ChunkedArray]:
    return lambda array: pc.match_substring_regex(array, pattern)


def _among(among: Mask, pattern: str, champs: Collection[str], texts: Columns) -> Mask:
    """The rows `among` in which one of the columns is as the pattern says: few are, and only those are read."""
    mask = np.zeros(len(among), dtype=bool)
    if among.any():
        mask[among] = _where(
            lambda array: pc.match_substring_regex(array.filter(pa.array(among)), pattern),
            champs,
            texts,
            int(among.sum()),
        )
    return mask


def _headings(texts: Columns, length: int) -> tuple[Mask, Mask]:
    """Rows that give an axis, or a sentence in place of a code, and nothing of an action: titles between the actions
    of a plan; and notes alone in place of a title."""
    others = _champs(texts) - _OF_HEADINGS - REPEATED
    sentence = _where(_says(_SENTENCE), {"code_action"}, texts, length)
    has_code = _where(pc.is_valid, {"code_action"}, texts, length) & ~sentence
    is_title = sentence | _where(pc.is_valid, {"axe"}, texts, length)
    is_title &= ~_where(pc.is_valid, others, texts, length)
    says_nothing = ~_where(pc.is_valid, others - {"intitule"}, texts, length)
    is_note = _among(says_nothing, _NOTE, {"intitule"}, texts)
    begins = _where(_says(_STARTS_WITH_TOTAL), _OF_HEADINGS, texts, length)
    return is_title & ~has_code & ~begins, is_note & ~has_code & ~begins


def _bare(texts: Columns, unread: Columns, length: int) -> Mask:
    """Rows that have a title and nothing else, read or not."""
    others = _champs(texts) - {"intitule"} - REPEATED
    alone = ~_where(pc.is_valid, others, texts, length) & ~_where(
        pc.is_valid, {"", IGNORED}, unread, length
    )
    return alone & _where(pc.is_valid, {"intitule"}, texts, length)


def _champs(texts: Columns) -> set[str]:
    return {column.champ for column in texts}


def _totals(texts: Columns, unread: Columns, length: int) -> Mask:
    """Rows whose title is just "Total", or without a title and beginning by it, or holding amounts alone."""
    champs = _champs(texts)
    has_title = _where(pc.is_valid, {"intitule"}, texts, length)
    has_status = _where(pc.is_valid, {"statut"}, texts, length)
    sums = AMOUNTS | REPEATED | {"taux_avancement"}
    named = _where(_says(_TOTAL), {"intitule"}, texts, length)
    named |= _among(~has_title, _STARTS_WITH_TOTAL, champs - {"intitule"}, texts)
    # "Sous-total axe 1" in the place of a title, over sums or over what is not read.
    alone = ~_where(pc.is_valid, champs - sums - {"intitule", "axe"}, texts, length)
    has_amount = _where(pc.is_valid, AMOUNTS, texts, length)
    has_number = _where(_says(_NUMBER), {"", IGNORED}, unread, length)
    over = has_amount | has_number | _where(_says(_ENDS_AS_LABEL), {"intitule"}, texts, length)
    summed = _among(alone & over, _STARTS_WITH_TOTAL, {"intitule"}, texts)
    bare = has_amount & ~_where(pc.is_valid, champs - sums, texts, length)
    return (named & ~has_status) | summed | bare
