"""pressroom.gather.habit: when silence is news."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pressroom.gather.habit import patience, stale

NOW = datetime(2025, 9, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def every(days: float, count: int = 40, silent: float = 0) -> list[datetime]:
    """So many times, so many days apart, the last so many days ago."""
    return [NOW - silent * DAY - n * days * DAY for n in range(count)]


def weekdays(count: int = 40, silent: float = 0) -> list[datetime]:
    """A weekday daily that fell silent."""
    days = [NOW - silent * DAY - n * DAY for n in range(2 * count)]
    return [day for day in days if day.weekday() < 5][:count]


@pytest.mark.parametrize(
    ("apart", "quiet", "loud"),
    [(0.05, 10, 11), (1, 12, 14), (7, 30, 32), (30, 99, 101), (365, 399, 401)],
)
def test_the_alarm_follows_the_habit(apart: float, quiet: float, loud: float) -> None:
    """Days of silence that are nothing, and that are news: the more often, the sooner."""
    assert stale(every(apart, silent=quiet), NOW) == ""
    assert stale(every(apart, silent=loud), NOW) != ""


def test_weekends_and_a_new_year_are_no_alarm() -> None:
    """Two weeks of Spring Festival are quiet for a weekday daily; a month is not."""
    assert stale(weekdays(silent=16), NOW) == ""
    assert stale(weekdays(silent=30), NOW) != ""


def test_the_words_name_the_day_and_the_habit() -> None:
    """Since when, and what was usual."""
    frozen = [datetime(2025, 6, 2, tzinfo=UTC) - n * DAY / 40 for n in range(40)]
    assert stale(frozen, NOW).startswith("answers, but nothing new since 2 June 2025 (its habit: ")
    assert stale(every(7, silent=60), NOW).endswith("(its habit: every 7 days)")
    assert stale(weekdays(silent=60), NOW).endswith("(its habit: 1 a day)")
    daily = [t + n * timedelta(minutes=90) for t in every(1, 10, 60) for n in range(4)]
    assert stale(daily, NOW).endswith("(its habit: 4 a day)")


def test_a_burst_is_no_habit() -> None:
    """Forty items of one moment, as feeds have that date all alike: only after sixty days."""
    assert stale([NOW - 30 * DAY] * 40, NOW) == ""
    assert stale([NOW - 61 * DAY] * 40, NOW) == "answers, but nothing new since 3 July 2025"


def test_a_few_items_are_given_sixty_days_or_three_gaps() -> None:
    """Of three items a year apart nothing is known but that it takes long."""
    assert stale(every(1, 3, silent=59), NOW) == ""
    assert stale(every(1, 3, silent=61), NOW) != ""
    assert stale(every(100, 3, silent=299), NOW) == ""


def test_one_old_item_hides_nothing() -> None:
    """A notice of 2019, pinned to the top of the list, is no gap of six years."""
    pinned = [*every(1, 20, silent=20), datetime(2019, 1, 1, tzinfo=UTC)]
    assert "habit: 1 a day" in stale(pinned, NOW)


def test_nothing_known_is_no_alarm() -> None:
    """No items, or only such as are dated ahead of time."""
    assert stale([], NOW) == ""
    assert stale([NOW + 40 * DAY], NOW) == ""
    assert patience([]) == 60 * DAY


def test_the_order_of_times_does_not_matter() -> None:
    """Newest first or last, in any zone."""
    times = weekdays(silent=60)
    assert stale(times, NOW) == stale(times[::-1], NOW)
