"""What the operator reads after a night, and on the morning after."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vigie.arrival.collection import grouped
from vigie.arrival.sources import depot
from vigie.clock import PARIS
from vigie.decisions import vanished
from vigie.files import read_json
from vigie.night.steps import night_moment
from vigie.reference.seeds import Reference
from vigie.settings import Settings
from vigie.supervision import measures
from vigie.supervision.concerns import ALERTE, launches
from vigie.verdicts import counted
from vigie.warehouse import publication

STEPS = ("collecte", "controle", "reponses", "construction", "verification", "publication")
DIFFUSION = ("exports", "donnees_ouvertes", "pages", "miroir")
UNREAD_TOLD = 5


def print_summary(summary: dict[str, Any]) -> None:
    """Prints the French summary of a night (see `night.summary`)."""
    console = Console()
    figures = summary["publication"]
    table = Table(title=f"Nuit {summary['nuit'].partition('_')[0]}", show_header=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_row(
        "Territoires attendus",
        f"{figures.get('territoires_attendus', 0)} sur {figures.get('territoires_region', 0)}",
    )
    table.add_row("Rapports reçus cette nuit", str(summary["nouveaux"]))
    for code, label in counted().items():
        table.add_row(f"  {label}", str(summary["verdicts"].get(code, 0)))
    table.add_row("Indicateurs construits", str(figures.get("indicateurs", 0)))
    for step in STEPS:
        if step in summary["etapes"]:
            table.add_row(f"Durée : {step}", f"{summary['etapes'][step]['duree_s']:.1f} s")
    console.print(table)
    if summary["nouveaux"] == 0:
        console.print("Rien de nouveau : aucun rapport reçu depuis la dernière nuit.")
    if not summary["publie"]:
        console.print("Publication inchangée.")
    console.print(f"Fichier publié : {summary['chemin']}", soft_wrap=True)
    if figures.get("donnees_fictives"):
        console.print("[yellow]DONNÉES FICTIVES : région de démonstration.[/yellow]")
    _print_failures(console, summary["echecs"])
    _print_incidents(console, summary["incidents"])
    _print_notices(console, summary["etapes"].get("verification", {}))
    _print_names_unread(console, summary["depot_non_lu"])


def _print_failures(console: Console, sentences: list[str]) -> None:
    for sentence in grouped(sentences):
        console.print(f"[red]En échec[/red] {escape(sentence)}", soft_wrap=True)


def _print_incidents(console: Console, incidents: list[str]) -> None:
    for incident in incidents:
        console.print(f"[red]Incident[/red] {escape(incident)}", soft_wrap=True)


def _print_notices(console: Console, checked: dict[str, Any]) -> None:
    """What the check let through and somebody should look at."""
    for notice in checked.get("signalements", []):
        console.print(f"[yellow]À regarder[/yellow] {escape(notice)}", soft_wrap=True)


def print_status(settings: Settings, now: datetime) -> int:
    """Prints the last night's steps, what somebody must look at, the publication and the previous ones that a rollback
    can restore. Returns the state: 0 all is well, 1 to be looked at, 2 act now."""
    console = Console()
    state = measures.status(settings, now)
    nights = launches(settings)
    if nights:
        _print_steps(console, nights[-1])
        _print_notices(console, read_json(nights[-1] / "verification.json", {}))
    for concern in state["a_regarder"]:
        color = "red" if concern["gravite"] == ALERTE else "yellow"
        console.print(
            f"[{color}]{escape(concern['phrase'])}[/{color}] À faire : {escape(concern['a_faire'])}",
            soft_wrap=True,
        )
    print_unread(console, settings, Reference.load(settings.seeds))
    told = state["publication"]
    if told["a_valider_nb"]:
        console.print(
            f"À valider par la Région : {told['a_valider_nb']} rapport(s) (vigie review list)"
        )
    if not publication.damage(settings):
        _print_vanished(console, vanished.pending(settings))
    console.print(f"Publication : {told['publication_id'] or 'aucune'}")
    for kept in publication.restorable(settings, told["publication_id"]):
        console.print(f"  précédente : {kept.stem}")
    for gone in publication.withdrawn(settings):
        console.print(f"  retirée : {gone}")
    return int(state["etat"])


def _print_vanished(console: Console, waiting: list[vanished.Vanished]) -> None:
    """How many actions that reports no longer tell wait for a decision, territory by territory."""
    if waiting:
        counts = Counter(action.nom for action in waiting)
        told = ", ".join(f"{name} {count}" for name, count in counts.items())
        console.print(
            f"Actions disparues qui attendent une décision : {len(waiting)} ({told}) (vigie review vanished)",
            markup=False,
            soft_wrap=True,
        )


def _print_steps(console: Console, night: Path) -> None:
    began = night_moment(night).replace(tzinfo=UTC).astimezone(PARIS)
    console.print(f"Dernière nuit : {began:%d/%m/%Y à %H:%M} ({night.name})")
    table = Table()
    table.add_column("Étape")
    table.add_column("Durée", justify="right")
    for step in (*STEPS, *DIFFUSION):
        record = read_json(night / f"{step}.json")
        if record or step in STEPS:
            table.add_row(step, f"{record['duree_s']:.1f} s" if record else "non faite")
    console.print(table)


def print_unread(console: Console, settings: Settings, reference: Reference) -> None:
    """Tells what lies in the drop folder and no source reads: nobody would ever answer its sender."""
    _print_names_unread(console, depot.unread(settings.drop_folder, reference.sources()))


def _print_names_unread(console: Console, names: list[str]) -> None:
    if names:
        told = ", ".join(f"« {name} »" for name in names[:UNREAD_TOLD])
        more = f" et {len(names) - UNREAD_TOLD} autres" if len(names) > UNREAD_TOLD else ""
        console.print(
            f"Dans le dossier de dépôt, aucune source ne lit {told}{more}. À faire : donner au dossier le SIREN du"
            " territoire, y ranger le fichier, ou déclarer la source dans sources.csv.",
            style="yellow",
            markup=False,
            soft_wrap=True,
        )
