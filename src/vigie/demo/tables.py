"""The Vigie template and the flat CSV as territories fill them: the columns, then the habits of shape."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from openpyxl.utils import get_column_letter

from vigie.demo.books import Sheet, csv_bytes, workbook_bytes
from vigie.demo.cells import Cell, Writer
from vigie.demo.habits import Habits
from vigie.demo.states import Row
from vigie.demo.words import FICTITIOUS
from vigie.reading.fields import Fields
from vigie.reference.columns import ACTION, FUNDING, HEADER, Field
from vigie.reference.seeds import Reference

FUNDERS = 3
_TERRITORY = "Nom de l'intercommunalité"
_REDUCED = frozenset(
    {
        "code_action",
        "axe",
        "intitule",
        "descriptif",
        "themes",
        "statut",
        "taux_avancement",
        "date_debut_prevue",
        "date_fin_prevue",
        "budget_prevu_eur",
        "base_montant",
        "service_pilote",
        "commentaire",
    }
)
_RENAMED = {
    "code_action": "N° de l'action",
    "intitule": "Titre de l'action",
    "descriptif": "Description de l'action",
    "themes": "Thématiques",
    "statut": "État d'avancement",
    "taux_avancement": "Avancement (%)",
    "date_fin_prevue": "Échéance",
    "budget_prevu_eur": "Coût prévisionnel",
    "montant_paye_eur": "Montant mandaté",
    "structure_porteuse": "Maître d'ouvrage",
    "commentaire": "Observations",
}
_MISSPELT = {"descriptif": "Desciptif", "freins": "Freins recontrés"}
_EXTRA = ("Couleur", "Avis du comité de suivi", "Priorité")


Extra = Sequence[tuple[str, list[Cell]]]


@dataclass(frozen=True)
class Column:
    """A column of a table: its field and, for a funder's, its rank."""

    field: Field
    rank: int
    label: str

    def value(self, row: Row) -> Any:
        # A column that the story says nothing of is there, and blank.
        if self.rank == 0:
            return row.get(self.field.champ)
        funders = row["financements"]
        return funders[self.rank - 1].get(self.field.champ) if self.rank <= len(funders) else None


