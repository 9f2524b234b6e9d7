"""The web application: its doors, the headers of every answer, what is said when nothing answers."""

import logging
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vigie.desk import (
    asking,
    checking,
    committee,
    deciding,
    home,
    inviting,
    operating,
    pages,
    reports,
    resolving,
    served,
    updating,
)
from vigie.desk.checks import Checks
from vigie.desk.doors import Desk, Door, route, visitor_of
from vigie.desk.sign_on import SignOn
from vigie.incidents import defect_of
from vigie.reference.seeds import Reference
from vigie.settings import Settings


def doors(settings: Settings, sign_on: SignOn | None = None) -> tuple[Door, ...]:
    """Every door of the desk of an installation."""
    return (
        *home.DOORS,
        *asking.DOORS,
        *(_sign_on_doors(sign_on) if sign_on else ()),
        *checking.DOORS,
        *reports.DOORS,
        *served.doors(settings),
        *updating.DOORS,
        *deciding.DOORS,
        *committee.DOORS,
        *resolving.DOORS,
        *inviting.DOORS,
        *operating.DOORS,
    )


def _sign_on_doors(sign_on: SignOn) -> tuple[Door, ...]:
    # Only an installation that has one pays for its import.
    from vigie.desk.signing_in import SigningIn

    return SigningIn(sign_on).doors()


_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; font-src data:; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # The address of a link holds a secret; forms still tell where they come from.
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The clock of this machine, naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


def create_app(
    settings: Settings, now: Callable[[], datetime] = utc_now, sign_on: SignOn | None = None
) -> Starlette:
    """The desk of one installation; `now` is its clock (naive UTC), `sign_on` that of the staff (None: links alone).

    Raises SettingsError when the seeds are wrong.
    """
    desk = Desk(settings, Reference.load(settings.seeds), now, Checks(settings), sign_on)

    @asynccontextmanager
    async def alive(_: Starlette) -> AsyncIterator[None]:
        desk.checks.warm()
        yield
        desk.checks.close()

    async def nothing_there(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        sentence = (
            "Cette page n'existe pas." if error.status_code == 404 else "Demande non comprise."
        )
        return pages.refusal(desk, visitor_of(desk, request), error.status_code, sentence)

    async def broken(request: Request, error: Exception) -> Response:
        # Its own words may quote the file of a sender.
        log.error("%s", defect_of(error).trace)
        sentence = (
            "Vigie a rencontré un défaut. Ce qui était enregistré l'est toujours ; réessayez."
        )
        return pages.refusal(desk, visitor_of(desk, request), 500, sentence)

    app = Starlette(
        routes=[route(door, desk) for door in doors(settings, sign_on)],
        lifespan=alive,
        middleware=[Middleware(_Headers, is_https=desk.is_https), *_memory(desk)],
        exception_handlers={HTTPException: nothing_there, 500: broken},
    )
    app.state.desk = desk
    return app


def _memory(desk: Desk) -> list[Middleware]:
    """What the sign-on keeps of who left for the provider, until they are back: a signed cookie, of ten minutes."""
    if desk.sign_on is None:
        return []
    return [
        Middleware(
            SessionMiddleware,
            secret_key=secrets.token_urlsafe(32),
            session_cookie="__Host-connexion" if desk.is_https else "connexion",
            max_age=600,
            https_only=desk.is_https,
        )
    ]


class _Headers:
    """Gives every answer the headers that close what a browser would leave open."""

    def __init__(self, app: ASGIApp, is_https: bool) -> None:
        self._app = app
        self._more = {"strict-transport-security": "max-age=31536000"} if is_https else {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_closed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in (_HEADERS | self._more).items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_closed)
