"""The tables of Vigie as pandas frames, which tests look at more easily."""

from dataclasses import fields, replace
from typing import Any

import pandas as pd
import pyarrow as pa

from vigie.reading import values
from vigie.reading.values import Batch


def frame(table: pa.Table) -> pd.DataFrame:
    """The same rows: dates at midnight, missing values NaN or NaT."""
    days = [
        field.with_type(pa.timestamp("s")) if field.type == pa.date32() else field
        for field in table.schema
    ]
    return table.cast(pa.schema(days)).to_pandas()


def frames(tables: dict[str, pa.Table]) -> dict[str, pd.DataFrame]:
    return {name: frame(table) for name, table in tables.items()}


def normalise(*arguments: Any) -> Batch:
    """`vigie.reading.values.normalise`, each table of its batch made a frame."""
    batch = values.normalise(*arguments)
    tables = {f.name: getattr(batch, f.name) for f in fields(batch)}
    others = frames(tables.pop("autres"))
    return replace(batch, **frames(tables), autres=others)
