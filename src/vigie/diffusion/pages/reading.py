"""Reads a published file, read-only: rows as dictionaries, and measures by indicator, theme and part."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar, cast

import duckdb

from vigie.decisions.resolutions import Resolution
from vigie.text import alias_key

Row = dict[str, Any]
T = TypeVar("T")
ALL_THEMES = "tous"
TOTAL = "total"
_COLUMNS = (
    "indicateur_code, maille_code, territoire_code, theme_code, modalite_code, mois_le, numerateur,"
    " denominateur, valeur, n_nb, couverture_pct, borne_basse, borne_haute"
)
# Small queries, several processes: more threads would only wait for each other.
_THREADS = 1
_NOTHING: Row = dict.fromkeys(_COLUMNS.replace(" ", "").split(","))


@dataclass(frozen=True)
class Session:
    """A session of the committee; `edition` is the publication it was shown, None when it is not here; `decisions`
    those it took."""

    nom: str
    date_situation: date
    connu_le: datetime
    edition: Path | None = None
    decisions: tuple[Resolution, ...] = ()


class Measures:
    """The latest values of one mesh and territory, found by indicator, theme and part of the indicator."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._found = {
            (row["indicateur_code"], row["theme_code"], row["modalite_code"]): row for row in rows
        }

    def __call__(self, code: str, part: str = TOTAL, theme: str = ALL_THEMES) -> Row:
        """The measure, or one whose every field is None when the publication has none."""
        return self._found.get((code, theme, part), _NOTHING)

    def followed(self, theme: str = ALL_THEMES) -> Row:
        """The actions in scope, whatever is known of them: `n_nb` of them, that weigh `denominateur`."""
        return self("repartition_statuts", "sans_nouvelles", theme)

    def parts(self, code: str, theme: str = ALL_THEMES) -> dict[str, Row]:
        """Every part of an indicator."""
        return {
            part: row
            for (found, where, part), row in self._found.items()
            if found == code and where == theme
        }


