"""Reading of values: from text as written to typed columns. See `Batch` for what comes out."""

from vigie.reading.values.batch import Batch
from vigie.reading.values.reading import normalise

__all__ = ["Batch", "normalise"]
