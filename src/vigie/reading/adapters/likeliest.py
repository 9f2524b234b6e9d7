"""When no row reads as a header: the row that most looks like one, and the fewest changes that would make it so."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vigie.reading.adapters.grid import Grid
from vigie.reading.adapters.guard import column_letter
from vigie.reading.adapters.header import read_form
from vigie.reading.adapters.layout import MIN_KNOWN_HEADERS, at_moment, match_of
from vigie.reading.fields import LONGEST_LABEL, Fields
from vigie.reading.values.scalars import read_amount, read_date, read_percent
from vigie.reference.columns import ACTION
from vigie.text import known_key

_LABELS_SHOWN = 6
_COLUMNS_SEEN = 200
_NOTHING_LIKELY = "Vérifiez que le fichier contient le tableau de vos actions, une par ligne."
_MOSTLY = 0.6
_DATA_LIKE = 0.3
_TITLE = "intitule"
# What best tells that a table is one of actions, by what its columns hold; "": nothing tells.
_PREFERRED = (
    "statut",
    "date_fin_prevue",
    "date_debut_prevue",
    "taux_avancement",
    "budget_prevu_eur",
    "",
)
# What to ask for in an empty column, when the others do not make enough known headers.
_ADDED = ("statut", "date_fin_prevue", "themes")
_OF_MONEY = re.compile(r"€|\bk?eur|budget|co[ûu]t|montant|d[ée]pense|prix|financ", re.IGNORECASE)
_PERCENT = re.compile(r"^\d{1,3}([.,]\d+)? ?%$")


@dataclass(frozen=True)
class _Row:
    """A row of a sheet, by its number, with the fields that its labels lead to already and the rows below it."""

    grid: Grid
    number: int
    cells: tuple[str, ...]
    known: frozenset[str]
    below: tuple[tuple[str, ...], ...]

    @property
    def place(self) -> str:
        sheet = f"feuille « {self.grid.name} », " if self.grid.name else ""
        return f"{sheet}ligne {self.number}"

    def values(self, index: int) -> list[str]:
        return [row[index] for row in self.below if index < len(row) and row[index]]


def seen_and_advice(grids: Sequence[Grid], fields: Fields) -> tuple[str, str]:
    """The likeliest header as its sender would recognise it, and what to change in it."""
    shown = [grid for grid in grids if not grid.is_hidden]
    rows = [row for grid in shown for row in _rows(grid, fields)]
    if not rows:
        return "", _NOTHING_LIKELY
    best = max(rows, key=_likeliness)
    labels = [cell for cell in best.cells if cell][:_LABELS_SHOWN]
    seen = f" ({best.place} : « {' », « '.join(labels)} »)"
    changes = _headers_above(best, fields) if _is_data(best, fields) else _renamings(best, fields)
    form, _ = read_form([(grid, len(grid.head)) for grid in shown], fields)
    if "date_situation" not in form and "date_situation" not in _found(best.cells, fields):
        changes.append("écrivez au-dessus du tableau « Situation au JJ/MM/AAAA »")
    place = best.place[0].upper() + best.place[1:]
    return seen, f"{place} : {' ; '.join(changes)}." if changes else _NOTHING_LIKELY


def _rows(grid: Grid, fields: Fields) -> Iterable[_Row]:
    head = [
        tuple(" ".join(cell.split())[:LONGEST_LABEL] for cell in row[:_COLUMNS_SEEN])
        for row in grid.head
    ]
    for number, cells in enumerate(head, start=1):
        below = tuple(row for row in head[number:] if any(row))
        if sum(map(bool, cells)) > 1:
            known = frozenset(
                c for c in _found(cells, fields) if fields.by_name[c].niveau == ACTION
            )
            yield _Row(grid, number, cells, known, below)


def _found(cells: Iterable[str], fields: Fields) -> set[str]:
    return {champ for cell in cells if (champ := _leads_to(cell, fields)) in fields.by_name}


def _leads_to(cell: str, fields: Fields) -> str:
    """The field of a header, or what it is left aside for (a person's name); "" when it leads nowhere."""
    match, _ = match_of(cell, "", fields, "vigie")
    told = None if match else at_moment(cell, fields, "vigie")
    return match[0] if match else told.champ if told else ""


def _likeliness(row: _Row) -> tuple[int, int, int, int]:
    """Most known headers, else most headers, over the most rows; the first of those that are alike."""
    width = sum(map(bool, row.cells))
    filled = sum(2 * sum(map(bool, cells)) >= width for cells in row.below)
    return len(row.known), width, min(filled, 1), -row.number


def _is_data(row: _Row, fields: Fields) -> bool:
    """Whether a row holds values, not titles: states, dates, numbers."""
    cells = [cell for cell in row.cells if cell]
    values = [
        cell for cell in cells if _kind([cell], "", fields) or read_amount(cell)[0] is not None
    ]
    return not row.known and len(values) >= _DATA_LIKE * len(cells)


def _kind(values: Sequence[str], label: str, fields: Fields) -> str:
    """The field that the cells of a column are of, by what they hold; "" when they do not tell."""

    def mostly(count: int) -> bool:
        return bool(values) and count >= _MOSTLY * len(values)

    if mostly(sum(known_key(value, fields.statuses) in fields.statuses for value in values)):
        return "statut"
    if mostly(sum(_PERCENT.match(value) is not None for value in values)):
        return "taux_avancement"
    if mostly(sum(_is_day(value) for value in values)):
        return "date_fin_prevue"
    amounts = sum(read_amount(value)[0] is not None for value in values)
    says_money = _OF_MONEY.search(label) is not None or any("€" in value for value in values)
    return "budget_prevu_eur" if mostly(amounts) and says_money else ""


def _is_day(value: str) -> bool:
    return not value.isdigit() and read_date(value, is_end=True)[0] is not None


def _purposes(row: _Row, fields: Fields) -> dict[int, str]:
    """The field to give to each column whose header leads nowhere: the title first, then as many as are needed."""
    free = [i for i, c in enumerate(row.cells) if not _leads_to(c, fields) if c or row.values(i)]
    kinds = {index: _kind(row.values(index), row.cells[index], fields) for index in free}
    chosen: dict[int, str] = {}
    if not {_TITLE, "code_action"} & row.known:
        titles = [
            index for index in free if not kinds[index] and not _is_numeric(row.values(index))
        ]
        if not titles:
            return {}
        chosen[max(titles, key=lambda index: _title_likeness(row, index, fields))] = _TITLE
    kinds |= _dates(row, [index for index in free if kinds[index] == "date_fin_prevue"])
    for index in sorted(free, key=lambda index: (_PREFERRED.index(kinds[index]), index)):
        champ = kinds[index]
        enough = len({*row.known, *chosen.values()}) >= MIN_KNOWN_HEADERS
        if (
            not enough
            and index not in chosen
            and champ
            and champ not in {*row.known, *chosen.values()}
        ):
            chosen[index] = champ
    return chosen


def _dates(row: _Row, dated: Sequence[int]) -> dict[int, str]:
    """Which of the columns of dates is the end, the latest, and which the beginning."""
    if len(dated) < len(("beginning", "end")):
        return {}
    latest = max(dated, key=lambda index: max(map(_ordinal, row.values(index))))
    return {index: "date_fin_prevue" if index == latest else "date_debut_prevue" for index in dated}


def _ordinal(value: str) -> int:
    day = read_date(value, is_end=True)[0]
    return day.toordinal() if day else 0


def _is_numeric(values: Sequence[str]) -> bool:
    return all(read_percent(value)[0] is not None for value in values)


def _title_likeness(row: _Row, index: int, fields: Fields) -> tuple[bool, int, float]:
    """A header close to that of the title, then a column of many different texts, then of long ones."""
    values = row.values(index)
    length = sum(map(len, values)) / len(values) if values else 0.0
    is_close = fields.closest(row.cells[index], "vigie") == _TITLE
    return is_close, len(set(values)), length


def _added(known: Iterable[str], fields: Fields) -> list[str]:
    """The columns to add when those of the sender are too few."""
    told = set(known)
    lacking = [champ for champ in _ADDED if champ not in told]
    return [fields.by_name[c].label() for c in lacking[: max(0, MIN_KNOWN_HEADERS - len(told))]]


def _renamings(row: _Row, fields: Fields) -> list[str]:
    chosen = _purposes(row, fields)
    if not chosen and not {_TITLE, "code_action"} & row.known:
        return []
    changes = []
    for index, champ in sorted(chosen.items()):
        label = fields.by_name[champ].label()
        cell = row.cells[index]
        where = f"renommez « {cell} » en" if cell else f"titrez la colonne {column_letter(index)}"
        changes.append(f"{where} « {label} »")
    for label in _added({*row.known, *chosen.values()}, fields):
        changes.append(f"ajoutez une colonne « {label} »")
    return changes


def _headers_above(row: _Row, fields: Fields) -> list[str]:
    every = (row.cells, *row.below)
    under = _Row(row.grid, row.number, ("",) * len(row.cells), frozenset(), every)
    chosen = _purposes(under, fields)
    if not chosen:
        return []
    told = [
        f"« {fields.by_name[champ].label()} » au-dessus de la colonne {column_letter(index)}"
        for index, champ in sorted(chosen.items())
    ]
    changes = [f"insérez avant elle une ligne d'en-têtes, avec {', '.join(told)}"]
    for label in _added(chosen.values(), fields):
        changes.append(f"ajoutez une colonne « {label} »")
    return changes
