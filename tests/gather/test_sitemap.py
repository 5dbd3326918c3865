"""pressroom.gather.sitemap, and the page kind on sitemaps."""

from __future__ import annotations

import gzip
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pressroom.gather.page import PageSource
from pressroom.gather.sitemap import is_sitemap, read_sitemap
from pressroom.model import Harvest, Memory

from .conftest import NOW, Site, a_source

if TYPE_CHECKING:
    from pressroom.gather.http import Http

NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
IMAGE = 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'


def urlset(*rows: str) -> bytes:
    """A sitemap of these entries."""
    return f'<?xml version="1.0"?>\n<urlset {NS} {NEWS} {IMAGE}>{"".join(rows)}</urlset>'.encode()


def entry(url: str, lastmod: str = "", more: str = "") -> str:
    """One entry."""
    changed = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return f"<url><loc>{url}</loc>{changed}{more}</url>"


def news(title: str, day: str) -> str:
    """The news extension of an entry."""
    return (
        f"<news:news><news:title>{title}</news:title>"
        f"<news:publication_date>{day}</news:publication_date></news:news>"
    )


def maps(*urls: str) -> bytes:
    """An index of sitemaps, each a day older than the one before."""
    rows = (
        f"<sitemap><loc>{url}</loc><lastmod>2025-08-{28 - n}</lastmod></sitemap>"
        for n, url in enumerate(urls)
    )
    return f"<sitemapindex {NS}>{''.join(rows)}</sitemapindex>".encode()


def gathered(site: Site, http: Http, path: str, pages: int = 1) -> Harvest:
    """What the page kind makes of a path."""
    source = replace(a_source(site.url(path)), kind="page", pages=pages)
    return PageSource().gather(source, Memory(), http, NOW)


class TestReading:
    """One sitemap."""

    def test_address_title_and_date(self) -> None:
        """A news title and date where given; else the date in the address, else `lastmod`."""
        found = read_sitemap(
            urlset(
                entry(
                    "https://e.org/a?utm_source=x",
                    "2025-09-01",
                    news("AI &amp; labels", "2025-08-30"),
                ),
                entry("https://e.org/2025-08-28/b", "2025-09-01T10:00:00+08:00"),
                entry("https://e.org/c", "2025-09-01T10:00:00+08:00"),
                entry("https://e.org/d", "yesterday"),
            ),
            "UTC",
            NOW,
        )
        got = {one.url: (one.title, str(one.published)[:13]) for one in found.entries}
        assert got == {
            "https://e.org/a": ("AI & labels", "2025-08-30 00"),
            "https://e.org/2025-08-28/b": ("", "2025-08-28 00"),
            "https://e.org/c": ("", "2025-09-01 02"),
            "https://e.org/d": ("", "None"),
        }

    def test_an_image_is_no_page(self) -> None:
        """`image:loc` and titles of other extensions are not taken for the page's."""
        image = "<image:image><image:loc>https://e.org/i.png</image:loc><image:title>I</image:title></image:image>"
        found = read_sitemap(urlset(entry("https://e.org/a", more=image)), "UTC", NOW)
        assert [(one.url, one.title) for one in found.entries] == [("https://e.org/a", "")]

    def test_the_thousand_newest(self) -> None:
        """Of many entries, the newest are kept, in little time."""
        rows = [entry(f"https://e.org/{n}", f"20{n % 26:02}-01-01") for n in range(20_000)]
        begun = time.monotonic()
        found = read_sitemap(urlset(*rows), "UTC", NOW)
        assert len(found.entries) == 1000
        assert {one.published.year for one in found.entries if one.published} <= {2024, 2025}
        assert time.monotonic() - begun < 10

    @pytest.mark.parametrize("url", ["javascript:x()", "", "/a", "https://e.org/" + "x" * 3000])
    def test_what_is_no_address_is_left_out(self, url: str) -> None:
        """Only whole http(s) addresses of the protocol's length are entries."""
        assert read_sitemap(urlset(entry(url)), "UTC", NOW).entries == ()

    def test_entities_do_no_harm(self) -> None:
        """An entity bomb and a local file stand in no entry."""
        bomb = '<!DOCTYPE u [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
        body = f"<?xml version='1.0'?>{bomb}<urlset>{entry('https://e.org/&b;')}{entry('https://e.org/&f;')}</urlset>"
        found = read_sitemap(body.encode(), "UTC", NOW)
        assert {one.url for one in found.entries} <= {"https://e.org/"}

    def test_one_that_breaks_off(self) -> None:
        """Whole entries before the end are kept."""
        body = urlset(entry("https://e.org/a"), entry("https://e.org/b"))[:-40]
        assert read_sitemap(body, "UTC", NOW).entries[0].url == "https://e.org/a"

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            (b"<urlset>", True),
            (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- by <a> tool -->\n<x:sitemapindex>", True),
            (b"<html><urlset>", False),
            (b"", False),
            (b" " * 7000 + b"<!--" * 2000, False),
        ],
    )
    def test_what_is_a_sitemap(self, body: bytes, expected: bool) -> None:  # noqa: FBT001
        """By its first element, whatever stands before it."""
        begun = time.monotonic()
        assert is_sitemap(body) is expected
        assert time.monotonic() - begun < 1


