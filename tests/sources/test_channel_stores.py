"""The same behaviour on three real servers: S3, SFTP, WebDAV."""

import dataclasses
import shutil
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import paramiko
import pytest
from channel_scene import DEPOSITED, RUN_AT, drop, line
from servers import reply

from vigie import object_server
from vigie.arrival.sources import fetch, folder
from vigie.errors import (
    SourceBudgetExceeded,
    SourceError,
    SourcePartlyRead,
    SourceRefused,
    SourceUnavailable,
)
from vigie.records import Source


@dataclasses.dataclass
class Store:
    """A folder on a real server and the line of sources.csv that leads to it."""

    source: Source
    folder: Path
    declare: Callable[..., str]
    fields: dict


@pytest.fixture(params=["s3", "sftp", "webdav"])
def store(request, connection) -> Store:
    server = request.getfixturevalue(f"{request.param}_server")
    fields = {"login": server.login, "password": server.password}
    if request.param == "s3":
        fields["extra"] = {"endpoint_url": server.url}
        adresse, place = "s3://depots/246200729", server.root / "depots" / "246200729"
    elif request.param == "sftp":
        fields["extra"] = {"host_key": server.host_key, "private_key": server.private_key}
        place = server.root / "246200729"
        adresse = f"{server.url}{place}"
    else:
        adresse, place = f"{server.url}/246200729", server.root / "246200729"
    shutil.rmtree(place.parent if request.param == "s3" else place, ignore_errors=True)
    place.mkdir(parents=True)
    source = line(request.param, adresse, connexion=connection(**fields))
    return Store(source, place, connection, fields)


def test_a_file_is_brought_with_its_date(store, visit):
    drop(store.folder / "2026" / "rapport été #1.csv", b"contenu")
    [fetched] = visit(store.source)
    assert fetched.contenu == b"contenu"
    assert fetched.depose_le == DEPOSITED
    assert fetched.nom_fichier == "rapport été #1.csv"
    assert fetched.adresse.endswith("246200729/2026/rapport été #1.csv")


def test_a_second_night_transfers_only_what_changed(store, visit):
    drop(store.folder / "a.csv", b"a" * 100)
    drop(store.folder / "b.csv", b"b" * 100)
    state: dict = {}
    assert len(visit(store.source, state)) == 2
    first = state["trafic"]
    assert visit(store.source, state) == []
    assert state["trafic"]["requetes"] < first["requetes"]
    drop(store.folder / "b.csv", b"c" * 101, at=datetime(2026, 11, 19))
    [fetched] = visit(store.source, state)
    assert fetched.contenu == b"c" * 101
    assert first["octets"] >= 200 and state["trafic"]["octets"] < first["octets"]


def test_unfinished_uploads_wait(store, visit):
    for name in ("a.csv.part", "~$a.xlsx", ".a.csv.swp"):
        drop(store.folder / name)
    assert visit(store.source) == []


def test_a_file_whose_size_still_moves_waits(store, visit, monkeypatch):
    path = drop(store.folder / "a.csv", b"half", at=RUN_AT)
    monkeypatch.setattr(folder.time, "sleep", lambda _: drop(path, b"half and more", at=RUN_AT))
    assert visit(store.source) == []
    monkeypatch.setattr(folder.time, "sleep", lambda _: None)
    assert [fetched.contenu for fetched in visit(store.source)] == [b"half and more"]


def test_a_file_that_changes_without_growing_waits(store, visit, monkeypatch):
    path = drop(store.folder / "a.csv", b"half", at=RUN_AT)
    later = RUN_AT + timedelta(seconds=1)
    monkeypatch.setattr(folder.time, "sleep", lambda _: drop(path, b"more", at=later))
    assert visit(store.source) == []


def test_a_file_that_grows_while_it_is_read_waits(store, visit, monkeypatch):
    path = drop(store.folder / "a.csv", b"half")
    settled = folder._settled

    def grow_after_settling(*given):
        files = list(settled(*given))
        drop(path, b"half and more")
        return files

    monkeypatch.setattr(folder, "_settled", grow_after_settling)
    assert visit(store.source) == []


def test_an_oversize_file_is_brought_without_its_bytes(store, visit):
    drop(store.folder / "gros.csv", b"x" * 1001)
    [fetched] = visit(store.source)
    assert (fetched.contenu, fetched.taille_octets) == (b"", 1001)


def test_an_empty_file_is_brought(store, visit):
    drop(store.folder / "vide.csv", b"")
    assert [fetched.contenu for fetched in visit(store.source)] == [b""]


