"""Trying a source: what a night would read there, without keeping anything of it."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import closing
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vigie.arrival.collection import named
from vigie.arrival.sources import circuit, fetch
from vigie.arrival.sources.visit import Fetched
from vigie.errors import SourceError
from vigie.incidents import Incident
from vigie.records import ParsedReport, Receipt, Source
from vigie.settings import Settings

if TYPE_CHECKING:
    from vigie.reading.adapters import Unreadable

OBJECTS_SHOWN = 5
_UNKNOWN = "FOR-COLONNE-INCONNUE"


@dataclass(frozen=True)
class ProbedObject:
    """An object of the source and what its adapter made of it."""

    fetched: Fetched
    outcome: "ParsedReport | Unreadable | Incident"

    @property
    def siren(self) -> str:
        """The SIREN its header gives, "" when it gives none."""
        return self._header("siren_epci")

    def _header(self, champ: str) -> str:
        cell = self.outcome.entete.get(champ) if isinstance(self.outcome, ParsedReport) else None
        return cell.valeur.replace(" ", "") if cell else ""

    def lines(self) -> Iterator[str]:
        """What to print about it, in French."""
        fetched = self.fetched
        when = f"{fetched.depose_le:%d/%m/%Y %H:%M} (UTC)" if fetched.depose_le else "date inconnue"
        yield f"  {fetched.nom_fichier} : déposé le {when}, {fetched.taille_octets} octets"
        if isinstance(self.outcome, Incident):
            yield f"    défaut de Vigie, à transmettre à qui la maintient : {self.outcome.defect.nature}"
            return
        if not isinstance(self.outcome, ParsedReport):
            yield f"    illisible : {self.outcome.error} {self.outcome.error.advice}"
            return
        report = self.outcome
        about = f"SIREN {self.siren or 'de la source'}"
        if self._header("date_situation"):
            about += f", situation au {self._header('date_situation')}"
        yield f"    {report.format} ({report.jeu}) : {len(report.lignes)} lignes, {about}"
        read = ", ".join(f"{label} → {champ}" for champ, (label, _) in report.colonnes.items())
        yield f"    colonnes lues : {read}"
        for told in report.observations:
            if told.regle_code == _UNKNOWN:
                close = f" ; ressemble à « {told.champ} »" if told.champ else ""
                yield (
                    f"    colonne inconnue « {told.valeur} »{close} : l'ajouter au besoin "
                    "à champs_alias.csv ou à la correspondance de la source"
                )


@dataclass
class Probe:
    """A source tried: its first new objects, what the visit cost, and the error that stopped it."""

    source: Source
    objects: list[ProbedObject] = field(default_factory=list)
    requetes: int = 0
    octets: int = 0
    error: SourceError | None = None

    def lines(self) -> Iterator[str]:
        """What to print about it, in French."""
        if self.error:
            yield str(self.error)
            if self.error.to_territory:
                yield f"  À dire au territoire : {self.error.to_territory}"
        else:
            found = (
                f"{len(self.objects)} objet(s) nouveau(x)" if self.objects else "rien de nouveau"
            )
            yield (
                f"Source {self.source.source_id}, {self.source.nom} : {found} "
                f"({self.requetes} requêtes, {self.octets} octets)"
            )
        for found_object in self.objects:
            yield from found_object.lines()


def probe(
    source: Source, settings: Settings, run_at: datetime, state: dict[str, Any] | None = None
) -> Probe:
    """Visits the source as a night at `run_at` (naive UTC) would after `state`, or for the first time.

    Shows at most OBJECTS_SHOWN objects. Nothing is landed, `state` is left as it is, and a source set
    aside by the circuit is visited all the same.
    """
    trial = deepcopy(state or {})
    circuit.record_success(trial)
    result = Probe(source)
    brought: list[Fetched] = []
    try:
        with named(settings, source), closing(fetch(source, trial, settings, run_at)) as visit:
            brought.extend(islice(visit, OBJECTS_SHOWN))
    except SourceError as error:
        result.error = error
    traffic = trial.get("trafic", {})
    result.requetes, result.octets = traffic.get("requetes", 0), traffic.get("octets", 0)
    result.objects = _parsed(source, brought, settings, run_at)
    return result


def _parsed(
    source: Source, brought: list[Fetched], settings: Settings, run_at: datetime
) -> list[ProbedObject]:
    if not brought:
        return []
    from vigie.reading import adapters

    receipts = [_receipt(source, fetched, run_at) for fetched in brought]
    with tempfile.TemporaryDirectory(prefix="vigie-essai-") as folder:
        for receipt, fetched in zip(receipts, brought, strict=True):
            Path(folder, receipt.rapport_id).write_bytes(fetched.contenu)
        outcomes = list(adapters.read_all(receipts, lambda r: Path(folder, r.rapport_id), settings))
    return [ProbedObject(*pair) for pair in zip(brought, outcomes, strict=True)]


def _receipt(source: Source, fetched: Fetched, run_at: datetime) -> Receipt:
    return Receipt(
        source_id=source.source_id,
        siren_epci=fetched.siren_epci,
        canal=source.canal,
        format=fetched.format,
        nom_fichier=fetched.nom_fichier,
        adresse=fetched.adresse,
        sha256=hashlib.sha256(fetched.contenu).hexdigest(),
        taille_octets=fetched.taille_octets,
        depose_le=fetched.depose_le,
        collecte_le=run_at,
        connu_le=run_at,
        correspondance=source.correspondance,
        est_synthetique=fetched.est_synthetique,
    )
