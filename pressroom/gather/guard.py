"""The network below HTTP: addresses are checked before anything is sent, and time runs out.

Private, loopback and link-local addresses are refused (RFC 6890), also where they hide in an
IPv6 address (mapped, 6to4, Teredo, NAT64: RFC 4291, 3056, 4380, 6052).
"""

from __future__ import annotations

import io
import ipaddress
import socket
import threading
import time
from typing import TYPE_CHECKING

from pressroom.errors import FetchError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
CONNECT_S = 8.0
"""Seconds for one address of a host, so that a dead first one leaves time for the second."""

BUFFER = 65_536


class Guard:
    """Connects to checked addresses only, all within `seconds` from now.

    `private_host` is the one host whose private addresses are allowed: a redirect may lead to
    the same addresses again, but to no others.
    """

    def __init__(self, seconds: float, private_host: str = "") -> None:
        self._deadline = time.monotonic() + seconds
        self._private = private_host

    def left(self) -> float:
        """Seconds left; TimeoutError when there are none."""
        rest = self._deadline - time.monotonic()
        if rest <= 0:
            raise TimeoutError
        return rest

    def forgive(self, seconds: float) -> None:
        """Do not count a time in which we waited for our turn, not for the server."""
        self._deadline += seconds

    def connect(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> Line:
        """Connect to the first checked address of a host that answers.

        With `tls` the certificate is checked against the name, not the address.
        """
        bare = self._dial(host, port)
        if tls is None:
            return Line(bare, self)
        try:
            bare.settimeout(self.left())
            return Line(tls.wrap_socket(bare, server_hostname=host), self)
        except BaseException:
            bare.close()
            raise

    def _dial(self, host: str, port: int) -> socket.socket:
        fault: Exception = FetchError(f"{host}: has no address.")
        for address in self._checked(host):
            wait = min(CONNECT_S, self.left())
            try:
                return socket.create_connection((str(address), port), wait)
            except OSError as refused:
                fault = refused
        raise fault

    def _checked(self, host: str) -> list[Address]:
        addresses = self._resolve(host)
        if host == self._private or all(map(is_public, addresses)):
            return addresses
        allowed = self._resolve(self._private) if self._private else []
        for address in addresses:
            if not is_public(address) and address not in allowed:
                raise FetchError(
                    f"{host} is at a private address ({address}), which is refused. For a source "
                    "on this machine or network, name it as its `url` and set allow_private = true."
                )
        return addresses

    def _resolve(self, host: str) -> list[Address]:
        try:
            return [ipaddress.ip_address(host)]
        except ValueError:
            return self._looked_up(host)

    def _looked_up(self, host: str) -> list[Address]:
        """Ask the system's resolver, which knows no timeout, from a thread that may be left."""
        answers: list[Address] = []
        asking = threading.Thread(target=_ask, args=(host, answers), daemon=True)
        asking.start()
        asking.join(self.left())
        if asking.is_alive():
            raise TimeoutError
        if not answers:
            raise FetchError(f"{host}: there is no such host. Correct `url`, or are you offline?")
        return answers


class Line(io.RawIOBase):
    """One connection, on which no single wait outlasts the guard's deadline."""

    def __init__(self, below: socket.socket, guard: Guard) -> None:
        super().__init__()
        self._below = below
        self._guard = guard

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override] # typeshed's Buffer is newer than Python 3.11
        """Read what has come, within the time that is left."""
        self._below.settimeout(self._guard.left())
        return self._below.recv_into(buffer)

    def sendall(self, data: bytes) -> None:
        """Send all, within the time that is left."""
        self._below.settimeout(self._guard.left())
        self._below.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """A reader over it; closing that closes the connection."""
        return io.BufferedReader(self, BUFFER)

    def close(self) -> None:
        """Close the connection."""
        self._below.close()
        super().close()


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
