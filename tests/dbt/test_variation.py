"""A build is held against the publication in place at the same full months; what new reports explain is let through."""

import copy
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from built_files import Built, held
from dbt_replay import Warehouse, core_territories
from raw_rows import Raw, sample_region

from vigie.reference.seeds import Reference
from vigie.settings import PROJECT_ROOT
from vigie.warehouse import checks, variation
from vigie.warehouse.variation import Variation

TERRITORIES = core_territories(9)
YESTERDAY, TODAY = date(2025, 4, 10), date(2025, 4, 11)
MONTH_END = date(2025, 3, 31)
SERIES = {
    "atteinte_cibles": {"sans_cible", "total"},
    "avancement": {"budget_ht", "budget_ttc", "budget_non_precise", "estime_statut", "total"},
    "budget_prevu": {"ht", "ttc", "non_precise"},
    "cascade_europeenne": {
        "engage", "enveloppe", "justifie", "paye", "programme", "reste_a_concretiser",
        "engage_abandonnees", "justifie_abandonnees", "paye_abandonnees", "programme_abandonnees",
    },
    "couverture_feuilles_de_route": {"total"},
    "couverture_socles": {"total"},
    "integration_silos": {"hors_service_numerique", "total"},
    "part_hors_socles": {"total"},
    "ponctualite": {"a_l_heure", "absent", "en_attente", "en_retard"},
    "qualite_rapport": {"corriges_sous_15_jours", "lignes_ecartees", "remarques_par_ligne", "total"},
    "repartition_statuts": {"bloque", "en_cours", "fait", "non_renseigne", "programme", "sans_nouvelles"},
    "taux_abandon": {"total"},
    "taux_blocage": {"total"},
    "taux_demarrage": {"total"},
    "taux_engagement": {"ht", "ttc", "non_precise"},
    "taux_paiement": {"ht", "ttc", "non_precise"},
    "taux_realisation": {"total"},
    "taux_retard": {"echeance_passee_sans_nouvelles", "sans_echeance", "total"},
}  # fmt: skip
AVANCEMENT = (
    "update construit.marts.fct_indicateurs set valeur = valeur + {} where indicateur_code = 'avancement'"
    f" and modalite_code = 'total' and maille_code = 'region' and mois_le = date '{MONTH_END}'"
)
BUDGET = (
    "update construit.marts.fct_indicateurs set valeur = valeur * {} where indicateur_code = 'budget_prevu'"
    f" and modalite_code = 'ht' and maille_code = 'region' and mois_le = date '{MONTH_END}'"
)


@pytest.fixture(scope="module")
def thresholds() -> dict[str, float]:
    return dict(Reference.load(PROJECT_ROOT / "seeds").thresholds)


@pytest.fixture(scope="module")
def region() -> Raw:
    return sample_region(TERRITORIES, months=4)


@pytest.fixture(scope="module")
def days(
    warehouse: Warehouse, region: Raw, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Built, Built]:
    """The same reports, seen from one day and from the next."""
    known = datetime(2025, 4, 10, 23)
    folders = [tmp_path_factory.mktemp(name) for name in ("hier", "jour")]
    yesterday = Built.of(warehouse, region, YESTERDAY, known, folders[0])
    return yesterday, Built.of(warehouse, region, TODAY, known, folders[1])


@contextmanager
def both(days: tuple[Built, Built], *spoilt: str) -> Iterator[duckdb.DuckDBPyConnection]:
    before, after = days
    with held(publie=before.build, construit=after.build, brut=after.raw) as connection:
        for statement in spoilt:
            connection.execute(statement)
        yield connection


def compared(days: tuple[Built, Built], thresholds: dict[str, float], *spoilt: str) -> Variation:
    with both(days, *spoilt) as connection:
        return variation.compare(connection, thresholds)


