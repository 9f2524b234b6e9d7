"""What becomes of reports and actions over time."""

from datetime import date, datetime

from dbt_replay import Warehouse
from raw_rows import BOULONNAIS, CALAISIS, CAMBRAI, Raw, at
from shown import FEB, JAN, KNOWN, MAR, states, value


def test_actions_are_carried_forward_and_months_without_a_report_keep_the_last_state(
    warehouse: Warehouse,
) -> None:
    raw = Raw()
    raw.register({BOULONNAIS: date(2024, 1, 1)})
    raw.report(BOULONNAIS, JAN, [{"code": "a"}, {"code": "b", "statut": "a_venir"}])
    raw.report(BOULONNAIS, MAR, [{"code": "a", "statut": "realise", "taux": 100.0}])
    raw.report(BOULONNAIS, MAR, [], known=at(MAR, later=9), name="vide")
    with warehouse.replay(raw, MAR, KNOWN, texts=False) as built:
        assert states(built, BOULONNAIS, FEB) == {"a": ("en_cours", False), "b": ("a_venir", False)}
        # An empty report sent later neither replaces March nor makes its action vanish.
        assert states(built, BOULONNAIS, MAR) == {"a": ("realise", False), "b": ("a_venir", True)}
        assert value(built, "glissement", "epci", BOULONNAIS, MAR, "disparues") == (1, 2, 50)
        assert value(built, "echelle_rapports", "epci", BOULONNAIS, FEB, "recus") == (0, 1, 0)
        assert value(built, "avancement", "epci", BOULONNAIS, MAR)[2] == 100
        # No end date anywhere: a rate on nothing is nothing, not 0 nor 100.
        assert value(built, "taux_retard", "epci", BOULONNAIS, MAR) == (0, 0, None)


def test_a_correction_supersedes_and_decisions_release_or_withdraw(warehouse: Warehouse) -> None:
    raw = Raw()
    raw.register({s: date(2024, 1, 1) for s in (BOULONNAIS, CALAISIS, CAMBRAI)})
    raw.report(BOULONNAIS, JAN, [{"code": "a", "statut": "bloque"}], known=at(JAN, later=3))
    raw.report(BOULONNAIS, JAN, [{"code": "a", "statut": "realise"}], known=at(JAN, later=9))
    pending = raw.report(CALAISIS, JAN, [{"code": "a"}], verdict="a_valider")
    raw.decide(pending, "approuve", datetime(2025, 3, 1))
    refused = raw.report(CAMBRAI, JAN, [{"code": "a"}])
    raw.decide(refused, "refuse", datetime(2025, 3, 1))
    with warehouse.replay(raw, MAR, datetime(2025, 2, 20), texts=False) as before:
        assert states(before, BOULONNAIS, JAN) == {"a": ("realise", False)}
        assert states(before, CALAISIS, JAN) == {}
        assert states(before, CAMBRAI, JAN) == {"a": ("en_cours", False)}
        early = before.execute("select count(*) from qualite.rapports").fetchone()
    with warehouse.replay(raw, MAR, KNOWN, texts=False) as after:
        assert states(after, CALAISIS, JAN) == {"a": ("en_cours", False)}
        assert states(after, CAMBRAI, JAN) == {}
        assert after.execute("select count(*) from qualite.rapports").fetchone() == early == (5,)


def test_a_report_released_takes_its_place_on_the_day_of_its_release(
    warehouse: Warehouse,
) -> None:
    raw = Raw()
    raw.register({CALAISIS: date(2024, 1, 1)})
    held = [{"code": "a", "statut": "bloque"}]
    pending = raw.report(CALAISIS, JAN, held, known=at(JAN, later=2), verdict="a_valider")
    raw.report(CALAISIS, JAN, [{"code": "a"}], known=at(JAN, later=9))
    raw.decide(pending, "approuve", at(JAN, later=20))
    raw.decide(pending, "refuse", at(JAN, later=40))
    for days, status in ((19, "en_cours"), (21, "bloque"), (41, "en_cours")):
        with warehouse.replay(raw, JAN, at(JAN, later=days), texts=False) as built:
            assert states(built, CALAISIS, JAN) == {"a": (status, False)}, days


def test_the_last_register_known_replaces_the_others(warehouse: Warehouse) -> None:
    raw = Raw()
    raw.register({BOULONNAIS: date(2024, 1, 1), CALAISIS: date(2024, 1, 1)})
    raw.register({BOULONNAIS: date(2025, 3, 1)}, known=datetime(2025, 2, 10), name="second")
    raw.report(BOULONNAIS, JAN, [{"code": "a"}])
    adopted = "select siren_epci, date_adoption_le from marts.dim_territoires where date_adoption_le is not null"
    with warehouse.replay(raw, MAR, datetime(2025, 2, 9), texts=False) as before:
        both = [(CALAISIS, date(2024, 1, 1)), (BOULONNAIS, date(2024, 1, 1))]
        assert before.execute(f"{adopted} order by 1").fetchall() == both
    with warehouse.replay(raw, MAR, KNOWN, texts=False) as after:
        assert after.execute(adopted).fetchall() == [(BOULONNAIS, date(2025, 3, 1))]


