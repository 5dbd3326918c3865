"""When a source may be asked again, how many may be asked at once, and when a gather must end.

The decisions are pure: what was known, what came of it, the time now, in; a Memory out. Only
`Turns` waits.
"""

from __future__ import annotations

import hashlib
import re
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING

from pressroom.errors import FetchError
from pressroom.gather.http import http_date, moved

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pressroom.model import Fetched, Memory

GONE = 410
LOST = (404, GONE)
GONE_WAIT = timedelta(days=7)
FRESH_WAIT = timedelta(hours=1)
"""What a server says of its freshness is followed no longer than this: news is in a hurry."""

FIRST_WAIT = timedelta(minutes=15)
LONGEST_WAIT = timedelta(days=1)
JITTER = 0.2
GATHER_S = 600.0
MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
NO_HINT = re.compile(r"(?:^|[\s,])no-(?:cache|store)\b", re.IGNORECASE)

GONE_WORDS = "says it is gone for good (410). Set on = false or correct `url`."
OUT_OF_TIME = "not asked: out of time. The next gather asks it; run it again."


class NotAsked(FetchError):  # noqa: N818 - as `Unreachable`, it says what became of the source
    """We asked nothing of it, by our own rules: it is no failure of the source."""


class OutOfTime(NotAsked):
    """The gather's time was over before its turn came."""

    def __init__(self) -> None:
        super().__init__(OUT_OF_TIME)


def next_time(
    before: Memory, after: Memory, outcome: Fetched | FetchError | None, now: datetime, slug: str
) -> Memory:
    """What to remember of a source: when it may be asked again, and where.

    `before` is what was remembered, `after` what its kind wants to remember, `outcome` what came
    of asking its own address (None: it was not asked over the network).
    A failure: Retry-After; from the second in a row also 15 min, 30 min ... up to a day, 20%
    more or less by its slug; 410 a week. An answer: its Cache-Control, Expires, or what its kind
    read of `ttl`, the latest, for an hour at most.
    """
    match outcome:
        case None | NotAsked():
            return after
        case FetchError():
            return _failed(before, after, outcome, now, slug)
        case _:
            return _answered(before, after, outcome, now)


def _failed(before: Memory, after: Memory, fault: FetchError, now: datetime, slug: str) -> Memory:
    failures = before.failures + 1
    gone = fault.status == GONE
    waits = [timedelta(seconds=fault.retry_after or 0), back_off(failures, slug)]
    wait = max(*waits, GONE_WAIT if gone else timedelta())
    return replace(
        after,
        failures=failures,
        gone=gone,
        moved="" if fault.status in LOST else before.moved,
        not_before=now + wait if wait else None,
    )


def back_off(failures: int, slug: str) -> timedelta:
    """How long a source that failed so many times in a row is left alone."""
    if failures < 2:  # noqa: PLR2004 - once may be chance
        return timedelta()
    wait = min(FIRST_WAIT * (1 << min(failures - 2, 10)), LONGEST_WAIT)
    return wait * (1 + JITTER * _chance(slug))


def _chance(slug: str) -> float:
    """From -1 to 1, the same for a slug on any machine."""
    return hashlib.sha256(slug.encode()).digest()[0] / 127.5 - 1


def _answered(before: Memory, after: Memory, answer: Fetched, now: datetime) -> Memory:
    times = [now + min(fresh_for(answer.headers, now), FRESH_WAIT)]
    if after.not_before:
        times.append(min(after.not_before, now + FRESH_WAIT))
    latest = max(times)
    return replace(
        after,
        failures=0,
        gone=False,
        moved=moved(answer.hops) or before.moved,
        not_before=latest if latest > now else None,
    )


def fresh_for(headers: Mapping[str, str], now: datetime) -> timedelta:
    """How long an answer stays fresh by its own word (RFC 9111, 4.2.1), from now."""
    control = headers.get("cache-control", "")
    if NO_HINT.search(control):
        return timedelta()
    if found := MAX_AGE.search(control):
        age = headers.get("age", "").strip()
        spent = int(age[:9]) if age.isdecimal() else 0
        return timedelta(seconds=max(int(found[1]) - spent, 0))
    until = http_date(headers.get("expires", ""))
    if until is None:
        return timedelta()
    begun = http_date(headers.get("date", ""))
    rest = until - (now.timestamp() if begun is None else begun)
    return timedelta(seconds=min(max(rest, 0), FRESH_WAIT.total_seconds()))


def is_due(memory: Memory, now: datetime) -> bool:
    """Whether a source may be asked at this time."""
    return memory.not_before is None or memory.not_before <= now


def waits(memory: Memory, now: datetime) -> str:
    """Why a source that is not due is not asked, in words."""
    if memory.gone:
        return GONE_WORDS
    until = _clock(memory.not_before or now, now)
    if memory.failures > 1:
        return f"failed {memory.failures} times in a row; is asked again from {until}."
    return f"asks to wait until {until}."


def _clock(time_: datetime, now: datetime) -> str:
    there = time_.astimezone(now.tzinfo or UTC)
    same_day = there.date() == now.date()
    return f"{there:%H:%M}" if same_day else f"{there.day} {there:%B %H:%M}"


class Bound:
    """The time that a whole gather may take, in seconds from now."""

    def __init__(self, seconds: float = GATHER_S) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left; none is 0."""
        return max(self._end - time.monotonic(), 0)

    def stop(self) -> None:
        """Let the time be over now: what is under way ends, nothing new is asked."""
        self._end = 0.0

    def hold(self) -> float:
        """Seconds left; OutOfTime when there are none."""
        if rest := self.left():
            return rest
        raise OutOfTime


@dataclass
class _Host:
    slots: BoundedSemaphore
    lock: Lock = field(default_factory=Lock)
    free_at: float = 0.0


class Turns:
    """Who may ask a host now: so many at once, and a gap in seconds between two beginnings."""

    def __init__(self, bound: Bound, at_once: int = 4) -> None:
        self._bound = bound
        self._at_once = at_once
        self._lock = Lock()
        self._hosts: dict[str, _Host] = {}

    @contextmanager
    def turn(self, name: str, gap: float) -> Iterator[None]:
        """Wait for a turn at a host, and give it back; OutOfTime when the gather ends before."""
        with self._lock:
            host = self._hosts.setdefault(name, _Host(BoundedSemaphore(self._at_once)))
        if not host.slots.acquire(timeout=self._bound.hold()):
            raise OutOfTime
        try:
            self._pause(host, gap)
            yield
        finally:
            host.slots.release()

    def _pause(self, host: _Host, gap: float) -> None:
        with host.lock:
            begin = max(host.free_at, time.monotonic())
            wait = begin - time.monotonic()
            if wait > self._bound.hold():
                raise OutOfTime
            host.free_at = begin + gap
        time.sleep(max(wait, 0))
