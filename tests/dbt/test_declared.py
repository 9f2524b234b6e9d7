"""Declared indicators: what territories send in the long format, or with an action, becomes values and progress."""

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt_replay import Warehouse
from raw_rows import BOULONNAIS, CALAISIS, CAMBRAI, Raw, at
from shown import FEB, JAN, KNOWN, MAR

DEC = date(2025, 12, 31)
MARTS = ("fct_indicateurs_declares",)
RATE = {
    "agregation_territoires": "taux",
    "numerateur_indic": "IND-900",
    "denominateur_indic": "IND-901",
}
CASES = Path(__file__).parent / "progressions.csv"
ALONE = "update vigie.referentiel.territoires set perimetre_code = 'limitrophe' where siren_epci not in ('{}')"
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


def only(*sirens: str) -> str:
    """Leaves these territories alone in the region."""
    return ALONE.format("', '".join(sirens))


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
    with warehouse.replay(raw, FEB, KNOWN, seeds=seeds, models=MARTS) as built:
        found = {
            code: figure(
                built, BOULONNAIS, FEB, "progression_finale_pct, progression_annuelle_pct", code
            )
            for code in expected
        }
    assert len(found) == 18
    for code, told in found.items():
        assert told == pytest.approx((expected[code],) * 2, abs=1e-4), code


def test_a_target_to_come_is_kept_and_progress_is_made_towards_it(warehouse: Warehouse) -> None:
    raw = region(BOULONNAIS)
    values = [("IND-900", JAN, "vi", 0), ("IND-900", FEB, "va", 45), ("IND-900", DEC, "vc", 90)]
    raw.long(BOULONNAIS, values, at(FEB))
    with warehouse.replay(raw, FEB, KNOWN, seeds=[indicator()], models=MARTS) as built:
        kept = "select type_valeur, valeur from marts.fct_valeurs_declarees order by date_valeur"
        assert built.execute(kept).fetchall() == [("vi", 0), ("va", 45), ("vc", 90)]
        columns = "valeur_initiale, valeur, cible_annuelle, cible_finale, cible_finale_le, progression_annuelle_pct"
        assert figure(built, BOULONNAIS, FEB, columns) == (0, 45, 90, 90, DEC, 50)


def test_the_target_of_the_year_is_told_from_the_final_one(warehouse: Warehouse) -> None:
    raw = region(BOULONNAIS)
    values = [
        ("IND-900", JAN, "vi", 0), ("IND-900", FEB, "va", 45), ("IND-900", date(2025, 6, 30), "vc", 10),
        ("IND-900", DEC, "vc", 30), ("IND-900", date(2027, 12, 31), "vc", 90),
    ]  # fmt: skip
    raw.long(BOULONNAIS, values, at(FEB))
    columns = (
        "cible_annuelle, progression_annuelle_pct, progression_annuelle_brute_pct, cible_finale,"
        " progression_finale_pct"
    )
    with warehouse.replay(raw, FEB, KNOWN, seeds=[indicator()], models=MARTS) as built:
        assert figure(built, BOULONNAIS, FEB, columns) == (30, 100, 150, 90, 50)


def test_a_territory_that_says_nothing_is_a_share_of_what_is_missing(warehouse: Warehouse) -> None:
    raw = region(BOULONNAIS, CALAISIS)
    said = [("IND-900", FEB, "vi", 0), ("IND-900", FEB, "va", 50), ("IND-900", DEC, "vc", 100)]
    raw.long(BOULONNAIS, said, at(FEB))
    seeds = [only(BOULONNAIS, CALAISIS), indicator()]
    with warehouse.replay(raw, FEB, KNOWN, seeds=seeds, models=MARTS) as built:
        assert figure(built, BOULONNAIS, FEB) == (50, 50, 1, 100, 50, 50)
        assert figure(built, CALAISIS, FEB) == (None, None, 0, 0, 0, 100)
        assert figure(built, "32", FEB) == (50, 50, 1, 50, 25, 75)


def test_a_missing_value_lies_between_its_start_and_its_target(warehouse: Warehouse) -> None:
    raw = region(BOULONNAIS, CALAISIS)
    raw.long(
        BOULONNAIS,
        [("IND-900", FEB, "vi", 0), ("IND-900", FEB, "va", 50), ("IND-900", DEC, "vc", 100)],
        at(FEB),
    )
    raw.long(CALAISIS, [("IND-900", FEB, "vi", 0), ("IND-900", DEC, "vc", 300)], at(FEB))
    seeds = [only(BOULONNAIS, CALAISIS), indicator()]
    with warehouse.replay(raw, FEB, KNOWN, seeds=seeds, models=MARTS) as built:
        # 50 of 400 at least, 350 at most.
        assert figure(built, "32", FEB) == (50, 50, 1, 50, 12.5, 87.5)


