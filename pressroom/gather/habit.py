"""The stale alarm: a source that answers, and has had nothing new for far longer than its habit.

A habit is read off the times of what a source published. Times within one hour are one event:
many feeds date all their items alike, and that is no habit. What was tried is in the tests:
weekends, two weeks of a New Year, bursts, one old item pinned to the top.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median, median_low
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FEW = 5
"""Events below which nothing is known of a habit."""

FEW_SHORTEST = timedelta(days=60)
LONGEST = timedelta(days=400)
"""No source is asked for years: even one that publishes once a year is missed by then."""

TIMES = 3
HOLIDAY = timedelta(days=10)
"""The Spring Festival and the National Day week in China, with a weekend at one end."""

USUAL = 0.9
DAILY = timedelta(hours=18)


def stale(times: Sequence[datetime], now: datetime) -> str:
    """The alarm in words, or nothing: `times` are those of a source's newest items, any order.

    It sounds when the silence is longer than three of the longest usual gaps (the 90th
    percentile) and a holiday of ten days; where fewer than five events are known, sixty days at
    least.
    """
    known = sorted(t for t in times if t <= now + timedelta(days=1))
    if not known or now - known[-1] <= patience(known):
        return ""
    last = known[-1].astimezone(now.tzinfo or UTC)
    words = _habit(known)
    habit = f" (its habit: {words})" if words else ""
    return f"answers, but nothing new since {last.day} {last:%B %Y}{habit}"


def patience(times: Iterable[datetime]) -> timedelta:
    """How long a silence is nothing unusual, given the times of what came before."""
    gaps = sorted(b - a for a, b in pairwise(_events(times)))
    if len(gaps) < FEW - 1:
        return min(max([FEW_SHORTEST, *(TIMES * gap for gap in gaps)]), LONGEST)
    usual = gaps[round(USUAL * (len(gaps) - 1))]
    return min(TIMES * usual + HOLIDAY, LONGEST)


def _events(times: Iterable[datetime]) -> list[datetime]:
    hours = {t.astimezone(UTC).replace(minute=0, second=0, microsecond=0) for t in times}
    return sorted(hours)


def _habit(times: Sequence[datetime]) -> str:
    events = _events(times)
    if len(events) < FEW:
        return ""
    usual = median_low(b - a for a, b in pairwise(events))
    days = round(usual / timedelta(days=1))
    if usual >= DAILY and days > 1:
        return f"every {days} days"
    return f"{round(median(Counter(t.date() for t in times).values()))} a day"
