"""Every figure of the warehouse equals the one computed again without any shared code, to 1e-9."""

from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from attacker import alone, hidden
from compare import COLUMNS, FIGURES, KEY, close, computed, differences
from dbt_replay import BUILD_CUTOFF, Warehouse, core_territories
from raw_rows import Raw, sample_region
from recompute import Figure, Figures, Region, Words, compute
from recompute.chance import MEANS, likelihood
from recompute.peers import by_chance
from recompute.sessions import revisions, trends
from what_happens import everything_that_happens

from vigie.reference.measures import measures
from vigie.settings import PROJECT_ROOT, Settings
from vigie.warehouse import specificity, terms

SEEDS: Path = PROJECT_ROOT / "seeds"
TABLES = (
    "rapports", "rapports_silos", "lignes", "lignes_themes", "lignes_silos", "lignes_financements",
    "lignes_ecartees", "decisions", "decisions_actions", "feuilles_de_route",
)  # fmt: skip
OF_SESSIONS = {"tendance", "revision"}
# Choices, not code: the oracle is told which words say nothing and which places are also words.
WORDS = Words(frozenset(terms.STOP_WORDS), frozenset(specificity.WORDS_THAT_ARE_PLACES))
WIDE_VIEWS = {
    "indicateurs_region": ("region", "region_code", "'tous'"),
    "indicateurs_par_departement": ("departement", "departement_code", "'tous'"),
    "indicateurs_par_theme": ("theme", "region_code", "theme_code"),
    "indicateurs_par_territoire": ("epci", "siren_epci", "'tous'"),
    "indicateurs_par_territoire_theme": ("epci_theme", "siren_epci", "theme_code"),
}


def as_of(raw: duckdb.DuckDBPyConnection, situation: date, known: datetime) -> Region:
    tables = {name: raw.execute(f"select * from raw.main.{name}").df() for name in TABLES}
    return Region(tables, SEEDS, situation, known)


def expected(raw: duckdb.DuckDBPyConnection, situation: date, known: datetime) -> Figures:
    return compute(as_of(raw, situation, known), WORDS)


def catalogue(connection: duckdb.DuckDBPyConnection) -> set[str]:
    rows = connection.execute("select indicateur_code from vigie.referentiel.indicateurs")
    return {code for (code,) in rows.fetchall()}


def peers(warehouse: Warehouse, count: int) -> list[str]:
    """Territories of one kind, as many as it takes for them to be compared with each other."""
    with warehouse.connect() as connection:
        found = connection.execute(
            "select siren_epci from marts.dim_territoires where est_dans_denominateur"
            " order by count(*) over (partition by nature_code, classe_population, typologie_densite) desc,"
            " nature_code, classe_population, typologie_densite, siren_epci limit ?",
            [count],
        )
        return [siren for (siren,) in found.fetchall()]


@pytest.mark.parametrize(
    ("situation", "known", "seed"),
    [
        (BUILD_CUTOFF.date_situation, BUILD_CUTOFF.connu_le, 7),
        # The very day when the reports of April were due.
        (date(2025, 5, 14), datetime(2025, 5, 15, 12, 0, 0), 8),
    ],
    ids=["whole_months", "cut_in_the_middle_of_a_month"],
)
def test_every_indicator_at_every_mesh_and_month_equals_the_oracle(
    warehouse: Warehouse, situation: date, known: datetime, seed: int
) -> None:
    raw = everything_that_happens(sample_region([*peers(warehouse, 11), "247600588"], seed=seed))
    with warehouse.replay(raw, situation, known) as connection:
        compared = "select count(mediane) from vigie.marts.comparaison_pairs"
        assert connection.execute(compared).fetchone() > (0,)
        mine, theirs = computed(connection), expected(connection, situation, known)
    assert len(mine) > 10_000
    assert differences(mine, theirs.by_key) == ""


