"""This gate beside frictionless `validate` with our Table Schema, error by error, on the faulty files of the project.

`python -m tests.gate.against_frictionless benchmarks/gate/frictionless.md` writes the comparison; a test keeps it true.
"""

import csv
import io
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import frictionless
import pandas as pd
from frictionless.checks import duplicate_row
from stdnum import luhn

from tests.frames import frames
from tests.gate.corpus import CASES
from tests.gate.frictionless_faults import ENCODED, READ, Faulty, faulty_files
from tests.gate.reports import RUN_DATE, SEEDS, csv_report, label, read, receipt
from vigie.gate import judge
from vigie.reading.adapters.guard import column_letter
from vigie.reading.adapters.layout import JOINED_FIELDS
from vigie.reading.fields import Fields
from vigie.reading.table_schema import table_schema
from vigie.reference.columns import FUNDING, HEADER
from vigie.reference.seeds import Reference
from vigie.settings import Settings

SILENT = "NOTHING"
_TYPED = {
    "taux_avancement": "taux_avancement_pct",
    "statut": "statut_code",
    "meteo": "meteo_code",
    "confidentiel": "est_confidentielle",
}
_HEADER_RULES = {"FOR-COLONNE-INCONNUE", "FOR-COLONNE-SANS-TITRE", "FOR-COLONNE-EN-DOUBLE"}
_COLUMN_RULES = {"FOR-COLONNE-PARTAGEE", "FOR-COLONNE-RELUE", "FOR-IDEM"}
_BY_TITLE = "the column is known by its title"
_ROW_RULES = {
    "FOR-EN-TETE-REPETE",
    "FOR-LIGNE-HORS-TABLEAU",
    "FOR-LIGNE-TITRE",
    "FOR-LIGNE-TOTAL",
}
_INTRODUCTION = """# The gate beside frictionless, error by error

Made by `python -m tests.gate.against_frictionless benchmarks/gate/frictionless.md`; `tests/gate/test_frictionless.py`
fails when it is no longer true, or when an error of frictionless has no answer of the gate. An answer is one of:

- **told**: a control of the gate on the same row and field (on the same column for an error of the header, or when the
  whole column is read as another one; on the row of the action for one of its steps, which the sentence names);
- **refused**: the whole report is refused, with the rules that say why;
- **read**: Vigie reads on purpose what the schema refuses, and the test checks that the value is the one meant.

"""


@dataclass(frozen=True)
class Compared:
    """One error of frictionless on a file, and what the gate did of the same place."""

    file: str
    error: str
    place: str
    answer: str


@dataclass(frozen=True)
class Judged:
    """A file, and what the gate made of it."""

    name: str
    content: bytes
    strict: bool
    report: pd.Series
    controls: pd.DataFrame
    rows: pd.DataFrame
    settings: Settings

    @property
    def labels(self) -> list[str]:
        return self.table[0] if self.table else []

    @property
    def table(self) -> list[list[str]]:
        text = self.content.decode("utf-8-sig", errors="replace")
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))

    def codes(self, mask: pd.Series) -> str:
        return ", ".join(sorted(set(self.controls.loc[mask, "regle_code"])))


def corpus() -> list[Faulty]:
    """The files of the corpus of the gate that carry a flat report, as files of this comparison."""
    kept = []
    for case in CASES:
        if not case.told or case.siren or case.settings or case.shared_source:
            continue
        content = case.write("200018083")[-1].content
        if content.startswith(csv_report("200018083", []).split(b";")[0][:5]):
            kept.append(Faulty(case.name, lambda siren, case=case: case.write(siren)[-1].content))
    return kept


def judged(files: list[Faulty], real: Reference) -> Iterator[Judged]:
    """Judges the files in one night, each for a territory of its own."""
    bodies = [f"9980{n:04d}" for n in range(len(files))]
    sirens = [body + luhn.calc_check_digit(body) for body in bodies]
    model = real.territories[min(real.territories)]
    invented = {siren: replace(model, siren_epci=siren) for siren in sirens}
    reference = replace(real, territories={**real.territories, **invented})
    contents = [file.content(siren) for file, siren in zip(files, sirens, strict=True)]
    settings = Settings(home=Path("/nonexistent"))
    receipts = [
        receipt(siren, content, f"{file.name}.csv", source=f"f-{siren}")
        for file, siren, content in zip(files, sirens, contents, strict=True)
    ]
    parsed = [read(*pair, reference, settings) for pair in zip(receipts, contents, strict=True)]
    tables = frames(judge(parsed, reference, RUN_DATE, None, None).tables)
    by_id = tables["rapports"].set_index("rapport_id")
    for file, got, content in zip(files, receipts, contents, strict=True):
        controls = tables["controles"]
        controls = controls[controls["rapport_id"] == got.rapport_id]
        rows = tables["lignes"]
        rows = rows[rows["rapport_id"] == got.rapport_id].set_index("ligne")
        yield Judged(
            file.name, content, file.strict, by_id.loc[got.rapport_id], controls, rows, settings
        )


