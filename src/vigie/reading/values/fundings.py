"""Typed columns of the funders of actions."""

import pyarrow as pa
import pyarrow.compute as pc

from vigie.reading.fields import Fields
from vigie.reading.values.columns import TEXT, read_amounts, without_marks
from vigie.reading.values.notices import Notices
from vigie.reading.values.redaction import redact_column
from vigie.reading.values.stacked import Stacked
from vigie.reference.columns import FUNDING

UNKNOWN_FUNDER = "Non précisé"


def read_fundings(rows: Stacked, fields: Fields, notices: Notices) -> pa.Table:
    """The table `financements` of the batch: only what says something ("-" in every column does not); a
    funding without its funder is kept under UNKNOWN_FUNDER."""
    columns: dict[str, pa.Array | pa.ChunkedArray] = {
        "rapport_id": notices.ids(rows),
        "feuille": rows.feuilles,
        "ligne": pa.array(rows.lignes),
    }
    said = pa.scalar(False)
    for field in fields.of_level(FUNDING):
        text, changed = redact_column(rows.text(field.champ))
        notices.add_rows(rows, field.champ, {"LEC-COORDONNEES": changed}, None)
        text = without_marks(text, fields.missing_marks)
        said = pc.or_(pc.is_valid(text), said)
        if field.type == "montant":
            amounts, notes = read_amounts(text)
            columns[field.colonne] = pa.array(amounts, from_pandas=True)
            columns[f"{field.champ}__brut"] = text
            notices.add_rows(rows, field.champ, notes, text)
        else:
            columns[field.colonne] = text
    unnamed = pc.and_(pc.is_null(columns["financeur"]), said)
    notices.add_rows(rows, "financeur", {"LEC-FINANCEUR-ABSENT": unnamed.to_numpy()}, None)
    columns["financeur"] = pc.fill_null(columns["financeur"], pa.scalar(UNKNOWN_FUNDER, TEXT))
    return pa.table(columns).filter(said)
