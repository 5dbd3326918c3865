"""pressroom.gather.page and listing: index pages, their following pages, and PDFs."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pressroom.gather.listing import read_page
from pressroom.gather.page import PageSource, PdfSource
from pressroom.model import Harvest, Memory, Select, Source, record_id, sha256

from .conftest import NOW, Canned, Site, a_source
from .test_pdf import pdf

if TYPE_CHECKING:
    from pathlib import Path

    from pressroom.gather.http import Http

SELECT = Select(item="ul.list li", link="a", date="span", next="a.next")
HTML = {"Content-Type": "text/html; charset=utf-8"}


def row(href: str, title: str, day: str = "2025-08-28") -> str:
    """One row of an index."""
    return f"<li><a href='{href}'>{title}</a><span>{day}</span></li>"


def index(*found: str, after: str = "", head: str = "") -> bytes:
    """An index page with these rows."""
    return f"<html><head>{head}</head><ul class=list>{''.join(found)}</ul>{after}</html>".encode()


def a_page(url: str, select: Select = SELECT, pages: int = 1, zone: str = "UTC") -> Source:
    """A page source."""
    return replace(a_source(url), kind="page", select=select, pages=pages, zone=zone)


def harvest(body: bytes, select: Select = SELECT, zone: str = "UTC", kind: str = "") -> Harvest:
    """What the page kind makes of one body."""
    source = a_page("https://example.org/feed.xml", select, zone=zone)
    return PageSource().gather(source, Memory(), Canned(body, {"content-type": kind}), NOW)


class TestItems:
    """From rows to items."""

    def test_an_item_is_link_title_and_date(self) -> None:
        """Addresses are absolute and canonical, titles plain, dates in the outlet's zone."""
        body = index(row("/a?utm_source=x&id=1#top", "AI\u202e <b>rules</b>\n for  labels"))
        found = harvest(body, zone="Asia/Shanghai")
        (item,) = found.items
        assert (item.url, item.hed) == ("https://example.org/a?id=1", "AI rules for labels")
        assert str(item.published) == "2025-08-27 16:00:00+00:00"
        assert (item.text, item.outlet, item.source) == ("", "daily", "daily-ai")
        assert item.id.startswith("daily-")
        assert found.fault == ""

    def test_items_rest_on_the_index_page(self) -> None:
        """The evidence names the answer that is given back to be kept."""
        body = index(row("/a", "A"), row("/b", "B"))
        found = harvest(body)
        (answer,) = found.answers
        assert answer.body == body
        digest = sha256(body)
        for item in found.items:
            assert item.evidence.sha256 == digest
            assert item.evidence.record == record_id(answer.url, NOW, digest)

    @pytest.mark.parametrize(
        ("href", "day", "expected"),
        [
            ("/a", "2025-08-28", "2025-08-28"),
            ("/a", "发布时间：2025年8月28日 来源：本站", "2025-08-28"),
            ("/a", "[08-28]", "2025-08-28"),
            ("/a", "12-31", "2024-12-31"),
            ("/a", "3天前", "2025-08-30"),
            ("/a", "28 August 2025", "2025-08-28"),
            ("/a", "Aug 28, 2025", "2025-08-28"),
            ("/2025-08/28/c_1.htm", "", "2025-08-28"),
            ("/202508/t20250828_99.html", "read 3-4 times", "2025-08-28"),
            ("/2023/0828/9.html", "08-28", "2023-08-28"),
            ("/a", "2025-13-45", "None"),
            ("/a", "2099-01-01", "None"),
            ("/a", "v1.2.3, 10-20 people, 555-1234-5678", "None"),
        ],
    )
    def test_dates(self, href: str, day: str, expected: str) -> None:
        """In the date element, in the address, without a year; never a guess from other numbers."""
        (item,) = harvest(index(row(href, "Title", day))).items
        assert str(item.published)[:10].rstrip() == expected

    def test_a_cut_title_is_completed(self) -> None:
        """Where the list cuts its titles, the link's own `title` is taken."""
        body = index("<li><a href=/a title='A long title in full'>A long ti…</a></li>")
        assert harvest(body).items[0].hed == "A long title in full"

    def test_links_that_are_no_addresses_are_left_out(self) -> None:
        """Scripts, mail, anchors and the page itself are no items, and their count is told."""
        bad = [
            row(h, "X") for h in ("javascript:go(1)", "mailto:a@b.org", "#x", "feed.xml", "http://")
        ]
        found = harvest(index(row("/a", "A"), *bad))
        assert [item.hed for item in found.items] == ["A"]
        assert found.fault == "5 of 6 items have no web address."

    def test_an_address_is_taken_once(self) -> None:
        """Two rows that lead to one page are one item, under the title that has words."""
        found = harvest(index(row("/a", "<img src=x>"), row("/a#x", "A"), row("/a", "Again")))
        assert [item.hed for item in found.items] == ["A"]

    def test_base_and_meta_charset(self) -> None:
        """`<base href>` and `<meta charset>` count, also where the server says its default."""
        head = "<meta charset=gb2312><base href='https://cdn.example.net/x/'>"
        body = (
            index(row("a.html", "国务院关于人工智能的意见"), head=head).decode().encode("gb18030")
        )
        (item,) = harvest(body, kind="text/html; charset=ISO-8859-1").items
        assert (item.url, item.hed) == (
            "https://cdn.example.net/x/a.html",
            "国务院关于人工智能的意见",
        )