def test_from_one_day_to_the_next_every_regional_series_is_compared(
    days: tuple[Built, Built], thresholds: dict[str, float]
) -> None:
    wanted = {(code, part) for code, parts in SERIES.items() for part in parts}
    assert compared(days, thresholds) == Variation((), (), len(wanted))
    move = "set valeur = case when valeur = 0 then 1e9 else valeur * 3 + 1000 end where maille_code = 'region'"
    with both(days) as connection:
        connection.execute("create table intact as from construit.marts.fct_indicateurs")
        for code, part in sorted(wanted):
            one = f"indicateur_code = '{code}' and modalite_code = '{part}'"
            connection.execute(f"update construit.marts.fct_indicateurs {move} and {one}")
            (refused,) = variation.compare(connection, thresholds).refused
            libelle = connection.execute(
                "select libelle from construit.marts.dim_indicateurs where indicateur_code = ?",
                [code],
            ).fetchone()
            assert libelle is not None and refused.startswith(f"« {libelle[0]} »"), (code, part)
            connection.execute(f"delete from construit.marts.fct_indicateurs where {one}")
            connection.execute(
                f"insert into construit.marts.fct_indicateurs from intact where {one}"
            )


@pytest.mark.parametrize(
    ("green", "red", "sentence"),
    [
        (
            AVANCEMENT.format(14.9),
            AVANCEMENT.format(15.1),
            r"« Avancement moyen des actions », région, 31/03/2025 : [\d,]+ % devient [\d,]+ % \(seuil : 15 points ;"
            r" les rapports reçus depuis en expliquent 0\)\.",
        ),
        (
            BUDGET.format(1.24),
            BUDGET.format(1.26),
            r"« Budget prévu des actions » \(ht\), région, 31/03/2025 : [\d ,]+ € devient [\d ,]+ € \(seuil : 25 % ;"
            r" les rapports reçus depuis en expliquent 0\)\.",
        ),
        (
            "update construit.marts.publication set actions_nb = floor(actions_nb * 1.2)",
            "update construit.marts.publication set actions_nb = ceil(actions_nb * 1.21)",
            r"Le nombre d'actions de la région passe de \d+ à \d+ \(seuil : 20 % ; les rapports reçus depuis en"
            r" expliquent 0\)\.",
        ),
    ],
    ids=["points", "amount", "actions"],
)  # fmt: skip
def test_a_move_that_nothing_explains_is_refused_beyond_its_threshold(
    days: tuple[Built, Built], thresholds: dict[str, float], green: str, red: str, sentence: str
) -> None:
    assert compared(days, thresholds, green).refused == ()
    (refused,) = compared(days, thresholds, red).refused
    assert re.fullmatch(sentence, refused), refused


def test_a_figure_that_is_no_longer_computed_is_refused_and_a_new_one_is_not(
    days: tuple[Built, Built], thresholds: dict[str, float]
) -> None:
    everywhere = "{}.marts.fct_indicateurs where indicateur_code = 'taux_retard'"
    gone = compared(days, thresholds, "delete from " + everywhere.format("construit")).refused
    assert len(gone) == 3 and all("n'est plus calculé" in sentence for sentence in gone)
    new = compared(days, thresholds, "delete from " + everywhere.format("publie"))
    whole = sum(len(parts) for parts in SERIES.values())
    assert new == Variation((), (), whole - len(SERIES["taux_retard"]))


def territory(days: tuple[Built, Built]) -> tuple[str, str, str]:
    """A territory with a report in force: its SIREN, its name, the report."""
    with duckdb.connect(str(days[1].build), read_only=True) as connection:
        row = connection.execute(
            "select siren_epci, nom, dernier_rapport_id from marts.dim_territoires"
            " where dernier_rapport_id is not null order by 1 limit 1"
        ).fetchone()
    assert row is not None
    return row


def test_a_territory_whose_report_no_longer_counts_is_refused_by_name(
    days: tuple[Built, Built], thresholds: dict[str, float]
) -> None:
    siren, name, report = territory(days)
    place = f"where rapport_id = '{report}'"
    lost = (
        f"update construit.qualite.rapports set est_retenu = false, est_en_vigueur = false {place}"
    )
    (refused,) = compared(days, thresholds, lost).refused
    assert refused.startswith(
        f"Territoires publiés hier et dont le rapport ne compte plus (1, seuil : 0) : {name} ({siren})."
    )
    assert "territoires_alias.csv" in refused
    assert compared(days, {**thresholds, "publication_epci_perdus_nb": 1}, lost).refused == ()


