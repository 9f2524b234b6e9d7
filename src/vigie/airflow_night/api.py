"""The few calls to Airflow's own API that a night needs."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import httpx
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from vigie.airflow_night.environment import USER, LocalAirflow, password
from vigie.errors import OperatorError

FINISHED = {"success", "failed"}
ENDED = FINISHED | {"skipped", "upstream_failed"}
_PAGE = 100
_PATIENCE_SECONDS = 180


class AirflowFailed(OperatorError):
    """Airflow failed to answer: on a loaded machine, its SQLite metadata are locked for a while."""


# A machine short of breath answers late, or not at all: asking again what harms nothing must not end a night.
_patiently = retry(
    retry=retry_if_exception_type((httpx.TransportError, AirflowFailed)),
    wait=wait_fixed(1),
    stop=stop_after_delay(_PATIENCE_SECONDS),
    reraise=True,
)


class Api:
    """Airflow's public API on the loopback, as the one local user."""

    def __init__(self, airflow: LocalAirflow) -> None:
        self._airflow = airflow
        self._client = httpx.Client(base_url=airflow.url, timeout=30, trust_env=False)

    def __enter__(self) -> "Api":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def wait_until_healthy(self, seconds: float, require_alive: Callable[[], None]) -> None:
        """Returns once the api-server, scheduler, dag-processor and triggerer say they are healthy.

        `require_alive` is called meanwhile and may raise. Raises OperatorError after `seconds`.
        """
        deadline = time.monotonic() + seconds
        states: dict[str, str] = {}
        while time.monotonic() < deadline:
            require_alive()
            states = self._health()
            if states and all(state == "healthy" for state in states.values()):
                self.log_in()
                return
            time.sleep(0.25)
        raise OperatorError(f"Airflow n'est pas prêt après {seconds:.0f} s : {states}")

    def log_in(self) -> None:
        """Gets the token every other call needs."""
        body = self.call(
            "POST", "/auth/token", json={"username": USER, "password": password(self._airflow.home)}
        )
        self._client.headers["Authorization"] = f"Bearer {body['access_token']}"

    def _health(self) -> dict[str, str]:
        try:
            # The first call makes Airflow prepare what tasks talk to: seconds that they need not wait for.
            self.call("GET", "/execution/health")
            body = self.call("GET", "/api/v2/monitor/health")
        except httpx.TransportError:
            return {}
        return {
            name: body[name]["status"] or "absent"
            for name in ("metadatabase", "scheduler", "dag_processor", "triggerer")
        }

    def wait_for_dags(self, dag_ids: set[str], since: float, seconds: float) -> None:
        """Returns once every DAG was read after `since` (epoch seconds).

        Raises OperatorError with the import errors, or after `seconds`.
        """
        deadline = time.monotonic() + seconds
        missing = dag_ids
        while time.monotonic() < deadline:
            missing = dag_ids - {
                dag["dag_id"]
                for dag in self._pages("/api/v2/dags", "dags")
                if datetime.fromisoformat(dag["last_parsed_time"]).timestamp() > since
            }
            if not missing:
                return
            self._require_no_import_error(since)
            time.sleep(0.25)
        raise OperatorError(f"DAG absents après {seconds:.0f} s : {', '.join(sorted(missing))}")

    def _require_no_import_error(self, since: float) -> None:
        errors = self._get("/api/v2/importErrors")["import_errors"]
        recent = [e for e in errors if datetime.fromisoformat(e["timestamp"]).timestamp() > since]
        if recent:
            details = "\n".join(f"{e['filename']}\n{e['stack_trace']}" for e in recent)
            raise OperatorError(f"Un DAG ne se charge pas :\n{details}")

    def unpause(self, dag_id: str) -> None:
        self.call("PATCH", f"/api/v2/dags/{dag_id}", json={"is_paused": False})

    def trigger(self, dag_id: str, parameters: dict[str, Any]) -> str:
        """Starts a run of `dag_id`; returns its run id."""
        # Named here: asking again after a failure never starts a second one.
        run_id = f"manual__{uuid4().hex}"
        self._ask_for_run(dag_id, run_id, parameters)
        return run_id

    @_patiently
    def _ask_for_run(self, dag_id: str, run_id: str, parameters: dict[str, Any]) -> None:
        path = f"/api/v2/dags/{dag_id}/dagRuns"
        body = {"logical_date": None, "conf": parameters, "dag_run_id": run_id}
        response = self._client.post(path, json=body)
        if response.status_code != HTTPStatus.CONFLICT:
            _answered("POST", path, response)

    def launched(self, dag_id: str, run_id: str) -> datetime:
        """The moment from which the run may start; nothing changes it later."""
        run = self._get(f"/api/v2/dags/{dag_id}/dagRuns/{run_id}")
        return datetime.fromisoformat(run["run_after"])

    def causes(self, dag_id: str, run_id: str) -> set[str]:
        """The runs whose assets started this one."""
        body = self._get(f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/upstreamAssetEvents")
        return {event["source_run_id"] for event in body["asset_events"]}

    def active_runs(self, dag_id: str) -> int:
        """How many runs of `dag_id` have begun, or wait for their turn."""
        parameters = {"state": ["queued", "running"], "limit": 1}
        body = self._get(f"/api/v2/dags/{dag_id}/dagRuns", params=parameters)
        return int(body["total_entries"])

    def begun_runs(self, dag_id: str) -> set[str]:
        """The latest runs of `dag_id` that have begun: Airflow 3.3 answers 500 on the causes of a queued one."""
        body = self._get(
            f"/api/v2/dags/{dag_id}/dagRuns",
            params={"limit": _PAGE, "order_by": "-run_after"},
        )
        return {run["dag_run_id"] for run in body["dag_runs"] if run["start_date"]}

    def run_state(self, dag_id: str, run_id: str) -> str:
        return str(self._get(f"/api/v2/dags/{dag_id}/dagRuns/{run_id}")["state"])

    def succeeded(self, dag_id: str, run_id: str, task_id: str) -> bool:
        """Whether the task of the run succeeded."""
        return self._count(dag_id, run_id, task_id, {"success"}) > 0

    def current_step(self, dag_id: str, run_id: str) -> tuple[str, int, int] | None:
        """The task started last, how many of its instances have ended and how many are known."""
        latest = self._get(
            _instances(dag_id, run_id), params={"order_by": "-start_date", "limit": 1}
        )["task_instances"]
        if not latest or latest[0]["start_date"] is None:
            return None
        task_id = latest[0]["task_id"]
        ended = self._count(dag_id, run_id, task_id, ENDED)
        return task_id, ended, self._count(dag_id, run_id, task_id, set())

    def _count(self, dag_id: str, run_id: str, task_id: str, states: set[str]) -> int:
        parameters = {"task_id": task_id, "state": sorted(states), "limit": 1}
        return int(self._get(_instances(dag_id, run_id), params=parameters)["total_entries"])

    def task_instances(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        return list(self._pages(_instances(dag_id, run_id), "task_instances"))

    def step_seconds(self, dag_id: str, run_id: str) -> dict[str, float]:
        """How long each task of the run took, from the start of its first instance to the end of its last."""
        spans: dict[str, tuple[datetime, datetime]] = {}
        for instance in self.task_instances(dag_id, run_id):
            if instance["start_date"] and instance["end_date"]:
                start = datetime.fromisoformat(instance["start_date"])
                end = datetime.fromisoformat(instance["end_date"])
                first, last = spans.get(instance["task_id"], (start, end))
                spans[instance["task_id"]] = (min(first, start), max(last, end))
        in_order = sorted(spans.items(), key=lambda item: item[1][0])
        return {task_id: (last - first).total_seconds() for task_id, (first, last) in in_order}

    def _pages(self, path: str, key: str) -> Iterator[dict[str, Any]]:
        offset = 0
        while True:
            body = self._get(path, params={"limit": _PAGE, "offset": offset})
            yield from body[key]
            offset += len(body[key])
            if not body[key] or offset >= body["total_entries"]:
                return

    @_patiently
    def _get(self, path: str, **options: Any) -> dict[str, Any]:
        return self.call("GET", path, **options)

    def call(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        """One call to the API; raises OperatorError when Airflow refuses it."""
        return _answered(method, path, self._client.request(method, path, **options))


def _answered(method: str, path: str, response: httpx.Response) -> dict[str, Any]:
    if response.is_error:
        failed = response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
        raise (AirflowFailed if failed else OperatorError)(
            f"Airflow refuse {method} {path} : {response.status_code} {response.text}"
        )
    body: dict[str, Any] = response.json()
    return body


def _instances(dag_id: str, run_id: str) -> str:
    return f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances"
