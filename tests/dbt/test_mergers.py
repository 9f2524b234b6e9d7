"""A territory that merges or changes its SIREN keeps its history."""

from datetime import date

from dbt_replay import Warehouse
from raw_rows import BOULONNAIS, CALAISIS, CALAISIS_BEFORE_2020, Raw, at
from shown import FEB, JAN, KNOWN, MAR, states, value


def test_a_territory_that_changed_its_siren_keeps_its_history(warehouse: Warehouse) -> None:
    raw = Raw()
    raw.register({CALAISIS: date(2024, 1, 1)})
    raw.report(CALAISIS_BEFORE_2020, JAN, [{"code": "a"}, {"code": "b"}])
    raw.report(CALAISIS, FEB, [{"code": "a", "statut": "realise"}])
    change = (
        f"update vigie.referentiel.territoires_alias set fin_le = date '{JAN}'"
        f" where siren_ancien = '{CALAISIS_BEFORE_2020}'"
    )
    with warehouse.replay(raw, FEB, KNOWN, seeds=[change], texts=False) as built:
        assert states(built, CALAISIS, JAN) == {"a": ("en_cours", False), "b": ("en_cours", False)}
        assert states(built, CALAISIS, FEB) == {"a": ("realise", False), "b": ("en_cours", True)}
        assert states(built, CALAISIS_BEFORE_2020, JAN) == {}
        deposited = built.execute(
            "select distinct siren_depose from qualite.rapports where siren_epci = ?", [CALAISIS]
        )
        assert {row[0] for row in deposited.fetchall()} == {CALAISIS, CALAISIS_BEFORE_2020}


def test_territories_that_merged_keep_the_actions_of_both(warehouse: Warehouse) -> None:
    raw = Raw()
    raw.register({BOULONNAIS: date(2024, 1, 1)})
    merge = (
        "insert into vigie.referentiel.territoires_alias (siren_ancien, siren_epci)"
        f" values ('111111111', '{BOULONNAIS}')"
    )
    raw.report("111111111", JAN, [{"code": "ancien"}])
    raw.report(BOULONNAIS, JAN, [{"code": "propre"}])
    with warehouse.replay(raw, JAN, KNOWN, seeds=[merge], texts=False) as built:
        assert states(built, BOULONNAIS, JAN) == {
            "ancien": ("en_cours", False),
            "propre": ("en_cours", False),
        }


def test_two_territories_that_merged_may_have_used_the_same_codes(warehouse: Warehouse) -> None:
    raw = Raw()
    raw.register({BOULONNAIS: date(2024, 1, 1)})
    # The old SIREN first joined another, which joined the Boulonnais: both changes count.
    merges = [
        "insert into vigie.referentiel.territoires_alias (siren_ancien, siren_epci, fin_le)"
        f" values ('111111111', '222222222', date '2025-02-10'), ('222222222', '{BOULONNAIS}', date '2025-02-10')"
    ]
    raw.report("111111111", JAN, [{"code": "1", "statut": "bloque"}, {"code": "2"}])
    raw.report(BOULONNAIS, JAN, [{"code": "1"}])
    raw.report(BOULONNAIS, MAR, [{"code": "1", "statut": "realise"}, {"code": "2"}])
    with warehouse.replay(raw, MAR, KNOWN, seeds=merges, texts=False) as built:
        before = {
            "1": ("en_cours", False),
            "111111111-1": ("bloque", False),
            "2": ("en_cours", False),
        }
        assert states(built, BOULONNAIS, JAN) == before
        after = {"1": ("realise", False), "111111111-1": ("bloque", True), "2": ("en_cours", False)}
        assert states(built, BOULONNAIS, MAR) == after
        assert value(built, "taux_blocage", "region", "32", JAN)[:2] == (1, 3)


def test_two_reports_of_the_last_day_before_a_merger_are_both_in_force(
    warehouse: Warehouse,
) -> None:
    raw = Raw()
    raw.register({BOULONNAIS: date(2024, 1, 1)})
    merges = [
        "insert into vigie.referentiel.territoires_alias (siren_ancien, siren_epci, fin_le)"
        f" values ('111111111', '{BOULONNAIS}', date '2025-02-28'), ('222222222', '{BOULONNAIS}', date '2025-02-28')"
    ]
    raw.report("111111111", FEB, [{"code": "1", "statut": "bloque"}])
    raw.report("222222222", FEB, [{"code": "1"}, {"code": "2"}])
    # Loaded before the merger was recorded, then after: the same territory, which says it again.
    raw.report("111111111", MAR, [{"code": "1"}], name="avant")
    raw.report(BOULONNAIS, MAR, [{"code": "1", "statut": "realise"}], known=at(MAR, later=9))
    with warehouse.replay(raw, MAR, KNOWN, seeds=merges, texts=False) as built:
        assert states(built, BOULONNAIS, FEB) == {
            "111111111-1": ("bloque", False),
            "222222222-1": ("en_cours", False),
            "2": ("en_cours", False),
        }
        assert states(built, BOULONNAIS, MAR)["1"] == ("realise", False)
        deposited = built.execute(
            "select rapport_id, siren_depose, est_en_vigueur from qualite.rapports where date_situation = ?",
            [MAR],
        ).fetchall()
        assert {row[1] for row in deposited} == {BOULONNAIS}
        assert [row[0] for row in deposited if not row[2]] == ["avant"]


def test_a_merger_recorded_ahead_of_time_counts_from_its_day(warehouse: Warehouse) -> None:
    raw = Raw()
    raw.register({BOULONNAIS: date(2024, 1, 1), CALAISIS: date(2024, 1, 1)})
    ahead = (
        "insert into vigie.referentiel.territoires_alias (siren_ancien, siren_epci, fin_le)"
        f" values ('{CALAISIS}', '{BOULONNAIS}', date '2025-02-28')"
    )
    raw.report(CALAISIS, JAN, [{"code": "a"}])
    raw.report(BOULONNAIS, JAN, [{"code": "b"}])
    with warehouse.replay(raw, FEB, KNOWN, seeds=[ahead], texts=False) as built:
        assert set(states(built, CALAISIS, FEB)) == {"a"}
        assert set(states(built, BOULONNAIS, FEB)) == {"b"}
    with warehouse.replay(raw, MAR, KNOWN, seeds=[ahead], texts=False) as built:
        assert set(states(built, CALAISIS, MAR)) == set()
        assert set(states(built, BOULONNAIS, MAR)) == {"a", "b"}
