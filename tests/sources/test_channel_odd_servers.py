"""Servers that write names in old encodings, or leave out what the protocol does not oblige them to tell."""

import os
import socket
from contextlib import chdir

import pytest
from channel_scene import DEPOSITED, RUN_AT, drop, line
from odd_sftp import OddSftp, odd_sftp
from servers import reply

from vigie.arrival.sources import fetch
from vigie.errors import SourcePartlyRead

OLD_NAME = "déposé.csv".encode("cp1252")


def brought(source, settings, state=None):
    """What a visit brings before it ends, and the error that ends it."""
    found = {}
    try:
        for fetched in fetch(source, {} if state is None else state, settings, RUN_AT):
            found[fetched.nom_fichier] = fetched.contenu
    except SourcePartlyRead as error:
        return found, error
    return found, None


def test_an_sftp_folder_is_read_whatever_its_names_and_its_special_files(
    sftp_server, connection, settings
):
    folder = sftp_server.root / "bizarre"
    drop(folder / os.fsdecode(OLD_NAME), b"ancien")
    drop(folder / os.fsdecode("d\xe9p\xf4t".encode("cp1252")) / "a.csv", b"dedans")
    drop(folder / "z.csv", b"fin")
    os.mkfifo(folder / "tube.csv")
    (folder / "boucle").symlink_to(folder)
    with socket.socket(socket.AF_UNIX) as unix, chdir(folder):
        unix.bind("prise.csv")
    fields = {"host_key": sftp_server.host_key, "private_key": sftp_server.private_key}
    named = connection(login=sftp_server.login, extra=fields)
    source = line("sftp", f"{sftp_server.url}{folder}", connexion=named)
    state: dict = {}
    found, error = brought(source, settings, state)
    assert found == {"déposé.csv": b"ancien", "a.csv": b"dedans", "z.csv": b"fin"}
    assert "liens, non suivis : boucle" in str(error)
    assert "tubes nommés, non ouverts : tube.csv" in str(error)
    assert "prises de communication, non ouvertes : prise.csv" in str(error)
    assert brought(source, settings, state)[0] == {}


SIZE, MODE, DATE = (
    frozenset({"st_size"}),
    frozenset({"st_mode"}),
    frozenset({"st_mtime", "st_atime"}),
)


@pytest.mark.parametrize("has_longname", [True, False])
@pytest.mark.parametrize("asked", [frozenset(), SIZE | MODE | DATE])
@pytest.mark.parametrize(
    "listed", [frozenset(), SIZE, MODE, DATE, SIZE | MODE, SIZE | DATE, MODE | DATE]
)
def test_an_sftp_server_that_omits_attributes_is_read(
    listed, asked, has_longname, connection, settings
):
    files = {b"a.csv": b"a;b", OLD_NAME: b"c;d"}
    with odd_sftp(OddSftp(files, listed, asked, has_longname)) as odd:
        named = connection(login="x", password="y", extra={"host_key": odd.host_key})
        source = line("sftp", f"sftp://127.0.0.1:{odd.port}/depot", connexion=named)
        state: dict = {}
        assert brought(source, settings, state) == ({"a.csv": b"a;b", "déposé.csv": b"c;d"}, None)
        # Of the same size: only a date, or its reading, tells that a file has changed.
        odd.files[b"a.csv"] = b"e;f"
        again = brought(source, settings, state)[0]
    assert again.get("a.csv") == (None if listed | asked >= SIZE | DATE else b"e;f")


def test_an_sftp_file_that_the_server_refuses_is_told_and_the_others_are_read(connection, settings):
    files = {b"a.csv": b"a;b", b"b.csv": b"c;d"}
    odd = OddSftp(files, SIZE | MODE | DATE, SIZE | MODE | DATE, refused=frozenset({b"a.csv"}))
    with odd_sftp(odd):
        named = connection(login="x", password="y", extra={"host_key": odd.host_key})
        source = line("sftp", f"sftp://127.0.0.1:{odd.port}/depot", connexion=named)
        found, error = brought(source, settings)
    assert found == {"b.csv": b"c;d"}
    assert "fichiers illisibles : a.csv" in str(error)


