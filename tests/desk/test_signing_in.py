"""The staff of the Région come in by a real OpenID Connect provider, on this machine, or not at all."""

import json
import ssl
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import oidc_provider_mock
import pytest
import trustme
from starlette.testclient import TestClient
from werkzeug.serving import make_server

from tests.desk.conftest import Clock, Visitor
from vigie.desk import audit, invitations
from vigie.desk.app import create_app, doors
from vigie.desk.invitations import OPERATION, REGION
from vigie.desk.sign_on import SignOn
from vigie.errors import SettingsError
from vigie.settings import PROJECT_ROOT, Settings

ROLES = {REGION: frozenset({"suivi"}), OPERATION: frozenset({"dsi"})}
BACK = "http://127.0.0.1:8090/connexion/retour"


@dataclass
class Provider:
    """A provider that asks for a nonce and a registered client; `tokens` is what it was asked tokens with."""

    address: str
    sign_on: SignOn
    tokens: list[dict[str, list[str]]] = field(default_factory=list)

    def knows(self, sub: str, **claims: Any) -> None:
        httpx.put(f"{self.address}/users/{sub}", json=claims).raise_for_status()


@contextmanager
def served(app: Callable[..., Any], context: ssl.SSLContext | None = None) -> Iterator[int]:
    server = make_server("localhost", 0, app, threaded=True, ssl_context=context)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    app = oidc_provider_mock.app(require_nonce=True, require_client_registration=True)
    tokens: list[dict[str, list[str]]] = []

    def heard(environ: dict[str, Any], start: Any) -> Any:
        if environ["PATH_INFO"] == "/oauth2/token":
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            tokens.append(parse_qs(body.decode()))
            environ["wsgi.input"] = BytesIO(body)
        return app(environ, start)

    with served(heard) as port:
        address = f"http://localhost:{port}"
        asked = {"redirect_uris": [BACK]}
        made = httpx.post(f"{address}/oauth2/clients", json=asked).raise_for_status().json()
        sign_on = SignOn(address, made["client_id"], made["client_secret"], ROLES)
        yield Provider(address, sign_on, tokens)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, seeds=PROJECT_ROOT / "seeds")


def browser(settings: Settings, sign_on: SignOn, clock: Clock | None = None) -> TestClient:
    app = create_app(settings, clock or Clock(), sign_on)
    return TestClient(app, base_url=settings.desk_url, follow_redirects=False)


def leave(client: TestClient) -> str:
    """Where the desk sends the browser."""
    answer = client.get("/connexion")
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


def accepted(address: str, sub: str) -> str:
    """The address that the provider sends the browser of `sub` back to."""
    answer = httpx.post(address, data={"sub": sub})
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


def come_in(client: TestClient, sub: str):
    return client.get(accepted(leave(client), sub))


@pytest.mark.parametrize(
    ("sub", "groups", "role", "opened"),
    [
        ("suivi-1", ["agents", "suivi"], REGION, "/region/acces"),
        ("dsi-1", ["dsi"], OPERATION, "/exploitation"),
        ("les-deux", ["dsi", "suivi"], REGION, "/region/acces"),
    ],
)
def test_a_group_of_the_region_gives_its_role(
    sub: str, groups: list[str], role: str, opened: str, provider: Provider, settings: Settings
) -> None:
    provider.knows(sub, groups=groups)
    client = browser(settings, provider.sign_on)
    assert 'href="/connexion"' in client.get("/").text
    assert come_in(client, sub).headers["location"] == "/"
    assert client.get(opened).status_code == 200
    for other in {"/region/acces", "/exploitation", "/verifier"} - {opened}:
        assert client.get(other).status_code == 403
    # Forms are followed as those of who came in by a link, and no link was made.
    assert Visitor(client).post("/sortir").status_code == 303
    assert client.get(opened).headers["location"] == "/"
    assert invitations.every(settings) == []
    (line,) = audit.path(settings).read_text("utf-8").splitlines()
    noted = json.loads(line)
    assert (noted["action"], noted["role"]) == ("connexion", role) and sub not in line


@pytest.mark.parametrize(
    "groups", [[], ["agents"], ["SUIVI"], "suivi-des-routes", [["suivi"]], None]
)
def test_somebody_of_no_declared_group_does_not_come_in(
    groups: Any, provider: Provider, settings: Settings
) -> None:
    provider.knows("agent", groups=groups)
    client = browser(settings, provider.sign_on)
    answer = come_in(client, "agent")
    assert answer.status_code == 403 and "pas ce guichet" in answer.text
    assert client.get("/region/acces").headers["location"] == "/"


def test_state_nonce_and_proof_are_new_each_time_and_the_proof_is_that_of_the_question(
    provider: Provider, settings: Settings
) -> None:
    provider.knows("suivi-2", groups=["suivi"])
    asked = []
    for _ in range(2):
        client = browser(settings, provider.sign_on)
        asked.append(parse_qs(urlsplit(address := leave(client)).query))
        assert client.get(accepted(address, "suivi-2")).status_code == 303
    first, second = asked
    assert first["code_challenge_method"] == ["S256"] and first["redirect_uri"] == [BACK]
    assert "profile" not in first["scope"][0]
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]
    (proof,) = provider.tokens[-1]["code_verifier"]
    digest = urlsafe_b64encode(sha256(proof.encode()).digest()).decode().rstrip("=")
    assert second["code_challenge"] == [digest]


