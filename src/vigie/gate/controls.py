"""What is told to the sender: one control per broken rule and row, with its place in the file
and its sentence.
"""

import string
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from expectations import RULES
from expectations.rule import Rule
from vigie.gate.engine import Failure
from vigie.reading.fields import Fields
from vigie.reading.values import Batch
from vigie.reading.values.scalars import read_amount, read_date
from vigie.records import Cell, ParsedReport
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
_TYPED = {
    "taux_avancement": "taux_avancement_pct",
    "statut": "statut_code",
    "meteo": "meteo_code",
    "confidentiel": "est_confidentielle",
    "zone_id": "siren_epci",
    "montant": "montant_eur",
}
_WRITTEN = {"siren_epci": "siren_brut", "zone_id": "siren_brut", "montant": "montant_eur__brut"}
_READ_AS_END = ("date_valeur", "date_situation")
_MEASURES = ("valeur", "valeur_initiale", "valeur_cible", "valeur_actuelle")
_LISTS = ("themes", "silos")
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
    def of(cls, reports: list[ParsedReport], batch: Batch, fields: Fields) -> "Places":
        headers = {
            (report.receipt.rapport_id, champ): cell
            for report in reports
            for champ, cell in report.entete.items()
        }
        columns = list(
            zip(
                zip(batch.colonnes["rapport_id"], batch.colonnes["champ"], strict=True),
                batch.colonnes["libelle_origine"],
                batch.colonnes["colonne"],
                strict=True,
            )
        )
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


def of_failures(
    failures: list[Failure], frame: pd.DataFrame, places: Places, reference: Reference
) -> pd.DataFrame:
    """The controls of the rules that the rows of `frame` break."""
    constants = {"statuts": ", ".join(status.libelle for status in reference.statuses.values())}
    rows: list[tuple[object, ...]] = []
    for failure in failures:
        broken = frame.iloc[failure.rows]
        rows += _controls(failure.rule, failure.champ, broken, places, reference, constants)
    return pd.DataFrame(rows, columns=COLUMNS)


def _controls(
    rule: Rule,
    champ: str,
    broken: pd.DataFrame,
    places: Places,
    reference: Reference,
    constants: dict[str, str],
) -> list[tuple[object, ...]]:
    names = _placeholders(rule.sentence + rule.advice) - {"valeur", "champ", "numero", *constants}
    columns = {name: [french(value) for value in broken[name]] for name in names}
    reports = broken["rapport_id"].tolist()
    values = _written(champ, broken, reference)
    sheets = broken["feuille"].tolist() if "feuille" in broken else [""] * len(broken)
    lines = broken["ligne"].tolist() if "ligne" in broken else [0] * len(broken)
    told: list[tuple[object, ...]] = []
    for n, report_id in enumerate(reports):
        cell = places.headers.get((report_id, champ)) if not lines[n] else None
        letter = cell.colonne if cell else places.letters.get((report_id, champ), "")
        words = {name: column[n] for name, column in columns.items()} | constants
        words["valeur"], words["champ"] = values[n], places.label(report_id, champ)
        words["numero"] = _number_name(values[n])
        told.append(
            (
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
        )
    return told


def _written(champ: str, broken: pd.DataFrame, reference: Reference) -> list[str]:
    """The value as the sender wrote it, else as it was understood."""
    typed = _TYPED.get(champ, champ)
    brut = _WRITTEN.get(champ, f"{champ}__brut")
    understood = broken[typed].tolist() if typed in broken else [""] * len(broken)
    if champ == "statut":
        # An empty cell was not written « Non renseigné ».
        understood = [
            reference.statuses[code].libelle
            if code in reference.statuses and code != NOT_REPORTED
            else ""
            for code in understood
        ]
    written = broken[brut].tolist() if brut in broken else understood
    if champ in _LISTS:
        written = [w.replace("|", " ; ") if isinstance(w, str) else w for w in written]
    return [french(w) or french(u) for w, u in zip(written, understood, strict=True)]


def of_observations(batch: Batch, places: Places) -> pd.DataFrame:
    """The controls of what was noticed while the files were read."""
    rows = []
    for o in batch.observations.itertuples():
        rule = RULES[str(o.regle_code)]
        value = shortened(french(o.valeur))
        words = {
            "valeur": value,
            "champ": "",
            "proche": "",
            "modele": "",
            "numero": _number_name(value),
        }
        plural = "s" * (int(str(o.nombre)) > 1)
        words["cellules"] = f"{o.nombre} cellule{plural} non lue{plural}"
        if "{lu}" in rule.sentence:
            words["lu"] = _understood(rule.code, str(o.champ), str(o.valeur))
        if o.champ:
            words["champ"] = places.label(str(o.rapport_id), str(o.champ))
            words["modele"] = places.template_label(str(o.champ))
            words["proche"] = f" (« {words['modele']} » ?)"
        rows.append(
            (
                o.rapport_id,
                rule.code,
                rule.severity,
                o.feuille,
                o.ligne,
                o.colonne,
                o.champ,
                words["valeur"],
                rule.sentence.format_map(words),
                rule.advice.format_map(words),
            )
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _number_name(written: str) -> str:
    """What a number of an intercommunalité is, by how many digits it has."""
    return (
        "SIRET" if sum(character.isdigit() for character in written) == _SIRET_DIGITS else "SIREN"
    )


def _understood(code: str, champ: str, written: str) -> str:
    """What the reading of values made of a text: the same functions are asked again."""
    if code.startswith("LEC-MONTANT"):
        return french(read_amount(written, champ not in _MEASURES)[0], decimals=3)
    return french(read_date(written, "fin" in champ or champ in _READ_AS_END)[0])


def of_unreadable(refused: list[Any]) -> pd.DataFrame:
    """The controls of files that could not be read: the refusal's own sentence."""
    rows = [
        (
            file.receipt.rapport_id,
            RULES[file.error.rule_code].code,
            RULES[file.error.rule_code].severity,
            "",
            0,
            "",
            "",
            "",
            str(file.error),
            file.error.advice,
        )
        for file in refused
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def french(value: object, decimals: int = 2) -> str:
    """A value as a French reader expects it: 31/03/2026, 1 234,5; nothing for a missing one."""
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return ""
    if isinstance(value, str):
        return shortened(value)
    if isinstance(value, bool | np.bool_):
        return "Oui" if value else "Non"
    if isinstance(value, date | pd.Timestamp):
        return value.strftime("%d/%m/%Y")
    number = f"{float(value):,.{decimals}f}".rstrip("0").rstrip(".")  # type: ignore[arg-type]
    return number.replace(",", " ").replace(".", ",")


def shortened(text: str) -> str:
    """At most 200 characters, on one line: a sentence must stay readable."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_VALUE else line[: LONGEST_VALUE - 1] + "…"
