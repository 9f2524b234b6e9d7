import json
import sys
from types import ModuleType, SimpleNamespace

import pytest
from channel_scene import SIREN, line

from vigie import connections
from vigie.arrival.sources.visit import printable
from vigie.errors import SettingsError, SourceRefused
from vigie.file_names import is_ready


def test_a_connection_written_as_json_is_read(monkeypatch):
    fields = {
        "conn_type": "sftp",
        "host": "depot.exemple.fr",
        "port": "2222",
        "login": "vigie",
        "password": "secret",
        "schema": "x",
        "extra": json.dumps({"host_key": "ssh-ed25519 AAAA"}),
    }
    monkeypatch.setenv("AIRFLOW_CONN_PORT", json.dumps(fields))
    found = connections.get("port")
    assert (found.host, found.port, found.login) == ("depot.exemple.fr", 2222, "vigie")
    assert (found.password, found.extra) == ("secret", {"host_key": "ssh-ed25519 AAAA"})


@pytest.mark.parametrize(
    ("uri", "password", "extra"),
    [
        ("http://vigie:s%40cret@exemple.fr:8443/x?cle=a%20b", "s@cret", {"cle": "a b"}),
        ("aws://k:s@/?__extra__=%7B%22a%22%3A%201%7D", "s", {"a": 1}),
        ("generic://:jeton@", "jeton", {}),
    ],
)
def test_a_connection_written_as_a_uri_is_read(monkeypatch, uri, password, extra):
    monkeypatch.setenv("AIRFLOW_CONN_PORT", uri)
    found = connections.get("port")
    assert (found.password, found.extra) == (password, extra)


@pytest.mark.parametrize(
    "text", ["{secret", "secret", "http://x:port-secret/", '{"port": "secret"}']
)
def test_an_unreadable_connection_is_named_and_never_quoted(monkeypatch, text):
    monkeypatch.setenv("AIRFLOW_CONN_PORT", text)
    with pytest.raises(SettingsError, match="« port » est illisible") as caught:
        connections.get("port")
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None and caught.value.__suppress_context__


def test_a_secret_is_not_in_what_a_connection_prints(monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_PORT", '{"password": "secret", "extra": {"k": "secret"}}')
    assert "secret" not in repr(connections.get("port"))


def test_no_connection_is_a_connection_without_secrets():
    assert connections.get("").password == ""


def test_outside_a_task_airflow_is_not_imported(monkeypatch):
    monkeypatch.delitem(sys.modules, "airflow.sdk", raising=False)
    with pytest.raises(SettingsError, match="AIRFLOW_CONN_ABSENTE"):
        connections.get("absente")
    assert "airflow.sdk" not in sys.modules


class _Missing(Exception):
    pass


@pytest.fixture
def task(monkeypatch) -> dict:
    """Stands for the inside of an Airflow task: the connections it holds."""
    held: dict = {}

    def get(connexion_id: str) -> SimpleNamespace:
        if connexion_id not in held:
            raise _Missing
        return held[connexion_id]

    sdk, exceptions = ModuleType("airflow.sdk"), ModuleType("airflow.sdk.exceptions")
    sdk.Connection = SimpleNamespace(get=get)
    exceptions.AirflowNotFoundException = exceptions.AirflowRuntimeError = _Missing
    monkeypatch.setitem(sys.modules, "airflow.sdk", sdk)
    monkeypatch.setitem(sys.modules, "airflow.sdk.exceptions", exceptions)
    return held


def test_in_a_task_the_connection_of_airflow_is_used(task):
    task["port"] = SimpleNamespace(
        host="exemple.fr", port=None, login=None, password="secret", schema=None, extra_dejson={}
    )
    assert connections.get("port").password == "secret"


def test_in_a_task_a_missing_connection_is_named(task):
    with pytest.raises(SettingsError, match="la créer dans Airflow"):
        connections.get("absente")


def test_a_source_whose_mapping_is_missing_is_refused(visit):
    with pytest.raises(SourceRefused, match="« absente » n'existe pas"):
        visit(line("depot", SIREN, correspondance="absente"))


@pytest.mark.parametrize("name", ["rapport.xlsx", "2026/rapport.csv", "~rapport.xlsx", "a.partie"])
def test_reports_are_ready(name):
    assert is_ready(name)


@pytest.mark.parametrize("name", ["", "Thumbs.db", ".a/b.csv", "a/~$b.xlsx", "A.PART", "DEMO.json"])
def test_what_is_not_a_report_is_not_ready(name):
    assert not is_ready(name)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("rapport été.xlsx", "rapport été.xlsx"),
        ("a\u202excod.exe", "a\ufffdxcod.exe"),
        ("a\x1b[31m\n.csv", "a\ufffd[31m\ufffd.csv"),
        ("a\udce9.csv", "aé.csv"),
        ("x" * 300 + ".csv", "x" * 251 + ".csv"),
    ],
)
def test_names_are_made_showable(name, shown):
    assert printable(name) == shown
