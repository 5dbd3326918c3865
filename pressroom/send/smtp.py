"""Mail by SMTP (RFC 5321) over a few connections that are kept and renewed."""

from __future__ import annotations

import socket
import ssl
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pressroom.errors import SendError
from pressroom.model import DeliveryState, Envelope, Reply, Task
from pressroom.send.carriage import Carriage
from pressroom.send.link import Route
from pressroom.send.pool import Pool
from pressroom.send.rates import Slow, Waiting
from pressroom.send.wire import Terms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pressroom.model import Post

IMPLICIT_TLS = 465
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Smtp:
    """A submission server; `starttls` means encrypted or not at all.

    `implicit`: TLS from the first byte; without a word on it, on port 465 only.

    `timeout` is in seconds for each step, four times that for the last answer. Up to
    `connections` are open at once; `per_second` bounds all mail and `per_domain` that to some
    recipient domains, 0 meaning no bound. `context` replaces the usual checks of certificates.
    """

    leaves = True

    def __init__(  # noqa: PLR0913 - one argument for each setting of [delivery]
        self,
        host: str,
        port: int = 587,
        *,
        starttls: bool = True,
        user: str = "",
        password: str = "",
        timeout: float = 30,
        connections: int = 8,
        per_second: float = 0.0,
        per_domain: Mapping[str, float] | None = None,
        context: ssl.SSLContext | None = None,
        implicit: bool | None = None,
    ) -> None:
        self.host, self.port, self.timeout = host, port, timeout
        self._implicit = port == IMPLICIT_TLS if implicit is None else implicit
        self._starttls, self._user, self._password = starttls, user, password
        self._connections, self._context = connections, context
        self._waiting = Waiting(per_second, per_domain or {}, time.monotonic)
        self._slow = Slow()
        self._pool: Pool | None = None

    def send(self, envelope: Envelope) -> Reply:
        """Hand over one message; the server's word decides its state.

        Raises Unreachable when no connection can be had or the server refuses the sender: no
        other message would fare better.
        """
        post = _Single(envelope)
        self.carry(post)
        return post.reply

    def carry(self, post: Post) -> None:
        """Hand over all that a post gives; see `pressroom.model.Post`.

        Raises Unreachable as `send` does, once whatever was open has its answer; nothing of
        what then stands as planned or leased was handed over.
        """
        self._refuse_clear_password()
        if self._pool is None:
            self._pool = Pool(self._route(), self._connections)
        self._waiting.clear()
        try:
            Carriage(self._pool, post, self._waiting, self._slow).run()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Say QUIT if the server still listens, and let go."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    def _route(self) -> Route:
        terms = Terms(
            _own_name(), self._starttls and not self._implicit, self._user, self._password
        )
        if self._context is None and (self._starttls or self._implicit):
            self._context = ssl.create_default_context()
        return Route(self.host, self.port, terms, self.timeout, self._context, self._implicit)

    def _refuse_clear_password(self) -> None:
        encrypted = self._starttls or self._implicit
        if self._user and not encrypted and self.host not in LOOPBACK:
            raise SendError(
                f"{self.host}:{self.port}: the password would go unencrypted. "
                "Set [delivery] starttls = true."
            )


@dataclass
class _Single:
    """A post of one message that no ledger knows."""

    envelope: Envelope
    reply: Reply = field(default_factory=lambda: Reply(DeliveryState.DEFERRED, ""))
    _taken: bool = False

    def take(self, _most: int) -> Sequence[Task]:
        """The message, once."""
        tasks = () if self._taken else (Task(0, self.envelope),)
        self._taken = True
        return tasks

    def commit(
        self, _starting: Sequence[Task], finished: Sequence[tuple[Task, Reply]]
    ) -> frozenset[int]:
        """Remember what became of it."""
        for _, self.reply in finished:
            pass
        return frozenset()

    def stopped(self) -> bool:
        """Nobody pauses one message."""
        return False


def _own_name() -> str:
    """How to introduce oneself: a full name, else an address literal (RFC 5321 4.1.4)."""
    name = socket.getfqdn()
    return name if "." in name and name.isascii() else "[127.0.0.1]"
