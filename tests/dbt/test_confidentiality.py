"""The attacker: whoever subtracts what is published from what is published finds at least three actions together."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime

import duckdb
import pytest
from dbt_replay import Warehouse, core_territories
from raw_rows import Raw, at, month_ends, sample_region

from vigie.trace_counts import COUNTS

PARENTS = {"departement": "epci", "region": "departement"}
LEVELS = {"epci": "siren_epci", "departement": "departement_code", "region": "region_code"}
Cell = tuple[str, str, date]


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


def hidden(
    connection: duckdb.DuckDBPyConnection, code: str, part: str
) -> dict[Cell, tuple[float, ...]]:
    """Per cell, what is left of a figure once the published rows are taken away: actions, numerator, denominator."""
    count = COUNTS[code, part]
    left: dict[Cell, tuple[float, ...]] = {}
    for mesh, theme_mesh in (
        ("epci", "epci_theme"),
        ("departement", "departement_theme"),
        ("region", "theme"),
    ):
        place = LEVELS[mesh]
        inside = "" if mesh == "epci" else "and t.est_dans_denominateur"
        for name, bridge, theme, weight in (
            (mesh, "", "'tous'", "1.0"),
            (theme_mesh, "join marts.pont_lignes_themes p using (rapport_id, feuille, ligne)", "p.theme_code",
             "p.poids" if count.is_weighted else "1.0"),
        ):  # fmt: skip
            rows = connection.execute(
                f"""
                with montrees as (
                    select t.{place} as territoire_code, {theme} as theme_code, e.mois_le, count(*) as n,
                        sum({weight} * ({count.numerator})) as num, sum({weight} * ({count.denominator})) as den
                    from marts.fct_etats_mensuels e join marts.dim_territoires t using (siren_epci) {bridge}
                    where ({count.rows}) {inside} group by all
                )
                select territoire_code, theme_code, mois_le, f.n_nb - coalesce(n, 0),
                    f.numerateur - coalesce(num, 0), f.denominateur - coalesce(den, 0)
                from marts.fct_indicateurs f left join montrees using (territoire_code, theme_code, mois_le)
                where f.indicateur_code = ? and f.modalite_code = ? and f.maille_code = ?
                """,
                [code, part, name],
            ).fetchall()
            for territory, theme_code, month, *values in rows:
                left[name, f"{territory} {theme_code}", month] = tuple(v or 0 for v in values)
    return left


@pytest.mark.parametrize(("code", "part"), list(COUNTS))
def test_no_subtraction_leaves_one_or_two_actions(
    published: duckdb.DuckDBPyConnection, code: str, part: str
) -> None:
    left = hidden(published, code, part)
    region_of = dict(
        published.execute(
            "select siren_epci, departement_code from marts.dim_territoires"
        ).fetchall()
    )
    told = [(cell, n) for cell, (n, *_) in left.items() if n in (1, 2) or n < 0]
    # A figure of whole lots has nothing left where no action is: a sum without its actions is a leak too.
    told += [
        (cell, v) for cell, v in left.items() if not v[0] and max(abs(x) for x in v[1:]) > 1e-6
    ]
    by_theme = [cell for cell, (n, *_) in left.items() if cell[0].endswith("theme") and n]
    children: dict[Cell, float] = defaultdict(float)
    for (mesh, place, month), (n, *_) in left.items():
        siren, theme = place.split(" ")
        if mesh == "epci" and siren in region_of:
            children["departement", f"{region_of[siren]} {theme}", month] += n
        elif mesh == "departement":
            children["region", f"32 {theme}", month] += n
    told += [
        (cell, left[cell][0] - below)
        for cell, below in children.items()
        if cell in left and left[cell][0] - below in (1, 2)
    ]
    months = defaultdict(list)
    for (mesh, place, _), (n, *_) in sorted(left.items()):
        months[mesh, place].append(n)
    told += [
        (cell, counts)
        for cell, counts in months.items()
        if any(abs(a - b) in (1, 2) for a in counts for b in counts)
    ]
    assert told == []
    assert by_theme == []


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
