"""Every door of the desk passes here: who may open it is decided in this one place."""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from inspect import iscoroutinefunction
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from vigie.clock import day_in_paris
from vigie.desk import invitations
from vigie.desk.checks import Checks, Remembered
from vigie.desk.freezing import Freezer
from vigie.desk.invitations import OPERATION, REGION, TERRITORY, Invitation
from vigie.desk.limits import Rate, bounded
from vigie.desk.refusals import Refused
from vigie.desk.sessions import Session, Sessions
from vigie.desk.sign_on import SignOn
from vigie.errors import OperatorError, VigieError
from vigie.incidents import defect_of
from vigie.night.steps import run_moment
from vigie.reference.seeds import Reference, Territory
from vigie.settings import Settings

ANYONE: frozenset[str] = frozenset()
TERRITORIES = frozenset({TERRITORY})
MANAGERS = frozenset({REGION})
OPERATORS = frozenset({OPERATION})
INSIDERS = TERRITORIES | MANAGERS | OPERATORS

_FORM_BYTES = 2 * 1024 * 1024
_AROUND_A_FILE = 64 * 1024
_FIELDS = 20_000

log = logging.getLogger(__name__)


@dataclass
class Desk:
    """What the views share: the installation, its clock (naive UTC), who is there, what may be asked."""

    settings: Settings
    reference: Reference
    now: Callable[[], datetime]
    checks: Checks
    sign_on: SignOn | None = None
    remembered: Remembered = field(default_factory=Remembered)
    freezer: Freezer = field(default_factory=Freezer)
    sessions: Sessions = field(default_factory=Sessions)
    wrong_links: Rate = field(default_factory=lambda: Rate(20, timedelta(minutes=10)))
    link_requests: Rate = field(default_factory=lambda: Rate(5, timedelta(minutes=10)))
    mailed_links: Rate = field(default_factory=lambda: Rate(3, timedelta(days=1)))
    uploads: Rate = field(default_factory=lambda: Rate(60, timedelta(minutes=10)))

    def moment(self) -> datetime:
        """When what is sent or decided now is known: in a demonstration region, its own night."""
        return run_moment(self.settings, None, self.now().replace(tzinfo=UTC))

    @property
    def is_https(self) -> bool:
        return self.settings.desk_url.startswith("https://")

    @property
    def cookie(self) -> str:
        """The name of the cookie: browsers keep `__Host-` to this very host, in HTTPS."""
        return "__Host-guichet" if self.is_https else "guichet"


@dataclass(frozen=True)
class Visitor:
    """Who asks: the session, and the link that opened it."""

    session: Session
    invitation: Invitation

    @property
    def role(self) -> str:
        return self.invitation.role

    @property
    def form_token(self) -> str:
        """What each form must bring back: the same for all the sessions of a link, so that a page left open while the
        session ended is sent all the same once the link was opened again."""
        return sha256(f"jeton/{self.invitation.empreinte}".encode()).hexdigest()

    @property
    def siren(self) -> str:
        """The territory of the link: the only one that its bearer may see or speak for."""
        return self.invitation.siren_epci


@dataclass(frozen=True)
class Visit:
    """One request: what was asked, by whom (None: anyone), with which form (empty unless posted)."""

    desk: Desk
    request: Request
    visitor: Visitor | None
    form: FormData

    @property
    def who(self) -> Visitor:
        """The visitor of a door that is not open to anyone."""
        assert self.visitor is not None
        return self.visitor

    @property
    def address(self) -> str:
        """Where the request comes from, as the server or the front in front of it says."""
        client = self.request.client
        return client.host if client else "?"

    @property
    def territory(self) -> Territory:
        """The territory of a visitor who has one."""
        return self.desk.reference.territories[self.who.siren]

    @property
    def day(self) -> date:
        """Today in Paris, as the night will see it."""
        return day_in_paris(self.desk.moment())

    def text(self, name: str) -> str:
        """A field of the form, or of the address; empty when it is not there."""
        value = self.form.get(name, "") or self.request.path_params.get(name, "")
        return value.strip() if isinstance(value, str) else ""


View = Callable[[Visit], Any]