class TestGathering:
    """A page source whose address is a sitemap."""

    def test_a_sitemap_gives_items(self, site: Site, http: Http) -> None:
        """Without a title the address stands for it, until the page itself is read."""
        site.pages["/s.xml"] = (200, {}, urlset(entry("https://e.org/a"), entry("https://e.org/b", more=news("B", "2025-09-01"))))  # fmt: skip
        got = gathered(site, http, "/s.xml")
        assert {item.url: item.hed for item in got.items} == {
            "https://e.org/a": "https://e.org/a",
            "https://e.org/b": "B",
        }
        assert len(got.answers) == 1
        assert got.memory.body

    def test_a_packed_sitemap(self, site: Site, http: Http) -> None:
        """A `.xml.gz` is unpacked; the evidence is what was sent."""
        packed = gzip.compress(urlset(entry("https://e.org/a")))
        site.pages["/s.xml.gz"] = (200, {"Content-Type": "application/gzip"}, packed)
        got = gathered(site, http, "/s.xml.gz")
        assert len(got.items) == 1
        assert got.answers[0].body == packed

    def test_a_bomb_is_a_fault(self, site: Site, http: Http) -> None:
        """A packed sitemap beyond the protocol's 50 MB is refused."""
        site.pages["/s.xml.gz"] = (200, {}, gzip.compress(b"<urlset>" + b" " * 60_000_000, 1))
        got = gathered(site, http, "/s.xml.gz")
        assert got.items == ()
        assert "50 MB" in got.fault

    def test_an_index_is_followed_newest_first(self, site: Site, http: Http) -> None:
        """As many sitemaps as `pages` says, of this host only; the index is asked again."""
        elsewhere = "https://other.example/s.xml"
        urls = [elsewhere, *(site.url(f"/{n}.xml") for n in range(4))]
        site.pages["/i.xml"] = (200, {"ETag": '"1"'}, maps(*urls))
        for n in range(4):
            site.pages[f"/{n}.xml"] = (200, {}, urlset(entry(f"https://e.org/{n}")))
        got = gathered(site, http, "/i.xml", pages=2)
        assert [item.url for item in got.items] == ["https://e.org/0", "https://e.org/1"]
        assert [path for path, _ in site.asked] == ["/i.xml", "/0.xml", "/1.xml"]
        assert len(got.answers) == 3
        assert (got.fault, got.memory.etag, got.memory.body) == ("", "", "")

    def test_a_child_that_fails_is_named(self, site: Site, http: Http) -> None:
        """The others are kept."""
        site.pages["/i.xml"] = (200, {}, maps(site.url("/0.xml"), site.url("/1.xml")))
        site.pages["/0.xml"] = (404, {}, b"")
        site.pages["/1.xml"] = (200, {}, urlset(entry("https://e.org/1")))
        got = gathered(site, http, "/i.xml", pages=5)
        assert len(got.items) == 1
        assert got.fault.startswith("0.xml:")

    def test_an_empty_sitemap_is_a_fault(self, site: Site, http: Http) -> None:
        """Nothing in it is said."""
        site.pages["/s.xml"] = (200, {}, urlset())
        assert gathered(site, http, "/s.xml").fault == "is a sitemap without a web address."
