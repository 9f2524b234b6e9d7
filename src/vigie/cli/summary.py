"""What the operator reads after a night, and on the morning after."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vigie.collection import grouped
from vigie.files import read_json
from vigie.night import night_failures
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


def print_summary(summary: dict[str, Any]) -> None:
    """Prints the French summary of a night (see `night.summary`)."""
    console = Console()
    figures = summary["publication"]
    table = Table(title=f"Nuit {summary['nuit']}", show_header=False)
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


def _print_failures(console: Console, sentences: list[str]) -> None:
    for sentence in grouped(sentences):
        console.print(f"[red]En échec[/red] {escape(sentence)}", soft_wrap=True)


def _print_incidents(console: Console, incidents: list[str]) -> None:
    for incident in incidents:
        console.print(f"[red]Incident[/red] {escape(incident)}", soft_wrap=True)


def print_status(settings: Settings) -> None:
    """Prints the last night's steps, the publication and the previous ones that a rollback can restore."""
    console = Console()
    nights = sorted(settings.nights.glob("2*")) if settings.nights.exists() else []
    if nights:
        table = Table(title=f"Dernière nuit : {nights[-1].name}")
        table.add_column("Étape")
        table.add_column("Durée", justify="right")
        for step in STEPS:
            record = read_json(nights[-1] / f"{step}.json")
            table.add_row(step, f"{record['duree_s']:.1f} s" if record else "non faite")
        console.print(table)
        _print_failures(console, night_failures(nights[-1]))
        _print_incidents(console, read_json(nights[-1] / "controle.json", {}).get("incidents", []))
    figures = publication.figures(settings)
    console.print(f"Publication : {figures.get('publication_id', 'aucune')}")
    for kept in publication.history(settings):
        console.print(f"  précédente : {kept.stem}")
    for gone in publication.withdrawn(settings):
        console.print(f"  retirée : {gone}")
