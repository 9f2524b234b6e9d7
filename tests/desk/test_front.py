"""The HTTPS front of the containers, as nginx itself judges it."""

import shutil
import subprocess
from pathlib import Path

import pytest
import trustme
import yaml

from vigie.settings import PROJECT_ROOT

CONFIGURATION = PROJECT_ROOT / "docker" / "nginx.conf"


def judged(configuration: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """What `nginx -t` says of a configuration, its certificates and its files being in `folder`."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    if program is None:
        pytest.skip("nginx is not installed (apt-get install nginx)")
    certificate = trustme.CA().issue_cert("guichet.example")
    certificate.cert_chain_pems[0].write_to_path(folder / "fullchain.pem")
    certificate.private_key_pem.write_to_path(folder / "privkey.pem")
    path = folder / "nginx.conf"
    text = configuration.replace(" /tmp/", f" {folder}/")
    path.write_text(text.replace("/etc/nginx/certificats", str(folder)), encoding="utf-8")
    return subprocess.run(
        [program, "-t", "-c", str(path), "-p", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_nginx_takes_the_configuration_of_the_front(tmp_path: Path) -> None:
    told = judged(CONFIGURATION.read_text(encoding="utf-8"), tmp_path)
    assert told.returncode == 0, told.stderr
    assert "warn" not in told.stderr.replace("test is successful", "")


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
