"""Channel `s3`: `s3://bucket/prefix` on any server that speaks S3.

The connection holds the key (login), its secret (password) and, in its extra, `endpoint_url` and
`region_name`, as Airflow's own AWS connections do.
"""

from collections.abc import Iterator

import s3fs
from botocore.exceptions import BotoCoreError, ClientError
from fsspec.exceptions import FSTimeoutError

from vigie.arrival.sources.folder import Stored, read_folder
from vigie.arrival.sources.fsspec_store import FsspecStore
from vigie.arrival.sources.visit import Fetched, Visit
from vigie.arrival.sources.web_errors import WAIT, check_endpoint
from vigie.object_server import s3_server


def fetch(visit: Visit) -> Iterator[Fetched]:
    """Yields the new or changed objects under the prefix; an empty prefix has nothing new."""
    scheme, _, place = visit.source.adresse.partition("://")
    place = place.strip("/")
    if scheme != "s3" or not place or ".." in place.split("/"):
        raise visit.refused(
            "l'adresse n'est pas de la forme s3://seau/dossier", "corriger sources.csv"
        )
    try:
        yield from read_folder(visit, _store(visit, place))
    except FSTimeoutError as error:
        visit.spend_time()
        raise visit.unavailable("le serveur S3 ne répond pas à temps", WAIT) from error
    except PermissionError as error:
        raise visit.refused(
            f"le serveur S3 refuse la clé de la connexion « {visit.source.connexion} »",
            "renouveler la clé ou lui donner le droit de lister et de lire",
        ) from error
    except (BotoCoreError, ClientError) as error:
        raise visit.unavailable(
            f"le serveur S3 ne répond pas ({type(error).__name__})", "vérifier endpoint_url"
        ) from error


def _store(visit: Visit, place: str) -> FsspecStore:
    connection = visit.connection()
    endpoint = connection.extra.get("endpoint_url")
    if endpoint:
        check_endpoint(visit, endpoint)
    fs = s3_server(
        endpoint,
        connection.extra.get("region_name"),
        {},
        key=connection.login or None,
        secret=connection.password or None,
        anon=not connection.login,
    )
    return _Bucket(visit, fs, place)


class _Bucket(FsspecStore):
    """A prefix of a bucket. A prefix without any object is empty; a missing bucket is a mistake."""

    def __init__(self, visit: Visit, fs: s3fs.S3FileSystem, root: str) -> None:
        super().__init__(visit, fs, root, lambda: {"timeout": visit.seconds_left()})

    def files(self) -> Iterator[Stored]:
        bucket = self.root.partition("/")[0]
        try:
            self.fs.info(bucket, **self.options())
        except FileNotFoundError as error:
            raise self.visit.refused(
                f"le seau « {bucket} » n'existe pas", "corriger l'adresse dans sources.csv"
            ) from error
        try:
            yield from super().files()
        except FileNotFoundError:
            return
