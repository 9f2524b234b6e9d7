"""Typed columns of the action rows."""

import re
from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from vigie.reading.fields import CONFIDENTIAL, Fields
from vigie.reading.values.columns import (
    TEXT,
    Mask,
    Notes,
    Text,
    per_unique,
    read_amounts,
    read_labels,
    read_percents,
    without_marks,
    without_percent,
)
from vigie.reading.values.date_order import DateOrder
from vigie.reading.values.identity import BETWEEN, derived_code, tell_namesakes_apart
from vigie.reading.values.labels import read_silos, read_themes
from vigie.reading.values.misplaced import tell_misplaced_statuses
from vigie.reading.values.notices import Notices
from vigie.reading.values.proofs import is_proof
from vigie.reading.values.redaction import redact_column
from vigie.reading.values.stacked import Stacked
from vigie.reading.values.tax_base import with_told_bases
from vigie.reference.columns import ACTION, Field
from vigie.reference.seeds import NOT_REPORTED, Reference
from vigie.text import alias_key, known_key

_DASHES = ("-", "--", "–", "—", "/", ".")
_MONTH = "(?:janv|fevr|mars|avr|mai|juin|juil|aout|sept|oct|nov|dec|jan|feb|mar|apr|may|jun|jul|aug|sep)\\.?"
_DAY_CODE = re.compile(
    rf"\d{{4}}-\d\d-\d\d|\d\d/20\d\d|\d{{1,2}}[- ]{_MONTH}(?:[- ]\d{{2,4}})?|{_MONTH}[- ]\d{{2,4}}"
)
_PLAIN_TYPES = frozenset({"texte", "texte_long", "url", "code"})
_FREE_TYPES = _PLAIN_TYPES | {"liste_themes", "liste_silos"}

Columns = dict[str, pa.Array | pa.ChunkedArray]


def read_actions(
    rows: Stacked, order: DateOrder, fields: Fields, reference: Reference, notices: Notices
) -> tuple[pa.Table, pa.Table, pa.Table]:
    """The tables `actions`, `themes` and `silos` of the batch."""
    written = {field.champ: rows.text(field.champ) for field in fields.of_level(ACTION)}
    for field in fields.of_level(ACTION):
        if field.type in _FREE_TYPES:
            text, changed = redact_column(written[field.champ])
            notices.add_rows(rows, field.champ, {"LEC-COORDONNEES": changed}, None)
            written[field.champ] = without_marks(text, fields.missing_marks)
        if field.type == "date":
            words = fields.value_aliases(field.champ)
            written[field.champ] = _days(field.champ, written[field.champ], words, rows, notices)
        if field.type == "url":
            written[field.champ] = _proofs(field.champ, written[field.champ], rows, notices)
    columns: Columns = {
        "rapport_id": notices.ids(rows),
        "feuille": rows.feuilles,
        "ligne": pa.array(rows.lignes),
    }
    amounts = [written[field.champ] for field in fields.of_level(ACTION) if field.type == "montant"]
    written["base_montant"] = with_told_bases(written["base_montant"], amounts)
    for field in fields.of_level(ACTION):
        champ, text = field.champ, written[field.champ]
        if field.type in _PLAIN_TYPES:
            columns[field.colonne] = text
        elif field.type == "liste_themes":
            columns[f"{champ}__brut"] = text
        elif field.type == "statut":
            columns[field.colonne] = _read_status(text, reference)
            columns["retard_declare"] = _declares_delay(text, reference)
            columns[f"{champ}__brut"], _ = redact_column(text)
        elif field.type != "liste_silos":
            typed = _read_typed(columns, field, text, rows, order, fields, reference, notices)
            columns[f"{champ}__brut"] = _as_written(text, typed, fields)
        if champ == "code_action":
            _derive_codes(columns, written, rows, notices)
    order.tell(date_columns(rows, fields), rows.rapports, notices)
    tell_misplaced_statuses(written, reference.status_aliases.keys(), rows, notices)
    themes = read_themes(rows, written["themes"], reference)
    silos = read_silos(rows, written["silos"], reference)
    return pa.table(columns), notices.with_ids(themes), notices.with_ids(silos)


def _days(champ: str, text: Text, words: Collection[str], rows: Stacked, notices: Notices) -> Text:
    """The dates of a column; words that tell of no day (« permanent », « court terme ») are told and left out."""
    if not words:
        return text
    endless = per_unique(text, lambda cell: known_key(cell, words) in words, False, bool)
    if not endless.any():
        return text
    notices.add_rows(rows, champ, {"LEC-DATE-SANS-JOUR": endless}, text)
    return pc.if_else(pa.array(endless), pa.scalar(None, TEXT), text)


def _proofs(champ: str, text: Text, rows: Stacked, notices: Notices) -> Text:
    """The proofs of a column; a statement that leads nowhere is told and left out: the action is as declared."""
    proves = per_unique(text, is_proof, True, bool)
    if proves.all():
        return text
    notices.add_rows(rows, champ, {"LEC-PREUVE": ~proves}, text)
    return pc.if_else(pa.array(proves), text, pa.scalar(None, TEXT))


def date_columns(rows: Stacked, fields: Fields) -> list[Text]:
    """The columns of dates of the actions, as written."""
    return [rows.text(field.champ) for field in fields.of_level(ACTION) if field.type == "date"]


