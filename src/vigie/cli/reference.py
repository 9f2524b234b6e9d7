"""The verbs of the reference data."""

import shutil
from pathlib import Path
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


def init(
    region: Annotated[str, typer.Argument(help="Code INSEE de la région, par exemple 53.")],
    folder: Annotated[
        Path | None, typer.Argument(help="Dossier à créer ; sans lui, region-<code>.")
    ] = None,
) -> None:
    """Prépare une autre région : ses données de référence, ses réglages, et ce qu'il reste à écrire."""
    from vigie.reference.installing import install

    folder = folder or Path(f"region-{region}")
    done = install(folder, region, PROJECT_ROOT / "seeds")
    print(
        f"Région {region}, découpage de {done.reference.millesime} : {done.reference.coeur_nb} intercommunalités, "
        f"{done.reference.limitrophes_nb} limitrophes, {done.reference.communes_nb} communes."
    )
    print("\nIl reste à écrire, dans " + str(folder / "seeds") + " :")
    for name, why in done.a_faire.items():
        print(f"- {name} : {why} ;")
    print(
        f"\nEnsuite : cd {folder} && set -a && . ./{done.reglages.name} && set +a\n"
        "  vigie demo     une région fictive dans son dossier de dépôt, pour voir\n"
        "  vigie night    une nuit entière, jusqu'aux pages\n"
    )
