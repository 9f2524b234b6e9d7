"""What is old, what has vanished, and what a report says of its own day."""

from datetime import date, datetime

from dbt_replay import Warehouse
from raw_rows import BOULONNAIS, CAMBRAI, Raw, at
from shown import FEB, JAN, KNOWN, MAR, known, states, value

APRIL = date(2025, 4, 15)


def region(*reports: tuple[date, list[dict]]) -> Raw:
    raw = Raw()
    raw.register({BOULONNAIS: date(2024, 1, 1)})
    for day, actions in reports:
        raw.report(BOULONNAIS, day, actions)
    return raw


def test_an_old_state_is_kept_in_the_value_and_leaves_the_coverage(warehouse: Warehouse) -> None:
    actions = [
        {"code": "a", "taux": 20.0}, {"code": "b", "taux": 60.0}, {"code": "c", "statut": "realise"},
        {"code": "d", "statut": "non_renseigne"},
    ]  # fmt: skip
    with warehouse.replay(region((JAN, actions)), MAR, KNOWN, texts=False) as built:
        # 28 days at the end of February, 59 at the end of March.
        assert known(built, "avancement", FEB) == (60, 3, 75, 45, 70)
        assert known(built, "avancement", MAR) == (60, 3, 0, 45, 100)
        # What is done stays done; what is not may be since. A status unknown is in the bounds alone.
        assert known(built, "taux_realisation", FEB) == (33.333333, 3, 75, 25, 50)
        assert known(built, "taux_realisation", MAR) == (33.333333, 3, 0, 25, 100)
        # A hindrance comes and goes.
        assert known(built, "taux_blocage", FEB) == (0, 3, 75, 0, 25)
        assert known(built, "taux_blocage", MAR) == (0, 3, 0, 0, 100)
        parts = ["fait", "en_cours", "programme", "bloque", "non_renseigne", "sans_nouvelles"]
        shares = [[known(built, "repartition_statuts", m, p)[0] for p in parts] for m in (FEB, MAR)]
        assert shares == [[25, 50, 0, 0, 25, 0], [0, 0, 0, 0, 0, 100]]
        assert known(built, "repartition_statuts", FEB, "fait") == (25, 4, 75, None, None)


def test_whom_to_call_has_a_roadmap_and_no_recent_report(warehouse: Warehouse) -> None:
    outside = "247600588"
    raw = Raw()
    raw.register({siren: date(2024, 1, 1) for siren in (BOULONNAIS, CAMBRAI, outside)})
    raw.report(BOULONNAIS, JAN, [{"code": "a"}])
    raw.report(CAMBRAI, FEB, [{"code": "a"}])
    with warehouse.replay(raw, MAR, KNOWN, texts=False) as built:
        told = built.execute(
            "select siren_epci, est_a_jour, est_a_relancer from marts.dim_territoires"
            " where a_feuille_de_route or est_a_jour or est_a_relancer order by 1"
        ).fetchall()
    # 59 days since the first, 31 since the second; the third is of another region: nobody's to call.
    assert told == [(CAMBRAI, True, False), (BOULONNAIS, False, True), (outside, False, False)]


def test_what_vigie_set_aside_has_not_vanished(warehouse: Warehouse) -> None:
    raw = region(
        (JAN, [{"code": c, "taux": 50.0} for c in "abcd"]), (FEB, [{"code": "a", "taux": 70.0}])
    )
    raw.tables["lignes_ecartees"].append(
        {"rapport_id": raw.tables["rapports"][-1]["rapport_id"], "feuille": "Actions", "ligne": 9,
         "code_action": "b", "regle_code": "LIG", "contenu_json": "{}"}
    )  # fmt: skip
    with warehouse.replay(raw, FEB, KNOWN, texts=False) as built:
        assert states(built, BOULONNAIS, FEB)["b"] == ("en_cours", True)
        assert value(built, "glissement", "epci", BOULONNAIS, FEB, "disparues") == (2, 4, 50)
        assert known(built, "repartition_statuts", FEB, "sans_nouvelles")[0] == 75
        # 70 is of late; the three others are somewhere between 50 and 100.
        assert known(built, "avancement", FEB) == (55, 4, 25, 55, 92.5)


