"""The archive: pages that link up, feeds that parse, nothing from elsewhere."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import feedparser
import pytest

from pressroom.archive.site import build_site, entries
from pressroom.model import EditionBody, House, Medium, Part, Rendering

if TYPE_CHECKING:
    from collections.abc import Mapping

HOSTILE = '</title><script>alert("x")</script> & \'"><img src=x>'


class _Page(HTMLParser):
    """The addresses, ids and levels of heading of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.links += [found[key] or "" for key in ("href", "src") if key in found]


def _pages(site: Mapping[str, bytes]) -> dict[str, _Page]:
    return {k: _Page(v.decode()) for k, v in site.items() if k.endswith(".html")}


def _target(path: str, link: str, home: str) -> str | None:
    if link.startswith(home):
        inner = link.removeprefix(home).partition("#")[0]
        return normpath(join(inner, "index.html")) if inner.endswith("/") or not inner else inner
    if re.match(r"[a-z]+:", link):
        return None
    inner = unquote(link.partition("#")[0])
    return normpath(join(dirname(path), inner)) if inner else path


def test_every_file_of_the_plan_is_there(site: Mapping[str, bytes]) -> None:
    """Homes, issue pages, Markdown, figures, feeds, and the small files of a site."""
    for path in (
        "index.html", "en/index.html", "zh-Hans/index.html", "404.html", "robots.txt",
        "2025-09-05/en/index.html", "2025-09-05/zh-Hans/index.md", "2025-09-05/figures/cartoon.png",
        "feed.en.xml", "feed.zh-Hans.xml", "sitemap.xml", "style.css",
    ):  # fmt: skip
        assert path in site


def test_all_links_resolve(site: Mapping[str, bytes], house: House) -> None:
    """Each link within the archive, relative or absolute, leads to a file and an id in it."""
    pages = _pages(site)
    for path, page in pages.items():
        for link in page.links:
            target = _target(path, link, house.home)
            if target is None:
                continue
            assert target in site, (path, link)
            if anchor := link.partition("#")[2]:
                assert unquote(anchor) in pages[target].ids, (path, link)


def test_ids_are_unique_and_headings_in_order(site: Mapping[str, bytes]) -> None:
    """One h1 a page, no id twice, no level of heading skipped."""
    for path, page in _pages(site).items():
        assert len(page.ids) == len(set(page.ids)), path
        assert page.tags.count("h1") == 1, path
        levels = [int(tag[1]) for tag in page.tags if re.fullmatch("h[1-6]", tag)]
        assert all(b - a <= 1 for a, b in itertools.pairwise(levels)), path


def test_nothing_comes_from_elsewhere(site: Mapping[str, bytes]) -> None:
    """No script or style in line, no picture or sheet of another host; the policy says so."""
    for path, page in _pages(site).items():
        text = site[path].decode()
        own = r'<script src="(\.\./)*reading\.js" defer></script>'
        assert page.tags.count("script") == len(re.findall(own, text)), path
        assert ("script-src" in text) == ("script" in page.tags), path
        assert "default-src 'none'" in text
        assert not re.search(r'\sstyle="|src="(https?:)?//', text), path
    assert b"url(" not in site["style.css"]


def test_same_inputs_same_bytes(site: Mapping[str, bytes], again: Mapping[str, bytes]) -> None:
    """Two builds are the same, file by file, in the same order."""
    assert list(site.items()) == list(again.items())


@pytest.mark.parametrize("locale", ["en", "zh-Hans"])
def test_feeds_parse(site: Mapping[str, bytes], locale: str, house: House) -> None:
    """Atom that a strict reader accepts, with full text and dates of the issues (RFC 4287)."""
    feed = feedparser.parse(site[f"feed.{locale}.xml"])
    assert not feed.bozo
    assert feed.feed.id == f"{house.home}feed.{locale}.xml"
    assert feed.feed.updated == "2025-09-05T00:00:00Z"
    first = feed.entries[0]
    assert first.link == f"{house.home}2025-09-05/{locale}/"
    assert first.published == "2025-09-05T00:00:00Z"
    assert "figures/cartoon.png" in first.content[0].value


