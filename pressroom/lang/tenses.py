"""Dates as sentences name them, and the grammars that tell a future tense from a done deed.

One module a language holds its grammar: a function from a sentence and the date of an issue to
the clashes of tense and date in it. It is loaded on use; a language without one is not judged.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    Grammar = Callable[[str, date], "Iterator[Clash]"]

GRAMMARS: Mapping[str, str] = {
    "en": "pressroom.lang.tenses_en:clashes",
    "zh": "pressroom.lang.tenses_zh:clashes",
}
"""By language, as `module:function`."""
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
NEAR = 60
"""Days from the issue within which a date without a year is taken as this year's for sure."""
AWAY = 120
"""Days beyond which a date without a year may as well be the next one of its name."""
SHORT = re.compile(r"\b(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.(?=\s+\d)")


class When(NamedTuple):
    """A day, month or year that a text names: its first and last day, and whether it is sure."""

    first: date
    last: date
    sure: bool


class Clash(NamedTuple):
    """A tense that its date gives the lie: where, the verb's words, the date."""

    start: int
    verb: str
    when: When
    sure: bool


@cache
def grammar(tag: str) -> Grammar | None:
    """The grammar of a BCP 47 tag's language; None where there is none."""
    place = GRAMMARS.get(tag.split("-", maxsplit=1)[0])
    if place is None:
        return None
    module, _, name = place.partition(":")
    found: Grammar = getattr(import_module(module), name)
    return found


# --- dates ---


def month_of(year: int, month: int, *, sure: bool) -> When:
    """A whole month."""
    return When(date(year, month, 1), date(year, month, monthrange(year, month)[1]), sure)


def nearest(month: int, day: int, today: date) -> When | None:
    """The day in the year that brings it nearest to the issue; sure where that is near indeed."""
    years = (today.year - 1, today.year, today.year + 1)
    days = [d for year in years if (d := valid(year, month, day))]
    best = min(days, key=lambda d: abs(d - today), default=None)
    return When(best, best, abs(best - today).days <= NEAR) if best else None


def valid(year: int, month: int, day: int) -> date | None:
    """The day, if there is such a one."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def when_of(today: date, year: int, month: int = 0, day: int = 0) -> When | None:
    """A date from its numbers, 0 for what is not said; None where there is no such day."""
    if month > len(MONTHS) or not (month or year):
        return None
    if not month:
        return When(date(year, 1, 1), date(year, 12, 31), sure=True)
    if not day:
        near = nearest(month, 15, today)
        return near and month_of(year or near.first.year, month, sure=bool(year))
    if not year:
        return nearest(month, day, today)
    exact = valid(year, month, day)
    return When(exact, exact, sure=True) if exact else None


def readings(today: date, month: int, day: int, years: Iterable[int]) -> list[When]:
    """What a date without a year may be: the nearest of its name, or of a year said beside it."""
    told = [when_of(today, year, month, day) for year in (0, *years)]
    return list({when.first: when for when in told if when}.values())


def borrowed(today: date, bare: Iterable[int], full: Iterable[When]) -> set[int]:
    """The years that a date without one may share: not that of a full date still to come.

    `Issued on September 3, it takes effect January 1, 2026` says nothing of September 2026.
    """
    return {*bare, *(when.first.year for when in full if when.first <= today)}


def agreed(whens: list[When], today: date, test: Callable[[When, date], bool]) -> When | None:
    """The last of the readings where the test holds for each of them."""
    return whens[-1] if whens and all(test(when, today) for when in whens) else None


def is_past(when: When, today: date) -> bool:
    """Whether a date is over; one without a year may as well be the next of its name."""
    return when.last < today and (when.sure or today - when.last <= timedelta(AWAY))


def is_ahead(when: When, today: date) -> bool:
    """Of dates without a year only near days count: `opened in October` may be last year's."""
    return when.first > today and when.sure


def before(found: re.Match[str], group: str | int = 0) -> str:
    """What stands right before a match, or a group of it."""
    start = found.start(group)
    return found.string[max(start - 30, 0) : start]


def around(found: re.Match[str]) -> str:
    """A window, so that a sentence without an end costs no more than its length."""
    return found.string[max(found.start() - 200, 0) : found.end() + 200]