def test_lateness_and_the_calendar_are_those_of_the_day_of_the_report(warehouse: Warehouse) -> None:
    due = {"date_debut_prevue": date(2025, 1, 1), "date_fin_prevue": date(2025, 2, 10)}
    late = due | {"date_fin_prevue": date(2025, 1, 30)}
    upside_down = {"date_debut_prevue": FEB, "date_fin_prevue": FEB}
    raw = region(
        (JAN, [
            {"code": "a", "taux": 50.0, **due}, {"code": "b", "taux": 50.0, **late},
            {"code": "c", "statut": "realise", **late}, {"code": "d", "taux": 90.0, **upside_down},
        ]),
        (MAR, [{"code": "a", "taux": 50.0, **due}]),
    )  # fmt: skip
    with warehouse.replay(raw, MAR, KNOWN, texts=False) as built:
        assert known(built, "taux_retard", JAN) == (25, 4, 100, 25, 25)
        # Due on 10 February: nobody has said since whether it is done.
        assert known(built, "taux_retard", FEB) == (25, 4, 100, 25, 25)
        since = [
            known(built, "taux_retard", m, "echeance_passee_sans_nouvelles")
            for m in (JAN, FEB, MAR)
        ]
        assert since == [(0, 4, 100, None, None), (25, 4, 100, None, None), (25, 4, 25, None, None)]
        # Late in March, by its own report; b is no longer told of, c was done: never late.
        assert known(built, "taux_retard", MAR) == (50, 4, 25, 25, 75)
        elapsed = built.execute(
            "select code_action, temps_ecoule_pct from marts.fct_etats_mensuels where mois_le = ? order by 1", [FEB]
        ).fetchall()  # fmt: skip
        assert elapsed == [("a", 75), ("b", 100), ("c", 100), ("d", 100)]
        # -25, -50, 0 and -10 on the day of the report, whatever the month.
        assert (
            known(built, "ecart_calendrier", JAN)[0]
            == known(built, "ecart_calendrier", FEB)[0]
            == -21.25
        )


def test_an_unknown_progress_has_a_calendar_of_its_own(warehouse: Warehouse) -> None:
    half = {"date_debut_prevue": date(2025, 1, 11), "date_fin_prevue": date(2025, 2, 20)}
    over = {"date_debut_prevue": date(2024, 1, 1), "date_fin_prevue": date(2024, 12, 31)}
    actions = [
        {"code": "a", "taux": 30.0, **half},
        {"code": "b", "statut": "non_renseigne", **over},
    ]
    with warehouse.replay(region((JAN, actions)), JAN, KNOWN, texts=False) as built:
        # 30 - 50; the other one anywhere from -100 to 100, so that the value never leaves its bounds.
        assert known(built, "ecart_calendrier", JAN) == (-20, 1, 50, -60, 40)


def test_a_target_without_direction_is_out_of_the_count(warehouse: Warehouse) -> None:
    aim = {"valeur_initiale": 0.0, "valeur_cible": 10.0, "valeur_actuelle": 5.0}
    raw = region((JAN, [
        {"code": "a", "sens": "hausse", **aim}, {"code": "b", "sens": "neutre", **aim},
        {"code": "c", **aim, "valeur_initiale": 10.0}, {"code": "d", **aim, "valeur_actuelle": None},
    ]))  # fmt: skip
    with warehouse.replay(raw, JAN, KNOWN, texts=False) as built:
        assert known(built, "atteinte_cibles", JAN) == (50, 1, 50, 25, 75)
        assert known(built, "atteinte_cibles", JAN, "sans_cible")[:2] == (50, 4)


