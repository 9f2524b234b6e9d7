"""The configuration of the local Airflow: environment variables only, secrets made once and kept private."""

import os
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path

from vigie.files import read_json, write_json
from vigie.night import housekeeping
from vigie.settings import PROJECT_ROOT, Settings

HOST = "127.0.0.1"
USER = "admin"
PRELOAD_FOLDER = Path(__file__).parent / "preload"


@dataclass(frozen=True)
class LocalAirflow:
    """One Airflow on this machine: its folder under VIGIE_HOME and the port of its api-server.

    Without `schedule` no DAG starts by itself at its hour: only what is asked for runs, and what that starts.
    """

    settings: Settings
    port: int
    schedule: bool = True

    @property
    def home(self) -> Path:
        return airflow_home(self.settings)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def environment(self) -> dict[str, str]:
        """The whole environment of a component, secrets included: never print it."""
        keys = _secrets(self.home)
        cores = os.cpu_count() or 2
        # Unwritten bytecode would be compiled again by each of the four components at every start.
        inherited = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        if not self.schedule:
            # Read by `preload/airflow_local_settings.py`.
            inherited["VIGIE_WITHOUT_SCHEDULE"] = "1"
        return inherited | {
            "AIRFLOW_HOME": str(self.home),
            "PYTHONPATH": os.pathsep.join(
                p for p in (str(PRELOAD_FOLDER), os.environ.get("PYTHONPATH", "")) if p
            ),
            "VIGIE_HOME": str(self.settings.home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT_ROOT / "dags"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
            "AIRFLOW__CORE__PARALLELISM": str(4 * cores),
            "AIRFLOW__CORE__FERNET_KEY": keys["fernet"],
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(password_file(self.home)),
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{self.url}/execution/",
            "AIRFLOW__API__HOST": HOST,
            "AIRFLOW__API__PORT": str(self.port),
            "AIRFLOW__API__BASE_URL": self.url,
            "AIRFLOW__API__SECRET_KEY": keys["api"],
            "AIRFLOW__API_AUTH__JWT_SECRET": keys["jwt"],
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{self.home}/airflow.db",
            housekeeping.METADATA: f"sqlite:///{self.home}/airflow.db",
            "AIRFLOW__DAG_PROCESSOR__DAG_VERSION_INFLATION_CHECK_LEVEL": "error",
            "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(self.home / "logs"),
            # A night is a burst: what keeps a resident scheduler quiet only makes it wait here.
            "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
            "AIRFLOW__SCHEDULER__MAX_TIS_PER_QUERY": "0",
            # The supervisor of a task may miss its end and notices it only at its next heartbeat.
            "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
            "AIRFLOW__LOGGING__UVICORN_LOGGING_LEVEL": "WARNING",
            "DO_NOT_TRACK": "1",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "GX_ANALYTICS_ENABLED": "false",
        }


def airflow_home(settings: Settings) -> Path:
    return settings.home / "airflow"


def password_file(home: Path) -> Path:
    """Where the password of `USER` is kept, readable by the owner alone."""
    return home / "simple_auth_manager_passwords.json"


def password(home: Path) -> str:
    """The password of `USER` for the web interface and the API."""
    _secrets(home)
    return str(read_json(password_file(home), {})[USER])


def _secrets(home: Path) -> dict[str, str]:
    path = home / "secrets.json"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_private(password_file(home), {USER: secrets.token_urlsafe(18)})
        _write_private(
            path,
            {
                "fernet": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
                "api": secrets.token_urlsafe(32),
                "jwt": secrets.token_urlsafe(48),
            },
        )
    return read_json(path)


def _write_private(path: Path, value: dict[str, str]) -> None:
    previous = os.umask(0o077)
    try:
        write_json(path, value)
    finally:
        os.umask(previous)
