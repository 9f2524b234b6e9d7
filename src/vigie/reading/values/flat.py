"""Typed columns of the flat data sets: long indicators and grants."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from vigie.reading.fields import Fields
from vigie.reading.values.columns import (
    TEXT,
    Notes,
    per_unique,
    read_amounts,
    without_marks,
    without_percent,
)
from vigie.reading.values.date_order import DateOrder
from vigie.reading.values.notices import Notices
from vigie.reading.values.redaction import redact_column
from vigie.reading.values.scalars import read_siren
from vigie.reading.values.stacked import Stacked
from vigie.text import known_key

_KINDS = {"vi": "vi", "va": "va", "vc": "vc"}
_MEASURES = ("vi", "va")
_TRUE = frozenset({"oui", "true", "vrai", "1", "o"})


def read_indicators(rows: Stacked, fields: Fields, notices: Notices) -> pa.Table:
    """The table of the data set `indicateurs_longs`: one row per value.

    `valeur` is missing where its cell is empty (the previous value is taken back) and where it
    cannot be read (`valeur__brut` is then present). `est_mesure` is present for values observed,
    missing for targets, which alone may be dated in the future.
    """
    written = {champ: rows.text(champ) for champ in ("date_valeur", "type_valeur", "valeur")}
    days, date_notes = _days(rows, written["date_valeur"], True, notices)
    notices.add_rows(rows, "date_valeur", date_notes, written["date_valeur"])
    values, value_notes = read_amounts(without_percent(written["valeur"]), in_euros=False)
    notices.add_rows(rows, "valeur", value_notes, written["valeur"])
    kinds = per_unique(
        written["type_valeur"], lambda label: _KINDS.get(known_key(label, _KINDS)), None, object
    )
    measures = [kind if kind in _MEASURES else None for kind in kinds]
    return _table(
        rows,
        notices,
        {
            "identifiant_indic": _upper(rows.text("identifiant_indic")),
            "siren_epci": _sirens(rows.text("zone_id")),
            "siren_brut": rows.text("zone_id"),
            "date_valeur": pa.array(days),
            "date_valeur__brut": written["date_valeur"],
            "type_valeur": pa.array(kinds, TEXT),
            "type_valeur__brut": written["type_valeur"],
            "valeur": pa.array(values, from_pandas=True),
            "valeur__brut": written["valeur"],
            "est_mesure": pa.array(measures, TEXT),
        },
    )


def read_grants(rows: Stacked, fields: Fields, notices: Notices) -> pa.Table:
    """The table of the data set `subventions`: one row per convention.

    `siren_epci` is the SIREN of the beneficiary's identifier, missing when it has none: a
    beneficiary is never matched by its name.
    """
    marks = fields.missing_marks
    dates = without_marks(rows.text("convention_le"), marks)
    days, date_notes = _days(rows, dates, False, notices)
    notices.add_rows(rows, "convention_le", date_notes, dates)
    amounts, amount_notes = read_amounts(rows.text("montant"))
    notices.add_rows(rows, "montant_eur", amount_notes, rows.text("montant"))
    names = {}
    for champ in ("attribuant_nom", "beneficiaire_nom", "objet", "reference_decision"):
        names[champ], _ = redact_column(without_marks(rows.text(champ), marks))
    beneficiaries = without_marks(rows.text("beneficiaire_id"), marks)
    european = per_unique(
        rows.text("notification_ue"), lambda label: known_key(label, _TRUE) in _TRUE, None, object
    )
    return _table(
        rows,
        notices,
        {
            "attribuant_id": without_marks(rows.text("attribuant_id"), marks),
            **names,
            "beneficiaire_id": beneficiaries,
            "siren_epci": _sirens(beneficiaries),
            "convention_le": pa.array(days),
            "convention_le__brut": dates,
            "montant_eur": pa.array(amounts, from_pandas=True),
            "montant_eur__brut": rows.text("montant"),
            "est_ue": pa.array(european, pa.bool_()),
            "code_action": without_marks(rows.text("code_action"), marks),
        },
    )


def _days(
    rows: Stacked, dates: pa.ChunkedArray, is_end: bool, notices: Notices
) -> tuple[npt.NDArray[np.datetime64], Notes]:
    """The days of the only column of dates of a data set."""
    size = int(rows.rapports.max(initial=-1)) + 1
    order = DateOrder.of([dates], rows.rapports, size)
    order.tell([dates], rows.rapports, notices)
    return order.read(dates, is_end, rows.rapports)


def _sirens(written: pa.ChunkedArray) -> pa.Array:
    """The SIREN as they were borne: which territory answers for one today is for the warehouse to say."""
    return pa.array(per_unique(written, lambda text: read_siren(text)[0], None, object), TEXT)


def _upper(written: pa.ChunkedArray) -> pa.Array:
    return pa.array(per_unique(written, lambda text: text.strip().upper(), None, object), TEXT)


def _table(
    rows: Stacked, notices: Notices, columns: dict[str, pa.Array | pa.ChunkedArray]
) -> pa.Table:
    place = {
        "rapport_id": notices.ids(rows),
        "feuille": rows.feuilles,
        "ligne": pa.array(rows.lignes.astype(np.int64)),
    }
    return pa.table({**place, **columns})
