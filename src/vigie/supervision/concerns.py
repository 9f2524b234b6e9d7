"""What the operator has to know now: each cause once, with what to do."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from vigie.arrival import collection, landing
from vigie.clock import day_in_paris
from vigie.errors import SourceRefused
from vigie.files import read_json, was_cut
from vigie.night import steps
from vigie.reference.seeds import Reference
from vigie.settings import Settings
from vigie.warehouse import publication

# A night each day: past this, one was missed.
NIGHT_EXPECTED_WITHIN = timedelta(hours=26)
NIGHTS_BEFORE_A_SOURCE_IS_DEAD = 3
# A night writes a build beside the publication and the editions of sessions: it needs room for several.
LEAST_FREE_BYTES = 2 * 1024**3
LEAST_FREE_SHARE = 0.05
CAMPAIGNS_AHEAD = timedelta(days=90)
ATTENTION, ALERTE = "attention", "alerte"
REMEDY_MARK = " À faire : "


@dataclass(frozen=True)
class Concern:
    """One thing that somebody must look at.

    `code` tells the cause, the same night after night; `gravite` is `attention` (it can wait) or `alerte`.
    """

    code: str
    gravite: str
    phrase: str
    a_faire: str


def concerns(settings: Settings, now: datetime) -> list[Concern]:
    """Everything that is not as it should be at `now` (naive UTC), the gravest first."""
    found = [
        *_of_nights(settings, now),
        *_of_sources(settings),
        *_of_publication(settings),
        *_of_disk(settings.home),
        *_of_campaigns(settings, now),
    ]
    return sorted(found, key=lambda concern: (concern.gravite != ALERTE, concern.code))


def launches(settings: Settings) -> list[Path]:
    """The nights kept, the one begun last at the end."""
    return sorted(settings.nights.glob("2*"), key=lambda night: (launched(night), night.name))


def launched(night: Path) -> datetime:
    """When the night kept in `night` began (naive UTC): its launch under Airflow, else its own moment."""
    launch = night.name.partition("_")[2].partition("-")[0] or night.name
    return datetime.fromisoformat(launch).replace(tzinfo=None)


def publishing(night: Path) -> bool:
    """Whether the night went as far as what readers see, were it to find nothing new."""
    return (night / "publication.json").exists()


def _of_nights(settings: Settings, now: datetime) -> Iterator[Concern]:
    nights = launches(settings)
    if not nights:
        yield Concern(
            "nuit_absente",
            ALERTE,
            "Aucune nuit n'a encore été faite.",
            "lancer « vigie night », ou « vigie up » qui en fait une chaque nuit à 2 h.",
        )
        return
    yield from _of_last_night(nights[-1])
    if settings.demo_marker.exists():
        # A demonstration is made once and keeps its date.
        return
    if now - launched(nights[-1]) > NIGHT_EXPECTED_WITHIN:
        yield Concern(
            "nuit_absente",
            ALERTE,
            f"Aucune nuit depuis le {_told(launched(nights[-1]))}.",
            "regarder si la machine a dormi et si Airflow est en marche : « vigie up » le relance s'il ne l'est pas.",
        )
    whole = [night for night in nights if publishing(night)]
    last = launched(whole[-1]) if whole else None
    if last is None or now - last > NIGHT_EXPECTED_WITHIN:
        since = f"depuis le {_told(last)}" if last else "encore"
        yield Concern(
            "publication_ancienne",
            ALERTE,
            f"Rien n'a été publié {since} : les lecteurs voient des chiffres anciens.",
            "lire l'étape en échec (« vigie status »), la réparer, puis relancer « vigie night ».",
        )


def _of_last_night(night: Path) -> Iterator[Concern]:
    if stopped := read_json(night / f"{steps.FAILURE}.json"):
        said, _, remedy = stopped["phrase"].partition(REMEDY_MARK)
        yield Concern(
            f"etape_{stopped['etape']}",
            ALERTE,
            f"La nuit s'est arrêtée à l'étape « {stopped['etape']} » : {said}",
            remedy
            or "le tableau « À 7 heures du matin » du guide de l'exploitant dit quoi faire de cette phrase.",
        )
    for mark in sorted(night.glob(f"*{steps.MARK}")):
        if was_cut(mark):
            yield Concern(
                f"etape_{mark.stem}",
                ALERTE,
                f"La nuit a été coupée en pleine étape « {mark.stem} » (machine éteinte, processus arrêté).",
                "relancer « vigie night », ou la tâche : ce qui était fait est gardé, le reste suit.",
            )
    for sentence in collection.grouped(read_json(night / "collecte.json", {}).get("echecs", [])):
        yield _said("collecte", ATTENTION, sentence, sentence.partition(" : ")[2])
    for sentence in steps.night_incidents(night):
        yield _said("incident", ALERTE, sentence, sentence)


def _said(kind: str, gravite: str, sentence: str, cause: str) -> Concern:
    """The concern of a sentence that holds what to do; the same `cause` on another night is the same concern."""
    said, _, remedy = sentence.partition(REMEDY_MARK)
    code = f"{kind}_{sha256(cause.encode()).hexdigest()[:8]}"
    return Concern(code, gravite, said, remedy or "transmettre cette phrase à qui maintient Vigie.")


def _of_sources(settings: Settings) -> Iterator[Concern]:
    for source in collection.active_sources(settings):
        try:
            state = landing.source_state(settings, source.source_id)
        except SourceRefused:
            # The collection of the night tells it.
            continue
        failures = state.get("echecs_consecutifs", 0)
        if failures >= NIGHTS_BEFORE_A_SOURCE_IS_DEAD:
            yield Concern(
                f"source_{source.source_id}",
                ALERTE,
                f"{source.nom} : la source {source.source_id} échoue depuis {failures} nuits.",
                f"« vigie sources check {source.siren_epci} » dit pourquoi.",
            )


def _of_publication(settings: Settings) -> Iterator[Concern]:
    if damage := publication.damage(settings):
        yield _said("publication", ALERTE, damage, damage)


def disk(home: Path) -> Any:
    """Room on the disk of `home`, which may not be made yet: `total`, `used` and `free` bytes."""
    return shutil.disk_usage(next(folder for folder in (home, *home.parents) if folder.exists()))


def _of_disk(home: Path) -> Iterator[Concern]:
    usage = disk(home)
    if usage.free < max(LEAST_FREE_BYTES, LEAST_FREE_SHARE * usage.total):
        yield Concern(
            "disque",
            ALERTE,
            f"Il reste {usage.free / 1024**3:.1f} Gio sur le disque de Vigie.".replace(".", ",", 1),
            "libérer de la place (« vigie housekeeping » retire ce qui ne sert plus), ou agrandir le disque.",
        )


def _of_campaigns(settings: Settings, now: datetime) -> Iterator[Concern]:
    """Past the last campaign no report is expected any more: it must be told before, not found out in a committee."""
    ends = [campaign.periode_fin_le for campaign in Reference.load(settings.seeds).campaigns]
    if not ends or max(ends) < day_in_paris(now) + CAMPAIGNS_AHEAD:
        last = f"{max(ends):%d/%m/%Y}" if ends else "aucune"
        yield Concern(
            "campagnes",
            ATTENTION,
            f"Dernière campagne de remise : {last}. Au-delà, aucun rapport n'est attendu ni compté en retard.",
            "prolonger campagnes.csv, dans les données de référence.",
        )


def _told(moment: datetime) -> str:
    from vigie.clock import PARIS

    return f"{moment.replace(tzinfo=UTC).astimezone(PARIS):%d/%m/%Y à %H:%M}"
