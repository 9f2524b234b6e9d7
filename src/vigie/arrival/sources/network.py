"""Which machines Vigie agrees to talk to: a name is resolved once, and a checked address is used.

Whoever writes an address, a redirect or a DNS record must not be able to make Vigie read the inside
of the network it runs in.
"""

import os
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

import httpcore

from vigie.errors import SettingsError

_NAT64 = IPv6Network("64:ff9b::/96")


class AddressForbidden(Exception):
    """The name leads to addresses that are not public and that no setting allows."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host = host


def is_allowed(address: str) -> bool:
    """True for a public address, or for one of a network of VIGIE_HTTP_ALLOW_PRIVATE."""
    return _is_public(address) or any(_real(address) in net for net in _allowed_private_networks())


def is_private_host(host: str) -> bool:
    """True when the host has addresses and all of them are private and allowed."""
    try:
        found = _resolve(host, 0)
    except OSError:
        return False
    return all(is_allowed(address) and not _is_public(address) for address in found)


def allowed_addresses(host: str, port: int) -> list[str]:
    """The addresses of `host` that may be used; connect to one of these, never to the name again.

    Raises AddressForbidden when there is none, OSError when the name is unknown.
    """
    allowed = [address for address in _resolve(host, port) if is_allowed(address)]
    if not allowed:
        raise AddressForbidden(host)
    return allowed


def _resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _is_public(address: str) -> bool:
    real = _real(address)
    return real.is_global and not real.is_multicast


def _real(address: str) -> IPv4Address | IPv6Address:
    """The address itself, or the IPv4 one that an IPv6 address carries."""
    parsed = ip_address(address.partition("%")[0])
    if not isinstance(parsed, IPv6Address):
        return parsed
    if parsed in _NAT64:
        return IPv4Address(int(parsed) & 0xFFFFFFFF)
    return parsed.ipv4_mapped or parsed.sixtofour or parsed


def _allowed_private_networks() -> list[Any]:
    text = os.environ.get("VIGIE_HTTP_ALLOW_PRIVATE", "")
    try:
        return [ip_network(part.strip()) for part in text.split(",") if part.strip()]
    except ValueError as error:
        raise SettingsError(
            "VIGIE_HTTP_ALLOW_PRIVATE doit être une liste de réseaux, "
            "comme « 10.2.0.0/16,192.168.1.20 »."
        ) from error


@dataclass
class _BoundedStream(httpcore.NetworkStream):
    """A stream whose every operation ends before the deadline, however slowly the peer drips."""

    inner: httpcore.NetworkStream
    seconds_left: Callable[[], float]

    def _bound(self, timeout: float | None) -> float:
        left = self.seconds_left()
        return left if timeout is None else min(timeout, left)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.inner.read(max_bytes, self._bound(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.inner.write(buffer, self._bound(timeout))

    def close(self) -> None:
        self.inner.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self.inner.start_tls(ssl_context, server_hostname, self._bound(timeout))
        return _BoundedStream(secured, self.seconds_left)

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)


@dataclass
class GuardedBackend(httpcore.NetworkBackend):
    """The network of the HTTP client: allowed addresses only, and never past the deadline.

    `seconds_left` gives the seconds left, or raises when there are none.
    """

    seconds_left: Callable[[], float]

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            addresses = allowed_addresses(host, port)
        except OSError as error:
            raise httpcore.ConnectError(f"{host}: {error}") from error
        return _BoundedStream(self._first(addresses, port, timeout), self.seconds_left)

    def _first(
        self, addresses: list[str], port: int, timeout: float | None
    ) -> httpcore.NetworkStream:
        """A connection to the first address that answers."""
        for last, address in enumerate(addresses, 1 - len(addresses)):
            left = self.seconds_left()
            limit = left if timeout is None else min(timeout, left)
            try:
                return httpcore.SyncBackend().connect_tcp(address, port, limit)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if last == 0:
                    raise
        raise AssertionError("allowed_addresses never gives an empty list")

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
