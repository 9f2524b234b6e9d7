"""Dropping the demonstration region: every file of every territory, dated, marked as fictitious."""

import os
import shutil
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from vigie.demo.books import csv_bytes
from vigie.demo.deposits import Deposit, month_ends, night_of
from vigie.demo.faults import FAULTS, WITHOUT_ROADMAP, Fault
from vigie.demo.habits import SHOWN, deal
from vigie.demo.others import GRANTS, INDICATORS, grants, indicators
from vigie.demo.region import Place, places
from vigie.demo.roadmap import Roadmap
from vigie.demo.scene import Scene
from vigie.demo.words import FICTITIOUS
from vigie.errors import SettingsError
from vigie.files import read_json, write_json
from vigie.reference.seeds import Reference

MARKER = "DEMO.json"
REGION = "region"
REGISTER = "feuilles_de_route"


@dataclass
class DemoSummary:
    """What was dropped. `pieges` maps a bad file to (kind of fault, verdict it should receive)."""

    territoires: int = 0
    feuilles_de_route: int = 0
    fichiers: int = 0
    octets: int = 0
    rapports_par_famille: Counter[str] = field(default_factory=Counter)
    pieges: dict[str, tuple[str, str]] = field(default_factory=dict)
    date_nuit: datetime = datetime.min


def generate(
    drop_folder: Path,
    seeds: Path,
    territories: int | None = None,
    months: int = 12,
    until: date = date(2026, 10, 31),
    seed: int = 32,
) -> DemoSummary:
    """Fills `drop_folder` with the reports of a made-up region, the same files and dates for the same arguments.

    `territories` defaults to all those of the reference data. 67 out of 90 have a roadmap; each sends a report per
    month for `months` months, the last one being that of `until`. An earlier demonstration in the folder is replaced.
    Raises SettingsError when the folder holds anything else, or when the reference data do not know that many
    territories.
    """
    if months < 1:
        raise SettingsError(f"La démonstration compte au moins un mois ({months} demandé).")
    reference = Reference.load(seeds)
    region = places(reference, territories, until, months, seed)
    _make_room(drop_folder)
    days, night = month_ends(until, months), night_of(until)
    summary = DemoSummary(territoires=len(region), date_nuit=night)
    # The marker comes first: a folder half filled by an interrupted run is known as fictitious, and replaced.
    _mark(drop_folder, summary, until, seed, months)
    folder = _Folder(drop_folder, summary)
    faults = _share_faults(region, seed)
    roadmaps: list[Roadmap] = []
    for place in region:
        if place.adoption:
            summary.feuilles_de_route += 1
            scene = Scene(reference, place, place.adoption, days, night, seed)
            folder.drop(place.siren, scene, faults.get(place.siren))
            roadmaps.append(scene.roadmap)
    stray = next((place for place in region if place.adoption is None), None)
    if stray:
        scene = Scene(reference, stray, days[0] - timedelta(days=300), days, night, seed)
        folder.drop_stray(scene)
    _register(folder, region, days, night)
    # The Région sends them the week before the night, once every roadmap they speak of is in the register.
    sent = night - timedelta(days=7)
    folder.write(REGION, GRANTS, sent, grants(roadmaps, sent))
    folder.write(REGION, INDICATORS, sent, indicators(roadmaps, days, until))
    _mark(drop_folder, summary, until, seed, months)
    return summary


