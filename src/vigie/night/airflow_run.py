"""What a task needs to know of its Airflow run. Reads the context it is given; never imports Airflow."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from vigie.arrival import collection, landing
from vigie.clock import PARIS
from vigie.errors import SourceRefused
from vigie.night import steps as night
from vigie.settings import Settings


@dataclass(frozen=True)
class Run:
    """One Airflow run as Vigie sees it: where it works and its moment (naive UTC, the same for every task)."""

    settings: Settings
    moment: datetime
    context: Mapping[str, Any]

    @property
    def is_handed_over(self) -> bool:
        """Whether another run started this one."""
        return _handed_over(self.context) is not None

    @property
    def night(self) -> str:
        """The name in `nights/` of the night this run belongs to."""
        return self.settings.nights_served[-1]

    def hand_over(self, asset: Any) -> None:
        """Tells the runs that `asset` will start which moment and night are theirs: one night, one record."""
        self.context["outlet_events"][asset].extra = {
            "moment": f"{self.moment.isoformat()}+00:00",
            "nuits": list(self.settings.nights_served),
        }


def of(context: Mapping[str, Any]) -> Run:
    """The run behind an Airflow task context.

    Its moment is the `date` parameter, else the one handed over by the run that started it, else the run's
    own date; a demonstration region may replace the last (see `vigie.night.steps.run_moment`). It keeps its record with
    the night that started it, all of them when Airflow made one run of several; else with a night of its own.
    """
    settings = Settings.from_environment()
    given = context["params"].get("date") or _handed_over(context)
    dag_run = context["dag_run"]
    moment = night.run_moment(settings, given, dag_run.logical_date or dag_run.run_after)
    served = {name for extra in _extras(context) for name in extra.get("nuits", [])}
    own = night.night_name(moment, dag_run.run_after, dag_run.run_id)
    return Run(replace(settings, nights_served=tuple(sorted(served)) or (own,)), moment, context)


def is_overtaken(context: Mapping[str, Any]) -> bool:
    """Whether the hour of the next night had passed when this scheduled run began.

    A machine woken after several nights first starts the oldest it missed, then the last: what arrived since
    belongs to the last alone.
    """
    dag_run = context["dag_run"]
    next_night = dag_run.run_after.astimezone(PARIS) + timedelta(days=1)
    return bool(dag_run.run_type == "scheduled" and context["ti"].start_date >= next_night)


def _handed_over(context: Mapping[str, Any]) -> str | None:
    return max((extra["moment"] for extra in _extras(context)), default=None)


def _extras(context: Mapping[str, Any]) -> list[dict[str, Any]]:
    events = context.get("triggering_asset_events") or {}
    return [event.extra for batch in events.values() for event in batch if event.extra]


def list_sources(run: Run) -> list[dict[str, str]]:
    """The active sources, one mapped task each: `source_id` and `territoire` (what an operator recognises)."""
    return [
        {"source_id": source.source_id, "territoire": source.nom}
        for source in collection.active_sources(run.settings)
    ]


def collect(run: Run, source_id: str) -> dict[str, Any]:
    """Collects one source; returns its `source_id` and counts (see `vigie.arrival.collection.collect`)."""
    source = collection.source_named(run.settings, source_id)
    return {"source_id": source_id, **collection.collect(run.settings, source, run.moment)}


def close_collection(
    run: Run, sources: Iterable[Mapping[str, str]], fetched: Iterable[Mapping[str, Any]]
) -> list[str]:
    """One sentence per source whose fetch left no result; kept, with the counts, as the `collecte` step."""
    results = {result["source_id"]: result for result in fetched if result}
    expected = list(sources)
    failures = [_failure(run, source) for source in expected if source["source_id"] not in results]
    night.keep_step(
        run.settings,
        run.moment,
        "collecte",
        {
            "sources": len(expected),
            "nouveaux": sum(result["nouveaux"] for result in results.values()),
            "echecs": failures,
            "duree_s": (
                run.context["ti"].start_date - run.context["dag_run"].start_date
            ).total_seconds(),
        },
    )
    return failures


def _failure(run: Run, source: Mapping[str, str]) -> str:
    try:
        state = landing.source_state(run.settings, source["source_id"])
    except SourceRefused as error:
        return str(error)
    if state.get("echec_le") == run.moment.isoformat():
        return str(state["echec"])
    return f"{source['territoire']} : non lu cette nuit, voir le journal de sa tâche."
