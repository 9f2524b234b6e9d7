"""The circuit: a source that fails night after night is left alone for a while, and said to be."""

from typing import Any

from vigie.arrival.sources.visit import Visit
from vigie.errors import SourceSkipped

# A skipped source is tried again after this many skipped nights, so that it heals without a person.
NIGHTS_BEFORE_NEW_TRY = 6


def record_success(state: dict[str, Any]) -> None:
    """Call after a visit that ended without an error."""
    state.pop("echecs_consecutifs", None)
    state.pop("nuits_sautees", None)


def record_failure(state: dict[str, Any]) -> None:
    """Call after a visit that raised a SourceError other than SourceSkipped."""
    state["echecs_consecutifs"] = state.get("echecs_consecutifs", 0) + 1
    state.pop("nuits_sautees", None)


def let_through(visit: Visit) -> None:
    """Raises SourceSkipped when the source failed too often, except one night a week."""
    failures = visit.state.get("echecs_consecutifs", 0)
    if failures < visit.limits.failures_before_skip:
        return
    skipped = visit.state.get("nuits_sautees", 0)
    if skipped >= NIGHTS_BEFORE_NEW_TRY:
        return
    visit.state["nuits_sautees"] = skipped + 1
    raise SourceSkipped(
        visit.sentence(
            f"mise de côté après {failures} nuits d'échec à la suite",
            "réparer la source puis lancer « vigie sources check » (suivi du SIREN pour elle seule) ; "
            f"sans action, nouvel essai dans {NIGHTS_BEFORE_NEW_TRY - skipped} nuit(s)",
        )
    )
