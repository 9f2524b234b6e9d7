"""The register of the sources, `seeds/sources.csv`: checking its lines, adding one."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import asdict, fields
from datetime import datetime

from vigie.arrival import landing
from vigie.arrival.collection import named
from vigie.arrival.sources import CHANNELS, circuit
from vigie.arrival.sources.probe import Probe, probe
from vigie.errors import SourceError, SourcePartlyRead, SourceRefused
from vigie.files import write_atomically
from vigie.reading.adapters.mapping import load_mapping
from vigie.records import Source
from vigie.reference.seeds import Reference
from vigie.settings import Settings

_SOURCE_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")


def check(
    settings: Settings, reference: Reference, run_at: datetime, siren: str = ""
) -> Iterator[Probe]:
    """Tries the active sources, those of one territory when `siren` is given, one Probe each.

    A source that answers again is put back among those that a night visits.
    """
    for source in reference.sources():
        if not source.est_active or (siren and source.siren_epci != siren):
            continue
        try:
            with named(settings, source):
                state = landing.source_state(settings, source.source_id)
        except SourceError as error:
            yield Probe(source, error=error)
            continue
        result = probe(source, settings, run_at, state)
        is_visited = result.error is None or isinstance(result.error, SourcePartlyRead)
        if is_visited and state.get("echecs_consecutifs"):
            circuit.record_success(state)
            landing.save_source_state(settings, source.source_id, state)
        yield result


def add_source(source: Source, settings: Settings, reference: Reference, run_at: datetime) -> Probe:
    """Adds a line to sources.csv once the source has answered; the file is replaced by rename.

    Raises SourceRefused when the line is not valid, when the source holds another territory's report,
    or any SourceError that the source answers: nothing is then written.
    """
    _check_line(source, reference)
    result = probe(source, settings, run_at)
    if result.error:
        raise result.error
    for found in result.objects:
        if source.siren_epci and found.siren and not found.siren.startswith(source.siren_epci):
            raise SourceRefused(
                f"{found.fetched.nom_fichier} est le rapport du SIREN {found.siren}, "
                f"pas de {source.siren_epci} : corriger l'adresse ou le territoire."
            )
    path = settings.seeds / "sources.csv"
    row = io.StringIO()
    values = asdict(source) | {"est_active": str(source.est_active).lower()}
    names = [field.name for field in fields(Source)]
    csv.DictWriter(row, names, lineterminator="\n").writerow(values)
    present = path.read_bytes()
    if not present.endswith(b"\n"):
        present += b"\n"
    write_atomically(path, present + row.getvalue().encode())
    return result


def _check_line(source: Source, reference: Reference) -> None:
    if not _SOURCE_ID.fullmatch(source.source_id):
        raise SourceRefused(
            f"Identifiant « {source.source_id} » : n'employer que des minuscules, des chiffres, "
            "des tirets."
        )
    if any(known.source_id == source.source_id for known in reference.sources()):
        raise SourceRefused(f"La source « {source.source_id} » est déjà dans sources.csv.")
    if source.siren_epci and source.siren_epci not in reference.territories:
        raise SourceRefused(f"Le SIREN {source.siren_epci} n'est pas dans territoires.csv.")
    if source.canal not in CHANNELS:
        known = ", ".join(sorted(CHANNELS))
        raise SourceRefused(f"Canal « {source.canal} » inconnu. Canaux connus : {known}.")
    load_mapping(reference.seeds, source.correspondance)
