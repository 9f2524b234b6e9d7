"""What the Région says of an action that the reports no longer tell."""

from datetime import date, datetime

import duckdb
import pytest
from dbt_replay import Warehouse
from raw_rows import BOULONNAIS, CALAISIS, Raw
from shown import FEB, JAN, KNOWN, MAR, known, states, value

DECIDED = datetime(2025, 4, 2)


def region() -> Raw:
    """`old` is told in January, `new` from February on; `kept` always."""
    raw = Raw()
    raw.register({BOULONNAIS: date(2024, 1, 1)})
    end = {"date_fin_prevue": date(2025, 6, 30), "taux": 40.0}
    raw.report(BOULONNAIS, JAN, [{"code": "old", **end}, {"code": "kept", "taux": 20.0}])
    moved = {"code": "new", "taux": 60.0, "date_fin_prevue": date(2025, 9, 30)}
    for day in (FEB, MAR):
        raw.report(BOULONNAIS, day, [moved, {"code": "kept", "taux": 20.0}])
    return raw


def say(
    raw: Raw, decision: str, into: str | None = None, when: datetime = DECIDED, code: str = "old"
) -> None:
    raw.tables["decisions_actions"].append(
        {
            "decision_id": f"{decision}-{code}-{when:%m%d}", "siren_epci": BOULONNAIS, "code_action": code,
            "decision": decision, "nouveau_code": into, "motif": "Vu avec le territoire.", "decide_par": "Région",
            "decide_le": when,
        }
    )  # fmt: skip


def gone(built: duckdb.DuckDBPyConnection, month: date = MAR) -> tuple:
    return value(built, "glissement", "epci", BOULONNAIS, month, "disparues")


def test_an_action_that_vanished_waits_and_counts_beside_the_others(warehouse: Warehouse) -> None:
    with warehouse.replay(region(), MAR, KNOWN, texts=False) as built:
        assert gone(built) == (1, 3, pytest.approx(100 / 3))
        assert known(built, "avancement", MAR)[:2] == (40, 3)


def test_an_action_renamed_counts_once_with_its_history(warehouse: Warehouse) -> None:
    raw = region()
    say(raw, "renommee", "new")
    with warehouse.replay(raw, MAR, KNOWN, texts=False) as built:
        assert gone(built) == (0, 2, 0)
        assert known(built, "avancement", MAR)[:2] == (40, 2)
        assert known(built, "avancement", JAN)[:2] == (30, 2)
        assert set(states(built, BOULONNAIS, JAN)) == {"new", "kept"}
        # Its end was announced under the old code, and moved since.
        shift = "select fin_initiale_le from marts.fct_actions where code_action = 'new'"
        assert built.execute(shift).fetchone() == (date(2025, 6, 30),)
        told = "select decision, nouveau_code, est_en_vigueur from qualite.decisions_actions"
        assert built.execute(told).fetchall() == [("renommee", "new", True)]
    # Before it was said, nobody knew.
    with warehouse.replay(raw, MAR, datetime(2025, 4, 1), texts=False) as before:
        assert gone(before)[:2] == (1, 3)


def test_an_action_said_abandoned_is_so_from_the_first_report_without_it(
    warehouse: Warehouse,
) -> None:
    raw = region()
    say(raw, "abandonnee")
    with warehouse.replay(raw, MAR, KNOWN, texts=False) as built:
        months = [states(built, BOULONNAIS, month)["old"][0] for month in (JAN, FEB, MAR)]
        assert months == ["en_cours", "abandonne", "abandonne"]
        assert gone(built)[:2] == (0, 3)
        # Known and fresh: the Région said it.
        assert known(built, "taux_abandon", MAR) == (33.333333, 3, 100, 33.333333, 33.333333)
        assert known(built, "avancement", MAR)[:2] == (40, 2)


def test_an_action_forgotten_by_its_sender_goes_on_without_news(warehouse: Warehouse) -> None:
    raw = region()
    say(raw, "abandonnee", when=datetime(2025, 4, 1))
    say(raw, "oubliee")
    with warehouse.replay(raw, MAR, KNOWN, texts=False) as built:
        assert gone(built)[:2] == (0, 3)
        assert states(built, BOULONNAIS, MAR)["old"] == ("en_cours", True)
        assert known(built, "avancement", MAR)[:3] == (40, 3, pytest.approx(66.666667))


def test_an_action_told_again_is_what_its_report_says(warehouse: Warehouse) -> None:
    raw = region()
    say(raw, "abandonnee")
    raw.report(BOULONNAIS, date(2025, 4, 10), [{"code": "old", "taux": 70.0}])
    with warehouse.replay(raw, date(2025, 4, 15), KNOWN, texts=False) as built:
        assert states(built, BOULONNAIS, date(2025, 4, 15))["old"] == ("en_cours", False)


def test_the_same_code_in_another_territory_is_another_action(warehouse: Warehouse) -> None:
    raw = region()
    raw.report(CALAISIS, JAN, [{"code": "old", "taux": 10.0}])
    say(raw, "renommee", "new")
    with warehouse.replay(raw, MAR, KNOWN, texts=False) as built:
        assert set(states(built, CALAISIS, MAR)) == {"old"}