def test_a_way_back_that_this_browser_did_not_ask_for_opens_nothing(
    provider: Provider, settings: Settings
) -> None:
    provider.knows("suivi-3", groups=["suivi"])
    mine, other = browser(settings, provider.sign_on), browser(settings, provider.sign_on)
    asked = len(provider.tokens)
    stolen = accepted(leave(other), "suivi-3")
    leave(mine)
    for path in (
        stolen,
        "/connexion/retour",
        "/connexion/retour?code=x",
        "/connexion/retour?code=x&state=y",
        "/connexion/retour?error=access_denied&error_description=<script>alert(1)</script>",
    ):
        answer = mine.get(path)
        assert answer.status_code == 403 and "<script>alert" not in answer.text
    assert len(provider.tokens) == asked, "a code that is not ours is not even tried"
    assert mine.get("/region/acces").headers["location"] == "/"
    assert other.get(stolen).status_code == 303
    assert other.get(stolen).status_code == 403, "a way back serves once"


def test_a_token_made_for_another_question_or_another_client_is_refused(
    provider: Provider, settings: Settings
) -> None:
    provider.knows("suivi-4", groups=["suivi"])
    client = browser(settings, provider.sign_on)
    address = leave(client)
    nonce = parse_qs(urlsplit(address).query)["nonce"][0]
    answer = client.get(accepted(address.replace(nonce, "une-autre"), "suivi-4"))
    assert answer.status_code == 403 and "pas abouti" in answer.text
    wrong = replace(provider.sign_on, client_secret="un autre secret")
    assert come_in(browser(settings, wrong), "suivi-4").status_code == 403


def test_a_session_of_the_sign_on_ends_with_the_day(provider: Provider, settings: Settings) -> None:
    provider.knows("suivi-5", groups=["suivi"])
    clock = Clock()
    client = browser(settings, provider.sign_on, clock)
    come_in(client, "suivi-5")
    for _ in range(12):
        assert client.get("/region/acces").status_code == 200
        clock.pass_(hours=1)
    clock.pass_(minutes=1)
    assert client.get("/region/acces").headers["location"] == "/"


def test_a_provider_of_an_unknown_authority_or_that_is_down_is_not_spoken_to(
    settings: Settings,
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    heard: list[str] = []

    def listening(environ: dict[str, Any], start: Any) -> Any:
        heard.append(environ["PATH_INFO"])
        return []

    with served(listening, context) as port:
        unknown = SignOn(f"https://localhost:{port}", "vigie", "secret", ROLES)
        answer = browser(settings, unknown).get("/connexion")
    assert answer.status_code == 403 and "ouvrez votre lien" in answer.text and heard == []
    down = SignOn("http://127.0.0.1:9", "vigie", "secret", ROLES)
    assert browser(settings, down).get("/connexion").status_code == 403


def test_the_cookie_of_the_way_is_for_this_site_alone(
    provider: Provider, settings: Settings
) -> None:
    closed = replace(settings, desk_url="https://guichet.example")
    cookie = browser(closed, provider.sign_on).get("/connexion").headers["set-cookie"]
    assert cookie.startswith("__Host-connexion=")
    assert {"httponly", "samesite=lax", "secure"} <= set(cookie.lower().split("; "))


def test_without_a_declared_provider_there_is_no_door(settings: Settings) -> None:
    assert SignOn.from_environment() is None
    assert not [door.path for door in doors(settings) if "connexion" in door.path]
    client = TestClient(create_app(settings))
    assert client.get("/connexion").status_code == 404
    assert "connexion" not in client.get("/").text


DECLARED = {
    "VIGIE_OIDC_ISSUER": "https://connexion.region.example/",
    "VIGIE_OIDC_CLIENT_ID": "vigie",
    "VIGIE_OIDC_CLIENT_SECRET": "un secret",
    "VIGIE_OIDC_ROLES": '{"region": ["suivi"]}',
}


def test_a_sign_on_is_declared_by_the_environment_and_tells_no_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in DECLARED.items():
        monkeypatch.setenv(name, value)
    declared = SignOn.from_environment()
    assert declared is not None and "un secret" not in repr(declared)
    found = declared.discovery_url
    assert found == "https://connexion.region.example/.well-known/openid-configuration"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VIGIE_OIDC_ISSUER", "http://connexion.region.example"),
        ("VIGIE_OIDC_CLIENT_ID", ""),
        ("VIGIE_OIDC_CLIENT_SECRET", ""),
        ("VIGIE_OIDC_ROLES", ""),
        ("VIGIE_OIDC_ROLES", "suivi"),
        ("VIGIE_OIDC_ROLES", "{}"),
        ("VIGIE_OIDC_ROLES", '{"territoire": ["tous"]}'),
        ("VIGIE_OIDC_ROLES", '{"region": "suivi"}'),
        ("VIGIE_OIDC_ROLES", '{"region": [""]}'),
    ],
)
def test_a_wrong_declaration_is_named(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one, right in DECLARED.items():
        monkeypatch.setenv(one, right)
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        SignOn.from_environment()


@pytest.mark.parametrize(
    ("claims", "role"),
    [
        ({"email": "A@Region.example", "email_verified": True}, REGION),
        ({"email": "chef@dsi.example", "email_verified": True}, OPERATION),
        ({"email": "a@region.example", "email_verified": False}, None),
        ({"email": "a@region.example"}, None),
        ({"email": "a@autre.region.example", "email_verified": True}, None),
        ({"email": "a@dsi.example", "email_verified": True}, None),
        ({"email_verified": True}, None),
    ],
)
def test_a_domain_or_an_address_gives_a_role_once_verified(
    claims: dict[str, Any], role: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    roles = {REGION: ["@region.Example"], OPERATION: ["chef@dsi.example"]}
    email = {"VIGIE_OIDC_CLAIM": "email", "VIGIE_OIDC_ROLES": json.dumps(roles)}
    for name, value in (DECLARED | email).items():
        monkeypatch.setenv(name, value)
    declared = SignOn.from_environment()
    assert declared is not None and declared.role_of(claims) == role
