"""What a session showed, against what is known since: trend, revision and their causes."""

from datetime import date, datetime

from dbt_replay import Warehouse
from raw_rows import BOULONNAIS, CALAISIS, Raw, at
from shown import FEB, JAN, KNOWN, MAR, value

from vigie.decisions.sessions import SHOWN


def hold(warehouse: Warehouse, raw: Raw, situation: date, known: datetime) -> None:
    """The session `copil`: what was shown of `situation` as it was `known` joins the raw rows."""
    with warehouse.replay(raw, situation, known, texts=False) as then:
        shown = then.execute(SHOWN)
        names = [column[0] for column in shown.description]
        values = shown.fetchall()
    raw.tables["seances"].append(
        {
            "seance_code": "copil", "nom": "COPIL", "date_situation": situation, "connu_le": known,
            "publication_id": "x", "empreinte": "y",
        }
    )  # fmt: skip
    raw.tables["seances_valeurs"] += [
        {"seance_code": "copil"} | dict(zip(names, row, strict=True)) for row in values
    ]


def test_sessions_give_trend_and_revision_and_name_the_report_behind(warehouse: Warehouse) -> None:
    raw = Raw()
    raw.register({BOULONNAIS: date(2024, 1, 1)})
    raw.report(BOULONNAIS, JAN, [{"code": "a", "taux": 20.0}], known=at(JAN, later=3))
    late = raw.report(BOULONNAIS, JAN, [{"code": "a", "taux": 30.0}], known=at(JAN, later=30))
    raw.report(BOULONNAIS, FEB, [{"code": "a", "taux": 10.0}])
    hold(warehouse, raw, JAN, datetime(2025, 2, 10))
    with warehouse.replay(raw, FEB, KNOWN, texts=False) as built:
        assert value(built, "tendance", "epci", BOULONNAIS, FEB, "avancement") == (10, None, -10)
        assert value(built, "revision", "epci", BOULONNAIS, JAN, "avancement") == (30, None, 10)
        assert value(built, "revision", "epci", BOULONNAIS, JAN, "taux_demarrage") == (100, None, 0)
        changed = built.execute(
            "select indicateur_code, modalite_code, revision, rapports_nb from marts.revisions"
            " where maille_code = 'epci' order by all"
        )
        assert changed.fetchall() == [("avancement", "total", 10, 1)]
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


def test_a_declared_figure_said_otherwise_since_a_session_is_revised_part_by_part(
    warehouse: Warehouse,
) -> None:
    raw = Raw()
    raw.register({siren: date(2024, 1, 1) for siren in (BOULONNAIS, CALAISIS)})
    start, end = date(2024, 1, 1), date(2025, 12, 31)
    told = [("RCO14", start, "vi", 0.0), ("RCO14", JAN, "va", 20.0), ("RCO14", end, "vc", 100.0)]
    for siren in (BOULONNAIS, CALAISIS):
        raw.report(siren, JAN, [{"code": "a", "taux": 20.0}])
        raw.long(siren, told, known=at(JAN, later=3))
    hold(warehouse, raw, JAN, datetime(2025, 2, 10))
    raw.long(BOULONNAIS, [*told[:1], ("RCO14", JAN, "va", 30.0)], known=at(JAN, later=30))
    raw.long(CALAISIS, told, known=at(JAN, later=30))
    raw.long(CALAISIS, [("RCO14", end, "vc", None)], known=at(JAN, later=31), name="sans cible")
    with warehouse.replay(raw, FEB, KNOWN, texts=False) as built:
        changed = built.execute(
            "select territoire_code, modalite_code, valeur_montree, valeur_connue, rapports_nb"
            " from marts.revisions where indicateur_code = 'RCO14' and maille_code = 'epci' order by 1, 2"
        ).fetchall()
        assert changed == [
            (CALAISIS, "cible_finale", 100, None, 1),
            (CALAISIS, "progression_annuelle_pct", 20, None, 1),
            (CALAISIS, "progression_finale_pct", 20, None, 1),
            (BOULONNAIS, "progression_annuelle_pct", 20, 30, 1),
            (BOULONNAIS, "progression_finale_pct", 20, 30, 1),
            (BOULONNAIS, "valeur", 20, 30, 1),
        ]
        # Said again as it was, a value explains nothing; nor does a value explain a figure of actions.
        causes = built.execute(
            "select siren_epci, date_situation, cause_code from marts.revisions_causes order by 1"
        ).fetchall()
        assert causes == [(CALAISIS, JAN, "correction"), (BOULONNAIS, JAN, "correction")]
        others = "select count(*) from marts.revisions where indicateur_code = 'avancement'"
        assert built.execute(others).fetchone() == (0,)
        whole = built.execute(
            "select modalite_code, rapports_nb from marts.revisions"
            " where indicateur_code = 'RCO14' and maille_code = 'region' order by 1"
        ).fetchall()
        assert ("valeur", 2) in whole


