"""XML sitemaps (sitemaps.org protocol 0.9) and sitemap indexes, with Google's news extension.

Read as a stream: what has been read is let go, so 50,000 addresses cost no more than the newest.
No entity is resolved and nothing is fetched.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from heapq import nlargest
from typing import TYPE_CHECKING, Any, NamedTuple

from pressroom.gather.dates import moment
from pressroom.gather.listing import TITLE, Listed, date_in_url
from pressroom.gather.text import one_line
from pressroom.gather.urls import canonical, safe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

NEWEST = 1_000
"""How many addresses are kept of one sitemap."""

COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
ELEMENT = re.compile(rb"<(?:\w+:)?(\w+)")
HEAD = 8_000
LONGEST_URL = 2_048
"""The protocol: an address is shorter than this."""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """The newest entries, or the sitemaps that an index names, newest first; a fault in words."""

    entries: tuple[Listed, ...] = ()
    children: tuple[str, ...] = ()
    fault: str = ""


def is_sitemap(body: bytes) -> bool:
    """Whether bytes begin as a sitemap or an index of sitemaps does."""
    first = ELEMENT.search(COMMENT.sub(b"", body[:HEAD]))
    return first is not None and first[1] in {b"urlset", b"sitemapindex"}


def read_sitemap(body: bytes, zone: str, now: datetime) -> Sitemap:
    """Read a sitemap; what stands before a fault is kept. A title may be empty."""
    from lxml import etree

    rows: list[Row] = []
    fault = ""
    try:
        rows = nlargest(NEWEST, _rows(body), key=lambda row: row.time)
    except etree.XMLSyntaxError as broken:
        fault = f"is a sitemap that cannot be read ({one_line(str(broken))[:120]})."
    children = tuple(dict.fromkeys(row.url for row in rows if row.is_map))
    entries = {row.url: _entry(row, zone, now) for row in rows if not row.is_map}
    return Sitemap(tuple(entries.values()), children, fault)


class Row(NamedTuple):
    """One `<url>` or `<sitemap>` as it stands; `time` is its news date, else its `lastmod`."""

    url: str
    title: str
    news: str
    time: str
    is_map: bool


def _rows(body: bytes) -> Iterator[Row]:
    from lxml import etree

    walk = etree.iterparse(
        io.BytesIO(body),
        events=("end",),
        tag=("{*}url", "{*}sitemap"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        recover=True,
    )
    for _, element in walk:
        row = _row(element)
        if safe(row.url):
            yield row
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _row(element: Any) -> Row:
    news = _child(element, "news")
    news_date = _text(news, "publication_date")
    return Row(
        canonical(_text(element, "loc")),
        _text(news, "title")[:TITLE],
        news_date,
        news_date or _text(element, "lastmod"),
        element.tag.endswith("sitemap"),
    )


def _child(element: Any, name: str) -> Any:
    """A direct child by its local name; `image:loc` lies deeper and is no `loc` of the page."""
    if element is None:
        return None
    return next((c for c in element if isinstance(c.tag, str) and _local(c.tag) == name), None)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _text(element: Any, name: str) -> str:
    child = _child(element, name)
    text = one_line(child.text or "") if child is not None else ""
    return text if len(text) < LONGEST_URL else ""


def _entry(row: Row, zone: str, now: datetime) -> Listed:
    """`lastmod` says when a page was last touched, so a date in the address goes before it."""
    published = (
        (moment(row.news, zone, now) if row.news else None)
        or date_in_url(row.url, zone, now)
        or (moment(row.time, zone, now) if row.time else None)
    )
    return Listed(row.url, row.title, published)
