"""Reading of lists written in one cell: themes and silos."""

import re
from collections.abc import Callable, Collection

import numpy as np
import pyarrow as pa

from vigie.reading.values.columns import TEXT, Text, unique_texts
from vigie.reading.values.stacked import Stacked
from vigie.reference.seeds import TO_CLASSIFY, Reference
from vigie.text import known_key, slug

_SEPARATORS = re.compile(r"[|;\n]")
_UP_TO_PARENTHESIS = re.compile(r"[^()]*[()]?")
_BULLET = re.compile(r"^[-•*–]\s+")


def split_list(text: str, known: Collection[str]) -> list[str]:
    """The items of a list: split on `|`, `;` and line breaks, and on commas when that gives known labels.

    A label may itself hold a comma: one that is known is never split.
    """
    items: list[str] = []
    for piece in _SEPARATORS.split(text):
        label = _BULLET.sub("", piece.strip())
        parts = [part.strip() for part in _on_commas(label)]
        if known_key(label, known) not in known and any(
            known_key(part, known) in known for part in parts
        ):
            items += parts
        else:
            items.append(label)
    return list(dict.fromkeys(item for item in items if item))


def _on_commas(label: str) -> list[str]:
    """The label split on its commas, but those inside parentheses."""
    # A look forward from each comma would read a long text as many times as it has commas.
    pieces = _UP_TO_PARENTHESIS.findall(label)
    return "".join(p if p.endswith(")") else p.replace(",", "|") for p in pieces).split("|")


def read_themes(rows: Stacked, written: Text, reference: Reference) -> pa.Table:
    """The themes of each row, `a_classer` where no alias matches: the columns of `Batch.themes`."""
    aliases = reference.theme_aliases

    def read(text: str) -> list[tuple[str, str]]:
        codes: dict[str, str] = {}
        for label in split_list(text, aliases):
            code = aliases.get(known_key(label, aliases), TO_CLASSIFY)
            # Two unknown labels both await classification: each is kept, under its own words.
            codes.setdefault(f"{code}/{label}" if code == TO_CLASSIFY else code, label)
        return [(code.partition("/")[0], label) for code, label in codes.items()]

    return _exploded(rows, written, read, ("theme_code", "theme_brut"))


def read_silos(rows: Stacked, written: Text, reference: Reference) -> pa.Table:
    """The silos of each row, in the words of the territory: the columns of `Batch.silos`."""

    def read(text: str) -> list[tuple[str, str]]:
        labels = split_list(text, reference.theme_aliases)
        return list({slug(label): (slug(label), label) for label in labels if slug(label)}.values())

    return _exploded(rows, written, read, ("silo_code", "silo_libelle"))


def _exploded(
    rows: Stacked,
    written: Text,
    read: Callable[[str], list[tuple[str, str]]],
    names: tuple[str, str],
) -> pa.Table:
    """One row per item of the list of each row, in the order of the rows then of the list."""
    texts, indices = unique_texts(written)
    lists = [read(text) for text in texts]
    lengths = np.array([*(len(items) for items in lists), 0], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths[:-1])])
    flat = [item for items in lists for item in items]
    counts = lengths[indices]
    owners = np.repeat(np.arange(len(rows)), counts)
    within = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
    items = pa.array(starts[indices][owners] + within)
    taken = pa.array(owners)
    columns = {
        "rapport": pa.array(rows.rapports).take(taken),
        "feuille": rows.feuilles.take(taken),
        "ligne": pa.array(rows.lignes).take(taken),
        names[0]: pa.array([code for code, _ in flat], TEXT).take(items),
        names[1]: pa.array([label for _, label in flat], TEXT).take(items),
    }
    return pa.table(columns)
