"""What can go wrong in a conversation over HTTP, told in the named errors of Vigie."""

import ssl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from vigie.arrival.sources.network import AddressForbidden, allowed_addresses, is_private_host
from vigie.arrival.sources.visit import Visit
from vigie.errors import SourceError, SourceUnavailable

WAIT = "attendre la prochaine nuit"


class TryLater(SourceUnavailable):
    """A failure that can heal; `pause` is the wait asked by the server, in seconds."""

    def __init__(self, message: str, to_territory: str = "", pause: float = 0.0) -> None:
        super().__init__(message, to_territory)
        self.pause = pause


def check_status(visit: Visit, response: httpx.Response, connexion_id: str) -> None:
    """Raises the SourceError that the status of the response means."""
    status, host = response.status_code, response.url.host
    if status < 300 or status == 304:
        return
    if status == 401:
        raise visit.refused(
            f"{host} refuse le jeton (401) : absent, faux ou expiré",
            f"renouveler le secret de la connexion « {connexion_id or 'aucune'} »",
        )
    if status == 403:
        raise visit.refused(
            f"{host} interdit la lecture (403)",
            f"faire donner le droit de lecture à la connexion « {connexion_id or 'aucune'} »",
            "Vigie n'a pas le droit de lire votre espace : redonnez-lui l'accès en lecture.",
        )
    if status in (404, 410):
        raise visit.refused(
            f"rien à cette adresse sur {host} ({status})",
            "vérifier l'adresse dans sources.csv avec le territoire",
            "Votre fichier n'est plus à l'adresse convenue : "
            "remettez-le ou donnez la nouvelle adresse.",
        )
    if status in (408, 425, 429) or status >= 500:
        what = "demande de ralentir" if status == 429 else "est en panne"
        asked = response.headers.get("Retry-After", "")
        raise TryLater(
            visit.sentence(f"{host} {what} ({status})", WAIT),
            pause=float(asked) if asked.isdigit() else 0.0,
        )
    raise visit.refused(f"réponse {status} inattendue de {host}", "vérifier l'adresse")


@contextmanager
def explained(visit: Visit) -> Iterator[None]:
    """Turns what the HTTP client raises into the named errors of Vigie."""
    try:
        yield
    except SourceError:
        raise
    except AddressForbidden as error:
        raise private_address(visit, error) from error
    except httpx.TooManyRedirects as error:
        raise visit.refused(
            "trop de redirections",
            "donner l'adresse finale dans sources.csv",
            "L'adresse de votre fichier tourne en rond : donnez celle où il se télécharge.",
        ) from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise visit.refused(
            "redirection vers une adresse invalide", "vérifier l'adresse"
        ) from error
    except httpx.TimeoutException as error:
        visit.spend_time()
        raise visit.unavailable("le serveur ne répond pas à temps", WAIT) from error
    except httpx.ConnectError as error:
        if isinstance(_root(error), ssl.SSLError):
            raise visit.refused(
                "le certificat du serveur n'est pas valable",
                "prévenir l'hébergeur, ou ajouter son autorité au fichier de SSL_CERT_FILE",
                "Le certificat de votre site n'est plus valable : "
                "faites-le renouveler par votre hébergeur.",
            ) from error
        raise visit.unavailable(
            "connexion impossible", "vérifier le nom et l'état du serveur"
        ) from error
    except (httpx.HTTPError, zlib.error) as error:
        raise visit.unavailable(
            f"réponse tronquée ou illisible ({type(error).__name__})", WAIT
        ) from error


def private_address(visit: Visit, error: AddressForbidden) -> SourceError:
    """The error to raise when a name leads inside a private network."""
    return visit.refused(
        f"{error.host} mène à une adresse privée",
        "corriger l'adresse ou autoriser ce réseau dans VIGIE_HTTP_ALLOW_PRIVATE",
    )


def check_endpoint(visit: Visit, address: str) -> None:
    """Refuses the address of a server reached through a library that brings its own network."""
    url = httpx.URL(address)
    if url.scheme != "https" and not is_private_host(url.host):
        raise visit.refused("le serveur n'est pas en https", "donner son adresse en https://")
    try:
        allowed_addresses(url.host, url.port or 443)
    except AddressForbidden as error:
        raise private_address(visit, error) from error
    except OSError as error:
        raise visit.unavailable(
            f"{url.host} est introuvable", "vérifier le nom du serveur"
        ) from error


def _root(error: BaseException) -> BaseException:
    cause = error.__cause__ or error.__context__
    return _root(cause) if cause else error


def looks_like_html(content: bytes) -> bool:
    """True for a web page: usually a login page served in place of the file."""
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<body"))


def html_error(visit: Visit, host: str) -> SourceError:
    """The error to raise when a server answered a page in place of data."""
    return visit.refused(
        f"{host} a répondu une page web au lieu des données",
        "vérifier le partage : l'adresse mène sans doute à une page de connexion",
        "L'adresse donnée ouvre une page web et non le fichier : "
        "donnez le lien de téléchargement direct.",
    )