class TestFaults:
    """What stands in the way is said."""

    def test_nothing_found(self) -> None:
        """A page on which the selectors find nothing has changed its shape; it is not remembered."""
        found = harvest(b"<html><div>New design</div></html>")
        assert found.fault == (
            "page changed shape: 0 links found. Run: pressroom gather --try daily-ai"
        )
        assert found.memory == Memory()

    @pytest.mark.parametrize("key", ["item", "link", "title", "date", "next"])
    def test_a_wrong_selector_is_named(self, key: str) -> None:
        """The key and the selector are in the fault."""
        wrong = replace(SELECT, **{key: "a[[b"})
        assert (
            f'select.{key}: "a[[b" is no CSS selector'
            in harvest(index(row("/a", "A")), wrong).fault
        )

    def test_without_selectors_they_are_guessed_and_that_is_said(self) -> None:
        """The items are kept, and the fault beside them says how to fix the selectors."""
        rows = [
            row(f"/n/{n}.html", f"The ministry publishes draft rules, part {n}") for n in range(9)
        ]
        found = harvest(index(*rows), Select())
        assert len(found.items) == 9
        assert "guessed. Run: pressroom gather --try daily-ai" in found.fault
        assert found.memory.body

    def test_an_article_is_not_taken_for_an_index(self) -> None:
        """Where nothing can be guessed, no link is kept, and the fault says why."""
        text = (
            "<p>A paragraph of an article that goes on for quite a while, and then some.</p>" * 30
        )
        rows = [
            row(f"/n/{n}.html", f"The ministry publishes draft rules, part {n}") for n in range(4)
        ]
        found = harvest(index(*rows, after=text), Select())
        assert found.items == ()
        assert found.fault.endswith("none can be guessed: it is an article, not an index.")

    @pytest.mark.parametrize(
        ("body", "word"), [(b"%PDF-1.7", '"pdf"'), (b"<?xml version='1.0'?><rss>", '"feed"')]
    )
    def test_the_wrong_kind(self, body: bytes, word: str) -> None:
        """A PDF or a feed at a page's address names the kind that reads it."""
        assert word in harvest(body).fault

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"\0" * 100_000,
            b"<div>" * 20_000,
            b"<ul class=list>" + b"<li>" * 50_000,
            b"<ul class=list><li>" + b"<a href=/x>" * 50_000,
            "<ul class=list>".encode("utf-16"),
            bytes(range(256)) * 400,
        ],
    )
    def test_hostile_pages_cost_little(self, body: bytes) -> None:
        """Depth, width, NULs and noise end in a fault or in few items, and soon."""
        begun = time.monotonic()
        found = harvest(body)
        assert len(found.items) <= 1000
        assert time.monotonic() - begun < 5

    def test_nested_items_are_read_once(self) -> None:
        """Items within items: only the inner ones count, however deep."""
        body = b"<div class=i><a href=/a>A</a>" * 200
        begun = time.monotonic()
        assert len(harvest(body, Select(item="div.i")).items) == 1
        assert time.monotonic() - begun < 5

    def test_a_fetch_fault_is_a_value(self, http: Http) -> None:
        """A page that does not answer keeps its memory."""
        memory = Memory(etag="x")
        got = PageSource().gather(a_page("file:none.html"), memory, http, NOW)
        assert "no such file" in got.fault
        assert got.memory == memory


