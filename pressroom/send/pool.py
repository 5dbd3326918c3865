"""The connections of a run: how many the server bears, when another may be opened, all closed."""

from __future__ import annotations

import selectors
import time
from typing import TYPE_CHECKING

from pressroom.errors import Unreachable
from pressroom.send.link import Link
from pressroom.send.wire import Broken, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pressroom.send.link import Route
    from pressroom.send.wire import Event

LATER = "Nothing was handed over; run the same command again later."
TRIES, PROVEN_TRIES = 3, 5
"""Attempts to connect before the server counts as away; more once it has served."""
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 60.0
LEAVE = 1.0
"""Seconds that the server has to answer QUIT."""
MORE_AFTER = 50
"""Messages taken without a complaint after which one more connection is tried."""

_UNSAFE = frozenset({Step.STARTTLS, Step.HANDSHAKE})


class Pool:
    """Up to `most` connections to one server, kept between runs.

    The first is opened alone: a wrong password is then tried once, not eight times. When the
    server will not have another, the pool lives with those it has.
    """

    def __init__(
        self, route: Route, most: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.route, self.most, self.clock = route, max(1, most), clock
        self.allowed = self.most
        self.links: list[Link] = []
        self.not_before = 0.0
        self._selector = selectors.DefaultSelector()
        self._masks: dict[Link, int] = {}
        self._addresses: list[tuple[int, tuple[object, ...]]] = []
        self._proven = False
        self._failures = self._untried = self._taken = 0

    def room(self) -> int:
        """How many connections may be opened now."""
        if (self.links or self._failures) and self.clock() < self.not_before:
            return 0
        limit = self.allowed if self._proven and not self._failures else 1
        return max(0, limit - len(self.links))

    def open(self) -> Unreachable | None:
        """Open one more; Unreachable when none can be had and trying on makes no sense."""
        try:
            if not self._addresses:
                self._addresses = self.route.addresses()
                self._untried = len(self._addresses)
            link = Link(self.route, *self._addresses[0], self.clock())
        except OSError as fault:
            return self.failed(Broken(Step.CONNECT, 0, fault.strerror or str(fault)))
        self.links.append(link)
        self._watch(link)
        return None

    def opened(self) -> None:
        """One is ready: the address, the certificate and the password are right."""
        self._proven, self._failures = True, 0
        self._untried = len(self._addresses)

    def failed(self, broken: Broken) -> Unreachable | None:
        """One could not be opened; what to raise when no other is open and none will be."""
        if self._other_address(broken):
            return None
        if any(link.wire.ready for link in self.links):
            if broken.code:
                self.fewer()
            self._rest(1)
            return None
        self._failures += 1
        refused = broken.step is Step.CONNECT and not self._proven
        if broken.lasting or refused or self._failures >= (PROVEN_TRIES if self._proven else TRIES):
            self._failures, self._addresses = 0, []
            return self._unreachable(broken)
        self._rest(self._failures)
        return None

    def fewer(self) -> None:
        """The server does not bear so many: live with those that are ready."""
        self.allowed = max(1, sum(link.wire.ready for link in self.links))
        self._taken = 0

    def took(self) -> None:
        """The server took a message; after many, one more connection may be tried."""
        self._taken += 1
        if self._taken % MORE_AFTER == 0 and self.allowed < self.most:
            self.allowed += 1

    def drop(self, link: Link, *, politely: bool = False) -> None:
        """Close one and forget it."""
        if link in self.links:
            self.links.remove(link)
            self._selector.unregister(link)
            del self._masks[link]
            if politely:
                link.quit()
            link.close()

    def wait(self, seconds: float) -> Iterator[tuple[Link, Iterable[Event]]]:
        """Sleep until the network has something or the time is over; what came, by connection."""
        for key, _ in self._selector.select(max(0.0, seconds)):
            link = key.fileobj
            assert isinstance(link, Link), "only links are registered"
            yield link, link.handle(self.clock())
            self._watch(link)

    def flush(self) -> Iterator[tuple[Link, Iterable[Event]]]:
        """Write all that waits to be written, as far as the network takes it."""
        now = self.clock()
        for link in list(self.links):
            yield link, link.flush(now)
            self._watch(link)

    def expired(self) -> Iterator[tuple[Link, Broken]]:
        """The connections whose server took too long."""
        now = self.clock()
        for link in list(self.links):
            if broken := link.expired(now):
                yield link, broken

    def patience(self) -> float:
        """When the first connection's patience ends, on the pool's clock."""
        return min((link.until for link in self.links if link.busy), default=float("inf"))

    def close(self) -> None:
        """Take leave of the server and let go of everything."""
        idle = [link for link in self.links if link.wire.idle and not link.busy]
        for link in idle:
            link.quit()
        until = self.clock() + LEAVE
        for link in idle:
            link.linger(max(0.01, until - self.clock()))
        for link in list(self.links):
            self.drop(link)
        self._selector.close()

    # --- helpers ---

    def _watch(self, link: Link) -> None:
        if link not in self._masks and link not in self.links:
            return
        mask = selectors.EVENT_READ | (selectors.EVENT_WRITE if link.writing else 0)
        if link not in self._masks:
            self._selector.register(link, mask)
        elif self._masks[link] != mask:
            self._selector.modify(link, mask)
        self._masks[link] = mask

    def _other_address(self, broken: Broken) -> bool:
        """Whether the host has an address not yet tried; if so, it is next."""
        self._untried -= 1
        if broken.step is not Step.CONNECT or self._untried <= 0:
            return False
        self._addresses.append(self._addresses.pop(0))
        return True

    def _rest(self, number: int) -> None:
        pause = min(FIRST_PAUSE * 4 ** (number - 1), LONGEST_PAUSE)
        self.not_before = self.clock() + pause

    def _unreachable(self, broken: Broken) -> Unreachable:
        if broken.step is Step.AUTH:
            why = broken.text or (f"code {broken.code}" if broken.code else "no answer")
            return Unreachable(
                f"{self.route.name}: does not let us log in ({why}). Correct [delivery] user "
                "and the variable that password_env names."
            )
        if broken.step in _UNSAFE:
            return Unreachable(
                f"{self.route.name}: gives no safe connection ({broken.text}). Correct "
                "[delivery] host, port or starttls; nothing was handed over."
            )
        return Unreachable(f"{self.route.name}: does not answer ({broken.text}). {LATER}")