def test_a_crowded_folder_is_read_by_parts_and_said(store, settings, monkeypatch):
    monkeypatch.setenv("VIGIE_SOURCE_OBJECTS", "2")
    for number in range(3):
        drop(store.folder / f"{number}.csv", str(number).encode())
    state: dict = {}
    brought = []
    with pytest.raises(SourceBudgetExceeded, match="1 fichiers nouveaux") as caught:
        brought += [fetched.contenu for fetched in fetch(store.source, state, settings, RUN_AT)]
    assert "trop de fichiers" in caught.value.to_territory
    brought = [fetched.contenu for fetched in fetch(store.source, state, settings, RUN_AT)]
    assert brought == [b"2"]


def test_more_files_than_the_limit_are_not_even_listed(store, visit, monkeypatch):
    monkeypatch.setenv("VIGIE_SOURCE_LISTED", "2")
    for number in range(3):
        drop(store.folder / f"{number}.csv")
    with pytest.raises(SourceBudgetExceeded, match="ranger le dossier"):
        visit(store.source)


def test_a_wrong_secret_is_refused_without_showing_it(store, visit):
    wrong = {**store.fields, "password": "faux-secret"}
    if store.source.canal == "sftp":
        wrong["login"] = "personne"
    store.declare(**wrong)
    with pytest.raises(SourceRefused, match="CA du Boulonnais.*connexion « territoire »") as caught:
        visit(store.source)
    assert "faux-secret" not in str(caught.value)


def test_a_missing_folder_is_named(store, visit):
    missing = store.source.adresse.replace("246200729", "ailleurs").replace("depots", "autre")
    with pytest.raises(SourceRefused, match="À faire"):
        visit(dataclasses.replace(store.source, adresse=missing))


def test_a_private_network_is_refused_unless_allowed(store, visit, monkeypatch):
    monkeypatch.setenv("VIGIE_HTTP_ALLOW_PRIVATE", "10.0.0.0/8")
    with pytest.raises(SourceRefused, match="adresse privée|en clair|https"):
        visit(store.source)


def test_a_dead_server_is_unavailable(store, visit, monkeypatch):
    monkeypatch.setitem(object_server.RETRIES, "total_max_attempts", 1)
    if store.source.canal == "s3":
        store.declare(**{**store.fields, "extra": {"endpoint_url": "http://127.0.0.1:9"}})
        source = store.source
    else:
        scheme = store.source.adresse.split("://")[0]
        source = dataclasses.replace(store.source, adresse=f"{scheme}://127.0.0.1:9/x")
    with pytest.raises(SourceUnavailable):
        visit(source)


@pytest.mark.parametrize(
    ("canal", "adresse"),
    [
        ("s3", "depots/246200729"),
        ("s3", "s3://depots/../autre"),
        ("sftp", "sftp://vigie:secret@127.0.0.1/x"),
        ("sftp", "/tmp"),
        ("webdav", "ftp://127.0.0.1/x"),
        ("webdav", "http://vigie:secret@127.0.0.1/x"),
    ],
)
def test_an_address_of_another_shape_is_refused(canal, adresse, visit):
    with pytest.raises(SourceRefused) as caught:
        visit(line(canal, adresse))
    assert "secret" not in str(caught.value).replace("le retirer", "")


def test_an_sftp_server_with_another_key_is_refused(sftp_server, connection, visit):
    other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGtM3rvFvTVmyQzPFJcAlrD3yLXdAtXNFpTEvQzQ5SLE"
    named = connection(login=sftp_server.login, extra={"host_key": other})
    with pytest.raises(SourceRefused, match="ne présente pas la clé attendue"):
        visit(line("sftp", f"{sftp_server.url}{sftp_server.root}", connexion=named))


def test_an_sftp_server_with_a_key_of_another_kind_is_refused(sftp_server, connection, visit):
    other = paramiko.ECDSAKey.generate()
    fields = {"host_key": f"{other.get_name()} {other.get_base64()}"}
    named = connection(login=sftp_server.login, extra=fields)
    with pytest.raises(SourceRefused, match="ne présente pas la clé attendue"):
        visit(line("sftp", f"{sftp_server.url}{sftp_server.root}", connexion=named))


def test_an_sftp_server_whose_key_is_unknown_is_refused(sftp_server, connection, visit):
    named = connection(login=sftp_server.login)
    with pytest.raises(SourceRefused, match="clé du serveur .* n'est pas connue"):
        visit(line("sftp", f"{sftp_server.url}{sftp_server.root}", connexion=named))


