"""The verbs of the operator who copies an installation, or moves it."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from vigie.cli.steps import moment
from vigie.cli.summary import print_summary
from vigie.night import backup as copies
from vigie.night import rebuild as again
from vigie.settings import Settings


def backup(
    folder: Annotated[Path, typer.Argument(help="Dossier de la copie, sur un autre disque.")],
) -> None:
    """Copie ce qui ne se refait pas : fichiers reçus, décisions, séances, données de référence, réglages sans secret.

    Peut se lancer pendant une nuit ; dans le même dossier, ne copie que ce qui est nouveau.
    """
    done = copies.backup(Settings.from_environment(), folder, os.environ)
    print(
        f"Sauvegarde entière dans {folder} : {done.fichiers} fichiers ({done.octets / 1e6:.1f} Mo), "
        f"dont {done.copies} copiés cette fois."
    )
    for name in done.abimes:
        print(f"Abîmé, donc laissé de côté : {name}. Le reprendre d'une sauvegarde plus ancienne.")
    raise typer.Exit(1 if done.abimes else 0)


def restore(folder: Annotated[Path, typer.Argument(help="Dossier d'une sauvegarde.")]) -> None:
    """Remet une sauvegarde dans un VIGIE_HOME vide et refait tout : mêmes fichiers, mêmes chiffres, mêmes séances."""
    settings = Settings.from_environment()
    seeds = copies.restore(settings, folder)
    restored = replace(settings, seeds=seeds)
    summary = again.rebuild(restored, moment(restored, None))
    print_summary(summary)
    print(f"Données de référence de la sauvegarde : régler VIGIE_SEEDS={seeds}")
    raise typer.Exit(1 if summary["incidents"] else 0)


def register(app: typer.Typer) -> None:
    """Adds the verbs of this module to the application."""
    app.command()(backup)
    app.command()(restore)
