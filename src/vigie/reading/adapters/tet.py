"""Workbooks of Territoires en Transitions: what its import and export shapes have of their own."""

import re
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from vigie.reading.adapters.layout import Layout
from vigie.reading.adapters.table import AXIS_SEPARATOR, PART_SEPARATOR, Table, joined_text
from vigie.reading.fields import SUB_ACTION, TET_BUDGET
from vigie.records import Observation
from vigie.reference.columns import CONFIDENTIALITY
from vigie.text import alias_key

_SIGNATURE = frozenset(
    {
        "axe (x)",
        "titre de l'action",
        "titre de la fiche action",
        "titre de la sous-action",
        "structure pilote",
        "direction ou service pilote",
        "service-departement-pole pilote",
        "moyens humains et techniques",
        "instances de gouvernance",
        "niveau de priorite",
        "temps de mise en œuvre",
        "personne pilote",
        "elu·e referent·e",
        "participation citoyenne",
        "indicateurs lies",
        "budgets de fonctionnement",
        "budgets d'investissement",
        "thematique principale",
        "confidentialite de l'action",
        "confidentialite de la fiche",
        "l'action se repete tous les ans",
        "date de creation",
        "cree par",
        "date de derniere modification",
        "modifie par",
    }
)
_TITLES = frozenset({"titre de l'action", "titre de la fiche action"})
MIN_SIGNATURE = 3
_UNCLASSED = ("(action non classee)", "(fiche non classee)")
_BUDGET_LINE = re.compile(r"^\s*-\s*(-?\d+(?:[.,]\d+)?)\s*€ HT (prévisionnels|dépensés)\s*$")
_OTHER_UNIT_LINE = re.compile(r"^\s*-\s*\S+ ETP (prévisionnels|dépensés)\s*$")
_PERIOD_LINE = re.compile(r"^(?:(\d{4}) ?:|Total en .* ?:)$")
_AMOUNT_OF = {"prévisionnels": "budget_prevu_eur", "dépensés": "montant_paye_eur"}


def is_tet_header(labels: Iterable[str]) -> bool:
    """Whether a header row is one of this tool: its title column and enough of its own headers."""
    keys = {alias_key(label) for label in labels}
    return bool(keys & _TITLES) and len(keys & _SIGNATURE) >= MIN_SIGNATURE


def finish(table: Table, layout: Layout) -> None:
    """Turns what this tool writes its own way into fields of the report: axis, sub-actions, budget lines."""
    if "axe" in table.champs:
        table.champs["axe"] = _without_unclassed(table.champs["axe"])
    _read_sub_actions(table, layout)
    _read_budgets(table, layout)


def _without_unclassed(axis: pa.ChunkedArray) -> pa.ChunkedArray:
    values = axis.to_pylist()
    kept = [None if value and alias_key(value) in _UNCLASSED else value for value in values]
    return pa.chunked_array([kept], axis.type)


def _read_sub_actions(table: Table, layout: Layout) -> None:
    """A sub-action is an action whose axis goes on with the title of its parent."""
    title = table.champs.pop(SUB_ACTION, None)
    if title is None or title.null_count == len(title):
        return
    is_sub = pc.is_valid(title)
    parent = table.champs["intitule"]
    axis = table.champs.get("axe", pa.chunked_array([pa.nulls(len(title), title.type)]))
    longer = joined_text([axis, parent], AXIS_SEPARATOR)
    table.champs["axe"] = pc.if_else(is_sub, longer, axis)
    table.champs["intitule"] = pc.coalesce(title, parent)
    _inherit_confidentiality(table, parent, is_sub)
    how_many = str(pc.sum(is_sub).as_py())
    table.observations.append(Observation("FOR-SOUS-ACTION", layout.grid.name, 0, "", how_many))


def _inherit_confidentiality(
    table: Table, parent: pa.ChunkedArray, is_sub: pa.ChunkedArray
) -> None:
    """What is said of an action holds for its sub-actions that say nothing."""
    said = table.champs.get(CONFIDENTIALITY)
    if said is None or said.null_count == 0:
        return
    rows = list(zip(parent.to_pylist(), is_sub.to_pylist(), said.to_pylist(), strict=True))
    of_actions = {title: value for title, is_below, value in rows if value and not is_below}
    kept = [
        value or (of_actions.get(title) if is_below else None) for title, is_below, value in rows
    ]
    table.champs[CONFIDENTIALITY] = pa.chunked_array([kept], said.type)


def _read_budgets(table: Table, layout: Layout) -> None:
    """The budget lines that this tool writes as text become the planned and spent amounts of the action."""
    texts = table.champs.pop(TET_BUDGET, None)
    if texts is None or "budget_prevu_eur" in table.champs:
        return
    column = layout.of(TET_BUDGET)[0].lettre
    amounts: dict[str, list[str | None]] = {champ: [] for champ in _AMOUNT_OF.values()}
    read = 0
    for line, text in zip(table.numeros, texts.to_pylist(), strict=True):
        parts = [budget_amounts(part) for part in (text or "").split(PART_SEPARATOR) if part]
        is_read = bool(parts) and None not in parts
        read += is_read
        for champ, values in amounts.items():
            told = [part[champ] for part in parts if part and champ in part] if is_read else []
            values.append(f"{sum(told):.2f}" if told else None)
        if parts and not is_read:
            flat = " ".join((text or "").split())
            place = (layout.grid.name, int(line), column)
            table.observations.append(
                Observation("FOR-BUDGET-TET-ILLISIBLE", *place, flat, "budget_prevu_eur")
            )
    if not read:
        return
    for champ, values in amounts.items():
        table.champs[champ] = pa.chunked_array([values], pa.large_string())
    base = ["HT" if any(pair) else None for pair in zip(*amounts.values(), strict=True)]
    table.champs["base_montant"] = pa.chunked_array([base], pa.large_string())
    place = (layout.grid.name, layout.header_row, column)
    table.observations.append(
        Observation("FOR-BUDGET-TET", *place, f"{read} action(s)", "budget_prevu_eur")
    )
    in_ttc = [c.libelle for c in layout.columns if "TTC" in c.libelle.upper()]
    if in_ttc:
        labels = ", ".join(dict.fromkeys([layout.of(TET_BUDGET)[0].libelle, *in_ttc]))
        table.observations.append(Observation("FOR-BASE-MELANGEE", *place[:2], "", labels))


def budget_amounts(text: str) -> dict[str, float] | None:
    """Planned and spent euros told by budget lines; None when they cannot be added up without a guess.

    Years add up; a total beside years would count twice, and a line of an unknown shape may hold anything.
    """
    sums: dict[str, float] = {}
    periods = set()
    for line in text.split("\n"):
        amount, period = _BUDGET_LINE.match(line), _PERIOD_LINE.match(line.strip())
        if amount:
            champ = _AMOUNT_OF[amount[2]]
            sums[champ] = sums.get(champ, 0.0) + float(amount[1].replace(",", "."))
        elif period:
            periods.add("year" if period[1] else "total")
        elif line.strip() and not _OTHER_UNIT_LINE.match(line):
            return None
    if len(periods) > 1 or not sums:
        return None
    return sums
