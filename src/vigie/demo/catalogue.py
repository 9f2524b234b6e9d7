"""The catalogue of actions: what an intercommunalité may want to do with digital tools, and where."""

from dataclasses import dataclass
from functools import cache

from vigie.demo.words import split, table


@dataclass(frozen=True)
class Pattern:
    """One row of the catalogue."""

    themes: tuple[str, ...]
    silo: str
    milieux: frozenset[str]
    titre: str
    descriptif: str
    budget: tuple[int, int]
    indicateur: str
    unite: str
    valeurs: tuple[float, float]
    service: str

    @property
    def is_local(self) -> bool:
        return "*" not in self.milieux


@cache
def catalogue() -> tuple[Pattern, ...]:
    """Every pattern of the catalogue, in file order."""
    return tuple(
        Pattern(
            themes=split(row["themes"]),
            silo=row["silo"],
            milieux=frozenset(split(row["milieux"])),
            titre=row["titre"],
            descriptif=row["descriptif"],
            budget=(int(row["budget_min"]), int(row["budget_max"])),
            indicateur=row["indicateur"],
            unite=row["unite"],
            valeurs=(float(row["vi"]), float(row["vc"])),
            service=row["service"],
        )
        for row in table("catalogue")
    )