class _Folder:
    """The drop folder being filled."""

    def __init__(self, root: Path, summary: DemoSummary) -> None:
        self._root = root
        self._summary = summary

    def drop(self, siren: str, scene: Scene, fault: Fault | None) -> None:
        """Writes all the files of a territory; with a fault, its last plain report goes wrong."""
        planned = scene.deposits()
        hit = self._hit(planned) if fault else None
        content = b""
        for deposit in planned:
            if deposit.nature != "copie":
                content = scene.content(deposit)
            if deposit is not hit or fault is None:
                self.write(siren, deposit.nom, deposit.at, content)
                self._summary.rapports_par_famille[scene.habits.famille] += 1
                continue
            self._spoil(scene, deposit, fault, content)

    def drop_stray(self, scene: Scene) -> None:
        """One report of a territory that has no roadmap."""
        planned = [d for d in scene.deposits() if d.nature == "rapport"]
        if planned:
            self._spoil(scene, planned[-1], WITHOUT_ROADMAP, b"")

    def write(self, folder: str, name: str, at: datetime, content: bytes) -> None:
        """Writes a file deposited at `at` (UTC)."""
        path = self._root / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        moment = at.replace(tzinfo=UTC).timestamp()
        os.utime(path, (moment, moment))
        self._summary.fichiers += 1
        self._summary.octets += len(content)

    def _spoil(self, scene: Scene, deposit: Deposit, fault: Fault, good: bytes) -> None:
        siren, name = scene.place.siren, fault.name(deposit.nom)
        bad = fault.write(scene.case(deposit))
        self._summary.pieges[f"{siren}/{name}"] = (fault.code, fault.verdict)
        bad_at = deposit.at
        if fault.keeps_good:
            self.write(siren, deposit.nom, deposit.at, good)
            bad_at += timedelta(hours=3)
        self.write(siren, name, bad_at, bad)
        corrected_at = deposit.at + timedelta(days=4)
        if fault.is_corrected and corrected_at < scene.night:
            path = Path(deposit.nom)
            self.write(siren, f"{path.stem}_corrige{path.suffix}", corrected_at, good)

    def _hit(self, planned: list[Deposit]) -> Deposit | None:
        """The last plain report that no other file of its date completes."""
        alone = Counter(deposit.day for deposit in planned)
        plain = [d for d in planned if d.nature == "rapport" and alone[d.day] == 1]
        latest = max((d.day for d in plain), default=None)
        return next((d for d in plain if d.day == latest), None)


def _share_faults(region: list[Place], seed: int) -> dict[str, Fault]:
    """One fault per territory at most, among those that keep the template or a CSV and answer on time.

    The best known territories are spared when there are enough others.
    """
    fit = []
    for place in region[1:]:
        habits = deal(place.rank, seed)
        if place.adoption and not habits.is_tet and habits.ponctualite in ("ponctuel", "tardif"):
            fit.append(place.siren)
    if len(fit) >= len(FAULTS) + SHOWN:
        fit = fit[SHOWN - 1 :]
    Random(f"{seed}/faults").shuffle(fit)
    return dict(zip(fit, FAULTS, strict=False))


def _register(folder: _Folder, region: list[Place], days: list[date], night: datetime) -> None:
    """The Région's register of adopted roadmaps: one version before the first report, one per later adoption."""
    opening = datetime.combine(days[0].replace(day=1), datetime.min.time())
    adopted = sorted((p.adoption, p.siren, p.nom) for p in region if p.adoption)
    moments = {
        opening,
        *(_after(day) for day, _, _ in adopted if _after(day) > opening),
    }
    ordered = sorted(moment for moment in moments if moment < night)
    for moment in ordered:
        known = [entry for entry in adopted if entry[0] <= moment.date()]
        lines = [["siren_epci", "nom", "date_adoption", "horizon", "mention"]]
        lines += [
            [siren, nom, day.isoformat(), f"{day.year}-{day.year + 4}", FICTITIOUS]
            for day, siren, nom in known
        ]
        suffix = "" if moment == ordered[-1] else f"_{moment:%Y-%m-%d}"
        folder.write(REGION, f"{REGISTER}{suffix}.csv", moment, csv_bytes(lines, "utf-8", ";"))


def _after(day: date) -> datetime:
    """The Région writes an adoption down the week after."""
    return datetime.combine(day + timedelta(days=6), datetime.min.time()) + timedelta(hours=9)


def _mark(root: Path, summary: DemoSummary, until: date, seed: int, months: int) -> None:
    write_json(
        root / MARKER,
        {
            "synthetique": True,
            "mention": FICTITIOUS,
            "date_nuit": summary.date_nuit.isoformat(),
            "until": until.isoformat(),
            "seed": seed,
            "territoires": summary.territoires,
            "mois": months,
            "pieges": {
                path: {"piege": code, "verdict_attendu": verdict}
                for path, (code, verdict) in sorted(summary.pieges.items())
            },
        },
    )


def _make_room(root: Path) -> None:
    """Removes an earlier demonstration; refuses to mix made-up reports with real ones."""
    root.mkdir(parents=True, exist_ok=True)
    if not any(root.iterdir()):
        return
    marker = root / MARKER
    if not read_json(marker, {}).get("synthetique"):
        raise SettingsError(
            f"Le dossier {root} contient déjà des fichiers qui ne viennent pas d'une démonstration : "
            "choisir un dossier vide, pour ne pas mêler des rapports fictifs à de vrais rapports."
        )
    for entry in root.iterdir():
        if entry.is_dir() and (entry.name == REGION or entry.name.isdigit()):
            shutil.rmtree(entry)
