"""Landing in a bucket: nothing half written, lost or undone, whoever writes, whatever stops; the rows of a folder."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from channel_scene import RUN_AT, SIREN, drop, line
from killing import kill_at
from servers import RealServer, Relay

from tests.gate.reports import action, csv_report
from vigie import object_server, objects
from vigie.arrival import collection, landing
from vigie.arrival.sources import Fetched
from vigie.errors import DamagedFile, LandingUnreachable, SettingsError
from vigie.night import backup as copies
from vigie.night import intake
from vigie.objects import ObjectPath, object_path
from vigie.records import Receipt
from vigie.settings import Settings
from vigie.warehouse import raw

SOURCE = line("depot", SIREN)
InBucket = Callable[..., Settings]


def kept(settings: Settings, but: str = "") -> dict[str, bytes]:
    """What landing holds, by name; without the part `but`."""
    depth = len(settings.landing.parts)
    return {
        "/".join(path.parts[depth:]): path.read_bytes()
        for path in settings.landing.rglob("*")
        if path.is_file() and path.parts[depth] != but and not path.name.startswith(".")
    }


def deposit(settings: Settings) -> None:
    for title in ("Ouvrir un guichet", "Former les agents", "Relier le port"):
        content = csv_report(SIREN, [action(intitule=title)])
        drop(settings.drop_folder / SIREN / f"{title}.csv", content)


def landed(settings: Settings) -> Receipt:
    fetched = Fetched("r.csv", "r.csv", b"contenu", None, 7, "auto", SIREN)
    landing.land(settings, SOURCE, fetched, RUN_AT, None, synthetic=False)
    (receipt,) = landing.receipts(settings)
    return receipt


@pytest.fixture
def in_folder(tmp_path: Path) -> Settings:
    """The same deposits as elsewhere, landed in a folder."""
    settings = Settings(home=tmp_path / "dossier")
    deposit(settings)
    collection.collect(settings, SOURCE, RUN_AT)
    return settings


def test_what_lands_in_a_bucket_is_what_lands_in_a_folder(
    in_folder: Settings, landing_server: RealServer, in_bucket: InBucket
) -> None:
    settings = in_bucket(landing_server)
    deposit(settings)
    assert collection.collect(settings, SOURCE, RUN_AT) == {"nouveaux": 3, "deja_connus": 0}
    assert kept(settings) == kept(in_folder) != {}
    assert not (settings.home / "landing").exists()


def test_a_worker_killed_while_it_puts_leaves_whole_objects_and_the_next_ends_the_same(
    in_folder: Settings,
    landing_server: RealServer,
    in_bucket: InBucket,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = in_bucket(landing_server)
    monkeypatch.setenv("VIGIE_LANDING", settings.landing_address)
    deposit(settings)
    # Three files: each is put, then its receipt; the state of the source at the end.
    for put in (2, 5):
        collecting = ("collect", SOURCE.source_id, "--date", "2026-11-20")
        kill_at(settings.home, "vigie.objects:ObjectPath", "_put", put, *collecting)
        assert list((settings.landing / "etats").glob("*")) == []
        for path in (settings.landing / "objets").rglob():
            assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name
    names = kept(settings).keys()
    collection.collect(settings, SOURCE, RUN_AT)
    assert kept(settings).keys() > names
    assert kept(settings, but="recus").keys() == kept(in_folder, but="recus").keys()
    told = [
        {r.rapport_id: r.nom_fichier for r in landing.receipts(s)} for s in (settings, in_folder)
    ]
    assert told[0] == told[1] != {}


@pytest.mark.parametrize("after", [0, 900, 2500, 4000, 6000, 9000])
def test_a_server_that_goes_away_loses_nothing_and_the_next_collection_ends_the_same(
    after: int, in_folder: Settings, landing_server: RealServer, in_bucket: InBucket
) -> None:
    relay = Relay(landing_server)
    try:
        settings = in_bucket(landing_server, relay.url)
        deposit(settings)
        relay.cut(after)
        with pytest.raises(LandingUnreachable, match="ne répond pas.*À faire.*rien n'est perdu"):
            collection.collect(settings, SOURCE, RUN_AT)
        relay.mend()
        # By wires of its own, as another process would.
        object_server.forget()
        collection.collect(settings, SOURCE, RUN_AT)
        assert kept(settings, but="etats") == kept(in_folder, but="etats") != {}
        # It is no failure of the source.
        assert "echec" not in landing.source_state(settings, SOURCE.source_id)
    finally:
        relay.close()


def test_a_server_away_for_a_moment_is_no_failure_of_the_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=tmp_path)
    deposit(settings)

    def away(*_: Any) -> bool:
        raise LandingUnreachable("ne répond pas")

    monkeypatch.setattr(landing, "land", away)
    with pytest.raises(LandingUnreachable):
        collection.collect(settings, SOURCE, RUN_AT)
    assert landing.source_state(settings, SOURCE.source_id) == {}


def test_a_night_that_finds_no_landing_stops_rather_than_blame_the_source(
    landing_server: RealServer, in_bucket: InBucket
) -> None:
    settings = in_bucket(landing_server)
    deposit(settings)
    elsewhere = replace(settings, landing_address="s3://sans-seau/landing")
    with pytest.raises(LandingUnreachable, match="« sans-seau »"):
        collection.collect_all(elsewhere, [SOURCE], RUN_AT)


WORKS: dict[str, Callable[[Settings], object]] = {
    "listing": lambda settings: list(landing.receipts(settings)),
    "reading": lambda settings: landing.source_state(settings, SOURCE.source_id),
    "landing": landed,
    "a state": lambda settings: landing.save_source_state(settings, SOURCE.source_id, {}),
    "a backup": lambda settings: copies.backup(settings, settings.home / "copie", {}),
}


@pytest.mark.parametrize("work", WORKS)
def test_a_bucket_that_does_not_exist_is_named_whatever_is_asked(
    work: str, landing_server: RealServer, in_bucket: InBucket
) -> None:
    settings = replace(in_bucket(landing_server), landing_address="s3://sans-seau/landing")
    with pytest.raises(LandingUnreachable, match="« sans-seau ».*corriger VIGIE_LANDING"):
        WORKS[work](settings)


@pytest.mark.parametrize("work", WORKS)
def test_a_wrong_key_is_told_without_showing_it(
    work: str, landing_server: RealServer, in_bucket: InBucket
) -> None:
    settings = in_bucket(landing_server)
    in_bucket(replace(landing_server, password="faux-secret"), may_make_the_bucket=False)
    with pytest.raises(
        LandingUnreachable, match="refuse la clé.*AIRFLOW_CONN_VIGIE_LANDING"
    ) as told:
        WORKS[work](settings)
    assert "faux-secret" not in str(told.value)


@pytest.mark.parametrize(
    "address", ["s3://", "arrivees/x", "gs://arrivees/x", "s3://a/../b", "s3://a//b"]
)
def test_an_address_of_another_shape_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match="VIGIE_LANDING doit être de la forme s3://"):
        object_path(address)


def test_altered_bytes_are_told_not_read_and_put_again_when_the_source_gives_them(
    wherever: Settings,
) -> None:
    receipt = landed(wherever)
    path = landing.content_path(wherever, receipt.sha256)
    assert landing.damage(wherever, receipt) == ""
    path.write_bytes(b"contenus")
    assert "son empreinte diffère" in landing.damage(wherever, receipt)
    with pytest.raises(DamagedFile):
        landing.content(wherever, receipt.sha256)
    path.unlink()
    assert "le contenu reçu manque" in landing.damage(wherever, receipt)
    path.write_bytes(b"contenus")
    fetched = Fetched("r.csv", "r.csv", b"contenu", None, 7, "auto", SIREN)
    assert landing.land(wherever, line("http", "x"), fetched, RUN_AT, None, synthetic=False)
    assert landing.content(wherever, receipt.sha256) == b"contenu"


def test_a_process_apart_reads_a_verified_copy_that_goes(
    landing_server: RealServer, in_bucket: InBucket
) -> None:
    settings = in_bucket(landing_server)
    receipt = landed(settings)
    copy = landing.local_copy(settings, receipt)
    assert copy.read_bytes() == b"contenu"
    assert copy.is_relative_to(settings.home)
    assert copy.parent.stat().st_mode & 0o077 == 0
    landing.drop_copy(settings, receipt)
    assert not copy.exists()
    landing.content_path(settings, receipt.sha256).write_bytes(b"contenus")
    with pytest.raises(DamagedFile):
        landing.local_copy(settings, receipt)
    assert not copy.exists()


def test_what_is_bigger_than_anything_kept_is_refused(
    landing_server: RealServer, in_bucket: InBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = in_bucket(landing_server).landing / "etats" / "s.json"
    monkeypatch.setattr(objects, "MOST_BYTES", 10)
    path.write_bytes(b"0123456789")
    assert path.read_bytes() == b"0123456789"
    path.write_bytes(b"0123456789a")
    with pytest.raises(DamagedFile, match="s3://arrivees/"):
        path.read_bytes()


def test_an_empty_object_is_read_as_empty(wherever: Settings) -> None:
    # An oversize file leaves its name alone.
    fetched = Fetched("a.csv", "a.csv", b"", None, 10**9, "auto", SIREN)
    landing.land(wherever, SOURCE, fetched, RUN_AT, None, synthetic=False)
    (receipt,) = landing.receipts(wherever)
    assert landing.damage(wherever, receipt) == ""
    assert landing.content_path(wherever, receipt.sha256).read_bytes() == b""


def test_a_listing_is_read_to_its_last_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def page(_: str, ContinuationToken: str = "", **asked: Any) -> dict[str, Any]:  # noqa: N803
        names = {"": "ab", "suite": "c"}[ContinuationToken]
        found = [{"Key": f"{asked['Prefix']}{name}.json", "ETag": ""} for name in names]
        more = {} if ContinuationToken else {"NextContinuationToken": "suite"}
        return {"Contents": found, "IsTruncated": bool(more)} | more

    monkeypatch.setattr(objects, "server", lambda: SimpleNamespace(call_s3=page))
    found = list(ObjectPath("arrivees/landing").glob("*.json"))
    assert [path.name for path in found] == ["a.json", "b.json", "c.json"]


def tables(settings: Settings) -> Iterator[tuple[str, Any]]:
    with raw.reader(settings.raw_path) as connection:
        for (name,) in connection.execute(
            "select table_name from duckdb_tables() order by 1"
        ).fetchall():
            yield name, connection.execute(f'from "{name}" order by all').fetchall()


def test_raw_made_from_a_bucket_alone_has_the_rows_of_a_folder(
    in_folder: Settings, landing_server: RealServer, in_bucket: InBucket
) -> None:
    settings = in_bucket(landing_server)
    deposit(settings)
    collection.collect(settings, SOURCE, RUN_AT)
    taken = intake.take_in(in_folder, RUN_AT.date(), in_folder.home / "docs")
    assert (taken["nouveaux"], taken["incidents"]) == (3, [])
    expected = dict(tables(in_folder))
    # Another machine, that has the bucket alone.
    other = replace(settings, home=settings.home / "autre")
    other.home.mkdir()
    assert intake.make_again(other, RUN_AT.date(), other.home / "docs") == []
    assert dict(tables(other)) == expected
    assert len(expected["rapports"]) == 3
    assert list(other.copies.iterdir()) == []


def test_a_backup_of_a_folder_is_restored_in_a_bucket_and_taken_up_when_cut(
    in_folder: Settings,
    landing_server: RealServer,
    in_bucket: InBucket,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    copies.backup(in_folder, tmp_path / "copie", {})
    settings = in_bucket(landing_server)
    upload, done = ObjectPath.upload, []

    def cut(path: ObjectPath, file: Path) -> None:
        if len(done) == 4:
            raise LandingUnreachable("coupé")
        upload(path, file)
        done.append(path)

    with monkeypatch.context() as patch:
        patch.setattr(ObjectPath, "upload", cut)
        with pytest.raises(LandingUnreachable, match="coupé"):
            copies.restore(settings, tmp_path / "copie")
    assert len(kept(settings)) == 4
    # A night launched on it would collect everything again, rather than believe it all seen.
    assert list((settings.landing / "etats").glob("*")) == []
    copies.restore(settings, tmp_path / "copie")
    assert kept(settings) == kept(in_folder) != {}
    copies.backup(settings, tmp_path / "seconde", {})
    assert (
        copies._digests(tmp_path / "seconde").items()
        >= {
            name: digest
            for name, digest in copies._digests(tmp_path / "copie").items()
            if name.startswith("landing/")
        }.items()
    )


def test_a_restoration_replaces_nothing_in_a_bucket(
    in_folder: Settings, landing_server: RealServer, in_bucket: InBucket, tmp_path: Path
) -> None:
    copies.backup(in_folder, tmp_path / "copie", {})
    settings = in_bucket(landing_server)
    (settings.landing / "etats" / "autre.json").write_bytes(b"{}")
    with pytest.raises(SettingsError, match="etats/autre.json n'y est pas.*rien n'y est remplacé"):
        copies.restore(settings, tmp_path / "copie")
    assert kept(settings) == {"etats/autre.json": b"{}"}


def test_without_a_connection_the_key_is_that_of_the_tools_of_amazon(
    landing_server: RealServer, in_bucket: InBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = in_bucket(landing_server)
    monkeypatch.delenv("AIRFLOW_CONN_VIGIE_LANDING")
    monkeypatch.setenv("AWS_ENDPOINT_URL", landing_server.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", landing_server.login)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", landing_server.password)
    object_server.forget()
    assert landed(settings).nom_fichier == "r.csv"