@dataclass(frozen=True)
class Door:
    """A path, what shows it, and the roles that may open it (none named: anyone)."""

    path: str
    view: View
    roles: Collection[str]
    method: str = "GET"
    takes_file: bool = False


def route(door: Door, desk: Desk) -> Route:
    """The door as Starlette serves it."""
    return Route(door.path, _Guarded(door, desk), methods=[door.method])


class _Guarded:
    """A door and its guard."""

    def __init__(self, door: Door, desk: Desk) -> None:
        self._door = door
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start = perf_counter()
        limits = self._desk.settings.max_report_bytes
        limit = limits + _AROUND_A_FILE if self._door.takes_file else _FORM_BYTES
        sentence = f"Le fichier dépasse {limits // 1024**2} Mio : rien n'en a été lu ni gardé."
        request = Request(scope, bounded(receive, limit, sentence))
        try:
            response = await self._answer(request)
        except (Refused, VigieError) as error:
            response = _refusal(self._desk, request, error)
        log.info(
            "%s %s %s %.3f s",
            self._door.method,
            self._door.path,
            response.status_code,
            perf_counter() - start,
        )
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        visitor = visitor_of(self._desk, request)
        if self._door.roles:
            if visitor is None and self._door.method == "GET":
                return RedirectResponse("/", 303)
            if visitor is None:
                raise Refused(
                    401, "Votre session est finie : ouvrez de nouveau votre lien d'accès."
                )
            if visitor.role not in self._door.roles:
                raise Refused(403, "Votre lien d'accès n'ouvre pas cette page.")
        if self._door.method == "GET":
            return await self._shown(Visit(self._desk, request, visitor, FormData()))
        _same_site(request)
        if self._door.takes_file and visitor is not None:
            self._desk.uploads.take(visitor.session.token, self._desk.now())
            async with self._desk.checks.place(visitor.session.token):
                return await self._posted(request, visitor)
        return await self._posted(request, visitor)

    async def _posted(self, request: Request, visitor: Visitor | None) -> Response:
        files = 1 if self._door.takes_file else 0
        async with request.form(max_files=files, max_fields=_FIELDS) as form:
            if visitor is not None and form.get("jeton") != visitor.form_token:
                raise Refused(
                    403, "Cette page date d'une autre session : rechargez-la, puis recommencez."
                )
            return await self._shown(Visit(self._desk, request, visitor, form))

    async def _shown(self, visit: Visit) -> Response:
        if iscoroutinefunction(self._door.view):
            response: Response = await self._door.view(visit)
        else:
            response = await run_in_threadpool(self._door.view, visit)
        return response


def visitor_of(desk: Desk, request: Request) -> Visitor | None:
    """Who bears the cookie of this request; None when their link was withdrawn since, or expired."""
    now = desk.now()
    session = desk.sessions.seen(request.cookies.get(desk.cookie, ""), now)
    if session is None:
        return None
    invitation = session.granted or invitations.still_open(
        desk.settings, session.invitation_id, now
    )
    # The link of a territory that merged is not one of its heir: each speaks for itself alone.
    if invitation is None or invitation.siren_epci not in ("", *desk.reference.territories):
        desk.sessions.close(session.token)
        return None
    return Visitor(session, invitation)


def _same_site(request: Request) -> None:
    """Refuses a form that another site sent; the token of the form is the other lock."""
    origin = request.headers.get("origin")
    is_other = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if is_other or request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        raise Refused(403, "Cette demande vient d'un autre site : elle n'est pas suivie.")


def _refusal(desk: Desk, request: Request, error: Exception) -> Response:
    from vigie.desk.pages import refusal

    visitor = visitor_of(desk, request)
    if isinstance(error, Refused):
        return refusal(desk, visitor, error.status, str(error))
    log.warning("%s", defect_of(error).nature)
    told = str(error)
    if isinstance(error, OperatorError) and (visitor is None or visitor.role == TERRITORY):
        # Its sentence may name files of the installation: it is for whoever may mend them.
        told = "Vigie ne peut pas répondre à cette demande en ce moment. Signalez-le à la Région."
    return refusal(desk, visitor, 409, told)
