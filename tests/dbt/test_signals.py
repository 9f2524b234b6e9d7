"""What chance alone does raises no alert, and each peer of a comparison has its name."""

import random
from collections import defaultdict
from datetime import date
from typing import Any

import duckdb
import pytest
from dbt_replay import Warehouse
from raw_rows import Raw
from shown import KNOWN, MAR

STATUSES = (
    "a_discuter", "a_venir", "a_venir", "en_cours", "en_cours", "en_cours", "realise", "realise", "en_pause", "bloque",
)  # fmt: skip
THEMES = (
    "inclusion_numerique",
    "e_administration",
    "numerique_entreprises",
    "mobilite",
    "tourisme",
)
# What a shuffle moves from one action to another.
SAID = ("statut", "taux", "date_fin_prevue", "valeur_actuelle")


def kinds(warehouse: Warehouse) -> dict[str, tuple[str, ...]]:
    """The territories of the region and their kind."""
    with warehouse.connect() as connection:
        rows = connection.execute(
            "select siren_epci, nature_code, classe_population, typologie_densite from marts.dim_territoires"
            " where est_dans_denominateur order by all"
        ).fetchall()
    return {siren: tuple(kind) for siren, *kind in rows}


def compared_together(region: dict[str, tuple[str, ...]]) -> list[list[str]]:
    """Groups of six or more, the narrowest that there are: those of fewer join the next kind."""
    left, groups = set(region), []
    for depth in (3, 2, 1, 0):
        alike = defaultdict(list)
        for siren in sorted(left):
            alike[region[siren][:depth]].append(siren)
        kept = [group for group in alike.values() if len(group) >= 6 or depth == 0]
        groups += kept
        left -= {siren for group in kept for siren in group}
    return groups


def plan(draw: random.Random, done: float, number: int) -> list[dict[str, Any]]:
    """A roadmap where `done` says how far its territory is."""
    actions = []
    for code in range(number):
        status = "realise" if draw.random() < done else draw.choice(STATUSES)
        actions.append(
            {
                "code": str(code), "statut": status, "themes": [THEMES[code % len(THEMES)]],
                "taux": 100.0 if status == "realise" else draw.choice([None, float(draw.randint(1, 90))]),
                "date_fin_prevue": draw.choice([None, date(2025, 1, 31), date(2025, 12, 31)]),
                "valeur_initiale": 0.0, "valeur_cible": 10.0, "valeur_actuelle": float(draw.randint(0, 10)),
            }
        )  # fmt: skip
    return actions


def alerted(built: duckdb.DuckDBPyConnection) -> set[str]:
    found = built.execute("select siren_epci from marts.alertes where alerte_code = 'ecart_pairs'")
    return {siren for (siren,) in found.fetchall()}


def reported(plans: dict[str, list[dict[str, Any]]]) -> Raw:
    raw = Raw()
    raw.register({siren: date(2024, 1, 1) for siren in plans})
    for siren, actions in plans.items():
        raw.report(siren, MAR, actions)
    return raw


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_statuses_shuffled_within_groups_raise_fewer_than_one_alert_in_twenty_territories(
    warehouse: Warehouse, seed: int
) -> None:
    draw = random.Random(seed)
    region = kinds(warehouse)
    plans = {s: plan(draw, draw.choice([0, 0.8, 0.8]), draw.randint(8, 40)) for s in region}
    with warehouse.replay(reported(plans), MAR, KNOWN, texts=False) as built:
        # The territories do differ: unshuffled, many an alert is raised.
        assert len(alerted(built)) > len(region) / 10
    for group in compared_together(region):
        actions = [action for siren in group for action in plans[siren]]
        said = [{name: action[name] for name in SAID} for action in actions]
        draw.shuffle(said)
        for action, words in zip(actions, said, strict=True):
            action.update(words)
    with warehouse.replay(reported(plans), MAR, KNOWN, texts=False) as built:
        by_chance = alerted(built)
    assert len(by_chance) < len(region) / 20, by_chance


def test_the_peers_of_a_territory_are_named_and_their_median_is_that_of_the_comparison(
    warehouse: Warehouse,
) -> None:
    draw = random.Random(5)
    plans = {siren: plan(draw, draw.random(), 9) for siren in [*kinds(warehouse)][:30]}
    with warehouse.replay(reported(plans), MAR, KNOWN, texts=False) as built:
        told = built.execute(
            "select c.indicateur_code, c.siren_epci, c.pairs_nb, c.mediane, count(*), median(f.valeur),"
            " bool_or(p.siren_pair = p.siren_epci)"
            " from marts.comparaison_pairs as c join marts.pont_pairs as p using (indicateur_code, siren_epci, mois_le)"
            " join marts.fct_indicateurs as f on f.indicateur_code = p.indicateur_code and f.maille_code = 'epci'"
            "   and f.territoire_code = p.siren_pair and f.modalite_code = 'total' and f.mois_le = p.mois_le"
            " group by all"
        ).fetchall()
        compared = built.execute("select count(mediane) from marts.comparaison_pairs").fetchone()
    assert (len(told),) == compared
    assert len(told) > 100
    for _, _, pairs, median, named, again, is_itself in told:
        assert (pairs, median, is_itself) == (named, pytest.approx(again), False)
