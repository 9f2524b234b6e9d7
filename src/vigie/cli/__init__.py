"""`vigie`: every verb of the system, with or without Airflow. What the operator reads is in French."""

import sys

import typer

from vigie.cli import night, reference, review, sessions, sources, tools
from vigie.cli.console import console
from vigie.errors import VigieError

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Vigie observe la concrétisation des feuilles de route numériques des intercommunalités.",
)
night.register(app)
tools.register(app)
app.add_typer(review.app, name="review")
app.add_typer(sessions.app, name="session")
app.add_typer(sources.app, name="sources")
app.add_typer(reference.app, name="reference")
app.command(help="Ouvre la publication en SQL, en lecture seule.")(console)


def main() -> None:
    """Entry point: a named error is one French sentence on stderr and exit code 1, never a traceback."""
    try:
        app()
    except VigieError as error:
        print(f"Erreur : {error}", file=sys.stderr)
        sys.exit(1)
