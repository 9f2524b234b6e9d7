"""What the operator reads after a night, and on the morning after."""

from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vigie.arrival.collection import grouped
from vigie.arrival.sources import depot
from vigie.clock import PARIS, day_in_paris
from vigie.files import read_json
from vigie.night.steps import night_failures, night_incidents, night_moment
from vigie.reference.seeds import Reference
from vigie.settings import Settings
from vigie.warehouse import publication

VERDICTS = {
    "accepte": "Acceptés",
    "accepte_avec_remarques": "Acceptés avec remarques",
    "lignes_ecartees": "Acceptés, lignes écartées",
    "a_valider": "À valider par la Région",
    "rejete": "Refusés",
}
STEPS = ("collecte", "controle", "reponses", "construction", "verification", "publication")
DIFFUSION = ("exports", "pages", "miroir")
UNREAD_TOLD = 5
CAMPAIGNS_AHEAD = timedelta(days=90)


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
    for code, label in VERDICTS.items():
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


def print_status(settings: Settings) -> None:
    """Prints the last night's steps, what waits for somebody, the publication and the previous ones that a rollback
    can restore."""
    console = Console()
    nights = sorted(settings.nights.glob("2*")) if settings.nights.exists() else []
    if nights:
        _print_steps(console, nights[-1])
        _print_failures(console, night_failures(nights[-1]))
        _print_incidents(console, night_incidents(nights[-1]))
        _print_notices(console, read_json(nights[-1] / "verification.json", {}))
        _print_end_of_campaigns(console, settings, day_in_paris(night_moment(nights[-1])))
    print_unread(console, settings, Reference.load(settings.seeds))
    figures = publication.figures(settings)
    if waiting := figures.get("a_valider"):
        console.print(f"À valider par la Région : {waiting} rapport(s) (vigie review list)")
    console.print(f"Publication : {figures.get('publication_id', 'aucune')}")
    for kept in publication.history(settings):
        console.print(f"  précédente : {kept.stem}")
    for gone in publication.withdrawn(settings):
        console.print(f"  retirée : {gone}")


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


def _print_end_of_campaigns(console: Console, settings: Settings, day: date) -> None:
    """Past the last campaign no report is expected any more: it must be told before, not found out in a committee."""
    ends = [campaign.periode_fin_le for campaign in Reference.load(settings.seeds).campaigns]
    if max(ends, default=date.min) < day + CAMPAIGNS_AHEAD:
        last = f"{max(ends):%d/%m/%Y}" if ends else "aucune"
        console.print(
            f"[yellow]Dernière campagne de remise : {last}.[/yellow] Au-delà, aucun rapport n'est attendu ni compté en"
            " retard : prolonger campagnes.csv, dans les données de référence.",
            soft_wrap=True,
        )


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