def test_an_sftp_server_that_drips_does_not_outlive_the_budget(visit, connection, monkeypatch):
    monkeypatch.setenv("VIGIE_SOURCE_SECONDS", "0.5")
    with socket.create_server(("127.0.0.1", 0)) as mute:
        threading.Thread(target=mute.accept, daemon=True).start()
        other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGtM3rvFvTVmyQzPFJcAlrD3yLXdAtXNFpTEvQzQ5SLE"
        named = connection(login="x", extra={"host_key": other})
        with pytest.raises(SourceError, match="budget|ne répond pas"):
            visit(line("sftp", f"sftp://127.0.0.1:{mute.getsockname()[1]}/x", connexion=named))


@pytest.mark.parametrize(
    "href", ["/autre/a.csv", "/dav/246200729/../secret.csv", "http://127.0.0.9/dav/246200729/a.csv"]
)
def test_a_webdav_server_cannot_lead_out_of_the_folder(fake_web, visit, href):
    member = (
        f"<d:response><d:href>{href}</d:href><d:propstat><d:prop>"
        "<d:getcontentlength>3</d:getcontentlength><d:resourcetype/></d:prop>"
        "<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
    )
    body = f'<d:multistatus xmlns:d="DAV:">{member}</d:multistatus>'.encode()
    fake_web.routes["/dav/246200729/"] = lambda handler: reply(handler, body, 207)
    for path in ("/autre/a.csv", "/dav/secret.csv", "/dav/246200729/a.csv"):
        fake_web.serve(path, b"a;b")
    source = line("webdav", fake_web.url("/dav/246200729"))
    with pytest.raises(SourceRefused, match="ne parle pas du dossier demandé"):
        visit(source)
    # Beside what is in the folder, it is told and the rest is read.
    both = body.replace(
        member.encode(), member.encode() + member.replace(href, "/dav/246200729/b.csv").encode()
    )
    fake_web.routes["/dav/246200729/"] = lambda handler: reply(handler, both, 207)
    fake_web.serve("/dav/246200729/b.csv", b"a;b")
    with pytest.raises(SourcePartlyRead, match="ne sont pas dans le dossier"):
        visit(source)
    assert "/autre/a.csv" not in [path for _, path, *_ in fake_web.requests]


@pytest.mark.parametrize(
    "href",
    [
        "https://{host}/dav/Pr%C3%A9sence/a.csv",
        "http://interne.exemple/dav/Pr%C3%A9sence/a.csv",
        "/remote.php/dav/Pr%C3%A9sence/a.csv",
        "/dav/Pre%CC%81sence/a.csv",
    ],
    ids=["scheme", "host", "prefix", "decomposed accents"],
)
def test_a_listing_that_tells_of_another_folder_is_a_failure_and_not_an_empty_folder(
    fake_web, visit, href
):
    told = href.format(host=fake_web.url("").removeprefix("http://"))
    folder = told.removesuffix("a.csv")
    members = "".join(
        f"<d:response><d:href>{address}</d:href><d:propstat><d:prop><d:resourcetype>{kind}</d:resourcetype></d:prop>"
        "</d:propstat></d:response>"
        for address, kind in ((folder, "<d:collection/>"), (told, ""))
    )
    body = f'<d:multistatus xmlns:d="DAV:">{members}</d:multistatus>'.encode()
    fake_web.routes["/dav/Pr%C3%A9sence/"] = lambda handler: reply(handler, body, 207)
    with pytest.raises(SourceRefused, match="ne parle pas du dossier demandé"):
        visit(line("webdav", fake_web.url("/dav/Présence")))


def test_an_empty_webdav_folder_is_no_failure_even_told_without_its_last_slash(fake_web, visit):
    member = (
        "<d:response><d:href>/dav/vide</d:href><d:propstat><d:prop><d:resourcetype><d:collection/>"
    )
    member += "</d:resourcetype></d:prop></d:propstat></d:response>"
    body = f'<d:multistatus xmlns:d="DAV:">{member}</d:multistatus>'.encode()
    fake_web.routes["/dav/vide/"] = lambda handler: reply(handler, body, 207)
    assert visit(line("webdav", fake_web.url("/dav/vide"))) == []


@pytest.mark.parametrize("body", [b"bonjour", b"<d:multistatus", b"<!doctype html><html></html>"])
def test_a_server_that_does_not_speak_webdav_is_named(fake_web, visit, body):
    fake_web.serve("/dav/", body, 207)
    with pytest.raises(SourceRefused, match="pas comme un serveur WebDAV"):
        visit(line("webdav", fake_web.url("/dav")))