def _read_typed(
    columns: Columns,
    field: Field,
    text: Text,
    rows: Stacked,
    order: DateOrder,
    fields: Fields,
    reference: Reference,
    notices: Notices,
) -> Text | pa.Array:
    """Adds the typed column of a field and gives its values, null where unreadable."""
    champ = field.champ
    notes: Notes = {}
    if field.type == "date":
        days, notes = order.read(text, field.est_fin, rows.rapports)
        columns[field.colonne] = typed = pa.array(days)
    elif field.type in ("montant", "nombre"):
        is_measure = field.type == "nombre"
        amounts, notes = read_amounts(
            without_percent(text) if is_measure else text, in_euros=not is_measure
        )
        columns[field.colonne] = typed = pa.array(amounts, from_pandas=True)
    elif field.type == "pourcentage":
        percents, notes, fractions = read_percents(text, rows.rapports)
        columns[field.colonne] = typed = pa.array(percents, from_pandas=True)
        for position in np.unique(rows.rapports[fractions]):
            notices.add(int(position), "LEC-TAUX-FRACTION", champ)
    elif field.type == "meteo":
        columns[field.colonne] = typed = read_labels(text, reference.weather_aliases)
    elif field.type == "enumeration":
        columns[field.colonne] = typed = read_labels(text, fields.value_aliases(champ))
    else:
        told = per_unique(text, fields.confidentiality, None, object)
        columns[champ] = typed = pa.chunked_array([pa.array(told, TEXT)])
        # A dash says as little as an empty cell; « NC », « à définir » or « ? » leave a doubt.
        unreadable = _unreadable(without_marks(text, _DASHES), typed)
        notes = {"LEC-CONFIDENTIEL": unreadable}
        # When in doubt, a row stays out of what is shared.
        is_confidential = _mask(pc.fill_null(pc.equal(typed, CONFIDENTIAL), False))
        columns[field.colonne] = pa.array(is_confidential | unreadable)
    notices.add_rows(rows, champ, notes, text)
    return typed


def _unreadable(text: Text, typed: Text | pa.Array) -> Mask:
    return _mask(pc.and_(pc.is_valid(text), pc.is_null(typed)))


def _as_written(text: Text, typed: Text | pa.Array, fields: Fields) -> Text:
    """The companion of a typed column: only what could not be read may hold an address or a mark."""
    unreadable = _unreadable(text, typed)
    if not unreadable.any():
        return text
    mask = pa.array(unreadable)
    nothing = pa.scalar(None, TEXT)
    doubtful, _ = redact_column(pc.if_else(mask, text, nothing))
    return pc.if_else(mask, without_marks(doubtful, fields.missing_marks), text)


def _read_status(text: Text, reference: Reference) -> Text:
    codes = {key: code for key, (code, _) in reference.status_aliases.items()}
    known = read_labels(text, codes)
    return pc.if_else(pc.is_null(text), pa.scalar(NOT_REPORTED, TEXT), known)


def _declares_delay(text: Text, reference: Reference) -> pa.Array:
    late = {key for key, (_, is_late) in reference.status_aliases.items() if is_late}
    return pa.array(
        per_unique(
            text, lambda label: known_key(label, reference.status_aliases) in late, False, bool
        )
    )


def _derive_codes(
    columns: Columns, written: dict[str, Text], rows: Stacked, notices: Notices
) -> None:
    """Gives a code to the actions that have none, from their axis and title: the same next month."""
    code, title = written["code_action"], written["intitule"]
    notices.add_rows(
        rows, "code_action", {"LEC-CODE-DATE": per_unique(code, _is_a_day, False, bool)}, code
    )
    derived = pc.and_(pc.is_null(code), pc.is_valid(title))
    columns["code_action"] = code
    columns["est_code_derive"] = derived
    if not pc.any(derived).as_py():
        return
    axis = pc.fill_null(written["axe"], pa.scalar("", TEXT))
    both = pc.binary_join_element_wise(axis, title, pa.scalar(BETWEEN, TEXT))
    needed = pc.if_else(derived, both, pa.scalar(None, TEXT))
    codes = per_unique(needed, derived_code, None, object)
    tell_namesakes_apart(codes, written, rows, notices)
    columns["code_action"] = pc.coalesce(code, pa.chunked_array([pa.array(codes, TEXT)]))
    _tell_derived(derived, rows, notices)


def _is_a_day(code: str) -> bool:
    """Whether a spreadsheet made a date of a code such as 1-2 or 3.4."""
    return _DAY_CODE.fullmatch(alias_key(code)) is not None


def _tell_derived(derived: pa.ChunkedArray, rows: Stacked, notices: Notices) -> None:
    """One remark for a report without any code, one per row where some actions alone lack theirs."""
    mask = _mask(derived)
    coded = rows.rapports[_mask(pc.is_valid(rows.text("code_action")))]
    has_code: Mask = np.bincount(coded, minlength=int(rows.rapports.max()) + 1) > 0
    for position in np.unique(rows.rapports[mask & ~has_code[rows.rapports]]):
        notices.add(int(position), "LEC-CODE-DERIVE", "code_action")
    some = mask & has_code[rows.rapports]
    notices.add_rows(rows, "code_action", {"LEC-CODE-DERIVE": some}, None)


def _mask(values: pa.ChunkedArray) -> Mask:
    found: npt.NDArray[np.bool_] = values.to_numpy()
    return found