def compare(real: Reference) -> list[Compared]:
    """Every error that frictionless finds in the faulty files, with the answer of the gate."""
    described = table_schema(real)
    found = []
    for file in judged([*faulty_files(SEEDS), *corpus()], real):
        for error in _errors(file, described):
            place, answer = _answer(file, error, described)
            found.append(Compared(file.name, error.type, place, answer))
    return found


def _errors(file: Judged, described: dict[str, Any]) -> list[Any]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "rapport.csv").write_bytes(file.content)
        resource = frictionless.Resource(
            path="rapport.csv",
            basepath=folder,
            encoding="utf-8",
            schema=frictionless.Schema.from_descriptor(described),
            dialect=frictionless.Dialect.from_descriptor({"csv": {"delimiter": ";"}}),
            detector=frictionless.Detector(schema_sync=not file.strict),
        )
        checklist = frictionless.Checklist(checks=[duplicate_row()])
        return list(resource.validate(checklist, limit_errors=10_000).tasks[0].errors)


def _answer(file: Judged, error: Any, described: dict[str, Any]) -> tuple[str, str]:
    """Where the error stands, and what the gate did there."""
    row = getattr(error, "row_number", 0) or 0
    number = getattr(error, "field_number", 0) or 0
    header = getattr(error, "field_name", "") or getattr(error, "label", "") or ""
    if number and error.type != "missing-label" and number <= len(file.labels):
        # Compared by position, a moved column is taken for another: its own title tells which it is.
        header = file.labels[number - 1] or header
    place = ", ".join([*([f"row {row}"] if row else []), *([f"« {header} »"] if header else [])])
    if file.report["verdict"] == "rejete":
        critical = file.controls["severite"] == "critique"
        return place, f"refused: {file.codes(critical)}"
    match = Fields.load(SEEDS).find(header, "vigie") if header else None
    champ = match[0] if match else ""
    told = _told(file, error.type, row, number, champ)
    if told:
        return place, f"told: {told}"
    why = _read(file, error, row, number, champ, described)
    return place, f"read: {why}" if why else SILENT


def _told(file: Judged, kind: str, row: int, number: int, champ: str) -> str:
    controls = file.controls
    # What is true of a whole column, or of a whole row, is told once.
    on_row = controls["ligne"].isin((row, 0))
    if kind in ("extra-cell", "missing-cell", "duplicate-row", "encoding-error"):
        rules = {
            "encoding-error": "FOR-ENCODAGE",
            "extra-cell": "FOR-LIGNE-LONGUE",
            "missing-cell": "FOR-LIGNE-COURTE",
            "duplicate-row": "LIG-REPETITION",
        }
        return file.codes(on_row & (controls["regle_code"] == rules[kind]))
    field = Fields.load(SEEDS).by_name.get(champ)
    if kind == "missing-label":
        return file.codes((controls["champ"] == champ) & (controls["ligne"] == 0))
    if not row:
        about = controls["regle_code"].isin(_HEADER_RULES)
        return file.codes(about & (controls["colonne"] == column_letter(number - 1)))
    if field is None:
        return ""
    about_row = on_row & controls["regle_code"].isin(_ROW_RULES)
    about_row |= _names_as_step(controls, row)
    # The whole column is read as another one, as two, or by the cells above: said once, on its header.
    about_row |= controls["regle_code"].isin(_COLUMN_RULES) & (
        controls["colonne"] == column_letter(number - 1)
    )
    if field.type == "date":
        # The month first: said once for all the dates of the file.
        about_row |= controls["regle_code"] == "LEC-DATE-MOIS-DEVANT"
    if field.niveau == HEADER:
        # In a row told to be shifted, the cells of the header are not believed.
        shifted = on_row & (controls["regle_code"] == "FOR-LIGNE-LONGUE")
        return file.codes((controls["champ"] == champ) | about_row | shifted)
    names = {champ, "financeur"} if field.niveau == FUNDING else {champ}
    return file.codes((on_row & controls["champ"].isin(names)) | about_row)


