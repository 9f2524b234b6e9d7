"""The reference data of the seeds, read once and never changed: territories, labels, sources, campaigns, thresholds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from vigie.records import Source
from vigie.reference.files import SeedRow, aliases, keyed, require_all
from vigie.reference.succession import RetiredSiren, retired_siren, succession
from vigie.text import known_key

TO_CLASSIFY = "a_classer"
NOT_REPORTED = "non_renseigne"
# The source of what a territory sends at the desk: no line of sources.csv, since nothing is fetched there.
DESK_SOURCE = "guichet-{}"


@dataclass(frozen=True)
class Territory:
    """One EPCI of `seeds/territoires.csv`; `departement_code` is its seat, numbers are None where unknown."""

    siren_epci: str
    nom: str
    nature_code: str
    departement_code: str
    departements: tuple[str, ...]
    region_code: str
    perimetre_code: str
    population_nb: int
    communes_nb: int
    superficie_km2: float | None
    typologie_densite: str
    est_littorale_geometrique: bool | None
    commune_principale: str
    longitude: float | None
    latitude: float | None
    crte_code: str
    millesime: int

    @property
    def est_dans_denominateur(self) -> bool:
        """Whether the EPCI has its seat in the region, hence counts in every denominator."""
        return self.perimetre_code == "coeur"


@dataclass(frozen=True)
class Commune:
    """One commune of `seeds/communes.csv`, member of `siren_epci`."""

    commune_code: str
    nom: str
    siren_epci: str
    departement_code: str
    region_code: str
    population_nb: int
    codes_postaux: tuple[str, ...]


@dataclass(frozen=True)
class Theme:
    """One theme; `est_socle` marks the three core themes of the Région."""

    theme_code: str
    libelle: str
    est_socle: bool
    ordre: int


@dataclass(frozen=True)
class Status:
    """One status of an action; `taux_estime_pct` is the ordinal scale used when no progress is given."""

    statut_code: str
    libelle: str
    ordre: int
    groupe_code: str
    est_demarree: bool
    est_realisee: bool
    est_dans_perimetre: bool
    taux_estime_pct: float | None


@dataclass(frozen=True)
class Campaign:
    """A reporting period: reports on its end date are due by `echeance_le` included."""

    campagne_code: str
    libelle: str
    periode_fin_le: date
    echeance_le: date


@dataclass(frozen=True)
class Reference:
    """Everything of the seeds that the library needs. The `*_aliases` mappings are keyed by `alias_key`, for
    vectorised reading; the methods answer for one label."""

    seeds: Path
    territories: Mapping[str, Territory]
    retired_sirens: Mapping[str, RetiredSiren]
    themes: Mapping[str, Theme]
    statuses: Mapping[str, Status]
    weathers: Mapping[str, str]
    theme_aliases: Mapping[str, str]
    status_aliases: Mapping[str, tuple[str, bool]]
    weather_aliases: Mapping[str, str]
    campaigns: tuple[Campaign, ...]
    thresholds: Mapping[str, float]

    @classmethod
    def load(cls, seeds: Path) -> "Reference":
        """Reads the seeds of the folder `seeds`; raises SettingsError naming file, line and column."""
        territories = keyed(seeds / "territoires.csv", "siren_epci", _territory)
        retired = keyed(seeds / "territoires_alias.csv", "siren_ancien", retired_siren)
        themes = keyed(seeds / "themes.csv", "theme_code", _theme)
        statuses = keyed(seeds / "statuts.csv", "statut_code", _status)
        weathers = keyed(seeds / "meteos.csv", "meteo_code", lambda row: row.text("libelle"))
        thresholds = keyed(seeds / "seuils.csv", "seuil_code", lambda row: row.number("valeur"))
        require_all(seeds / "statuts.csv", "statut_code", statuses)
        require_all(seeds / "meteos.csv", "meteo_code", weathers)
        require_all(seeds / "seuils.csv", "seuil_code", thresholds)
        return cls(
            seeds=seeds,
            territories=territories,
            retired_sirens=retired,
            themes=themes,
            statuses=statuses,
            weathers=weathers,
            theme_aliases=aliases(
                seeds / "themes_alias.csv",
                {code: (theme.libelle, code) for code, theme in themes.items()},
                lambda row: row.code("theme_code", themes),
            ),
            status_aliases=aliases(
                seeds / "statuts_alias.csv",
                {code: (status.libelle, (code, False)) for code, status in statuses.items()},
                lambda row: (row.code("statut_code", statuses), row.boolean("retard_declare")),
            ),
            weather_aliases=aliases(
                seeds / "meteos_alias.csv",
                {code: (label, code) for code, label in weathers.items()},
                lambda row: row.code("meteo_code", weathers),
            ),
            campaigns=tuple(
                sorted(
                    keyed(seeds / "campagnes.csv", "campagne_code", _campaign).values(),
                    key=lambda campaign: campaign.periode_fin_le,
                )
            ),
            thresholds=thresholds,
        )

    @property
    def denominator(self) -> tuple[Territory, ...]:
        """The territories that count: those with their seat in the region."""
        return tuple(t for t in self.territories.values() if t.est_dans_denominateur)

    @cached_property
    def known_sirens(self) -> tuple[str, ...]:
        """The SIREN that a report may bear: those of the territories and those that they replaced."""
        retired = (siren for siren in self.retired_sirens if self.territory_of(siren))
        return tuple(sorted({*self.territories, *retired}))

    def territory_of(self, siren: str) -> Territory | None:
        """The territory of today that answers for a SIREN, through several changes if need be; None when unknown."""
        found = (s for s in succession(siren, self.retired_sirens) if s in self.territories)
        return self.territories.get(next(found, ""))

    def resolve_siren(self, siren: str, on: date) -> str | None:
        """The SIREN that answers for `siren` in a report dated `on`, None when it leads to no territory of today.

        Until its last day a SIREN is itself, even retired since: who sent it answered for it alone. So a report is
        read in the same way whenever it is read, and a change can be recorded ahead of time.
        """
        retired = self.retired_sirens
        bearers = (
            s
            for s in succession(siren, self.retired_sirens)
            if s not in retired or on <= retired[s].fin_le
        )
        bearer = next(bearers, "")
        return bearer if self.territory_of(bearer) else None

    def may_send_for(self, source: str, siren: str, on: date) -> bool:
        """Whether a source of the SIREN `source` answers for `siren` in a report dated `on`: it bore it, or it
        replaced it."""
        return self.resolve_siren(source, on) == siren or source in succession(
            siren, self.retired_sirens
        )

    def replaced_by(self, siren: str) -> list[str]:
        """The SIREN that one replaced itself, of a number changed or of a merger."""
        retired = self.retired_sirens.values()
        return sorted(r.siren_ancien for r in retired if r.siren_epci == siren)

    def status(self, label: str) -> tuple[str, bool] | None:
        """(status code, whether the label itself declares a delay), None for an unknown label."""
        return self.status_aliases.get(known_key(label, self.status_aliases))

    def theme(self, label: str) -> str | None:
        """The theme code of a label, None when unknown (the caller classifies it `a_classer` and says so)."""
        return self.theme_aliases.get(known_key(label, self.theme_aliases))

    def sources(self) -> list[Source]:
        """The sources of `seeds/sources.csv` in file order, active or not."""
        by_id = keyed(self.seeds / "sources.csv", "source_id", self._source)
        return list(by_id.values())

    def owners(self) -> dict[str, str]:
        """The SIREN that each source speaks for, by identifier: those of sources.csv, and the desk of each territory.
        A source shared by several has none."""
        desks = {DESK_SOURCE.format(siren): siren for siren in self.territories}
        return desks | {s.source_id: s.siren_epci for s in self.sources() if s.siren_epci}

    @cached_property
    def declared_indicators(self) -> frozenset[str]:
        """The codes of the indicators that territories declare, read at first use."""
        path = self.seeds / "indicateurs_declares.csv"
        return frozenset(keyed(path, "identifiant_indic", lambda row: row.line))

    @cached_property
    def communes(self) -> tuple[Commune, ...]:
        """The communes of the territories, read at first use: most steps never need them."""
        path = self.seeds / "communes.csv"
        return tuple(keyed(path, "commune_code", self._commune).values())

    def _source(self, row: SeedRow) -> Source:
        siren = row.text("siren_epci")
        return Source(
            source_id=row.text("source_id"),
            siren_epci=row.code("siren_epci", self.territories) if siren else "",
            nom=row.text("nom"),
            canal=row.required("canal"),
            adresse=row.required("adresse"),
            format=row.text("format") or "auto",
            connexion=row.text("connexion"),
            correspondance=row.text("correspondance"),
            est_active=row.boolean("est_active"),
        )

    def _commune(self, row: SeedRow) -> Commune:
        return Commune(
            commune_code=row.text("commune_code"),
            nom=row.required("nom"),
            siren_epci=row.code("siren_epci", self.territories),
            departement_code=row.required("departement_code"),
            region_code=row.required("region_code"),
            population_nb=row.integer("population_nb"),
            codes_postaux=row.items("codes_postaux"),
        )


def _territory(row: SeedRow) -> Territory:
    return Territory(
        siren_epci=row.text("siren_epci"),
        nom=row.required("nom"),
        nature_code=row.required("nature_code"),
        departement_code=row.required("departement_code"),
        departements=row.items("departements"),
        region_code=row.required("region_code"),
        perimetre_code=row.required("perimetre_code"),
        population_nb=row.integer("population_nb"),
        communes_nb=row.integer("communes_nb"),
        superficie_km2=row.optional_number("superficie_km2"),
        typologie_densite=row.text("typologie_densite"),
        est_littorale_geometrique=row.optional_boolean("est_littorale_geometrique"),
        commune_principale=row.text("commune_principale"),
        longitude=row.optional_number("longitude"),
        latitude=row.optional_number("latitude"),
        crte_code=row.text("crte_code"),
        millesime=row.integer("millesime"),
    )


def _theme(row: SeedRow) -> Theme:
    return Theme(
        theme_code=row.text("theme_code"),
        libelle=row.required("libelle"),
        est_socle=row.boolean("est_socle"),
        ordre=row.integer("ordre"),
    )


def _status(row: SeedRow) -> Status:
    return Status(
        statut_code=row.text("statut_code"),
        libelle=row.required("libelle"),
        ordre=row.integer("ordre"),
        groupe_code=row.required("groupe_code"),
        est_demarree=row.boolean("est_demarree"),
        est_realisee=row.boolean("est_realisee"),
        est_dans_perimetre=row.boolean("est_dans_perimetre"),
        taux_estime_pct=row.optional_number("taux_estime_pct"),
    )


def _campaign(row: SeedRow) -> Campaign:
    return Campaign(
        campagne_code=row.text("campagne_code"),
        libelle=row.required("libelle"),
        periode_fin_le=row.day("periode_fin_le"),
        echeance_le=row.day("echeance_le"),
    )