def test_an_old_value_counts_but_is_no_news(warehouse: Warehouse) -> None:
    raw = region(BOULONNAIS)
    values = [("vi", JAN, 0), ("va", JAN, 50), ("vc", DEC, 100)]
    codes = {"IND-900": "mensuelle", "IND-901": "trimestrielle"}
    for code in codes:
        raw.long(
            BOULONNAIS,
            [(code, day, kind, value) for kind, day, value in values],
            at(JAN),
            name=code,
        )
    seeds = [indicator(code, periodicite=rhythm) for code, rhythm in codes.items()]
    with warehouse.replay(raw, MAR, KNOWN, seeds=seeds, models=MARTS) as built:
        assert figure(built, BOULONNAIS, FEB) == (50, 50, 1, 100, 50, 50)
        assert figure(built, BOULONNAIS, MAR) == (50, 50, 1, 0, 50, 100)
        assert figure(built, BOULONNAIS, MAR, code="IND-901") == (50, 50, 1, 100, 50, 50)
        told = "valeur_le, est_a_jour, a_jour_nb"
        assert figure(built, BOULONNAIS, MAR, told) == (JAN, False, 0)


def test_a_neutral_indicator_has_a_value_and_no_progress(warehouse: Warehouse) -> None:
    raw = region(BOULONNAIS)
    values = [("IND-900", FEB, "vi", 0), ("IND-900", FEB, "va", 50), ("IND-900", DEC, "vc", 100)]
    raw.long(BOULONNAIS, values, at(FEB))
    with warehouse.replay(raw, FEB, KNOWN, seeds=[indicator(sens="neutre")], models=MARTS) as built:
        assert figure(built, BOULONNAIS, FEB) == (50, None, 1, None, None, None)
        assert figure(built, BOULONNAIS, FEB, "couverture_pct, cible_finale") == (100, 100)


def test_the_last_of_two_values_of_a_month_stands_and_an_empty_one_takes_back(
    warehouse: Warehouse,
) -> None:
    raw = region(BOULONNAIS)
    middle = date(2025, 2, 14)
    raw.long(
        BOULONNAIS,
        [("IND-900", JAN, "va", 1), ("IND-900", FEB, "va", 3), ("IND-901", FEB, "va", 5)],
        at(FEB),
    )
    raw.long(BOULONNAIS, [("IND-900", middle, "va", 2), ("IND-901", FEB, "va", 6)], at(MAR))
    raw.long(BOULONNAIS, [("IND-900", FEB, "va", None)], at(date(2025, 4, 10)))
    seeds = [indicator(agregation_temps="somme"), indicator("IND-901")]
    before, after = at(date(2025, 4, 1)), at(date(2025, 4, 15))
    with warehouse.replay(raw, FEB, before, seeds=seeds, models=MARTS) as built:
        assert figure(built, BOULONNAIS, FEB, "valeur") == (4,)
        assert figure(built, BOULONNAIS, FEB, "valeur", "IND-901") == (6,)
    with warehouse.replay(raw, FEB, after, seeds=seeds, models=MARTS) as built:
        assert figure(built, BOULONNAIS, FEB, "valeur") == (3,)


def test_a_year_is_summed_averaged_or_told_by_its_last_value(warehouse: Warehouse) -> None:
    raw = region(BOULONNAIS)
    told = [(date(2024, 11, 30), 4.0), (date(2024, 12, 31), 10.0), (JAN, 2.0), (MAR, 6.0)]
    rules = {
        "IND-900": ({"agregation_temps": "somme"}, [(2, 16), (2, 16), (8, 22)]),
        "IND-901": ({"agregation_temps": "moyenne"}, [(2, 16 / 3), (2, 16 / 3), (4, 5.5)]),
        "IND-902": ({}, [(2, 2), (2, 2), (6, 6)]),
        # Totals since January: 10 - 4 in December, 6 - 2 in March.
        "IND-903": (
            {"agregation_temps": "somme", "est_cumul_annuel": "true"},
            [(2, 12), (2, 12), (6, 16)],
        ),
        "IND-904": ({"est_cumul_annuel": "true"}, [(2, 2), (2, 2), (4, 4)]),
    }
    raw.report(BOULONNAIS, date(2024, 12, 31), [{"code": "a"}])
    for code in rules:
        raw.long(BOULONNAIS, [(code, day, "va", value) for day, value in told], at(MAR), name=code)
    seeds = [indicator(code, **rule) for code, (rule, _) in rules.items()]
    months = (JAN, FEB, MAR)
    with warehouse.replay(raw, MAR, KNOWN, seeds=seeds, models=MARTS) as built:
        for code, (_, values) in rules.items():
            found = [
                figure(built, BOULONNAIS, month, "valeur, valeur_depuis_debut", code)
                for month in months
            ]
            assert found == [pytest.approx(value) for value in values], code


