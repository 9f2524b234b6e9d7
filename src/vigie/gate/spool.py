"""Tables that wait on disk: the rows of a large night weigh more than the memory that it may take."""

import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from mmap import ACCESS_READ, ALLOCATIONGRANULARITY, mmap

import numpy as np
import numpy.typing as npt
import pyarrow as pa

# Fewer rows are not worth a file.
_FEWEST_ROWS = 1_000
_ALIGNMENT = 64

Kept = Callable[[], pa.Table]
"""What gives a table again, from disk at each call: its pages are no one's memory once it is let go."""


class Spool:
    """One nameless file of the temporary folder, for many tables; it goes with what reads it, however that ends."""

    def __init__(self) -> None:
        # Closed with the last table that it gives.
        self._file = tempfile.TemporaryFile()  # noqa: SIM115

    def keep(self, table: pa.Table) -> Kept:
        """What gives the table again."""
        if len(table) < _FEWEST_ROWS:
            return lambda: table
        return self._write(table.schema, table.to_batches())

    def those(self, table: pa.Table, mask: npt.NDArray[np.bool_]) -> pa.Table:
        """The rows of the table where `mask` is true: never all of them at once in memory."""
        if mask.all():
            return table
        if len(table) < _FEWEST_ROWS:
            return table.filter(pa.array(mask))
        batches = table.to_batches()
        starts = np.cumsum([0, *(len(batch) for batch in batches)])
        kept = (
            batch.filter(pa.array(mask[start : start + len(batch)]))
            for start, batch in zip(starts, batches, strict=False)
        )
        return self._write(table.schema, kept)()

    def _write(self, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Kept:
        start = -(-self._file.seek(0, 2) // _ALIGNMENT) * _ALIGNMENT
        self._file.seek(start)
        with pa.ipc.new_stream(self._file, schema) as stream:
            for batch in batches:
                stream.write_batch(batch)
        self._file.flush()
        return partial(self._read, start, self._file.tell() - start)

    def _read(self, start: int, size: int) -> pa.Table:
        before = start % ALLOCATIONGRANULARITY
        pages = mmap(self._file.fileno(), before + size, access=ACCESS_READ, offset=start - before)
        return pa.ipc.open_stream(pa.py_buffer(pages).slice(before)).read_all()
