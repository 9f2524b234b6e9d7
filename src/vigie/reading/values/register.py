"""Typed columns of the Région's register of roadmaps."""

import pyarrow as pa

from vigie.reading.fields import Fields
from vigie.reading.values.columns import TEXT, per_unique, read_dates, without_marks
from vigie.reading.values.notices import Notices
from vigie.reading.values.scalars import read_siren
from vigie.reading.values.stacked import Stacked


def read_register(rows: Stacked, fields: Fields, notices: Notices) -> pa.Table:
    """The table of the data set `registre_feuilles_de_route`: one row per line of the register."""
    sirens = without_marks(rows.text("siren_epci"), fields.missing_marks)
    adopted = without_marks(rows.text("date_adoption"), fields.missing_marks)

    def siren(text: str) -> str | None:
        return read_siren(text)[0]

    days, notes = read_dates(adopted, is_end=False)
    notices.add_rows(rows, "date_adoption", notes, adopted)
    columns = {
        "rapport_id": notices.ids(rows),
        "feuille": rows.feuilles,
        "ligne": pa.array(rows.lignes),
        "siren_epci": pa.array(per_unique(sirens, siren, None, object), TEXT),
        "siren_brut": sirens,
        "date_adoption": pa.array(days),
        "date_adoption__brut": adopted,
        "horizon": without_marks(rows.text("horizon"), fields.missing_marks),
    }
    return pa.table(columns)
