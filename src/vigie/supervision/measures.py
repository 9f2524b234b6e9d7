"""What a supervisor reads of an installation: figures with their units, as a dictionary or as Prometheus text."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily

from vigie.files import read_json
from vigie.night.steps import night_incidents
from vigie.settings import Settings
from vigie.supervision.concerns import ALERTE, concerns, disk, launched, launches, publishing
from vigie.warehouse import publication

OK, ATTENTION, CRITICAL = 0, 1, 2


def status(settings: Settings, now: datetime) -> dict[str, Any]:
    """The state of the installation at `now` (naive UTC): `etat` (0 all is well, 1 to be looked at, 2 act now), the
    concerns, and the figures of the last night and of the publication (seconds, bytes, counts)."""
    found = concerns(settings, now)
    grave = any(concern.gravite == ALERTE for concern in found)
    nights = launches(settings)
    whole = [night for night in nights if publishing(night)]
    usage = disk(settings.home)
    return {
        "etat": CRITICAL if grave else ATTENTION if found else OK,
        "a_regarder": [vars(concern) for concern in found],
        "derniere_nuit": _night(nights[-1]) if nights else None,
        "publication": _publication(settings)
        | {"age_s": (now - launched(whole[-1])).total_seconds() if whole else None},
        "disque_libre_octets": usage.free,
        "disque_total_octets": usage.total,
    }


def _night(night: Path) -> dict[str, Any]:
    steps = {path.stem: read_json(path, {}) for path in sorted(night.glob("*.json"))}
    return {
        "nuit": night.name,
        "debut_utc": launched(night),
        "durees_s": {name: step["duree_s"] for name, step in steps.items() if "duree_s" in step},
        "rapports": steps.get("controle", {}).get("verdicts", {}),
        "sources_en_echec_nb": len(steps.get("collecte", {}).get("echecs", [])),
        "incidents_nb": len(night_incidents(night)),
    }


def _publication(settings: Settings) -> dict[str, Any]:
    figures = {} if publication.damage(settings) else publication.figures(settings)
    return {
        "publication_id": figures.get("publication_id"),
        "taille_octets": settings.publication_path.stat().st_size if figures else None,
        "a_valider_nb": figures.get("a_valider", 0),
        "indicateurs_nb": figures.get("indicateurs", 0),
    }


class _Figures:
    """A collector of gauges, filled before it is asked."""

    def __init__(self) -> None:
        self._families: dict[str, GaugeMetricFamily] = {}

    def add(self, name: str, said: str, value: float | None, **labels: str) -> None:
        if value is not None:
            family = self._families.setdefault(
                name, GaugeMetricFamily(f"vigie_{name}", said, labels=list(labels))
            )
            family.add_metric(list(labels.values()), value)

    def collect(self) -> Iterable[GaugeMetricFamily]:
        return self._families.values()


def prometheus(settings: Settings, now: datetime) -> str:
    """The same figures in Prometheus' text format, for a file collector (`node_exporter --collector.textfile`)."""
    figures, state = _Figures(), status(settings, now)
    figures.add("state", "0 all is well, 1 to be looked at, 2 act now", state["etat"])
    figures.add("disk_free_bytes", "Room left for VIGIE_HOME", state["disque_libre_octets"])
    figures.add("disk_total_bytes", "Size of the disk of VIGIE_HOME", state["disque_total_octets"])
    told = state["publication"]
    figures.add("publication_age_seconds", "Since the night that last published", told["age_s"])
    figures.add("publication_bytes", "Size of the published file", told["taille_octets"])
    figures.add("reviews_waiting", "Reports that wait for a decision", told["a_valider_nb"])
    if night := state["derniere_nuit"]:
        began = night["debut_utc"].replace(tzinfo=UTC).timestamp()
        figures.add("night_start_timestamp_seconds", "When the last night began", began)
        figures.add("sources_failing", "Sources not read", night["sources_en_echec_nb"])
        figures.add("incidents", "Defects met by the last night", night["incidents_nb"])
        for step, seconds in night["durees_s"].items():
            figures.add("step_seconds", "Duration in the last night", seconds, step=step)
        for verdict, count in night["rapports"].items():
            figures.add("reports", "Judged by the last night", count, verdict=verdict)
    registry = CollectorRegistry()
    registry.register(figures)
    return generate_latest(registry).decode()