def test_a_row_set_aside_is_closed_by_a_later_accepted_report(warehouse: Warehouse) -> None:
    raw = Raw()
    raw.register({BOULONNAIS: date(2024, 1, 1)})
    first = raw.report(
        BOULONNAIS, JAN, [{"code": "a"}], verdict="lignes_ecartees", ecartees_nb=2, received=3
    )
    for line, code in ((5, "b"), (6, "c")):
        raw.tables["lignes_ecartees"].append(
            {
                "rapport_id": first,
                "feuille": "Actions",
                "ligne": line,
                "code_action": code,
                "regle_code": "R",
                "contenu_json": "{}",
            }
        )
    raw.report(BOULONNAIS, JAN, [{"code": "a"}, {"code": "b"}], known=at(JAN, later=12))
    with warehouse.replay(raw, JAN, KNOWN, texts=False) as built:
        rows = built.execute(
            "select code_action, etat_code from qualite.lignes_ecartees order by 1"
        ).fetchall()
        assert rows == [("b", "corrigee"), ("c", "ouverte")]
        assert value(
            built, "qualite_rapport", "epci", BOULONNAIS, JAN, "corriges_sous_15_jours"
        ) == (1, 1, 100)


def test_an_end_date_announced_once_is_not_a_shift_of_zero_days(warehouse: Warehouse) -> None:
    raw = Raw()
    raw.register({BOULONNAIS: date(2024, 1, 1)})
    end = {"date_fin_prevue": date(2025, 6, 30)}
    actions = [{"code": str(i), **end} for i in range(5)]
    raw.report(BOULONNAIS, JAN, actions)
    raw.report(BOULONNAIS, FEB, [*actions[:4], {"code": "4", "date_fin_prevue": date(2025, 7, 10)}])
    raw.report(BOULONNAIS, MAR, [*actions, {"code": "nouvelle", **end}])
    with warehouse.replay(raw, MAR, KNOWN, texts=False) as built:
        shifts = [value(built, "glissement", "epci", BOULONNAIS, m)[1:] for m in (JAN, FEB, MAR)]
        assert shifts == [(0, None), (5, 0), (5, 0)]
        moved = [value(built, "glissement", "epci", BOULONNAIS, m, "deplacees") for m in (JAN, FEB)]
        assert moved == [(0, 0, None), (1, 5, 20)]


def test_one_action_that_serves_every_silo_does_not_serve_them_all(warehouse: Warehouse) -> None:
    raw = Raw()
    raw.register({BOULONNAIS: date(2024, 1, 1)})
    silos = ["port", "tourisme", "habitat", "sport"]
    everywhere = {"code": "a", "silos": silos}
    raw.report(BOULONNAIS, JAN, [everywhere], silos=silos)
    raw.report(BOULONNAIS, FEB, [everywhere, {"code": "b", "silos": ["port"]}], silos=silos)
    with warehouse.replay(raw, FEB, KNOWN, texts=False) as built:
        assert value(built, "integration_silos", "epci", BOULONNAIS, JAN) == (1, 4, 25)
        # The port has an action of its own: served in full, its quarter of the other one adds nothing.
        assert value(built, "integration_silos", "epci", BOULONNAIS, FEB) == (1.75, 4, 43.75)


def test_punctuality_is_the_day_in_paris_on_which_the_channel_received_the_report(
    warehouse: Warehouse,
) -> None:
    raw = Raw()
    raw.register({s: date(2024, 1, 1) for s in (BOULONNAIS, CALAISIS, CAMBRAI)})
    in_time = datetime(2025, 2, 10)
    # Its sender dated the file, which no visit saw before the campaign was over.
    raw.report(BOULONNAIS, JAN, [{"code": "a"}], known=datetime(2025, 3, 1), depose_le=in_time)
    # The last hour of the last day in Paris, and the first one after it: still the day before in UTC.
    raw.report(CALAISIS, JAN, [{"code": "a"}], known=datetime(2025, 2, 15, 22, 59))
    raw.report(CAMBRAI, JAN, [{"code": "a"}], known=datetime(2025, 2, 15, 23, 1))
    with warehouse.replay(raw, MAR, KNOWN, texts=False) as built:
        late = [
            value(built, "ponctualite", "epci", siren, JAN, "a_l_heure")[0]
            for siren in (BOULONNAIS, CALAISIS, CAMBRAI)
        ]
        assert late == [0, 1, 0]
