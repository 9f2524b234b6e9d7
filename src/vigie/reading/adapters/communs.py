"""The state of a project of Les Communs, told by two words: its phase and where it stands in it."""

import pyarrow as pa

from vigie.reading.adapters.table import Table
from vigie.reading.fields import PHASE

_USUAL_STATE = "En cours"
_STATUS = "statut"


def status_of(phase: str | None, state: str | None) -> str:
    """The label looked for among the aliases of the statuses; a phase alone goes on."""
    return f"{phase} - {state or _USUAL_STATE}" if phase else ""


def join_phases(table: Table) -> None:
    """Makes one status of the columns of phase and state of an export in CSV."""
    phases = table.champs.pop(PHASE).to_pylist()
    states = table.champs[_STATUS].to_pylist() if _STATUS in table.champs else [None] * len(phases)
    told = [status_of(phase, state) or state for phase, state in zip(phases, states, strict=True)]
    table.champs[_STATUS] = pa.chunked_array([pa.array(told, pa.large_string())])
