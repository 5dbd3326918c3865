"""From an index page to its selectors: which of the repeated links are the articles?

links -> groups of the same path of tags and classes -> the group that reads most like a list
of headlines -> its item element -> the shortest selectors that find just that

Every selector is tried on the page before it is offered.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from pressroom.gather.headlines import (
    Link,
    alike,
    groups,
    is_long,
    near,
    score,
    standing,
    width,
)
from pressroom.gather.listing import Listed, Page, listed, read_page, words
from pressroom.gather.selectors import MOST_LINKS, derive
from pressroom.gather.sitemap import is_sitemap, read_sitemap
from pressroom.gather.text import one_line
from pressroom.gather.urls import canonical, safe
from pressroom.model import Select

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PDF_MAGIC = b"%PDF-"
SAMPLE = 12
ENOUGH = 0.55
"""The least `sure` of what is taken for an index."""

LITTLE = 300
MUCH = 600
SENTENCE = 50
"""Columns of running text (two for a Han character): a body, a long body, a sentence."""

ARTICLE = re.compile(r'"@type"\s*:\s*"(?:News|Blog|Report)?Article"|article:published_time')
FEED = re.compile(rb"<(?:rss|feed|(?:\w+:)?RDF)\b|jsonfeed\.org", re.IGNORECASE)
FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")


@dataclass(frozen=True, slots=True)
class Guess:
    """Selectors for a page; what they find (title, address, ISO date or empty); how sure, 0 to 1.

    `found` counts all that they find; `fault` says in words why it may be no index; `feeds` and
    `sitemaps` are those that the page itself declares; `kind` is that of the source it would make.
    """

    select: Select = field(default_factory=Select)
    sample: tuple[tuple[str, str, str], ...] = ()
    sure: float = 0.0
    found: int = 0
    fault: str = ""
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    kind: str = "page"


def guess(
    body: bytes,
    url: str,
    now: datetime | None = None,
    *,
    content_type: str = "",
    zone: str = "UTC",
) -> Guess:
    """Guess the selectors of an index page from its bytes. Never fails.

    `now` bounds the dates of the sample, and dates those told from today; default: the clock.
    """
    now = now or datetime.now(UTC)
    if PDF_MAGIC in body[:1024]:
        return Guess(kind="pdf", sure=1)
    if is_sitemap(body):
        return _of_sitemap(body, zone, now)
    if FEED.search(body[:2_000]) and b"<html" not in body[:2_000].lower():
        return Guess(kind="feed", sure=1)
    return guess_page(read_page(body, content_type, url), zone, now)


def _of_sitemap(body: bytes, zone: str, now: datetime) -> Guess:
    found = read_sitemap(body, zone, now)
    fault = found.fault or ("names further sitemaps: set `pages`." if found.children else "")
    return Guess(sample=_sample(found.entries), sure=1, found=len(found.entries), fault=fault)


def _sample(found: Iterable[Listed]) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (one.title, one.url, one.published.date().isoformat() if one.published else "")
        for one in islice(found, SAMPLE)
    )


def guess_page(page: Page, zone: str, now: datetime) -> Guess:
    """Guess the selectors of a page that has been read."""
    feeds, sitemaps = _declared(page)
    best = max(groups(page), key=lambda group: score(page, group), default=None)
    if best is None:
        fault = "has no list of links (is it written by a script in the browser?)"
        return Guess(feeds=feeds, sitemaps=sitemaps, fault=fault)
    select = derive(page, [link.element for link in best])
    found, _ = listed(page, select, zone, now)
    is_article = _is_article(page, best)
    sure = _sure(page, best, found) * (0.3 if is_article else 1)
    fault = "is an article, not an index." if is_article else ""
    if sure < ENOUGH and not fault:
        fault = "shows no clear list of articles."
    return Guess(select, _sample(found), round(sure, 2), len(found), fault, feeds, sitemaps)


def _declared(page: Page) -> tuple[tuple[str, ...], tuple[str, ...]]:
    feeds, maps = [], []
    for link in page.tree.iter("link"):
        relation, url = (link.get("rel") or "").lower().split(), _absolute(page, link.get("href"))
        if "alternate" in relation and (link.get("type") or "").lower() in FEED_TYPES:
            feeds.append(url)
        if "sitemap" in relation:
            maps.append(url)
    return tuple(dict.fromkeys(filter(None, feeds))), tuple(dict.fromkeys(filter(None, maps)))


def _absolute(page: Page, href: str | None) -> str:
    try:
        url = canonical(urljoin(page.base, (href or "").strip()))
    except ValueError:
        return ""
    return url if href and safe(url) else ""


# --- whether the page is an index at all ---


def _sure(page: Page, group: list[Link], found: Sequence[Listed]) -> float:
    """How far the page may be trusted to be an index, and the selectors to find its items."""
    titled = sum(is_long(one.title) for one in found)
    wanted = {link.url for link in group}
    kept = len(wanted & {one.url for one in found}) / len(wanted)
    dated = sum(bool(one.published) for one in found) / max(1, len(found))
    signs = 0.55 + 0.45 * max(dated, alike(group))
    return min(1, titled / 8) * kept * signs * standing(group) * (0.5 + 0.5 * near(page, group))


def _is_article(page: Page, group: list[Link]) -> bool:
    """One body of running text outweighs the headlines, or the page says that it is an article."""
    body = max(_bodies(page).values(), default=0)
    headlines = sum(width(link.text) for link in group)
    return body > (LITTLE if _says_article(page) else max(MUCH, headlines))


def _bodies(page: Page) -> Counter[Any]:
    """Columns of running text (no links) below each element that holds paragraphs."""
    found: Counter[Any] = Counter()
    for paragraph in islice(page.tree.iter("p", "br"), MOST_LINKS):
        holder = paragraph.getparent()
        if holder is None or paragraph.find(".//a") is not None:
            continue
        text = words(paragraph) if paragraph.tag == "p" else one_line(paragraph.tail or "")
        if width(text) >= SENTENCE:
            found[holder] += width(text)
    return found


def _says_article(page: Page) -> bool:
    kinds = (
        m.get("content") or "" for m in page.tree.iter("meta") if m.get("property") == "og:type"
    )
    return any(kind.lower() == "article" for kind in kinds) or bool(ARTICLE.search(page.text))


# --- what the editor puts into newsletter.toml ---


def toml(found: Guess, slug: str, url: str, outlet: str, locale: str) -> str:
    """The lines for newsletter.toml; a declared feed comes first, because it beats a page."""
    feeds = [feed for feed in found.feeds if feed != url]
    page = _block(slug, found.kind, url, outlet, locale, _select_lines(found))
    if not feeds:
        return "\n".join([*_warning(found), *page, *_maps(found)]) + "\n"
    feed = _block(slug, "feed", feeds[0], outlet, locale, [])
    others = [f"# Also declared: {_plain(other)}" for other in feeds[1:]]
    first = [
        "# The page declares a feed, which beats a page. Is it alive? Look at its newest date."
    ]
    then = ["", "# If the feed stands still, follow the page instead:", *_warning(found)]
    commented = [line if line.startswith("#") else f"# {line}".rstrip() for line in page]
    return "\n".join([*first, *feed, *others, *then, *commented, *_maps(found)]) + "\n"


def _block(
    slug: str, kind: str, url: str, outlet: str, locale: str, more: Iterable[str]
) -> list[str]:
    pairs = {"slug": slug, "kind": kind, "url": url, "outlet": outlet, "locale": locale}
    return ["[[sources]]", *(f"{key} = {quoted(value)}" for key, value in pairs.items()), *more]


def _select_lines(found: Guess) -> list[str]:
    select = found.select
    named = {"item": select.item, "link": select.link, "title": select.title, "date": select.date}
    named["next"] = select.next
    pairs = [f"{key} = {quoted(value)}" for key, value in named.items() if value]
    lines = [f"select = {{ {', '.join(pairs)} }}"] if select.item else []
    return [*lines, "# pages = 3"] if select.next else lines


def _warning(found: Guess) -> list[str]:
    return [f"# Look at this twice: it {_plain(found.fault)}"] if found.fault else []


def _maps(found: Guess) -> list[str]:
    return [f"# A sitemap, which a page source also reads: {_plain(m)}" for m in found.sitemaps]


def _plain(text: str) -> str:
    return one_line(text)[:300]


def quoted(text: str) -> str:
    """A TOML basic string: as in JSON, and nothing in it is a control character."""
    return json.dumps(one_line(text), ensure_ascii=False)