def test_shifts_are_told_among_the_moved_and_over_all(warehouse: Warehouse) -> None:
    end, aim = {"date_fin_prevue": date(2025, 6, 30)}, {"valeur_cible": 10.0}
    moved = {"date_fin_prevue": date(2025, 7, 10)}
    raw = region(
        (JAN, [{"code": str(i), **end, **aim} for i in range(20)]),
        (FEB, [{"code": str(i), **moved, "valeur_cible": 12.0} for i in range(5)]
         + [{"code": str(i), **end, **aim} for i in range(5, 20)]),
    )  # fmt: skip
    with warehouse.replay(raw, FEB, KNOWN, texts=False) as built:
        assert known(built, "glissement", FEB) == (10, 5, 100, None, None)
        assert value(built, "glissement", "epci", BOULONNAIS, FEB, "moyen_jours") == (50, 20, 2.5)
        assert value(built, "glissement", "epci", BOULONNAIS, FEB, "cibles_deplacees") == (
            5,
            20,
            25,
        )
        # Said for the first time, a target is not followed yet.
        assert value(built, "glissement", "epci", BOULONNAIS, JAN, "cibles_deplacees") == (
            0,
            0,
            None,
        )


def test_done_in_its_first_report_without_a_day_is_left_out_of_the_delay(
    warehouse: Warehouse,
) -> None:
    start = {"date_debut_reelle": date(2025, 1, 1)}
    raw = region(
        (JAN, [
            {"code": "a", "statut": "realise", **start}, {"code": "b", **start},
            {"code": "c", "statut": "realise", "date_fin_reelle": date(2025, 1, 11), **start},
        ]),
        (FEB, [{"code": c, "statut": "realise", **start} for c in "abc"]),
    )  # fmt: skip
    with warehouse.replay(raw, FEB, KNOWN, texts=False) as built:
        spent = built.execute(
            "select mois_le, code_action, duree_jours, est_sans_duree from marts.fct_etats_mensuels order by all"
        ).fetchall()
        assert spent == [
            (JAN, "a", None, True), (JAN, "b", 30, False), (JAN, "c", 10, False),
            # c says no day any more, and was done when first seen.
            (FEB, "a", None, True), (FEB, "b", 58, False), (FEB, "c", None, True),
        ]  # fmt: skip
        parts = [
            value(built, "delai_realisation", "epci", BOULONNAIS, m, "sans_duree")[:2]
            for m in (JAN, FEB)
        ]
        assert parts == [(1, 3), (2, 3)]


def test_an_unknown_theme_beside_a_known_one_takes_no_weight(warehouse: Warehouse) -> None:
    raw = region(
        (
            JAN,
            [
                {"code": "a", "themes": ["mobilite", "a_classer"]},
                {"code": "b", "themes": ["a_classer"]},
            ],
        )
    )
    with warehouse.replay(raw, JAN, KNOWN, texts=False) as built:
        weights = built.execute(
            "select action_id, theme_code, poids from marts.pont_actions_themes order by 1"
        ).fetchall()
        assert weights == [(f"{BOULONNAIS}-a", "mobilite", 1), (f"{BOULONNAIS}-b", "a_classer", 1)]


