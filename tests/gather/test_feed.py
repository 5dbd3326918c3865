"""pressroom.gather.feed and parse."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pressroom.gather.feed import FeedSource
from pressroom.model import Harvest, Memory, sha256

from .conftest import NOW, Canned, Site, a_source, rss, rss_item

if TYPE_CHECKING:
    from pressroom.gather.http import Http

FEED = "https://example.org/feed.xml"


def harvest(
    body: str | bytes, headers: dict[str, str] | None = None, memory: Memory | None = None
) -> Harvest:
    """What the feed kind makes of one body."""
    data = body.encode() if isinstance(body, str) else body
    fetcher = Canned(data, headers)
    return FeedSource().gather(a_source(FEED), memory or Memory(), fetcher, NOW)


ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><id>urn:x</id>
<updated>2025-09-01T10:00:00+08:00</updated>
<entry><title type="html">AI &lt;b&gt;labels&lt;/b&gt; &amp;amp; rules</title>
<link rel="alternate" href="/a?utm_source=f"/><id>urn:a</id><author><name>Li Wei</name></author>
<published>2025-09-01T10:00:00+08:00</published><summary>In short.</summary>
<content type="html">&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two, three.&lt;/p&gt;</content></entry></feed>"""

RDF = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://example.org/"><title>T</title></channel>
<item rdf:about="https://example.org/1"><title>One</title><link>https://example.org/1</link>
<dc:date>2025-09-01T02:00:00</dc:date></item></rdf:RDF>"""

JSON = {
    "version": "https://jsonfeed.org/version/1.1",
    "items": [
        {
            "id": 1,
            "url": "/1#top",
            "title": "One\u202e\n two",
            "content_html": "<p>A</p><p>B</p>",
            "date_published": "2025-09-01T10:00:00+08:00",
            "authors": [{"name": "Li"}, {"name": "Wang"}, 3],
        },
        "nonsense",
        {"id": "https://example.org/2", "content_text": "Only \ud800 text", "authors": "x"},
    ],
}


class TestForms:
    """Each form of feed gives the same kind of item."""

    def test_rss(self) -> None:
        """An RSS item has its own words, outlet, source, locale and evidence."""
        body = rss(rss_item(1)).encode()
        got = harvest(body)
        item = got.items[0]
        assert got.fault == ""
        assert (item.url, item.hed, item.text) == (
            "https://example.org/1",
            "Title 1",
            "Text of item 1.",
        )
        assert (item.outlet, item.source, item.locale) == ("daily", "daily-ai", "en")
        assert item.published == datetime(2025, 9, 1, 1, tzinfo=UTC)
        assert (item.evidence.url, item.evidence.time) == (FEED, NOW)
        assert item.evidence.sha256 == got.memory.body == sha256(body)
        assert item.id.startswith("daily-")

    def test_atom(self) -> None:
        """HTML titles become plain; the summary is the dek; links are joined and cleaned."""
        item = harvest(ATOM).items[0]
        assert item.hed == "AI labels & rules"
        assert (item.text, item.dek, item.byline) == ("One.\n\nTwo, three.", "In short.", "Li Wei")
        assert item.url == "https://example.org/a"
        assert item.published == datetime(2025, 9, 1, 2, tzinfo=UTC)

    def test_rdf(self) -> None:
        """RSS 1.0; a date without a zone is UTC."""
        item = harvest(RDF).items[0]
        assert (item.hed, item.published) == ("One", datetime(2025, 9, 1, 2, tzinfo=UTC))

    def test_rss_091(self) -> None:
        """The oldest form, with its document type."""
        body = rss(rss_item(1)).replace('"2.0"', '"0.91"')
        doctype = '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://e.org/rss.dtd">'
        assert len(harvest(body.replace("<rss", f"{doctype}<rss")).items) == 1

    def test_json_feed(self) -> None:
        """JSON Feed, with values of wrong types and half a surrogate pair."""
        got = harvest(json.dumps(JSON))
        one, two = got.items
        assert (one.url, one.hed, one.text) == ("https://example.org/1", "One two", "A\n\nB")
        assert (one.byline, one.published) == ("Li, Wang", datetime(2025, 9, 1, 2, tzinfo=UTC))
        assert (two.url, two.hed) == ("https://example.org/2", "Only text")


class TestFaults:
    """What is no feed, or not a whole one."""

    @pytest.mark.parametrize(
        ("body", "words"),
        [
            ("", "nothing at all"),
            (" \n\0", "nothing at all"),
            ("<!DOCTYPE html><html><body>Hi</body></html>", "a web page, not a feed"),
            (
                '<html><head><link rel="alternate" type="application/rss+xml" href="/rss">',
                "offers one at /rss",
            ),
            ("just words", "does not answer with a feed"),
            ("<sitemap><a/></sitemap>", "does not answer with a feed"),
            ("{", "JSON that cannot be read"),
            ('{"a":' * 100_000, "JSON that cannot be read"),
            ('{"version": 1, "items": []}', "no JSON Feed"),
            ('{"version": "https://jsonfeed.org/version/1", "items": 3}', "no JSON Feed"),
        ],
    )
    def test_no_feed_is_a_plain_fault(self, body: str, words: str) -> None:
        """The fault says what came instead; the old memory is kept, so it is asked for again."""
        memory = Memory(etag="old")
        got = harvest(body, memory=memory)
        assert words in got.fault
        assert (got.items, got.memory) == ((), memory)

    def test_a_feed_without_entries_is_no_fault(self) -> None:
        """Nothing new may be all there is to say."""
        got = harvest(rss())
        assert (got.items, got.fault) == ((), "")

    def test_what_breaks_off_keeps_its_whole_entries(self) -> None:
        """The torn last entry is left for next time, and nothing is remembered."""
        whole = rss(*(rss_item(n) for n in range(5)))
        got = harvest(whole[: whole.index("Text of item 3") + 6], {"etag": '"1"'})
        assert [i.hed for i in got.items] == ["Title 0", "Title 1", "Title 2"]
        assert "breaks off; 3 whole entries" in got.fault
        assert got.memory == Memory()

    def test_ill_formed_feeds_keep_their_entries(self) -> None:
        """A feed with a stray character is read and the fault noted."""
        got = harvest(rss(rss_item(1, title="A & B"), rss_item(2)), {"etag": '"1"'})
        assert [i.hed for i in got.items] == ["A & B", "Title 2"]
        assert "not well formed" in got.fault
        assert got.memory.etag == '"1"'

    @pytest.mark.parametrize(
        "link", ["javascript:alert(1)", "", "http://[::1", "data:text/html,x", "mailto:a@e.org"]
    )
    def test_entries_without_a_web_address_are_left_out(self, link: str) -> None:
        """No item has a link that is not http or https."""
        bad = f"<item><title>Bad</title><link>{link}</link></item>"
        got = harvest(rss(bad, rss_item(1)))
        assert [i.hed for i in got.items] == ["Title 1"]
        assert "1 of 2 entries" in got.fault

    def test_links_of_a_file_must_be_absolute(self) -> None:
        """A feed read from a file has no address to join with."""
        body = rss("<item><title>R</title><link>/1</link></item>", rss_item(2)).encode()

        class Local(Canned):
            def get(self, source, memory):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
                return super().get(source, memory)._replace(url=source.url)

        got = FeedSource().gather(a_source("file:a.xml"), Memory(), Local(body), NOW)
        assert [i.hed for i in got.items] == ["Title 2"]

    def test_an_entity_bomb_is_harmless(self) -> None:
        """Nested entities are not expanded (billion laughs)."""
        levels = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
        doctype = f'<!DOCTYPE rss [<!ENTITY a0 "ha">{levels}]>'
        begun = time.monotonic()
        got = harvest(rss(rss_item(1, title="&a9;")).replace("<rss", doctype + "<rss"))
        assert time.monotonic() - begun < 2
        assert all(len(i.hed) < 600 for i in got.items)

    def test_an_external_entity_is_not_read(self) -> None:
        """No file of this machine gets into an item."""
        doctype = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        got = harvest(rss(rss_item(1, text="a&x;b")).replace("<rss", doctype + "<rss"))
        assert all(len(i.text) < 10 for i in got.items)

    def test_deep_nesting_is_read_in_time(self) -> None:
        """Twenty thousand nested elements neither hang nor crash."""
        begun = time.monotonic()
        deep = rss(rss_item(1, text="&lt;div&gt;" * 50_000 + "end"), "<x>" * 20_000)
        assert harvest(deep).items[0].text == "end"
        assert time.monotonic() - begun < 5


class TestEncodings:
    """Declared, undeclared and wrongly declared."""

    @pytest.mark.parametrize("declared", ["", "GB2312", "utf-8"])
    @pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8"])
    def test_simplified(self, encoding: str, declared: str) -> None:
        """The same words come out however they are encoded and whatever is said of it."""
        self.holds("国务院印发关于人工智能的意见，要求各地发展", encoding, declared)

    @pytest.mark.parametrize("declared", ["", "Big5", "utf-8"])
    def test_traditional(self, declared: str) -> None:
        """Big5, declared or not."""
        self.holds("行政院公布人工智慧發展的新計畫，要求產業加快", "big5", declared)

    @staticmethod
    def holds(words: str, encoding: str, declared: str) -> None:
        """A title in this encoding, so declared, is read as it was written."""
        said = f' encoding="{declared}"' if declared else ""
        feed = rss(rss_item(1, title=words), declaration=f'<?xml version="1.0"{said}?>')
        assert harvest(feed.encode(encoding)).items[0].hed == words


class TestDates:
    """Dates as feeds write them."""

    @pytest.mark.parametrize(
        ("written", "expected"),
        [
            ("Mon, 01 Sep 2025 10:00:00 +0800", "2025-09-01T02:00:00+00:00"),
            ("2025-09-01 10:00:00", "2025-09-01T10:00:00+00:00"),
            ("2025-09-01", "2025-09-01T00:00:00+00:00"),
            ("2025年9月1日 10:00", "2025-09-01T10:00:00+00:00"),
            ("2025/9/1 10:00:30", "2025-09-01T10:00:30+00:00"),
            ("2025-09-01 10:00:00  +0800", "2025-09-01T02:00:00+00:00"),
            ("0000-00-00", None),
            ("1970-01-01T00:00:00Z", None),
            ("2125-09-01", None),
            ("2025-13-45 99:99", None),
            ("yesterday", None),
        ],
    )
    def test_dates_become_utc_or_nothing(self, written: str, expected: str | None) -> None:
        """A believable date is aware and UTC; any other is unknown, never a guess."""
        item = (
            f"<item><title>T</title><link>https://e.org/</link><pubDate>{written}</pubDate></item>"
        )
        found = harvest(rss(item)).items[0].published
        assert (found.isoformat() if found else None) == expected


class TestMemory:
    """What need not be read again."""

    def test_the_same_body_is_not_parsed_again(self) -> None:
        """A server without validators that sends the same bytes is `unchanged`."""
        first = harvest(rss(rss_item(1)))
        again = harvest(rss(rss_item(1)), memory=first.memory)
        assert (again.unchanged, again.items) == (True, ())

    def test_304_keeps_the_memory(self, site: Site, http: Http) -> None:
        """A server that honours the ETag is asked with it, and its 304 means unchanged."""
        site.pages["/f"] = (200, {"ETag": '"1"'}, rss(rss_item(1)).encode())
        first = FeedSource().gather(a_source(site.url("/f")), Memory(), http, NOW)
        site.pages["/f"] = (304, {}, b"")
        second = FeedSource().gather(a_source(site.url("/f")), first.memory, http, NOW)
        assert site.asked[1][1]["if-none-match"] == '"1"'
        assert (second.unchanged, second.memory) == (True, first.memory)

    def test_a_fetch_fault_is_a_value(self, http: Http) -> None:
        """A source that does not answer gives its fault and keeps its memory."""
        memory = Memory(etag="x")
        got = FeedSource().gather(a_source("file:none.xml"), memory, http, NOW)
        assert "no such file" in got.fault
        assert got.memory == memory
