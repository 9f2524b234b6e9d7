"""What raw holds is what a build shows, whatever happened to the reports; a mart that loses or invents is refused."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from built_files import Built, held
from dbt_replay import Warehouse
from raw_rows import BOULONNAIS, CALAISIS, CAMBRAI, Raw, at, sample_region
from shown import FEB, JAN, KNOWN, MAR

from vigie.reference.seeds import Reference
from vigie.reference.succession import RetiredSiren
from vigie.settings import PROJECT_ROOT
from vigie.warehouse import conservation

SEEDS = PROJECT_ROOT / "seeds"
OLD, OLDER = "111111111", "222222222"


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference.load(SEEDS)


def rows(*codes: str, **more: object) -> list[dict[str, object]]:
    return [{"code": code, **more} for code in codes]


def told(built: Built, reference: Reference, *spoilt: str) -> list[str]:
    with held(brut=built.raw, construit=built.build) as connection:
        for statement in spoilt:
            connection.execute(statement)
        return list(conservation.broken(connection, reference))


def expected(built: Built, reference: Reference) -> set[str]:
    """The actions counted from raw."""
    with held(brut=built.raw, construit=built.build) as connection:
        assert list(conservation.broken(connection, reference)) == []
        return {row[0] for row in connection.execute("select action_id from attendues").fetchall()}


def ids(siren: str, *codes: str) -> set[str]:
    return {f"{siren}-{code}" for code in codes}


def an_eventful_winter() -> Raw:
    raw = Raw()
    raw.report(BOULONNAIS, JAN, rows("A", "B"))
    # Adds C and D; the correction of the same date drops D, first seen in the report that it replaces.
    raw.report(BOULONNAIS, FEB, rows("A", "B", "C", "D"))
    raw.report(BOULONNAIS, FEB, rows("A", "C"), known=at(FEB, later=9))
    # B is dropped by a correction too, but January's report said it: it is carried forward.
    raw.report(CALAISIS, MAR, rows("A", "X"))
    raw.report(CALAISIS, JAN, rows("A", "W"), known=at(MAR, later=8))  # arrives out of order
    # Renamed: the old code is carried forward, as nothing says that the two are one.
    raw.report(CALAISIS, date(2025, 3, 30), rows("A", "W2"), known=at(MAR, later=9))
    raw.report(CAMBRAI, JAN, rows("A"), verdict="a_valider", name="approuvé")
    raw.decide("approuvé", "approuve", at(FEB, later=1))
    raw.report(CAMBRAI, FEB, rows("A", "B"), verdict="a_valider", name="retiré")
    raw.decide("retiré", "approuve", at(MAR, later=1))
    raw.decide("retiré", "refuse", at(MAR, later=2))
    raw.report(CAMBRAI, FEB, rows("Z"), verdict="a_valider", name="en attente", known=at(MAR))
    raw.report(CAMBRAI, MAR, [], name="vide")
    raw.report(
        CAMBRAI, MAR, [], received=3, verdict="rejete", name="refusé", known=at(MAR, later=9)
    )
    raw.report(CAMBRAI, date(2025, 5, 31), rows("à venir"), known=at(MAR, later=1))
    raw.report(OLDER, MAR, rows("d'un inconnu"))
    return raw


def test_what_was_added_dropped_renamed_corrected_and_withdrawn_adds_up(
    warehouse: Warehouse, reference: Reference, tmp_path: Path
) -> None:
    built = Built.of(warehouse, an_eventful_winter(), MAR, KNOWN, tmp_path)
    assert expected(built, reference) == (
        ids(BOULONNAIS, "A", "B", "C") | ids(CALAISIS, "A", "X", "W", "W2") | ids(CAMBRAI, "A")
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_a_whole_region_sends_adds_up(
    warehouse: Warehouse, reference: Reference, tmp_path: Path, seed: int
) -> None:
    raw = sample_region([BOULONNAIS, CALAISIS, CAMBRAI], months=4, seed=seed)
    # Codes are those of each: what was known in the middle of the campaign adds up too.
    for number, known in enumerate((datetime(2025, 6, 30), datetime(2025, 4, 12))):
        (folder := tmp_path / str(number)).mkdir()
        built = Built.of(warehouse, raw, date(2025, 4, 10), known, folder)
        # The counts that the sample invents for the rows set aside are not those of rows.
        assert [s for s in told(built, reference) if "lignes chargées" not in s] == []


def changed(reference: Reference, *changes: tuple[str, str, date]) -> Reference:
    retired = {old: RetiredSiren(old, heir, f"CC {old}", last) for old, heir, last in changes}
    return replace(reference, retired_sirens={**reference.retired_sirens, **retired})


def recorded(*changes: tuple[str, str, date]) -> list[str]:
    return [
        "insert into vigie.referentiel.territoires_alias (siren_ancien, siren_epci, fin_le)"
        f" values ('{old}', '{heir}', date '{last}')"
        for old, heir, last in changes
    ]


MERGER = ((CALAISIS, BOULONNAIS, JAN),)
RENUMBERED = ((OLD, CAMBRAI, JAN),)
TWICE = ((OLD, OLDER, JAN), (OLDER, BOULONNAIS, FEB))
AHEAD = ((CALAISIS, BOULONNAIS, date(2025, 12, 31)),)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        (MERGER, ids(BOULONNAIS, "1", "2", "3", f"{CALAISIS}-1") | ids(CAMBRAI, "1")),
        (RENUMBERED, ids(BOULONNAIS, "1", "3") | ids(CALAISIS, "1", "2") | ids(CAMBRAI, "1", "9")),
        (TWICE, ids(BOULONNAIS, "1", "3", f"{OLD}-1", "9") | ids(CALAISIS, "1", "2") | ids(CAMBRAI, "1")),
        (AHEAD, ids(BOULONNAIS, "1", "3") | ids(CALAISIS, "1", "2") | ids(CAMBRAI, "1")),
    ],
    ids=["merged", "renumbered", "twice", "ahead of time"],
)  # fmt: skip
def test_territories_that_merge_keep_the_actions_of_each(
    warehouse: Warehouse,
    reference: Reference,
    tmp_path: Path,
    changes: tuple[tuple[str, str, date], ...],
    found: set[str],
) -> None:
    raw = Raw()
    raw.report(BOULONNAIS, JAN, rows("1"))
    raw.report(CALAISIS, JAN, rows("1", "2"))
    raw.report(OLD, JAN, rows("1", "9"))
    raw.report(BOULONNAIS, MAR, rows("1", "3"))
    raw.report(CAMBRAI, MAR, rows("1"))
    built = Built.of(warehouse, raw, MAR, KNOWN, tmp_path, recorded(*changes))
    assert expected(built, changed(reference, *changes)) == found


@pytest.fixture(scope="module")
def winter(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    raw = an_eventful_winter()
    raw.report(CAMBRAI, MAR, rows("S", est_confidentielle=True), known=at(MAR, later=9))
    yield Built.of(warehouse, raw, MAR, KNOWN, tmp_path_factory.mktemp("hiver"))


LOST, INVENTED = f"{BOULONNAIS}-B", f"{BOULONNAIS}-D"


@pytest.mark.parametrize(
    ("spoilt", "sentences"),
    [
        (
            f"delete from construit.marts.fct_actions where action_id = '{LOST}'",
            [f"fct_actions : l'action {LOST} (rapport.csv, Actions, ligne 3) est acceptée et manque."],
        ),
        (
            f"delete from construit.marts.fct_etats_mensuels where action_id = '{LOST}' and est_dernier_mois",
            [f"fct_etats_mensuels : l'action {LOST} (rapport.csv, Actions, ligne 3) est acceptée et manque."],
        ),
        (
            f"insert into construit.marts.fct_actions by name select '{INVENTED}' as action_id",
            [f"fct_actions : aucun rapport accepté en vigueur ne permet de montrer l'action {INVENTED}."],
        ),
        (
            f"insert into construit.marts.fct_actions by name select '{CAMBRAI}-S' as action_id",
            [f"fct_actions : aucun rapport accepté en vigueur ne permet de montrer l'action {CAMBRAI}-S."],
        ),
        (
            "update construit.marts.publication set actions_nb = actions_nb - 1",
            ["9 actions acceptées, 8 comptées dans les tables publiées."],
        ),
        (
            "delete from brut.lignes where rapport_id = 'approuvé'",
            [
                "Le rapport approuvé (rapport.csv) n'a pas autant de lignes chargées (0) et écartées (0) que reçues"
                " (1). À faire : vigie rebuild.",
                "8 actions acceptées, 9 comptées dans les tables publiées.",
                f"fct_actions : aucun rapport accepté en vigueur ne permet de montrer l'action {CAMBRAI}-A.",
                f"fct_etats_mensuels : aucun rapport accepté en vigueur ne permet de montrer l'action {CAMBRAI}-A.",
            ],
        ),
    ],
    ids=["lost", "lost of the month", "invented", "confidential", "miscounted", "raw lost rows"],
)  # fmt: skip
def test_a_mart_that_loses_or_invents_an_action_is_told_with_its_place(
    winter: Built, reference: Reference, spoilt: str, sentences: list[str]
) -> None:
    assert told(winter, reference) == []
    assert told(winter, reference, spoilt) == sentences


def test_many_lost_actions_are_counted(winter: Built, reference: Reference) -> None:
    sentences = told(winter, reference, "delete from construit.marts.fct_actions")
    assert len(sentences) == conservation.ACTIONS_TOLD + 1
    assert sentences[-1] == "fct_actions : et 3 autres actions."
    with duckdb.connect(str(winter.build), read_only=True) as connection:
        assert connection.execute("select count(*) from marts.fct_actions").fetchone() == (8,)
