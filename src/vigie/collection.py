"""The collection of a night: what is new at each source, brought into the landing area."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime

from vigie import landing
from vigie.errors import DamagedFile, SettingsError, SourceError, SourceSkipped
from vigie.records import Source
from vigie.reference import Reference
from vigie.settings import Settings

_NAMED_TOGETHER = 3


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
    """
    from vigie.sources import circuit, fetch, territory_notice

    source_id = source.source_id
    state = landing.source_state(settings, source_id)
    last = state.get("collecte_le")
    last_collection = last and datetime.fromisoformat(last)
    synthetic = source.canal == "depot" and settings.demo_marker.exists()
    counts = {"nouveaux": 0, "deja_connus": 0}
    try:
        for fetched in fetch(source, state, settings, run_at):
            is_new = landing.land(settings, source, fetched, run_at, last_collection, synthetic)
            counts["nouveaux" if is_new else "deja_connus"] += 1
    except SourceSkipped:
        landing.save_source_state(settings, source_id, state)
        raise
    except SourceError as error:
        # A retry in the same night is the same failure.
        if state.get("echec_le") != run_at.isoformat():
            circuit.record_failure(state)
        state |= {"echec_le": run_at.isoformat(), "echec": str(error)}
        landing.save_source_state(settings, source_id, state)
        territory_notice.tell(settings, source, error.to_territory)
        raise
    territory_notice.tell(settings, source, "")
    circuit.record_success(state)
    landing.save_source_state(settings, source_id, state | {"collecte_le": run_at.isoformat()})
    return counts


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
