"""One vintage of the npm package `@etalab/decoupage-administratif`, obtained with the ordinary client and read.

Data under Licence Ouverte, origin DGCL (EPCI and their members) and INSEE (populations, official codes).
"""

import json
import shutil
import subprocess
import tarfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vigie.errors import SettingsError, SourceRefused, SourceUnavailable

PACKAGE = "@etalab/decoupage-administratif"
TIMEOUT_SECONDS = 180
# What stands for every region together, where the INSEE code of one is expected.
FRANCE = "france"
NATURES = {"CC": "CC", "CA": "CA", "CU": "CU", "METRO": "ME", "MET69": "ME"}

Record = dict[str, Any]


@dataclass(frozen=True)
class Vintage:
    """What one version of the package says. `epci` is keyed by SIREN, `communes` by INSEE code, `departements`
    gives each department's record (code, name, region) and `regions` each region's name."""

    year: int
    version: str
    epci: dict[str, Record]
    communes: dict[str, Record]
    departements: dict[str, Record]
    regions: dict[str, str]

    def departements_of(self, siren: str) -> tuple[str, ...]:
        """The departments of an EPCI's communes, sorted by code."""
        return tuple(sorted({departement_of(m["code"]) for m in self.epci[siren]["membres"]}))

    def region_of(self, departement: str) -> str:
        return str(self.departements[departement]["region"])

    def main_departement(self, siren: str) -> str:
        """The department with most of the EPCI's inhabitants, the lowest code when equal."""
        inhabitants: Counter[str] = Counter()
        for member in self.epci[siren]["membres"]:
            inhabitants[departement_of(member["code"])] += self.population(member)
        return min(inhabitants, key=lambda code: (-inhabitants[code], code))

    def population(self, member: Record) -> int:
        """Municipal population of a member commune; the oldest versions only have it in the list of communes."""
        commune = self.communes.get(member["code"], {})
        return int(member.get("populationMunicipale") or commune.get("population") or 0)

    def touching(self, region: str) -> list[str]:
        """SIREN of the EPCI with at least one commune in the region (or all of them, for FRANCE), sorted."""
        return sorted(
            siren
            for siren in self.epci
            if region in {FRANCE, *map(self.region_of, self.departements_of(siren))}
        )


def nature_of(epci: Record) -> str:
    """CC, CA, CU or ME; a nature that Vigie does not know is refused rather than guessed."""
    if epci["type"] not in NATURES:
        raise SourceRefused(
            f"{PACKAGE} : nature d'EPCI inconnue « {epci['type']} » ({epci['code']})"
        )
    return NATURES[epci["type"]]


def departement_of(commune_code: str) -> str:
    """The department of an INSEE commune code (three characters overseas)."""
    return commune_code[:3] if commune_code.startswith(("97", "98")) else commune_code[:2]


def npm_pack(version: str, folder: Path) -> Path:
    """Downloads one version of the package into `folder` with npm, which checks its integrity; returns the archive."""
    npm = shutil.which("npm")
    if npm is None:
        raise SettingsError(
            "npm est nécessaire pour rafraîchir les territoires : installer Node.js, puis relancer."
        )
    command = [npm, "pack", "--silent", f"{PACKAGE}@{version}", "--pack-destination", str(folder)]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=True
        )
    except subprocess.TimeoutExpired as error:
        raise SourceUnavailable(
            f"{PACKAGE} {version} : npm n'a pas répondu en {TIMEOUT_SECONDS} s, relancer plus tard."
        ) from error
    except subprocess.CalledProcessError as error:
        raise SourceUnavailable(
            f"{PACKAGE} {version} : npm a échoué : {error.stderr.strip()}"
        ) from error
    return folder / done.stdout.strip().splitlines()[-1]


def read(archive: Path, year: int, version: str) -> Vintage:
    """Reads the four lists of an archive of the package, without unpacking it on disk."""
    try:
        with tarfile.open(archive) as package:
            epci, communes, departements, regions = (
                _list_of(package, name) for name in ("epci", "communes", "departements", "regions")
            )
    except (OSError, KeyError, ValueError, tarfile.TarError) as error:
        raise SourceRefused(f"{PACKAGE} {version} : archive illisible ({error})") from error
    return Vintage(
        year=year,
        version=version,
        epci={record["code"]: record for record in epci},
        communes={c["code"]: c for c in communes if c["type"] == "commune-actuelle"},
        departements={record["code"]: record for record in departements},
        regions={record["code"]: record["nom"] for record in regions},
    )


def _list_of(package: tarfile.TarFile, name: str) -> list[Record]:
    stream = package.extractfile(f"package/data/{name}.json")
    if stream is None:
        raise KeyError(name)
    records: list[Record] = json.load(stream)
    return records
