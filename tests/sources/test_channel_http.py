import gzip
import socket
import ssl
import time

import pytest
import servers
import trustme
from channel_scene import DEPOSITED, RUN_AT, line
from servers import reply

from vigie.arrival import collection
from vigie.arrival.sources import network
from vigie.errors import SourceBudgetExceeded, SourceRefused, SourceSkipped, SourceUnavailable

LAST_MODIFIED = "Wed, 18 Nov 2026 09:30:00 GMT"


def test_a_file_is_brought_with_the_name_and_the_date_the_server_gives(fake_web, visit):
    url = fake_web.serve(
        "/export",
        b"a;b",
        Last_Modified=LAST_MODIFIED,
        Content_Disposition="attachment; filename=\"rapport.csv\"; filename*=UTF-8''rapport.csv",
    )
    [fetched] = visit(line("http", url + "?jeton=secret"))
    assert (fetched.contenu, fetched.depose_le) == (b"a;b", DEPOSITED)
    assert (fetched.nom_fichier, fetched.adresse) == ("rapport.csv", url)


@pytest.mark.parametrize(
    ("given", "asked", "answered"),
    [
        ("ETag", "If-None-Match", '"v1"'),
        ("Last-Modified", "If-Modified-Since", LAST_MODIFIED),
    ],
)
def test_a_second_night_asks_for_changes_only(fake_web, visit, given, asked, answered):
    def route(handler):
        if handler.headers.get(asked) == answered:
            reply(handler, b"", 304)
        else:
            reply(handler, b"x" * 500, **{given.replace("-", "_"): answered})

    fake_web.routes["/a.csv"] = route
    source = line("http", fake_web.url("/a.csv"))
    state: dict = {}
    assert len(visit(source, state)) == 1
    assert state["trafic"] == {"requetes": 1, "octets": 500}
    assert visit(source, state) == []
    assert state["trafic"] == {"requetes": 1, "octets": 0}


def test_redirects_are_followed_a_few_times(fake_web, visit):
    fake_web.serve("/vieux", b"", 302, Location="/neuf")
    fake_web.serve("/neuf", b"a;b")
    assert visit(line("http", fake_web.url("/vieux")))[0].contenu == b"a;b"


def test_a_compressed_file_is_unpacked(fake_web, visit):
    url = fake_web.serve("/a.csv", gzip.compress(b"a;b" * 50), Content_Encoding="gzip")
    assert visit(line("http", url))[0].contenu == b"a;b" * 50


@pytest.mark.parametrize("padding", [b"", b"\0" * 7])
def test_a_file_compressed_in_several_members_is_unpacked_whole(fake_web, visit, padding):
    members = b"".join(gzip.compress(part * 50) for part in (b"a;b\n", b"c;d\n", b"e;f\n"))
    url = fake_web.serve("/a.csv", members + padding, Content_Encoding="x-gzip")
    assert visit(line("http", url))[0].contenu == b"".join(
        part * 50 for part in (b"a;b\n", b"c;d\n", b"e;f\n")
    )


@pytest.mark.parametrize(
    "told", ["utf-8", "none", "", "identity", "UTF8", "binary", "identity, none"]
)
def test_what_is_no_compression_is_read_as_it_is(fake_web, visit, told):
    url = fake_web.serve("/a.csv", b"a;b", Content_Encoding=told)
    assert visit(line("http", url))[0].contenu == b"a;b"


def test_a_signed_address_is_asked_for_as_it_is_written(fake_web, visit):
    fake_web.serve("/a.csv", b"a;b")
    query = "sig=a%2Fb%20c&x=1&x=2&vide="
    visit(line("http", fake_web.url(f"/a.csv?{query}")))
    assert fake_web.requests[-1][1].endswith(f"?{query}")


def test_a_declared_oversize_is_not_read(fake_web, visit):
    url = fake_web.serve("/gros.csv", b"x" * 200_000)
    state: dict = {}
    [fetched] = visit(line("http", url), state)
    assert (fetched.contenu, fetched.taille_octets) == (b"", 200_000)
    assert state["trafic"]["octets"] == 0


def endless(handler):
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"x" * 10_000)


def gzip_bomb(handler):
    handler.send_response(200)
    handler.send_header("Content-Encoding", "gzip")
    handler.end_headers()
    handler.wfile.write(gzip.compress(b"0" * 50_000_000))


@pytest.mark.parametrize("route", [endless, gzip_bomb])
def test_a_body_that_grows_past_the_limit_is_brought_as_oversize(fake_web, visit, route):
    fake_web.routes["/a.csv"] = route
    [fetched] = visit(line("http", fake_web.url("/a.csv")))
    assert fetched.contenu == b"" and 1000 < fetched.taille_octets < 100_000


def slow_headers(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        handler.wfile.write(b"X-Attente: 1\r\n")
        handler.wfile.flush()
        time.sleep(0.05)


def slow_body(handler):
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"x")
        time.sleep(0.05)


def mute(handler):
    time.sleep(3)


