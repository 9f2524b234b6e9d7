"""The attacker: whoever subtracts what is published from what is published finds at least three actions together."""

from collections.abc import Iterator
from datetime import date, datetime

import duckdb
import pytest
from attacker import alone, hidden
from dbt_replay import Warehouse, core_territories
from raw_rows import Raw, at, month_ends, sample_region

from vigie.reference.measures import measures


@pytest.fixture(scope="module", params=["sample", "hand_made"])
def published(
    warehouse: Warehouse, request: pytest.FixtureRequest
) -> Iterator[duckdb.DuckDBPyConnection]:
    """What an attacker holds: a region where many actions are confidential."""
    raw = hand_made() if request.param == "hand_made" else crowded()
    with warehouse.replay(raw, texts=False) as connection:
        connection.execute("use vigie")
        yield connection


def crowded() -> Raw:
    raw = sample_region(core_territories(12), seed=11)
    for line in raw.tables["lignes"]:
        # One action in three, the same ones in every report.
        line["est_confidentielle"] = line["code_action"] in ("A1", "A4", "A7")
    return raw


def hand_made() -> Raw:
    """Two alone in one territory, one in another, four in a third; one more comes, one leaves."""
    raw = Raw()
    one, two, three, *_ = core_territories(3)
    raw.register(dict.fromkeys((one, two, three), date(2024, 1, 15)))
    plans = {one: 2, two: 1, three: 4}
    for n, end in enumerate(month_ends(date(2025, 1, 1), 6)):
        for siren, secrets in plans.items():
            secrets += siren == two and n >= 2
            raw.report(siren, end, [
                {"code": f"A{a}", "taux": 10.0 * a, "budget_prevu_eur": 1000.0 + a, "base_montant": "HT",
                 "themes": [("mobilite", "tourisme")[a % 2]], "date_fin_prevue": date(2025, 5, 15),
                 "est_confidentielle": a < secrets and not (siren == three and a == 0 and n == 5)}
                for a in range(6)
            ], known=at(end, later=5))  # fmt: skip
    return raw


@pytest.mark.parametrize(("code", "part"), list(measures().counts))
def test_no_subtraction_leaves_one_or_two_actions(
    published: duckdb.DuckDBPyConnection, code: str, part: str
) -> None:
    assert alone(published, code, part) == []


@pytest.mark.parametrize(
    ("code", "part", "told"),
    [
        ("repartition_statuts", "fait", "est_statut_connu"),
        ("avancement", "total", "taux_avancement_pct is not null"),
    ],
)
def test_the_coverage_of_a_figure_leaves_no_one_or_two_actions_either(
    published: duckdb.DuckDBPyConnection, code: str, part: str, told: str
) -> None:
    left = published.execute(
        f"""
        with portees as (
            select 'epci' as maille_code, siren_epci as territoire_code, siren_epci from marts.dim_territoires
            union all
            select 'departement', departement_code, siren_epci from marts.dim_territoires where est_dans_denominateur
            union all
            select 'region', region_code, siren_epci from marts.dim_territoires where est_dans_denominateur
        ),
        montrees as (
            select maille_code, territoire_code, mois_le, count(*) as n from marts.fct_etats_mensuels
            join portees using (siren_epci) where est_dans_perimetre and est_fraiche and ({told}) group by all
        ),
        perimetres as (
            select maille_code, territoire_code, mois_le, denominateur as perimetre from marts.fct_indicateurs
            where indicateur_code = 'repartition_statuts' and modalite_code = 'fait'
        )
        select distinct round(f.couverture_pct / 100 * perimetre - coalesce(n, 0), 6)
        from marts.fct_indicateurs as f join perimetres using (maille_code, territoire_code, mois_le)
        left join montrees using (maille_code, territoire_code, mois_le)
        where f.indicateur_code = '{code}' and f.modalite_code = '{part}' and perimetre > 0
            and f.maille_code in ('epci', 'departement', 'region')
        """
    ).fetchall()
    assert any(n >= 3 for (n,) in left)
    assert [n for (n,) in left if n < 0 or 0 < n < 3] == []


def test_some_confidential_actions_count_at_each_level_and_the_rest_is_said(
    published: duckdb.DuckDBPyConnection,
) -> None:
    counted = dict(
        published.execute(
            "select niveau, count(*) from intermediaire.int_actions__confidentielles group by niveau"
        ).fetchall()
    )
    assert counted.keys() >= {"epci"}
    left = hidden(published, "taux_abandon", "total")
    assert any(n >= 3 for (mesh, *_), (n, *_) in left.items() if mesh == "region")
    said = published.execute(
        "select distinct maille_code from marts.fct_indicateurs where a_confidentielles_exclues"
        " and indicateur_code = 'taux_abandon'"
    ).fetchall()
    assert {mesh for (mesh,) in said} >= {"epci", "theme", "epci_theme"}
    silent = published.execute(
        "select count(*) from marts.fct_indicateurs where a_confidentielles_exclues"
        " and indicateur_code in ('ponctualite', 'couverture_feuilles_de_route')"
    ).fetchone()
    assert silent == (0,)


def test_what_was_said_to_a_sender_of_a_confidential_action_is_not_published(
    warehouse: Warehouse,
) -> None:
    raw = Raw()
    (siren,) = core_territories(1)
    end = date(2025, 1, 31)
    report = raw.report(
        siren, end, [{"code": "A1", "est_confidentielle": True}, {"code": "A2"}], ecartees_nb=3
    )
    place = {"rapport_id": report, "feuille": "Actions"}
    for line, value in ((2, "Étude foncière"), (3, "Guichet"), (9, "Rachat")):
        raw.tables["controles"].append(place | {
            "ligne": line, "regle_code": "LIG", "severite": "mineure", "valeur": value,
            "message": f"« {value} » est long.", "consigne": f"Raccourcir « {value} ».",
        })  # fmt: skip
    for line, code, content in (
        (9, "S1", '{"code_action": "S1", "confidentiel": "à voir"}'), (10, "S2", '{"confidentiel": "Non"}'),
        (11, "A1", '{"code_action": "A1"}'),
    ):  # fmt: skip
        raw.tables["lignes_ecartees"].append(
            place
            | {"ligne": line, "code_action": code, "regle_code": "LIG", "contenu_json": content}
        )
    raw.tables["subventions"].append(
        {
            "rapport_id": "subv",
            "ligne": 2,
            "siren_epci": siren,
            "montant_eur": 5,
            "code_action": "A1",
        }
    )
    raw._receipt("subv", "subventions", datetime(2025, 2, 1))
    with warehouse.replay(raw, texts=False) as connection:
        messages = connection.execute(
            "select message || consigne from vigie.qualite.controles order by ligne"
        ).fetchall()
        assert [("Guichet" in text, "Étude" in text or "Rachat" in text) for (text,) in messages] == [
            (False, False), (True, False), (False, False),
        ]  # fmt: skip
        codes = connection.execute(
            "select code_action from vigie.qualite.lignes_ecartees order by ligne"
        ).fetchall()
        assert codes == [(None,), ("S2",), (None,)]
        granted = connection.execute(
            "select code_action from vigie.marts.fct_subventions"
        ).fetchall()
        assert granted == [(None,)]
