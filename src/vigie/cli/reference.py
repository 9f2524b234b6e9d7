"""The verbs of the reference data."""

from typing import Annotated

import typer
from rich.console import Console

from vigie.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Données de référence : territoires et communes.")


@app.callback()
def group() -> None:
    """Données de référence : territoires et communes."""


@app.command()
def refresh(
    version: Annotated[str | None, typer.Option(help="Version du paquet de découpage.")] = None,
) -> None:
    """Refait seeds/territoires.csv et seeds/communes.csv depuis le paquet public, pour VIGIE_REGION."""
    from vigie.reference_refresh import refresh as refresh_seeds

    settings = Settings.from_environment()
    Console().print(refresh_seeds(settings.seeds, settings.region, version))
