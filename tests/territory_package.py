"""Three invented vintages of the public package of territories, of an invented region."""

import io
import json
import tarfile
from pathlib import Path
from typing import Any

# Departments 01 and 02 are the region 99; department 03 is the region 88.
REGION_OF = {"01": "99", "02": "99", "03": "88"}
PORT = ("111111111", "CC du Port", "CC", {"01001": 500, "01002": 300})
CAPE = ("222222222", "CC du Cap", "CC", {"01003": 100})
PLAIN = ("333333333", "CA de la Plaine", "CA", {"02001": 900, "03001": 200})
BORDER = ("444444444", "CC de la Lisière", "CC", {"02002": 50, "03002": 400})
FAR = ("555555555", "CC du Lointain", "CC", {"03003": 10})
MERGED = ("666666666", "CA Port et Cap", "CA", {"01001": 510, "01002": 310, "01003": 110})
VINTAGES = {
    "1.0.0": [PORT, CAPE, PLAIN, BORDER, FAR],
    "2.0.0": [MERGED, PLAIN, BORDER, FAR],
    "3.0.0": [MERGED, ("333333333", "CU de la Plaine", "CU", PLAIN[3]), BORDER, FAR],
}


def archive(path: Path, epci: list[tuple[str, str, str, dict[str, int]]]) -> Path:
    data: dict[str, list[dict[str, Any]]] = {
        "epci": [
            {
                "code": siren,
                "nom": nom,
                "type": nature,
                "populationMunicipale": sum(members.values()),
                "membres": [
                    {"code": code, "nom": f"Commune {code}", "populationMunicipale": population}
                    for code, population in members.items()
                ],
            }
            for siren, nom, nature, members in epci
        ],
        "communes": [
            {"code": code, "type": "commune-actuelle", "codesPostaux": [code[:2] + "000"]}
            for *_, members in epci
            for code in members
        ],
        "departements": [
            {"code": code, "nom": f"Département {code}", "region": region}
            for code, region in REGION_OF.items()
        ],
        "regions": [{"code": "99", "nom": "Rivages"}, {"code": "88", "nom": "Ailleurs"}],
    }
    with tarfile.open(path, "w:gz") as package:
        for name, records in data.items():
            content = json.dumps(records).encode()
            entry = tarfile.TarInfo(f"package/data/{name}.json")
            entry.size = len(content)
            package.addfile(entry, io.BytesIO(content))
    return path


def from_vintages(version: str, folder: Path) -> Path:
    return archive(folder / f"{version}.tgz", VINTAGES[version])
