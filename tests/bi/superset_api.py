"""What Superset answers through its REST API."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import httpx
from same_figures import FOLLOWED, GUESSED, REGION, Sample
from superset_server import Superset

from vigie.diffusion.pages.french import number, percent


@contextmanager
def client(superset: Superset, account: str) -> Iterator[httpx.Client]:
    """The REST API, signed in as an account."""
    with httpx.Client(base_url=superset.address, timeout=60) as session:
        credentials = {"username": account, "password": superset.passwords[account]}
        token = session.post("/api/v1/security/login", json=credentials | {"provider": "db"})
        session.headers["Authorization"] = f"Bearer {token.json()['access_token']}"
        protection = session.get("/api/v1/security/csrf_token/")
        if protection.is_success:
            session.headers["X-CSRFToken"] = protection.json()["result"]
            session.headers["Referer"] = superset.address
        yield session


def in_superset(superset: Superset) -> Sample:
    """Progress and completion as the datasets of the dashboards compute them, asked through the chart API."""
    sample: Sample = {}
    with duckdb.connect(str(superset.publication), read_only=True) as connection:
        named = dict(
            connection.execute("select nom, siren_epci from marts.dim_territoires").fetchall()
        )
    with client(superset, "comite") as session:
        datasets = {one["table_name"]: one["id"] for one in listed(session)}
        for table, columns in (("territoires_mois", ["territoire"]), ("region_mois", [])):
            for row in asked(
                session,
                datasets[table],
                columns=columns,
                metrics=["avancement", "realisation"],
                filters=[{"col": "est_dernier_mois", "op": "==", "val": True}],
            ):
                for metric, code in (
                    ("avancement", "avancement"),
                    ("realisation", "taux_realisation"),
                ):
                    if row[metric] is not None:
                        place = named[row["territoire"]] if columns else REGION
                        sample[place, code] = percent(100 * row[metric])
        for row in asked(
            session, datasets["territoires"], columns=["territoire", "actions", "estime"]
        ):
            if (named[row["territoire"]], "avancement") in sample:
                sample[named[row["territoire"]], FOLLOWED] = number(row["actions"])
                sample[named[row["territoire"]], GUESSED] = percent(100 * row["estime"])
        (row,) = asked(
            session,
            datasets["indicateurs"],
            columns=["part"],
            filters=[
                {"col": "maille_code", "op": "==", "val": "region"},
                {"col": "modalite_code", "op": "==", "val": GUESSED},
            ],
        )
        sample[REGION, GUESSED] = percent(100 * row["part"])
    return sample


def asked(session: httpx.Client, dataset: int, **query: Any) -> list[dict[str, Any]]:
    answer = session.post(
        "/api/v1/chart/data",
        json={
            "datasource": {"id": dataset, "type": "table"},
            "queries": [query | {"row_limit": 1000}],
        },
    )
    assert answer.is_success, answer.text[:500]
    rows: list[dict[str, Any]] = answer.json()["result"][0]["data"]
    return rows


def listed(session: httpx.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = session.get(
        "/api/v1/dataset/", params={"q": "(page_size:100)"}
    ).json()["result"]
    return found
