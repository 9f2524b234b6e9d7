"""Coming in by the sign-on of the Région: out to its provider, back with who it says that is."""

import hashlib
import logging
import secrets
from typing import Any

import httpx
from authlib.integrations.starlette_client import OAuth, OAuthError
from joserfc.errors import JoseError
from starlette.responses import Response

from vigie.desk import audit, home
from vigie.desk.doors import ANYONE, Door, Visit
from vigie.desk.invitations import Invitation
from vigie.desk.refusals import Refused
from vigie.desk.sessions import LONGEST
from vigie.desk.sign_on import SignOn

START, BACK = "/connexion", "/connexion/retour"
_SECONDS = 10.0
# What a provider that is down or not the one declared raises: no JSON is a ValueError, a part left out a KeyError.
_UNANSWERED = (
    OAuthError,
    JoseError,
    httpx.HTTPError,
    httpx.InvalidURL,
    RuntimeError,
    ValueError,
    KeyError,
)

log = logging.getLogger(__name__)


class SigningIn:
    """The two doors of the sign-on: state, nonce and PKCE are Authlib's, kept in a cookie of ten minutes."""

    def __init__(self, sign_on: SignOn) -> None:
        self._sign_on = sign_on
        # No name is asked for: the address or the groups are enough to give a role.
        self._provider = OAuth().register(
            "region",
            client_id=sign_on.client_id,
            client_secret=sign_on.client_secret,
            server_metadata_url=sign_on.discovery_url,
            client_kwargs={
                "scope": "openid email",
                "code_challenge_method": "S256",
                "timeout": _SECONDS,
            },
        )

    def doors(self) -> tuple[Door, ...]:
        """Out, and back."""
        return Door(START, self.leave, ANYONE), Door(BACK, self.come_back, ANYONE)

    async def leave(self, visit: Visit) -> Response:
        """Sends the browser to the provider."""
        try:
            response: Response = await self._provider.authorize_redirect(
                visit.request, f"{visit.desk.settings.desk_url}{BACK}"
            )
        except _UNANSWERED as error:
            raise _unanswered(error) from error
        return response

    async def come_back(self, visit: Visit) -> Response:
        """Opens a session for who the provider says has come, when their claims give them a role.

        The session is theirs alone and ends with the day: leaving the group is leaving the desk, by the next morning.
        """
        claims = await self._claims(visit)
        role = self._sign_on.role_of(claims)
        if role is None:
            raise Refused(
                403,
                "Vous êtes bien connecté, mais votre compte n'ouvre pas ce guichet : demandez-le à qui l'exploite.",
            )
        desk, now = visit.desk, visit.desk.now()
        granted = Invitation(_person(claims), role, "", secrets.token_hex(32), now, now + LONGEST)
        audit.keep(desk.settings, now, "connexion", granted.invitation_id, role, "")
        return home.entered(visit, desk.sessions.open(granted.invitation_id, now, granted))

    async def _claims(self, visit: Visit) -> dict[str, Any]:
        try:
            metadata = await self._provider.load_server_metadata()
            token = await self._provider.authorize_access_token(
                visit.request,
                claims_options={
                    "iss": {"essential": True, "values": [metadata["issuer"]]},
                    "aud": {"essential": True, "values": [self._sign_on.client_id]},
                },
            )
            return dict(token["userinfo"])
        except _UNANSWERED as error:
            raise _unanswered(error) from error


def _unanswered(error: Exception) -> Refused:
    # Its own words may quote what the provider said of somebody.
    log.warning("connexion de la Région : %s", type(error).__name__)
    return Refused(
        403, "La connexion de la Région n'a pas abouti : recommencez, ou ouvrez votre lien d'accès."
    )


def _person(claims: dict[str, Any]) -> str:
    """The same eight characters for the same person, that do not tell who."""
    whole = f"{claims['iss']}\n{claims['sub']}"
    return f"oidc-{hashlib.sha256(whole.encode()).hexdigest()[:8]}"
