"""The verbs of the desk: serve it, give links, withdraw them."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from vigie.clock import day_in_paris
from vigie.desk import audit, invitations
from vigie.desk.invitations import DAYS, ROLES, TERRITORY, Invitation
from vigie.reference.seeds import Reference
from vigie.settings import Settings

app = typer.Typer(
    help="Le guichet : pages où un territoire vérifie et envoie, où la Région décide."
)
_console = Console()
_COMMAND_LINE = "ligne de commande"


@app.callback(invoke_without_command=True)
def serve(
    context: typer.Context,
    host: Annotated[
        str, typer.Option(envvar="VIGIE_DESK_HOST", help="Adresse où écouter.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="VIGIE_DESK_PORT", help="Port où écouter.")] = 8090,
) -> None:
    """Sans verbe : sert le guichet jusqu'à Ctrl-C."""
    if context.invoked_subcommand is not None:
        return
    from vigie.desk import server

    settings = Settings.from_environment()
    _console.print(f"Le guichet écoute sur http://{host}:{port} (Ctrl-C pour l'arrêter).")
    server.serve(settings, host, port)


@app.command()
def invite(
    siren: Annotated[str, typer.Argument(help="Territoire ; aucun pour les autres rôles.")] = "",
    role: Annotated[str, typer.Option(help=f"Rôle : {', '.join(ROLES)}.")] = TERRITORY,
    days: Annotated[int, typer.Option(min=1, help="Durée du lien, en jours.")] = DAYS,
) -> None:
    """Donne un lien d'accès. Il n'est montré qu'une fois : Vigie n'en garde que l'empreinte."""
    settings, now = Settings.from_environment(), _now()
    reference = Reference.load(settings.seeds)
    made, link = invitations.invite(settings, reference, role, siren, now, days)
    _note(settings, "lien_donne", made, now)
    _console.print(
        f"Lien {made.invitation_id} pour {_whose(made, reference)}, valable jusqu'au "
        f"{day_in_paris(made.expire_le):%d/%m/%Y}. À transmettre à son seul destinataire :",
        soft_wrap=True,
    )
    typer.echo(link)


@app.command()
def withdraw(
    lien: Annotated[str, typer.Argument(help="Identifiant du lien (vigie desk invitations).")],
) -> None:
    """Retire un lien : il n'ouvre plus rien, même à qui est entré."""
    settings, now = Settings.from_environment(), _now()
    closed = invitations.withdraw(settings, lien, now)
    _note(settings, "lien_retire", closed, now)
    _console.print(f"Lien {closed.invitation_id} retiré.")


@app.command("invitations")
def list_() -> None:
    """Les liens donnés, du plus ancien au plus récent."""
    settings, now = Settings.from_environment(), _now()
    reference = Reference.load(settings.seeds)
    table = Table("Lien", "Pour", "Donné le", "Valable jusqu'au", "État")
    for one in invitations.every(settings):
        table.add_row(
            one.invitation_id,
            _whose(one, reference),
            f"{day_in_paris(one.cree_le):%d/%m/%Y}",
            f"{day_in_paris(one.expire_le):%d/%m/%Y}",
            one.state(now),
        )
    _console.print(table if table.row_count else "Aucun lien n'a été donné.")


def _whose(one: Invitation, reference: Reference) -> str:
    territory = reference.territory_of(one.siren_epci)
    return f"{territory.nom} ({one.siren_epci})" if territory else ROLES[one.role]


def _note(settings: Settings, action: str, one: Invitation, now: datetime) -> None:
    audit.keep(settings, now, action, one.invitation_id, _COMMAND_LINE, "")


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
