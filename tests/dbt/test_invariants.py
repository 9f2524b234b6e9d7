"""What must not change the figures, whatever the reports."""

import copy
import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
from dbt_replay import BUILD_CUTOFF, Warehouse, core_territories
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from raw_rows import Raw, sample_region

LIMITED = settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    database=None,
    # A build takes a second: a failing region is printed as it is, never shrunk.
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
PUBLISHED = (
    "fct_actions", "fct_etats_mensuels", "fct_indicateurs", "dim_territoires", "dim_dates", "alertes", "glissements",
    "comparaison_pairs", "indicateurs_par_territoire", "pont_actions_themes",
)  # fmt: skip
SEEDS = st.integers(min_value=1, max_value=10_000)
# Not sums: medians, distances, indices, and the figures of one territory's own.
NOT_ADDITIVE = (
    "glissement", "delai_realisation", "anciennete_rapport", "melange_thematique", "comparaison_pairs", "specificite",
)  # fmt: skip

# The mean of those known is not the mean of all: see expectations/marts_indicateurs.py.
FREE_OF_ITS_BOUNDS = ("couverture_socles", "ecart_calendrier")

OF_A_REPORT = ("lignes", "lignes_themes", "lignes_silos", "lignes_financements", "rapports_silos")
# In the reference, with its seat outside the region.
NEIGHBOUR = "247600588"
Row = dict[str, Any]

# What speaks of the day a report arrived.
OF_THE_ARRIVAL = ("ponctualite", "echelle_rapports", "qualite_rapport")


def content(
    connection: duckdb.DuckDBPyConnection, tables: tuple[str, ...] = PUBLISHED
) -> dict[str, list]:
    """Every row of those tables, in an order of their own, columns by name."""
    names = {t: ", ".join(sorted(connection.sql(f"from marts.{t}").columns)) for t in tables}
    return {
        t: connection.execute(f"select {names[t]} from marts.{t} order by all").fetchall()
        for t in tables
    }


def small_region(seed: int, territories: int = 3) -> Raw:
    return sample_region(core_territories(territories), months=4, seed=seed, actions=5)


def accepted(raw: Raw) -> list[Row]:
    """The progress reports that the gate let in."""
    return [
        r
        for r in raw.tables["rapports"]
        if r["jeu"] == "rapport_avancement" and r["verdict"] == "accepte"
    ]


def send_again(raw: Raw, report: Row, name: str, known: datetime, **action: object) -> None:
    """Adds the same report known at `known`, its actions changed as `action` says."""
    sent = {"rapport_id": name, "connu_le": known, "depose_le": known}
    raw.tables["rapports"].append(report | sent)
    for table in OF_A_REPORT:
        own = [row for row in raw.tables[table] if row["rapport_id"] == report["rapport_id"]]
        changed = action if table == "lignes" else {}
        raw.tables[table] += [row | changed | {"rapport_id": name} for row in own]


def with_ties(raw: Raw) -> Raw:
    """The same region where, at the very same instant, reports come twice and are decided of in two ways."""
    tied = copy.deepcopy(raw)
    for report in accepted(raw):
        name = report["rapport_id"] + "-autre"
        send_again(tied, report, name, report["connu_le"], statut_code="bloque")
    doubted = [
        r for r in raw.tables["rapports"] if r["verdict"] in ("a_valider", "lignes_ecartees")
    ]
    for rank, report in enumerate(doubted):
        for decision in ("approuve", "refuse") if rank % 2 else ("refuse", "approuve"):
            tied.decide(report["rapport_id"], decision, report["connu_le"] + timedelta(days=5))
    return tied


@LIMITED
@given(seed=SEEDS)
def test_the_order_in_which_rows_were_loaded_changes_nothing(
    warehouse: Warehouse, seed: int
) -> None:
    raw = with_ties(small_region(seed, territories=5))
    shuffled = copy.deepcopy(raw)
    for rows in shuffled.tables.values():
        random.Random(seed).shuffle(rows)
    with warehouse.replay(raw, texts=False) as one, warehouse.replay(shuffled, texts=False) as two:
        assert content(one) == content(two)


