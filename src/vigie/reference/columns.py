"""The columns of a report, as `seeds/champs.csv` defines them: everything else that lists them is made from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from vigie.errors import SettingsError
from vigie.reference.files import SeedRow, keyed
from vigie.settings import PROJECT_ROOT

HEADER, ACTION, FUNDING = "entete", "action", "financement"
CONFIDENTIALITY = "confidentiel"

# How the values of each type are kept in raw; None for the lists, which have tables of their own.
TYPES = {
    "texte": "varchar",
    "texte_long": "varchar",
    "code": "varchar",
    "siren": "varchar",
    "url": "varchar",
    "enumeration": "varchar",
    "statut": "varchar",
    "meteo": "varchar",
    "date": "date",
    "pourcentage": "double",
    "montant": "double",
    "nombre": "double",
    "booleen": "boolean",
    "liste_themes": None,
    "liste_silos": None,
}

# How many characters a text may have, by type of field: what a person writes and another reads. Twenty thousand is
# also what Territoires en Transitions takes in a description, and less than a cell of a spreadsheet holds.
_LONGEST_TEXT = {
    "texte_long": 20_000,
    "texte": 2_000,
    "url": 2_000,
    "liste_themes": 1_000,
    "liste_silos": 1_000,
}
_LONGEST_VALUE = 200
LONGEST_UNKNOWN = _LONGEST_TEXT["texte"]
_RANK = "{n}"

Limit = int | date


@dataclass(frozen=True)
class Field:
    """One line of `seeds/champs.csv` (see champs.yml). `libelle` holds `{n}` for the columns repeated for each funder,
    `colonne` names the typed column (empty for a list), `minimum` and `maximum` count the characters of a text."""

    champ: str
    niveau: str
    libelle: str
    colonne: str
    type: str
    est_obligatoire: bool
    est_toujours_rempli: bool
    valeurs: tuple[str, ...]
    minimum: Limit | None
    maximum: Limit | None
    est_fin: bool
    est_compare: bool
    est_publie: bool
    description: str
    exemple: str

    @property
    def longest(self) -> int:
        """How many characters its text may have; what is beyond is not kept."""
        return _LONGEST_TEXT.get(self.type, _LONGEST_VALUE)

    @property
    def may_head(self) -> bool:
        """Whether a file may say it once for all its actions."""
        return self.niveau == HEADER or self.champ == CONFIDENTIALITY

    def label(self, rank: int = 1) -> str:
        """The header of the column, for the funder of this rank when the column is repeated."""
        return self.libelle.replace(_RANK, str(rank))


@lru_cache(maxsize=4)
def report_columns(seeds: Path) -> dict[str, Field]:
    """The columns by their names, in the order of the template.

    What a column is belongs to this version of Vigie, whose rules and schema rest on it; how it is told to people
    (label, description, example) to the installation. Raises SettingsError, naming file, line and column.
    """
    told = keyed(seeds / "champs.csv", "champ", lambda row: row)
    for champ, row in told.items():
        if champ not in _contract():
            raise row.problem("champ", "cette version de Vigie ne connaît pas ce champ")
    return {champ: _field(row, told.get(champ, row)) for champ, row in _contract().items()}


def columns_of_level(niveau: str) -> list[Field]:
    """The columns of a level, as this version of Vigie defines them, whatever the installation calls them."""
    every = report_columns(PROJECT_ROOT / "seeds").values()
    return [field for field in every if field.niveau == niveau]


def shared_limits(fields: Iterable[Field]) -> tuple[Limit | None, Limit | None]:
    """The least and the greatest value of fields that one rule judges together; SettingsError when they differ."""
    together = list(fields)
    limits = {(field.minimum, field.maximum) for field in together}
    if len(limits) != 1:
        raise SettingsError(
            f"champs.csv : {', '.join(field.champ for field in together)} sont jugés par une même règle, et n'ont pas "
            "les mêmes limites. À faire : leur donner le même minimum et le même maximum, ou une règle à chacun."
        )
    return limits.pop()


@lru_cache(maxsize=1)
def _contract() -> dict[str, SeedRow]:
    return keyed(PROJECT_ROOT / "seeds" / "champs.csv", "champ", lambda row: row)


def _field(row: SeedRow, told: SeedRow) -> Field:
    kind = row.code("type", TYPES)
    return Field(
        champ=row.text("champ"),
        niveau=row.required("niveau"),
        libelle=told.required("libelle"),
        colonne=row.required("colonne") if TYPES[kind] else "",
        type=kind,
        est_obligatoire=row.boolean("est_obligatoire"),
        est_toujours_rempli=row.boolean("est_toujours_rempli"),
        valeurs=row.items("valeurs"),
        minimum=_limit(row, "minimum", kind),
        maximum=_limit(row, "maximum", kind),
        est_fin=row.boolean("est_fin"),
        est_compare=row.boolean("est_compare"),
        est_publie=row.boolean("est_publie"),
        description=told.text("description"),
        exemple=told.text("exemple"),
    )


def _limit(row: SeedRow, column: str, kind: str) -> Limit | None:
    if not row.text(column):
        return None
    return row.day(column) if kind == "date" else row.integer(column)