def test_a_figure_that_the_reports_of_others_move_names_them(warehouse: Warehouse) -> None:
    raw = Raw()
    raw.register({BOULONNAIS: date(2024, 1, 1), CALAISIS: date(2024, 1, 1)})
    raw.report(BOULONNAIS, JAN, [{"code": "a", "themes": ["mobilite"]}])
    raw.report(CALAISIS, JAN, [{"code": "b", "themes": ["mobilite"]}])
    hold(warehouse, raw, JAN, datetime(2025, 2, 10))
    raw.report(CALAISIS, JAN, [{"code": "b", "themes": ["tourisme"]}], known=at(JAN, later=30))
    with warehouse.replay(raw, FEB, KNOWN, texts=False) as built:
        changed = built.execute(
            "select distinct rapports_nb from marts.revisions"
            " where indicateur_code = 'melange_thematique' and territoire_code = ?",
            [BOULONNAIS],
        ).fetchall()
    assert changed == [(1,)]


def test_what_moves_no_figure_is_no_cause_of_a_revision(warehouse: Warehouse) -> None:
    raw = Raw()
    raw.register({BOULONNAIS: date(2024, 1, 1)})
    raw.report(BOULONNAIS, JAN, [{"code": "a", "taux": 20.0}], known=at(JAN, later=3))
    never = raw.report(
        BOULONNAIS, JAN, [{"code": "a"}], verdict="a_valider", known=at(JAN, later=4)
    )
    once = raw.report(CALAISIS, JAN, [{"code": "a"}], verdict="a_valider", known=at(JAN, later=4))
    raw.decide(once, "approuve", datetime(2025, 2, 8))
    hold(warehouse, raw, JAN, datetime(2025, 2, 10))
    raw.report(BOULONNAIS, JAN, [], known=at(JAN, later=30), name="vide", received=3)
    raw.decide(never, "refuse", datetime(2025, 2, 12))
    raw.decide(once, "refuse", datetime(2025, 2, 12))
    with warehouse.replay(raw, FEB, KNOWN, texts=False) as built:
        causes = built.execute("select rapport_id, cause_code from marts.revisions_causes")
        assert causes.fetchall() == [(once, "decision")]


def test_a_merger_since_a_session_explains_what_it_changed(warehouse: Warehouse) -> None:
    raw = Raw()
    raw.register({BOULONNAIS: date(2024, 1, 1), CALAISIS: date(2024, 1, 1)})
    raw.report(BOULONNAIS, JAN, [{"code": "a", "taux": 20.0}])
    absorbed = raw.report(CALAISIS, JAN, [{"code": "b", "taux": 40.0}])
    hold(warehouse, raw, JAN, datetime(2025, 2, 10))
    merge = (
        "insert into vigie.referentiel.territoires_alias (siren_ancien, siren_epci, fin_le)"
        f" values ('{CALAISIS}', '{BOULONNAIS}', date '2025-02-15')"
    )
    gone = f"delete from vigie.referentiel.territoires where siren_epci = '{CALAISIS}'"
    with warehouse.replay(raw, FEB, KNOWN, seeds=[merge, gone], texts=False) as built:
        changed = built.execute(
            "select territoire_code, valeur_montree, valeur_connue, rapports_nb from marts.revisions"
            " where indicateur_code = 'avancement' and modalite_code = 'total' and maille_code = 'epci'"
            " order by valeur_montree"
        ).fetchall()
        assert changed == [(BOULONNAIS, 20, 30, 1), (CALAISIS, 40, None, 1)]
        causes = (
            "select rapport_id, siren_epci, siren_depose, cause_code from marts.revisions_causes"
        )
        assert built.execute(causes).fetchall() == [(absorbed, BOULONNAIS, CALAISIS, "fusion")]


