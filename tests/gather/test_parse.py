"""pressroom.gather.parse: a feed's own pace, and feeds that mean harm."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from pressroom.gather.feed import FeedSource
from pressroom.gather.parse import read
from pressroom.model import Harvest, Memory, record_id

from .conftest import NOW, Canned, a_source, rss, rss_item

FEED = "https://example.org/feed.xml"


def harvest(body: str | bytes) -> Harvest:
    """What the feed kind makes of one body."""
    data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    return FeedSource().gather(a_source(FEED), Memory(), Canned(data), NOW)


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("<ttl>30</ttl>", 30),
        ("<ttl>1440</ttl>", 60),
        ("<ttl>soon</ttl>", None),
        ("<ttl>0</ttl>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 15),
        ("<sy:updatePeriod>weekly</sy:updatePeriod>", 60),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 60),
        ("<skipHours><hour>12</hour></skipHours>", 30),
        ("<skipHours><hour>3</hour></skipHours>", None),
        (f"<skipHours>{''.join(f'<hour>{n}</hour>' for n in range(25))}</skipHours>", None),
        ("", None),
    ],
)
def test_a_feeds_own_pace(said: str, minutes: int | None) -> None:
    """`ttl`, `updatePeriod` and `skipHours` say when to ask again, but for an hour at most."""
    feed = rss(said, rss_item(1)).replace(
        "<rss", '<rss xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    )
    half_past = datetime(2025, 9, 2, 12, 30, tzinfo=UTC)
    got = FeedSource().gather(a_source(FEED), Memory(), Canned(feed.encode()), half_past)
    assert got.memory.not_before == (half_past + timedelta(minutes=minutes) if minutes else None)


def test_items_rest_on_the_answer() -> None:
    """The harvest hands on the answer itself, and each item names the record it is kept under."""
    got = harvest(rss(rss_item(1)))
    (answer,) = got.answers
    assert answer.url == FEED
    assert got.items[0].evidence.record == record_id(FEED, NOW, got.memory.body)


def test_nothing_is_kept_of_what_gave_nothing() -> None:
    """A feed without entries leaves no evidence behind."""
    assert harvest(rss()).answers == ()


def test_dates_without_a_zone_are_the_outlets() -> None:
    """The zone of the source is that of its dates."""
    feed = rss(rss_item(1).replace(" GMT", "")).encode()
    (entry,) = read(feed, "", FEED, NOW, "Asia/Shanghai").entries
    assert entry.published == datetime(2025, 8, 31, 17, tzinfo=UTC)


BOMB = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
HOSTILE = {
    "entity bomb": rss(rss_item(1, "&a9;")).replace(
        "<rss", f'<!DOCTYPE r [<!ENTITY a0 "ha">{BOMB}]><rss'
    ),
    "quadratic": rss(rss_item(1, "&a;" * 50_000)).replace(
        "<rss", f'<!DOCTYPE r [<!ENTITY a "{"x" * 50_000}">]><rss'
    ),
    "external": rss(rss_item(1, "A&x;")).replace(
        "<rss", '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><rss'
    ),
    "parameter": rss(rss_item(1)).replace(
        "<rss", '<!DOCTYPE r [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x">%x;]><rss'
    ),
    "deep": rss(rss_item(1), "<x>" * 20_000 + "</x>" * 20_000),
    "deep and open": rss(rss_item(1), "<x>" * 20_000),
    "deep in an item": rss(f"<item>{'<x>' * 20_000}{'</x>' * 20_000}<title>A</title></item>"),
    "deep text": rss(rss_item(1, text="&lt;div&gt;" * 20_000)),
    "nul": rss(rss_item(1, "A\0B")),
    "surrogate": rss(rss_item(1, "A\ud800B")),
    "bidi": rss(rss_item(1, "A\u202egpj.exe\u2066")),
    "javascript": rss(rss_item(1).replace("https://example.org/1", "JaVaScRiPt:alert(1)")),
    "many attributes": rss(
        f"<item {' '.join(f'a{n}=' for n in range(20_000))}><title>A</title></item>"
    ),
    "long comment": rss("<!--" * 50_000, rss_item(1)),
    "ampersands": rss(rss_item(1, "&" * 200_000)),
    "long name": rss(f"<{'x' * 200_000}/>", rss_item(1)),
    "cdata": rss(rss_item(1, "<![CDATA[" * 20_000)),
    "json": '{"version": "https://jsonfeed.org/version/1", "items": ' + "[" * 100_000,
    "json number": '{"version": "https://jsonfeed.org/version/1", "items": [{"id": '
    + "9" * 5000
    + "}]}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_feeds_are_their_own_fault_or_harmless(name: str) -> None:
    """In time, without a crash, and no item holds a script's link or an unseen character."""
    begun = time.monotonic()
    got = harvest(HOSTILE[name])
    assert time.monotonic() - begun < 5
    assert all(item.url.startswith("https://example.org/") for item in got.items)
    assert all(
        len(item.hed) <= 500 and not set("\0\ud800\u202e\u2066") & set(item.hed)
        for item in got.items
    )
    assert "127.0.0.1" not in repr(got.items)
    assert got.items or got.fault
