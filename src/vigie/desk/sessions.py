"""Who is there: sessions kept in memory, forgotten when the desk stops; the link opens another."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from vigie.desk.invitations import Invitation

IDLE = timedelta(hours=4)
LONGEST = timedelta(hours=12)
_MOST = 2_000


@dataclass
class Session:
    """`token` is the cookie, `invitation_id` the link that opened it, `granted` what a sign-on gave in place of one."""

    token: str
    invitation_id: str
    opened_at: datetime
    seen_at: datetime
    granted: Invitation | None = None


class Sessions:
    """The sessions open, the least recently seen leaving first when there are too many."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Session] = OrderedDict()

    def open(self, invitation_id: str, now: datetime, granted: Invitation | None = None) -> Session:
        """A new session, of a fresh token, at each coming in."""
        session = Session(secrets.token_urlsafe(32), invitation_id, now, now, granted)
        self._kept[session.token] = session
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)
        return session

    def seen(self, token: str, now: datetime) -> Session | None:
        """The session of this cookie, None when there is none or it lasted too long."""
        session = self._kept.get(token)
        if session is None:
            return None
        if now - session.seen_at > IDLE or now - session.opened_at > LONGEST:
            self.close(token)
            return None
        session.seen_at = now
        self._kept.move_to_end(token)
        return session

    def close(self, token: str) -> None:
        """Forgets it."""
        self._kept.pop(token, None)
