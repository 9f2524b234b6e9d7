"""Reminders ready to send: a message (.eml) per territory to call, its workbook filled in; nothing leaves from here."""

import os
from email.message import EmailMessage
from pathlib import Path

from vigie.answers import last_state, mail
from vigie.diffusion.pages.content import reminders
from vigie.diffusion.pages.model import Row
from vigie.diffusion.pages.reading import Publication
from vigie.errors import SettingsError
from vigie.files import make_private, write_atomically
from vigie.reference.seeds import Reference
from vigie.settings import Settings

_FILLED = (
    "Le classeur joint porte vos actions dans leur dernier état accepté : mettez-les à jour, changez la date de"
    " situation, puis renvoyez-le."
)
_BLANK = "Le classeur joint est à remplir : une ligne par action, son mode d'emploi est dans le classeur."


def write_reminders(settings: Settings) -> list[Path]:
    """Writes in `relances/`, closed to everyone but its owner, a message for each territory that the pages say to call,
    and removes those of the others. Raises SettingsError before any publication.

    The workbooks hold confidential actions: each is for its own territory alone.
    """
    if not settings.publication_path.exists():
        raise SettingsError(
            "Rien n'est publié : lancer une nuit (« vigie night ») avant de relancer."
        )
    folder = settings.home / "relances"
    make_private(folder)
    addresses = mail.recipients() if os.environ.get("VIGIE_SMTP_RECIPIENTS") else {}
    reference = Reference.load(settings.seeds)
    with Publication(settings.publication_path) as publication:
        late = reminders.to_call(publication)
    written = [
        _write(settings, reference, folder, row, addresses.get(row["siren_epci"], []))
        for row in late
    ]
    for path in set(folder.iterdir()) - set(written):
        path.unlink()
    return written


def _write(
    settings: Settings, reference: Reference, folder: Path, territory: Row, to: list[str]
) -> Path:
    book = folder / f"rapport-{territory['siren_epci']}.xlsx"
    state = last_state.write(settings, reference, book, territory["siren_epci"])
    message = EmailMessage()
    message["Subject"] = f"Feuille de route numérique de {territory['nom']} : rapport attendu"
    if to:
        message["To"] = ", ".join(to)
    # A mail program opens it as a message to be finished, not as one received.
    message["X-Unsent"] = "1"
    message.set_content(
        f"Bonjour,\n\nLe rapport d'avancement de la feuille de route numérique de {territory['nom']} est attendu"
        f" ({territory['depuis']}).\n\n{_FILLED if state else _BLANK}\n"
        + (f"\n{settings.contact}\n" if settings.contact else "")
    )
    mail.attach_book(message, book)
    path = folder / f"{territory['siren_epci']}.eml"
    write_atomically(path, message.as_bytes())
    make_private(path)
    return path
