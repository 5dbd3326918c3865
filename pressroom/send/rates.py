"""How fast mail may go: token buckets for all of it and by domain, and domains that ask for rest.

Times are seconds of any clock that only goes forward.
"""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pressroom.model import Task

IN_A_ROW = 5
FIRST_REST, LONGEST_REST = 30.0, 900.0
SET_ASIDE = "set aside, its server asks for rest: {words}"

_TOO_FAST = re.compile(
    r"too (many|fast|frequent)|rate.?limit|throttl|sending rate|unusual rate|"
    r"\b4\.7\.28\b|频率|过于频繁",
    re.IGNORECASE,
)
_OF_ONE_MAILBOX = re.compile(r"\b4\.2\.\d|gr[ea]ylist|mailbox", re.IGNORECASE)


class Bucket:
    """So many a second, at most a tenth of a second's worth (or one) ahead of time."""

    def __init__(self, per_second: float, now: float) -> None:
        self._rate = per_second
        self._burst = max(1.0, per_second / 10)
        self._tokens, self._at = self._burst, now

    def wait(self, now: float) -> float:
        """Seconds until one more may go."""
        grown = self._tokens + max(0.0, now - self._at) * self._rate
        self._tokens, self._at = min(self._burst, grown), max(self._at, now)
        return max(0.0, (1.0 - self._tokens) / self._rate)

    def take(self) -> None:
        """One goes."""
        self._tokens -= 1.0


class _Rest(NamedTuple):
    until: float
    length: float
    words: str


class Slow:
    """Domains whose server said "later": five times in a row, or once that we are too fast.

    A full mailbox or greylisting concerns one reader and slows nobody else.
    """

    def __init__(self) -> None:
        self._row: dict[str, int] = {}
        self._rests: dict[str, _Rest] = {}

    def later(self, domain: str, words: str, now: float) -> None:
        """The server put off a message to this domain."""
        hasty = bool(_TOO_FAST.search(words))
        if not hasty and _OF_ONE_MAILBOX.search(words):
            return
        self._row[domain] = self._row.get(domain, 0) + 1
        if hasty or self._row[domain] >= IN_A_ROW:
            last = self._rests.get(domain)
            length = min(last.length * 2, LONGEST_REST) if last else FIRST_REST
            self._rests[domain] = _Rest(now + length, length, words)
            self._row[domain] = 0

    def took(self, domain: str) -> None:
        """The server took a message to this domain."""
        if self._row or self._rests:
            self._row.pop(domain, None)
            self._rests.pop(domain, None)

    def words(self, domain: str, now: float) -> str:
        """Why a message to this domain should wait, in its server's words; empty: it may go."""
        rest = self._rests.get(domain) if self._rests else None
        return SET_ASIDE.format(words=rest.words) if rest and rest.until > now else ""


class Waiting:
    """Messages in hand, given out as the rates allow: a slow domain never holds up another."""

    def __init__(
        self, per_second: float, per_domain: Mapping[str, float], clock: Callable[[], float]
    ) -> None:
        now = clock()
        self._clock = clock
        self._total = Bucket(per_second, now) if per_second > 0 else None
        self._buckets = {d.lower(): Bucket(r, now) for d, r in per_domain.items() if r > 0}
        self._held: dict[str, deque[Task]] = {domain: deque() for domain in self._buckets}
        self._free: deque[Task] = deque()

    def __len__(self) -> int:  # noqa: D105 - as of any container
        return len(self._free) + sum(map(len, self._held.values()))

    @property
    def free(self) -> int:
        """How many wait that no rate of a domain holds back."""
        return len(self._free)

    def add(self, tasks: Iterable[Task]) -> None:
        """Take messages in hand, in their order."""
        for task in tasks:
            domain = task.domain if self._held else ""
            self._held.get(domain, self._free).append(task)

    def clear(self) -> None:
        """Let go of all."""
        self._free.clear()
        for tasks in self._held.values():
            tasks.clear()

    def next(self) -> Task | None:
        """The message whose turn it is, or None while the rates allow none."""
        now = self._clock() if self._total or self._held else 0.0
        if self._total and self._total.wait(now) > 0:
            return None
        task = self._of_a_held_domain(now) or (self._free.popleft() if self._free else None)
        if task and self._total:
            self._total.take()
        return task

    def ready_in(self) -> float | None:
        """Seconds until `next` gives one; None when nothing waits."""
        if not len(self):
            return None
        now = self._clock()
        total = self._total.wait(now) if self._total else 0.0
        if self._free:
            return total
        return max(total, min(self._buckets[d].wait(now) for d, held in self._held.items() if held))

    def _of_a_held_domain(self, now: float) -> Task | None:
        for domain, tasks in self._held.items():
            if tasks and self._buckets[domain].wait(now) <= 0:
                self._buckets[domain].take()
                return tasks.popleft()
        return None
