"""One visit to one source: what was found, what it may cost, what is said when it fails."""

import os
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from vigie import connections
from vigie.connections import Connection
from vigie.errors import (
    SettingsError,
    SourceBudgetExceeded,
    SourcePartlyRead,
    SourceRefused,
    SourceUnavailable,
)
from vigie.records import Source
from vigie.settings import Settings


@dataclass(frozen=True)
class Fetched:
    """One object brought from a source.

    `depose_le` is the deposit time attested by the channel (naive UTC), None when it says nothing.
    An object above `settings.max_report_bytes` is not read: `contenu` is empty and `taille_octets`
    tells its true size (or the size at which reading stopped), so that the gate refuses it instead
    of staying silent.
    `format` and `siren_epci` override those of the source when the channel knows better.
    """

    nom_fichier: str
    adresse: str
    contenu: bytes
    depose_le: datetime | None
    taille_octets: int
    format: str
    siren_epci: str
    est_synthetique: bool = False

    @property
    def is_oversize(self) -> bool:
        """True when the bytes were left where they are because there are too many."""
        return self.taille_octets > len(self.contenu)


@dataclass(frozen=True)
class Limits:
    """What one visit may cost. Times in seconds, sizes in bytes."""

    seconds: float = 120.0
    octets: int = 200 * 1024 * 1024
    objects: int = 500
    listed: int = 20_000
    failures_before_skip: int = 5

    @classmethod
    def from_environment(cls) -> "Limits":
        """Reads VIGIE_SOURCE_SECONDS, VIGIE_SOURCE_BYTES, VIGIE_SOURCE_OBJECTS (read per visit),
        VIGIE_SOURCE_LISTED (objects looked at per visit) and VIGIE_SOURCE_FAILURES."""
        env = os.environ
        return cls(
            seconds=float(env.get("VIGIE_SOURCE_SECONDS", cls.seconds)),
            octets=int(env.get("VIGIE_SOURCE_BYTES", cls.octets)),
            objects=int(env.get("VIGIE_SOURCE_OBJECTS", cls.objects)),
            listed=int(env.get("VIGIE_SOURCE_LISTED", cls.listed)),
            failures_before_skip=int(env.get("VIGIE_SOURCE_FAILURES", cls.failures_before_skip)),
        )


@dataclass
class Visit:
    """Everything a channel needs, and the account of what the visit spent.

    The wall-clock budget uses the monotonic clock: it bounds a wait and never enters a result.
    """

    source: Source
    state: dict[str, Any]
    settings: Settings
    run_at: datetime
    limits: Limits = field(default_factory=Limits.from_environment)
    requests: int = 0
    octets: int = 0
    _started: float = field(default_factory=time.monotonic)

    @property
    def label(self) -> str:
        """How sentences name the source."""
        return label(self.source)

    def sentence(self, what: str, advice: str) -> str:
        return f"{self.label} : {what}. À faire : {advice}."

    def refused(self, what: str, advice: str, to_territory: str = "") -> SourceRefused:
        """An error that a retry cannot heal.

        `what` and `advice` are French, for the operator, without a final full stop; `to_territory`
        is a whole sentence, given when the territory can repair it.
        """
        return SourceRefused(self.sentence(what, advice), to_territory)

    def unavailable(self, what: str, advice: str, to_territory: str = "") -> SourceUnavailable:
        """An error that can heal by itself."""
        return SourceUnavailable(self.sentence(what, advice), to_territory)

    def exceeded(self, what: str, advice: str, to_territory: str = "") -> SourceBudgetExceeded:
        """The visit cost more than its budget."""
        return SourceBudgetExceeded(self.sentence(what, advice), to_territory)

    def partly(self, what: str, advice: str, to_territory: str) -> SourcePartlyRead:
        """Raised once all the rest is brought."""
        return SourcePartlyRead(self.sentence(what, advice), to_territory)

    def connection(self) -> Connection:
        """The connection of the source. Raises SourceRefused when it is missing or unreadable."""
        try:
            return connections.get(self.source.connexion)
        except SettingsError as error:
            raise SourceRefused(f"{self.label} : {error}") from error

    def seconds_left(self) -> float:
        """Seconds left of the time budget. Raises SourceBudgetExceeded when there is none."""
        left = self.limits.seconds - (time.monotonic() - self._started)
        if left <= 0:
            raise self.exceeded(
                f"budget de {self.limits.seconds:g} s dépassé",
                "vérifier que la source répond, ou augmenter VIGIE_SOURCE_SECONDS ; "
                "ce qui reste sera lu à la prochaine nuit",
            )
        return left

    def spend_time(self) -> None:
        """Raises SourceBudgetExceeded when the time budget is spent."""
        self.seconds_left()

    def spend_octets(self, count: int) -> None:
        """Counts bytes received. Raises SourceBudgetExceeded above the size budget of the visit."""
        self.octets += count
        if self.octets > self.limits.octets:
            raise self.exceeded(
                f"plus de {self.limits.octets} octets reçus en une visite",
                "vérifier ce que contient la source, ou augmenter VIGIE_SOURCE_BYTES ; "
                "ce qui reste sera lu à la prochaine nuit",
            )

    def fetched(
        self,
        nom_fichier: str,
        adresse: str,
        contenu: bytes,
        depose_le: datetime | None,
        *,
        taille_octets: int | None = None,
        form: str = "",
        siren_epci: str = "",
        est_synthetique: bool = False,
    ) -> Fetched:
        """A Fetched of this source; `taille_octets` defaults to the length of `contenu`."""
        return Fetched(
            nom_fichier=printable(nom_fichier),
            adresse=printable(adresse),
            contenu=contenu,
            depose_le=depose_le,
            taille_octets=len(contenu) if taille_octets is None else taille_octets,
            format=form or self.source.format,
            siren_epci=siren_epci or self.source.siren_epci,
            est_synthetique=est_synthetique,
        )


def label(source: Source) -> str:
    """How sentences name a source: its id and its territory."""
    territory = f"{source.nom} ({source.siren_epci})" if source.siren_epci else source.nom
    return f"Source {source.source_id}, {territory}"


def printable(name: str) -> str:
    """A name given by a sender, safe to show and store: no control, direction mark or surrogate.

    Bytes that are not UTF-8 (`surrogateescape`) are shown as the old Windows name they are likely to be.
    Bounded to 255 characters; the end, and so the extension, is kept.
    """
    try:
        written = name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        written = name.encode("utf-8", "backslashreplace")
    try:
        text = written.decode("utf-8")
    except UnicodeDecodeError:
        text = written.decode("cp1252", "replace")
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)[-255:]
