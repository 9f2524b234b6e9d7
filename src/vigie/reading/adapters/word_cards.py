"""Cards of a document: one table per action, a label and its value on each row, put together as one table."""

from collections.abc import Sequence

from vigie.reading.adapters.grid import RowGrid
from vigie.reading.adapters.layout import MIN_KNOWN_HEADERS
from vigie.reading.adapters.shown import Place, Shown
from vigie.reading.fields import Fields
from vigie.reference.columns import ACTION

NAME = "Fiches"
_TITLE = "intitule"


def with_cards_together(grids: Sequence[RowGrid], fields: Fields) -> list[RowGrid]:
    """The grids, those that are cards replaced by a last one: a row for each, its labels for header."""
    cards: list[RowGrid] = []
    others: list[RowGrid] = []
    for grid in grids:
        (cards if _is_card(grid, fields) else others).append(grid)
    if not cards:
        return others
    # Two cards may say one thing by labels of different words.
    labels = list(dict.fromkeys(label for card in cards for label, _ in _pairs(card)))
    rows = [labels]
    shown = Shown()
    for card in cards:
        values = dict(_pairs(card))
        rows.append([values.get(label, "") for label in labels])
        _mark(shown, card, labels, len(rows))
    return [*others, RowGrid(NAME, rows, tell=lambda: shown)]


def _is_card(grid: RowGrid, fields: Fields) -> bool:
    labels = [label for label, _ in _pairs(grid)]
    has_two_columns = all(len(row) == len(("label", "value")) for row in grid.rows)
    # A label twice is that of a second action: nothing may be lost.
    if not has_two_columns or len({*labels}) < len(labels):
        return False
    found = {match[0] for label in labels if (match := fields.find(label, "vigie"))}
    known = {
        champ for champ in found & fields.by_name.keys() if fields.by_name[champ].niveau == ACTION
    }
    return _TITLE in known and len(known) >= MIN_KNOWN_HEADERS


def _pairs(grid: RowGrid) -> list[tuple[str, str]]:
    """The labels and their values; a value under another, beside no label, goes on from it."""
    found: list[tuple[str, str]] = []
    for row in grid.rows:
        label, value = _label(row[0]), "\n".join(filter(None, row[1:]))
        if label:
            found.append((label, value))
        elif value and found:
            found[-1] = (found[-1][0], "\n".join(filter(None, (found[-1][1], value))))
    return found


def _label(text: str) -> str:
    return " ".join(text.split()).rstrip(" :")


def _mark(shown: Shown, card: RowGrid, labels: Sequence[str], number: int) -> None:
    """Notes on the row of a card what its cells held beside their text."""
    told = card.shown
    for own, other in (
        (shown.struck, told.struck),
        (shown.unseen, told.unseen),
        (shown.nested, told.nested),
    ):
        own.update(
            _placed(card, labels, number, place) for place in other if card.rows[place[0] - 1][0]
        )


def _placed(card: RowGrid, labels: Sequence[str], number: int, place: Place) -> Place:
    return number, labels.index(_label(card.rows[place[0] - 1][0]))