def test_sitemap_names_every_issue(site: Mapping[str, bytes], house: House) -> None:
    """Well-formed, and each edition of each issue is in it."""
    root = ET.fromstring(site["sitemap.xml"])
    found = {e.text for e in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    assert f"{house.home}2025-09-05/zh-Hans/" in found


def test_issue_page_speaks_to_screen_readers(site: Mapping[str, bytes]) -> None:
    """Spoken labels, scopes, landmarks, a way past the note, sources with ids."""
    page = site["2025-09-05/en/index.html"].decode()
    assert '<p class="kick rule" aria-hidden="true">_IN_OUR_FEEDS</p>' in page
    assert '<span class="vh">Question: </span>So who' in page
    assert '<th scope="row">Bot A</th>' in page
    assert '<a class="skip" href="#text">' in page
    assert '<a href="#end">Skip this section</a>' in page
    assert '<li id="news_briefs-source-1">' in page
    assert '<h3 id="plan">' in page
    assert 'hreflang="zh-Hans" href="https://letter.example/2025-09-05/zh-Hans/"' in page
    assert '<meta property="og:title"' in page


def test_note_stands_above_its_section(site: Mapping[str, bytes]) -> None:
    """The content note comes before the title of what it warns of."""
    page = site["2025-09-05/en/index.html"].decode()
    assert page.index('class="note"') < page.index("Do they point to a person?")


def test_hostile_words_inject_nothing(house: House, english: EditionBody, build: object) -> None:
    """A title, name or label with markup in it stays words in pages, feeds and site map."""
    section = replace(
        english.sections[0], label=HOSTILE, spoken=HOSTILE, title=HOSTILE,
        parts=(Part("heading", f"## {HOSTILE}", "h"), Part("prose", HOSTILE)),
    )  # fmt: skip
    bad = replace(
        english, subject=HOSTILE, preheader=HOSTILE, greeting=HOSTILE, teasers=(HOSTILE,),
        byline=HOSTILE, notice=HOSTILE, sections=(section,),
    )  # fmt: skip
    named = replace(house, name={"en": HOSTILE}, tagline={"en": HOSTILE}, address=HOSTILE)
    files = build(named, [bad])  # type: ignore[operator]
    for path, page in _pages(files).items():
        assert "script" not in page.tags, path
        assert "x" not in page.links, path
    assert not feedparser.parse(files["feed.en.xml"]).bozo
    ET.fromstring(files["sitemap.xml"])


def test_an_empty_archive_says_so(house: House, build: object) -> None:
    """Before the first issue there is a home with a sentence, and a valid feed."""
    files = build(house, [])  # type: ignore[operator]
    assert b"No issue has been published yet." in files["index.html"]
    assert not feedparser.parse(files["feed.en.xml"]).bozo


def test_anchors_are_kept_and_made_unique(english: EditionBody) -> None:
    """A block's own id is its anchor; the same id in another section gets that one's prefix."""
    part = Part("heading", "## x", "plan")
    twice = replace(
        english, sections=tuple(replace(s, parts=(part,)) for s in english.sections[:2])
    )
    assert [e.anchors for e in entries(twice)] == [("plan",), ("explainer-plan",)]


def test_newest_issue_opens_the_page(house: House, english: EditionBody, build: object) -> None:
    """Whatever order they come in: the newest with its teasers, then one line an issue."""
    old = replace(english, slug="2025-08-22", date=date(2025, 8, 22), subject="An older one")
    page = build(house, [old, english])["index.html"].decode()  # type: ignore[operator]
    assert page.index(english.teasers[0]) < page.index("An older one")
    assert "2025-08-22/en/index.html" in page


def test_markdown_must_match_its_editions(house: House, english: EditionBody) -> None:
    """A page without its Markdown is a mistake of the caller, not a silent gap."""
    made = [Rendering(english.locale, Medium.MARKDOWN, b"x")] * 2
    with pytest.raises(ValueError, match="zip"):
        build_site(house, [english], made, {}, lambda _name, _values: "")
