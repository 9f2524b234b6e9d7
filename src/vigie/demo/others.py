"""What the Région drops beside the register: the grants it gave, and indicators in the long format."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

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
# Visits to the desks of digital help, for a thousand inhabitants; services offered online and offered at all, of which
# a rate is made; people helped each month.
_VISITS, _ONLINE, _OFFERED, _HELPED = "IND-101", "IND-102", "IND-103", "IND-105"


class _Course(NamedTuple):
    """How an indicator goes: where it started, its first value, what each month adds, where it must be."""

    initial: int
    first: int
    step: int
    target: int | None


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


def _courses(rank: int) -> dict[str, _Course]:
    """The indicators of a roadmap; some say less than others."""
    start, pace = 10 + rank % 7, 1 + rank % 4
    courses = {_VISITS: _Course(start, start + pace, pace, 60)}
    if rank % 3:
        courses[_ONLINE] = _Course(5, 6, 1 + rank % 2, 30)
        courses[_OFFERED] = _Course(40, 40, 0, None)
    if rank % 2:
        courses[_HELPED] = _Course(0, 25 * pace, 0, 300 * pace)
    return courses


def indicators(roadmaps: Iterable[Roadmap], days: list[date], until: date) -> bytes:
    """A few indicators of each roadmap: where it started, where it is each month, where it must be at the end of the
    year. One in five has said nothing for months."""
    lines: list[Sequence[Any]] = [_INDICATORS_HEADER]
    target_day = date(until.year, 12, 31)
    for rank, roadmap in enumerate(roadmaps):
        lived = [day for day in days if day > roadmap.adoption]
        told = lived[: -1 - rank % 3] if rank % 5 == 0 else lived
        for code, course in _courses(rank).items():
            values = [(roadmap.adoption, "vi", course.initial)]
            values += [
                (day, "va", course.first + course.step * number) for number, day in enumerate(told)
            ]
            if course.target is not None:
                values.append((target_day, "vc", course.target))
            lines += [
                (code, roadmap.place.siren, day.isoformat(), kind, value, FICTITIOUS)
                for day, kind, value in values
            ]
    return csv_bytes(lines, "utf-8", ";")