# The region takes a minute to receive, judge and build, more beside other tests.
@pytest.mark.timeout(1200)
def test_the_whole_demo_region_equals_the_oracle_at_every_mesh_and_month(
    demo_region: duckdb.DuckDBPyConnection,
) -> None:
    situation, known, roadmaps = demo_region.execute(
        "select date_situation_le, connu_le, (select count(*) from vigie.marts.dim_territoires"
        " where a_feuille_de_route and est_dans_denominateur) from vigie.marts.publication"
    ).fetchone()
    region = as_of(demo_region, situation, known)
    figures = compute(region, WORDS)
    mine, theirs = computed(demo_region), figures.by_key
    assert roadmaps == 67
    assert {key[0] for key in mine} == catalogue(demo_region) - OF_SESSIONS
    assert len({key[5] for key in mine}) == 12
    assert {key[1] for key in mine} == {
        "region", "departement", "epci", "theme", "epci_theme", "departement_theme",
    }  # fmt: skip
    assert differences(mine, theirs) == ""

    rows = demo_region.execute(
        "select indicateur_code, siren_epci, mois_le, valeur, mediane, ecart_mediane, premier_quartile,"
        " troisieme_quartile, pairs_nb, intervalle_bas, intervalle_haut from vigie.marts.comparaison_pairs"
    ).fetchall()
    assert len(rows) == sum(key[0] == "comparaison_pairs" for key in theirs)
    for code, siren, month, *shown in rows:
        figure = theirs[code, "epci", siren, "tous", "total", month]
        own = figure.valeur
        peers = theirs["comparaison_pairs", "epci", siren, "tous", code, month]
        gap = None if peers.valeur is None else own - peers.valeur
        quartiles = (peers.quartile_bas, peers.quartile_haut)
        mine_again = (own, peers.valeur, gap, *quartiles, peers.n_nb, *by_chance(figure))
        assert all(map(close, shown, mine_again)), (code, siren, month)

    # No alert on a mean is raised that dealing the same actions again at random would often raise.
    raised = demo_region.execute(
        "select indicateur_code, siren_epci from vigie.marts.alertes where alerte_code = 'ecart_pairs'"
    ).fetchall()
    chances = {
        (code, siren): likelihood(figures, region, code, siren, situation)
        for code, siren in raised
        if code in MEANS
    }
    assert len(chances) > 3
    assert {key: chance for key, chance in chances.items() if chance > 0.01} == {}
    # The one that is the furthest ahead is not behind by luck either.
    compared = [row for row in rows if (row[0], row[2]) == ("avancement", situation)]
    _, ahead, _, *_ = max(compared, key=lambda row: row[3])
    assert likelihood(figures, region, "avancement", ahead, situation) > 0.5


@pytest.mark.timeout(1200)
def test_only_the_files_of_the_demo_region_made_faulty_lose_a_row(
    demo_faults: tuple[Settings, dict[str, str]], demo_region: duckdb.DuckDBPyConnection
) -> None:
    _, expected_verdicts = demo_faults
    kept_out = ("rejete", "a_valider", "lignes_ecartees")
    got = dict(
        demo_region.execute(
            "select adresse, verdict from raw.main.rapports where list_contains(?, verdict)",
            [kept_out],
        ).fetchall()
    )
    assert got == {path: one for path, one in expected_verdicts.items() if one in kept_out}


def test_every_figure_of_the_demo_region_says_how_much_of_it_is_known(
    demo_region: duckdb.DuckDBPyConnection,
) -> None:
    silent = demo_region.execute(
        "select * from vigie.marts.fct_indicateurs where n_nb is null or (valeur is not null"
        " and (couverture_pct is null or not couverture_pct between 0 and 100 + 1e-9))"
    ).fetchall()
    assert silent == []
    misplaced = demo_region.execute(
        "select * from (select *, max(mois_le) over (partition by indicateur_code, modalite_code) as fin"
        " from vigie.marts.fct_indicateurs) where est_dernier_mois <> (mois_le = fin)"
    ).fetchall()
    assert misplaced == []
    unmarked = demo_region.execute(
        "select * from vigie.marts.fct_indicateurs where est_mois_entame is distinct from mois_le < last_day(mois_le)"
    ).fetchall()
    assert unmarked == []


@pytest.mark.timeout(1200)
def test_no_subtraction_finds_a_confidential_action_of_the_demo_region(
    demo_region: duckdb.DuckDBPyConnection,
) -> None:
    found = {(code, part): alone(demo_region, code, part) for code, part in measures().counts}
    assert {figure: told[:3] for figure, told in found.items() if told} == {}
    # They count all the same: the whole region, but the one or two that wait for company.
    left = hidden(demo_region, "taux_abandon", "total")
    assert max(n for (mesh, *_), (n, *_) in left.items() if mesh == "region") >= 3


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("view", WIDE_VIEWS)
def test_each_column_of_a_wide_view_is_one_indicator_and_no_other(
    demo_region: duckdb.DuckDBPyConnection, view: str
) -> None:
    mesh, territory, theme = WIDE_VIEWS[view]
    names = dict(
        demo_region.execute(
            "select column_name, data_type from information_schema.columns"
            " where table_catalog = 'vigie' and table_name = ?", [view]
        ).fetchall()
    )  # fmt: skip
    columns = [
        name
        for name, kind in names.items()
        if kind == "DOUBLE"
        and not name.endswith(("_borne_basse", "_borne_haute", "_couverture_pct"))
    ]
    long: dict[tuple[str, str], dict[Any, float]] = {}
    for code, part, *key, value in demo_region.execute(
        "select indicateur_code, modalite_code, territoire_code, theme_code, mois_le, valeur"
        f" from vigie.marts.fct_indicateurs where maille_code = '{mesh}' and valeur is not null"
    ).fetchall():
        long.setdefault((code, part), {})[tuple(key)] = value
    found = {}
    for column in columns:
        wide = {
            tuple(key): value
            for *key, value in demo_region.execute(
                f"select {territory}, {theme}, mois_le, {column} from vigie.marts.{view}"
                f" where {column} is not null"
            ).fetchall()
        }
        if wide:
            found[column] = tuple(slot for slot, values in long.items() if values == wide)
    assert len(found) > 20
    # The fifth of the region is told of the specificity, which has its n and bounds beside.
    beside = [
        column
        for column in found
        if f"{column.rsplit('_', 1)[0]}_n_nb" in names and column != "specificite_quintile"
    ]
    bounded = set(
        demo_region.execute(
            "select distinct indicateur_code, modalite_code from vigie.marts.fct_indicateurs"
            " where maille_code = ? and borne_basse is not null", [mesh]
        ).fetchall()
    )  # fmt: skip
    assert {c for c, slots in found.items() if slots and {*slots} <= bounded} <= {*beside}
    for column in beside:
        name = column.rsplit("_", 1)[0]
        (code, part), *_ = found[column]
        shown, told = (
            demo_region.execute(f"{query} order by all").fetchall()
            for query in (
                f"select {territory}, {theme}, mois_le, {name}_n_nb, {name}_couverture_pct, {name}_borne_basse,"
                f" {name}_borne_haute from vigie.marts.{view} where {name}_n_nb is not null",
                "select territoire_code, theme_code, mois_le, n_nb, couverture_pct, borne_basse, borne_haute"
                f" from vigie.marts.fct_indicateurs where maille_code = '{mesh}' and n_nb is not null"
                f" and indicateur_code = '{code}' and modalite_code = '{part}'",
            )
        )
        assert shown == told, column
    assert [column for column, slots in found.items() if not slots] == []
    # Two indicators may have the same values everywhere (the share done, the rate of realisation): as many columns.
    shared = Counter(found.values())
    assert [slots for slots, columns_nb in shared.items() if columns_nb > len(slots)] == []


