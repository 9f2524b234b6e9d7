"""What becomes of reports and actions over time, and of bad input."""

from datetime import date, datetime

import duckdb
import pytest
from dbt_replay import Warehouse
from raw_rows import BOULONNAIS, CALAISIS, CALAISIS_BEFORE_2020, CAMBRAI, Raw, at

JAN, FEB, MAR = date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31)
KNOWN = datetime(2025, 4, 20, 12)


def states(
    built: duckdb.DuckDBPyConnection, siren: str, month: date
) -> dict[str, tuple[str, bool]]:
    rows = built.execute(
        "select code_action, statut_code, est_non_rapportee from marts.fct_etats_mensuels"
        " where siren_epci = ? and mois_le = ?",
        [siren, month],
    ).fetchall()
    return {code: (status, missing) for code, status, missing in rows}


def value(
    built: duckdb.DuckDBPyConnection,
    code: str,
    mesh: str,
    place: str,
    month: date,
    part: str = "total",
) -> tuple:
    row = built.execute(
        "select numerateur, denominateur, valeur from marts.fct_indicateurs where indicateur_code = ? and"
        " maille_code = ? and territoire_code = ? and theme_code = 'tous' and mois_le = ? and modalite_code = ?",
        [code, mesh, place, month, part],
    ).fetchone()
    return row or ()


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


def test_a_theme_and_a_status_withdrawn_from_the_reference_are_still_read(
    warehouse: Warehouse,
) -> None:
    raw = Raw()
    raw.register({BOULONNAIS: date(2024, 1, 1)})
    actions = [
        {"code": "a", "statut": "suspendu_2023", "themes": ["ancien_theme"]},
        {"code": "b", "statut": "jamais_vu", "themes": ["inconnu", "disparu"]},
    ]
    raw.report(BOULONNAIS, JAN, actions)
    renamed = [
        "insert into vigie.referentiel.themes_alias (alias, theme_code) values ('ancien_theme', 'mobilite')",
        "insert into vigie.referentiel.statuts_alias (alias, statut_code) values ('suspendu_2023', 'en_pause')",
    ]
    with warehouse.replay(raw, JAN, KNOWN, seeds=renamed, texts=False) as built:
        assert states(built, BOULONNAIS, JAN) == {
            "a": ("en_pause", False),
            "b": ("non_renseigne", False),
        }
        bridge = built.execute(
            "select code_action, theme_code, poids from marts.pont_actions_themes"
            " join marts.fct_actions using (action_id) order by 1"
        )
        assert bridge.fetchall() == [("a", "mobilite", 1.0), ("b", "a_classer", 1.0)]


def test_a_theme_retired_between_two_years_keeps_the_months_when_it_was_used(
    warehouse: Warehouse,
) -> None:
    raw = Raw()
    raw.register({BOULONNAIS: date(2024, 1, 1)})
    december = date(2024, 12, 31)
    raw.report(BOULONNAIS, december, [{"code": "a", "themes": ["mobilite_2024", "tourisme"]}])
    raw.report(BOULONNAIS, FEB, [{"code": "a", "themes": ["tourisme"], "statut": "realise"}])
    renamed = [
        "insert into vigie.referentiel.themes_alias (alias, theme_code) values ('mobilite_2024', 'mobilite')"
    ]
    with warehouse.replay(raw, FEB, KNOWN, seeds=renamed, texts=False) as built:
        rows = built.execute(
            "select mois_le, theme_code, denominateur, valeur from marts.fct_indicateurs"
            " where indicateur_code = 'taux_realisation' and maille_code = 'epci_theme' order by all"
        ).fetchall()
    assert rows == [
        (december, "mobilite", 0.5, 0), (december, "tourisme", 0.5, 0),
        (JAN, "mobilite", 0.5, 0), (JAN, "tourisme", 0.5, 0),
        (FEB, "tourisme", 1, 100),
    ]  # fmt: skip


def test_one_action_alone_gives_its_figures_and_no_median(warehouse: Warehouse) -> None:
    raw = Raw()
    raw.register({BOULONNAIS: date(2024, 1, 1)})
    alone = {
        "code": "a",
        "taux": 30.0,
        "themes": ["mobilite"],
        "date_fin_prevue": date(2025, 1, 1),
        "date_debut_reelle": date(2024, 6, 1),
    }
    raw.report(BOULONNAIS, JAN, [alone])
    with warehouse.replay(raw, JAN, KNOWN) as built:
        assert value(built, "avancement", "region", "32", JAN) == (30, 1, 30)
        assert value(built, "taux_retard", "region", "32", JAN) == (1, 1, 100)
        assert value(built, "glissement", "region", "32", JAN) == (None, 1, None)
        assert value(built, "delai_realisation", "region", "32", JAN) == (0, 1, None)
        assert value(built, "anciennete_rapport", "region", "32", JAN)[2] is None
        # Nobody else to look like, nobody to compare with.
        assert value(built, "melange_thematique", "epci", BOULONNAIS, JAN)[2] is None
        assert value(built, "comparaison_pairs", "epci", BOULONNAIS, JAN, "avancement") == (
            None,
            1,
            None,
        )
        assert built.execute("select count(*) from marts.jumeaux_actions").fetchone() == (0,)


