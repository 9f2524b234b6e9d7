"""The steps of a night. Each can be killed at any instant and run again; the run's moment always comes in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any

from vigie.arrival import collection
from vigie.clock import PARIS, day_in_paris
from vigie.errors import NightIncomplete, SettingsError, VigieError
from vigie.files import read_json, under_way, write_json
from vigie.night import intake
from vigie.reference.seeds import Reference
from vigie.settings import Settings

FAILURE = "echec"
MARK = ".en_cours"
_DEMO_REMEDY = "refaire la région de démonstration par « vigie demo »."
# Of Airflow, which the library never imports.
_PAST_ITS_TIME = "AirflowTaskTimeout"
# What a step makes out of date in the record of its night when it runs again.
FOLLOWING_STEPS = {
    "controle": ("reponses", "construction", "verification", "publication"),
    "construction": ("verification", "publication"),
}


def run_moment(settings: Settings, given: str | None, fallback: datetime) -> datetime:
    """The moment of the run, naive UTC: the one given, else the demo's own night, else `fallback`.

    A demonstration region carries the date of its night, so that it gives the same figures for ever.
    Raises SettingsError when `given` is not an ISO date or timestamp.
    """
    if given is None:
        given = read_json(settings.demo_marker, {}, _DEMO_REMEDY).get("date_nuit")
    if given is None:
        return _naive_utc(fallback)
    try:
        return _naive_utc(datetime.fromisoformat(given))
    except (ValueError, OverflowError) as error:
        raise SettingsError(
            f"La date « {given} » n'est pas lisible : écrire AAAA-MM-JJ ou AAAA-MM-JJTHH:MM."
        ) from error


def iso_day(text: str) -> date:
    """The day written `text`; raises SettingsError when it is not an ISO date."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(f"La date « {text} » n'est pas lisible : écrire AAAA-MM-JJ.") from error


def _naive_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=PARIS)
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def run_id(run_at: datetime) -> str:
    return run_at.strftime("%Y%m%dT%H%M%SZ")


def night_name(run_at: datetime, launched: datetime, identity: str) -> str:
    """The name in `nights/` of one launch of the night of `run_at`: two launches never share it.

    `launched` (aware) puts the launches of one moment in order, `identity` tells those of one second apart.
    """
    digest = sha256(identity.encode()).hexdigest()[:8]
    return f"{run_id(run_at)}_{run_id(_naive_utc(launched))}-{digest}"


def night_moment(folder: Path) -> datetime:
    """The moment, naive UTC, of the night kept in `folder`."""
    return _naive_utc(datetime.fromisoformat(folder.name.partition("_")[0]))


def _names(settings: Settings, run_at: datetime) -> tuple[str, ...]:
    # Steps typed one by one with the same date make one night: they share the folder of their moment.
    return settings.nights_served or (run_id(run_at),)


def _name(settings: Settings, run_at: datetime) -> str:
    return _names(settings, run_at)[-1]


@contextmanager
def timed_step(settings: Settings, run_at: datetime, step: str) -> Iterator[dict[str, Any]]:
    """Keeps what a step counted and how long it took in `nights/<night>/<step>.json`, or why it failed in `echec.json`.

    What an earlier try of the same night kept of this step and of those that follow is forgotten first. Airflow ends a
    task past its time by an exception of its own, which is none of Python's ordinary ones: it is told too.
    """
    for name in _names(settings, run_at):
        for outdated in (step, FAILURE, *FOLLOWING_STEPS.get(step, ())):
            (settings.nights / name / f"{outdated}.json").unlink(missing_ok=True)
    counts: dict[str, Any] = {}
    start = perf_counter()
    try:
        with under_way(settings.nights / _name(settings, run_at) / f"{step}{MARK}"):
            yield counts
    except BaseException as error:
        told = _told(error)
        if not told:
            raise
        # A full disk cannot even keep this.
        with suppress(OSError):
            keep_step(settings, run_at, FAILURE, {"etape": step, "phrase": told})
        raise
    counts["duree_s"] = round(perf_counter() - start, 3)
    keep_step(settings, run_at, step, counts)


def _told(error: BaseException) -> str:
    """Why a step failed; nothing when somebody stopped it."""
    if type(error).__name__ == _PAST_ITS_TIME:
        return (
            "arrêtée, le temps qui lui est accordé est passé ; ce qui était fait est gardé. Regarder dans le journal "
            "de la tâche où elle en était, puis la relancer."
        )
    if isinstance(error, VigieError):
        return str(error)
    return repr(error) if isinstance(error, Exception) else ""


def keep_step(settings: Settings, run_at: datetime, step: str, counts: dict[str, Any]) -> None:
    """Keeps what a step counted in `nights/<night>/<step>.json`, for each night that the run works for."""
    for name in _names(settings, run_at):
        write_json(settings.nights / name / f"{step}.json", counts)


def gate_and_load(settings: Settings, run_at: datetime) -> dict[str, Any]:
    """Judges every landed report that raw does not hold and loads them, one transaction per slice of the night.

    Returns counts per verdict, and in `incidents` one sentence per report that a defect of Vigie, or a damaged file
    of `landing/`, kept from being judged: nothing of it is loaded nor answered, and the next call takes it up again.
    """
    with timed_step(settings, run_at, "controle") as counts:
        counts |= intake.take_in(settings, day_in_paris(run_at), docs_folder(settings, run_at))
    return counts