def test_a_sum_has_no_value_until_the_year_has_said_something(warehouse: Warehouse) -> None:
    raw = region(BOULONNAIS)
    raw.long(BOULONNAIS, [("IND-900", DEC.replace(year=2024), "va", 10)], at(JAN))
    with warehouse.replay(
        raw, JAN, KNOWN, seeds=[indicator(agregation_temps="somme")], texts=False
    ) as built:
        columns = "valeur, valeur_depuis_debut, couverture_pct"
        assert figure(built, BOULONNAIS, JAN, columns) == (None, 10, 0)


def test_a_region_is_a_rate_of_sums_and_a_mean_weighed_by_people(warehouse: Warehouse) -> None:
    raw = region(BOULONNAIS, CALAISIS)
    for siren, part, whole in (BOULONNAIS, 1, 10), (CALAISIS, 90, 100):
        values = [("IND-900", part), ("IND-901", whole), ("IND-903", part)]
        raw.long(siren, [(code, FEB, "va", value) for code, value in values], at(FEB))
        goals = [("IND-902", FEB, "vi", 0), ("IND-902", DEC, "vc", 100)]
        raw.long(siren, goals, at(FEB), name=f"cibles {siren}")
    seeds = [
        only(BOULONNAIS, CALAISIS), indicator(), indicator("IND-901"),
        indicator("IND-902", unite="pct", **RATE),
        indicator("IND-903", agregation_territoires="moyenne", poids="population"),
    ]  # fmt: skip
    with warehouse.replay(raw, FEB, KNOWN, seeds=seeds, models=MARTS) as built:
        columns = "numerateur, denominateur, valeur, progression_finale_pct"
        assert figure(built, BOULONNAIS, FEB, columns, "IND-902") == (1, 10, 10, 10)
        share = round(100 * 91 / 110, 9)
        assert figure(built, "32", FEB, columns, "IND-902") == (91, 110, share, share)
        people = dict(
            built.execute(
                "select siren_epci, population_nb from referentiel.territoires where siren_epci in (?, ?)",
                [BOULONNAIS, CALAISIS],
            ).fetchall()
        )
        mean = (people[BOULONNAIS] + 90 * people[CALAISIS]) / sum(people.values())
        assert figure(built, "32", FEB, "valeur", "IND-903") == pytest.approx((mean,))


def test_a_rate_without_its_two_parts_is_that_of_its_territory_alone(warehouse: Warehouse) -> None:
    raw = region(BOULONNAIS)
    raw.long(BOULONNAIS, [("IND-902", FEB, "va", 40)], at(FEB))
    seeds = [
        only(BOULONNAIS),
        indicator(),
        indicator("IND-901"),
        indicator("IND-902", unite="pct", **RATE),
    ]
    with warehouse.replay(raw, FEB, KNOWN, seeds=seeds, models=MARTS) as built:
        assert figure(built, BOULONNAIS, FEB, "valeur, couverture_pct", "IND-902") == (40, 100)
        assert figure(built, "32", FEB, "valeur, couverture_pct", "IND-902") == (None, 0)


def test_where_the_last_word_holds_for_all_the_others_are_out_of_the_base(
    warehouse: Warehouse,
) -> None:
    raw = region(BOULONNAIS, CALAISIS)
    raw.long(BOULONNAIS, [("IND-900", JAN, "va", 5)], at(JAN))
    raw.long(CALAISIS, [("IND-900", FEB, "va", 8)], at(FEB))
    seeds = [only(BOULONNAIS, CALAISIS), indicator(agregation_territoires="dernier")]
    with warehouse.replay(raw, FEB, KNOWN, seeds=seeds, models=MARTS) as built:
        assert figure(built, "32", FEB, "valeur, n_nb, couverture_pct") == (8, 1, 100)


