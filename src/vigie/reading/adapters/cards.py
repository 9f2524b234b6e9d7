"""Cards: one table or sheet per action, a label and its value on each row, put together as one table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from vigie.reading.adapters.grid import Grid, RowGrid
from vigie.reading.adapters.guard import check_extent
from vigie.reading.adapters.layout import MIN_KNOWN_HEADERS
from vigie.reading.adapters.shown import Place, Shown
from vigie.reading.fields import Fields
from vigie.reference.columns import ACTION
from vigie.settings import Settings

NAME = "Fiches"
_TITLE = "intitule"


@dataclass
class _Line:
    """A label, the texts written under it and where they stand."""

    label: str
    values: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    @property
    def value(self) -> str:
        # A number of a spreadsheet stays one.
        return self.values[0] if len(self.values) == 1 else "\n".join(self.values)


Card = tuple[RowGrid, list[_Line]]


def with_cards_together(grids: Sequence[Grid], fields: Fields, settings: Settings) -> list[Grid]:
    """The grids, those that are cards replaced by a last one: a row for each, its labels for header.

    Raises ReportUnreadable when they have too many labels to be the columns of a table.
    """
    cards: list[Card] = []
    others: list[Grid] = []
    for grid in grids:
        found: list[Card] = []
        if isinstance(grid, RowGrid) and not grid.is_hidden:
            found = [(grid, lines) for lines in _one_by_one(_lines(grid, fields), fields)]
        if found and all(_is_card(lines, fields) for _, lines in found):
            cards += found
        else:
            others.append(grid)
    if not cards:
        return others
    # Two cards may say one thing by labels of different words.
    labels = list(dict.fromkeys(line.label for _, lines in cards for line in lines))
    check_extent(1 + len(cards), len(labels), settings)
    columns = {label: index for index, label in enumerate(labels)}
    rows = [labels]
    shown = Shown()
    for grid, lines in cards:
        values = {line.label: line.value for line in lines}
        rows.append([values.get(label, "") for label in labels])
        _mark(shown, grid.shown, lines, columns, len(rows))
    # Their own sheet may have this name, with the header of the report above them.
    name = f"{NAME} réunies" if any(grid.name == NAME for grid in grids) else NAME
    return [*others, RowGrid(name, rows, tell=lambda: shown)]


def _one_by_one(lines: list[_Line], fields: Fields) -> list[list[_Line]]:
    """The lines of each of the cards that stand one under the other in a sheet: each goes from the labels that always
    come before its title; what is above the first one goes with it."""
    titles = [i for i, line in enumerate(lines) if line.value and _is_title(line.label, fields)]
    if len(titles) < 2 or len({column for line in lines for _, column in line.places}) > 1:
        return [lines]
    before = 0
    while before < titles[0] and len({lines[t - before - 1].label for t in titles}) == 1:
        before += 1
    starts = [0, *(title - before for title in titles[1:])]
    return [lines[start:end] for start, end in zip(starts, [*starts[1:], None], strict=True)]


def _is_title(label: str, fields: Fields) -> bool:
    match = fields.find(label, "vigie")
    return match is not None and match[0] == _TITLE


def _is_card(lines: Sequence[_Line], fields: Fields) -> bool:
    labels = [line.label for line in lines]
    # A label twice is that of a second action: nothing may be lost.
    if len({*labels}) < len(labels):
        return False
    found = {match[0] for label in labels if (match := fields.find(label, "vigie"))}
    known = {
        champ for champ in found & fields.by_name.keys() if fields.by_name[champ].niveau == ACTION
    }
    return _TITLE in known and len(known) >= MIN_KNOWN_HEADERS


def _lines(grid: RowGrid, fields: Fields) -> list[_Line]:
    """The labels and their values, one pair of columns or two beside each other; a value under another, beside no
    label, goes on from it. None of them when the grid has another width."""
    used = sorted({i for row in grid.rows for i, text in enumerate(row) if text.strip()})
    pairs = list(zip(used[::2], used[1::2], strict=False))
    if len(used) % 2 or len(pairs) > 2 or not pairs:
        return []
    found: list[_Line] = []
    for label, value in pairs:
        column = list(_column(grid, label, value))
        is_of_labels = all(line.label and fields.find(line.label, "vigie") for line in column)
        if found and not is_of_labels:
            return []
        found += column
    return found


def _column(grid: RowGrid, label: int, value: int) -> Iterator[_Line]:
    line: _Line | None = None
    for number, row in enumerate(grid.rows, start=1):
        name, text = (row[i] if i < len(row) else "" for i in (label, value))
        if name.strip():
            if line:
                yield line
            line = _Line(" ".join(name.split()).rstrip(" :"))
        if line and text.strip():
            line.values.append(text)
        if line:
            line.places.append((number, value))
    if line:
        yield line


def _mark(
    shown: Shown, told: Shown, lines: Sequence[_Line], columns: Mapping[str, int], number: int
) -> None:
    """Notes on the row of a card what its cells held beside their text."""
    moved = {place: (number, columns[line.label]) for line in lines for place in line.places}
    for own, other in (
        (shown.struck, told.struck),
        (shown.unseen, told.unseen),
        (shown.nested, told.nested),
    ):
        own |= {moved[place] for place in other if place in moved}
    for texts, others in ((shown.texts, told.texts), (shown.errors, told.errors)):
        texts |= {moved[place]: text for place, text in others.items() if place in moved}
    shown.is_whole &= told.is_whole
