"""By hand: one page or PDF that an editor names, or a text that an editor copied.

What is copied (WeChat shows its pages to apps alone) is kept like an answer, and its headers
say that it was pasted and when: nobody may take it for what a server said.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pressroom.gather.listing import TITLE, date_in, site, written_date
from pressroom.gather.text import one_line
from pressroom.gather.urls import canonical, safe
from pressroom.model import Evidence, Fetched, Item, Source, record_id, sha256
from pressroom.store.clippings import item_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from pressroom.gather.article import Article
    from pressroom.model import Locale

MANUAL = "manual"
"""The source slug of what came by hand."""

PASTED = "x-pressroom-pasted"
"""The header that marks a pasted text; its value is the time, ISO 8601 in UTC."""

BYLINES = 8
"""Among so many lines under the title, a short one with a date is the date."""

BYLINE = 100
WRAP = 90
ENDING = re.compile(r"[.!?。！？…:：;；\"”’」』)）]\s*$")


def evidence_of(fetched: Fetched, now: datetime) -> Evidence:
    """What an item rests on: this answer, under the id by which it is kept."""
    digest = sha256(fetched.body)
    return Evidence(fetched.url, now, digest, record_id(fetched.url, now, digest))


def manual_item(
    fetched: Fetched, article: Article, outlet: str, locale: Locale, now: datetime
) -> Item:
    """The item of one page or PDF that was fetched and read; its source is `manual`."""
    source = Source(MANUAL, MANUAL, fetched.url, outlet, locale)
    return document_item(fetched, article, source, now)


def document_item(fetched: Fetched, article: Article, source: Source, now: datetime) -> Item:
    """The item of a document that is itself a source, under the address that answered.

    Without a title, the first words of the text stand for it.
    """
    url = canonical(fetched.url)
    first = next((line for line in map(one_line, article.text[:2_000].splitlines()) if line), "")
    return Item(
        id=item_id(source.outlet, url),
        url=url,
        hed=one_line(article.title)[:TITLE] or first[:80] or url,
        locale=source.locale,
        outlet=source.outlet,
        source=source.slug,
        text=article.text,
        evidence=evidence_of(fetched, now),
        byline=article.author,
        published=article.date,
    )


def pasted_item(
    text: str, url: str, outlet: str, locale: Locale, now: datetime, zone: str = "UTC"
) -> tuple[Item, Fetched]:
    """The item of a copied text, and what to keep as its evidence: status 0, as nobody answered.

    The first line with words is the title; a short line with a date below it is the date, in
    `zone` where it states none; the rest is the text.
    """
    headers = {"content-type": "text/plain; charset=utf-8", PASTED: now.isoformat()}
    fetched = Fetched(url, 0, text.encode("utf-8", "replace"), headers)
    lines = [one_line(line) for line in text.splitlines()]
    title = next((line for line in lines if line), "")
    rest = lines[lines.index(title) + 1 :] if title else []
    dated = _date_line(rest)
    published = date_in(dated, zone, now) if dated else None
    if published:
        rest.remove(dated)
    page = canonical(url)
    item = Item(
        id=item_id(outlet, page),
        url=page,
        hed=title[:TITLE] or page,
        locale=locale,
        outlet=outlet,
        source=MANUAL,
        text=_paragraphs(rest),
        evidence=evidence_of(fetched, now),
        published=published,
    )
    return item, fetched


def _date_line(lines: Sequence[str]) -> str:
    heading = [line for line in lines if line][:BYLINES]
    short = (line for line in heading if len(line) <= BYLINE and not line.endswith(("。", ".")))
    return next((line for line in short if written_date(line)), "")


def _paragraphs(lines: Sequence[str]) -> str:
    """A line is a paragraph, unless the text was wrapped: then blank lines part them."""
    if not _is_wrapped(lines):
        return "\n\n".join(line for line in lines if line)
    blocks = "\n".join(lines).split("\n\n")
    return "\n\n".join(one_line(block) for block in blocks if block.strip())


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Most lines are followed by another, end in no full stop, and none is long."""
    pairs = [(a, b) for a, b in pairwise(lines) if a and b]
    full = [len(a) <= WRAP and not ENDING.search(a) for a, _ in pairs]
    return "" in lines and len(pairs) > 2 and sum(full) > 0.7 * len(full)  # noqa: PLR2004


def outlet_of(url: str, sources: Iterable[Source]) -> str:
    """The outlet whose sources stand on the address's host, else on its site; "" if unsure."""
    if not safe(url):
        return ""
    known = [source for source in sources if safe(source.url)]
    same_host = {s.outlet for s in known if _host(s.url) == _host(url)}
    same_site = {s.outlet for s in known if site(s.url) == site(url)}
    found = same_host or same_site
    return found.pop() if len(found) == 1 else ""


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
