"""The observations of a night, those of the adapters and those of the reading of values."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from vigie.reading.values.columns import TEXT, Mask, Notes, Text
from vigie.reading.values.redaction import redact_column
from vigie.reading.values.stacked import Stacked
from vigie.records import ParsedReport

_COLUMNS = (
    "rapport_id",
    "regle_code",
    "feuille",
    "ligne",
    "colonne",
    "champ",
    "valeur",
    "nombre",
)
_NUMBERS = ("ligne", "nombre")


class Notices:
    """Gathers observations; `table()` gives them in the order of the reports, then of their noticing."""

    def __init__(self, reports: Sequence[ParsedReport]) -> None:
        self._ids = [report.receipt.rapport_id for report in reports]
        self._letters = [
            {champ: letter for champ, (_, letter) in report.colonnes.items()} for report in reports
        ]
        self._found: list[tuple[int, str, str, int, str, str, str, int]] = []
        for position, report in enumerate(reports):
            champs = {letter: champ for champ, letter in self._letters[position].items()}
            for told in report.observations:
                champ = told.champ or (champs.get(told.colonne, "") if told.ligne else "")
                place = (told.feuille, told.ligne, told.colonne)
                said = (champ, told.valeur, told.nombre)
                self._found.append((position, told.regle_code, *place, *said))

    def ids(self, rows: Stacked) -> pa.Array:
        """The `rapport_id` of each row."""
        return pa.array(self._ids, TEXT).take(pa.array(rows.rapports))

    def with_ids(self, table: pa.Table) -> pa.Table:
        """A table whose column `rapport` (position in the night) is replaced by `rapport_id`."""
        names = pa.array(self._ids, TEXT).take(table["rapport"].combine_chunks())
        return table.drop_columns("rapport").add_column(0, "rapport_id", names)

    def add(
        self,
        position: int,
        code: str,
        champ: str = "",
        value: str = "",
        sheet: str = "",
        line: int = 0,
        column: str = "",
    ) -> None:
        """One observation about the report at this position; the column letter is found from the field."""
        letter = column or self._letters[position].get(champ, "")
        self._found.append((position, code, sheet, line, letter, champ, value, 0))

    def add_rows(self, rows: Stacked, champ: str, notes: Notes, written: Text | None) -> None:
        """One observation per row marked in `notes`, with the text as written (or without, when None)."""
        for code, mask in notes.items():
            self._add_masked(rows, champ, code, mask, written)

    def _add_masked(
        self, rows: Stacked, champ: str, code: str, mask: Mask, written: Text | None
    ) -> None:
        positions = np.flatnonzero(mask)
        if not len(positions):
            return
        where = pa.array(positions)
        sheets = rows.feuilles.take(where).to_pylist()
        texts = written.take(where).to_pylist() if written is not None else [""] * len(positions)
        for at, sheet, text in zip(positions, sheets, texts, strict=True):
            self.add(int(rows.rapports[at]), code, champ, text, sheet, int(rows.lignes[at]))

    def table(self) -> pa.Table:
        """The columns of `Batch.observations`; addresses and phone numbers in values are redacted."""
        found = sorted(self._found, key=lambda item: item[0])
        told = [(self._ids[item[0]], *item[1:]) for item in found]
        columns = list(zip(*told, strict=True)) if told else [()] * len(_COLUMNS)
        kinds = [pa.int64() if name in _NUMBERS else TEXT for name in _COLUMNS]
        arrays = [pa.array(c, kind) for c, kind in zip(columns, kinds, strict=True)]
        table = pa.table(dict(zip(_COLUMNS, arrays, strict=True)))
        values, _ = redact_column(table["valeur"])
        return table.set_column(_COLUMNS.index("valeur"), "valeur", values)
