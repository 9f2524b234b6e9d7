"""Who may speak for whom in the files that are not reports: values and grants of one territory or of several."""

import json
from dataclasses import replace
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from tests.gate.reports import RUN_DATE, read, receipt, saved
from vigie.gate import judge
from vigie.reading.adapters import Unreadable
from vigie.reference.seeds import Reference
from vigie.reference.succession import RetiredSiren

EAST, WEST, HEIR = "200018083", "246200729", "200093201"
REGION = ""
MERGED_AFTER = date(2025, 12, 31)
BEFORE, AFTER = "2025-11-30", "2026-01-15"
DEPOSITED = datetime(2026, 1, 31)


@pytest.fixture(scope="module")
def merged(reference: Reference) -> Reference:
    """East and West have merged: their heir answers for them."""
    kept = {s: t for s, t in reference.territories.items() if s not in (EAST, WEST)}
    gone = {s: RetiredSiren(s, HEIR, f"CC {s}", MERGED_AFTER) for s in (EAST, WEST)}
    return replace(reference, territories=kept, retired_sirens={**reference.retired_sirens, **gone})


def values(siren: str, day: str) -> bytes:
    header = "identifiant_indic;zone_id;zone_nom;date_valeur;type_valeur;valeur"
    # The kind that may be dated in the future.
    return f"{header}\nIND-001;{siren};x;{day};vc;12\n".encode()


def grants(siren: str, day: str) -> bytes:
    header = (
        "nomAttribuant;idAttribuant;dateConvention;nomBeneficiaire;idBeneficiaire;objet;montant"
    )
    return f"{header}\nRégion;20005374200017;{day};CC;{siren};Fibre;1000\n".encode()


@pytest.mark.parametrize(
    ("write", "table"), [(values, "indicateurs_longs"), (grants, "subventions")]
)
@pytest.mark.parametrize(
    ("sender", "named", "day", "may"),
    [
        (HEIR, EAST, BEFORE, True),
        (HEIR, WEST, AFTER, True),
        (EAST, EAST, BEFORE, True),
        (EAST, HEIR, AFTER, True),
        (EAST, WEST, AFTER, True),
        (EAST, WEST, BEFORE, False),
        (EAST, HEIR, BEFORE, False),
        (HEIR, "200030633", AFTER, False),
        ("200030633", EAST, BEFORE, False),
        (REGION, EAST, BEFORE, True),
        (REGION, HEIR, AFTER, True),
    ],
)
def test_an_heir_speaks_for_those_it_replaced_and_nobody_for_a_neighbour(
    sender, named, day, may, write, table, merged
):
    content = write(named, day)
    parsed = read(receipt(sender, content, "donnees.csv", DEPOSITED), content, merged)
    tables = judge([parsed], merged, RUN_DATE, None, None).tables
    assert len(tables[table]) == may
    codes = set(tables["controles"]["regle_code"].to_pylist())
    assert bool(codes & {"IND-SIREN-AUTRE", "SUB-BENEFICIAIRE-AUTRE"}) is not may


def test_a_target_of_the_years_after_a_merger_to_come_does_not_speak_for_the_neighbour_yet(merged):
    to_come = {
        siren: replace(merged.retired_sirens[siren], fin_le=date(2026, 12, 31))
        for siren in (EAST, WEST)
    }
    later = replace(merged, retired_sirens={**merged.retired_sirens, **to_come})
    content = values(WEST, "2027-12-31")
    parsed = read(receipt(EAST, content, "donnees.csv", DEPOSITED), content, later)
    tables = judge([parsed], later, RUN_DATE, None, None).tables
    assert "IND-SIREN-AUTRE" in set(tables["controles"]["regle_code"].to_pylist())


def adapted(content: bytes, reference: Reference, sender: str = EAST):
    return read(receipt(sender, content, "rapport", DEPOSITED), content, reference)


