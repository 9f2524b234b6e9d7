"""A raw file of another version of Vigie is brought up to date when it is opened, made again from landing, or named."""

import hashlib
import logging
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from tests.versions import RELEASED, install
from vigie.errors import NightIncomplete, RawOutdated
from vigie.night import intake
from vigie.night import steps as night
from vigie.settings import Settings
from vigie.warehouse import raw, raw_schema

RUN_AT = datetime(2026, 11, 21, 1)
DDL = raw_schema.ddl()
# The last version released left the schema of today.
LATER = raw_schema.VERSION + 1
Tomorrow = Callable[[str, int], None]

ADDED_COLUMN = DDL.replace("freins varchar,", "freins varchar,\n    risques varchar,")
ADDED_TABLE = DDL + "create table if not exists jalons (rapport_id varchar not null, nom varchar);"
LESS = DDL.replace("    unite varchar,\n", "")
CHANGED = DDL.replace("budget_prevu_eur double", "budget_prevu_eur decimal(18, 2)")
REQUIRED = DDL.replace("freins varchar,", "freins varchar,\n    risques varchar not null,")
ANOTHER_KEY = DDL.replace(
    "    decision_id varchar primary key,", "    decision_id varchar not null,"
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """What the last version released left."""
    return install(RELEASED[-1], tmp_path)


@pytest.fixture
def tomorrow(monkeypatch: pytest.MonkeyPatch) -> Tomorrow:
    """Makes the code that of a later version."""

    def change(ddl: str, version: int) -> None:
        monkeypatch.setattr(raw_schema, "ddl", lambda: ddl)
        monkeypatch.setattr(raw_schema, "VERSION", version)

    return change


def rows(settings: Settings, query: str) -> list[tuple[object, ...]]:
    with raw.reader(settings.raw_path) as connection:
        return connection.execute(query).fetchall()


def untouched(settings: Settings, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(settings.raw_path), read_only=True) as connection:
        return connection.execute(query).fetchall()


def content(settings: Settings) -> list[tuple[object, ...]]:
    return untouched(
        settings,
        "select rapport_id, verdict, acceptees_nb, (select count(*) from lignes where"
        " rapport_id = rapports.rapport_id) from rapports order by all",
    )


def test_whoever_changes_the_schema_raises_its_version() -> None:
    schema = raw_schema.declared()
    told = repr((sorted((t, sorted(c.items())) for t, c in schema.tables.items()), schema.keys))
    digest = hashlib.sha256(re.sub(r"\s", "", told).encode()).hexdigest()[:12]
    assert (raw_schema.VERSION, digest) == (2, "7a12b7b7f1da")


@pytest.mark.parametrize("ddl", [ADDED_COLUMN, ADDED_TABLE], ids=["column", "table"])
@pytest.mark.parametrize("opened", [raw.reader, raw.writer])
def test_what_is_only_added_is_added_in_place_and_told_in_one_line(
    settings: Settings,
    tomorrow: Tomorrow,
    ddl: str,
    opened: Callable[..., object],
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = content(settings)
    tomorrow(ddl, LATER)
    with caplog.at_level(logging.WARNING), opened(settings.raw_path):
        pass
    assert content(settings) == before != []
    (line,) = caplog.messages
    assert line.startswith(f"raw.duckdb : schéma {LATER - 1} devenu {LATER} (")
    assert ("lignes.risques" in line) != ("jalons" in line)
    assert untouched(settings, "from schema_brut") == [(LATER,)]
    with raw.reader(settings.raw_path) as connection:
        assert raw_schema.of(connection) == raw_schema.declared()
    assert len(caplog.messages) == 1


@pytest.mark.parametrize("ddl", [ADDED_COLUMN, ADDED_TABLE], ids=["column", "table"])
def test_the_next_night_takes_in_a_report_with_a_column_more(
    settings: Settings, tomorrow: Tomorrow, ddl: str
) -> None:
    tomorrow(ddl, LATER)
    (gone,) = untouched(settings, "select max(rapport_id) from rapports where verdict = 'accepte'")
    with raw.writer(settings.raw_path) as connection:
        for table in ("rapports", "lignes"):
            connection.execute(f"delete from {table} where rapport_id = ?", gone)
    counts = night.gate_and_load(settings, RUN_AT)
    assert (counts["nouveaux"], counts["incidents"]) == (1, [])


@pytest.mark.parametrize(
    ("ddl", "told"),
    [
        (LESS, "lignes.unite"),
        (CHANGED, "lignes.budget_prevu_eur"),
        (REQUIRED, "lignes.risques"),
        (ANOTHER_KEY, "decisions"),
    ],
    ids=["a column less", "a type changed", "a column that must be filled", "a key less"],
)
def test_what_cannot_be_done_in_place_is_named_and_changes_nothing(
    settings: Settings, tomorrow: Tomorrow, ddl: str, told: str
) -> None:
    before = settings.raw_path.read_bytes()
    tomorrow(ddl, LATER)
    for opened in (raw.reader, raw.writer):
        with (
            pytest.raises(RawOutdated, match=f"diffère par : {told}.*vigie gate"),
            opened(settings.raw_path),
        ):
            pass
    assert settings.raw_path.read_bytes() == before


@pytest.mark.parametrize("ddl", [LESS, CHANGED], ids=["a column less", "a type changed"])
def test_the_next_night_makes_raw_again_from_landing(
    settings: Settings, tomorrow: Tomorrow, ddl: str
) -> None:
    before = content(settings)
    decided = untouched(settings, "from decisions")
    tomorrow(ddl, LATER)
    counts = night.gate_and_load(settings, RUN_AT)
    assert (counts["nouveaux"], counts["incidents"]) == (0, [])
    assert content(settings) == before != []
    assert rows(settings, "from decisions") == decided != []
    assert rows(settings, "select count(*) > 0 from seances_valeurs") == [(True,)]
    with raw.reader(settings.raw_path) as connection:
        assert raw_schema.of(connection) == raw_schema.declared()


def test_raw_is_left_as_it_was_when_landing_does_not_give_everything_back(
    settings: Settings, tomorrow: Tomorrow
) -> None:
    before = settings.raw_path.read_bytes()
    receipt = min((settings.landing / "recus").glob("*/*.json"))
    receipt.write_bytes(receipt.read_bytes()[:40])
    tomorrow(LESS, LATER)
    with pytest.raises(NightIncomplete, match=r"est laissé tel quel.*tronqué"):
        night.gate_and_load(settings, RUN_AT)
    assert settings.raw_path.read_bytes() == before


def test_a_file_of_a_later_version_is_named_and_left_alone(
    settings: Settings, tomorrow: Tomorrow, monkeypatch: pytest.MonkeyPatch
) -> None:
    tomorrow(ADDED_COLUMN, LATER)
    with raw.writer(settings.raw_path):
        pass
    before = settings.raw_path.read_bytes()
    tomorrow(DDL, LATER - 1)
    for read in (
        lambda: rows(settings, "from rapports"),
        lambda: night.gate_and_load(settings, RUN_AT),
    ):
        with pytest.raises(
            RawOutdated,
            match=rf"version plus récente de Vigie \(schéma {LATER}, celle-ci connaît le {LATER - 1}\)",
        ):
            read()
    assert settings.raw_path.read_bytes() == before
    assert intake.make_again(settings, RUN_AT.date(), settings.data_docs / "essai") == []
    assert rows(settings, "from schema_brut") == [(LATER - 1,)]


def test_a_log_left_by_the_old_file_is_not_replayed_on_the_new_one(settings: Settings) -> None:
    log = Path(f"{settings.raw_path}.wal")
    before = content(settings)
    log.write_bytes(b"")
    assert intake.make_again(settings, RUN_AT.date(), settings.data_docs / "essai") == []
    assert not log.exists()
    assert content(settings) == before
