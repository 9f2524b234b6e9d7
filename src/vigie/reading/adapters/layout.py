"""Finding the table in a sheet: the header row by its content, and what each column is."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from vigie.reading.adapters.dated import YEAR, Dated, dated, is_of_years, with_years
from vigie.reading.adapters.grid import Grid
from vigie.reading.adapters.guard import column_letter
from vigie.reading.fields import (
    IGNORED,
    LONGEST_LABEL,
    OPENNESS,
    PERSON,
    PHASE,
    STEP,
    SUB_ACTION,
    TET_BUDGET,
    Fields,
)
from vigie.records import Observation
from vigie.reference.columns import CONFIDENTIALITY, FUNDING, HEADER, Field
from vigie.text import alias_key, header_key

MIN_KNOWN_HEADERS = 3
TOLD_CONFIDENTIALITY = "FOR-CONFIDENTIALITE"
ROWS_OF_HEADER = 5
JOINED_FIELDS = frozenset(
    {"axe", "themes", "silos", "partenaires", "descriptif", "commentaire", CONFIDENTIALITY}
)
_SEVERAL = ("date", "montant", "nombre")
_SCALE = re.compile(
    r"\(?\b(?:en )?(?:(k|m) ?(?:€|eur(?:os?)?\b)|(milli(?:er|on))s? (?:d['’] ?|de )?(?:€|euros?\b))\)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Column:
    """A column of the file that leads to a field.

    `rang` is the funder's, 0 elsewhere; `echelle` is `k€` or `M€` when the header says so of its amounts.
    """

    index: int
    champ: str
    rang: int
    libelle: str
    echelle: str = ""
    est_masquee: bool = False

    @property
    def lettre(self) -> str:
        return column_letter(self.index)


@dataclass
class Layout:
    """The table found in a grid: its header row (numbered from 1), its columns, what was noticed about them.

    `unread` holds the columns that are not read, each with the code under which it is told if it holds data.
    """

    grid: Grid
    context: str
    header_row: int
    width: int
    columns: list[Column] = field(default_factory=list)
    unread: list[tuple[Column, str]] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)

    def of(self, champ: str) -> list[Column]:
        return [column for column in self.columns if column.champ == champ]


def labels_of(grid: Grid, number: int) -> list[str]:
    """The titles in a row of a grid, numbered from 1: a cell that goes on in it from a row above says its own there."""
    labels = list(grid.head[number - 1])
    for index, top, bottom in grid.merged_down():
        if top < number <= bottom and index < len(labels) and not labels[index]:
            above = grid.head[top - 1]
            labels[index] = above[index] if index < len(above) else ""
    return with_years(grid, number, labels) if is_of_years(grid, number) else labels


def locate(grid: Grid, fields: Fields, context: str) -> Layout | None:
    """The table of actions of a grid, None when no row reads as its header.

    The header is the row where most different fields are recognised; it must hold a title or a code of action.
    """
    best, best_row = 0, 0
    for number in range(1, len(grid.head) + 1):
        if best >= MIN_KNOWN_HEADERS and number > best_row + ROWS_OF_HEADER:
            break
        row = labels_of(grid, number)
        plain = {match[0] for label in row if label and (match := _plain(label, fields, context))}
        if not {"intitule", "code_action"} & plain:
            continue
        pairs = zip(row, _groups(grid, number), strict=True)
        matches = (match_of(label, group, fields, context)[0] for label, group in pairs)
        found = {match[0] for match in matches if match}
        if fields.name_statuses(row):
            found.add("statut")
        found |= {told.champ for label in row if (told := at_moment(label, fields, context))}
        known = len(found & fields.by_name.keys())
        if known > best or (known == best and is_of_years(grid, number)):
            best, best_row = known, number
    if best < MIN_KNOWN_HEADERS:
        return None
    return read_header(grid, fields, context, best_row)


def read_header(grid: Grid, fields: Fields, context: str, header_row: int) -> Layout:
    """What each column under the header is. Nothing is guessed: an unknown header is kept apart."""
    labels = labels_of(grid, header_row)
    layout = Layout(grid, context, header_row, len(labels))
    groups = _groups(grid, header_row)
    hidden = grid.shown.hidden_columns
    funder = 0
    for index, label in enumerate(labels):
        text = " ".join(label.split())
        match, scale = match_of(text, groups[index], fields, context)
        if match is None and context == "tet" and YEAR.fullmatch(text):
            match = (
                "commentaire",
                0,
            )  # TeT exports its follow-up notes as one column per year
        if match is None and fields.tells_confidentiality(text):
            match = CONFIDENTIALITY, 0
            told = Column(index, CONFIDENTIALITY, 0, text)
            layout.observations.append(_about(grid, header_row, told, TOLD_CONFIDENTIALITY))
        if match is None:
            code = "FOR-COLONNE-INCONNUE" if text else "FOR-COLONNE-SANS-TITRE"
            layout.unread.append((Column(index, "", 0, text), code))
            continue
        champ, rank = match
        known = fields.by_name.get(champ)
        if known and known.niveau == FUNDING:
            # "Montant" has no number of its own: it belongs to the funder on its left.
            funder = rank or (funder + 1 if champ == "financeur" else funder) or 1
            rank = funder
        column = Column(index, champ, rank, text, scale, index in hidden)
        if champ == PERSON:
            layout.observations.append(_about(grid, header_row, column, "FOR-COLONNE-PERSONNE"))
        elif champ in (IGNORED, OPENNESS):
            layout.unread.append((column, "FOR-COLONNE-IGNOREE"))
        elif champ in (SUB_ACTION, TET_BUDGET, STEP, PHASE) or known:
            _keep(layout, column, known)
    return layout


def _plain(label: str, fields: Fields, context: str) -> tuple[str, int] | None:
    return fields.find(label, context) if len(label) <= LONGEST_LABEL else None


def match_of(
    label: str, group: str, fields: Fields, context: str
) -> tuple[tuple[str, int] | None, str]:
    """The field that a header under a title common to several designates, and the scale it says of its amounts.

    Of a date or an amount, what both say together comes first: it tells « Réel, début » from « Prévu, début ».
    """
    text = " ".join(label.split())
    if not text or len(text) > LONGEST_LABEL:
        return None, ""
    own = fields.find(text, context)
    together = (fields.find(form, context) for form in (f"{text} {group}", f"{group} {text}"))
    if own is None:
        found = fields.find(f"{group} {text}", context) if group else None
        return (found, "") if found else _scaled(text, fields, context)
    kind = _kind(own[0], fields)
    return next((m for m in together if m and kind and _kind(m[0], fields) == kind), own), ""


def at_moment(label: str, fields: Fields, context: str) -> Dated | None:
    """What a header that says a moment is of: see `dated`."""
    return dated(label, fields, lambda text: match_of(text, "", fields, context)[0])


def _kind(champ: str, fields: Fields) -> str:
    """The type of a field of which a table may have several; "" for any other."""
    known = fields.by_name.get(champ)
    of_table = known is not None and known.niveau != HEADER
    return known.type if known and of_table and known.type in _SEVERAL else ""


def _groups(grid: Grid, header_row: int) -> list[str]:
    """What the row above the header says over each column, a cell spanning the blank ones on its right."""
    width = len(grid.head[header_row - 1])
    above = grid.head[header_row - 2] if header_row > 1 else []
    groups: list[str] = []
    for label in [*above, *[""] * width][:width]:
        groups.append(" ".join(label.split()) or (groups[-1] if groups else ""))
    return groups


def _scaled(text: str, fields: Fields, context: str) -> tuple[tuple[str, int] | None, str]:
    """The amount that a header in thousands or millions of euros names, with its scale."""
    told = _SCALE.search(text)
    match = fields.find(_SCALE.sub("", text), context) if told else None
    known = fields.by_name.get(match[0]) if match else None
    if told is None or known is None or known.type != "montant":
        return None, ""
    is_thousands = (told[1] or told[2]).casefold() in ("k", "millier")
    return match, "k€" if is_thousands else "M€"


def _keep(layout: Layout, column: Column, known: Field | None) -> None:
    """Adds a column, unless its field has one already: the header that suits it best then wins, else the first."""
    rivals = [c for c in layout.of(column.champ) if c.rang == column.rang]
    if column.champ in JOINED_FIELDS:
        # The columns of a joined field go together, but a hidden one is another state of the visible one of its name.
        rivals = [c for c in rivals if _is_hidden_twin(c, column)]
    if not rivals or (known is None and column.champ != STEP):
        layout.columns.append(column)
        return
    loser = column
    if _suits(column, known) > _suits(rivals[0], known):
        loser = rivals[0]
        layout.columns.remove(loser)
        layout.columns.append(column)
    is_hidden_one = loser.est_masquee and not (column.est_masquee and rivals[0].est_masquee)
    code = "FOR-COLONNE-MASQUEE" if is_hidden_one else "FOR-COLONNE-EN-DOUBLE"
    layout.unread.append((loser, code))


def _is_hidden_twin(one: Column, other: Column) -> bool:
    if one.champ == CONFIDENTIALITY:
        # Either may say that an action is not to be shown.
        return False
    is_same = header_key(one.libelle) == header_key(other.libelle)
    return is_same and one.est_masquee != other.est_masquee


def _suits(column: Column, known: Field | None) -> tuple[bool, int]:
    """How well a header names its field: what its sender sees first, then the template's own best; « Avancement » may
    hold words, not « % »."""
    fit = 0
    if known:
        fit = int(
            known.type == "pourcentage" and ("%" in column.libelle or "Taux" in column.libelle)
        )
        if alias_key(column.libelle) == alias_key(known.label(column.rang or 1)):
            fit = 2
    return not column.est_masquee, fit


def uneven_rows(grid: Grid, header_row: int, kept: Iterable[int]) -> list[Observation]:
    """What to say of the rows `kept` that are longer or shorter than the header."""
    uneven = grid.uneven(header_row)
    numbers = sorted(int(number) for number in kept if number in uneven) if uneven else []
    return [
        Observation(
            "FOR-LIGNE-LONGUE" if uneven[number] > 0 else "FOR-LIGNE-COURTE",
            grid.name,
            number,
            valeur=str(abs(uneven[number])),
        )
        for number in numbers
    ]


def unread_columns(layout: Layout, fields: Fields, filled: Mapping[int, int]) -> list[Observation]:
    """What to say of the columns that are not read, with the closest known field of a header nobody knows.

    `filled` gives, per column index, how many cells hold data; a column without any is not told.
    """
    return [
        Observation(
            code,
            layout.grid.name,
            layout.header_row,
            column.lettre,
            column.libelle,
            _concerned(column, fields, layout.context),
            filled[column.index],
        )
        for column, code in sorted(layout.unread, key=lambda pair: pair[0].index)
        if filled[column.index]
    ]


def _concerned(column: Column, fields: Fields, context: str) -> str:
    if column.champ:
        return "" if column.champ.startswith("_") else column.champ
    return fields.closest(column.libelle, context) if column.libelle else ""


def _about(grid: Grid, header_row: int, column: Column, code: str) -> Observation:
    champ = "" if column.champ in (PERSON, IGNORED) else column.champ
    return Observation(code, grid.name, header_row, column.lettre, column.libelle, champ)
