"""Reading and writing the CSV files of `seeds/`: a mistake is named by file, line and column."""

import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from vigie.errors import SettingsError
from vigie.settings import PROJECT_ROOT
from vigie.text import alias_key

T = TypeVar("T")

_BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True)
class SeedRow:
    """A line of a seed that knows where it stands, so that a mistake is named where it can be mended."""

    file: str
    line: int
    values: Mapping[str, str]

    def problem(self, column: str, why: str) -> SettingsError:
        """The error to raise about `column` of this line."""
        value = self.values.get(column, "")
        return SettingsError(
            f"{self.file}, ligne {self.line}, colonne {column} : {why} (« {value} »)"
        )

    def text(self, column: str) -> str:
        if column not in self.values:
            raise self.problem(column, "cette colonne manque")
        return self.values[column].strip()

    def required(self, column: str) -> str:
        return self.text(column) or self._refuse(column, "une valeur est attendue")

    def code(self, column: str, known: Mapping[str, object]) -> str:
        code = self.text(column)
        return code if code in known else self._refuse(column, "code inconnu")

    def items(self, column: str) -> tuple[str, ...]:
        return tuple(part for part in self.text(column).split("|") if part)

    def integer(self, column: str) -> int:
        return self._parsed(column, int, "un nombre entier est attendu")

    def number(self, column: str) -> float:
        return self._parsed(column, float, "un nombre à point décimal est attendu")

    def optional_number(self, column: str) -> float | None:
        return self.number(column) if self.text(column) else None

    def day(self, column: str) -> date:
        return self._parsed(column, date.fromisoformat, "une date AAAA-MM-JJ est attendue")

    def boolean(self, column: str) -> bool:
        return self._parsed(column, _BOOLEANS.__getitem__, "true ou false est attendu")

    def optional_boolean(self, column: str) -> bool | None:
        return self.boolean(column) if self.text(column) else None

    def _parsed(self, column: str, read: Callable[[str], T], why: str) -> T:
        value = self.text(column)
        try:
            return read(value)
        except (KeyError, ValueError) as error:
            raise self.problem(column, why) from error

    def _refuse(self, column: str, why: str) -> str:
        raise self.problem(column, why)


def rows(path: Path) -> Iterator[SeedRow]:
    """The lines of the seed `path` in file order; SettingsError when the file is absent or malformed."""
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            width = len(reader.fieldnames or [])
            for values in reader:
                if None in values or None in values.values():
                    raise SettingsError(
                        f"{path.name}, ligne {reader.line_num} : {width} valeurs sont attendues"
                    )
                yield SeedRow(path.name, reader.line_num, values)
    except FileNotFoundError as error:
        raise SettingsError(f"{path.name} est absent de {path.parent} (VIGIE_SEEDS)") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise SettingsError(f"{path.name} n'est pas un CSV en UTF-8 ({error})") from error


def keyed(path: Path, key: str, build: Callable[[SeedRow], T]) -> dict[str, T]:
    """The lines of `path` built and indexed by their column `key`, which must be unique."""
    found: dict[str, T] = {}
    for row in rows(path):
        code = row.required(key)
        if code in found:
            raise row.problem(key, "cette valeur est déjà sur une ligne précédente")
        found[code] = build(row)
    return found


def require_all(path: Path, key: str, found: Iterable[str]) -> None:
    """Raises SettingsError when a seed kept out of the project lacks lines that the code reads by name."""
    own = PROJECT_ROOT / "seeds" / path.name
    missing = set() if path == own else {row.required(key) for row in rows(own)} - {*found}
    if missing:
        raise SettingsError(
            f"{path} n'a pas {', '.join(sorted(missing))} ({key}), que cette version de Vigie lit. À faire : reprendre"
            f" ces lignes de {own}."
        )


def aliases(
    path: Path, own: Mapping[str, tuple[str, T]], target: Callable[[SeedRow], T]
) -> dict[str, T]:
    """What each label means, by `alias_key`: the aliases of `path`, and the codes and labels of `own`
    (code -> (label, answer)). An alias that would lead to two answers is refused."""
    found = {
        alias_key(label): answer
        for code, (libelle, answer) in own.items()
        for label in (code, libelle)
    }
    for row in rows(path):
        answer = target(row)
        if found.setdefault(alias_key(row.required("alias")), answer) != answer:
            raise row.problem("alias", "cet alias mène déjà à un autre code")
    return found


def write(path: Path, columns: Sequence[str], lines: Iterable[Mapping[str, object]]) -> bool:
    """Writes a seed by rename, always the same bytes for the same lines; says whether it changed."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    content = text.getvalue().encode()
    if path.exists() and path.read_bytes() == content:
        return False
    draft = path.with_name(f".{path.name}.tmp")
    draft.write_bytes(content)
    os.replace(draft, path)
    return True
