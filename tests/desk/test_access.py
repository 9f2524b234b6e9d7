"""Who may come in and what each may open: every door with every role."""

import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import httpx
import psutil
import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from tests.desk.conftest import ARRAS, BOULOGNE, VISITORS, Guichet, opened
from vigie.cli import app as commands
from vigie.desk import invitations
from vigie.desk.app import doors
from vigie.desk.doors import Door
from vigie.desk.invitations import OPERATION, REGION, TERRITORY
from vigie.errors import SettingsError
from vigie.settings import PROJECT_ROOT, Settings

DOORS = doors(Settings(home=Path("/nonexistent")))
# What a page of no one else's answers to whoever may open it: there is nothing there yet.
OPENED = {200, 303, 400, 404, 409}


def filled(door: Door) -> str:
    """The address of a door, with something in the place of what varies."""
    told = {"{secret}": "x", "{rapport_id}": "0" * 16, "{nom}": "accuse.html"}
    told |= {
        "{chemin:path}": f"territoires/{BOULOGNE}.html",
        "{lien}": "00000000",
        "{seance_code}": "copil",
    }
    path = door.path
    for name, value in told.items():
        path = path.replace(name, value)
    assert "{" not in path, "a new kind of door must be walked too"
    return path


@pytest.mark.parametrize("role", VISITORS)
@pytest.mark.parametrize("door", DOORS, ids=lambda d: f"{d.method} {d.path}")
def test_a_door_opens_to_its_roles_alone(door: Door, role: str, guichet: Guichet) -> None:
    visitor = VISITORS[role](guichet)
    path = filled(door)
    if door.method == "GET":
        answer = visitor.get(path)
    elif role == "anyone":
        answer = visitor.client.post(path)
    else:
        answer = visitor.post(path)
    if not door.roles:
        assert answer.status_code in (200, 403, 404), "403, 404: the secret of no link, no mail"
    elif role == "anyone":
        is_sent_back = answer.status_code == 303 and answer.headers["location"] == "/"
        assert is_sent_back if door.method == "GET" else answer.status_code == 401
    elif role in door.roles:
        assert answer.status_code in OPENED, answer.text
        assert "n&#39;ouvre pas cette page" not in answer.text
    else:
        assert answer.status_code == 403
        assert "ouvre pas cette page" in answer.text


def test_every_door_but_those_of_coming_in_asks_for_a_role() -> None:
    open_to_anyone = {door.path for door in DOORS if not door.roles}
    assert open_to_anyone == {
        "/",
        "/acces/{secret}",
        "/demander-un-lien",
        "/presentation/guichet.css",
        "/presentation/guichet.js",
        "/sante",
    }


FORMS = [door for door in DOORS if door.method == "POST" and door.roles]


@pytest.mark.parametrize("door", FORMS, ids=lambda d: d.path)
def test_a_form_without_its_token_is_not_followed(door: Door, guichet: Guichet) -> None:
    (role, *_) = sorted(door.roles)
    visitor = VISITORS[role](guichet)
    for sent in ({}, {"jeton": "x" * 43}):
        answer = visitor.client.post(filled(door), data=sent)
        assert answer.status_code == 403 and "autre session" in answer.text


