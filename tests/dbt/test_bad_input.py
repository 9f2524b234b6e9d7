"""What the reference no longer knows, what is empty or alone: nothing is divided by zero nor lost."""

from datetime import date

import pytest
from dbt_replay import Warehouse
from raw_rows import BOULONNAIS, CALAISIS, Raw
from shown import FEB, JAN, KNOWN, MAR, states, value


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
        assert value(built, "glissement", "region", "32", JAN) == (None, 0, None)
        assert value(built, "delai_realisation", "region", "32", JAN) == (0, 1, None)
        assert value(built, "anciennete_rapport", "region", "32", JAN)[2] is None
        # Nobody else to look like, nobody to compare with.
        assert value(built, "melange_thematique", "epci", BOULONNAIS, JAN)[2] is None
        assert value(built, "comparaison_pairs", "epci", BOULONNAIS, JAN, "avancement") == (
            None,
            0,
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


@pytest.mark.parametrize("verdict", [None, "rejete", "a_valider"])
def test_a_demonstration_is_said_to_be_one_before_its_first_report_counts(
    warehouse: Warehouse, verdict: str | None
) -> None:
    raw = Raw()
    raw.register({BOULONNAIS: date(2024, 1, 1)})
    if verdict:
        raw.report(BOULONNAIS, JAN, [{"code": "a"}], verdict=verdict)
    wanted = ["publication"]
    with warehouse.replay(raw, JAN, KNOWN, texts=False, models=wanted) as built:
        shown = built.execute("select donnees_fictives, rapports_nb from marts.publication")
        assert shown.fetchall() == [(True, 0)]


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
