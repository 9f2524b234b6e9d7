"""How much and how often one may ask."""

import asyncio
from collections import OrderedDict, deque
from datetime import datetime, timedelta

from starlette.types import Message, Receive

from vigie.desk.refusals import Refused

_MOST_KNOWN = 10_000
# A large file over a slow line; who sends a byte now and then keeps no place in the queue.
BODY_SECONDS = 180.0
# Read and thrown away, so that a browser gets to read why: a closed connection would tell nothing.
_DRAINED_TIMES = 4


class Rate:
    """At most `allowed` times within `within`, for each who."""

    def __init__(self, allowed: int, within: timedelta) -> None:
        self._allowed = allowed
        self._within = within
        self._times: OrderedDict[str, deque[datetime]] = OrderedDict()

    def take(self, who: str, now: datetime) -> None:
        """Counts one more; raises Refused when there were enough."""
        if self.is_spent(who, now):
            minutes = int(self._within.total_seconds() // 60)
            raise Refused(
                429,
                f"Trop de demandes en peu de temps. Réessayez dans {minutes} minutes.",
            )
        self._times.setdefault(who, deque()).append(now)
        self._times.move_to_end(who)
        while len(self._times) > _MOST_KNOWN:
            self._times.popitem(last=False)

    def is_spent(self, who: str, now: datetime) -> bool:
        """Whether one more would be too many."""
        times = self._times.get(who, deque())
        while times and now - times[0] > self._within:
            times.popleft()
        return len(times) >= self._allowed


def bounded(receive: Receive, limit: int, sentence: str) -> Receive:
    """The same body, refused as soon as it goes past `limit` bytes, or when it does not end."""
    total = 0
    until = asyncio.get_running_loop().time() + BODY_SECONDS

    async def receive_within() -> Message:
        nonlocal total
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError as error:
            raise Refused(
                408, "L'envoi a duré trop longtemps : réessayez avec une meilleure connexion."
            ) from error
        total += len(message.get("body", b""))
        if total > limit:
            while message.get("more_body") and total < limit * _DRAINED_TIMES:
                message = await receive()
                total += len(message.get("body", b""))
            raise Refused(413, sentence)
        return message

    return receive_within
