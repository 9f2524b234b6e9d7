"""A DuckDB file that is no longer as it was written: named, with what makes it again. DuckDB often names none."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from vigie.errors import DamagedFile

RAW_REMEDY = "« vigie rebuild » le refait depuis landing/."
PUBLICATION_REMEDY = "l'écarter, puis « vigie publish » la refait."
# What DuckDB says of a file that is none, that is cut short, or of which a block has changed.
_WORDS = (
    "not a valid DuckDB database file",
    "Could not read enough bytes from file",
    "Corrupt database file",
)


def is_damage(error: duckdb.Error) -> bool:
    """Whether DuckDB could not read what a file holds."""
    return any(words in str(error) for words in _WORDS)


@contextmanager
def named(path: Path, remedy: str) -> Iterator[None]:
    """Raises DamagedFile, which tells `remedy`, for what DuckDB cannot read any more inside."""
    try:
        yield
    except duckdb.Error as error:
        if is_damage(error):
            raise DamagedFile(path, remedy) from error
        raise


@contextmanager
def publication_opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that reads a published file. Raises DamagedFile as soon as something in it cannot be read."""
    with (
        named(path, PUBLICATION_REMEDY),
        duckdb.connect(str(path), read_only=True) as connection,
    ):
        yield connection
