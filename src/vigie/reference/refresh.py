"""Rewrites the seeds of territories for one region, or for all, from the public package of `reference_package`.

The package knows neither the seat of an EPCI nor its area, density class, coast, representative point and CRTE:
those columns of `territoires.csv` are facts a person may write, kept by SIREN from one refresh to the next. Where
the seat is not written yet, it is taken to be in the department with most inhabitants. Lines of
`territoires_alias.csv` and `sources.csv` written by a person are kept too.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from vigie.errors import SettingsError
from vigie.reference.files import keyed, rows, write
from vigie.reference.package import (
    FRANCE,
    PACKAGE,
    Vintage,
    departement_of,
    nature_of,
    npm_pack,
    read,
)

ALIAS_COLUMNS = ("siren_ancien", "siren_epci", "nom_ancien", "fin_le", "source")

Line = dict[str, object]
Written = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Refresh:
    """What a refresh did: counts, changes since the previous seeds, and what a person must complete.

    `territoire` is « Région <name> », or « France »."""

    territoire: str
    millesime: int
    coeur_nb: int
    limitrophes_nb: int
    communes_nb: int
    fichiers_modifies: tuple[str, ...]
    territoires_nouveaux: tuple[str, ...]
    territoires_disparus: tuple[str, ...]
    a_completer: tuple[str, ...]
    successions_a_decider: tuple[str, ...]
    sources_orphelines: tuple[str, ...]


def refresh(
    seeds: Path,
    region: str,
    package_version: str | None = None,
    fetch: Callable[[str, Path], Path] = npm_pack,
) -> Refresh:
    """Rewrites territoires, communes, departements, territoires_historique, territoires_alias and sources in `seeds`.

    `region` is the INSEE code of the region, or FRANCE for all. `package_version` defaults to the last line of
    `millesimes.csv`, which maps vintages to versions; earlier lines make the history. `fetch(version, folder)` brings
    an archive. Nothing is written unless every version could be read; the same versions and the same seeds give the
    same bytes.
    """
    with tempfile.TemporaryDirectory() as folder:
        vintages = [
            read(fetch(version, Path(folder)), year, version)
            for year, version in _versions(seeds / "millesimes.csv", package_version)
        ]
    current = vintages[-1]
    if region not in {FRANCE, *current.regions}:
        raise SettingsError(
            f"VIGIE_REGION={region} : région inconnue de {PACKAGE} {current.version}"
        )

    before = _existing(seeds / "territoires.csv", "siren_epci")
    territories = {s: _territory(current, s, region, before) for s in current.touching(region)}
    communes = sorted(_communes(current, territories), key=lambda c: str(c["commune_code"]))
    departements = sorted({str(c["departement_code"]) for c in communes})
    aliases, undecided = _aliases(
        vintages, region, _existing(seeds / "territoires_alias.csv", "siren_ancien")
    )
    whole = "France" if region == FRANCE else f"Région {current.regions[region]}"
    sources, orphans = _sources(territories, whole, _existing(seeds / "sources.csv", "source_id"))
    tables = {
        "territoires.csv": list(territories.values()),
        "communes.csv": communes,
        "departements.csv": [_departement(current, code) for code in departements],
        "territoires_historique.csv": _history(vintages, region, before),
        "territoires_alias.csv": aliases,
        "sources.csv": sources,
    }
    changed = [
        name
        for name, lines in tables.items()
        if write(seeds / name, tuple(lines[0]) if lines else ALIAS_COLUMNS, lines)
    ]

    core_nb = sum(line["perimetre_code"] == "coeur" for line in territories.values())
    return Refresh(
        territoire=whole,
        millesime=current.year,
        coeur_nb=core_nb,
        limitrophes_nb=len(territories) - core_nb,
        communes_nb=len(communes),
        fichiers_modifies=tuple(changed),
        territoires_nouveaux=tuple(sorted(territories.keys() - before.keys())),
        territoires_disparus=tuple(sorted(before.keys() - territories.keys())),
        a_completer=tuple(
            siren
            for siren, line in territories.items()
            if "" in (line["typologie_densite"], line["longitude"])
        ),
        successions_a_decider=undecided,
        sources_orphelines=orphans,
    )


def _versions(path: Path, package_version: str | None) -> list[tuple[int, str]]:
    known = sorted(
        keyed(
            path, "millesime", lambda r: (r.integer("millesime"), r.required("version_npm"))
        ).values()
    )
    wanted = package_version or known[-1][1]
    if wanted not in {version for _, version in known}:
        raise SettingsError(
            f"{path.name} n'a pas la version {wanted} de {PACKAGE} : ajouter sa ligne"
        )
    last = max(year for year, version in known if version == wanted)
    return [(year, version) for year, version in known if year <= last]


def _existing(path: Path, key: str) -> Written:
    return {r.required(key): dict(r.values) for r in rows(path)} if path.exists() else {}


def _seat(vintage: Vintage, siren: str, before: Written) -> str:
    written = before.get(siren, {}).get("departement_code", "")
    return written if written in vintage.departements_of(siren) else vintage.main_departement(siren)


def _perimeter(vintage: Vintage, seat: str, region: str) -> str:
    return "coeur" if region in (FRANCE, vintage.region_of(seat)) else "limitrophe"


def _territory(vintage: Vintage, siren: str, region: str, before: Written) -> Line:
    epci, kept = vintage.epci[siren], before.get(siren, {})
    seat, population = _seat(vintage, siren, before), epci["populationMunicipale"]
    area = kept.get("superficie_km2", "")
    main = max(epci["membres"], key=lambda m: (vintage.population(m), m["code"]))
    return {
        "siren_epci": siren,
        "nom": epci["nom"],
        "nature_code": nature_of(epci),
        "departement_code": seat,
        "departements": "|".join(vintage.departements_of(siren)),
        "region_code": vintage.region_of(seat),
        "perimetre_code": _perimeter(vintage, seat, region),
        "population_nb": population,
        "communes_nb": len(epci["membres"]),
        "superficie_km2": area,
        "densite_hab_km2": round(population / float(area), 1) if area else "",
        "typologie_densite": kept.get("typologie_densite", ""),
        "est_littorale_geometrique": kept.get("est_littorale_geometrique", ""),
        "commune_principale": main["nom"],
        "longitude": kept.get("longitude", ""),
        "latitude": kept.get("latitude", ""),
        "crte_code": kept.get("crte_code", ""),
        "millesime": vintage.year,
    }


def _communes(vintage: Vintage, sirens: Iterable[str]) -> Iterator[Line]:
    for siren in sirens:
        for member in vintage.epci[siren]["membres"]:
            departement = departement_of(member["code"])
            yield {
                "commune_code": member["code"],
                "nom": member["nom"],
                "siren_epci": siren,
                "departement_code": departement,
                "region_code": vintage.region_of(departement),
                "population_nb": vintage.population(member),
                "codes_postaux": "|".join(
                    vintage.communes.get(member["code"], {}).get("codesPostaux", [])
                ),
            }


def _departement(vintage: Vintage, code: str) -> Line:
    return {
        "departement_code": code,
        "libelle": vintage.departements[code]["nom"],
        "region_code": vintage.region_of(code),
    }


def _history(vintages: list[Vintage], region: str, before: Written) -> list[Line]:
    return [
        {
            "millesime": vintage.year,
            "siren_epci": siren,
            "nom": vintage.epci[siren]["nom"],
            "nature_code": nature_of(vintage.epci[siren]),
            "perimetre_code": _perimeter(vintage, _seat(vintage, siren, before), region),
            "communes_nb": len(vintage.epci[siren]["membres"]),
            "population_nb": vintage.epci[siren]["populationMunicipale"],
        }
        for vintage in vintages
        for siren in vintage.touching(region)
    ]


def _aliases(
    vintages: list[Vintage], region: str, written: Written
) -> tuple[list[Line], tuple[str, ...]]:
    """A SIREN that left leads to its successor when all its communes went to one EPCI; otherwise a person decides.
    A line already written (an exact date, a decision) wins over what the vintages tell."""
    found: dict[str, Line] = {}
    undecided = []
    for earlier, later in pairwise(vintages):
        home = {m["code"]: siren for siren, epci in later.epci.items() for m in epci["membres"]}
        for siren in earlier.touching(region):
            if siren in later.epci:
                continue
            members = [member["code"] for member in earlier.epci[siren]["membres"]]
            successors = {home[code] for code in members if code in home}
            if len(successors) == 1:
                found[siren] = {
                    "siren_ancien": siren,
                    "siren_epci": successors.pop(),
                    "nom_ancien": earlier.epci[siren]["nom"],
                    "fin_le": date(earlier.year, 12, 31).isoformat(),
                    "source": f"absent du millésime {later.year} ({PACKAGE} {later.version})",
                }
            elif siren not in written:
                undecided.append(siren)
    reachable = found.keys() | vintages[-1].epci.keys()
    found.update((s, dict(line)) for s, line in written.items() if line["siren_epci"] in reachable)
    return [found[siren] for siren in sorted(found)], tuple(undecided)


def _sources(
    territories: dict[str, Line], whole: str, written: Written
) -> tuple[list[Line], tuple[str, ...]]:
    """Every territory keeps at least one source. A default line (`depot-<siren>`) follows its territory; a line
    written by a person stays, unless its territory has left: it is then named. `whole` names the common one."""
    lines: dict[str, Line] = {}
    orphans = []
    for source_id, line in written.items():
        siren = line["siren_epci"]
        if source_id == "depot-region":
            continue
        if not siren or siren in territories:
            lines[source_id] = dict(line)
        elif dict(line) | {"nom": ""} != _drop_folder(siren, "", siren):
            orphans.append(source_id)
    served = {line["siren_epci"] for line in lines.values()}
    for siren, territory in territories.items():
        if siren not in served:
            lines[f"depot-{siren}"] = _drop_folder(siren, str(territory["nom"]), siren)
    lines["depot-region"] = _drop_folder("", whole, "region")
    return list(lines.values()), tuple(orphans)


def _drop_folder(siren: str, name: str, address: str) -> Line:
    return {
        "source_id": f"depot-{address}",
        "siren_epci": siren,
        "nom": name,
        "canal": "depot",
        "adresse": address,
        "format": "auto",
        "connexion": "",
        "correspondance": "",
        "est_active": "true",
    }
