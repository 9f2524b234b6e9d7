"""Channel `sftp`: `sftp://host:port/path`, the key of the server being known beforehand.

The connection holds the user (login), a password or, in its extra, `private_key` (OpenSSH text),
and always `host_key`: the line `ssh-ed25519 AAAA...` of the server.
"""

import io
import logging
import socket
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

import paramiko

from vigie.arrival.sources.folder import read_folder
from vigie.arrival.sources.network import AddressForbidden, allowed_addresses
from vigie.arrival.sources.sftp_store import SftpClient, SftpStore
from vigie.arrival.sources.visit import Fetched, Visit
from vigie.arrival.sources.web_errors import WAIT, private_address
from vigie.connections import Connection

_STEP_SECONDS = 15.0

# What paramiko cannot do it raises; its own log would repeat names of users.
logging.getLogger("paramiko").setLevel(logging.CRITICAL)


def fetch(visit: Visit) -> Iterator[Fetched]:
    """Yields the new or changed files of the folder."""
    address = urlsplit(visit.source.adresse)
    if address.scheme != "sftp" or not address.hostname or address.password or not address.path:
        raise visit.refused(
            "l'adresse n'est pas de la forme sftp://serveur/dossier (sans mot de passe)",
            "corriger sources.csv",
        )
    root = unquote(address.path, errors="surrogateescape").rstrip("/")
    with _explained(visit), _session(visit, address.hostname, address.port or 22) as client:
        yield from read_folder(visit, SftpStore(visit, client, root))


@contextmanager
def _session(visit: Visit, host: str, port: int) -> Iterator[SftpClient]:
    connection = visit.connection()
    with paramiko.SSHClient() as client:
        client.set_missing_host_key_policy(paramiko.RejectPolicy())
        known_as = host if port == 22 else f"[{host}]:{port}"
        key = _host_key(visit, connection, host)
        client.get_host_keys().add(known_as, key.get_name(), key)
        # Closing the session is the only way out of a server that answers drop by drop.
        watch = threading.Timer(visit.seconds_left(), client.close)
        watch.daemon = True
        watch.start()
        try:
            client.connect(
                host,
                port,
                username=connection.login,
                password=connection.password or None,
                pkey=_private_key(visit, connection),
                sock=_connected(host, port),
                timeout=_STEP_SECONDS,
                banner_timeout=_STEP_SECONDS,
                auth_timeout=_STEP_SECONDS,
                allow_agent=False,
                look_for_keys=False,
            )
            yield _opened(client)
        finally:
            watch.cancel()


def _opened(client: paramiko.SSHClient) -> SftpClient:
    transport = client.get_transport()
    opened = SftpClient.from_transport(transport) if transport else None
    if opened is None:
        raise EOFError
    opened.get_channel().settimeout(_STEP_SECONDS)
    return opened


def _connected(host: str, port: int) -> socket.socket:
    last = OSError(host)
    for address in allowed_addresses(host, port):
        try:
            return socket.create_connection((address, port), _STEP_SECONDS)
        except OSError as error:
            last = error
    raise last


def _host_key(visit: Visit, connection: Connection, host: str) -> paramiko.PKey:
    kind, _, text = str(connection.extra.get("host_key", "")).strip().partition(" ")
    try:
        return paramiko.PKey.from_type_string(kind, b64decode(text.split(" ")[0], validate=True))
    except (paramiko.SSHException, paramiko.UnknownKeyType, ValueError) as error:
        raise visit.refused(
            f"la clé du serveur {host} n'est pas connue",
            f"mettre « host_key » dans l'extra de la connexion « {connection.connexion_id} » "
            "(la demander à l'hébergeur, ne pas la prendre sur le réseau)",
        ) from error


def _private_key(visit: Visit, connection: Connection) -> paramiko.PKey | None:
    text = connection.extra.get("private_key")
    if not text:
        return None
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return kind.from_private_key(io.StringIO(text))
        except paramiko.SSHException:
            continue
    raise visit.refused(
        "la clé privée est illisible",
        f"mettre dans l'extra de « {connection.connexion_id} » une clé OpenSSH sans mot de passe",
    )


@contextmanager
def _explained(visit: Visit) -> Iterator[None]:
    host = urlsplit(visit.source.adresse).hostname or ""
    try:
        yield
    except AddressForbidden as error:
        raise private_address(visit, error) from error
    except paramiko.BadHostKeyException as error:
        raise visit.refused(
            f"{host} ne présente pas la clé attendue",
            "ne rien envoyer ; demander à l'hébergeur si sa clé a changé, "
            "puis corriger « host_key » dans la connexion",
        ) from error
    except paramiko.AuthenticationException as error:
        raise visit.refused(
            f"{host} refuse l'utilisateur de la connexion « {visit.source.connexion} »",
            "renouveler son mot de passe ou sa clé",
        ) from error
    except FileNotFoundError as error:
        raise visit.refused(
            "le dossier n'existe pas sur le serveur",
            "vérifier l'adresse dans sources.csv avec le territoire",
            "Votre dossier de dépôt n'existe plus : recréez-le ou donnez sa nouvelle adresse.",
        ) from error
    except (paramiko.SSHException, EOFError, OSError) as error:
        if isinstance(error, PermissionError):
            raise
        visit.spend_time()
        raise visit.unavailable(
            f"le serveur SFTP {host} ne répond pas ({type(error).__name__})", WAIT
        ) from error
