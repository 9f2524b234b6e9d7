"""Declared indicators: what territories send in the long format, or with an action, becomes values and progress."""

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt_replay import Warehouse
from raw_rows import BOULONNAIS, Raw, at
from shown import FEB, JAN, KNOWN

DEC = date(2025, 12, 31)
CASES = Path(__file__).parent / "progressions.csv"
ALONE = "update vigie.referentiel.territoires set perimetre_code = 'limitrophe' where siren_epci not in {}"
SHOWN = (
    "valeur, progression_finale_pct, n_nb, progression_finale_couverture_pct, progression_finale_borne_basse,"
    " progression_finale_borne_haute"
)


def indicator(code: str = "IND-900", **more: str) -> str:
    """A line of the catalogue, monthly and summed unless told otherwise, as an SQL statement."""
    row = {
        "identifiant_indic": code, "libelle": f"Indicateur {code}", "unite": "nb", "sens": "hausse",
        "periodicite": "mensuelle", "est_cumul_annuel": "false", "agregation_temps": "dernier",
        "agregation_territoires": "somme", "territoires": "tous", "poids": "territoire", "source": "essai",
    } | more  # fmt: skip
    return (
        f"insert into vigie.referentiel.indicateurs_declares ({', '.join(row)})"
        f" values ({', '.join(repr(value) for value in row.values())})"
    )


def of_two(*sirens: str) -> str:
    """Leaves these territories alone in the region."""
    return ALONE.format(sirens)


def figure(
    built: duckdb.DuckDBPyConnection,
    territory: str,
    month: date,
    columns: str = SHOWN,
    code: str = "IND-900",
) -> tuple[Any, ...]:
    (row,) = built.execute(
        f"select {columns} from marts.fct_indicateurs_declares"
        " where identifiant_indic = ? and territoire_code = ? and mois_le = ?",
        [code, territory, month],
    ).fetchall()
    return tuple(round(value, 9) if isinstance(value, float) else value for value in row)


def region(*sirens: str) -> Raw:
    """Territories whose first report opens the months from January on."""
    raw = Raw()
    raw.register({siren: date(2024, 1, 1) for siren in sirens})
    for siren in sirens:
        raw.report(siren, JAN, [{"code": "a"}])
    return raw


def progressions() -> Iterable[dict[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def test_the_progress_of_each_case_is_that_of_the_published_formula(warehouse: Warehouse) -> None:
    raw, seeds, expected = region(BOULONNAIS), [], {}
    for case in progressions():
        code = f"IND-9{int(case['cas']):02}"
        seeds.append(indicator(code, sens=case["sens"]))
        kinds = {"vi": "valeur_initiale", "va": "valeur_actuelle", "vc": "valeur_cible"}
        values = [(code, FEB, kind, float(case[f])) for kind, f in kinds.items() if case[f]]
        raw.long(BOULONNAIS, values, at(FEB), name=code)
        expected[code] = float(case["taux_attendu"]) if case["taux_attendu"] else None
    with warehouse.replay(raw, FEB, KNOWN, seeds=seeds, texts=False) as built:
        found = {
            code: figure(
                built, BOULONNAIS, FEB, "progression_finale_pct, progression_annuelle_pct", code
            )
            for code in expected
        }
    assert len(found) == 18
    for code, told in found.items():
        assert told == pytest.approx((expected[code],) * 2, abs=1e-4), code
