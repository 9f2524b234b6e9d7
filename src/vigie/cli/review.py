"""The verbs of the review: what waits for the Région, and its decisions."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from vigie.cli.night import DateOption, moment
from vigie.gate import review
from vigie.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Rapports à valider : lister, montrer, décider.")
_console = Console()
ReportArgument = Annotated[str, typer.Argument(help="Identifiant du rapport.")]
ReasonOption = Annotated[str, typer.Option(help="Motif de la décision.")]
RoleOption = Annotated[str, typer.Option(help="Fonction de qui décide (pas de nom).")]


@app.command("list")
def list_() -> None:
    """Les rapports qui attendent une décision, le plus ancien d'abord."""
    table = Table("Rapport", "Territoire", "Situation", "Lignes", "Pourquoi")
    for report in review.pending(Settings.from_environment()):
        lines = f"{report.acceptees_nb}/{report.recues_nb}"
        motifs = "\n".join(report.motifs)
        table.add_row(report.rapport_id, report.nom, report.date_situation, lines, motifs)
    _console.print(table if table.row_count else "Aucun rapport à valider.")


@app.command()
def show(rapport_id: ReportArgument) -> None:
    """Un rapport, ses remarques et les décisions déjà prises."""
    state = review.show(Settings.from_environment(), rapport_id)
    for name, value in state["rapport"].items():
        _console.print(f"{name:<20} {value}", markup=False)
    table = Table("Règle", "Gravité", "Où", "Constat", "Que faire")
    for control in state["controles"]:
        where = f"{control['feuille'] or ''} {control['colonne'] or ''}{control['ligne'] or ''}"
        table.add_row(
            control["regle_code"],
            control["severite"],
            where.strip(),
            control["message"],
            control["consigne"],
        )
    _console.print(table)
    for decision in state["decisions"]:
        _console.print(
            f"{decision['decide_le']} {decision['decision']} : {decision['motif']}"
            f" ({decision['decide_par']})",
            markup=False,
        )


@app.command()
def approve(
    rapport_id: ReportArgument, reason: ReasonOption, role: RoleOption, date_: DateOption = None
) -> None:
    """Fait entrer un rapport dans les chiffres, dès la prochaine nuit."""
    _decide(rapport_id, "approuve", reason, role, date_)


@app.command()
def refuse(
    rapport_id: ReportArgument, reason: ReasonOption, role: RoleOption, date_: DateOption = None
) -> None:
    """Écarte un rapport : le précédent reste en vigueur."""
    _decide(rapport_id, "refuse", reason, role, date_)


def _decide(
    rapport_id: str, decision: review.Decision, reason: str, role: str, date_: str | None
) -> None:
    settings = Settings.from_environment()
    kept = review.decide(settings, rapport_id, decision, reason, role, moment(settings, date_))
    _console.print(f"Décision gardée : {kept['decision']} ({kept['decision_id']}).")
