"""Asking Airflow for a run: again when it failed to answer, and never twice."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from tenacity import wait_none

from vigie.airflow_night.api import AirflowFailed, Api
from vigie.airflow_night.environment import LocalAirflow
from vigie.errors import OperatorError
from vigie.settings import Settings

DAG = "collect_reports"


@pytest.fixture
def answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[Api, list[str]]]:
    """An API whose server gives these statuses in turn, and the names of the runs it was asked for."""
    monkeypatch.setattr(Api._ask_for_run.retry, "wait", wait_none())  # type: ignore[attr-defined]

    def made(*statuses: int) -> tuple[Api, list[str]]:
        left, asked = list(statuses), list[str]()

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(json.loads(request.content)["dag_run_id"])
            return httpx.Response(left.pop(0), json={})

        api = Api(LocalAirflow(Settings(home=tmp_path), 8080))
        api._client = httpx.Client(base_url="http://airflow", transport=httpx.MockTransport(answer))
        return api, asked

    return made


@pytest.mark.parametrize("statuses", [(200,), (500, 200), (500, 500, 409)])
def test_a_run_is_asked_for_until_airflow_has_it_always_under_one_name(
    answered: Callable[..., tuple[Api, list[str]]], statuses: tuple[int, ...]
) -> None:
    api, asked = answered(*statuses)
    assert {api.trigger(DAG, {})} == set(asked)
    assert len(asked) == len(statuses)


def test_a_refusal_is_final(answered: Callable[..., tuple[Api, list[str]]]) -> None:
    api, asked = answered(403)
    with pytest.raises(OperatorError, match="403") as refused:
        api.trigger(DAG, {})
    assert not isinstance(refused.value, AirflowFailed)
    assert len(asked) == 1
