"""Every figure leads back to the rows that make it."""

import random
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from dbt_replay import Warehouse, core_territories
from raw_rows import sample_region

from vigie.errors import PublicationError, SettingsError
from vigie.reference.measures import measures
from vigie.warehouse.trace import join_sql, trace

COUNTS, BY_TERRITORY, ELSEWHERE = measures().counts, measures().by_territory, measures().elsewhere
MEDIANS = {
    ("glissement", "total"),
    ("anciennete_rapport", "total"),
    ("integration_silos", "equitabilite"),
}


@pytest.fixture(scope="module")
def open_region(warehouse: Warehouse) -> duckdb.DuckDBPyConnection:
    """A region without any confidential action, so that every row shows."""
    raw = sample_region(core_territories(8), months=4, seed=4)
    draw = random.Random(4)
    for line in raw.tables["lignes"]:
        line["est_confidentielle"] = False
        line["indicateur"] = line["indicateur"] and draw.choice(
            ["RCO13", "RCO14", "RCR11", "Visites"]
        )
    with warehouse.replay(raw, date(2025, 4, 30), texts=False) as connection:
        connection.execute("use vigie")
        yield connection


@pytest.mark.parametrize(
    "maille", ["region", "departement", "epci", "theme", "departement_theme", "epci_theme"]
)
@pytest.mark.parametrize(
    ("code", "part"),
    [*COUNTS, *((code, None) for code in BY_TERRITORY)],
    ids=lambda x: x or "parts",
)
def test_the_rows_of_a_trace_add_up_to_the_figure_at_every_month(
    open_region: duckdb.DuckDBPyConnection, code: str, part: str | None, maille: str
) -> None:
    figures = open_region.execute(
        "select modalite_code, territoire_code, theme_code, mois_le, numerateur, denominateur, n_nb"
        " from marts.fct_indicateurs where indicateur_code = ? and maille_code = ?"
        " and modalite_code = coalesce(?, modalite_code)",
        [code, maille, part],
    ).fetchall()
    if maille.endswith("theme") and code in BY_TERRITORY:
        assert figures == []
    for modalite, place, theme, month, numerator, denominator, n in random.Random(1).sample(
        figures, min(12, len(figures))
    ):
        query = join_sql(code, maille, modalite)
        values = {
            "mois": month,
            "territoire": place,
            "theme": theme,
            "modalite": modalite,
            "indicateur": code,
        }
        used = {name: value for name, value in values.items() if f"${name}" in query}
        rows = open_region.execute(query, used).df()
        told = rows["nom_fichier"].notna() if code in COUNTS else rows["nom"].notna()
        assert told.all()
        if code not in BY_TERRITORY:
            assert len(rows) == n
        if (code, modalite) in MEDIANS:
            continue
        assert rows["numerateur"].sum() == pytest.approx(numerator, rel=1e-9, abs=1e-6)
        assert rows["denominateur"].sum() == pytest.approx(denominator, rel=1e-9, abs=1e-6)


def test_every_part_of_the_catalogue_is_traced_or_says_where_to_look(warehouse: Warehouse) -> None:
    with warehouse.connect() as connection:
        parts = connection.execute(
            "select distinct indicateur_code, modalite_code from marts.fct_indicateurs"
        ).fetchall()
        codes = connection.execute("select indicateur_code from marts.dim_indicateurs").fetchall()
    for code, part in parts:
        if (code, part) not in COUNTS and code not in BY_TERRITORY:
            assert code in ELSEWHERE, (code, part)
            with pytest.raises(SettingsError, match="pas une somme de lignes"):
                join_sql(code, "region", part)
    assert {code for (code,) in codes} == {c for c, _ in COUNTS} | set(BY_TERRITORY) | set(
        ELSEWHERE
    )


def test_the_values_behind_a_median_give_the_median(open_region: duckdb.DuckDBPyConnection) -> None:
    place, theme, month, median, n = open_region.execute(
        "select territoire_code, theme_code, mois_le, valeur, n_nb from marts.fct_indicateurs"
        " where indicateur_code = 'glissement' and modalite_code = 'total' and maille_code = 'theme'"
        " and valeur is not null order by abs(valeur) desc, territoire_code, theme_code, mois_le"
    ).fetchone()
    values = {"mois": month, "territoire": place, "theme": theme}
    rows = open_region.execute(join_sql("glissement", "theme"), values).df()
    assert len(rows) == n
    assert rows["montre"].median() == median


def test_confidential_actions_are_counted_and_never_listed(warehouse: Warehouse) -> None:
    found = trace(warehouse.path, "taux_realisation", "region", "32", date(2025, 6, 30))
    figure = found.figure.iloc[0]
    assert found.masquees_nb > 0
    assert len(found.lignes) + found.masquees_nb == figure["n_nb"]
    assert 0 <= figure["numerateur"] - found.lignes["numerateur"].sum() <= found.masquees_nb
    assert isinstance(found.lignes, pd.DataFrame)


def test_a_trace_without_any_publication_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(PublicationError, match="lancer d'abord « make run »"):
        trace(tmp_path / "vigie.duckdb", "avancement", "region", "32", date(2025, 6, 30))


def test_a_figure_that_does_not_exist_is_refused_in_french(warehouse: Warehouse) -> None:
    last = date(2025, 6, 30)
    with pytest.raises(SettingsError, match="deux répartitions"):
        trace(warehouse.path, "melange_thematique", "region", "32", last)
    for wrong, told in (
        (
            ("taux_retard", "epci", "000000000", last),
            r"territoire « 000000000 »\. Ce qui est publié : \d{9},",
        ),
        (
            ("taux_retard", "region", "32", date(2025, 6, 15)),
            "mois « 2025-06-15 ».*2025-06-30.*dernier jour",
        ),
        (("taux_retard", "epci_theme", "32", last), "thème .* « tous ».* mobilite,"),
        (
            ("taux_retard", "region", "32", last, "mobilite"),
            "« mobilite ». Ce qui est publié : tous",
        ),
        (("ponctualite", "region", "32", last), "modalité .* « total ».* absent, a_l_heure"),
        (("ponctualite", "theme", "32", last, "mobilite"), "maille « theme ».*region"),
        (("taux_de_retard", "region", "32", last), "pas au catalogue : .*taux_retard"),
    ):
        with pytest.raises(SettingsError, match=told):
            trace(warehouse.path, *wrong)
    with pytest.raises(SettingsError, match="Modalités : ht, ttc, non_precise"):
        trace(warehouse.path, "budget_prevu", "region", "32", last)
    with pytest.raises(SettingsError, match="Maille inconnue.*departement_theme"):
        trace(warehouse.path, "taux_retard", "canton", "32", last)
