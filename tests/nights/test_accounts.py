"""The accounts of an Airflow in containers: what `docker/init.sh` makes, on a real server with its real roles."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml

from vigie.airflow_night import local
from vigie.settings import PROJECT_ROOT

PASSWORD = "le mot de passe de .env"
# What docs/exploitation/conteneurs.md gives to whom.
ROLES = {"exploitation": "Op", "pilotage": "User", "lecture": "Viewer"}
DAG = "collect_reports"
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of Airflow's pages, its metadata made by the script of the containers."""
    home = tmp_path_factory.mktemp("comptes")
    compose = yaml.safe_load((PROJECT_ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    manager = compose["x-airflow"]["environment"]["AIRFLOW__CORE__AUTH_MANAGER"]
    port = local.free_port()
    environment = os.environ | {
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "VIGIE_HOME": str(home),
        "VIGIE_ADMIN_PASSWORD": PASSWORD,
        "AIRFLOW_HOME": str(home / "airflow"),
        "AIRFLOW__CORE__AUTH_MANAGER": manager,
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT_ROOT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__SECRET_KEY": "une clé d'essai",
        "AIRFLOW__API_AUTH__JWT_SECRET": "une autre clé d'essai, assez longue pour signer",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
    }

    for command in (
        ["sh", str(PROJECT_ROOT / "docker" / "init.sh")],
        ["airflow", "dags", "reserialize"],
    ):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    process = subprocess.Popen(
        [str(BIN / "airflow"), "api-server"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_it_answers(address, process)
        open_accounts(address)
        yield address
    finally:
        process.terminate()
        process.wait()


def wait_until_it_answers(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 300
    while True:
        assert process.poll() is None and time.monotonic() < deadline
        try:
            httpx.get(f"{address}/api/v2/version", timeout=60)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return


def open_accounts(address: str) -> None:
    """One account per role, by the API that automation uses."""
    admin = logged_in(address, "admin", PASSWORD)
    for name, role in ROLES.items():
        account = {
            "username": name, "password": name, "email": f"{name}@region.example",
            "first_name": name, "last_name": "Vigie", "roles": [{"name": role}],
        }  # fmt: skip
        answer = admin.post("/auth/fab/v1/users", json=account)
        assert answer.status_code < 300, answer.text


def logged_in(address: str, name: str, password: str) -> httpx.Client:
    answer = httpx.post(
        f"{address}/auth/token", json={"username": name, "password": password}, timeout=60
    )
    assert answer.status_code == 201, answer.text
    token = answer.json()["access_token"]
    return httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=60)


def test_nothing_is_told_without_an_account(server: str) -> None:
    paths = httpx.get(f"{server}/openapi.json", timeout=60).json()["paths"]
    asked = [path for path, verbs in paths.items() if "get" in verbs and path.startswith("/api/v2")]
    assert len(asked) > 40
    open_to_all = {
        path
        for path in asked
        if httpx.get(server + re.sub(r"{\w+}", "1", path), timeout=60).status_code not in (401, 403)
    }
    # What a health check and the page of login need.
    assert open_to_all == {
        f"/api/v2/{path}" for path in ("monitor/health", "version", "auth/login", "auth/logout")
    }
    wrong = {"username": "admin", "password": "admin"}
    assert httpx.post(f"{server}/auth/token", json=wrong, timeout=60).status_code == 401


def test_each_role_does_what_the_documentation_gives_it_and_no_more(server: str) -> None:
    def starts_a_night(client: httpx.Client) -> int:
        return client.post(f"/api/v2/dags/{DAG}/dagRuns", json={"logical_date": None}).status_code

    def reads(client: httpx.Client, path: str) -> int:
        return client.get(f"/api/v2/{path}").status_code

    answers = {
        name: (
            reads(client, "dags"),
            starts_a_night(client),
            reads(client, "variables"),
            client.patch(
                f"/api/v2/dags/{DAG}/dagRuns/aucun/taskInstances/aucune/-1/hitlDetails",
                json={"chosen_options": ["Approuver"]},
            ).status_code,
        )
        for name in ROLES
        for client in [logged_in(server, name, name)]
    }
    assert answers == {
        "exploitation": (200, 200, 200, 404),
        "pilotage": (200, 200, 403, 404),
        "lecture": (200, 403, 403, 403),
    }
    admin = logged_in(server, "admin", PASSWORD)
    assert (reads(admin, "dags"), reads(admin, "variables")) == (200, 200)
