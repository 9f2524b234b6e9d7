"""The sign-on of the Région (OpenID Connect), as an installation declares it: which staff come in, in which role."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from vigie.desk.invitations import OPERATION, REGION
from vigie.errors import SettingsError

_ROLES = (REGION, OPERATION)
_NAMES = ("VIGIE_OIDC_CLIENT_ID", "VIGIE_OIDC_CLIENT_SECRET", "VIGIE_OIDC_ROLES")
_THIS_MACHINE = ("127.0.0.1", "localhost")


@dataclass(frozen=True)
class SignOn:
    """The provider, what Vigie is to it, and what of its claims gives which role."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    roles: Mapping[str, frozenset[str]]
    claim: str = "groups"

    @classmethod
    def from_environment(cls) -> "SignOn | None":
        """Reads VIGIE_OIDC_ISSUER (without it, None: no sign-on), VIGIE_OIDC_CLIENT_ID, VIGIE_OIDC_CLIENT_SECRET,
        VIGIE_OIDC_ROLES (JSON: for each role, the values that give it) and VIGIE_OIDC_CLAIM (default `groups`).

        Raises SettingsError, naming the setting, when one is wrong.
        """
        issuer = os.environ.get("VIGIE_OIDC_ISSUER", "").rstrip("/")
        if not issuer:
            return None
        url = urlsplit(issuer)
        if url.scheme != "https" and not (url.scheme == "http" and url.hostname in _THIS_MACHINE):
            raise SettingsError("VIGIE_OIDC_ISSUER doit être une adresse en https://.")
        client_id, secret, roles = (os.environ.get(name, "") for name in _NAMES)
        for name in _NAMES:
            if not os.environ.get(name):
                raise SettingsError(f"VIGIE_OIDC_ISSUER est donné : {name} doit l'être aussi.")
        claim = os.environ.get("VIGIE_OIDC_CLAIM") or cls.claim
        return cls(issuer, client_id, secret, _roles(roles, claim), claim)

    @property
    def discovery_url(self) -> str:
        """Where the provider says what it offers."""
        return f"{self.issuer}/.well-known/openid-configuration"

    def role_of(self, claims: Mapping[str, Any]) -> str | None:
        """The role that the claims of somebody give, the manager's first; None: none, whoever they are.

        Groups are compared whole; of an address, `@domaine` gives the role to the whole domain. An address that the
        provider did not verify gives nothing: whoever typed it may not own it.
        """
        held = claims.get(self.claim) or ()
        values = {held} if isinstance(held, str) else {one for one in held if isinstance(one, str)}
        if self.claim == "email":
            if claims.get("email_verified") is not True:
                return None
            values = {value.lower() for value in values}
            values |= {f"@{value.rpartition('@')[2]}" for value in values}
        return next((role for role in _ROLES if values & self.roles.get(role, frozenset())), None)


def _roles(text: str, claim: str) -> dict[str, frozenset[str]]:
    told = SettingsError(
        'VIGIE_OIDC_ROLES doit être un objet JSON : {"region": ["groupe"], "exploitation": ["autre groupe"]}.'
    )
    try:
        given = json.loads(text)
    except ValueError as error:
        raise told from error
    if not isinstance(given, dict) or not given or not set(given) <= set(_ROLES):
        raise told
    for values in given.values():
        if not isinstance(values, list) or not all(isinstance(v, str) and v for v in values):
            raise told
    written = str.lower if claim == "email" else str
    return {role: frozenset(map(written, values)) for role, values in given.items()}
