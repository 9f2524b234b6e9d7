"""Rows left out of a table, and why."""

from dataclasses import dataclass, field

from vigie.records import Observation

_HELP = "FOR-LIGNE-AIDE"


@dataclass
class Skipped:
    """Positions of the rows to leave out, and what is said of each; `helping` are the rows of instructions."""

    positions: set[int] = field(default_factory=set)
    helping: set[int] = field(default_factory=set)
    observations: list[Observation] = field(default_factory=list)

    def skip(self, position: int, told: Observation) -> None:
        """Leaves a row out, unless it is already."""
        if position in self.positions:
            return
        self.positions.add(position)
        self.observations.append(told)
        if told.regle_code == _HELP:
            self.helping.add(position)
