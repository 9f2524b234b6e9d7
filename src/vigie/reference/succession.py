"""The SIREN that territories no longer bear: they change their number, and they merge."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from vigie.reference.files import SeedRow


@dataclass(frozen=True)
class RetiredSiren:
    """A SIREN that an EPCI no longer bears: `fin_le` is the last day it was valid."""

    siren_ancien: str
    siren_epci: str
    nom_ancien: str
    fin_le: date


def retired_siren(row: SeedRow) -> RetiredSiren:
    """One row of `seeds/territoires_alias.csv`."""
    return RetiredSiren(
        siren_ancien=row.text("siren_ancien"),
        siren_epci=row.required("siren_epci"),
        nom_ancien=row.text("nom_ancien"),
        fin_le=row.day("fin_le"),
    )


def succession(siren: str, retired: Mapping[str, RetiredSiren]) -> list[str]:
    """The SIREN, then those that replaced it one after the other; a circle ends."""
    found = [siren]
    while (last := retired.get(found[-1])) and last.siren_epci not in found:
        found.append(last.siren_epci)
    return found