@pytest.mark.parametrize(
    "why",
    ["decision = 'refuse', est_retenu = false", "siren_epci = '200093201'", "est_en_vigueur = false"],
    ids=["withdrawn by the Région", "merged into another", "corrected since"],
)  # fmt: skip
def test_a_territory_whose_report_was_withdrawn_merged_or_corrected_is_not_lost(
    days: tuple[Built, Built], thresholds: dict[str, float], why: str
) -> None:
    _, _, report = territory(days)
    change = f"update construit.qualite.rapports set {why} where rapport_id = '{report}'"
    assert compared(days, thresholds, change).refused == ()


def rebuilt(
    warehouse: Warehouse, days: tuple[Built, Built], raw: Raw, folder: Path, known: datetime
) -> tuple[Built, Built]:
    return days[0], Built.of(warehouse, raw, TODAY, known, folder)


def test_an_honest_report_of_the_month_just_begun_is_published(
    warehouse: Warehouse,
    region: Raw,
    days: tuple[Built, Built],
    thresholds: dict[str, float],
    tmp_path: Path,
) -> None:
    raw, known = copy.deepcopy(region), datetime(2025, 4, 11, 8)
    for siren in TERRITORIES[:3]:
        done = [{"code": f"A{n}", "statut": "realise", "taux": 100.0} for n in range(9)]
        raw.report(siren, date(2025, 4, 5), done, known=known)
    moved = compared(rebuilt(warehouse, days, raw, tmp_path, known), thresholds)
    assert moved.refused == moved.told == ()


def test_the_late_reports_of_a_campaign_are_published_and_what_they_move_is_told(
    warehouse: Warehouse,
    region: Raw,
    days: tuple[Built, Built],
    thresholds: dict[str, float],
    tmp_path: Path,
) -> None:
    raw, known = copy.deepcopy(region), datetime(2025, 4, 11, 8)
    for siren in TERRITORIES[:6]:
        done = [{"code": f"A{n}", "statut": "realise", "taux": 100.0} for n in range(9)]
        raw.report(siren, MONTH_END, done, known=known)
    moved = compared(rebuilt(warehouse, days, raw, tmp_path, known), thresholds)
    assert [sentence for sentence in moved.refused if "€" not in sentence] == []
    (realised,) = [sentence for sentence in moved.told if "Actions réalisées" in sentence]
    assert re.search(r"expliquent [6-9]\d(,\d)?\)\.$", realised), realised


def test_one_report_does_not_explain_an_amount_out_of_all_measure(
    warehouse: Warehouse,
    region: Raw,
    days: tuple[Built, Built],
    thresholds: dict[str, float],
    tmp_path: Path,
) -> None:
    raw, known = copy.deepcopy(region), datetime(2025, 4, 11, 8)
    huge = {"code": "A1", "budget_prevu_eur": 45e9, "base_montant": "HT"}
    raw.report(TERRITORIES[0], MONTH_END, [huge], known=known)
    moved = compared(rebuilt(warehouse, days, raw, tmp_path, known), thresholds)
    assert [s for s in moved.refused if s.startswith("« Budget prévu des actions » (ht)")]


def test_rows_set_aside_are_told_beyond_their_threshold(
    days: tuple[Built, Built], thresholds: dict[str, float]
) -> None:
    _, name, report = territory(days)
    limit = thresholds["publication_lignes_ecartees_pct"]
    with both(days, "update brut.rapports set recues_nb = 10, ecartees_nb = 1") as connection:
        assert list(checks.set_aside(connection, limit)) == []
        connection.execute(
            f"update brut.rapports set ecartees_nb = 5 where rapport_id = '{report}'"
        )
        (told,) = checks.set_aside(connection, limit)
    assert f"surtout : {name} (rapport.csv, 5 sur 10), " in told


def test_a_build_of_an_earlier_day_than_the_publication_says_so(days: tuple[Built, Built]) -> None:
    yesterday, today = days
    with held(publie=today.build, construit=yesterday.build) as connection:
        (told,) = checks.went_back(connection)
    assert told.startswith(
        "La construction est du 10/04/2025, la publication en place du 11/04/2025"
    )
    with both(days) as connection:
        assert list(checks.went_back(connection)) == []