@pytest.mark.parametrize(
    ("sense", "current", "reached"),
    [
        ("hausse", 10.0, 100),
        ("hausse", 9.0, 0),
        ("baisse", 10.0, 100),
        ("baisse", 11.0, 0),
        ("neutre", 10.0, None),
        (None, 10.0, None),
    ],
)
def test_a_target_equal_to_its_initial_value_is_reached_or_not_and_never_divided_by_zero(
    warehouse: Warehouse, sense: str | None, current: float, reached: float | None
) -> None:
    raw = Raw()
    raw.register({BOULONNAIS: date(2024, 1, 1)})
    same = {
        "valeur_initiale": 10.0,
        "valeur_cible": 10.0,
        "valeur_actuelle": current,
        "sens": sense,
    }
    raw.report(BOULONNAIS, JAN, [{"code": "a", **same}])
    with warehouse.replay(raw, JAN, KNOWN, texts=False) as built:
        assert value(built, "atteinte_cibles", "epci", BOULONNAIS, JAN)[2] == reached


def test_denominators_of_zero_give_nothing_in_any_indicator(warehouse: Warehouse) -> None:
    raw = Raw()
    raw.register({BOULONNAIS: date(2024, 1, 1)})
    empty = {
        "budget_prevu_eur": 0.0,
        "montant_engage_eur": 0.0,
        "montant_paye_eur": 0.0,
        "base_montant": "HT",
    }
    raw.report(BOULONNAIS, JAN, [{"code": "a", "statut": "non_renseigne", **empty}])
    raw.report(CALAISIS, JAN, [{"code": "a", "statut": "abandonne"}])
    with warehouse.replay(raw, JAN, KNOWN, texts=False) as built:
        wrong = built.execute(
            "select indicateur_code from marts.fct_indicateurs where denominateur = 0 and valeur is not null"
        ).fetchall()
        assert wrong == []
        for code, part in (
            ("taux_engagement", "ht"),
            ("taux_paiement", "ht"),
            ("taux_retard", "total"),
        ):
            assert value(built, code, "epci", BOULONNAIS, JAN, part) == (0, 0, None)
        assert value(built, "avancement", "epci", BOULONNAIS, JAN) == (0, 0, None)
        assert value(built, "taux_realisation", "epci", CALAISIS, JAN) == (0, 0, None)


def test_a_cut_off_before_the_first_report_gives_an_empty_house_that_stands(
    warehouse: Warehouse,
) -> None:
    raw = Raw()
    raw.register({BOULONNAIS: date(2025, 6, 1)})
    raw.report(BOULONNAIS, MAR, [{"code": "a"}])
    with warehouse.replay(raw, JAN, KNOWN) as built:
        assert built.execute("select count(*) from marts.fct_actions").fetchone() == (0,)
        assert built.execute("select mois_le from marts.dim_dates").fetchall() == [(JAN,)]
        assert value(built, "couverture_feuilles_de_route", "region", "32", JAN) == (0, 90, 0)
        # Nobody was expected: no share of nothing.
        assert value(built, "ponctualite", "region", "32", JAN, "absent") == (0, 0, None)


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


def test_sessions_give_trend_and_revision_and_name_the_report_behind(warehouse: Warehouse) -> None:
    raw = Raw()
    raw.register({BOULONNAIS: date(2024, 1, 1)})
    raw.report(BOULONNAIS, JAN, [{"code": "a", "taux": 20.0}], known=at(JAN, later=3))
    late = raw.report(BOULONNAIS, JAN, [{"code": "a", "taux": 30.0}], known=at(JAN, later=30))
    raw.report(BOULONNAIS, FEB, [{"code": "a", "taux": 10.0}])
    session = {
        "seance_code": "copil", "nom": "COPIL", "date_situation": JAN, "connu_le": datetime(2025, 2, 10),
        "publication_id": "x", "empreinte": "y",
    }  # fmt: skip
    with warehouse.replay(raw, JAN, datetime(2025, 2, 10), texts=False) as then:
        shown = then.execute(
            "select indicateur_code, maille_code, territoire_code, theme_code, modalite_code, mois_le, numerateur,"
            " denominateur, valeur from marts.fct_indicateurs"
        ).fetchall()
    names = (
        "indicateur_code",
        "maille_code",
        "territoire_code",
        "theme_code",
        "modalite_code",
        "mois_le",
        "numerateur",
        "denominateur",
        "valeur",
    )
    raw.tables["seances"].append(session)
    raw.tables["seances_valeurs"] += [
        {"seance_code": "copil"} | dict(zip(names, row, strict=True)) for row in shown
    ]
    with warehouse.replay(raw, FEB, KNOWN, texts=False) as built:
        assert value(built, "tendance", "epci", BOULONNAIS, FEB, "avancement") == (10, None, -10)
        assert value(built, "revision", "epci", BOULONNAIS, JAN, "avancement") == (30, None, 10)
        assert value(built, "revision", "epci", BOULONNAIS, JAN, "taux_demarrage") == (100, None, 0)
        changed = built.execute(
            "select indicateur_code, revision, rapports_nb from marts.revisions where maille_code = 'epci'"
        )
        assert changed.fetchall() == [("avancement", 10, 1)]
        assert built.execute(
            "select rapport_id, cause_code from marts.revisions_causes"
        ).fetchall() == [(late, "correction")]
        alerts = built.execute(
            "select alerte_code from marts.alertes where indicateur_code = 'avancement'"
        ).fetchall()
        assert ("tendance_en_baisse",) in alerts
    # As of the session itself, it does not know of itself.
    with warehouse.replay(raw, JAN, datetime(2025, 2, 10), texts=False) as again:
        assert again.execute("select count(*) from marts.dim_seances").fetchone() == (0,)