def test_the_money_of_an_abandoned_action_stays_and_is_told_apart(warehouse: Warehouse) -> None:
    def feder(**steps: float) -> list[dict]:
        return [{"financeur": "FEDER", **steps}]

    amounts = {
        "budget_prevu_eur": 100.0,
        "montant_engage_eur": 40.0,
        "montant_paye_eur": 10.0,
        "base_montant": "HT",
    }
    raw = region((JAN, [
        {"code": "a", **amounts, "financements": feder(programme_eur=80.0, engage_eur=50.0, paye_eur=20.0)},
        {"code": "b", **amounts, "statut": "abandonne",
         "financements": feder(programme_eur=40.0, engage_eur=10.0, paye_eur=5.0)},
        {"code": "c", **amounts, "base_montant": "TTC", "financements": feder(programme_eur=60.0)},
        {"code": "d"},
    ]))  # fmt: skip
    with warehouse.replay(raw, JAN, KNOWN, texts=False) as built:
        steps = {
            part: known(built, "cascade_europeenne", JAN, part)
            for part in ("programme", "engage", "paye", "reste_a_concretiser", "paye_abandonnees")
        }
        assert steps == {
            "programme": (180, 3, 100, None, None), "engage": (60, 2, 66.666667, None, None),
            "paye": (25, 2, 66.666667, None, None), "paye_abandonnees": (5, 1, 100, None, None),
            # 60 + 35 told; the payment of the third is not.
            "reste_a_concretiser": (95, 2, 66.666667, 95, 155),
        }  # fmt: skip
        assert value(built, "taux_paiement", "epci", BOULONNAIS, JAN, "ht") == (20, 80, 25)
        # The action in TTC is not missing from HT; the one without amounts is, from both.
        assert known(built, "budget_prevu", JAN, "ht") == (100, 1, 50, None, None)
        assert known(built, "budget_prevu", JAN, "ttc") == (100, 1, 50, None, None)


def test_punctuality_is_the_day_in_paris_when_the_channel_received(warehouse: Warehouse) -> None:
    action = [{"code": "a"}]
    for received, deposited, expected in (
        (datetime(2025, 2, 15, 22, 30), None, "a_l_heure"),
        # 00:30 on the 16th in Paris.
        (datetime(2025, 2, 15, 23, 30), None, "en_retard"),
        # The file says the 1st: its own clock, which nobody saw.
        (datetime(2025, 2, 20, 8), datetime(2025, 2, 1), "en_retard"),
    ):
        raw = Raw()
        raw.register({BOULONNAIS: date(2024, 1, 1)})
        raw.report(BOULONNAIS, JAN, action, known=received)
        raw.tables["rapports"][-1]["depose_le"] = deposited
        with warehouse.replay(raw, JAN, KNOWN, texts=False) as built:
            assert known(built, "ponctualite", JAN, expected)[0] == 100, (received, expected)


def test_a_report_that_waits_for_the_region_is_not_absent(warehouse: Warehouse) -> None:
    raw = Raw()
    raw.register({BOULONNAIS: date(2024, 1, 1)})
    name = raw.report(BOULONNAIS, JAN, [{"code": "a"}], known=at(JAN, later=3), verdict="a_valider")
    raw.decide(name, "refuse", datetime(2025, 4, 1))
    parts = ("a_l_heure", "en_retard", "en_attente", "absent")
    for moment, expected in ((datetime(2025, 3, 20), (0, 0, 100, 0)), (KNOWN, (0, 0, 0, 100))):
        with warehouse.replay(raw, JAN, moment, texts=False) as built:
            assert tuple(known(built, "ponctualite", JAN, p)[0] for p in parts) == expected


def test_a_month_that_has_begun_is_marked(warehouse: Warehouse) -> None:
    raw = region((JAN, [{"code": "a"}]), (date(2025, 4, 3), [{"code": "a"}]))
    marked = "select distinct mois_le from marts.fct_indicateurs where est_mois_entame"
    current = "select mois_le from marts.indicateurs_region where {}"
    with warehouse.replay(raw, APRIL, KNOWN, texts=False) as built:
        assert built.execute(marked).fetchall() == [(APRIL,)]
        assert built.execute(current.format("est_dernier_mois_plein")).fetchall() == [(MAR,)]
        assert built.execute(current.format("est_mois_entame")).fetchall() == [(APRIL,)]
    with warehouse.replay(raw, MAR, KNOWN, texts=False) as built:
        assert built.execute(marked).fetchall() == []
        assert built.execute(current.format("est_dernier_mois_plein")).fetchall() == [(MAR,)]
