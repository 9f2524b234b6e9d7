"""Tells the operator what is wrong, once per cause, and that it is mended."""

import os
import smtplib
from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from vigie import smtp
from vigie.errors import NotTold, SettingsError
from vigie.files import read_json, write_json
from vigie.settings import Settings
from vigie.supervision.concerns import Concern, concerns

Send = Callable[[str, str], None]


def tell(settings: Settings, now: datetime) -> int:
    """Sends one message with the concerns not told yet and those that are over; returns how many it holds.

    By mail to VIGIE_OPERATOR (see `vigie.smtp`) and to the addresses of VIGIE_WEBHOOK_URL, separated by blanks, in the
    form that Apprise documents (mmost://, slack://, matrix://, jsons://...). Without either, nothing is sent and 0
    comes back. Raises NotTold when one of them does not take the message: what it holds is sent again by the next call.
    """
    recipients = [send for send in (mail_to("VIGIE_OPERATOR"), _webhook()) if send]
    if not recipients:
        return 0
    path = settings.home / "supervision" / "dit.json"
    told: dict[str, Any] = read_json(path, {})
    present = {concern.code: concern for concern in concerns(settings, now)}
    new = [concern for code, concern in present.items() if code not in told]
    over = [told[code]["phrase"] for code in sorted(told.keys() - present.keys())]
    if not (new or over):
        return 0
    title, body = _message(new, over)
    for send in recipients:
        send(title, body)
    kept = {code: said for code, said in told.items() if code in present}
    write_json(path, kept | {c.code: {"phrase": c.phrase, "depuis": now} for c in new})
    return len(new) + len(over)


def _message(new: Sequence[Concern], over: Sequence[str]) -> tuple[str, str]:
    parts = []
    if new:
        parts.append(f"{len(new)} point(s) à regarder")
    if over:
        parts.append(f"{len(over)} rentré(s) dans l'ordre")
    lines = [f"{concern.phrase}\n  À faire : {concern.a_faire}" for concern in new]
    lines += [f"Rentré dans l'ordre : {phrase}" for phrase in over]
    return f"Vigie : {', '.join(parts)}", "\n\n".join([*lines, "Message automatique de Vigie."])


def mail_to(setting: str) -> Send | None:
    """What mails a title and a text to the address that the environment variable `setting` holds; None without one.

    Raises SettingsError when it holds no address or when no server is set, and NotTold when the mail does not leave.
    """
    to = os.environ.get(setting, "")
    if not to:
        return None
    if "@" not in to or not smtp.is_set():
        raise SettingsError(
            f"{setting} doit être une adresse de courriel, et VIGIE_SMTP_URL donner le serveur d'envoi."
        )

    def send(title: str, body: str) -> None:
        message = smtp.message(title, [to], body, sha256(body.encode()).hexdigest()[:32])
        try:
            with smtp.connect() as server:
                server.send_message(message)
        except (smtplib.SMTPException, OSError) as error:
            # The error's own text may quote an address.
            raise NotTold(
                f"Le courriel n'est pas parti ({type(error).__name__}) : vérifier VIGIE_SMTP_URL et {setting} ; il"
                " repart à la prochaine fois."
            ) from None

    return send


def _webhook() -> Send | None:
    addresses = os.environ.get("VIGIE_WEBHOOK_URL", "").split()
    if not addresses:
        return None

    def send(title: str, body: str) -> None:
        # Only an installation that has such a tool pays for its import.
        import apprise

        tools = apprise.Apprise()
        if not all(map(tools.add, addresses)):
            raise SettingsError(
                "VIGIE_WEBHOOK_URL contient une adresse qu'Apprise ne connaît pas (mmost://, slack://, jsons://...)."
            )
        if not tools.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT):
            raise NotTold(
                "Le message à l'exploitant n'a pas été accepté par une adresse de VIGIE_WEBHOOK_URL : la vérifier ; il"
                " repart à la prochaine heure."
            )

    return send
