"""What is said once to a reader although it is true of many rows: who gets sixty identical remarks stops reading."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from expectations import RULES

_VALUES_SHOWN = 3
_RANGES_SHOWN = 6
# Beyond so many sentences of one rule in one column, there is one cause.
_SENTENCES_APART = 3


@dataclass(frozen=True)
class Group:
    """Controls of one rule, in one column of one sheet, that say the same; `lignes` is empty for a whole file."""

    controls: tuple[dict[str, Any], ...]

    @property
    def first(self) -> dict[str, Any]:
        return self.controls[0]

    @property
    def informs(self) -> bool:
        """Whether there is nothing to mend."""
        return RULES[self.first["regle_code"]].informs

    @property
    def lignes(self) -> str:
        """The rows in words: `4`, `4 à 17`, `4 à 17, 21 et 25`; empty for what is about the whole file."""
        return ranges(sorted({c["ligne"] for c in self.controls if c["ligne"]}))

    @property
    def lieu(self) -> str:
        """The rows and the column in words."""
        column = self.first["colonne"]
        if not self.lignes:
            whole = "Toute la feuille" if self.first["feuille"] else "Tout le fichier"
            return f"Colonne {column}" if column else whole
        counted = (
            "" if "lignes" in self.lignes else "Ligne " if self.lignes.isdigit() else "Lignes "
        )
        return f"{counted}{self.lignes}" + (f", colonne {column}" if column else "")

    @property
    def valeur(self) -> str:
        """The values as written: all of them when few, else the first ones."""
        different = list(dict.fromkeys(c["valeur"] for c in self.controls if c["valeur"]))
        more = ["…"] if len(different) > _VALUES_SHOWN else []
        return " · ".join([*different[:_VALUES_SHOWN], *more])

    @property
    def titres(self) -> list[str]:
        """The titles of the actions concerned, as their sender wrote them: all of them when few, else the first."""
        different = list(dict.fromkeys(t for c in self.controls if (t := c.get("intitule"))))
        more = ["…"] if len(different) > _VALUES_SHOWN else []
        return [*different[:_VALUES_SHOWN], *more]

    @property
    def message(self) -> str:
        others = len(self.controls) - 1
        if not others or len({c["message"] for c in self.controls}) == 1:
            return str(self.first["message"])
        plural = "s" * (others > 1)
        place = " de la colonne" if self.first["colonne"] else f" ligne{plural}"
        return f"{self.first['message']} De même pour {others} autre{plural}{place}."

    @property
    def consigne(self) -> str:
        return str(self.first["consigne"])


def grouped(controls: Iterable[dict[str, Any]]) -> list[Group]:
    """The groups in the order of their first control. What needs no mending may differ by its sentence, and so may
    what many rows of one column have: they have one cause."""
    every = list(controls)
    sentences: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for control in every:
        sentences[_place(control)].add(control["message"])
    groups: dict[tuple[object, ...], list[dict[str, Any]]] = {}
    for number, control in enumerate(every):
        key = _place(control)
        is_one_cause = len(sentences[key]) > _SENTENCES_APART
        if not control["ligne"]:
            key = (number,)
        elif not RULES[control["regle_code"]].informs and not is_one_cause:
            key += (control["message"], control["consigne"])
        groups.setdefault(key, []).append(control)
    return [Group(tuple(found)) for found in groups.values()]


def _place(control: dict[str, Any]) -> tuple[object, ...]:
    return tuple(control[name] for name in ("regle_code", "feuille", "colonne", "champ"))


def ranges(lines: list[int]) -> str:
    """Sorted row numbers in words, neighbours put together."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    if len(runs) > _RANGES_SHOWN:
        return f"{len(lines)} lignes de {lines[0]} à {lines[-1]}"
    told: list[str] = []
    for first, last in runs:
        told += [f"{first} à {last}"] if last > first + 1 else map(str, sorted({first, last}))
    return " et ".join([", ".join(told[:-1]), told[-1]]) if len(told) > 1 else "".join(told)