def docs_folder(settings: Settings, run_at: datetime) -> Path:
    """Where Great Expectations tells what it saw that night."""
    return settings.data_docs / _name(settings, run_at)


def answer(settings: Settings, run_at: datetime) -> dict[str, Any]:
    """Writes to each sender what became of their report; the figures do not wait for it.

    Returns in `reponses` how many answers were written, and in `incidents` one sentence per answer that a defect of
    Vigie kept from being written: the next call takes it up again.
    """
    from vigie.answers import sending as answers

    with timed_step(settings, run_at, "reponses") as counts:
        counts["reponses"], counts["incidents"] = answers.write_missing(settings)
    return counts


def build(settings: Settings, run_at: datetime) -> dict[str, Any]:
    """Builds a new warehouse file from raw, unless the publication already holds exactly this content.

    Returns `construit` (bool) and, when built, `chemin`. Raises BuildFailed with dbt's own words.
    """
    from vigie.warehouse import builder, publication

    with timed_step(settings, run_at, "construction") as counts:
        cutoff = builder.cutoff_of_night(settings, run_at)
        identity = builder.publication_id(settings, cutoff)
        if publication.current_id(settings) == identity:
            counts.update(construit=False, publication_id=identity)
            return counts
        path = builder.build(settings, _name(settings, run_at), cutoff, identity)
        counts.update(construit=True, publication_id=identity, chemin=str(path))
    return counts


def check(
    settings: Settings, run_at: datetime, built: dict[str, Any], accept_variation: bool = False
) -> dict[str, Any]:
    """Refuses a build that lost or invented rows, or moved too much unless `accept_variation`.

    Raises BuildFailed with the reasons.
    """
    from vigie.warehouse import checks

    with timed_step(settings, run_at, "verification") as counts:
        if built["construit"]:
            docs = docs_folder(settings, run_at) / "construction"
            path = Path(built["chemin"])
            counts.update(checks.check(settings, path, run_at, docs, accept_variation))
    return counts


def publish(settings: Settings, run_at: datetime, built: dict[str, Any]) -> dict[str, Any]:
    """Puts a checked build in the place readers open; `publie` is False when nothing was built."""
    from vigie.warehouse import publication

    with timed_step(settings, run_at, "publication") as counts:
        counts["publie"] = bool(built["construit"])
        if built["construit"]:
            publication.publish(settings, Path(built["chemin"]))
        counts["chemin"] = str(settings.publication_path)
    return counts


def run_without_airflow(
    settings: Settings, run_at: datetime, progress: Callable[[str, int, int], None]
) -> dict[str, Any]:
    """A whole night in this process. `progress(step, done, total)` is called as it goes.

    A source that fails does not stop the others, nor a report that a defect keeps from being judged: their
    sentences are in the summary's `echecs` and `incidents`.
    """
    sources = collection.active_sources(settings)
    with timed_step(settings, run_at, "collecte") as counts:
        counts["sources"] = len(sources)
        counts["echecs"] = collection.collect_all(
            settings, sources, run_at, lambda done: progress("Collecte", done, len(sources))
        )
    progress("Contrôle et chargement", 0, 1)
    gate_and_load(settings, run_at)
    progress("Réponses", 0, 1)
    answer(settings, run_at)
    progress("Construction", 0, 1)
    built = build(settings, run_at)
    progress("Vérification", 0, 1)
    check(settings, run_at, built)
    progress("Publication", 0, 1)
    publish(settings, run_at, built)
    return summary(settings, run_at)


def require_whole(failures: list[str]) -> None:
    """Turns a partial failure red: raises NightIncomplete with a sentence for each cause that kept sources from
    being read and each report that could not be judged."""
    if failures:
        told = " · ".join(collection.grouped(sorted(failures)))
        raise NightIncomplete(f"{len(failures)} échec(s) : {told}")


def night_failures(folder: Path) -> list[str]:
    """What failed in the night kept in `folder`, a sentence each: its sources, then the step that stopped it."""
    failures: list[str] = list(read_json(folder / "collecte.json", {}).get("echecs", []))
    if stopped := read_json(folder / f"{FAILURE}.json"):
        failures.append(f"Étape {stopped['etape']} : {stopped['phrase']}")
    return failures


def night_incidents(folder: Path) -> list[str]:
    """The incidents of every step of the night kept in `folder`, a sentence each."""
    records = [read_json(path, {}) for path in sorted(folder.glob("*.json"))]
    return [sentence for record in records for sentence in record.get("incidents", [])]


def summary(settings: Settings, run_at: datetime) -> dict[str, Any]:
    """What the operator reads at 7 a.m.: counts of the night, of the publication, and durations."""
    from vigie.arrival.sources import depot
    from vigie.warehouse import publication

    name = _name(settings, run_at)
    folder = settings.nights / name
    sources = Reference.load(settings.seeds).sources()
    steps = {p.stem: read_json(p) for p in sorted(folder.glob("*.json")) if p.stem != FAILURE}
    return {
        "nuit": name,
        "etapes": steps,
        "verdicts": steps.get("controle", {}).get("verdicts", {}),
        "nouveaux": steps.get("controle", {}).get("nouveaux", 0),
        "echecs": night_failures(folder),
        "incidents": night_incidents(folder),
        "publie": steps.get("publication", {}).get("publie", False),
        "depot_non_lu": depot.unread(settings.drop_folder, sources),
        "publication": publication.figures(settings),
        "chemin": str(settings.publication_path),
    }
