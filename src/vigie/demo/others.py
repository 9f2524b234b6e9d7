"""What the Région drops beside the register: the grants it gave, and indicators in the long format."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from vigie.demo.books import csv_bytes
from vigie.demo.roadmap import Roadmap
from vigie.demo.words import FICTITIOUS, REGION

GRANTS = "subventions_region.csv"
INDICATORS = "indicateurs_longs.csv"
_REGION = (REGION, "29999000200014")
_GRANTS_HEADER = (
    "nomAttribuant", "idAttribuant", "dateConvention", "referenceDecision", "nomBeneficiaire", "idBeneficiaire",
    "objet", "montant", "notificationUE", "code_action", "mention",
)  # fmt: skip
_INDICATORS_HEADER = (
    "identifiant_indic",
    "zone_id",
    "date_valeur",
    "type_valeur",
    "valeur",
    "mention",
)
# Visits to the desks of digital help, for a thousand inhabitants.
_INDICATOR, _TARGET = "IND-101", 60


def grants(roadmaps: Iterable[Roadmap], night: datetime) -> bytes:
    """The grants of the Région to the actions that may be shown, signed before the night, at the SCDL schema."""
    lines: list[Sequence[Any]] = [_GRANTS_HEADER]
    for roadmap in roadmaps:
        for action in (a for a in roadmap.actions if not a.confidentiel):
            for funder in action.financeurs:
                if funder.financeur != _REGION[0] or funder.convention >= night.date():
                    continue
                lines.append(
                    (
                        *_REGION, funder.convention.isoformat(), f"{funder.convention.year}-{len(lines):04d}",
                        roadmap.place.nom, roadmap.place.siren, action.intitule, f"{funder.programme_eur:.2f}", "non",
                        action.code, FICTITIOUS,
                    )
                )  # fmt: skip
    return csv_bytes(lines, "utf-8", ";")


def indicators(roadmaps: Iterable[Roadmap], days: list[date], until: date) -> bytes:
    """One indicator of each roadmap: where it started, where it is each month, where it must be a year later."""
    lines: list[Sequence[Any]] = [_INDICATORS_HEADER]
    for rank, roadmap in enumerate(roadmaps):
        siren, start = roadmap.place.siren, 10 + rank % 7
        lines.append((_INDICATOR, siren, roadmap.adoption.isoformat(), "vi", start, FICTITIOUS))
        pace = 1 + rank % 4
        lines += [
            (_INDICATOR, siren, day.isoformat(), "va", start + pace * number, FICTITIOUS)
            for number, day in enumerate((d for d in days if d > roadmap.adoption), start=1)
        ]
        target = date(until.year, 12, 31)
        lines.append((_INDICATOR, siren, target.isoformat(), "vc", _TARGET, FICTITIOUS))
    return csv_bytes(lines, "utf-8", ";")
