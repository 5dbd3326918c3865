"""A mail server in a few lines that records, and does at each step what a test wants it to."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

DROP, HANG, TAKE_AND_DROP = "drop", "hang", "take and drop"


@dataclass
class Moment:
    """Where a server is: the step, whose message, which connection, how many it took on it."""

    step: str
    address: str
    connection: int
    taken: int


def nothing(_moment: Moment) -> str:
    """No fault."""
    return ""


@dataclass
class Faulty:
    """A server; `fault` says for a moment DROP, HANG, TAKE_AND_DROP, a reply, or nothing.

    `before` hears of each message when its content begins to arrive.
    """

    fault: Callable[[Moment], str] = nothing
    pipelining: bool = True
    extensions: tuple[str, ...] = ("8BITMIME", "SMTPUTF8", "SIZE 1000000")
    drip: bool = False
    most: int = 10**9
    tls: ssl.SSLContext | None = None
    implicit: bool = False
    before: Callable[[str], None] = lambda _address: None
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    connections: int = 0
    open: int = 0
    widest: int = 0
    port: int = 0

    def __enter__(self) -> Self:
        """Listen on a port of loopback."""
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        """Hang up on everybody."""
        self._over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def count(self) -> Counter[str]:
        """How many messages each address got."""
        return Counter(address for address, _ in self.taken)

    def _accept(self) -> None:
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(peer, self.connections))
            self._threads.append(thread)
            thread.start()

    def _serve(self, peer: socket.socket, number: int) -> None:
        with self._lock:
            self.open += 1
            self.widest = max(self.widest, self.open)
        peer.settimeout(0.05)
        talk = _Talk(self, peer, number)
        try:
            with suppress(OSError, EOFError):
                talk.run(crowded=self.open > self.most)
        finally:
            talk.peer.close()
            with self._lock:
                self.open -= 1


class _Talk:
    """One connection."""

    def __init__(self, server: Faulty, peer: socket.socket, number: int) -> None:
        self.server, self.peer, self.number = server, peer, number
        self.rest, self.address, self.taken = b"", "", 0
        self.valid = self.mailed = False

    def run(self, *, crowded: bool) -> None:
        if self.server.implicit:
            self._encrypt()
        if crowded:
            self._say("421 4.7.0 too many connections from you")
            return
        self._answer("GREETING", "220 faulty")
        while True:
            line = self._until(b"\r\n").decode()
            self.server.words.append(line)
            self._command(line.split(" ")[0].upper(), line)

    def _command(self, word: str, line: str) -> None:
        if word == "DATA":
            self._data()
        elif word == "STARTTLS":
            self._say("220 go")
            self._encrypt()
        elif word == "QUIT":
            self._say("221 bye")
            raise EOFError
        elif word == "EHLO":
            pipelining = ("PIPELINING",) if self.server.pipelining else ()
            names = ["faulty", *pipelining, *self.server.extensions]
            self._answer(word, *(f"250-{n}" for n in names[:-1]), f"250 {names[-1]}")
        elif word == "AUTH":
            self._answer(word, "235 2.7.0 in")
        else:
            if word == "RCPT":
                self.address = line.partition("<")[2].partition(">")[0]
            usual = (
                "503 5.5.1 sender first" if word == "RCPT" and not self.mailed else "250 2.1.0 ok"
            )
            fine = self._answer(word, usual)
            self.valid = fine and word == "RCPT" and self.mailed
            self.mailed = fine and (word == "MAIL" or self.valid)

    def _data(self) -> None:
        if not self.valid:
            self._nobody()
            return
        if not self._answer("DATA", "354 go on"):
            return
        self._until(b"")
        self.server.before(self.address)
        if self._fault("BEGUN") == DROP:
            raise EOFError
        data = self._until(b"\r\n.\r\n")[: -len(b".\r\n")]
        what = self._fault("CONTENT")
        if what in {"", TAKE_AND_DROP}:
            self.server.taken.append((self.address, data.replace(b"\r\n..", b"\r\n.")))
            self.taken += 1
        self._act(what, "250-2.0.0 queued", f"250 as {len(self.server.taken)}")

    def _nobody(self) -> None:
        """DATA without a recipient: refused at once, or after a lone dot (RFC 2920 3.1)."""
        if self.number % 2:
            self._say("503 5.5.1 no valid recipients")
            return
        self._say("354 go on all the same")
        assert self._until(b"\r\n") == b"."
        self._say("554 5.5.1 no valid recipients")

    def _answer(self, step: str, *usual: str) -> bool:
        return self._act(self._fault(step), *usual)

    def _fault(self, step: str) -> str:
        return self.server.fault(Moment(step, self.address, self.number, self.taken))

    def _act(self, what: str, *usual: str) -> bool:
        if what in {DROP, TAKE_AND_DROP}:
            raise EOFError
        if what == HANG:
            self.server._over.wait(10)
            raise EOFError
        self._say("\r\n".join([what] if what else usual))
        if what.startswith("421"):
            raise EOFError
        return not what

    def _say(self, line: str) -> None:
        data = f"{line}\r\n".encode()
        if not self.server.drip:
            self.peer.sendall(data)
        else:
            for byte in data:
                self.peer.sendall(bytes([byte]))
                time.sleep(0.0001)

    def _until(self, mark: bytes) -> bytes:
        while not self.rest or mark not in self.rest:
            try:
                more = self.peer.recv(65536)
            except TimeoutError:
                if self.server._over.is_set():
                    raise EOFError from None
                continue
            if not more:
                raise EOFError
            self.rest += more
        if not mark:
            return b""
        line, _, self.rest = self.rest.partition(mark)
        return line + (mark if mark != b"\r\n" else b"")

    def _encrypt(self) -> None:
        assert self.server.tls is not None
        self.peer.settimeout(5)
        self.peer = self.server.tls.wrap_socket(self.peer, server_side=True)
        self.peer.settimeout(0.05)