class Shaper:
    """Writes the reports of one territory: same columns, same habits, month after month."""

    def __init__(self, reference: Reference, habits: Habits, nom: str, rng: Random) -> None:
        self._fields = Fields.load(reference.seeds)
        self._habits = habits
        self._nom = nom
        self._writer = Writer(reference, habits, habits.is_csv)
        self._columns = self._draw_columns(rng)

    def workbook(
        self, header: Row, rows: list[Row], sheet_title: str = "Actions", more: Extra = ()
    ) -> bytes:
        """The report as a workbook of the template's layout; `more` adds columns: (label, values)."""
        table, merged = self._table(rows, more)
        sheets = [
            Sheet("Feuille de route", self._header_rows(header)),
            Sheet(sheet_title, table, merged),
            Sheet(
                "Mode d'emploi",
                [[FICTITIOUS], ["Une ligne par action, une date par rapport."]],
            ),
        ]
        if self._habits.forme == "feuille_masquee":
            sheets.append(Sheet("Listes 2024", [["Ancien statut"], ["Fini"], ["Clos"]], [], True))
        if self._habits.forme == "couverture":
            cover = [
                [],
                ["", f"Feuille de route numérique - {self._nom}"],
                ["", FICTITIOUS],
            ]
            sheets.insert(0, Sheet("Couverture", cover))
        return workbook_bytes(sheets)

    def flat(self, header: Row, rows: list[Row], more: Extra = ()) -> bytes:
        """The report as a flat CSV: the header fields repeated on each row, before or after the action."""
        head = self._fields.of_level(HEADER)
        fixed = [self._writer.cell(field, header[field.champ]) for field in head]
        fixed.append(f"{self._nom} ({FICTITIOUS})")
        labels = [*(field.label() for field in head), _TERRITORY]
        table, _ = self._table(rows, more)
        comes_last = self._habits.colonnes == "entete_apres"
        lines: list[Sequence[Cell]] = []
        for number, line in enumerate(table):
            is_action = number > 0 and len(line) > 1
            lead = labels if number == 0 else fixed if is_action else [""] * len(labels)
            lines.append([*line, *lead] if comes_last else [*lead, *line])
        return self._with_line_ends(lines)

    def _with_line_ends(self, lines: list[Sequence[Cell]]) -> bytes:
        habits = self._habits
        if habits.fins_de_ligne == "separateur_final":
            lines = [[*line, ""] for line in lines]
        if habits.fins_de_ligne == "ligne_finale":
            lines = [*lines, [""] * len(lines[0])]
        return csv_bytes(lines, habits.encodage, habits.delimiter)

    def _draw_columns(self, rng: Random) -> list[Column]:
        reduced = self._habits.colonnes == "reduites"
        columns = [
            Column(field, 0, self._label(field))
            for field in self._fields.of_level(ACTION)
            if (not reduced or field.champ in _REDUCED)
            and (field.champ != "code_action" or self._habits.codes != "absent")
        ]
        columns += [
            Column(field, rank, self._label(field, rank))
            for rank in range(1, FUNDERS + 1)
            for field in self._fields.of_level(FUNDING)
            if not reduced
        ]
        if self._habits.colonnes == "melangees":
            rng.shuffle(columns)
        return columns

    def _label(self, field: Field, rank: int = 1) -> str:
        label = field.label(rank)
        if self._habits.colonnes == "renommees":
            label = _RENAMED.get(field.champ, label)
        if self._habits.entetes == "faute":
            label = _MISSPELT.get(field.champ, label)
        if self._habits.entetes == "saut_de_ligne":
            label = label.replace(" ", "\n", 1)
        return label

    def _header_rows(self, header: Row) -> list[Sequence[Cell]]:
        lines: list[Sequence[Cell]] = [
            [field.label(), self._writer.cell(field, header[field.champ])]
            for field in self._fields.of_level(HEADER)
        ]
        return [[_TERRITORY, f"{self._nom} ({FICTITIOUS})"], *lines]

    def _table(self, rows: list[Row], more: Extra) -> tuple[list[Sequence[Cell]], list[str]]:
        """The rows of the table, its header first or below a title, and the ranges to merge."""
        habits, columns = self._habits, self._columns
        labels = [column.label for column in columns]
        if habits.entetes == "en_double":
            columns = [*columns, next(c for c in columns if c.field.champ == "statut")]
            labels = [column.label for column in columns]
        lines: list[Sequence[Cell]] = [
            [*self._with_more(labels, _EXTRA), *(label for label, _ in more)]
        ]
        merged: list[str] = []
        if habits.forme == "consignes":
            lines.append([_instruction(column) for column in columns])
        axis_at = next(i for i, column in enumerate(columns) if column.field.champ == "axe")
        previous = None
        for number, row in enumerate(rows):
            starts_axis = row["axe"] != previous
            previous = row["axe"]
            if habits.forme == "axes_repetes" and starts_axis and number:
                lines.append([previous if i == axis_at else "" for i in range(len(columns))])
            if habits.forme == "lignes_vides" and number and number % 6 == 0:
                lines.append([])
            if habits.entetes == "repetes" and number and number % 25 == 0:
                lines.append(labels)
            cells = [self._writer.cell(column.field, column.value(row)) for column in columns]
            cells = self._with_more(cells, ("", "vu" if number % 4 else "à revoir", "Moyen"))
            lines.append([*cells, *(values[number] for _, values in more)])
        if habits.forme == "ligne_total":
            lines.append(self._total(columns, rows))
        if not habits.is_csv and habits.forme == "titres_fusionnes":
            lines, merged = self._with_titles(lines)
        if not habits.is_csv and habits.forme == "axes_fusionnes":
            merged = _merge_axes(lines, axis_at)
        return lines, merged

    def _with_more(self, cells: list[Any], extra: Sequence[Cell]) -> list[Cell]:
        """Adds the columns that this territory keeps for itself."""
        if self._habits.entetes == "en_plus":
            return [*cells, *extra]
        return list(cells)

    def _total(self, columns: list[Column], rows: list[Row]) -> list[Cell]:
        amounts = ("budget_prevu_eur", "montant_engage_eur", "montant_paye_eur")
        line: list[Cell] = []
        for column in columns:
            champ = column.field.champ
            if champ == "intitule":
                line.append("TOTAL")
            elif champ in amounts:
                total = round(sum(row[champ] or 0 for row in rows), 2)
                line.append(self._writer.cell(column.field, total))
            else:
                line.append("")
        return line

    def _with_titles(self, lines: list[Sequence[Cell]]) -> tuple[list[Sequence[Cell]], list[str]]:
        """A title and a row of group names, merged, above the header."""
        half = max(2, len(self._columns) // 2)
        groups: list[Cell] = [""] * len(self._columns)
        groups[0], groups[half] = "Présentation", "Suivi et financement"
        title = f"Feuille de route numérique - {self._nom} - {FICTITIOUS}"
        last = get_column_letter(len(self._columns))
        merged = [
            f"A1:{last}1",
            f"A2:{get_column_letter(half)}2",
            f"{get_column_letter(half + 1)}2:{last}2",
        ]
        return [[title], groups, *lines], merged


def _instruction(column: Column) -> str:
    if column.field.type == "statut":
        return "Choisissez une valeur de la liste"
    return (
        "Saisissez une date"
        if column.field.type == "date"
        else f"Indiquez : {column.label.lower()}"
    )


def _merge_axes(lines: list[Sequence[Cell]], axis_at: int) -> list[str]:
    """Merges downwards the cells of each axis, as a reader likes them."""
    letter, merged, start = get_column_letter(axis_at + 1), [], 1
    for number in range(2, len(lines) + 1):
        if number == len(lines) or lines[number][axis_at] != lines[start][axis_at]:
            if number - start > 1:
                merged.append(f"{letter}{start + 1}:{letter}{number}")
            start = number
    return merged
