"""Our reader against feedparser: small cases of our own in the manner of its test suite.

`bench/conformance.py` asks the same of the suite itself; docs/decisions/feeds.md lists what differs.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pressroom.gather.entry import Clock
from pressroom.gather.parse import read, read_any
from pressroom.gather.simple import read_simple

from .conftest import NOW

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from pressroom.gather.entry import Entry

LINK = "<link>https://e.org/1</link>"
CLOCK = Clock("Asia/Shanghai", NOW)
BASE = "https://base.example/x/feed.xml"
SPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:a="http://www.w3.org/2005/Atom" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:x="urn:unknown" '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
)


def rss(item: str, around: str = "") -> str:
    """RSS 2.0 with every namespace declared."""
    return f'<rss version="2.0" {SPACES}><channel>{around}<item>{item}</item></channel></rss>'


def rdf(item: str, around: str = "") -> str:
    """RSS 1.0."""
    spaces = SPACES.replace('xmlns:a="http://www.w3.org/2005/Atom" ', "")
    head = f'<rdf:RDF xmlns="http://purl.org/rss/1.0/" {spaces}><channel>{around}</channel>'
    return f'{head}<item rdf:about="https://e.org/1">{item}</item></rdf:RDF>'


def atom(entry: str, around: str = "") -> str:
    """Atom 1.0."""
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {SPACES}>{around}<entry>{entry}</entry></feed>'
    )


def one(feed: str) -> Entry:
    """The only entry."""
    reading = read(feed.encode(), "application/xml", BASE, NOW)
    (entry,) = reading.entries
    return entry


@pytest.mark.parametrize(
    ("feed", "field", "expected"),
    [
        (rss("<title>&lt;b&gt;A&lt;/b&gt;</title>"), "title", "A"),
        (rss("<title>a &lt; b</title>"), "title", "a < b"),
        (rss("<title><![CDATA[A &amp; B]]></title>"), "title", "A & B"),
        (rss("<title>A</title><media:title>B</media:title>"), "title", "A"),
        (rss("<dc:title>A</dc:title>"), "title", "A"),
        (rss("<link>/a?b=1&amp;c=2</link>"), "link", "https://base.example/a?b=1&c=2"),
        (rss("<guid>https://e.org/1</guid>"), "link", "https://e.org/1"),
        (rss("<guid isPermaLink='false'>urn:1</guid>"), "link", ""),
        (rss("<description>A</description><content:encoded>B &lt;p&gt; C</content:encoded>"), "text", "B\n\nC"),
        (rss("<description>A</description><content:encoded>B &lt;p&gt; C</content:encoded>"), "dek", "A"),
        (rss("<description>one two</description><content:encoded>B</content:encoded>"), "dek", "B"),
        (rss("<body xmlns='http://www.w3.org/1999/xhtml'><p>A</p><p>B</p></body>"), "text", "A\n\nB"),
        (rss("<author>me@e.org (Me)</author>"), "byline", "me@e.org (Me)"),
        (rss("<dc:creator>Me</dc:creator>"), "byline", "Me"),
        (rss("<dc:date>2025-09-01T10:00:00Z</dc:date>"), "published", datetime(2025, 9, 1, 10, tzinfo=UTC)),
        (rdf("<title>A</title><link>https://e.org/2</link>"), "link", "https://e.org/2"),
        (atom("<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>A <b>B</b></div></title>"), "title", "A B"),
        (atom("<title type='text'>&lt;b&gt;</title>"), "title", "<b>"),
        (atom("<content type='application/octet-stream' mode='base64'>QSBC</content>"), "text", "A B"),
        (atom("<link rel='related' href='/r'/><link href='a' xml:base='https://o.org/'/>"), "link", "https://o.org/a"),
        (atom("<author><name>Me</name><email>me@e.org</email></author>"), "byline", "Me (me@e.org)"),
        (atom("<source><title>Other</title></source><title>A</title>"), "title", "A"),
        (rss("<title>caf\u00c3\u00a9</title>"), "title", "caf\u00e9"),
        (rss("<title>\u0093A\u0094</title>"), "title", "\u201cA\u201d"),
    ],
)  # fmt: skip
def test_expectations(feed: str, field: str, expected: object) -> None:
    """What feedparser makes of these, in plain text, is what we keep."""
    assert getattr(one(feed), field) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [("AT&T and R&D", "AT&T and R&D"), ("A&nbsp;B &eacute;", "A B \u00e9"), ("A\x0bB", "AB"),
     ("A &unknown; &#169; &lt;", "A &unknown; \u00a9 <")],
)  # fmt: skip
def test_slips_are_mended(title: str, expected: str) -> None:
    """A bare ampersand is not doubled (feedparser: `AT&T;`), and the slip is reported."""
    body = rss(f"<title>{title}</title><link>https://e.org/1</link>")
    reading = read(f"\n\n{body}".encode(), "", BASE, NOW)
    assert reading.entries[0].title == expected
    assert "not well formed (line 3" in reading.fault


def test_undeclared_encodings_of_other_languages() -> None:
    """Bytes that are neither UTF-8 nor Chinese are read as chardet takes them."""
    text = "Правительство утвердило новые правила для систем искусственного интеллекта в стране"
    body = rss(f"<title>{text}</title>").encode("koi8-r")
    assert read(body, "", BASE, NOW).entries[0].title == text


WORDS = st.sampled_from(
    ["", " ", "A", "中文 标题", "a &lt;b&gt;c&lt;/b&gt;", "&amp;amp;", "<![CDATA[<p>x</p> & y]]>", "&#8217;",
     "&#x93;", "caf\u00c3\u00a9", "\u0091q\u0092", "<b>inline</b>", "<!-- c -->A<!-- d -->B", "<?pi?>z",
     "https://e.org/1", "https://e.org/1?a=b&amp;c=d", "https://e.org/1?", "https://e.org", "/rel",
     "https://e.org/a b", "javascript:x", "https://e.org/1#f", "http://e.org//x/../y", "urn:x",
     "Mon, 01 Sep 2025 10:00:00 GMT", "2025-09-01", "not a date", "2 &lt; 3 &gt; 1", "AT&amp;T;", "\u00a0x"]
)  # fmt: skip
RSS_TAGS = [
    "title", "link", "description", "content:encoded", "pubDate", "dc:date", "dcterms:issued", "author",
    "dc:creator", "guid", "category", "comments", "source", "media:title", "media:content", "x:title",
    "dc:title", "a:link", "a:updated", "summary", "body", "item", "Title", "image", "dc:description",
]  # fmt: skip
ATOM_TAGS = [
    "title", "summary", "content", "published", "updated", "id", "category", "rights", "author", "issued",
    "dc:creator", "dc:date", "source", "contributor", "media:title", "x:y", "entry", "created",
]  # fmt: skip
ATTRIBUTES = ["", "", "", ' type="html"', ' type="text"', ' type="xhtml"', ' xml:base="https://o.org/"',
              ' isPermaLink="false"', ' rel="self"', ' xml:lang="zh"', ' mode="escaped"']  # fmt: skip


def elements(tags: list[str]) -> SearchStrategy[str]:
    """A few elements of these names with all kinds of contents."""
    element = st.builds(
        lambda tag, attribute, words: f"<{tag}{attribute}>{words}</{tag}>",
        st.sampled_from(tags),
        st.sampled_from(ATTRIBUTES),
        WORDS,
    )
    return st.lists(element, max_size=6).map("".join)


LINKS = st.sampled_from(
    ['<link href="https://e.org/1"/>', '<link rel="alternate" type="text/html" href="https://e.org/2"/>',
     '<link rel="self" href="https://e.org/3"/>', '<link href="/4" title="t"/>', "<author><name>N</name></author>",
     "<author><name>N</name><email>m@e.org</email><uri>u</uri></author>", "<author>N</author>", ""]
)  # fmt: skip


def same(feed: str) -> bool:
    """Whether the short way, where it is taken, gives what feedparser gives."""
    simple = read_simple(feed, CLOCK)
    if simple is None:
        return False
    whole = read_any(feed, BASE, CLOCK)
    assert (simple, "") == (whole.entries, whole.fault)
    return True


@settings(max_examples=300)
@given(
    elements(RSS_TAGS), elements(RSS_TAGS), st.sampled_from([rss, rdf]), st.sampled_from(["", LINK])
)
def test_the_short_way_is_the_same_for_rss(item: str, around: str, form: object, link: str) -> None:
    """Whatever stands in an item or around it, lxml's reading is feedparser's or is not taken."""
    assert callable(form)
    same(form(link + item, around))


@settings(max_examples=300)
@given(elements(ATOM_TAGS), st.lists(LINKS, max_size=3).map("".join), elements(ATOM_TAGS))
def test_the_short_way_is_the_same_for_atom(entry: str, links: str, around: str) -> None:
    """The same for Atom."""
    same(atom(links + entry, around))


def test_the_short_way_is_taken() -> None:
    """The common shapes need no feedparser."""
    link = "<title>中文 &amp; A</title><link>https://e.org/1</link>"
    text = "<description>&lt;p&gt;A&lt;/p&gt;</description><pubDate>2025-09-01</pubDate>"
    assert same(rss(link + text))
    assert same(rdf(link + text.replace("pubDate", "dc:date")))
    assert same(
        atom('<title>A</title><link href="https://e.org/1"/><content type="html">x</content>')
    )
