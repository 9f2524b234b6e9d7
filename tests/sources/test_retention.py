"""Superseded files go, their rows stay, and landing alone still rebuilds everything."""

from dataclasses import replace
from datetime import date, datetime

import pyarrow as pa
import pytest

from vigie.arrival import landing
from vigie.arrival.sources import Fetched
from vigie.night import retention
from vigie.records import Receipt, Source
from vigie.settings import Settings
from vigie.warehouse import raw

SOURCE = Source("depot-246200729", "246200729", "CA du Boulonnais", "depot", "246200729")
RUN = datetime(2026, 11, 20, 1, 0)


@pytest.fixture
def settings(wherever: Settings) -> Settings:
    return wherever


def receive(settings: Settings, month: int, verdict: str = "accepte") -> Receipt:
    content = f"rapport de {month}".encode()
    moment = datetime(2026, month, 5)
    fetched = Fetched("r.csv", "r.csv", content, moment, len(content), "auto", "246200729")
    landing.land(settings, SOURCE, fetched, moment, None, synthetic=False)
    (receipt,) = [r for r in landing.receipts(settings) if r.connu_le == moment]
    row = {
        "rapport_id": receipt.rapport_id,
        "jeu": "rapport_avancement",
        "source_id": receipt.source_id,
        "siren_epci": receipt.siren_epci,
        "canal": receipt.canal,
        "format": "vigie_csv",
        "nom_fichier": receipt.nom_fichier,
        "adresse": receipt.adresse,
        "sha256": receipt.sha256,
        "taille_octets": receipt.taille_octets,
        "depose_le": moment,
        "collecte_le": moment,
        "connu_le": moment,
        "date_situation": date(2026, month, 1),
        "verdict": verdict,
        "recues_nb": 1,
        "acceptees_nb": 1,
        "ecartees_nb": 0,
        "remarques_nb": 0,
        "version_regles": "1",
        "est_synthetique": False,
    }
    theme = {
        "rapport_id": receipt.rapport_id,
        "feuille": "Actions",
        "ligne": 2,
        "theme_code": "mobilite",
        "theme_brut": "Mobilité",
    }
    raw.load(
        settings.raw_path,
        {"rapports": pa.Table.from_pylist([row]), "lignes_themes": pa.Table.from_pylist([theme])},
    )
    return receipt


def holds(settings: Settings, receipt: Receipt) -> bool:
    return landing.content_path(settings, receipt.sha256).exists()


def test_only_what_was_superseded_long_ago_is_deleted(settings: Settings) -> None:
    old, recent, last = (receive(settings, month) for month in (1, 9, 11))
    assert retention.purge(settings, RUN, days=60) == [old.rapport_id]
    assert [holds(settings, r) for r in (old, recent, last)] == [False, True, True]


def test_a_refused_file_goes_too(settings: Settings) -> None:
    refused = receive(settings, 1, verdict="rejete")
    assert retention.purge(settings, RUN, days=60) == [refused.rapport_id]


def test_the_last_accepted_report_is_never_deleted(settings: Settings) -> None:
    only = receive(settings, 1)
    assert retention.purge(settings, RUN, days=0) == []
    assert holds(settings, only)


def decide(settings: Settings, receipt: Receipt, decision: str) -> None:
    with raw.writer(settings.raw_path) as connection:
        connection.execute(
            "insert into decisions select ?, ?, ?, 'Vu.', 'Région', ?",
            [decision, receipt.rapport_id, decision, RUN],
        )


@pytest.mark.parametrize(
    ("decision", "is_purged"), [("", False), ("refuse", False), ("approuve", True)]
)
def test_a_report_stays_until_the_region_accepts_the_next(
    settings: Settings, decision: str, is_purged: bool
) -> None:
    old = receive(settings, 1)
    waiting = receive(settings, 3, verdict="a_valider")
    if decision:
        decide(settings, waiting, decision)
    assert (retention.purge(settings, RUN, days=60) == [old.rapport_id]) == is_purged
    assert holds(settings, old) != is_purged


def test_purged_reports_are_rebuilt_from_their_archive(settings: Settings) -> None:
    old = receive(settings, 1)
    receive(settings, 9)
    retention.purge(settings, RUN, days=30)
    fresh = replace(settings, raw_name="raw.rebuild.duckdb")
    assert retention.restore_archives(fresh) == 1
    for query in ("from rapports", "from lignes_themes"):
        sql = f"{query} where rapport_id = '{old.rapport_id}'"
        with raw.reader(settings.raw_path) as before, raw.reader(fresh.raw_path) as after:
            assert before.execute(sql).fetchall() == after.execute(sql).fetchall() != []


def test_purging_twice_changes_nothing(settings: Settings) -> None:
    receive(settings, 1)
    receive(settings, 9)
    retention.purge(settings, RUN, days=30)
    assert retention.purge(settings, RUN, days=30) == []