@pytest.mark.parametrize("route", [slow_headers, slow_body, mute])
def test_a_slow_server_does_not_outlive_the_time_budget(fake_web, visit, monkeypatch, route):
    monkeypatch.setenv("VIGIE_SOURCE_SECONDS", "0.4")
    fake_web.routes["/a.csv"] = route
    with pytest.raises(SourceBudgetExceeded, match="budget de 0.4 s"):
        visit(line("http", fake_web.url("/a.csv")))


def test_the_size_budget_of_a_visit_is_kept(fake_web, visit, monkeypatch):
    monkeypatch.setenv("VIGIE_SOURCE_BYTES", "100")
    with pytest.raises(SourceBudgetExceeded, match="plus de 100 octets"):
        visit(line("http", fake_web.serve("/a.csv", b"x" * 200)))


def truncated(handler):
    reply(handler, b"a;b", Content_Length="500")


def truncated_gzip(handler):
    reply(handler, gzip.compress(b"a;b" * 50)[:-4], Content_Encoding="gzip")


def not_gzip(handler):
    reply(handler, b"a;b", Content_Encoding="gzip")


def brotli(handler):
    reply(handler, b"a;b", Content_Encoding="br")


def html(handler):
    reply(handler, b"\xef\xbb\xbf\n<!DOCTYPE html><title>Connexion</title>")


def to_loop(handler):
    reply(handler, b"", 302, Location=handler.path)


def to_file(handler):
    reply(handler, b"", 302, Location="file:///etc/passwd")


def to_inside(handler):
    reply(handler, b"", 302, Location="http://169.254.169.254/latest/meta-data/")


def status(code, **headers):
    return lambda handler: reply(handler, b"", code, **headers)


@pytest.mark.parametrize(
    ("route", "error", "sentence"),
    [
        (status(401), SourceRefused, "refuse le jeton .401. .*renouveler le secret"),
        (status(403), SourceRefused, "interdit la lecture .403."),
        (status(404), SourceRefused, "rien à cette adresse"),
        (status(410), SourceRefused, "rien à cette adresse"),
        (status(418), SourceRefused, "réponse 418 inattendue"),
        (status(429, Retry_After="0"), SourceUnavailable, "demande de ralentir"),
        (status(500), SourceUnavailable, "est en panne .500."),
        (status(503), SourceUnavailable, "est en panne .503."),
        (html, SourceRefused, "page web au lieu des données"),
        (truncated, SourceUnavailable, "tronquée"),
        (truncated_gzip, SourceUnavailable, "tronquée"),
        (not_gzip, SourceUnavailable, "illisible"),
        (brotli, SourceRefused, "compressé en br"),
        (to_loop, SourceRefused, "trop de redirections"),
        (to_file, SourceRefused, "adresse invalide"),
        (to_inside, SourceRefused, "169.254.169.254 mène à une adresse privée"),
    ],
)
def test_every_failure_has_a_name_and_a_sentence(fake_web, visit, route, error, sentence):
    fake_web.routes["/a.csv"] = route
    with pytest.raises(error, match=sentence) as caught:
        visit(line("http", fake_web.url("/a.csv")))
    assert "http-246200729, CA du Boulonnais (246200729)" in str(caught.value)
    assert "À faire : " in str(caught.value)


@pytest.mark.parametrize("route", [status(403), status(404), html, to_loop])
def test_the_territory_is_told_what_it_can_repair(fake_web, settings, route):
    source = line("http", fake_web.url("/a.csv"))
    notice = settings.answers / source.siren_epci / f"source_{source.source_id}.txt"

    fake_web.routes["/a.csv"] = route
    with pytest.raises(SourceRefused) as caught:
        collection.collect(settings, source, RUN_AT)
    assert caught.value.to_territory.endswith(".")
    assert notice.read_text(encoding="utf-8") == f"{caught.value.to_territory}\n"

    fake_web.routes["/a.csv"] = lambda handler: reply(handler, b"a;b\n1;2\n")
    collection.collect(settings, source, RUN_AT)
    assert not notice.exists()


def test_a_failure_that_heals_is_tried_again(fake_web, visit):
    answers = [status(503), truncated, lambda handler: reply(handler, b"a;b")]
    fake_web.routes["/a.csv"] = lambda handler: answers.pop(0)(handler)
    assert visit(line("http", fake_web.url("/a.csv")))[0].contenu == b"a;b"
    assert len(fake_web.requests) == 3


def test_a_failure_that_does_not_heal_is_not_tried_again(fake_web, visit):
    fake_web.routes["/a.csv"] = status(401)
    with pytest.raises(SourceRefused):
        visit(line("http", fake_web.url("/a.csv")))
    assert len(fake_web.requests) == 1


def test_a_wait_longer_than_the_budget_is_not_waited(fake_web, visit):
    fake_web.routes["/a.csv"] = status(429, Retry_After="3600")
    with pytest.raises(SourceUnavailable, match="ralentir"):
        visit(line("http", fake_web.url("/a.csv")))
    assert len(fake_web.requests) == 1


