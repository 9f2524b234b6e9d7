"""The HTTP client of every channel that speaks HTTP: guarded, bounded, patient."""

import json
import logging
import os
import ssl
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

import httpcore
import httpx
import tenacity

from vigie.arrival.sources.gunzip import Gunzip
from vigie.arrival.sources.network import GuardedBackend, is_private_host
from vigie.arrival.sources.visit import Visit
from vigie.arrival.sources.web_errors import (
    WAIT,
    TryLater,
    check_status,
    explained,
    html_error,
    looks_like_html,
)
from vigie.connections import Connection
from vigie.errors import SourceUnavailable

TRIES = 4
BACKOFF_SECONDS = 1.0
_LONGEST_BACKOFF = 30.0
_MAX_REDIRECTS = 5
_CHUNK = 64 * 1024
_GZIP = {"gzip", "x-gzip"}
_OTHER_COMPRESSIONS = {"br", "compress", "deflate", "x-compress", "zstd", "dcb", "dcz", "exi"}

Params = httpx.QueryParams | dict[str, str] | None

# httpx logs whole addresses, and an address may hold a token.
logging.getLogger("httpx").setLevel(logging.WARNING)


class _Transport(httpx.HTTPTransport):
    def __init__(self, context: ssl.SSLContext, backend: GuardedBackend) -> None:
        super().__init__(verify=context, trust_env=False)
        # httpx offers no other way to choose the network under its connection pool.
        self._pool = httpcore.ConnectionPool(ssl_context=context, network_backend=backend)


class _Bearer(httpx.Auth):
    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


@dataclass(frozen=True)
class Answer:
    """A response read to its end, or to the limit: then `size` (bytes) is what is known of it."""

    status: int
    headers: httpx.Headers
    content: bytes
    size: int
    url: httpx.URL

    @property
    def is_truncated(self) -> bool:
        return self.size > len(self.content)


