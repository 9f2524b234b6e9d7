"""A body compressed with gzip, read piece by piece: in one member or several, with padding after them."""

import zlib
from typing import Any


class Gunzip:
    """What was read so far of a compressed body."""

    def __init__(self) -> None:
        self._member: Any = None

    @property
    def is_over(self) -> bool:
        """Whether the last member begun has been read to its end."""
        return self._member is None

    def read(self, chunk: bytes, limit: int) -> bytes:
        """What a chunk gives, `limit` bytes at most. Raises zlib.error on what is no gzip."""
        read = b""
        while chunk and len(read) < limit:
            if self._member is None:
                chunk = chunk.lstrip(b"\0")
                if not chunk:
                    break
                self._member = zlib.decompressobj(wbits=31)
            read += self._member.decompress(chunk, limit - len(read))
            chunk = self._member.unused_data
            if not self._member.eof:
                break
            self._member = None
        return read
