"""The workbook a territory fills in, and the Table Schema of the flat CSV: both made from the seeds."""

import csv
import io
from pathlib import Path

import pytest
from frictionless import Dialect, Resource, Schema
from frictionless.formats import CsvControl
from openpyxl import load_workbook

from vigie.errors import SettingsError
from vigie.reading.fields import Fields
from vigie.reading.table_schema import table_schema
from vigie.reading.template import (
    ACTIONS_SHEET,
    GUIDE_SHEET,
    HEADER_SHEET,
    LISTS_SHEET,
    write_template,
)
from vigie.reference.columns import ACTION
from vigie.reference.seeds import Reference
from vigie.settings import Settings
from vigie.text import alias_key

REFERENCE = Reference.load(Settings.from_environment().seeds)
FIELDS = Fields.load(REFERENCE.seeds)
SIREN = "246200729"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory):
    path = tmp_path_factory.mktemp("modele") / "modele.xlsx"
    write_template(path, REFERENCE, SIREN)
    return load_workbook(path)


def test_the_workbook_has_its_four_sheets_with_the_lists_out_of_sight(book) -> None:
    assert book.sheetnames == [HEADER_SHEET, ACTIONS_SHEET, GUIDE_SHEET, LISTS_SHEET]
    assert book[LISTS_SHEET].sheet_state == "hidden"


def test_the_territory_asked_for_is_filled_in(book) -> None:
    values = [cell.value for cell in book[HEADER_SHEET]["B"]]
    assert SIREN in values
    assert REFERENCE.territories[SIREN].nom in values


def test_every_field_of_an_action_has_its_column_and_every_column_leads_to_its_field(book) -> None:
    labels = [cell.value for cell in book[ACTIONS_SHEET][1]]
    found = [FIELDS.find(label, "vigie") for label in labels]
    assert [f[0] for f in found if f and f[1] == 0] == [f.champ for f in FIELDS.of_level(ACTION)]
    assert sorted({f[1] for f in found if f}) == [0, 1, 2, 3]


def test_statuses_are_chosen_in_a_list_while_themes_may_be_several(book) -> None:
    rules = {rule.formula1: rule for rule in book[ACTIONS_SHEET].data_validations.dataValidation}
    assert rules["=liste_statut"].showErrorMessage
    assert not rules["=liste_themes"].showErrorMessage
    cells = book.defined_names["liste_statut"].attr_text.partition("!")[2].replace("$", "")
    listed = [cell.value for (cell,) in book[LISTS_SHEET][cells]]
    assert [REFERENCE.status(label)[0] for label in listed] == [
        code for code in REFERENCE.statuses if code != "non_renseigne"
    ]


def test_what_may_be_typed_is_within_the_limits_of_the_seed(book) -> None:
    def rules(sheet: str) -> set[tuple[str, str, str | None]]:
        every = book[sheet].data_validations.dataValidation
        return {(r.operator, r.formula1, r.formula2) for r in every if r.type != "list"}

    assert rules(HEADER_SHEET) == {
        ("between", "DATE(2015,1,1)", "DATE(2060,12,31)"),
        ("between", "DATE(2000,1,1)", "DATE(2060,12,31)"),
    }
    assert rules(ACTIONS_SHEET) == {
        ("between", "DATE(2000,1,1)", "DATE(2060,12,31)"),
        ("between", "0", "100"),
        ("between", "0", "999999999999"),
        ("greaterThanOrEqual", "0", None),
    }


def test_a_siren_that_is_no_territory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="123456789"):
        write_template(tmp_path / "modele.xlsx", REFERENCE, "123456789")
    assert list(tmp_path.iterdir()) == []


def test_no_header_leads_to_two_fields_and_every_alias_leads_somewhere() -> None:
    by_key: dict[str, set[str]] = {}
    with (REFERENCE.seeds / "champs_alias.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            by_key.setdefault(alias_key(row["alias"]), set()).add(row["champ"])
            assert row["champ"] in FIELDS.by_name or row["champ"].startswith("_")
    for field in FIELDS.by_name.values():
        by_key.setdefault(alias_key(field.libelle), set()).add(field.champ)
    assert {key: champs for key, champs in by_key.items() if len(champs) > 1} == {}


def test_no_mark_of_nothing_holds_a_digit() -> None:
    assert not any(char.isdigit() for mark in FIELDS.missing_marks for char in mark)


def _validate(rows: list[dict[str, str]]) -> list[str]:
    schema = Schema.from_descriptor(table_schema(REFERENCE))
    stream = io.StringIO()
    writer = csv.DictWriter(stream, schema.field_names, delimiter=";", restval="")
    writer.writeheader()
    writer.writerows(rows)
    dialect = Dialect(controls=[CsvControl(delimiter=";")])
    data = stream.getvalue().encode()
    report = Resource(data=data, format="csv", schema=schema, dialect=dialect).validate()
    return [error.type for error in report.tasks[0].errors]


def _example(**changes: str) -> dict[str, str]:
    row = {field.label(): field.exemple for field in FIELDS.by_name.values()}
    return row | changes


def test_the_examples_of_the_seed_satisfy_the_table_schema() -> None:
    assert _validate([_example()]) == []


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("Statut", "presque"),
        ("Taux d'avancement (%)", "250"),
        ("Fin prévue", "31/06/2026"),
        ("Budget prévu (€)", "Entre 200 et 500"),
        ("SIREN de l'intercommunalité", "2462"),
        ("Intitulé de l'action", ""),
        ("Base des montants", "hors taxe"),
        ("Début prévu", "31/12/1999"),
        ("Date de situation", "31/12/2014"),
        ("Montant payé (€)", "-1"),
        ("Montant engagé (€)", "1000000000000"),
        ("Intitulé de l'action", "a" * 301),
    ],
)
def test_the_table_schema_refuses_what_the_gate_would_refuse(label: str, value: str) -> None:
    assert len(_validate([_example(**{label: value})])) == 1
