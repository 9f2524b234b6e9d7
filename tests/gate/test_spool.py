"""Rows that wait on disk come back as they were, and in their order."""

import numpy as np
import pyarrow as pa

from vigie.gate.spool import Spool, whole

MANY = pa.table(
    {"ligne": list(range(3_000)), "texte": [f"é{n}" if n % 7 else None for n in range(3_000)]}
)
FEW = MANY.slice(0, 10)


def test_tables_large_and_small_come_back_as_they_were() -> None:
    spool = Spool()
    kept = [spool.keep(table) for table in (MANY, FEW, MANY.slice(1_000))]
    assert [
        part().equals(table)
        for part, table in zip(kept, (MANY, FEW, MANY.slice(1_000)), strict=True)
    ] == [True] * 3


def test_a_table_outlives_its_spool() -> None:
    table = Spool().keep(MANY)()
    assert table.equals(MANY)


def test_the_rows_asked_for_are_taken_across_parts_in_their_order() -> None:
    spool = Spool()
    parts = [spool.keep(MANY), spool.keep(FEW), spool.keep(MANY)]
    mask = np.arange(len(whole(parts))) % 3 == 0
    assert spool.those(parts, mask)().equals(whole(parts).filter(pa.array(mask)))
    assert len(spool.those(parts, np.zeros(len(mask), dtype=bool))()) == 0