def two_sheets(first: str, second: str, where: str) -> bytes:
    """A workbook of two tables of actions, each with its SIREN `above` or in a `column`."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    for number, siren in enumerate((first, second)):
        sheet = workbook.create_sheet(f"EPCI {number}")
        labels, cells = (
            ["Code de l'action", "Intitulé de l'action", "Statut"],
            [f"A{number}", f"Action {number}", "En cours"],
        )
        if where == "above":
            sheet.append(["SIREN de l'intercommunalité", siren])
            sheet.append([])
        else:
            labels, cells = [*labels, "SIREN de l'intercommunalité"], [*cells, siren]
        sheet.append(labels)
        sheet.append(cells)
    return saved(workbook)


@pytest.mark.parametrize("where", ["above", "column"])
def test_a_workbook_of_several_territories_is_refused_and_names_them(where, reference):
    outcome = adapted(two_sheets(EAST, WEST, where), reference)
    assert isinstance(outcome, Unreadable) and outcome.error.rule_code == "FIC-PLUSIEURS"
    assert EAST in str(outcome.error) and WEST in str(outcome.error)
    alike = adapted(two_sheets(EAST, f"{EAST[:3]} {EAST[3:6]} {EAST[6:]}", where), reference)
    assert len(alike.lignes) == 2


def dossier(row_siren: str) -> bytes:
    def field(label: str, value: str) -> dict:
        return {"__typename": "TextChamp", "id": label, "label": label, "stringValue": value}

    row = [field("Intitulé de l'action", "Guichet"), field("Statut", "En cours")]
    row.append(field("SIREN de l'intercommunalité", row_siren))
    block = {
        "__typename": "RepetitionChamp",
        "id": "r",
        "label": "Actions",
        "rows": [{"champs": row}],
    }
    found = {
        "format": "ds_json",
        "number": 1,
        "state": "accepte",
        "siret": f"{EAST}00017",
        "champs": [block],
    }
    return json.dumps(found).encode()


def test_a_dossier_whose_actions_are_those_of_another_territory_is_refused(reference):
    outcome = adapted(dossier(WEST), reference)
    assert isinstance(outcome, Unreadable) and outcome.error.rule_code == "FIC-PLUSIEURS"
    assert len(adapted(dossier(EAST), reference).lignes) == 1


def project(*sirens: str) -> dict:
    places = [{"type": "EPCI", "code": siren} for siren in sirens]
    return {"externalId": "-".join(sirens), "nom": f"Projet {len(sirens)}", "collectivites": places}


@pytest.mark.parametrize(
    ("sender", "siren"), [(EAST, EAST), (WEST, WEST), (REGION, WEST), ("200030633", WEST)]
)
def test_a_project_shared_by_several_territories_is_that_of_its_sender(sender, siren, reference):
    content = json.dumps([project(WEST, EAST)]).encode()
    assert adapted(content, reference, sender).entete["siren_epci"].valeur == siren


def test_projects_of_a_neighbour_among_one_s_own_are_refused(reference):
    outcome = adapted(json.dumps([project(EAST), project(WEST, "200030633")]).encode(), reference)
    assert isinstance(outcome, Unreadable) and outcome.error.rule_code == "FIC-PLUSIEURS"


def test_a_grist_table_of_several_territories_is_refused_and_asks_for_one_each(reference):
    columns = ("Code", "Intitulé", "Statut", "SIREN")
    rows = [("A1", "Guichet", "En cours", EAST), ("A2", "Port", "En cours", WEST)]
    table = {
        "format": "grist_json",
        "table": "Actions",
        "colonnes": {name: {"type": "Text", "libelle": name} for name in columns},
        "lignes": [
            {"id": n, "fields": dict(zip(columns, row, strict=True))} for n, row in enumerate(rows)
        ],
    }
    outcome = adapted(json.dumps(table).encode(), reference)
    assert isinstance(outcome, Unreadable) and outcome.error.rule_code == "FIC-PLUSIEURS"
