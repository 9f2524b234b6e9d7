"""JSON written one way only, so that what did not change keeps the same bytes."""

import hashlib
import json
from typing import Any


def canonical(document: Any) -> bytes:
    """The document as JSON: keys sorted, no blank, UTF-8."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def digest(document: Any) -> str:
    """A short fingerprint of the document."""
    return hashlib.sha256(canonical(document)).hexdigest()[:16]