def test_a_secret_is_sent_to_its_server_and_to_no_other(fake_web, visit, connection):
    with servers.fake_web() as other:
        fake_web.serve("/a.csv", b"", 302, Location=other.serve("/b.csv", b"a;b"))
        named = connection(host="127.0.0.1", password="jeton-secret")
        visit(line("http", fake_web.url("/a.csv"), connexion=named))
        assert fake_web.requests[0][2]["Authorization"] == "Bearer jeton-secret"
        assert "Authorization" not in other.requests[0][2]
        elsewhere = other.url("/b.csv").replace("127.0.0.1", "localhost")
        with pytest.raises(SourceRefused, match="n'est pas celle de localhost"):
            visit(line("http", elsewhere, connexion=named))


def test_a_secret_never_leaves_in_clear(visit, connection):
    named = connection(password="jeton-secret")
    with pytest.raises(SourceRefused, match="en clair"):
        visit(line("http", "http://example.fr/a.csv", connexion=named))


def test_a_missing_connection_is_named(visit):
    with pytest.raises(SourceRefused, match="AIRFLOW_CONN_ABSENTE"):
        visit(line("http", "https://example.fr/a.csv", connexion="absente"))


@pytest.mark.parametrize(
    "adresse", ["a.csv", "ftp://x/a", "http://", "https://u:p@x/a", "http://x:port/a"]
)
def test_an_address_that_is_not_one_is_refused(visit, adresse):
    with pytest.raises(SourceRefused, match="sources.csv"):
        visit(line("http", adresse))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fd00::1]",
        "224.0.0.1",
        "2130706433",
    ],
)
def test_private_addresses_are_refused_however_they_are_written(visit, monkeypatch, host):
    monkeypatch.delenv("VIGIE_HTTP_ALLOW_PRIVATE")
    with pytest.raises(SourceRefused, match="adresse privée"):
        visit(line("http", f"http://{host}/a.csv"))


def test_a_name_is_resolved_once_and_the_checked_address_is_the_one_used(
    fake_web, visit, monkeypatch
):
    """DNS rebinding: a second answer, different from the first, must never be asked for."""
    asked: list[str] = []
    honest = socket.getaddrinfo

    def resolver(host, *args, **kwargs):
        if host == "127.0.0.1":
            return honest(host, *args, **kwargs)
        asked.append(host)
        return honest("127.0.0.1" if len(asked) == 1 else "127.0.0.9", *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    fake_web.serve("/a.csv", b"a;b")
    assert visit(line("http", f"http://agglo.example:{fake_web.port}/a.csv"))[0].contenu == b"a;b"
    assert asked == ["agglo.example"]
    assert fake_web.requests[0][2]["Host"].startswith("agglo.example")


def test_an_unreadable_list_of_allowed_networks_is_said(monkeypatch):
    monkeypatch.setenv("VIGIE_HTTP_ALLOW_PRIVATE", "oui")
    with pytest.raises(network.SettingsError, match="VIGIE_HTTP_ALLOW_PRIVATE"):
        network.is_allowed("127.0.0.1")


@pytest.fixture
def authority(tmp_path, monkeypatch) -> trustme.CA:
    found = trustme.CA()
    found.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return found


def over_tls(authority: trustme.CA, **identity):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(identity.pop("name", "localhost"), **identity).configure_cert(context)
    return servers.fake_web(lambda sock: context.wrap_socket(sock, server_side=True))


def test_a_valid_certificate_is_accepted(authority, visit):
    with over_tls(authority) as web:
        assert visit(line("http", web.serve("/a.csv", b"a;b")))[0].contenu == b"a;b"


def expired() -> dict:
    from datetime import UTC, datetime

    return {
        "not_before": datetime(2020, 1, 1, tzinfo=UTC),
        "not_after": datetime(2021, 1, 1, tzinfo=UTC),
    }


@pytest.mark.parametrize("fault", ["unknown authority", "another name", "expired"])
def test_an_invalid_certificate_is_refused(authority, visit, fault):
    issuer = trustme.CA() if fault == "unknown authority" else authority
    identity = {"another name": {"name": "autre.example"}, "expired": expired()}.get(fault, {})
    with over_tls(issuer, **identity) as web:
        with pytest.raises(
            SourceRefused, match="certificat du serveur n'est pas valable"
        ) as caught:
            visit(line("http", web.serve("/a.csv", b"a;b")))
        assert "certificat" in caught.value.to_territory


def test_a_redirect_from_https_to_http_is_refused(authority, visit, fake_web):
    with over_tls(authority) as web:
        url = web.serve("/a.csv", b"", 302, Location=fake_web.serve("/b.csv", b"a;b"))
        with pytest.raises(SourceRefused, match="https vers http"):
            visit(line("http", url))
    assert fake_web.requests == []


def test_a_dead_source_is_left_alone(visit):
    with pytest.raises(SourceSkipped, match="mise de côté"):
        visit(line("http", "https://example.fr/a.csv"), {"echecs_consecutifs": 5})
