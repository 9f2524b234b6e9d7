"""The collection of a night: what is new at each source, brought into the landing area."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from vigie.arrival import landing
from vigie.errors import (
    DamagedFile,
    LandingUnreachable,
    OperatorError,
    SettingsError,
    SourceBroken,
    SourceError,
    SourcePartlyRead,
    SourceRefused,
    SourceSkipped,
)
from vigie.files import write_atomically
from vigie.incidents import defect_of
from vigie.records import Source
from vigie.reference.seeds import Reference
from vigie.settings import Settings

_NAMED_TOGETHER = 3

log = logging.getLogger(__name__)


def active_sources(settings: Settings) -> list[Source]:
    """The sources of `seeds/sources.csv` that are collected."""
    return [source for source in Reference.load(settings.seeds).sources() if source.est_active]


def source_named(settings: Settings, source_id: str) -> Source:
    """The line of `seeds/sources.csv` with this identifier; raises SettingsError when there is none."""
    for source in Reference.load(settings.seeds).sources():
        if source.source_id == source_id:
            return source
    raise SettingsError(f"La source « {source_id} » n'est pas dans seeds/sources.csv.")


def collect(settings: Settings, source: Source, run_at: datetime) -> dict[str, int]:
    """Brings what is new at one source into the landing area.

    Returns the counts `nouveaux` and `deja_connus`. Raises SourceError when the source cannot be read, once the
    territory is told what is theirs to repair; what was landed stays, the next collection takes up from there.
    Raises OSError when this machine cannot keep what was read, LandingUnreachable when its object storage cannot.
    """
    from vigie.arrival.sources import circuit, fetch, territory_notice

    source_id = source.source_id
    with named(settings, source):
        state = landing.source_state(settings, source_id)
    last = state.get("collecte_le")
    last_collection = last and datetime.fromisoformat(last)
    synthetic = source.canal == "depot" and settings.demo_marker.exists()
    counts = {"nouveaux": 0, "deja_connus": 0}
    try:
        with named(settings, source):
            for fetched in fetch(source, state, settings, run_at):
                is_new = landing.land(settings, source, fetched, run_at, last_collection, synthetic)
                counts["nouveaux" if is_new else "deja_connus"] += 1
    except SourceSkipped:
        landing.save_source_state(settings, source_id, state)
        raise
    except SourcePartlyRead as error:
        # The visit went to its end: what it could not read must not keep the rest from being visited.
        circuit.record_success(state)
        state |= {"collecte_le": run_at.isoformat()}
        _keep_failure(settings, source, state, run_at, error)
        raise
    except SourceError as error:
        # A retry in the same night is the same failure.
        if state.get("echec_le") != run_at.isoformat():
            circuit.record_failure(state)
        _keep_failure(settings, source, state, run_at, error)
        raise
    territory_notice.tell(settings, source, "")
    circuit.record_success(state)
    landing.save_source_state(settings, source_id, state | {"collecte_le": run_at.isoformat()})
    return counts


def _keep_failure(
    settings: Settings, source: Source, state: dict[str, Any], run_at: datetime, error: SourceError
) -> None:
    from vigie.arrival.sources import territory_notice

    state |= {"echec_le": run_at.isoformat(), "echec": str(error)}
    landing.save_source_state(settings, source.source_id, state)
    territory_notice.tell(settings, source, error.to_territory)


@contextmanager
def named(settings: Settings, source: Source) -> Iterator[None]:
    """Whatever breaks inside a source is its own named failure: the one boundary between sources.

    Raises SourceBroken once the trace is in the log and in `journaux/`, without the words of the exception: they may
    quote a file, a person or a secret. An OSError passes: `fetch` names those of a source, the others are those of
    this machine; LandingUnreachable as well, which is no fault of the source.
    """
    from vigie.arrival.sources.visit import label

    try:
        yield
    except (SourceError, LandingUnreachable, OSError):
        raise
    except OperatorError as error:
        raise SourceRefused(f"{label(source)} : {error}") from error
    except Exception as error:
        defect = defect_of(error)
        # For the log of the task: on a terminal, the sentence and the folder it names are enough.
        log.info("%s : %s\n%s", label(source), defect.nature, defect.trace)
        with suppress(OSError):
            write_atomically(settings.logs / f"{source.source_id}.txt", defect.trace.encode())
        raise SourceBroken(
            f"{label(source)} : lecture interrompue par une erreur imprévue ({defect.nature}) ; ce qui avait été lu "
            f"est gardé. À faire : transmettre à qui maintient Vigie le journal de la source, dans {settings.logs} ; "
            "nouvel essai la nuit prochaine."
        ) from None


def collect_all(
    settings: Settings,
    sources: Iterable[Source],
    run_at: datetime,
    progress: Callable[[int], None] = lambda done: None,
) -> list[str]:
    """Collects each source in turn; returns the sentences of those that failed, the others are landed."""
    failures: list[str] = []
    for done, source in enumerate(sources, 1):
        try:
            collect(settings, source, run_at)
        except SourceError as error:
            failures.append(str(error))
        except DamagedFile as error:
            failures.append(f"Source {source.source_id} : {error}")
        progress(done)
    return failures


def grouped(failures: Iterable[str]) -> list[str]:
    """The sentences of failures (« source : cause »), in their order, those that differ by their source made one.

    Such a line counts the sources and names the first: a drop folder gone would else be told once per territory.
    """
    subjects: dict[str, list[str]] = defaultdict(list)
    for failure in failures:
        subject, _, cause = failure.partition(" : ")
        subjects[cause].append(subject)
    return [f"{_together(names)} : {cause}" for cause, names in subjects.items()]


def _together(subjects: list[str]) -> str:
    if len(subjects) == 1:
        return subjects[0]
    names = [subject.removeprefix("Source ") for subject in subjects]
    told = " ; ".join(names[:_NAMED_TOGETHER])
    if beyond := len(names[_NAMED_TOGETHER:]):
        told += f" et {beyond} autre{'s' if beyond > 1 else ''}, que nomme « vigie sources check »"
    return f"{len(names)} sources ({told})"