@LIMITED
@given(seed=SEEDS)
def test_the_same_report_sent_again_changes_no_figure(warehouse: Warehouse, seed: int) -> None:
    raw = small_region(seed)
    doubled = copy.deepcopy(raw)
    for report in accepted(raw):
        # Known a little before, so that it is the first copy that stays in force.
        known = report["connu_le"] - timedelta(hours=1)
        send_again(doubled, report, report["rapport_id"] + "-bis", known)
    with warehouse.replay(raw, texts=False) as one, warehouse.replay(doubled, texts=False) as two:
        tables = ("fct_actions", "fct_etats_mensuels", "dim_territoires", "glissements")
        assert content(one, tables) == content(two, tables)
        # Only what counts the files received may tell that there are two of each.
        query = (
            "select * from marts.fct_indicateurs where indicateur_code <> 'qualite_rapport'"
            " or modalite_code = 'total' order by all"
        )
        assert one.execute(query).fetchall() == two.execute(query).fetchall()


@LIMITED
@given(seed=SEEDS)
def test_reports_arriving_late_end_in_the_same_state(warehouse: Warehouse, seed: int) -> None:
    raw = small_region(seed)
    raw.tables["rapports"] = [r for r in raw.tables["rapports"] if r["verdict"] != "a_valider"]
    late = copy.deepcopy(raw)
    draw = random.Random(seed)
    latest = BUILD_CUTOFF.connu_le - timedelta(days=1)
    seen: dict[tuple, int] = defaultdict(int)
    for report in sorted(late.tables["rapports"], key=lambda r: (r["connu_le"], r["rapport_id"])):
        if report["jeu"] != "rapport_avancement":
            continue
        # Delayed at random, but a correction still comes after what it corrects.
        key = (report["siren_epci"], report["date_situation"])
        report["connu_le"] = (
            latest - timedelta(hours=draw.randint(1, 200)) + timedelta(hours=300 * seen[key] - 2000)
        )
        report["depose_le"] = report["connu_le"]
        seen[key] += 1
    states = "select * exclude (connu_le) from marts.{} order by all"
    figures = f"select * from marts.fct_indicateurs where indicateur_code not in {OF_THE_ARRIVAL} order by all"
    queries = [states.format("fct_actions"), states.format("fct_etats_mensuels"), figures]
    with warehouse.replay(raw, texts=False) as one, warehouse.replay(late, texts=False) as two:
        for query in queries:
            assert one.execute(query).fetchall() == two.execute(query).fetchall()


@LIMITED
@given(seed=SEEDS, cut=st.dates(date(2025, 4, 10), date(2025, 6, 30)))
def test_sums_add_up_and_bounds_hold_the_value(warehouse: Warehouse, seed: int, cut: date) -> None:
    raw = sample_region([NEIGHBOUR, *core_territories(5)], months=4, seed=seed, actions=5)
    # Confidential ones may count at a wider mesh only: see test_confidentiality.
    for line in raw.tables["lignes"]:
        line["est_confidentielle"] = False
    with warehouse.replay(raw, cut, texts=False) as built:
        of_the_neighbour = (
            f"select count(*) from marts.fct_etats_mensuels where siren_epci = '{NEIGHBOUR}'"
        )
        assert built.execute(of_the_neighbour).fetchone() > (0,)
        outside = built.execute(
            "select * from marts.fct_indicateurs where ((valeur < borne_basse - 1e-9 or valeur > borne_haute + 1e-9)"
            f" and indicateur_code not in {FREE_OF_ITS_BOUNDS})"
            " or valeur > 100 and indicateur_code in ('avancement', 'taux_realisation', 'taux_demarrage')"
            " or (denominateur = 0 and valeur is not null)"
        ).fetchall()
        assert outside == []
        apart = built.execute(
            f"""
            with sommes as (
                select f.indicateur_code, f.modalite_code, f.mois_le, f.theme_code,
                    case niveau when 'region' then t.region_code else t.departement_code end as territoire_code,
                    sum(f.numerateur) as numerateur, sum(f.denominateur) as denominateur, sum(f.n_nb) as n_nb
                from marts.fct_indicateurs f join marts.dim_territoires t on f.territoire_code = t.siren_epci
                cross join (values ('region'), ('departement')) as niveaux (niveau)
                where f.maille_code in ('epci', 'epci_theme') and t.est_dans_denominateur group by all
            )
            select * from marts.fct_indicateurs r left join sommes s
                on r.indicateur_code = s.indicateur_code and r.modalite_code = s.modalite_code
                and r.mois_le = s.mois_le and r.theme_code = s.theme_code and r.territoire_code = s.territoire_code
            where r.maille_code in ('region', 'theme', 'departement', 'departement_theme')
                and r.modalite_code not in ('enveloppe', 'quintile')
                and r.indicateur_code not in {NOT_ADDITIVE}
                and not coalesce(abs(r.numerateur - s.numerateur) < 1e-6
                    and abs(r.denominateur - s.denominateur) < 1e-6 and r.n_nb = s.n_nb, false)
            """
        ).fetchall()
        assert apart == []
        whole = built.execute(
            "select indicateur_code, maille_code, territoire_code, theme_code, mois_le from marts.fct_indicateurs"
            " where indicateur_code in ('repartition_statuts', 'ponctualite') and valeur is not null"
            " group by indicateur_code, maille_code, territoire_code, theme_code, mois_le"
            " having abs(sum(valeur) - 100) > 1e-9"
        ).fetchall()
        assert whole == []


