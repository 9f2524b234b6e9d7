"""The verbs of the sources: try them, add one."""

from typing import Annotated

import typer
from rich.console import Console

from vigie.arrival import landing
from vigie.arrival.collection import source_named
from vigie.arrival.sources import Visit, demarches, grist, register
from vigie.cli.steps import DateOption, moment
from vigie.cli.summary import print_unread
from vigie.records import Source
from vigie.reference.seeds import Reference
from vigie.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Sources des rapports : essayer, ajouter.")
_console = Console()


@app.command()
def check(
    siren: Annotated[str, typer.Argument(help="Un territoire ; tous par défaut.")] = "",
    date_: DateOption = None,
) -> None:
    """Interroge les sources et montre ce qui serait lu, sans rien charger."""
    settings = Settings.from_environment()
    reference = Reference.load(settings.seeds)
    failed = 0
    for result in register.check(settings, reference, moment(settings, date_), siren):
        failed += result.error is not None
        for line in result.lines():
            _console.print(line, style="red" if result.error else None, markup=False)
    if not siren:
        print_unread(_console, settings, reference)
    if failed:
        _console.print(f"{failed} source(s) en échec.", style="red")
        raise typer.Exit(1)


@app.command()
def add(
    source_id: Annotated[
        str, typer.Argument(help="Identifiant court, par exemple grist-246200729.")
    ],
    siren: Annotated[str, typer.Option(help="SIREN du territoire.")],
    canal: Annotated[str, typer.Option(help="depot, http, s3, sftp, webdav, grist, demarches...")],
    adresse: Annotated[str, typer.Option(help="Chemin ou adresse des rapports.")],
    format_: Annotated[str, typer.Option("--format", help="Format des fichiers.")] = "auto",
    connexion: Annotated[str, typer.Option(help="Connexion Airflow qui porte les secrets.")] = "",
    correspondance: Annotated[str, typer.Option(help="Correspondance de colonnes.")] = "",
    date_: DateOption = None,
) -> None:
    """Ajoute une ligne à seeds/sources.csv, après un essai réussi."""
    settings = Settings.from_environment()
    reference = Reference.load(settings.seeds)
    territory = reference.territories.get(siren)
    source = Source(
        source_id=source_id,
        siren_epci=siren,
        nom=territory.nom if territory else siren,
        canal=canal,
        adresse=adresse,
        format=format_,
        connexion=connexion,
        correspondance=correspondance,
    )
    result = register.add_source(source, settings, reference, moment(settings, date_))
    for line in result.lines():
        _console.print(line, markup=False)
    _console.print(f"Source ajoutée : {source_id}.")


@app.command()
def reply(
    source_id: Annotated[str, typer.Argument(help="Source Démarches simplifiées.")],
    dossier: Annotated[int, typer.Argument(help="Numéro du dossier.")],
    message: Annotated[str, typer.Argument(help="Texte envoyé au déposant.")],
    send: Annotated[bool, typer.Option("--send", help="Envoyer ; sans cela, un essai.")] = False,
    date_: DateOption = None,
) -> None:
    """Répond à un dossier par un message, une seule fois par texte."""
    settings = Settings.from_environment()
    source = source_named(settings, source_id)
    state = landing.source_state(settings, source_id)
    visit = Visit(source, state, settings, moment(settings, date_))
    try:
        _console.print(demarches.reply(visit, dossier, message, send=send))
    finally:
        # Also after a failure: a message that may have left is never sent twice.
        landing.save_source_state(settings, source_id, state)


@app.command()
def answer(
    source_id: Annotated[str, typer.Argument(help="Source Grist.")],
    column: Annotated[str, typer.Option(help="Colonne de texte où écrire.")] = "Retour_Vigie",
    send: Annotated[bool, typer.Option("--send", help="Écrire ; sans cela, un essai.")] = False,
    date_: DateOption = None,
) -> None:
    """Écrit dans une colonne de la table Grist ce que Vigie a dit de chaque ligne."""
    settings = Settings.from_environment()
    visit = Visit(source_named(settings, source_id), {}, settings, moment(settings, date_))
    told = grist.answers(settings, source_id)
    rows = grist.write_answers(visit, column, told, send=send)
    if send:
        _console.print(f"{rows} ligne(s) écrite(s) dans la colonne « {column} ».", markup=False)
    else:
        for number, sentence in sorted(told.items()):
            _console.print(f"Ligne {number} : {sentence}", markup=False)
        _console.print(
            f"Essai : {rows} ligne(s) changeraient dans la colonne « {column} ». Pour écrire : --send.",
            markup=False,
        )