class TestPages:
    """Following the index."""

    def test_pages_are_followed_up_to_the_bound(self, site: Site, http: Http) -> None:
        """Three pages of five, each an answer of its own on which its items rest."""
        for n in range(1, 6):
            after = f"<a class=next href='/p{n + 1}'>more</a>"
            site.pages[f"/p{n}"] = (200, HTML, index(row(f"/a{n}", f"A{n}"), after=after))
        got = PageSource().gather(a_page(site.url("/p1"), pages=3), Memory(), http, NOW)
        assert [item.hed for item in got.items] == ["A1", "A2", "A3"]
        assert [item.evidence.url for item in got.items] == [a.url for a in got.answers]
        assert [path for path, _ in site.asked] == ["/p1", "/p2", "/p3"]

    @pytest.mark.parametrize("after", ["/p1", "https://other.example/p2", "javascript:x()", "#"])
    def test_never_twice_never_elsewhere(self, site: Site, http: Http, after: str) -> None:
        """A circle, another host, a script: the index ends there."""
        link = f"<a class=next href='{after}'>more</a>"
        site.pages["/p1"] = (200, HTML, index(row("/a", "A"), after=link))
        got = PageSource().gather(a_page(site.url("/p1"), pages=9), Memory(), http, NOW)
        assert len(site.asked) == 1
        assert got.fault == ""

    def test_a_fault_on_a_later_page_is_beside_the_items(self, site: Site, http: Http) -> None:
        """What was read is kept, but not remembered as read."""
        site.pages["/p1"] = (
            200, {**HTML, "ETag": '"1"'}, index(row("/a", "A"), after="<a class=next href=/p2>2</a>")
        )  # fmt: skip
        site.pages["/p2"] = (500, HTML, b"")
        got = PageSource().gather(a_page(site.url("/p1"), pages=2), Memory(), http, NOW)
        assert [item.hed for item in got.items] == ["A"]
        assert "p2:" in got.fault
        assert (got.memory.etag, got.memory.body) == ("", "")

    def test_unchanged(self, site: Site, http: Http) -> None:
        """The same bytes, or a 304, are unchanged."""
        site.pages["/p1"] = (200, {**HTML, "ETag": '"1"'}, index(row("/a", "A")))
        source = a_page(site.url("/p1"))
        first = PageSource().gather(source, Memory(), http, NOW)
        same = PageSource().gather(source, first.memory, http, NOW)
        site.pages["/p1"] = (304, {}, b"")
        assert (same.unchanged, same.items) == (True, ())
        assert PageSource().gather(source, first.memory, http, NOW).unchanged
        assert site.asked[-1][1]["if-none-match"] == '"1"'


class TestPdf:
    """Documents."""

    def test_one_document_is_one_item(self, site: Site, http: Http) -> None:
        """Title and text by page, resting on the document itself."""
        pages = [[(11, "First page.")], [(11, "Second page.")]]
        body = pdf(pages, Title="White paper on labels")
        site.pages["/w.pdf"] = (200, {"Content-Type": "application/pdf"}, body)
        got = PdfSource().gather(a_page(site.url("/w.pdf")), Memory(), http, NOW)
        (item,) = got.items
        assert item.hed == "White paper on labels"
        assert item.text.count("\f") == 1
        assert item.text.endswith("Second page.")
        assert item.evidence.sha256 == sha256(body)
        assert got.answers[0].body == body

    def test_a_new_version_is_said_and_kept(self, site: Site, http: Http) -> None:
        """The item stays what it was; the new answer is evidence, the fault says so once."""
        site.pages["/w.pdf"] = (200, {"Last-Modified": "x"}, pdf([[(11, "One.")]]))
        source = a_page(site.url("/w.pdf"))
        first = PdfSource().gather(source, Memory(), http, NOW)
        site.pages["/w.pdf"] = (200, {}, pdf([[(11, "Two.")]]))
        second = PdfSource().gather(source, first.memory, http, NOW)
        third = PdfSource().gather(source, second.memory, http, NOW)
        assert first.items[0].id == second.items[0].id
        assert "has changed since x: see pressroom evidence recheck." in second.fault
        assert len(second.answers) == 1
        assert third.unchanged

    def test_an_index_gives_its_documents(self, site: Site, http: Http) -> None:
        """Of an index page, the links to PDFs are the items."""
        rows = [row("/a.pdf", "Paper"), row("/b.html", "News"), row("/c.PDF?v=2", "Report")]
        site.pages["/p"] = (200, HTML, index(*rows))
        got = PdfSource().gather(a_page(site.url("/p")), Memory(), http, NOW)
        assert [item.hed for item in got.items] == ["Paper", "Report"]

    def test_an_index_of_documents_needs_no_selectors(self, site: Site, http: Http) -> None:
        """Every link to a PDF is an item, with the date that stands behind it."""
        body = b"<p><a href=/a.pdf>Paper</a> 2025-08-28</p><p><a href=/b.html>News</a></p>"
        site.pages["/p"] = (200, HTML, body)
        got = PdfSource().gather(a_page(site.url("/p"), Select()), Memory(), http, NOW)
        assert [(i.hed, str(i.published)[:10]) for i in got.items] == [("Paper", "2025-08-28")]
        assert got.fault == ""

    def test_a_file_is_no_citation(self, http: Http, tmp_path: Path) -> None:
        """A PDF without a web address is a fault, not an item."""
        (tmp_path / "w.pdf").write_bytes(pdf([[(11, "One.")]]))
        got = PdfSource().gather(a_page("file:w.pdf"), Memory(), http, NOW)
        assert got.items == ()
        assert "a citation needs a web address" in got.fault


def test_a_page_of_nothing_has_a_tree() -> None:
    """Bytes without an element still give a page to search."""
    assert read_page(b"", "", "https://example.org/").tree is not None
