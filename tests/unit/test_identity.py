"""The identity of a publication is its content: the rows loaded, the definitions, then its dates."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.unit.test_raw import judged, themes
from vigie.errors import PublicationError
from vigie.settings import Settings
from vigie.warehouse import builder, publication, raw
from vigie.warehouse.builder import Cutoff

TODAY, TOMORROW = (Cutoff.at_end_of(date(2026, 11, day)) for day in (20, 21))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path)
    raw.load(settings.raw_path, {"rapports": judged("a", "b"), "lignes_themes": themes("a", "b")})
    return settings


def change(settings: Settings, statement: str) -> None:
    with raw.writer(settings.raw_path) as connection:
        connection.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "update lignes_themes set theme_code = 'tourisme' where rapport_id = 'a'",
        "update rapports set horizon = '2030' where rapport_id = 'a'",
        "delete from lignes_themes where rapport_id = 'b'",
        "insert into lignes_themes from lignes_themes limit 1",
        "insert into decisions values ('d', 'a', 'refuse', 'm', 'r', '2026-11-20')",
    ],
)
def test_any_row_loaded_changes_the_content(settings: Settings, statement: str) -> None:
    before = builder.content_id(settings)
    change(settings, statement)
    assert builder.content_id(settings) != before


def test_the_same_rows_in_another_order_are_the_same_content(
    settings: Settings, tmp_path: Path
) -> None:
    other = Settings(home=tmp_path / "autre")
    for name in ("b", "a"):
        raw.load(other.raw_path, {"rapports": judged(name), "lignes_themes": themes(name)})
    assert builder.publication_id(other, TODAY) == builder.publication_id(settings, TODAY)


def test_another_date_is_another_publication_of_the_same_content(settings: Settings) -> None:
    today, tomorrow = (builder.publication_id(settings, day) for day in (TODAY, TOMORROW))
    assert today != tomorrow
    assert publication.content_of(today) == publication.content_of(tomorrow)
    assert publication.content_of(today) == builder.content_id(settings)


def test_a_session_frozen_is_another_publication_of_the_same_content(settings: Settings) -> None:
    before = builder.publication_id(settings, TODAY)
    change(settings, "insert into seances values ('s', 's', '2026-10-31', '2026-11-20', 'x', 'y')")
    after = builder.publication_id(settings, TODAY)
    assert after != before
    assert publication.content_of(after) == publication.content_of(before)


def publish(settings: Settings, cutoff: Cutoff) -> str:
    identity = builder.publication_id(settings, cutoff)
    path = settings.build_folder / identity / "vigie.duckdb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        for schema in ("marts", "qualite", "referentiel"):
            connection.execute(f"create schema {schema}")
        connection.execute(
            f"create table marts.publication as select '{identity}' as publication_id"
        )
    manifest = settings.home / "dbt" / "manifest.json"
    manifest.parent.mkdir(exist_ok=True)
    manifest.write_text('{"nodes": {}}', encoding="utf-8")
    publication.publish(settings, path)
    return identity


def test_a_rollback_stays_until_the_content_changes_not_until_the_next_date(
    settings: Settings,
) -> None:
    good = publish(settings, TODAY)
    change(settings, "update lignes_themes set theme_code = 'tourisme'")
    bad = publish(settings, TODAY)
    assert publication.rollback(settings) == good

    for day in (TODAY, TOMORROW):
        with pytest.raises(PublicationError, match=f"{bad} a été retirée"):
            publish(settings, day)
    assert publication.current_id(settings) == good

    change(settings, "update lignes_themes set theme_code = 'sante'")
    mended = publish(settings, TOMORROW)
    assert publication.current_id(settings) == mended


def test_a_content_allowed_again_is_published_at_any_date(settings: Settings) -> None:
    publish(settings, TODAY)
    change(settings, "update lignes_themes set theme_code = 'tourisme'")
    bad = publish(settings, TODAY)
    publication.rollback(settings)
    publication.allow_again(settings, bad)
    assert publication.withdrawn(settings) == []
    publish(settings, TOMORROW)


def test_what_was_rolled_back_is_kept_in_landing(settings: Settings) -> None:
    publish(settings, TODAY)
    change(settings, "update lignes_themes set theme_code = 'tourisme'")
    bad = publish(settings, TODAY)
    publication.rollback(settings)
    assert [path.stem for path in settings.landing.rglob("*.json")] == [bad]
