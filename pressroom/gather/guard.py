"""The network below HTTP: addresses are checked before anything is sent, and time runs out.

Private, loopback and link-local addresses are refused (RFC 6890), also where they hide in an
IPv6 address (mapped, 6to4, Teredo, NAT64: RFC 4291, 3056, 4380, 6052).
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import httpcore2

from pressroom.errors import FetchError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Iterator

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
CONNECT_S = 8.0
"""Seconds for one address of a host, so that a dead first one leaves time for the second."""


class Guard(httpcore2.NetworkBackend):
    """Connects to checked addresses only, all within one deadline (of `time.monotonic`).

    `private_host` is the one host whose private addresses are allowed: a redirect may lead to
    the same addresses again, but to no others.
    """

    def __init__(self, deadline: float, private_host: str | None = None) -> None:
        self._deadline = deadline
        self._private = private_host
        self._below = httpcore2.SyncBackend()

    def left(self) -> float:
        """Seconds left; raises ReadTimeout when there are none."""
        rest = self._deadline - time.monotonic()
        if rest <= 0:
            raise httpcore2.ReadTimeout
        return rest

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline stands above it
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first checked address of a host that answers."""
        fault: Exception = FetchError(f"{host}: has no address.")
        for address in self._checked(host):
            try:
                stream = self._below.connect_tcp(
                    str(address), port, min(CONNECT_S, self.left()), local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as refused:
                fault = refused
            else:
                return Timed(stream, self)
        raise fault

    def _checked(self, host: str) -> list[Address]:
        addresses = self._resolve(host)
        allowed = self._resolve(self._private) if self._private else []
        for address in addresses:
            if not is_public(address) and address not in allowed:
                raise FetchError(
                    f"{host} is at a private address ({address}), which is refused. For a source "
                    "on this machine or network, name it as its `url` and set allow_private = true."
                )
        return addresses

    def _resolve(self, host: str) -> list[Address]:
        """Ask the system's resolver, which knows no timeout, from a thread that may be left."""
        answers: list[Address] = []
        asking = threading.Thread(target=_ask, args=(host, answers), daemon=True)
        asking.start()
        asking.join(self.left())
        if asking.is_alive():
            raise httpcore2.ConnectTimeout
        if not answers:
            raise FetchError(f"{host}: there is no such host. Correct `url`, or are you offline?")
        return answers


class Timed(httpcore2.NetworkStream):
    """A stream on which no single wait outlasts the guard's deadline."""

    def __init__(self, stream: httpcore2.NetworkStream, guard: Guard) -> None:
        self._stream = stream
        self._guard = guard

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        """Read what has come, within the time that is left."""
        return self._stream.read(max_bytes, self._guard.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        """Write all, within the time that is left."""
        self._stream.write(buffer, self._guard.left())

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore2.NetworkStream:
        """Begin TLS; the certificate is checked against the name, not the address."""
        inner = self._stream.start_tls(ssl_context, server_hostname, self._guard.left())
        return Timed(inner, self._guard)

    def get_extra_info(self, info: str) -> Any:
        """What the stream below knows of itself."""
        return self._stream.get_extra_info(info)


def is_public(address: Address) -> bool:
    """Whether an address, and every address within it, is one of the public Internet."""
    return all(a.is_global and not a.is_multicast for a in _layers(address))


def _layers(address: Address) -> Iterator[Address]:
    if isinstance(address, ipaddress.IPv4Address):
        yield address
        return
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64:
        inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    found = [a for a in inner if a is not None]
    yield from found or [address]


def _ask(host: str, answers: list[Address]) -> None:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return
    texts = (str(place[4][0]).partition("%")[0] for place in found)
    answers.extend(ipaddress.ip_address(text) for text in dict.fromkeys(texts))
