"""The mail server of the installation, set once in the environment."""

import os
import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

from vigie.errors import SettingsError

TIMEOUT_SECONDS = 20


def is_set() -> bool:
    """Whether this installation sends mails."""
    return bool(os.environ.get("VIGIE_SMTP_URL"))


def message(title: str, to: Sequence[str], text: str, key: str) -> EmailMessage:
    """A mail that no answer must answer by itself; raises SettingsError when there is no address to send it from.

    The same `key` for the same content: when a crash makes the mail leave twice, the reader's mailbox can tell.
    """
    made = EmailMessage()
    made["Subject"], made["From"], made["To"] = title, sender(), ", ".join(to)
    made["Message-ID"] = f"<{key}@vigie>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(text)
    return made


def sender() -> str:
    """The address that mails leave from; raises SettingsError when VIGIE_SMTP_FROM gives none."""
    address = os.environ.get("VIGIE_SMTP_FROM") or ""
    if "@" not in address:
        raise SettingsError("VIGIE_SMTP_FROM doit donner l'adresse qui envoie les courriels.")
    return address


def connect() -> smtplib.SMTP:
    """A session with the server of VIGIE_SMTP_URL, logged in when the address holds a user.

    `smtps://` for TLS from the first byte, `smtp://` for STARTTLS; `?tls=non` for a relay on this machine, `?ca=<path>`
    trusts one more certification authority. Raises SettingsError on another address, and what smtplib raises.
    """
    url = urlsplit(os.environ["VIGIE_SMTP_URL"])
    options = {name: values[-1] for name, values in parse_qs(url.query).items()}
    if url.scheme not in ("smtp", "smtps") or not url.hostname:
        raise SettingsError(
            "VIGIE_SMTP_URL doit s'écrire smtp://serveur:port ou smtps://serveur:port."
        )
    trust = ssl.create_default_context(cafile=options.get("ca"))
    server: smtplib.SMTP
    if url.scheme == "smtps":
        server = smtplib.SMTP_SSL(
            url.hostname, url.port or 465, timeout=TIMEOUT_SECONDS, context=trust
        )
    else:
        server = smtplib.SMTP(url.hostname, url.port or 587, timeout=TIMEOUT_SECONDS)
        if options.get("tls") != "non":
            server.starttls(context=trust)
    if url.username:
        server.login(unquote(url.username), unquote(url.password or ""))
    return server
