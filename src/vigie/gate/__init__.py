"""The gate: a verdict for every report, a sentence for every remark. Great Expectations is only
met inside.
"""

from typing import Any

__all__ = ["GateResult", "judge", "slices"]


def __getattr__(name: str) -> Any:
    # Judging needs pandas and DuckDB: a night with nothing new must not pay for them.
    if name in __all__:
        from vigie.gate import judging

        return getattr(judging, name)
    raise AttributeError(name)