@LIMITED
@given(seed=SEEDS)
def test_removing_a_territory_changes_only_what_it_feeds(warehouse: Warehouse, seed: int) -> None:
    territories = core_territories(6)
    raw = sample_region(territories, months=3, seed=seed, actions=5)
    gone = territories[0]
    fewer = copy.deepcopy(raw)
    fewer.tables["rapports"] = [r for r in raw.tables["rapports"] if r.get("siren_epci") != gone]
    query = f"""
        select * from marts.fct_indicateurs f left join marts.dim_territoires t on f.territoire_code = t.siren_epci
        where f.maille_code not in ('region', 'theme') and f.territoire_code not in (
                select unnest([siren_epci, departement_code]) from marts.dim_territoires where siren_epci = '{gone}'
            )
            and f.indicateur_code not in ('comparaison_pairs', 'melange_thematique') order by all
    """
    fed = f"select count(*) from marts.fct_etats_mensuels where siren_epci = '{gone}'"
    with warehouse.replay(raw, texts=False) as one, warehouse.replay(fewer, texts=False) as two:
        before, after = one.execute(query).fetchall(), two.execute(query).fetchall()
        assert len({row[2] for row in before if row[1] == "departement"}) > 1
        assert before == after
        assert one.execute(fed).fetchone() > (0,) == two.execute(fed).fetchone()


def test_the_past_as_known_then_is_what_a_build_of_that_day_showed(warehouse: Warehouse) -> None:
    raw = sample_region(core_territories(3), months=5, seed=5, actions=5)
    then = date(2025, 4, 30)
    known = BUILD_CUTOFF.connu_le.replace(month=5, day=6)
    of_that_day = copy.deepcopy(raw)
    of_that_day.tables["rapports"] = [r for r in raw.tables["rapports"] if r["connu_le"] <= known]
    of_that_day.tables["decisions"] = [
        d for d in raw.tables["decisions"] if d["decide_le"] <= known
    ]
    with (
        warehouse.replay(raw, then, known, texts=False) as as_of,
        warehouse.replay(of_that_day, then, known, texts=False) as that_day,
        warehouse.replay(raw, then, texts=False) as now,
    ):
        assert content(as_of) == content(that_day)
        assert content(as_of) != content(now)


@LIMITED
@given(seed=SEEDS)
def test_a_past_month_reads_the_same_in_every_later_build(warehouse: Warehouse, seed: int) -> None:
    raw = small_region(seed, territories=5)
    # Two of the four months are still to come, and two of the roadmaps are still to be adopted.
    february = date(2025, 2, 28)
    query = f"select {{}} from marts.{{}} where mois_le <= date '{february}' order by all"
    queries = [
        query.format("* exclude (est_dernier_mois)", "fct_etats_mensuels"),
        query.format("* exclude (est_dernier_mois)", "fct_indicateurs"),
    ]
    with (
        warehouse.replay(raw, february, texts=False) as then,
        warehouse.replay(raw, texts=False) as later,
    ):
        for query in queries:
            assert then.execute(query).fetchall() == later.execute(query).fetchall()


def test_the_current_views_are_as_of_today(warehouse: Warehouse) -> None:
    with (
        warehouse.replay(sample_region(core_territories(12))) as again,
        warehouse.connect() as real,
    ):
        assert content(again) == content(real)