class Publication:
    """An open published file. Close it, or use it in a `with`. `editions` are the sessions frozen, with what each was
    shown: some may be frozen since the file was built."""

    def __init__(self, path: Path, editions: Sequence[Session] = ()) -> None:
        self.editions = editions
        self._connection = duckdb.connect(str(path), read_only=True, config={"threads": _THREADS})

        self._made: dict[Callable[[Publication], Any], Any] = {}

    def __enter__(self) -> "Publication":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def rows(self, query: str, parameters: list[Any] | None = None) -> list[Row]:
        """The rows of a query, one dictionary each."""
        cursor = self._connection.execute(query, parameters or [])
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]

    def once(self, make: "Callable[[Publication], T]") -> T:
        """What `make` reads of this publication, read once however many pages show it."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast(T, self._made[make])

    def has(self, table: str) -> bool:
        """Whether a table, named with its schema, is in the file: an earlier version of Vigie may lack it."""
        schema, _, name = table.partition(".")
        return bool(
            self.rows(
                "select 1 from information_schema.tables where table_schema = ? and table_name = ?",
                [schema, name],
            )
        )

    @cached_property
    def identity(self) -> Row:
        """The only row of `marts.publication`."""
        return self.rows("from marts.publication")[0]

    @cached_property
    def is_fictitious(self) -> bool:
        return bool(self.identity["donnees_fictives"])

    @cached_property
    def territories(self) -> list[Row]:
        """The territories of the region, in French alphabetical order of their town or land."""
        found = self.rows(
            "select dim_territoires.*, reference.commune_principale"
            " from marts.dim_territoires"
            " left join referentiel.territoires as reference using (siren_epci)"
            " where dim_territoires.est_dans_denominateur"
        )
        return sorted(found, key=lambda row: (alias_key(short_name(row["nom"])), row["siren_epci"]))

    @cached_property
    def region_code(self) -> str:
        return str(self.territories[0]["region_code"]) if self.territories else ""

    @cached_property
    def themes(self) -> list[Row]:
        """The themes, in the order of the catalogue."""
        return self.rows("from marts.dim_themes order by ordre, theme_code")

    @cached_property
    def indicators(self) -> dict[str, Row]:
        """The definitions of the indicators by code, in the order of the catalogue."""
        return {row["indicateur_code"]: row for row in self.rows("from marts.dim_indicateurs")}

    @cached_property
    def names(self) -> dict[str, str]:
        """The name of each territory of the region, by SIREN."""
        return {row["siren_epci"]: row["nom"] for row in self.territories}

    def measures(self, mesh: str, territory: str, theme: str | None = None) -> Measures:
        """The latest measures of a territory at a mesh (`epci`, `region`, `theme`...), all themes or one."""
        query = (
            f"select {_COLUMNS} from marts.fct_indicateurs"
            " where est_dernier_mois and maille_code = ? and territoire_code = ?"
        )
        parameters = [mesh, territory]
        if theme is not None:
            query, parameters = query + " and theme_code = ?", [*parameters, theme]
        return Measures(self.rows(query, parameters))

    @cached_property
    def region(self) -> Measures:
        return self.measures("region", self.region_code)

    @cached_property
    def quality_of_reports(self) -> dict[str, Measures]:
        """The quality of the reports of each territory, and of the region, in its last month that has any, up to
        the last period due: the current month is not over."""
        gathered: dict[str, list[Row]] = {}
        for row in self.rows(
            f"with quality as (select {_COLUMNS} from marts.fct_indicateurs"
            " where indicateur_code = 'qualite_rapport' and maille_code in ('epci', 'region') and n_nb > 0"
            " and mois_le <= (select coalesce(max(mois_le), date '9999-12-31') from marts.fct_indicateurs"
            "  where indicateur_code = 'echelle_rapports' and est_dernier_mois)),"
            " latest as (select maille_code, territoire_code, max(mois_le) as mois_le from quality group by all)"
            " select quality.* from quality join latest using (maille_code, territoire_code, mois_le)"
        ):
            gathered.setdefault(row["territoire_code"], []).append(row)
        return {code: Measures(found) for code, found in gathered.items()}

    @cached_property
    def region_by_theme(self) -> Measures:
        return self.measures("theme", self.region_code)

    def of_every_territory(self, theme: str | None = None) -> dict[str, Measures]:
        """The latest measures of each territory by SIREN, over all themes or for one."""
        mesh, about = ("epci", ALL_THEMES) if theme is None else ("epci_theme", theme)
        gathered: dict[str, list[Row]] = {}
        for row in self.rows(
            f"select {_COLUMNS.replace('theme_code', f'{ALL_THEMES!r} as theme_code')}"
            " from marts.fct_indicateurs"
            " where est_dernier_mois and maille_code = ? and theme_code = ?",
            [mesh, about],
        ):
            gathered.setdefault(row["territoire_code"], []).append(row)
        return {siren: Measures(found) for siren, found in gathered.items()}

    def history(
        self, code: str, mesh: str, territory: str, theme: str = ALL_THEMES, part: str = TOTAL
    ) -> list[Row]:
        """The values of one indicator month after month, those that could be computed."""
        return self.rows(
            f"select {_COLUMNS} from marts.fct_indicateurs where indicateur_code = ?"
            " and maille_code = ? and territoire_code = ? and theme_code = ? and modalite_code = ?"
            " and valeur is not null order by mois_le",
            [code, mesh, territory, theme, part],
        )


def short_name(name: str) -> str:
    """The territory without its kind, to sort and to fit: `CA du Boulonnais` -> `Boulonnais`."""
    words = name.split(" ")
    kinds = {"CC", "CA", "CU", "Métropole", "Européenne"}
    links = {"de", "du", "des", "la", "le", "les"}
    while len(words) > 1 and (words[0] in kinds or words[0].lower() in links):
        words = words[1:]
    rest = " ".join(words)
    return rest[2:] if rest[:2] in ("d'", "l'", "d’", "l’") else rest