@pytest.mark.parametrize(
    "header", [{"Origin": "https://ailleurs.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_a_form_of_another_site_is_not_followed(header: dict[str, str], guichet: Guichet) -> None:
    visitor = guichet.territory()
    sent = {"jeton": visitor.token}
    answer = visitor.client.post("/sortir", data=sent, headers=header)
    assert answer.status_code == 403 and visitor.get("/rapports").status_code == 200


def test_a_link_opens_the_page_of_its_territory(guichet: Guichet) -> None:
    page = guichet.territory(ARRAS).get("/").text
    assert "CU d&#39;Arras" in page and "Boulonnais" not in page


def test_a_withdrawn_link_opens_nothing_even_to_who_came_in_before(guichet: Guichet) -> None:
    visitor = guichet.territory()
    path = guichet.link(TERRITORY, BOULOGNE)
    assert visitor.get("/rapports").status_code == 200
    for one in invitations.every(guichet.settings):
        invitations.withdraw(guichet.settings, one.invitation_id, guichet.clock())
    assert visitor.get("/rapports").headers["location"] == "/"
    again = guichet.client.get(path)
    assert again.status_code == 403 and "n&#39;ouvre rien" in again.text


def test_a_link_expires(guichet: Guichet) -> None:
    path = guichet.link(TERRITORY, BOULOGNE)
    guichet.clock.pass_(days=invitations.DAYS)
    assert guichet.client.get(path).status_code == 403


def test_the_link_of_a_territory_that_merged_is_not_one_of_its_heir(guichet: Guichet) -> None:
    visitor = guichet.territory(ARRAS)
    left = {s: t for s, t in guichet.reference.territories.items() if s != ARRAS}
    visitor.desk.reference = replace(visitor.desk.reference, territories=left)
    assert visitor.get("/rapports").headers["location"] == "/"


def test_a_session_ends_when_nothing_is_done_and_at_the_end_of_the_day(guichet: Guichet) -> None:
    idle = guichet.territory()
    guichet.clock.pass_(hours=4, minutes=1)
    assert idle.get("/rapports").status_code == 303
    busy = guichet.territory()
    for _ in range(12):
        assert busy.get("/rapports").status_code == 200
        guichet.clock.pass_(hours=1)
    guichet.clock.pass_(minutes=1)
    assert busy.get("/rapports").status_code == 303


def test_going_out_closes_the_session_on_the_side_of_vigie(guichet: Guichet) -> None:
    visitor = guichet.territory()
    cookie = visitor.client.cookies[visitor.desk.cookie]
    assert visitor.post("/sortir").status_code == 303
    visitor.client.cookies.set(visitor.desk.cookie, cookie)
    assert visitor.get("/rapports").status_code == 303


def test_a_cookie_is_for_this_site_alone_and_in_https_for_https_alone(guichet: Guichet) -> None:
    plain = guichet.client.get(guichet.link(REGION)).headers["set-cookie"]
    assert "HttpOnly" in plain and "SameSite=lax" in plain and "Secure" not in plain
    closed = opened(replace(guichet.settings, desk_url="https://guichet.example"))
    answer = closed.client.get(closed.link(REGION))
    assert answer.headers["set-cookie"].startswith("__Host-guichet=")
    assert "Secure" in answer.headers["set-cookie"]
    assert "max-age" in answer.headers["strict-transport-security"]


def test_too_many_wrong_links_are_not_tried_for_a_while(guichet: Guichet) -> None:
    tried = [guichet.client.get(f"/acces/{n}").status_code for n in range(21)]
    assert tried == [403] * 20 + [429]
    good = guichet.link(REGION)
    assert guichet.client.get(good).status_code == 429
    guichet.clock.pass_(minutes=11)
    assert guichet.client.get(good).status_code == 303


def test_the_secret_of_a_link_is_kept_nowhere(guichet: Guichet, caplog) -> None:
    caplog.set_level("INFO")
    path = guichet.link(TERRITORY, BOULOGNE)
    guichet.client.get(path)
    secret = path.rpartition("/")[2]
    files = [p for p in guichet.settings.home.rglob("*") if p.is_file()]
    assert files and all(secret.encode() not in p.read_bytes() for p in files)
    assert "vigie.desk" in "".join(record.name for record in caplog.records)
    assert secret not in caplog.text
    assert guichet.settings.desk.stat().st_mode & 0o777 == 0o700


def test_every_answer_closes_what_a_browser_leaves_open(guichet: Guichet) -> None:
    for path in ("/", "/presentation/guichet.css", "/nulle-part", "/acces/x"):
        headers = guichet.client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy and "http" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_a_page_holds_neither_inline_script_nor_inline_style() -> None:
    from vigie.desk import pages

    for name in pages.environment().list_templates():
        if name != "accuse.html.j2":
            source, _, _ = pages.environment().loader.get_source(pages.environment(), name)  # type: ignore[union-attr]
            assert " style=" not in source and "<style" not in source
            assert " onclick" not in source and "<script>" not in source


@pytest.mark.parametrize(
    ("role", "siren"),
    [("maire", ""), (TERRITORY, ""), (REGION, BOULOGNE), (TERRITORY, "123456789")],
)
def test_a_link_for_nobody_is_not_given(role: str, siren: str, guichet: Guichet) -> None:
    with pytest.raises(SettingsError):
        guichet.link(role, siren)
    assert invitations.every(guichet.settings) == []


def test_links_are_given_listed_and_withdrawn_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    monkeypatch.setenv("VIGIE_DESK_URL", "https://guichet.example/")
    run = CliRunner().invoke
    given = run(commands, ["desk", "invite", BOULOGNE])
    assert "CA du Boulonnais (246200729)" in given.output
    assert "https://guichet.example/acces/" in given.output.splitlines()[-1]
    assert run(commands, ["desk", "invite", "--role", OPERATION]).exit_code == 0
    first, second = invitations.every(Settings(home=tmp_path))
    assert run(commands, ["desk", "withdraw", first.invitation_id]).exit_code == 0
    told = run(commands, ["desk", "invitations"]).output
    assert "retiré" in told and "ouvert" in told and second.invitation_id in told
    journal = (tmp_path / "guichet" / "journal.jsonl").read_text(encoding="utf-8")
    assert journal.count("lien_donne") == 2 and journal.count("lien_retire") == 1


def test_the_desk_imports_neither_airflow_nor_dbt() -> None:
    code = (
        "import sys, vigie.desk.app, vigie.desk.server, vigie.desk.checker;"
        "print(sorted({'airflow', 'dbt', 'altair', 'typst'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_stranger_sees_how_to_come_in(guichet: Guichet) -> None:
    page = guichet.client.get("/")
    assert page.status_code == 200 and "lien d’accès" in page.text
    assert TestClient(guichet.client.app).get("/sante").text == "ok"


def test_every_test_named_by_the_page_of_security_exists() -> None:
    named = set(
        re.findall(r"`(test_\w+)`", (PROJECT_ROOT / "docs" / "securite.md").read_text("utf-8"))
    )
    tests = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert len(named) > 25
    assert {name for name in named if f"def {name}(" not in tests} == set()


def test_the_desk_is_served_until_it_is_asked_to_stop(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    command = [sys.executable, "-m", "vigie", "desk", "--port", str(port)]
    environment = os.environ | {"VIGIE_HOME": str(tmp_path)}
    log = tmp_path / "log"
    with (
        log.open("wb") as written,
        subprocess.Popen(command, env=environment, stdout=written, stderr=written) as served,
    ):
        while True:
            assert served.poll() is None, log.read_text("utf-8")
            with suppress(httpx.TransportError):
                if httpx.get(f"http://127.0.0.1:{port}/sante").text == "ok":
                    break
        answer = httpx.get(f"http://127.0.0.1:{port}/acces/un-secret")
        assert "server" not in answer.headers
        children = psutil.Process(served.pid).children()
        served.terminate()
        assert served.wait() in (0, -signal.SIGTERM)
    assert len(children) == 2 and not any(child.is_running() for child in children)
    told = log.read_text("utf-8")
    assert "GET /acces/{secret} 403" in told and "un-secret" not in told
    assert "Traceback" not in told
