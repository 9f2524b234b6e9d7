"""Who may speak for whom in the files that are not reports: values and grants of one territory or of several."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from tests.gate.reports import RUN_DATE, read, receipt
from vigie.gate import judge
from vigie.reference import Reference
from vigie.succession import RetiredSiren

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
    header = "nomAttribuant;idAttribuant;dateConvention;nomBeneficiaire;idBeneficiaire;objet;montant"
    return f"{header}\nRégion;20005374200017;{day};CC;{siren};Fibre;1000\n".encode()


@pytest.mark.parametrize(("write", "table"), [(values, "indicateurs_longs"), (grants, "subventions")])
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
    codes = set(tables["controles"]["regle_code"])
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
    assert "IND-SIREN-AUTRE" in set(tables["controles"]["regle_code"])
