"""The night, the territory and the deposits that the tests of channels share."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vigie.records import Source

RUN_AT = datetime(2026, 11, 20, 2, 0)
DEPOSITED = datetime(2026, 11, 18, 9, 30)
SIREN = "246200729"


def line(canal: str, adresse: str, **fields: Any) -> Source:
    """A line of sources.csv for the territory of the tests."""
    return Source(f"{canal}-{SIREN}", SIREN, "CA du Boulonnais", canal, adresse, **fields)


def drop(path: Path, content: bytes = b"siren_epci;246200729\n", at: datetime = DEPOSITED) -> Path:
    """Writes a file deposited at `at` (naive UTC)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    moment = at.replace(tzinfo=UTC).timestamp()
    os.utime(path, (moment, moment))
    return path
