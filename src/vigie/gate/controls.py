"""What is told to the sender: one control per broken rule and row, with its place in the file
and its sentence.
"""

import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from expectations import RULES
from expectations.rule import Rule
from vigie.gate.engine import Failure
from vigie.gate.judged import RANK, columns_of
from vigie.gate.typed import Typed
from vigie.reading.fields import Fields
from vigie.reading.values.ranges import read_when
from vigie.reading.values.scalars import read_amount, read_percent
from vigie.records import Cell, ParsedReport
from vigie.reference.columns import ACTION, columns_of_level
from vigie.reference.seeds import NOT_REPORTED, Reference

COLUMNS = [
    "rapport_id",
    "regle_code",
    "severite",
    "feuille",
    "ligne",
    "colonne",
    "champ",
    "valeur",
    "message",
    "consigne",
]
Control = tuple[str, str, str, str, int, str, str, str, str, str]
_TYPED = {field.champ: field.colonne for field in columns_of_level(ACTION) if field.colonne}
_TYPED |= {"zone_id": "siren_epci", "montant": "montant_eur"}
_WRITTEN = {"siren_epci": "siren_brut", "zone_id": "siren_brut", "montant": "montant_eur__brut"}
# In the data set of long indicators, of which champs.csv says nothing.
_LONG_DAY, _LONG_VALUE = "date_valeur", "valeur"
_LISTS = ("themes", "silos")
# What each control says for itself; any other name in a sentence is a column of its row.
_OWN_WORDS = {"valeur", "champ", "numero"}
_SIRET_DIGITS = 14
LONGEST_VALUE = 200


@dataclass(frozen=True)
class Places:
    """Where a field stands in each file, and what its column is called there."""

    headers: dict[tuple[str, str], Cell]
    letters: dict[tuple[str, str], str]
    labels: dict[tuple[str, str], str]
    fields: Fields

    @classmethod
    def of(cls, reports: list[ParsedReport], batch: Typed, fields: Fields) -> "Places":
        headers = {
            (report.receipt.rapport_id, champ): cell
            for report in reports
            for champ, cell in report.entete.items()
        }
        columns = [
            ((c["rapport_id"], c["champ"]), c["libelle_origine"], c["colonne"])
            for c in batch.table("colonnes").to_pylist()
        ]
        return cls(
            headers,
            {key: letter for key, _, letter in columns},
            {key: label for key, label, _ in columns},
            fields,
        )

    def label(self, report_id: str, champ: str) -> str:
        """The sender's own name of the column, else the template's."""
        return self.labels.get((report_id, champ)) or self.template_label(champ)

    def template_label(self, champ: str) -> str:
        """The name of the column in the template; an unknown field is named as it is."""
        return self.fields.by_name[champ].label() if champ in self.fields.by_name else champ


def keep(connection: duckdb.DuckDBPyConnection, told: Iterable[Control]) -> None:
    """Adds controls to the table `controles` of a judgement, after those already there."""
    columns = list(zip(*told, strict=True))
    if not columns:
        return
    kinds = [pa.int64() if name == "ligne" else pa.string() for name in COLUMNS]
    arrays = [pa.array(c, kind) for c, kind in zip(columns, kinds, strict=True)]
    connection.register("dits", pa.table(dict(zip(COLUMNS, arrays, strict=True))))
    connection.execute(
        "insert into controles by name"
        " select (select count(*) from controles) + row_number() over () as ordre, * from dits"
    )
    connection.unregister("dits")


def of_failures(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    failures: list[Failure],
    places: Places,
    reference: Reference,
) -> Iterator[Control]:
    """The controls of the rules that the rows of a judged table break."""
    constants = {"statuts": ", ".join(status.libelle for status in reference.statuses.values())}
    known = columns_of(connection, table)
    for failure in failures:
        names = _columns_told(failure, constants.keys(), known)
        broken = rows_at_fault(connection, table, failure, names)
        yield from _controls(failure.rule, failure.champ, broken, places, reference, constants)


def rows_at_fault(
    connection: duckdb.DuckDBPyConnection, table: str, failure: Failure, names: list[str]
) -> dict[str, list[Any]]:
    """The columns `names` of the rows of a failure, in the order of the table."""
    connection.register("en_faute", pa.table({RANK: pa.array(failure.rows, pa.int64())}))
    quoted = ", ".join(f'"{name}"' for name in names)
    found = connection.sql(
        f'select {quoted} from "{table}" semi join en_faute using ({RANK}) order by {RANK}'
    ).fetchall()
    connection.unregister("en_faute")
    return dict(zip(names, map(list, zip(*found, strict=True)), strict=True))


def _columns_told(failure: Failure, constants: Iterable[str], known: list[str]) -> list[str]:
    """The columns that the controls of a failure are written from."""
    named = placeholders(failure.rule.sentence + failure.rule.advice)
    named -= {*_OWN_WORDS, *constants}
    optional = {"feuille", "ligne", *typed_and_written(failure.champ)}
    return ["rapport_id", *sorted(named), *sorted(optional.intersection(known) - named)]


