"""pressroom.gather.dates."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.gather.dates import moment

NOW = datetime(2025, 9, 2, 12, tzinfo=UTC)
CHINA = "Asia/Shanghai"


def read(text: str, zone: str = CHINA) -> str | None:
    """The date as ISO 8601 to the minute, in UTC."""
    found = moment(text, zone, NOW)
    return found.strftime("%Y-%m-%dT%H:%M") if found else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025年8月28日 10:00", "2025-08-28T02:00"),
        ("2025年8月28日", "2025-08-27T16:00"),
        ("2025年8月28日星期四 10:00", "2025-08-28T02:00"),
        ("2025年08月28日09:51", "2025-08-28T01:51"),
        ("2025年8月28日上午10时30分", "2025-08-28T02:30"),
        ("2025年8月28日 下午3:05", "2025-08-28T07:05"),
        ("2025年8月28日 下午3点半", "2025-08-28T07:30"),
        ("2025年8月28日中午12:30", "2025-08-28T04:30"),
        ("2025年8月28日凌晨12:30", "2025-08-27T16:30"),
        ("2025年8月28日 晚上8:15", "2025-08-28T12:15"),
        ("2025－08－28　10：00：00", "2025-08-28T02:00"),
        ("2025.08.28", "2025-08-27T16:00"),
        ("2025/8/28 10:00", "2025-08-28T02:00"),
        ("发布时间：2025-08-28 10:00 来源：新华社", "2025-08-28T02:00"),
        ("北京时间2025年8月28日 10:00", "2025-08-28T02:00"),
        ("二〇二五年八月二十八日", "2025-08-27T16:00"),
        ("民國114年8月28日", "2025-08-27T16:00"),
        ("20250828", "2025-08-27T16:00"),
        ("20250828100000", "2025-08-28T02:00"),
        ("1756692000", "2025-09-01T02:00"),
        ("1756692000000", "2025-09-01T02:00"),
        ("3小时前", "2025-09-02T09:00"),
        ("昨天 10:00", "2025-09-01T02:00"),
    ],
)
def test_chinese_forms(text: str, expected: str) -> None:
    """Each way that Chinese feeds and pages write a date is read, in the outlet's zone."""
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8月28日", None),
        ("8月28日 10:00", None),
        ("08-28 10:00", None),
        ("8月28日 星期四", "2025-08-27T16:00"),
        ("8月28日 星期五", None),
        ("12月31日 星期二", "2024-12-30T16:00"),
        ("8月31日 星期天 9:00", "2025-08-31T01:00"),
    ],
)
def test_a_day_without_a_year_must_be_sure(text: str, expected: str | None) -> None:
    """Only a day of the week that agrees with the last such day makes the year known."""
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("Mon, 01 Sep 2025 10:00:00 CST", CHINA, "2025-09-01T02:00"),
        ("Mon, 01 Sep 2025 10:00:00 CST", "Asia/Taipei", "2025-09-01T02:00"),
        ("Mon, 01 Sep 2025 10:00:00 CST", "UTC", "2025-09-01T16:00"),
        ("Mon, 01 Sep 2025 10:00:00 CST", "America/Chicago", "2025-09-01T15:00"),
        ("Mon Sep 01 10:00:00 CST 2025", CHINA, "2025-09-01T02:00"),
        ("2025-09-01 10:00:00 CST", CHINA, "2025-09-01T02:00"),
        ("Mon, 01 Sep 2025 10:00:00 BST", "Europe/London", "2025-09-01T09:00"),
        ("Mon, 01 Sep 2025 10:00:00 Asia/Shanghai", "UTC", "2025-09-01T02:00"),
        ("Mon, 01 Sep 2025 10:00:00 GMT+8", "UTC", "2025-09-01T02:00"),
        ("Mon Sep 01 2025 10:00:00 GMT+0800 (China Standard Time)", "UTC", "2025-09-01T02:00"),
        ("Mon, 01 Sep 2025 10:00:00 NONE", CHINA, "2025-09-01T02:00"),
        ("Mon, 01 Sep 2025 10:00:00 +9900", CHINA, "2025-09-01T02:00"),
        ("Mon, 01 Sep 2025 10:00:00", CHINA, "2025-09-01T02:00"),
        ("2025-09-01T10:00:00", CHINA, "2025-09-01T02:00"),
        ("2025-09-01T10:00:00Z", CHINA, "2025-09-01T10:00"),
        ("2025-09-01T10:00:00", "No/Such", "2025-09-01T10:00"),
        ("2025-07-01T10:00:00", "Europe/Berlin", "2025-07-01T08:00"),
    ],
)
def test_zones(text: str, zone: str, expected: str) -> None:
    """A stated zone counts; a short name means the outlet's first; none means the outlet's."""
    assert read(text, zone) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("September 1, 2025 3:05 PM", "2025-09-01T15:05"),
        ("Sept. 1, 2025", "2025-09-01T00:00"),
        ("1 Sep 25 12:30 am", "2025-09-01T00:30"),
        ("01-Sep-2025", "2025-09-01T00:00"),
        ("2025-08-28 24:00", "2025-08-29T00:00"),
        ("2025-08-28T10:00:00+08:00[Asia/Shanghai]", "2025-08-28T02:00"),
        ("2004년 05월 28일  01:31:15", "2004-05-27T16:31"),
        ("2004-július-13T9:15-05:00", "2004-07-13T14:15"),
        ("Κυρ, 11 Ιούλ 2004 12:00:00 EST", "2004-07-11T17:00"),
        ("Fri, 2006/09/15 08:19:53 EDT", "2006-09-15T12:19"),
        ("2003-12", "2003-12-01T00:00"),
    ],
)
def test_other_forms(text: str, expected: str) -> None:
    """English forms, and what feedparser alone knows."""
    assert read(text, "UTC") == expected


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "0000-00-00", "1970-01-01T00:00:00Z", "2125-09-01", "2025-13-45 99:99",
     "2025-02-30", "12/09/2025", "Sun, 16 Dec 2012 1:2:3:4 GMT", "Sun, 99 Jun 2009 12:00:00 GMT",
     "2013-01-27-01", "22013", "第2025号", "A.I. in 2025", "9999-12-31T23:59:59-01:00"],
)  # fmt: skip
def test_no_date_is_guessed(text: str) -> None:
    """What is no date, or no believable one, is unknown."""
    assert read(text, "UTC") is None


@given(st.text(max_size=60), st.text(max_size=10))
def test_any_text_under_any_zone_is_read_or_not(text: str, zone: str) -> None:
    """Nothing that stands in a feed or in the settings makes it fail."""
    assert moment(text, zone, NOW) is None or moment(text, zone, NOW) < datetime.max.replace(
        tzinfo=UTC
    )


@pytest.mark.parametrize(
    "hostile", ["2025-" * 50_000, "1" * 300_000, " " * 300_000, "Mon," * 90_000]
)
def test_hostile_dates_take_no_time(hostile: str) -> None:
    """A date of 300,000 characters is read in well under a second."""
    begun = time.monotonic()
    moment(hostile, CHINA, NOW)
    assert time.monotonic() - begun < 0.5
