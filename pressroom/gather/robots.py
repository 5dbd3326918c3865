"""Politeness: robots.txt (RFC 9309), turns at a host, and a bound for the whole gather.

    Http -> Polite: ask robots.txt of the host once -> wait for a turn -> ask

Machines of the newsroom itself (`allow_private`) are asked without gaps and limits, since they
are the editor's own. Their robots.txt counts too, but one that gives no answer at all does not
stand in the way, as it does elsewhere.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pressroom.errors import FetchError
from pressroom.gather.http import Http, place
from pressroom.gather.pace import GATHER_S, Bound, NotAsked, Turns
from pressroom.model import Memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.model import Fetched, Source

ROBOTS_S = 10.0
READ = 500_000
"""Bytes of a robots.txt that are read: 500 KiB at least must be (RFC 9309, 2.5)."""

LARGEST = 2_000_000
GAP_S = 0.5
LONGEST_DELAY_S = 30.0
TOO_MANY = 429


class Polite:
    """A Fetcher around Http that keeps to robots.txt and does not crowd a host.

    At most 4 requests at once to a host, begun half a second apart, or further as its
    Crawl-delay asks, up to 30 s. After `seconds` in all, nothing more is asked.
    """

    def __init__(self, http: Http, seconds: float = GATHER_S, gap: float = GAP_S) -> None:
        self._http = http
        self._small = Http(http.root, http.user_agent, ROBOTS_S, LARGEST)
        self._agent = http.user_agent.partition("/")[0].strip()
        self._gap = gap
        self._bound = Bound(seconds)
        self._turns = Turns(self._bound)
        self._lock = Lock()
        self._hosts: dict[tuple[str, bool], _Robots] = {}

    def get(self, source: Source, memory: Memory) -> Fetched:
        """Fetch a source when its host allows it; NotAsked says why it does not."""

        @contextmanager
        def gate(url: str) -> Iterator[None]:
            self._bound.hold()
            rules = self._rules(source, url)
            rules.allow(url, self._agent)
            own = source.allow_private and _same_host(source.url, url)
            if own:
                yield
                return
            with self._turns.turn(place(url).netloc, max(self._gap, rules.delay)):
                yield

        return self._http.get(source, memory, gate)

    def _rules(self, source: Source, url: str) -> _Rules:
        private = source.allow_private and _same_host(source.url, url)
        where = place(url)
        origin = f"{where.scheme}://{where.netloc}"
        with self._lock:
            host = self._hosts.setdefault((origin, private), _Robots(Lock()))
        with host.lock:
            if host.rules is None:
                asked = replace(source, url=f"{origin}/robots.txt", allow_private=private)
                host.rules = _asked(self._small, asked, self._agent)
        return host.rules


@dataclass
class _Robots:
    lock: Lock
    rules: _Rules | None = None


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a host's robots.txt says: a parser, or nothing, or why it could not be read."""

    host: str
    parser: Any = None
    delay: float = 0.0
    fault: FetchError | None = None

    def allow(self, url: str, agent: str) -> None:
        """Raise what stands against asking for an address."""
        if self.fault:
            raise self.fault
        if self.parser and not self.parser.can_fetch(url, agent):
            raise NotAsked(f"robots.txt of {self.host} asks us not to read this page.")


def _asked(http: Http, robots: Source, agent: str) -> _Rules:
    """Ask for a robots.txt: 3xx without end and 4xx allow all, anything else nothing (2.3.1)."""
    host = place(robots.url).netloc
    try:
        body = http.get(robots, Memory()).body
    except FetchError as fault:
        if not fault.status and robots.allow_private:
            return _Rules(host)
        return _unread(host, fault)
    return _read(host, body, agent)


def _unread(host: str, fault: FetchError) -> _Rules:
    if 300 <= fault.status < 500 and fault.status != TOO_MANY:  # noqa: PLR2004 - RFC 9309, 2.3.1
        return _Rules(host)
    if not fault.status:
        return _Rules(host, fault=fault)
    words = f"its robots.txt cannot be read ({fault.status}): not asked, by RFC 9309. Try later."
    return _Rules(host, fault=FetchError(words, retry_after=fault.retry_after))


def _read(host: str, body: bytes, agent: str) -> _Rules:
    text = body[:READ].decode("utf-8-sig", "replace")
    if "disallow" not in text.lower() and "crawl-delay" not in text.lower():
        return _Rules(host)
    from protego import Protego

    parser = Protego.parse(text)
    delay = parser.crawl_delay(agent) or 0.0
    return _Rules(host, parser, min(max(float(delay), 0.0), LONGEST_DELAY_S))


def _same_host(one: str, other: str) -> bool:
    return urlsplit(one).netloc.lower() == urlsplit(other).netloc.lower()