def test_a_session_held_within_a_month_is_revised_at_the_end_of_the_month_before(
    warehouse: Warehouse,
) -> None:
    held = date(2025, 2, 20)
    raw = Raw()
    raw.register({BOULONNAIS: date(2024, 1, 1)})
    raw.report(BOULONNAIS, JAN, [{"code": "a", "taux": 20.0}])
    raw.report(
        BOULONNAIS, date(2025, 2, 15), [{"code": "a", "taux": 25.0}], known=datetime(2025, 2, 16)
    )
    hold(warehouse, raw, held, datetime(2025, 2, 20, 12))
    raw.report(BOULONNAIS, JAN, [{"code": "a", "taux": 30.0}], known=at(FEB, later=3))
    raw.report(BOULONNAIS, date(2025, 2, 18), [{"code": "a", "taux": 70.0}], known=at(FEB, later=3))
    revised = (
        "select mois_le, valeur_montree, valeur_connue, rapports_nb from marts.revisions"
        " where indicateur_code = 'avancement' and modalite_code = 'total' and maille_code = 'epci'"
    )
    with warehouse.replay(raw, MAR, KNOWN, texts=False) as built:
        # The second report speaks of the date of the session, not of the one compared.
        assert built.execute(revised).fetchall() == [(JAN, 20, 30, 1)]
        assert value(built, "tendance", "epci", BOULONNAIS, MAR, "avancement") == (70, None, 45)
        assert value(built, "revision", "epci", BOULONNAIS, JAN, "avancement") == (30, None, 10)
    with warehouse.replay(raw, held, KNOWN, texts=False) as same_day:
        assert same_day.execute(revised).fetchall() == [(held, 25, 70, 2)]


def test_a_trend_is_that_of_the_same_actions_with_the_same_target(warehouse: Warehouse) -> None:
    raw = Raw()
    raw.register({BOULONNAIS: date(2024, 1, 1)})
    aimed = {"valeur_initiale": 0.0, "sens": "hausse", "valeur_actuelle": 5.0}
    raw.report(
        BOULONNAIS, JAN,
        [
            {"code": "kept", "taux": 50.0}, {"code": "moved", "taux": 90.0, "valeur_cible": 10.0, **aimed},
            {"code": "gone", "taux": 100.0}, {"code": "dropped", "taux": 80.0},
            {"code": "secret", "taux": 100.0},
        ],
    )  # fmt: skip
    hold(warehouse, raw, JAN, datetime(2025, 2, 10))
    raw.report(
        BOULONNAIS, FEB,
        [
            {"code": "kept", "taux": 46.0}, {"code": "moved", "taux": 0.0, "valeur_cible": 20.0, **aimed},
            {"code": "new", "taux": 0.0}, {"code": "dropped", "taux": 80.0, "statut": "abandonne"},
            {"code": "secret", "taux": 0.0, "est_confidentielle": True},
        ],
    )  # fmt: skip
    trend = "select tendance, comparees_nb from intermediaire.int_tendances where maille_code = 'epci' and {}"
    alerts = (
        "select count(*) from marts.alertes where alerte_code = 'tendance_en_baisse'"
        " and indicateur_code = 'avancement'"
    )
    with warehouse.replay(raw, FEB, KNOWN, texts=False) as built:
        progress = built.execute(
            trend.format("theme_code = 'tous' and indicateur_code = 'avancement'")
        )
        # All the others went down; the one that can be compared did so by less than the threshold.
        assert progress.fetchall() == [(-4, 1)]
        assert built.execute(alerts).fetchone() == (0,)
        aims = built.execute(trend.format("indicateur_code = 'atteinte_cibles'"))
        assert aims.fetchall() == []
    raw.tables["lignes"][-5]["taux_avancement_pct"] = 44.0
    with warehouse.replay(raw, FEB, KNOWN, texts=False) as built:
        assert built.execute(alerts).fetchone() == (1,)
    # Seven weeks later, without news, nobody knows whether it still is so.
    with warehouse.replay(raw, date(2025, 4, 18), KNOWN, texts=False) as built:
        assert built.execute(alerts).fetchone() == (0,)