def test_an_indicator_applies_to_the_territories_of_its_list(warehouse: Warehouse) -> None:
    raw = region(BOULONNAIS, CALAISIS)
    for siren in BOULONNAIS, CALAISIS:
        raw.long(siren, [("IND-900", FEB, "va", 5), ("IND-999", FEB, "va", 5)], at(FEB))
    seeds = [indicator(territoires=f"{CAMBRAI}|{BOULONNAIS}")]
    with warehouse.replay(raw, FEB, KNOWN, seeds=seeds, models=MARTS) as built:
        assert figure(built, "32", FEB, "valeur, n_nb, concernes_nb") == (5, 1, 2)
        shown = "select count(*) from marts.{} where identifiant_indic = 'IND-999'"
        assert built.execute(shown.format("fct_indicateurs_declares")).fetchone() == (0,)
        assert built.execute(shown.format("fct_valeurs_declarees")).fetchone() == (2,)
        told = built.execute(
            "select siren_epci, identifiant_indic, catalogue_code from marts.fct_valeurs_declarees order by all"
        )
        assert told.fetchall() == [
            (CALAISIS, "IND-900", "hors_territoire"), (CALAISIS, "IND-999", "hors_catalogue"),
            (BOULONNAIS, "IND-900", "au_catalogue"), (BOULONNAIS, "IND-999", "hors_catalogue"),
        ]  # fmt: skip


def test_actions_that_name_a_code_count_where_their_territory_sends_no_file(
    warehouse: Warehouse,
) -> None:
    raw = Raw()
    raw.register({siren: date(2024, 1, 1) for siren in (BOULONNAIS, CALAISIS)})
    named = {
        "indicateur": "ind-900 : visites",
        "valeur_initiale": 0,
        "valeur_cible": 100,
        "date_fin_prevue": DEC,
    }
    actions = [
        {"code": "a", "valeur_actuelle": 10} | named, {"code": "b", "valeur_actuelle": 40} | named,
        {"code": "c", "valeur_actuelle": 70, "est_confidentielle": True} | named,
        {"code": "d", "valeur_actuelle": 70, "statut": "abandonne"} | named,
        {"code": "e", "valeur_actuelle": 70} | named | {"indicateur": "IND-9001"},
        {"code": "f"} | named,
    ]  # fmt: skip
    for siren in BOULONNAIS, CALAISIS:
        raw.report(siren, FEB, actions)
    raw.long(CALAISIS, [("IND-900", FEB, "va", 7)], at(FEB))
    with warehouse.replay(raw, FEB, KNOWN, seeds=[indicator()], models=MARTS) as built:
        # Two of three actions say it: 50 of 200, 50 to 150 of 300.
        bounds = (round(100 * 50 / 300, 9), 50)
        assert figure(built, BOULONNAIS, FEB) == (50, 25, 1, round(100 * 2 / 3, 9), *bounds)
        assert figure(built, CALAISIS, FEB) == (7, None, 1, 0, 0, 100)


def test_those_who_merged_count_together_until_their_successor_speaks_for_all(
    warehouse: Warehouse,
) -> None:
    raw = region(BOULONNAIS)
    old = ("111111111", "222222222")
    for siren, value in zip(old, (10, 4), strict=True):
        raw.long(siren, [(code, JAN, "va", value) for code in ("IND-900", "IND-901")], at(JAN))
    raw.long(BOULONNAIS, [(code, MAR, "va", 20) for code in ("IND-900", "IND-901")], at(MAR))
    merged = [
        "insert into vigie.referentiel.territoires_alias (siren_ancien, siren_epci, fin_le)"
        f" values ('{siren}', '{BOULONNAIS}', date '{FEB}')"
        for siren in old
    ]
    seeds = [*merged, indicator(), indicator("IND-901", agregation_temps="somme")]
    with warehouse.replay(raw, MAR, KNOWN, seeds=seeds, models=MARTS) as built:
        for code, values in ("IND-900", [14, 20]), ("IND-901", [14, 34]):
            found = [figure(built, BOULONNAIS, month, "valeur, n_nb", code) for month in (FEB, MAR)]
            assert found == [(value, 1) for value in values], code
        assert figure(built, BOULONNAIS, MAR, "couverture_pct", "IND-901") == (100,)


def test_a_value_beyond_all_measure_does_not_stop_the_night(warehouse: Warehouse) -> None:
    raw = region(BOULONNAIS, CALAISIS)
    raw.long(BOULONNAIS, [("IND-900", FEB, "va", 1e30)], at(FEB))
    raw.long(CALAISIS, [("IND-900", FEB, "va", 5)], at(FEB))
    with warehouse.replay(raw, FEB, KNOWN, seeds=[indicator()], models=MARTS) as built:
        assert figure(built, "32", FEB, "valeur, n_nb") == (5, 1)