def typed_and_written(champ: str) -> tuple[str, str]:
    """The column where a field is understood, and the one where it is as the sender wrote it."""
    return _TYPED.get(champ, champ), _WRITTEN.get(champ, f"{champ}__brut")


def _controls(
    rule: Rule,
    champ: str,
    broken: dict[str, list[Any]],
    places: Places,
    reference: Reference,
    constants: dict[str, str],
) -> Iterator[Control]:
    names = placeholders(rule.sentence + rule.advice) - _OWN_WORDS - constants.keys()
    columns = {name: [french(value) for value in broken[name]] for name in names}
    reports = broken["rapport_id"]
    values = _written(champ, broken, reference)
    sheets = broken.get("feuille", [""] * len(reports))
    lines = broken.get("ligne", [0] * len(reports))
    for n, report_id in enumerate(reports):
        cell = places.headers.get((report_id, champ)) if not lines[n] else None
        letter = cell.colonne if cell else places.letters.get((report_id, champ), "")
        words = {name: column[n] for name, column in columns.items()} | constants
        words["valeur"], words["champ"] = values[n], places.label(report_id, champ)
        words["numero"] = _number_name(values[n])
        yield (
            report_id,
            rule.code,
            rule.severity,
            cell.feuille if cell else sheets[n],
            cell.ligne if cell else lines[n],
            letter,
            champ,
            values[n],
            rule.sentence.format_map(words),
            rule.advice.format_map(words),
        )


def _written(champ: str, broken: dict[str, list[Any]], reference: Reference) -> list[str]:
    """The value as the sender wrote it, else as it was understood."""
    typed, brut = typed_and_written(champ)
    understood = broken.get(typed, [""] * len(broken["rapport_id"]))
    if champ == "statut":
        # An empty cell was not written « Non renseigné ».
        understood = [
            reference.statuses[code].libelle
            if code in reference.statuses and code != NOT_REPORTED
            else ""
            for code in understood
        ]
    written = broken.get(brut, understood)
    if champ in _LISTS:
        written = [w.replace("|", " ; ") if isinstance(w, str) else w for w in written]
    return [french(w) or french(u) for w, u in zip(written, understood, strict=True)]


def of_observations(batch: Typed, places: Places) -> Iterator[Control]:
    """The controls of what was noticed while the files were read."""
    for noticed in batch.table("observations").to_pylist():
        rule, champ, number = RULES[noticed["regle_code"]], noticed["champ"], noticed["nombre"]
        value = french(noticed["valeur"])
        words = dict.fromkeys(("champ", "proche", "modele"), "")
        words |= {"valeur": value, "numero": _number_name(value)}
        plural = "s" * (number > 1)
        words["cellules"] = f"{number} cellule{plural} non lue{plural}"
        if "{lu}" in rule.sentence:
            words["lu"] = _understood(rule.code, champ, noticed["valeur"], places.fields)
        if champ:
            words["champ"] = places.label(noticed["rapport_id"], champ)
            words["modele"] = places.template_label(champ)
            words["proche"] = f" (« {words['modele']} » ?)"
        yield (
            noticed["rapport_id"],
            rule.code,
            rule.severity,
            noticed["feuille"],
            noticed["ligne"],
            noticed["colonne"],
            champ,
            value,
            rule.sentence.format_map(words),
            rule.advice.format_map(words),
        )


def _number_name(written: str) -> str:
    """What a number of an intercommunalité is, by how many digits it has."""
    return (
        "SIRET" if sum(character.isdigit() for character in written) == _SIRET_DIGITS else "SIREN"
    )


def _understood(code: str, champ: str, written: str, fields: Fields) -> str:
    """What the reading of values made of a text: the same functions are asked again."""
    if code.startswith("LEC-TAUX"):
        return french(read_percent(written)[0])
    if code.startswith("LEC-MONTANT"):
        known = fields.by_name.get(champ)
        is_measure = champ == _LONG_VALUE or (known is not None and known.type == "nombre")
        return french(read_amount(written, not is_measure)[0], decimals=3)
    return french(read_when(written, champ == _LONG_DAY or fields.is_end(champ))[0])


def of_unreadable(refused: list[Any]) -> Iterator[Control]:
    """The controls of files that could not be read: the refusal's own sentence."""
    for file in refused:
        rule = RULES[file.error.rule_code]
        place = ("", 0, "", "", "")
        told = (str(file.error), file.error.advice)
        yield (file.receipt.rapport_id, rule.code, rule.severity, *place, *told)


def placeholders(text: str) -> set[str]:
    """The names that a sentence of a rule asks for."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def french(value: object, decimals: int = 2) -> str:
    """A value as a French reader expects it: 31/03/2026, 1 234,5; nothing for a missing one."""
    if value is None or value != value:
        return ""
    if isinstance(value, str):
        return shortened(value)
    if isinstance(value, bool):
        return "Oui" if value else "Non"
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    number = f"{float(value):,.{decimals}f}".rstrip("0").rstrip(".")  # type: ignore[arg-type]
    return number.replace(",", " ").replace(".", ",")


def shortened(text: str) -> str:
    """At most 200 characters, on one line: a sentence must stay readable."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_VALUE else line[: LONGEST_VALUE - 1] + "…"
