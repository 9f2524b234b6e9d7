"""The semantic layer gives a BI tool the figures of the warehouse, under the same names."""

from pathlib import Path

import duckdb
import pytest
from dbt_replay import BUILD_CUTOFF, Warehouse, core_territories
from raw_rows import sample_region

from vigie.settings import Settings
from vigie.warehouse.builder import write_lineage

RATES = (
    "taux_realisation",
    "taux_demarrage",
    "taux_retard",
    "taux_blocage",
    "taux_abandon",
    "avancement",
)


def named(warehouse: Warehouse, kind: str) -> dict[str, dict]:
    return {node["name"]: node for node in warehouse.manifest[kind].values()}


@pytest.fixture(scope="module")
def open_region(warehouse: Warehouse) -> duckdb.DuckDBPyConnection:
    """A region whose actions may all be shown: the semantic layer reads those alone."""
    raw = sample_region(core_territories(5), seed=6)
    for line in raw.tables["lignes"]:
        line["est_confidentielle"] = False
    with warehouse.replay(raw, texts=False) as connection:
        yield connection


def test_the_rates_of_the_semantic_layer_are_those_of_the_catalogue(warehouse: Warehouse) -> None:
    metrics = named(warehouse, "metrics")
    ratios = {name for name, metric in metrics.items() if metric["type"] == "ratio"}
    assert ratios == set(RATES)
    with warehouse.connect() as connection:
        labels = dict(
            connection.execute(
                "select indicateur_code, libelle from marts.dim_indicateurs"
            ).fetchall()
        )
    assert {name: metrics[name]["label"] for name in RATES} == {
        name: labels[name] for name in RATES
    }


@pytest.mark.parametrize("name", RATES)
def test_a_rate_of_the_semantic_layer_is_the_published_one_at_the_region(
    warehouse: Warehouse, open_region: duckdb.DuckDBPyConnection, name: str
) -> None:
    metrics = named(warehouse, "metrics")
    (states,) = (
        m for m in warehouse.manifest["semantic_models"].values() if m["name"] == "etats_mensuels"
    )
    expressions = {m["name"]: m["expr"] for m in states["measures"]}
    parts = metrics[name]["type_params"]
    top, bottom = (
        expressions[metrics[parts[side]["name"]]["type_params"]["measure"]["name"]]
        for side in ("numerator", "denominator")
    )
    mine = open_region.execute(
        f"select mois_le, sum({top}), sum({bottom}) from marts.fct_etats_mensuels"
        " join marts.dim_territoires using (siren_epci) where est_dans_denominateur group by mois_le order by mois_le"
    ).fetchall()
    published = open_region.execute(
        "select mois_le, numerateur, denominateur from marts.fct_indicateurs where indicateur_code = ?"
        " and modalite_code = 'total' and maille_code = 'region' order by mois_le",
        [name],
    ).fetchall()
    assert published[-1][0] == BUILD_CUTOFF.date_situation
    assert [month for month, *_ in mine] == [month for month, *_ in published]
    for (_, *ours), (_, *theirs) in zip(mine, published, strict=True):
        assert ours == pytest.approx(theirs)


def test_the_lineage_leads_from_the_figures_to_the_reports_received(warehouse: Warehouse) -> None:
    parents = warehouse.manifest["parent_map"]
    seen, waiting = set(), ["model.vigie.fct_indicateurs"]
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting += parents.get(node, [])
    sources = {node.rsplit(".", 1)[1] for node in seen if node.startswith("source.")}
    assert {"rapports", "lignes", "lignes_themes", "lignes_financements", "decisions"} <= sources
    assert "seed.vigie.seuils" in seen


def test_the_documentation_with_its_lineage_is_one_page_without_any_report(tmp_path: Path) -> None:
    page = tmp_path / "pages" / "lignage.html"
    write_lineage(Settings(home=tmp_path / "home"), page)
    text = page.read_text(encoding="utf-8")
    assert "model.vigie.fct_indicateurs" in text
    assert "source.vigie.raw.lignes" in text
    assert (
        "Part (en %) de ce qui devait \\u00eatre connu" in text
        or "Part (en %) de ce qui devait être connu" in text
    )
