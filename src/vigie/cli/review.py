"""The verbs of the review: reports and vanished actions that wait for the Région, and its decisions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from vigie.cli.steps import DateOption, moment
from vigie.clock import day_in_paris
from vigie.decisions import review, vanished
from vigie.settings import Settings

app = typer.Typer(
    no_args_is_help=True, help="Rapports à valider, actions disparues : lister, montrer, décider."
)
_console = Console()
ReportArgument = Annotated[str, typer.Argument(help="Identifiant du rapport.")]
ReasonOption = Annotated[str, typer.Option(help="Motif de la décision.")]
_DECIDED = {"approuve": "Approuvé", "refuse": "Refusé"}
ActionArgument = Annotated[str, typer.Argument(help="Identifiant de l'action disparue.")]
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
    from vigie.cli.remarks import print_remarks
    from vigie.gate.controls import french

    settings = Settings.from_environment()
    state = review.show(settings, rapport_id)
    for name, value in _described(state["rapport"], settings).items():
        _console.print(f"{name:<18} {value}", markup=False, soft_wrap=True)
    print_remarks(_console, state["controles"])
    for decision in state["decisions"]:
        day = day_in_paris(datetime.fromisoformat(decision["decide_le"]))
        _console.print(
            f"\n{_DECIDED[decision['decision']]} le {french(day)} par « {decision['decide_par']} » : "
            f"{decision['motif']}",
            markup=False,
            soft_wrap=True,
        )


def _described(report: Mapping[str, Any], settings: Settings) -> dict[str, str]:
    from vigie.gate.controls import french
    from vigie.reference.seeds import Reference
    from vigie.verdicts import titled

    territory = Reference.load(settings.seeds).territories.get(report["siren_epci"] or "")
    return {
        "Rapport": report["rapport_id"],
        "Territoire": f"{territory.nom} ({territory.siren_epci})" if territory else "non reconnu",
        "Fichier": report["nom_fichier"],
        "Reçu le": french(day_in_paris(report["recu_le"])),
        "Situation au": french(report["date_situation"]) or "non précisée",
        "Réponse": titled(report["verdict"]),
        "Lignes retenues": f"{report['acceptees_nb']} sur {report['recues_nb']}",
    }


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
    _console.print(
        f"Décision gardée ({kept['decision_id']}) : {_DECIDED[decision].lower()}, dès la prochaine nuit."
    )


@app.command("vanished")
def vanished_() -> None:
    """Les actions que les rapports ne disent plus, et qui attendent une décision."""
    table = Table("Action", "Territoire", "Intitulé", "Dite pour la dernière fois")
    for action in vanished.pending(Settings.from_environment()):
        table.add_row(action.action_id, action.nom, action.intitule, f"{action.dite_le:%d/%m/%Y}")
    _console.print(table if table.row_count else "Aucune action disparue n'attend de décision.")


@app.command()
def rename(
    action_id: ActionArgument,
    into: Annotated[str, typer.Option(help="Code que l'action porte désormais.")],
    reason: ReasonOption,
    role: RoleOption,
    date_: DateOption = None,
) -> None:
    """Dit sous quel code une action disparue continue : les deux n'en font plus qu'une."""
    _settle(action_id, "renommee", reason, role, date_, into)


@app.command()
def abandon(
    action_id: ActionArgument, reason: ReasonOption, role: RoleOption, date_: DateOption = None
) -> None:
    """Dit une action disparue abandonnée, depuis le premier rapport qui ne la dit plus."""
    _settle(action_id, "abandonnee", reason, role, date_)


@app.command()
def forget(
    action_id: ActionArgument, reason: ReasonOption, role: RoleOption, date_: DateOption = None
) -> None:
    """Dit une action oubliée par son territoire : elle continue, sans nouvelles."""
    _settle(action_id, "oubliee", reason, role, date_)


_SETTLED = {"renommee": "renommée", "abandonnee": "abandonnée", "oubliee": "oubliée"}


def _settle(
    action_id: str,
    decision: vanished.Decision,
    reason: str,
    role: str,
    date_: str | None,
    into: str | None = None,
) -> None:
    settings = Settings.from_environment()
    at = moment(settings, date_)
    kept = vanished.decide(settings, action_id, decision, reason, role, at, into)
    _console.print(
        f"Décision gardée ({kept['decision_id']}) : action {_SETTLED[decision]}, dès la prochaine nuit."
    )
