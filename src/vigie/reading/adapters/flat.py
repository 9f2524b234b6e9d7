"""Flat CSV files of a published shape, one data set each: long indicators and SCDL grants."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from vigie.reading.adapters.cells import as_shown
from vigie.reading.adapters.codes import unreadable
from vigie.reading.adapters.grid import Grid, told_decimal
from vigie.reading.adapters.guard import column_letter
from vigie.reading.adapters.layout import uneven_rows
from vigie.reading.fields import folded_key, label_key
from vigie.reading.values.scalars import read_amount, read_date, read_siren
from vigie.records import GRANTS, LONG_INDICATORS, Observation, ParsedReport, Receipt
from vigie.settings import Settings
from vigie.text import alias_key

_ROWS_ABOVE = 5
_NUMBERS = ("valeur", "montant")
_KINDS = {"valeur": "nombre", "montant": "montant", "date_valeur": "date", "convention_le": "date"}
CUT = "[ligne coupée]"


@dataclass(frozen=True)
class Shape:
    """A published shape. `columns`: header of the file -> field. `needed`: what makes it recognised."""

    jeu: str
    form: str
    columns: dict[str, str]
    needed: frozenset[str]


SHAPES = (
    Shape(
        LONG_INDICATORS,
        "indicateurs_longs_csv",
        {
            "identifiant_indic": "identifiant_indic",
            "zone_id": "zone_id",
            "date_valeur": "date_valeur",
            "type_valeur": "type_valeur",
            "valeur": "valeur",
        },
        frozenset({"identifiant_indic", "zone_id", "date_valeur", "type_valeur", "valeur"}),
    ),
    Shape(
        GRANTS,
        "scdl_csv",
        {
            "nomAttribuant": "attribuant_nom",
            "idAttribuant": "attribuant_id",
            "dateConvention": "convention_le",
            "referenceDecision": "reference_decision",
            "nomBeneficiaire": "beneficiaire_nom",
            "idBeneficiaire": "beneficiaire_id",
            "objet": "objet",
            "montant": "montant",
            "notificationUE": "notification_ue",
            "code_action": "code_action",
        },
        frozenset({"attribuant_nom", "beneficiaire_nom", "montant", "objet"}),
    ),
)


def read_flat(
    grid: Grid, mapping: dict[str, str], receipt: Receipt, settings: Settings
) -> ParsedReport | None:
    """The data set held by a CSV of a known shape, None when it has none of these shapes.

    `mapping` is the one of the source: column -> field, beside the published headers.
    """
    for shape in SHAPES:
        for number, labels in enumerate(grid.head[:_ROWS_ABOVE], start=1):
            columns = _columns(shape, mapping, labels)
            if shape.needed <= columns.keys():
                return _read(shape, grid, number, columns, receipt, settings)
    return None


def _columns(shape: Shape, mapping: dict[str, str], labels: Sequence[str]) -> dict[str, int]:
    """Field -> position of its column; the first one when a header is repeated."""
    # By its words (« Date valeur »), and by the letter.
    known = {folded_key(label): champ for label, champ in shape.columns.items()}
    known |= {label_key(label): champ for label, champ in shape.columns.items()}
    known |= {
        label_key(label): champ
        for label, champ in mapping.items()
        if champ in shape.columns.values()
    }
    found: dict[str, int] = {}
    for position, label in enumerate(labels):
        champ = known.get(label_key(label)) or known.get(folded_key(label))
        if champ:
            found.setdefault(champ, position)
    return found


def _cells(
    grid: Grid,
    champ: str,
    position: int,
    array: pa.ChunkedArray,
    numbers: npt.NDArray[np.int64],
) -> pa.ChunkedArray:
    """A column as its sender sees it; an error stays one, and a value that its format hides stays a value, for an empty
    cell takes the previous one back."""
    if champ in _NUMBERS:
        array = told_decimal(array, grid, position, numbers)
    shown = {line: text for line, text in grid.shown.column(position).items() if text}
    if shown:
        array = as_shown(array, shown, numbers, _KINDS.get(champ, ""), is_end=True)
    errors = {line: text for (line, index), text in grid.shown.errors.items() if index == position}
    if errors:
        values = zip(numbers.tolist(), array.to_pylist(), strict=True)
        kept = [errors.get(number, value) for number, value in values]
        array = pa.chunked_array([pa.array(kept, array.type)])
    return array


def _as_number(text: str) -> object:
    value, _ = read_amount(text, in_euros=False)
    return text if value is None else value


def _repeated(rows: pd.DataFrame) -> pd.Series:
    """The rows that give again the value of an earlier one, however they write it."""
    read: dict[str, Callable[[str], object]] = {
        "identifiant_indic": lambda text: text.strip().upper(),
        "zone_id": lambda text: read_siren(text)[0] or text,
        "date_valeur": lambda text: read_date(text, is_end=True)[0] or text,
        "type_valeur": alias_key,
        "valeur": _as_number,
    }
    keys = pd.DataFrame(
        {
            champ: rows[champ].map({text: of(text) for text in rows[champ].dropna().unique()})
            for champ, of in read.items()
        }
    )
    is_whole = keys.drop(columns="valeur").notna().all(axis=1)
    return keys.duplicated() & is_whole


def _read(
    shape: Shape,
    grid: Grid,
    header_row: int,
    columns: dict[str, int],
    receipt: Receipt,
    settings: Settings,
) -> ParsedReport:
    labels = grid.head[header_row - 1]
    numbers, arrays = grid.body(header_row, len(labels))
    if len(numbers) > settings.max_report_rows:
        raise unreadable("FIC-LIGNES", limite=settings.max_report_rows)
    sheet = pa.chunked_array([pa.array([grid.name] * len(numbers), pa.large_string())])
    table = pa.table(
        {
            "feuille": sheet,
            "ligne": pa.array(numbers.astype(np.int64)),
            **{
                champ: _cells(grid, champ, position, arrays[position], numbers)
                for champ, position in columns.items()
            },
        }
    )
    rows = table.to_pandas()
    rows[list(columns)] = rows[list(columns)].replace(r"^\s*$", None, regex=True)
    rows = rows.dropna(subset=list(columns), how="all").reset_index(drop=True)
    observations = uneven_rows(grid, header_row, rows["ligne"].to_numpy())
    if shape.jeu == LONG_INDICATORS:
        repeated = _repeated(rows)
        observations += [
            Observation("LIG-REPETITION", grid.name, int(line), valeur=str(name))
            for line, name in rows.loc[repeated, ["ligne", "identifiant_indic"]].itertuples(
                index=False
            )
        ]
        rows = rows[~repeated].reset_index(drop=True)
    if not grid.shown.is_whole:
        observations.append(Observation("FOR-FORMATS-NON-LUS", grid.name))
    if shape.jeu == LONG_INDICATORS:
        # An empty cell takes the previous value back; a cell that is not there must not.
        cut = [told.ligne for told in observations if told.regle_code == "FOR-LIGNE-COURTE"]
        rows.loc[rows["ligne"].isin(cut) & rows["valeur"].isna(), "valeur"] = CUT
    return ParsedReport(
        receipt,
        shape.jeu,
        shape.form,
        lignes=pa.Table.from_pandas(rows, preserve_index=False),
        colonnes={c: (labels[p].strip(), column_letter(p)) for c, p in columns.items()},
        observations=observations,
    )