def _names_as_step(controls: pd.DataFrame, row: int) -> pd.Series:
    """The controls of the actions put together from several rows, this one among those that the sentence names."""
    rows = controls["message"].str.extract(r"\(lignes (\d+) à (\d+)\)").astype("float64")
    is_among = (rows[0] <= row) & (row <= rows[1])
    return is_among & (controls["regle_code"] == "FOR-ETAPES")


def _read(
    file: Judged, error: Any, row: int, number: int, champ: str, described: dict[str, Any]
) -> str:
    """Why the gate rightly says nothing, once checked; empty when it does not."""
    if error.type == "blank-row":
        return "a row without a value" if row not in file.rows.index else ""
    if error.type == "encoding-error":
        meant = [f"Action numéro {n}" for n in range(1, len(file.rows) + 1)]
        whole = file.rows["intitule"].tolist() == meant and len(meant) == ENCODED
        return "the encoding is recognised" if whole else ""
    if error.type == "missing-label":
        field = Fields.load(SEEDS).by_name[champ]
        return "" if field.est_obligatoire else "an optional column, blank everywhere"
    cells = [line[number - 1] for line in file.table[1:] if number and len(line) >= number]
    if not row:
        if not any(cells):
            return "a column without a value"
        if champ in JOINED_FIELDS and error.type != "incorrect-label":
            joined = all(cell in file.rows[champ].iloc[0] for cell in cells)
            return "columns of this title are put together" if joined else ""
        if error.type == "incorrect-label" and _TYPED.get(champ, champ) in file.rows:
            read = zip(cells, file.rows[_TYPED.get(champ, champ)], strict=True)
            right = all(_in_its_own_column(*pair, champ, described) for pair in read)
            return _BY_TITLE if right else ""
        return ""
    text = file.table[row - 1][number - 1] if len(file.table[row - 1]) >= number else ""
    field = Fields.load(SEEDS).by_name.get(champ)
    if field and field.niveau == HEADER:
        value = file.report[champ]
        if not text and pd.notna(value) and any(cells):
            return "a field of the header, said once"
        return "digits put together" if text.replace(" ", "") == value else ""
    if not champ or row not in file.rows.index:
        return ""
    value = file.rows.loc[row, _TYPED.get(champ, champ)]
    if (champ, text) in READ:
        meant, why = READ[champ, text]
        return f"{why}: {text} → {meant}" if _same(value, meant) else ""
    return _in_its_own_column(text, value, champ, described)


def _in_its_own_column(text: str, value: object, champ: str, described: dict[str, Any]) -> str:
    """Whether the cell is valid for frictionless too, once its column is taken by its title, and read the same."""
    schema = frictionless.Schema.from_descriptor(described)
    meant, notes = schema.get_field(label(champ)).read_cell(text)
    if notes:
        return ""
    if champ in ("statut", "meteo"):
        same = str(value).replace("_", " ") in (str(meant).casefold(), "non renseigne")
    else:
        same = _same(value, meant)
    return _BY_TITLE if same else ""


def _same(value: Any, meant: Any) -> bool:
    if meant is None:
        return bool(pd.isna(value))
    if hasattr(meant, "year"):
        return bool(pd.Timestamp(value) == pd.Timestamp(meant))
    if isinstance(meant, bool):
        return bool(value) == meant
    if isinstance(meant, str):
        return str(value) == meant
    return float(value) == float(meant)


def page(compared: list[Compared]) -> str:
    """The comparison in Markdown."""
    files = dict.fromkeys(one.file for one in compared)
    kinds = Counter(one.error for one in compared)
    answers = Counter(one.answer.partition(":")[0] for one in compared)
    counted = " · ".join(f"{name} {count}" for name, count in sorted(answers.items()))
    lines = [
        f"{len(files)} files, {len(compared)} errors of frictionless: {counted}.",
        "Kinds of errors: " + ", ".join(f"{kind} ({n})" for kind, n in sorted(kinds.items())) + ".",
        "",
        "| file | error of frictionless | where | the gate |",
        "|---|---|---|---|",
    ]
    shown = Counter((one.file, one.error, one.answer) for one in compared)
    for one in compared:
        count = shown.pop((one.file, one.error, one.answer), 0)
        if count:
            more = f" (and {count - 1} more)" if count > 1 else ""
            cells = (one.file, one.error, one.place + more, one.answer)
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return _INTRODUCTION + "\n".join(lines) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(compare(Reference.load(SEEDS))), encoding="utf-8")
