"""One connection to the mail server: a socket that never blocks, and the conversation on it."""

from __future__ import annotations

import errno
import os
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pressroom.send.wire import Broken, Event, Secure, Step, Terms, Wire
from pressroom.store.mailing_list import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 4
"""How many time-outs the last answer may take: giving up on it leaves a message uncertain."""
_CHUNK = 65_536
_BUFFER = 262_144  # a whole message of the usual size leaves in one write
_WANT = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


@dataclass(frozen=True, slots=True)
class Route:
    """Where the server is and how to talk to it; `timeout` in seconds, for each step.

    `implicit`: encrypted from the first byte (RFC 8314 3.3).
    """

    host: str
    port: int
    terms: Terms
    timeout: float
    context: ssl.SSLContext | None
    implicit: bool = False

    @property
    def name(self) -> str:
        """The server as a message names it."""
        return f"{self.host}:{self.port}"

    def addresses(self) -> list[tuple[int, tuple[object, ...]]]:
        """Every address of the host, as family and socket address; OSError when there is none."""
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        return [(family, address) for family, _, _, _, address in found]


class Link:
    """A connection; `used` once it served, `until` when its patience ends (monotonic).

    `handed` says whether a byte of the open content was given to the network.
    """

    def __init__(self, route: Route, family: int, address: tuple[object, ...], now: float) -> None:
        self._route = route
        self.wire = Wire(route.terms)
        self.used = self.handed = False
        self.until = now + route.timeout
        self._connected = self._shaking = False
        self._out = memoryview(b"")
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        self._socket.settimeout(0)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._begin(address)

    def fileno(self) -> int:
        """The socket's number, for a selector."""
        return self._socket.fileno()

    @property
    def writing(self) -> bool:
        """Whether it waits for the network to take more."""
        return not self._connected or bool(self._out)

    @property
    def busy(self) -> bool:
        """Whether the server owes an answer, or we it the rest of a write."""
        return self.writing or self._shaking or self.wire.step is not None

    def expired(self, now: float) -> Broken | None:
        """The fault of a server that took too long, if it did."""
        if now < self.until or not self.busy:
            return None
        waited = self._route.timeout * (PATIENCE if self.wire.begun is not None else 1)
        return Broken(self._step, 0, f"no answer within {waited:g} s")

    def handle(self, now: float) -> Iterator[Event]:
        """Do what the network allows now; what came of it, a fault as `Broken`."""
        try:
            if not self._connected:
                self._check()
                self._connected = True
                if self._route.implicit:
                    self._wrap()
            if self._shaking:
                self._shake()
            yield from self._read(now)
        except _WANT:
            pass
        except OSError as fault:
            yield self._broken(fault)

    def flush(self, now: float) -> Iterator[Event]:
        """Write what waits to be written, as far as the network takes it."""
        if self._shaking or not self._connected:
            return
        if more := self.wire.out():
            self._out = memoryview(more if not self._out else bytes(self._out) + more)
            self._wait_from(now)
        try:
            while self._out:
                self._out = self._out[self._socket.send(self._out) :]
                self.handed = True
                self._wait_from(now)
        except _WANT:
            pass
        except OSError as fault:
            yield from self._last_words(fault, now)

    def begin(self) -> None:
        """Give the content of the message that the server waits for."""
        self.handed = False
        self.wire.content()

    def quit(self) -> None:
        """Take leave, if nothing is open and the network takes it at once."""
        with suppress(OSError):
            if self.wire.idle and not self.busy:
                self._socket.send(b"QUIT\r\n")

    def linger(self, seconds: float) -> None:
        """Wait so long for the answer to QUIT: a server that is cut off calls it an error."""
        with suppress(OSError):
            self._socket.settimeout(seconds)
            self._socket.recv(_CHUNK)

    def close(self) -> None:
        """Close, whatever is open."""
        self._socket.close()

    # --- helpers ---

    @property
    def _step(self) -> Step:
        if not self._connected:
            return Step.CONNECT
        return Step.HANDSHAKE if self._shaking else self.wire.step or Step.GREETING

    def _begin(self, address: tuple[object, ...]) -> None:
        code = self._socket.connect_ex(address)
        if code not in {0, errno.EINPROGRESS, errno.EWOULDBLOCK}:
            self._socket.close()
            raise OSError(code, os.strerror(code))

    def _check(self) -> None:
        code = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise OSError(code, os.strerror(code))

    def _wrap(self) -> None:
        assert self._route.context is not None, "TLS is only begun with a context"
        self._shaking = True
        self._socket = self._route.context.wrap_socket(
            self._socket, server_hostname=self._route.host, do_handshake_on_connect=False
        )

    def _shake(self) -> None:
        assert isinstance(self._socket, ssl.SSLSocket), "wrapped before"
        self._socket.do_handshake()
        self._shaking = False
        if self._route.implicit:
            self.wire.encrypted = True
        else:
            self.wire.secured()

    def _read(self, now: float) -> Iterator[Event]:
        more = True
        while more:
            data = self._socket.recv(_CHUNK)
            if not data:
                yield Broken(self._step, 0, "closed the connection")
                return
            yield from self._understood(data, now)
            self._acknowledge()
            more = isinstance(self._socket, ssl.SSLSocket) and self._socket.pending() > 0

    def _acknowledge(self) -> None:
        """Confirm at once: a server that writes its replies in pieces waits 40 ms for it."""
        if self.wire.step is not None and hasattr(socket, "TCP_QUICKACK"):
            with suppress(OSError):
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)

    def _understood(self, data: bytes, now: float) -> Iterator[Event]:
        step = self.wire.step
        events = list(self.wire.receive(data))
        if self.wire.step is not step:
            self._wait_from(now)
        if len(events) == 1 and isinstance(events[0], Secure):
            self._wrap()
            self._wait_from(now)
            self._shake()
        else:
            yield from (event for event in events if not isinstance(event, Secure))

    def _last_words(self, fault: OSError, now: float) -> Iterator[Event]:
        """What the server said before it stopped listening, and then the fault."""
        try:
            yield from self._read(now)
        except OSError:
            yield self._broken(fault)
        else:
            yield self._broken(fault)

    def _wait_from(self, now: float) -> None:
        long = PATIENCE if self.wire.begun is not None and not self._out else 1
        self.until = now + self._route.timeout * long

    def _broken(self, fault: OSError) -> Broken:
        step, words = self._step, _words(fault)
        lasting = isinstance(fault, ssl.SSLError) and not isinstance(fault, ssl.SSLEOFError)
        if step in {Step.CONNECT, Step.HANDSHAKE}:
            return Broken(step, 0, words, lasting=lasting and step is Step.HANDSHAKE)
        return Broken(step, 0, f"closed the connection ({words})")


def _words(fault: OSError) -> str:
    """A fault in few words: the system's own where there are any."""
    if isinstance(fault, ssl.SSLCertVerificationError):
        return f"certificate not trusted: {clean(fault.verify_message)[:200]}"
    return clean(fault.strerror or str(fault))[:200] or type(fault).__name__
