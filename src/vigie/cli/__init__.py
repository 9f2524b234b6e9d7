"""`vigie`: every verb of the system, with or without Airflow. What the operator reads is in French."""

import sys

import duckdb
import typer

from vigie.cli import backup, desk, reference, review, sessions, sources, tools
from vigie.cli import steps as night
from vigie.cli.console import console
from vigie.errors import VigieError
from vigie.warehouse.damaged import is_damage

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Vigie observe la concrétisation des feuilles de route numériques des intercommunalités.",
)
night.register(app)
tools.register(app)
backup.register(app)
app.add_typer(review.app, name="review")
app.add_typer(sessions.app, name="session")
app.add_typer(sources.app, name="sources")
app.add_typer(reference.app, name="reference")
app.add_typer(desk.app, name="desk")
app.command()(reference.init)
app.command(help="Ouvre la publication en SQL, en lecture seule.")(console)


# What breaks on a machine rather than in Vigie, by the words of the system or of DuckDB, and what mends it.
_REMEDIES = {
    "No space left on device": "le disque de VIGIE_HOME est plein. Libérer de la place, puis relancer : "
    "rien n'est perdu.",
    "Permission denied": "Vigie n'en a pas le droit. Rendre ce fichier et son dossier à l'utilisateur qui la lance, "
    "puis relancer.",
    "Read-only file system": "ce disque est en lecture seule. Choisir un autre dossier (VIGIE_HOME), puis relancer.",
}
_DAMAGED = (
    "une édition ou une construction est abîmée. L'écarter, puis relancer : rien n'est perdu, Vigie la refait depuis "
    "landing/."
)


def main() -> None:
    """Entry point: a named error, or a failure of the machine, is one French sentence on stderr and exit code 1,
    never a traceback."""
    try:
        app()
    except VigieError as error:
        print(f"Erreur : {error}", file=sys.stderr)
        sys.exit(1)
    except (OSError, duckdb.IOException) as error:
        remedy = next((told for words, told in _REMEDIES.items() if words in str(error)), None)
        if isinstance(error, duckdb.Error) and is_damage(error):
            remedy = _DAMAGED
        if remedy is None:
            raise
        print(f"Erreur : {error}\nÀ faire : {remedy}", file=sys.stderr)
        sys.exit(1)
