"""The verbs of the committee's sessions."""

from typing import Annotated

import typer
from rich.console import Console

from vigie.arrival import landing
from vigie.cli.steps import DateOption, moment
from vigie.decisions import sessions
from vigie.night import rebuild as again
from vigie.night import steps
from vigie.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Séances du comité : figer une édition, la vérifier.")
_console = Console()


@app.command()
def freeze(
    name: Annotated[str, typer.Argument(help="Nom de la séance, par exemple « COPIL 2026-11 ».")],
    as_of: Annotated[
        str | None,
        typer.Option(help="Vrai à cette date (AAAA-MM-JJ), par défaut celle de --known-on."),
    ] = None,
    known_on: Annotated[
        str | None, typer.Option(help="Connu à cette date, par défaut aujourd'hui.")
    ] = None,
    date_: DateOption = None,
) -> None:
    """Fige pour toujours l'édition d'une séance."""
    settings = Settings.from_environment()
    run_at = moment(settings, date_)
    cutoff = again.cutoff_of(run_at, as_of, known_on)
    record = sessions.freeze(settings, name, cutoff, steps.run_id(run_at))
    _console.print(f"Séance figée : {record['nom']} · empreinte {record['empreinte'][:12]}")


@app.command()
def verify(
    name: Annotated[str, typer.Argument(help="Nom de la séance.")],
    date_: DateOption = None,
) -> None:
    """Recalcule une séance figée et prouve qu'elle donne les mêmes chiffres."""
    settings = Settings.from_environment()
    run_id = steps.run_id(moment(settings, date_))
    record = sessions.verify(settings, name, run_id)
    _console.print(f"Identique : {record['nom']} · empreinte {record['empreinte'][:12]}")


@app.command("list")
def list_() -> None:
    """Les séances figées, de la plus ancienne à la plus récente."""
    records = landing.session_records(Settings.from_environment())
    if not records:
        _console.print("Aucune séance n'est figée : « vigie session freeze NOM » en fige une.")
    for record in records:
        _console.print(
            f"{record['nom']} · situation au {record['date_situation']}"
            f" · connu le {record['connu_le'][:10]} · {record['empreinte'][:12]}"
        )
