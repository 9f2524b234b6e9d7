"""The S3 server that holds the landing area: how it is reached, and what is said when it cannot do what is asked."""

import errno
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from vigie import connections
from vigie.errors import LandingUnreachable

if TYPE_CHECKING:
    from s3fs import S3FileSystem

SCHEME = "s3://"
CONNECTION = "vigie_landing"
RETRIES = {"mode": "standard", "total_max_attempts": 4}
_OF_THIS_MACHINE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES)


def s3_server(
    endpoint: str | None,
    region: str | None,
    config: Mapping[str, Any],
    **identity: str | bool | None,
) -> "S3FileSystem":
    """The file system of an S3 server, that of Amazon without `endpoint`, with patience bounded and nothing cached.

    `config` is what botocore takes beside that; `identity` what s3fs does: `key` and `secret`, or `anon`.
    """
    import s3fs

    # At lower levels these log the headers of requests, signatures included.
    for name in ("botocore", "aiobotocore", "s3fs"):
        logging.getLogger(name).setLevel(logging.WARNING)
    patience = {"connect_timeout": 10, "read_timeout": 30, "retries": dict(RETRIES)}
    return s3fs.S3FileSystem(
        **identity,
        endpoint_url=endpoint,
        client_kwargs={"region_name": region or "us-east-1"},
        config_kwargs=patience | dict(config),
        use_listings_cache=False,
        skip_instance_cache=True,
    )


def server() -> "S3FileSystem":
    """The server of landing. Raises SettingsError when its connection cannot be read."""
    # A connection does not outlive a fork, and Airflow forks.
    return _server_of(os.getpid())


def forget() -> None:
    """The next call reads the connection of landing again."""
    _server_of.cache_clear()


@lru_cache(maxsize=1)
def _server_of(process: int) -> "S3FileSystem":
    """The server of landing, by the Airflow connection `vigie_landing`; without it, as the tools of Amazon find theirs
    (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL, AWS_REGION)."""
    try:
        connection = connections.get(CONNECTION)
    except connections.NoSuchConnection:
        connection = connections.NO_CONNECTION
    endpoint = connection.extra.get("endpoint_url") or os.environ.get("AWS_ENDPOINT_URL")
    region = connection.extra.get("region_name") or os.environ.get("AWS_REGION")
    # Few servers but Amazon's have a name per bucket, or know its newer checksums: the MD5 does.
    plain: dict[str, Any] = {"s3": {"addressing_style": "path"}} if endpoint else {}
    plain |= {
        "request_checksum_calculation": "when_required",
        "response_checksum_validation": "when_required",
    }
    server = s3_server(
        endpoint,
        region,
        plain,
        key=connection.login or None,
        secret=connection.password or None,
    )
    # Over the attempts of botocore: a body cut in the middle is asked once more.
    server.retries = 2
    return server


@contextmanager
def named(key: str) -> Iterator[None]:
    """Tells as LandingUnreachable what keeps the server from doing what is asked inside.

    Passes what is about the object, FileNotFoundError and a condition that does not hold, and a disk full here. Never
    the words of the library: they may hold a signature.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (OSError, BotoCoreError, ClientError) as error:
        code = code_of(error)
        if code == "NoSuchBucket":
            bucket = key.partition("/")[0]
            raise LandingUnreachable(
                f"Le seau « {bucket} » de l'aire d'arrivée n'existe pas sur ce serveur S3. À faire : corriger "
                "VIGIE_LANDING, ou créer le seau ; Vigie n'en crée pas."
            ) from None
        if is_condition(error) or isinstance(error, FileNotFoundError):
            raise
        if isinstance(error, OSError) and error.errno in _OF_THIS_MACHINE and not code:
            raise
        raise LandingUnreachable(_told(key, error, code)) from None


def _told(key: str, error: Exception, code: str) -> str:
    place = SCHEME + key.partition("/")[0]
    if code == "RequestTimeTooSkewed":
        return (
            f"Le serveur S3 de l'aire d'arrivée ({place}) et cette machine n'ont pas la même heure. À faire : régler "
            "leurs horloges, puis relancer ; rien n'est perdu."
        )
    if isinstance(error, PermissionError) or type(error).__name__.endswith("CredentialsError"):
        return (
            f"Le serveur S3 de l'aire d'arrivée ({place}) refuse la clé{code and f' ({code})'}. À faire : donner par "
            f"la connexion « {CONNECTION} » (AIRFLOW_CONN_VIGIE_LANDING) une clé valide, qui a le droit de lister, "
            "lire, écrire et supprimer, puis relancer ; rien n'est perdu."
        )
    return (
        f"Le serveur S3 de l'aire d'arrivée ({place}) ne répond pas ({code or type(error).__name__}). À faire : "
        f"vérifier ce serveur et l'adresse endpoint_url de la connexion « {CONNECTION} », puis relancer ; rien n'est "
        "perdu, ce qui manque est repris."
    )


def code_of(error: BaseException) -> str:
    """What the server called its refusal; empty when it said nothing."""
    answered = error if hasattr(error, "response") else error.__cause__
    response: dict[str, Any] = getattr(answered, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))


def is_condition(error: BaseException) -> bool:
    """Whether the object is no longer what it was supposed to be: another worker put or removed it, or is doing so."""
    return code_of(error) in ("PreconditionFailed", "412", "ConditionalRequestConflict")
