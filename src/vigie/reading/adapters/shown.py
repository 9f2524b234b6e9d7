"""What the cells of a sheet show that their values do not tell: formats, errors, hidden rows, struck-out text."""

from dataclasses import dataclass, field

# (row number, column index), rows being numbered from 1 and columns from 0.
Place = tuple[int, int]

NOT_COMPUTED = "formule non calculée"


@dataclass
class Shown:
    """`texts`: what a format makes of a number, "" where it displays nothing of what the cell holds. `errors`: `#REF!`,
    or a formula without a result that can be trusted. `hidden`: the rows that nobody sees; `hidden_columns`: their
    indices. Of a Word document, `unseen`: the cells with deleted or hidden text, not read; `nested`: those that
    hold a table themselves. `is_whole` is False when the file could not be read that far."""

    texts: dict[Place, str] = field(default_factory=dict)
    errors: dict[Place, str] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    struck: set[Place] = field(default_factory=set)
    unseen: set[Place] = field(default_factory=set)
    nested: set[Place] = field(default_factory=set)
    is_whole: bool = True

    @property
    def blank(self) -> set[Place]:
        """The cells whose format displays nothing of what they hold."""
        return {place for place, text in self.texts.items() if not text}

    def column(self, index: int) -> dict[int, str]:
        """Row number -> text, for the cells of a column that a format changes."""
        return {line: text for (line, at), text in self.texts.items() if at == index}
