"""Tables that wait on disk: the rows of a large night weigh more than the memory that it may take."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
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

    def those(self, parts: Sequence[Kept], mask: npt.NDArray[np.bool_]) -> Kept:
        """What gives the rows of the parts, one after the other, where `mask` is true."""
        return self._write(whole(parts).schema, _those(parts, mask))

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


def whole(parts: Sequence[Kept]) -> pa.Table:
    """One table of all the parts."""
    return pa.concat_tables([part() for part in parts], promote_options="default")


def _those(parts: Sequence[Kept], mask: npt.NDArray[np.bool_]) -> Iterator[pa.RecordBatch]:
    start = 0
    for part in parts:
        for batch in part().to_batches():
            yield batch.filter(pa.array(mask[start : start + len(batch)]))
            start += len(batch)
