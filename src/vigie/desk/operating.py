"""The operator's page: what must be looked at, the last nights, the publication."""

from pathlib import Path
from typing import Any

from starlette.responses import Response

from vigie.arrival.collection import grouped
from vigie.desk import pages
from vigie.desk.doors import OPERATORS, Door, Visit
from vigie.files import read_json
from vigie.night.steps import night_failures, night_incidents
from vigie.supervision import measures
from vigie.supervision.concerns import launched, launches

NIGHTS = 10


def nights(visit: Visit) -> Response:
    """What `vigie status` says, and the same of the nights before."""
    settings = visit.desk.settings
    return pages.show(
        visit,
        "exploitation.html.j2",
        etat=measures.status(settings, visit.desk.now()),
        nuits=[_night(folder) for folder in launches(settings)[: -NIGHTS - 1 : -1]],
    )


def _night(folder: Path) -> dict[str, Any]:
    steps = {path.stem: read_json(path, {}) for path in sorted(folder.glob("*.json"))}
    return {
        "debut": launched(folder),
        "verdicts": steps.get("controle", {}).get("verdicts", {}),
        "duree_s": sum(step.get("duree_s", 0) for step in steps.values()),
        "publie": steps.get("publication", {}).get("publie", False),
        "phrases": grouped([*night_failures(folder), *night_incidents(folder)]),
    }


DOORS = (Door("/exploitation", nights, OPERATORS),)