class Web:
    """The conversation of one visit with one server. Use as a context manager."""

    def __init__(self, visit: Visit, connection: Connection, *, pace: float = 0.0) -> None:
        """`pace` is the least time between two requests, in seconds."""
        self._visit = visit
        self._connection = connection
        self._pace = pace
        self._next_request = 0.0
        self.client = httpx.Client(
            transport=_Transport(_trusted(), GuardedBackend(visit.seconds_left)),
            auth=_auth(connection),
            follow_redirects=True,
            max_redirects=_MAX_REDIRECTS,
            timeout=httpx.Timeout(30.0, connect=10.0),
            headers={"User-Agent": "vigie", "Accept-Encoding": "gzip"},
            event_hooks={"request": [self._before]},
            trust_env=False,
        )

    def __enter__(self) -> "Web":
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def check_address(self, adresse: str) -> httpx.URL:
        """The address of the source as a URL. Raises SourceRefused when it may not be used."""
        visit, connection = self._visit, self._connection
        try:
            url = httpx.URL(adresse)
        except httpx.InvalidURL as error:
            raise visit.refused(
                "l'adresse n'est pas une URL", "corriger la ligne dans sources.csv"
            ) from error
        if url.scheme not in ("http", "https") or not url.host:
            raise visit.refused(
                "l'adresse ne commence pas par https://", "corriger la ligne dans sources.csv"
            )
        if url.userinfo:
            raise visit.refused(
                "l'adresse contient un mot de passe",
                "le retirer de sources.csv, le changer, le mettre dans une connexion Airflow",
            )
        if connection.host and url.host not in (connection.host, httpx.URL(connection.host).host):
            raise visit.refused(
                f"la connexion « {connection.connexion_id} » n'est pas celle de {url.host}",
                "corriger l'une ou l'autre : un secret n'est envoyé qu'à son propre serveur",
            )
        if connection.password and url.scheme == "http" and not is_private_host(url.host):
            raise visit.refused(
                "un secret partirait en clair sur http://", "donner une adresse en https://"
            )
        return url

    def _before(self, request: httpx.Request) -> None:
        """Runs before every request. Redirected requests share the extensions of the first one.

        httpx itself removes the Authorization header when a redirect leaves the server.
        """
        self._visit.requests += 1
        if self._pace:
            time.sleep(max(0.0, self._next_request - time.monotonic()))
            self._next_request = time.monotonic() + self._pace
        if request.url.scheme == "http" and request.extensions.get("vigie_https"):
            raise self._visit.refused(
                "redirection de https vers http", "donner l'adresse finale, en https"
            )
        if request.url.scheme == "https":
            request.extensions["vigie_https"] = True

    def get(
        self,
        url: httpx.URL | str,
        *,
        limit: int,
        headers: dict[str, str] | None = None,
        params: Params = None,
    ) -> Answer:
        """GET, tried again when the failure can heal. At most `limit` bytes of body are kept."""
        request = self.client.build_request("GET", _with(url, params), headers=headers)
        return self._patiently(lambda: self._once(request, limit))

    def propfind(self, url: httpx.URL, *, limit: int) -> Answer:
        """The members of a WebDAV folder, as XML."""
        request = self.client.build_request("PROPFIND", url, headers={"Depth": "1"})
        return self._patiently(lambda: self._once(request, limit))

    def get_json(self, url: httpx.URL | str, params: Params = None) -> Any:
        """GET of a JSON document, tried again when the failure can heal."""
        return self.send_json("GET", _with(url, params))

    def send_json(
        self,
        method: str,
        url: httpx.URL | str,
        payload: Any = None,
        *,
        check: Callable[[Any], Any] = lambda document: document,
        is_repeatable: bool = True,
    ) -> Any:
        """Sends a JSON body, gives back the JSON answered, as `check` leaves it.

        Tried again when the failure can heal, what `check` raises included; what writes something
        new at each call is not repeatable and is sent once.
        """
        request = self.client.build_request(method, url, json=payload)

        def once() -> Any:
            return check(self._json(self._once(request, self._visit.limits.octets)))

        return self._patiently(once) if is_repeatable else once()

    def _patiently(self, once: Callable[[], Any]) -> Any:
        backoff = tenacity.wait_random_exponential(BACKOFF_SECONDS, max=_LONGEST_BACKOFF)

        def pause(retry: tenacity.RetryCallState) -> float:
            error = retry.outcome.exception() if retry.outcome else None
            asked = error.pause if isinstance(error, TryLater) else 0.0
            return max(asked, backoff(retry))

        def is_over(retry: tenacity.RetryCallState) -> bool:
            too_long = retry.upcoming_sleep >= self._visit.seconds_left()
            return retry.attempt_number >= TRIES or too_long

        return tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(SourceUnavailable),
            wait=pause,
            stop=is_over,
            reraise=True,
        )(once)

    def _once(self, request: httpx.Request, limit: int) -> Answer:
        with explained(self._visit):
            response = self.client.send(request, stream=True)
            try:
                check_status(self._visit, response, self._connection.connexion_id)
                return self._read(response, limit)
            finally:
                response.close()

    def _read(self, response: httpx.Response, limit: int) -> Answer:
        told = response.headers.get("Content-Encoding", "").casefold()
        codings = {word for part in told.split(",") if (word := part.strip())}
        # Many servers put there what is no compression: utf-8, none, binary.
        if unknown := codings & _OTHER_COMPRESSIONS:
            raise self._visit.refused(
                f"contenu compressé en {', '.join(sorted(unknown))}",
                "servir le fichier sans compression",
            )
        declared = int(response.headers.get("Content-Length") or 0)
        content, size = b"", declared
        if declared <= limit:
            content, size = self._body(response, bool(codings & _GZIP), limit)
        return Answer(response.status_code, response.headers, content, size, response.url)

    def _body(self, response: httpx.Response, is_gzip: bool, limit: int) -> tuple[bytes, int]:
        """The body and its size; past the limit, nothing and the size where it did."""
        pieces, size = [], 0
        gzip = Gunzip() if is_gzip else None
        for chunk in response.iter_raw(_CHUNK):
            self._visit.spend_time()
            self._visit.spend_octets(len(chunk))
            # Bounded, so that a compressed chunk of nothing cannot fill the memory.
            pieces.append(gzip.read(chunk, limit + 1) if gzip else chunk)
            size += len(pieces[-1])
            if size > limit:
                return b"", size
        if gzip and not gzip.is_over:
            raise self._visit.unavailable("réponse tronquée", WAIT)
        return b"".join(pieces), size

    def _json(self, answer: Answer) -> Any:
        """The body as JSON. Raises SourceBudgetExceeded, SourceRefused or SourceUnavailable."""
        if answer.is_truncated:
            raise self._visit.exceeded(
                "réponse plus grosse que le budget de la source", "augmenter VIGIE_SOURCE_BYTES"
            )
        if looks_like_html(answer.content):
            raise html_error(self._visit, answer.url.host)
        try:
            return json.loads(answer.content)
        except (ValueError, RecursionError) as error:
            raise self._visit.unavailable(
                f"{answer.url.host} a répondu un JSON tronqué ou illisible", WAIT
            ) from error


def _with(url: httpx.URL | str, params: Params) -> httpx.URL:
    """The address with these parameters added; left as written without any: it may be signed."""
    return httpx.URL(url).copy_merge_params(params) if params else httpx.URL(url)


def _trusted() -> ssl.SSLContext:
    """The certificate authorities trusted: those of SSL_CERT_FILE, else the public ones."""
    return _read_authorities(os.environ.get("SSL_CERT_FILE"))


@lru_cache(maxsize=4)
def _read_authorities(_: str | None) -> ssl.SSLContext:
    # Reading the authorities costs more than asking whether a file changed.
    return httpx.create_ssl_context()


def _auth(connection: Connection) -> httpx.Auth | None:
    if connection.login:
        return httpx.BasicAuth(connection.login, connection.password)
    return _Bearer(connection.password) if connection.password else None


def http_date(value: str | None) -> datetime | None:
    """A date of an HTTP header as naive UTC, None when absent or unreadable."""
    try:
        return parsedate_to_datetime(value or "").astimezone(UTC).replace(tzinfo=None)
    except (ValueError, TypeError, OverflowError):
        return None


def shown(url: httpx.URL) -> str:
    """An address without what may hold a secret: its query and its fragment."""
    return str(url.copy_with(query=None, fragment=None))
