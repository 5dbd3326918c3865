"""What an item states that two reports of one event must agree on: days and figures.

Two earthquakes are told in the same words; their days and magnitudes are not the same.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import chain, product
from typing import TYPE_CHECKING, NamedTuple

from pressroom.lang.han import HAN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OPENING = 160
"""Characters of a text in which the day of the event is looked for."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LAST_DAY = 31
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH = "|".join(MONTHS)
HAN_DAY = re.compile(
    r"(?=\d)(?:(?P<month>1?\d)月)?(?<![\d至-])(?P<day>[0-3]?\d)[日号](?![元本前内后线楼间])"
)
MONTH_DAY = re.compile(rf"\b(?P<month>{_MONTH})[a-z]*\.? (?P<day>[0-3]?\d)(?:st|nd|rd|th)?\b")
DAY_MONTH = re.compile(rf"\b(?P<day>[0-3]?\d)(?:st|nd|rd|th)? (?P<month>{_MONTH})")
WEEKDAY = re.compile(
    r"\b(?P<en>mon|tues|wednes|thurs|fri|satur|sun)day\b|(?:周|星期|礼拜)(?P<zh>[一二三四五六日天])"
)
ZH_WEEKDAYS = "一二三四五六日天"

FIGURE = re.compile(
    r"(?:(?P<before>[a-z][a-z-]*) ?)?(?P<value>\d+(?:[.,]\d+)*)[ -]?"
    r"(?P<scale>[百千]|万亿|万|亿|thousand|million|billion|trillion|[mb]n?\b)?[ -]?"
    rf"(?P<unit>%|[{HAN}]|[a-z]{{3,}})?"
)
SCALES = {
    "百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8, "万亿": 1e12,
    "thousand": 1e3, "million": 1e6, "m": 1e6, "mn": 1e6,
    "billion": 1e9, "b": 1e9, "bn": 1e9, "trillion": 1e12,
}  # fmt: skip
TOLLS = frozenset("人死名伤多余岁天小分年月日号") | {
    "dead",
    "killed",
    "people",
    "died",
    "injured",
    "more",
    "and",
}
"""Units of figures that change from report to report of one event."""

LARGE = 1000
ROUNDED = 0.03
"""Large figures are one when they differ by no more: $68.7 billion is $69 billion."""

SAME_FIGURE, OTHER_FIGURE = 0.06, -0.18
SAME_DAY, OTHER_DAY, OTHER_WEEK, OTHER_WEEKDAY = 0.05, -0.05, -0.25, -0.06
ANOTHER = -1.0
"""What agreeing days and figures add to a score, and others take; both others leave nothing."""

WEEK = 7


class States(NamedTuple):
    """Days as (month or 0, day), weekdays from 0, figures of the title as (what, value)."""

    days: frozenset[tuple[int, int]]
    weekdays: frozenset[int]
    figures: frozenset[tuple[str, float]]


def states(head: str, text: str) -> States:
    """What a title and the opening of a text state."""
    opening = f"{head} {text[:OPENING]}".lower()
    return States(
        frozenset(days(opening)),
        frozenset(weekdays(opening)),
        frozenset(figures(head.lower())) if any(map(str.isdigit, head)) else frozenset(),
    )


def days(text: str) -> Iterator[tuple[int, int]]:
    """The days that a text in lower case names; month 0 where none is said.

    >>> sorted(days("新华社北京12月9日电 10日"))
    [(0, 10), (12, 9)]
    """
    forms: tuple[re.Pattern[str], ...]
    forms = (HAN_DAY,) if "日" in text or "号" in text else (MONTH_DAY, DAY_MONTH)
    for found in chain.from_iterable(form.finditer(text) for form in forms):
        month, day = found["month"] or "0", int(found["day"])
        number = int(month) if month.isdigit() else MONTHS.index(month) + 1
        if 0 < day <= LAST_DAY and number <= len(MONTHS):
            yield number, day


def weekdays(text: str) -> Iterator[int]:
    """The weekdays that a text in lower case names: 0 is Monday."""
    if not any(word in text for word in ("day", "周", "星期", "礼拜")):
        return
    for found in WEEKDAY.finditer(text):
        if word := found["en"]:
            yield WEEKDAYS.index(word[:3])
        else:
            yield min(ZH_WEEKDAYS.index(found["zh"]), 6)


def figures(head: str) -> Iterator[tuple[str, float]]:
    """The figures of a title in lower case: by what stands after them, or before.

    >>> sorted(figures("1.5万人 iphone 15"))
    [('<iphone', 15.0), ('人', 15000.0)]
    """
    for found in FIGURE.finditer(head):
        digits = found["value"].replace(",", "")
        whole, _, part = digits.partition(".")
        value = float(f"{whole}.{part.replace('.', '')}") * SCALES.get(found["scale"] or "", 1)
        if found["unit"]:
            yield found["unit"], value
        if found["before"] and not found["before"].startswith(MONTHS):
            yield "<" + found["before"], value


def agreement(a: States, b: States) -> float:
    """What agreeing statements add to a score, and conflicting ones take from it."""
    day, figure = _days(a.days, b.days), _figures(a.figures, b.figures)
    if (day, figure) == (OTHER_WEEK, OTHER_FIGURE):
        return ANOTHER
    return day + figure + _weekdays(a, b)


def _days(a: Iterable[tuple[int, int]], b: Iterable[tuple[int, int]]) -> float:
    if not a or not b:
        return 0.0
    apart = min(distance(*pair) for pair in product(a, b))
    if apart >= WEEK:
        return OTHER_WEEK
    return OTHER_DAY if apart > 1 else 0.0 if apart else SAME_DAY


@cache
def distance(a: tuple[int, int], b: tuple[int, int]) -> int:
    """About how many days lie between two days; without a month, the nearest it can be."""
    if a[0] and b[0]:
        apart = abs((a[0] - b[0]) * 30 + a[1] - b[1])
        return min(apart, 360 - apart)
    apart = abs(a[1] - b[1])
    return min(apart, abs(30 - apart))


def _weekdays(a: States, b: States) -> float:
    if not a.weekdays or not b.weekdays or (a.days and b.days):
        return 0.0
    apart = min(min((x - y) % 7, (y - x) % 7) for x, y in product(a.weekdays, b.weekdays))
    return OTHER_WEEKDAY if apart > 1 else 0.0


def _figures(a: Iterable[tuple[str, float]], b: Iterable[tuple[str, float]]) -> float:
    verdicts = [_same(x, y) for (k, x), (m, y) in product(a, b) if k == m and k not in TOLLS]
    if not verdicts:
        return 0.0
    return SAME_FIGURE if any(verdicts) else OTHER_FIGURE


def _same(x: float, y: float) -> bool:
    return x == y or (min(x, y) >= LARGE and abs(x - y) <= ROUNDED * max(x, y))
