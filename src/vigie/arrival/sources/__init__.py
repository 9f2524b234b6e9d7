"""Channels: how the bytes of a report reach Vigie, one module per channel, found by `source.canal`.

A channel brings bytes and says when they were deposited; it never reads what they mean.
"""

from collections.abc import Generator
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from vigie.arrival.sources import circuit
from vigie.arrival.sources.visit import Fetched, Limits, Visit
from vigie.records import Source
from vigie.settings import Settings

__all__ = ["CHANNELS", "Fetched", "Limits", "Visit", "fetch"]

CHANNELS = {
    "depot": "vigie.arrival.sources.depot",
    "demarches": "vigie.arrival.sources.demarches",
    "grist": "vigie.arrival.sources.grist",
    "http": "vigie.arrival.sources.http",
    "opendatasoft": "vigie.arrival.sources.opendatasoft",
    "s3": "vigie.arrival.sources.s3",
    "sftp": "vigie.arrival.sources.sftp",
    "webdav": "vigie.arrival.sources.webdav",
}


def fetch(
    source: Source, state: dict[str, Any], settings: Settings, run_at: datetime
) -> Generator[Fetched, None, None]:
    """Yields what is new or changed at the source since the visit that left `state`, oldest first.

    `run_at` is the naive UTC time of the run. `state` (JSON-able, empty at first) is changed in
    place: an object enters it only once the consumer, having landed it, asks for the next one. It
    is therefore coherent at every moment: land each item as it comes and save the state whether the
    visit ends or raises. After a visit `state["trafic"]` holds `requetes` and `octets`.

    Raises SourceUnavailable (can heal), SourceRefused (cannot), SourcePartlyRead (what could be read
    was), SourceBudgetExceeded (what was yielded is good; the rest comes next night), SourceSkipped (too
    many failures in a row). Anything else that escapes is for `vigie.arrival.collection.named` to tell.
    """
    # Importing a client library may take seconds: they are not the source's.
    channel = import_module(CHANNELS[source.canal]) if source.canal in CHANNELS else None
    visit = Visit(source, state, settings, run_at)
    if channel is None:
        raise visit.refused(
            f"canal « {source.canal} » inconnu",
            f"corriger la ligne dans sources.csv (canaux connus : {', '.join(sorted(CHANNELS))})",
        )
    if source.correspondance and not _mapping_path(source, settings).is_file():
        raise visit.refused(
            f"la correspondance « {source.correspondance} » n'existe pas",
            "la créer dans seeds/correspondances ou corriger sources.csv",
        )
    circuit.let_through(visit)
    try:
        for fetched in channel.fetch(visit):
            visit.spend_time()
            yield fetched
    except PermissionError as error:
        raise visit.refused(
            "lecture interdite", "donner à Vigie le droit de lire la source"
        ) from error
    except OSError as error:
        raise visit.unavailable(
            f"lecture impossible ({type(error).__name__})",
            "vérifier le disque ou le réseau",
        ) from error
    finally:
        state["trafic"] = {"requetes": visit.requests, "octets": visit.octets}


def _mapping_path(source: Source, settings: Settings) -> Path:
    name = Path(source.correspondance).name.removesuffix(".csv")
    return settings.seeds / "correspondances" / f"{name}.csv"
