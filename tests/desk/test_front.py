"""The HTTPS front of the containers, as nginx itself judges it."""

import contextlib
import shutil
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
import trustme
import yaml

from vigie.airflow_night.local import free_port
from vigie.settings import PROJECT_ROOT

NAMES = {
    "guichet.example": "guichet:8090",
    "airflow.example": "api-server:8080",
    "superset.example": "superset:8088",
}
CONFIGURATION = PROJECT_ROOT / "docker" / "nginx.conf"
ASKED_FOR = PROJECT_ROOT / "docker" / "front_names.conf"


def nginx(configuration: str, folder: Path, names: str = "") -> list[str]:
    """The command that starts nginx on a configuration and the names that were asked for, its certificates and its
    files being in `folder`."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    if program is None:
        pytest.skip("nginx is not installed (apt-get install nginx)")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "authority.pem")
    certificate = authority.issue_cert(*NAMES)
    certificate.cert_chain_pems[0].write_to_path(folder / "fullchain.pem")
    certificate.private_key_pem.write_to_path(folder / "privkey.pem")
    path = folder / "nginx.conf"
    text = configuration.replace(" /tmp/", f" {folder}/")
    (folder / "front_names.conf").write_text(names, encoding="utf-8")
    text = text.replace("/etc/nginx/certificats", str(folder)).replace("/etc/nginx", str(folder))
    path.write_text(text, encoding="utf-8")
    return [program, "-c", str(path), "-p", str(folder)]


def judged(configuration: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*nginx(configuration, folder), "-t"],
        capture_output=True,
        text=True,
        check=False,
    )


def test_nginx_takes_the_configuration_of_the_front(tmp_path: Path) -> None:
    told = judged(CONFIGURATION.read_text(encoding="utf-8"), tmp_path)
    assert told.returncode == 0, told.stderr
    assert "warn" not in told.stderr.replace("test is successful", "")


class _Inside(BaseHTTPRequestHandler):
    """A service behind the front, which tells what it was asked."""

    def do_GET(self) -> None:
        told = (
            f"{self.server.server_port} {self.headers['X-Forwarded-Proto']} {self.headers['Host']}"
        )
        self.send_response(200)
        self.end_headers()
        self.wfile.write(told.encode())

    def log_message(self, *_: object) -> None: ...


@pytest.mark.parametrize("asked_for", [True, False])
def test_under_tls_each_name_asked_for_leads_to_its_service_and_others_to_the_desk(
    asked_for: bool, tmp_path: Path
) -> None:
    front = free_port()
    text = CONFIGURATION.read_text(encoding="utf-8")
    text = text.replace("listen 8443", f"listen 127.0.0.1:{front}")
    text = text.replace("listen 8080", f"listen 127.0.0.1:{free_port()}")
    names = ASKED_FOR.read_text(encoding="utf-8")
    with contextlib.ExitStack() as stack:
        ports = {}
        for name, service in NAMES.items():
            server = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), _Inside))
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.shutdown)
            ports[name] = server.server_port
            assert f"http://{service};" in text + names
            here = f"http://127.0.0.1:{server.server_port};"
            text, names = (part.replace(f"http://{service};", here) for part in (text, names))
        command = nginx(text, tmp_path, names if asked_for else "")
        process = stack.enter_context(subprocess.Popen([*command, "-g", "daemon off;"]))
        stack.callback(process.terminate)
        trust = ssl.create_default_context(cafile=str(tmp_path / "authority.pem"))
        transport = httpx.HTTPTransport(verify=trust, retries=5)
        client = stack.enter_context(httpx.Client(transport=transport))
        told = {
            name: client.get(
                f"https://127.0.0.1:{front}/",
                headers={"Host": name},
                extensions={"sni_hostname": name},
            ).text
            for name in NAMES
        }
    desk = ports["guichet.example"]
    assert told == {
        name: f"{port if asked_for else desk} https {name}" for name, port in ports.items()
    }


def test_nginx_refuses_a_configuration_with_a_fault(tmp_path: Path) -> None:
    faulty = CONFIGURATION.read_text(encoding="utf-8").replace("proxy_pass", "proxy_passe")
    assert judged(faulty, tmp_path).returncode != 0


def test_the_front_keeps_no_address_of_a_link_and_lets_the_desk_refuse_what_is_too_large() -> None:
    text = CONFIGURATION.read_text(encoding="utf-8")
    assert "access_log off;" in text and "client_max_body_size 128m;" in text


def test_the_desk_in_a_container_holds_no_secret_of_the_sources() -> None:
    services = yaml.safe_load((PROJECT_ROOT / "docker-compose.yml").read_text())["services"]
    desk = services["guichet"]
    assert [file["path"] for file in desk["env_file"]] == ["guichet.env"]
    assert not [name for name in desk["environment"] if "AIRFLOW" in name or "SECRET" in name]
    assert desk["read_only"] and desk["cap_drop"] == ["ALL"]
    assert all(port.startswith("127.0.0.1:") for port in desk["ports"])
    assert services["facade"]["volumes"][0].endswith("vigie.conf:ro")