def test_trends_and_revisions_equal_the_oracle(warehouse: Warehouse) -> None:
    raw = sample_region(core_territories(6), seed=9)
    sessions = [
        {"seance_code": "a", "date_situation": date(2025, 3, 31), "connu_le": datetime(2025, 4, 12, 23)},
        # Held within a month, of which nothing is published any more.
        {"seance_code": "b", "date_situation": date(2025, 5, 12), "connu_le": datetime(2025, 5, 12, 23)},
    ]  # fmt: skip
    shown = []
    for session in sessions:
        cut = session["date_situation"], session["connu_le"]
        with warehouse.replay(raw, *cut, texts=False) as connection:
            for row in connection.execute(f"{FIGURES} order by all").fetchall():
                values = dict(zip([*KEY.split(", "), *COLUMNS[:3]], row[:9], strict=True))
                shown.append({"seance_code": session["seance_code"], **values})
    named = {"nom": "COPIL", "publication_id": "x", "empreinte": "y"}
    raw.tables["seances"] += [session | named for session in sessions]
    raw.tables["seances_valeurs"] += shown
    with warehouse.replay(raw) as connection:
        mine = computed(connection)
        region = as_of(connection, BUILD_CUTOFF.date_situation, BUILD_CUTOFF.connu_le)
        # What was refused since says nothing any more.
        connection.execute(
            "delete from raw.main.rapports where rapport_id in (select rapport_id from raw.main.decisions"
            " group by all having arg_max(decision, decide_le) = 'refuse')"
        )
        then = as_of(connection, sessions[-1]["date_situation"], sessions[-1]["connu_le"])
    theirs = compute(region, WORDS)
    trends(theirs, region, then)
    revisions(theirs, sessions, shown)
    assert sum(key[0] == "revision" and bool(f.valeur) for key, f in theirs.by_key.items()) > 100
    assert sum(key[0] == "tendance" and bool(f.valeur) for key, f in theirs.by_key.items()) > 100
    assert differences(mine, theirs.by_key) == ""


def test_a_region_without_any_report_equals_the_oracle(warehouse: Warehouse) -> None:
    raw = Raw()
    raw.register({siren: date(2025, 1, 1) for siren in core_territories(3)})
    with warehouse.replay(raw) as connection:
        mine = computed(connection)
        theirs = expected(connection, BUILD_CUTOFF.date_situation, BUILD_CUTOFF.connu_le)
    assert differences(mine, theirs.by_key) == ""


def test_differences_are_told_once_per_kind_with_their_count_and_one_example() -> None:
    keys = [
        ("avancement", "epci", siren, "tous", "total", date(2025, 6, 30))
        for siren in ("1", "2", "3")
    ]
    theirs = {key: Figure(1, 2, 50.0, 2) for key in keys}
    mine = {key: Figure(1, 2, 50.0, 3) for key in keys[:2]}
    assert differences(theirs, theirs) == ""
    lines = differences(mine, theirs).splitlines()
    assert [line.split(";")[0] for line in lines] == [
        "avancement/total n_nb: 2 (2 rows compared) in epci",
        "avancement/total row: 1 (2 rows compared) in epci",
    ]
    assert "epci 1 tous 2025-06-30: warehouse 3, oracle 2" in lines[0]
