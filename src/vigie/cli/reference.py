"""The verbs of the reference data."""

import shutil
from typing import Annotated

import typer
from rich.pretty import pprint

from vigie.settings import PROJECT_ROOT, Settings

_NAMES_SHOWN = 12

app = typer.Typer(no_args_is_help=True, help="Données de référence : territoires et communes.")


@app.callback()
def group() -> None:
    """Données de référence : territoires et communes."""


@app.command()
def refresh(
    version: Annotated[str | None, typer.Option(help="Version du paquet de découpage.")] = None,
) -> None:
    """Refait les territoires et les communes de VIGIE_SEEDS (défaut : seeds/) depuis le paquet public, pour
    VIGIE_REGION : le code INSEE d'une région, ou « france » pour toutes."""
    from vigie.reference.refresh import refresh as refresh_seeds

    settings = Settings.from_environment()
    if not settings.seeds.exists():
        shutil.copytree(PROJECT_ROOT / "seeds", settings.seeds)
    done = refresh_seeds(settings.seeds, settings.region, version)
    pprint(done, max_length=_NAMES_SHOWN, expand_all=True)