def test_an_sftp_file_of_unknown_size_is_bounded(connection, settings):
    with odd_sftp(OddSftp({b"gros.csv": b"x" * 5000})) as odd:
        named = connection(login="x", password="y", extra={"host_key": odd.host_key})
        source = line("sftp", f"sftp://127.0.0.1:{odd.port}/depot", connexion=named)
        [fetched] = fetch(source, {}, settings, RUN_AT)
    assert fetched.is_oversize and fetched.contenu == b""


def multistatus(*members: str) -> bytes:
    return f'<d:multistatus xmlns:d="DAV:">{"".join(members)}</d:multistatus>'.encode("cp1252")


def member(href: str, *properties: str) -> str:
    return (
        f"<d:response><d:href>{href}</d:href><d:propstat><d:prop>{''.join(properties)}</d:prop>"
        "<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
    )


FOLDER = "<d:resourcetype><d:collection/></d:resourcetype>"


def test_a_webdav_folder_is_read_whatever_its_names_and_what_it_omits(fake_web, settings):
    answers = {
        "/dav/": multistatus(
            member("/dav/", FOLDER),
            member("/dav/d%E9pos%E9.csv", "<d:displayname>déposé</d:displayname>"),
            member("/dav/nu.csv"),
            member("/dav/faux.csv", "<d:getcontentlength>?</d:getcontentlength>"),
            member("/dav/date.csv", "<d:getlastmodified>hier</d:getlastmodified>"),
            member("/dav/refus.csv", "<d:getcontentlength>3</d:getcontentlength>"),
            member("/dav/ferme/", FOLDER),
            member("/dav/boucle/", FOLDER),
        ),
        "/dav/boucle/": multistatus(member("/dav/boucle/", FOLDER), member("/dav/", FOLDER)),
    }
    for path, body in answers.items():
        fake_web.routes[path] = fake_web.routes[path.rstrip("/")] = lambda handler, body=body: (
            reply(handler, body, 207)
        )
    for path in ("/dav/d%E9pos%E9.csv", "/dav/nu.csv", "/dav/faux.csv", "/dav/date.csv"):
        fake_web.serve(path, b"a;b")
    for path in ("/dav/refus.csv", "/dav/ferme"):
        fake_web.serve(path, b"", 403)
    found, error = brought(line("webdav", fake_web.url("/dav")), settings)
    assert found == dict.fromkeys(("déposé.csv", "nu.csv", "faux.csv", "date.csv"), b"a;b")
    assert "fichiers illisibles : refus.csv" in str(error)
    assert "sous-dossiers illisibles : ferme" in str(error)
    assert [path for _, path, _ in fake_web.requests].count("/dav/boucle") == 1


def test_a_webdav_file_of_unknown_size_is_bounded(fake_web, settings):
    body = multistatus(member("/dav/gros.csv"))
    fake_web.routes["/dav/"] = lambda handler: reply(handler, body, 207)
    fake_web.serve("/dav/gros.csv", b"x" * 5000)
    [fetched] = fetch(line("webdav", fake_web.url("/dav")), {}, settings, RUN_AT)
    assert fetched.is_oversize and fetched.contenu == b""


def test_an_opendatasoft_portal_with_an_unreadable_date_is_read(fake_web, settings):
    path = "/api/explore/v2.1/catalog/datasets/jeu"
    fake_web.serve(path, b'{"metas": {"default": {"data_processed": "hier"}}}')
    fake_web.serve(f"{path}/exports/csv", b"a;b")
    [fetched] = fetch(line("opendatasoft", fake_web.url(path)), {}, settings, RUN_AT)
    assert (fetched.contenu, fetched.depose_le) == (b"a;b", None)


def test_a_dated_file_keeps_its_date(connection, settings):
    everything = SIZE | MODE | DATE
    with odd_sftp(OddSftp({b"a.csv": b"a;b"}, everything, everything)) as odd:
        named = connection(login="x", password="y", extra={"host_key": odd.host_key})
        source = line("sftp", f"sftp://127.0.0.1:{odd.port}/depot", connexion=named)
        [fetched] = fetch(source, {}, settings, RUN_AT)
    assert fetched.depose_le == DEPOSITED.replace(year=2025)
