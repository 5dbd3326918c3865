"""gather/meta.py: title, date, author and site of a page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lxml import html

from pressroom.gather import body
from pressroom.gather.meta import About, Facts, date_in, read, without_site

NOW = datetime(2025, 9, 5, tzinfo=UTC)
TEXT = "<p>市政府昨日公布方案，今年内将新建三十座充电站，并开放二十处停车场供市民使用。</p>" * 3


def about(head: str, top: str = "", url: str = "", bottom: str = "") -> About:
    """What a page with this head, and these lines over and under its text, says of itself."""
    tree = html.document_fromstring(
        f"<html><head>{head}</head><body>{top}<div>{TEXT}</div>{bottom}</body></html>"
    )
    facts, page = Facts.of(tree), body.cut(tree)
    return read(facts, page, body.find(page, facts.name), url=url, now=NOW, zone="Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2025年8月28日 10:00", "2025-08-28T10:00:00+08:00"),
        ("发布时间：2025-08-28 10:00:05", "2025-08-28T10:00:05+08:00"),
        ("2025-08-28T02:00:00Z", "2025-08-28T02:00:00+00:00"),
        ("2025-08-28T10:00:00+09:00", "2025-08-28T10:00:00+09:00"),
        ("2025-08-28T10:00:00.123+0900", "2025-08-28T10:00:00+09:00"),
        ("2025/8/28", "2025-08-28T00:00:00+08:00"),
        ("2025年8月28日下午3:05", "2025-08-28T15:05:00+08:00"),
        ("2025年8月28日10时05分", "2025-08-28T10:05:00+08:00"),
        ("28 August 2025", "2025-08-28T00:00:00+08:00"),
        ("Aug. 28, 2025 3:05 p.m.", "2025-08-28T15:05:00+08:00"),
        ("Thursday 28th August 2025 10:00 GMT", "2025-08-28T10:00:00+00:00"),
    ],
)
def test_dates(text: str, iso: str) -> None:
    """Dates as pages write them; the outlet's zone where none is stated."""
    found = date_in(text, NOW, "Asia/Shanghai")
    assert found is not None
    assert found.isoformat() == iso


@pytest.mark.parametrize(
    "text", ["", "2025-13-45", "2031-01-01", "1066-10-14", "120250-1-1", "版本 2025.8"]
)
def test_no_dates(text: str) -> None:
    """Impossible dates, and dates after now, are none."""
    assert date_in(text, NOW) is None


def test_date_of_unknown_zone_is_utc() -> None:
    """A zone that does not exist is not a crash."""
    found = date_in("2025-08-28", NOW, "No/../Where")
    assert found is not None
    assert found.tzinfo is UTC


def test_meta_goes_before_the_page() -> None:
    """What the head states is believed first."""
    head = """<title>新建充电站的方案 - 示例网</title><meta property="og:site_name" content="示例网">
        <meta property="article:published_time" content="2025-08-27T08:00:00+08:00">
        <meta name="author" content="王小明">"""
    found = about(head, "<h1>新建充电站的方案</h1><p>2025年8月28日 来源：另一家</p>")
    assert found.title == "新建充电站的方案"
    assert found.date is not None
    assert found.date.isoformat() == "2025-08-27T08:00:00+08:00"
    assert (found.author, found.site) == ("王小明", "示例网")


def test_json_ld() -> None:
    """JSON-LD states date, authors and publisher; broken JSON-LD beside it is passed over."""
    data = """{"@graph": [{"@type": "NewsArticle", "datePublished": "2025-08-28T01:02:03Z",
        "author": [{"name": "A. Reporter"}, "B. Writer"], "publisher": {"name": "Daily"}}]}"""
    head = f'<script type="application/ld+json">{{oops</script><script type="application/ld+json">{data}</script>'
    found = about(head)
    assert found.date == datetime(2025, 8, 28, 1, 2, 3, tzinfo=UTC)
    assert (found.author, found.site) == ("A. Reporter, B. Writer", "Daily")


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("作者：王小明", "王小明"),
        ("（记者 李雷、韩梅）", "李雷、韩梅"),
        ("记者王硕／台北报导", "王硕"),
        ("2025-08-28 10:00 来源：新华社", "新华社"),
        ("By Anna Smith", "Anna Smith"),
    ],
)
def test_byline_over_the_text(line: str, author: str) -> None:
    """Bylines as they stand between headline and text."""
    found = about("<title>新建充电站的方案</title>", f"<h1>新建充电站的方案</h1><p>{line}</p>")
    assert found.author == author


def test_slogans_and_addresses_are_no_author() -> None:
    """A `<meta name=author>` that holds no name is not believed."""
    for told in ("https://example.org/", "name, email@example.org", "12345", "示例网_财经资讯"):
        assert not about(f'<meta name="author" content="{told}">').author


def test_date_near_the_headline_with_the_hour() -> None:
    """Of the lines over the text, one with a time of day is taken first."""
    found = about("", "<p>2025年8月28日</p><p>2025-08-28 09:30</p>")
    assert found.date is not None
    assert found.date.isoformat() == "2025-08-28T09:30:00+08:00"


def test_date_in_the_address() -> None:
    """Without any other date, the address's own is taken."""
    found = about("", url="https://example.org/2025/0828/c1.html")
    assert found.date is not None
    assert found.date.date().isoformat() == "2025-08-28"


@pytest.mark.parametrize(
    ("told", "title"),
    [
        ("新建三十座充电站的方案公布_国内_示例网", "新建三十座充电站的方案公布"),
        (
            "Daily News - Thirty charging stations to be built",
            "Thirty charging stations to be built",
        ),
        ("Plain title", "Plain title"),
        ("", ""),
    ],
)
def test_site_is_cut_off_the_title(told: str, title: str) -> None:
    """The longest part of a title is the title."""
    assert without_site(told) == title


def test_title_without_a_headline() -> None:
    """og:title is taken where the page repeats no title."""
    head = '<meta property="og:title" content="开放数据办法 | Site"><meta property="og:site_name" content="Site">'
    assert about(head).title == "开放数据办法"


def test_direction_characters_leave_the_title() -> None:
    """A title cannot turn the line around."""
    assert about("<title>safe\u202egnp.exe\u202c title</title>").title == "safegnp.exe title"
