"""Sites without a feed: index pages by CSS selectors, sitemaps, and documents in PDF.

    index page(s) -> links, titles, dates (listing.py) -> items without text
    sitemap, or an index of sitemaps (sitemap.py)      -> items without text
    one PDF (article.py)                               -> one item with its text by page

The run reads each new item's own page afterwards. What an item rests on meanwhile is the
index page it stood on, which is given back among the answers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pressroom.errors import FetchError, SettingsError
from pressroom.gather.guess import PDF_MAGIC, guess_page
from pressroom.gather.inflate import GZIP_MAGIC, inflate
from pressroom.gather.listing import Listed, Page, last_part, listed, read_page
from pressroom.gather.manual import document_item, evidence_of
from pressroom.gather.selectors import next_page
from pressroom.gather.sitemap import NEWEST, is_sitemap, read_sitemap
from pressroom.gather.urls import safe
from pressroom.model import Harvest, Item, Memory, Select, sha256
from pressroom.store.clippings import item_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from pressroom.model import Evidence, Fetched, Fetcher, Source

LARGEST = 50_000_000
"""Bytes of an unpacked sitemap: the protocol's own limit."""

PDF_HEAD = 1_024
PDF_LINKS = 'a[href*=".pdf"], a[href*=".PDF"]'
"""The items of an index of documents that states no selectors."""

CHANGED = "has changed since {}: see pressroom evidence recheck."


class PageSource:
    """The kind `page`: an index page, or a sitemap."""

    kind = "page"

    def gather(self, source: Source, memory: Memory, fetcher: Fetcher, now: datetime) -> Harvest:
        """Fetch and read an index and up to `source.pages` pages of it.

        A fault met on a later page stands beside the items of the earlier ones, and the next
        gather asks for all of them again.
        """
        return _gather(source, memory, fetcher, now, _read_index)


class PdfSource:
    """The kind `pdf`: one document, or an index page whose links to PDFs are the items."""

    kind = "pdf"

    def gather(self, source: Source, memory: Memory, fetcher: Fetcher, now: datetime) -> Harvest:
        """Fetch one document, or read an index for its documents.

        An item is known by its address and never edited: of a document that was replaced under
        the same address the new answer is kept as evidence, and the fault says so.
        """
        return _gather(source, memory, fetcher, now, _read_pdf_or_index)


@dataclass(slots=True)
class Reading:
    """What one gather has found so far."""

    source: Source
    memory: Memory
    fetcher: Fetcher
    now: datetime
    items: dict[str, Item]
    answers: list[Fetched]
    faults: list[str]
    broken: bool = False

    def add(self, found: Iterable[Listed], fetched: Fetched) -> None:
        """Make items that rest on this answer; an address is taken once."""
        evidence = evidence_of(fetched, self.now)
        for one in found:
            self.items.setdefault(one.url, _item(self.source, one, evidence))

    def fetch(self, url: str) -> Fetched | None:
        """A further page of the same source; None after a fault, which is noted."""
        try:
            return self.fetcher.get(replace(self.source, url=url), Memory())
        except FetchError as fault:
            self.fail(f"{last_part(url)}: {fault}")
            return None

    def fail(self, fault: str) -> None:
        """Note what stands in the way of remembering this answer as read."""
        self.faults.append(fault)
        self.broken = True


def is_pdf(body: bytes) -> bool:
    """Whether bytes are a PDF: its mark may stand behind some rubbish (ISO 32000-2, annex I)."""
    return PDF_MAGIC in body[:PDF_HEAD]


def _gather(
    source: Source,
    memory: Memory,
    fetcher: Fetcher,
    now: datetime,
    read: Callable[[Reading, Fetched], None],
) -> Harvest:
    try:
        fetched = fetcher.get(source, memory)
    except FetchError as fault:
        return Harvest(memory=memory, fault=str(fault))
    if fetched.status == 304:  # noqa: PLR2004 - RFC 9110, 15.4.5: Not Modified
        return Harvest(memory=memory, unchanged=True)
    fresh = _memory(fetched, memory)
    if fresh.body == memory.body:
        return Harvest(memory=fresh, unchanged=True)
    reading = Reading(source, memory, fetcher, now, {}, [], [])
    try:
        read(reading, fetched)
    except (SettingsError, FetchError) as fault:
        reading.fail(str(fault))
    return _harvest(reading, fresh)


def _memory(fetched: Fetched, memory: Memory) -> Memory:
    return replace(
        memory,
        etag=fetched.headers.get("etag", ""),
        last_modified=fetched.headers.get("last-modified", ""),
        body=sha256(fetched.body),
    )


def _harvest(reading: Reading, fresh: Memory) -> Harvest:
    """Without items there is nothing to keep; what broke off is not remembered as read."""
    forgotten = replace(reading.memory, etag="", last_modified="", body="")
    return Harvest(
        items=tuple(reading.items.values()),
        memory=forgotten if reading.broken or not reading.items else fresh,
        fault=" ".join(reading.faults),
        answers=tuple(reading.answers) if reading.items else (),
    )


def _item(source: Source, one: Listed, evidence: Evidence) -> Item:
    return Item(
        id=item_id(source.outlet, one.url),
        url=one.url,
        hed=one.title or one.url,
        locale=source.locale,
        outlet=source.outlet,
        source=source.slug,
        text="",
        evidence=evidence,
        published=one.published,
    )


def _read_index(reading: Reading, fetched: Fetched) -> None:
    body = _unpacked(fetched.body)
    if is_sitemap(body):
        _read_sitemaps(reading, fetched, body)
    elif is_pdf(body):
        reading.fail('answers with a PDF. Set kind = "pdf".')
    elif body.lstrip()[:200].startswith((b"<?xml", b"<rss", b"<feed")) and b"<html" not in body:
        reading.fail('answers with XML that is no sitemap. If it is a feed, set kind = "feed".')
    else:
        _read_pages(reading, fetched, lambda _: True)


def _unpacked(body: bytes) -> bytes:
    return inflate(body, "gzip", LARGEST) if body.startswith(GZIP_MAGIC) else body


def _read_pdf_or_index(reading: Reading, fetched: Fetched) -> None:
    if is_pdf(fetched.body):
        _read_pdf(reading, fetched)
        return
    if not reading.source.select.item:
        select = replace(reading.source.select, item=PDF_LINKS)
        reading.source = replace(reading.source, select=select)
    _read_pages(reading, fetched, lambda one: urlsplit(one.url).path.lower().endswith(".pdf"))


def _read_pages(reading: Reading, first: Fetched, wanted: Callable[[Listed], bool]) -> None:
    """Follow the index from page to page: never one twice, never to another host."""
    seen = {reading.source.url, first.url}
    select, url = reading.source.select, ""
    for number in range(reading.source.pages):
        fetched = reading.fetch(url) if number else first
        if fetched is None:
            break
        page = _page(fetched)
        if not select.item and not (select := _guessed(reading, page, select)).item:
            break
        if not _read_page(reading, fetched, page, select, wanted):
            break
        url = next_page(page, select.next)
        if not url or url in seen:
            break
        seen.add(url)


def _page(fetched: Fetched) -> Page:
    return read_page(fetched.body, fetched.headers.get("content-type", ""), fetched.url)


def _guessed(reading: Reading, page: Page, select: Select) -> Select:
    guess = guess_page(page, reading.source.zone, reading.now)
    if guess.fault:
        reading.fail(f"has no `select`, and none can be guessed: it {guess.fault}")
        return Select()
    slug = reading.source.slug
    reading.faults.append(
        f"has no `select`: its items were guessed. Run: pressroom gather --try {slug}"
    )
    return replace(guess.select, next=select.next or guess.select.next)


def _read_page(
    reading: Reading,
    fetched: Fetched,
    page: Page,
    select: Select,
    wanted: Callable[[Listed], bool],
) -> bool:
    found, without = listed(page, select, reading.source.zone, reading.now)
    chosen = [one for one in found if wanted(one)]
    if not chosen:
        slug = reading.source.slug
        reading.fail(f"page changed shape: 0 links found. Run: pressroom gather --try {slug}")
        return False
    if without:
        reading.faults.append(f"{without} of {without + len(found)} items have no web address.")
    reading.answers.append(fetched)
    reading.add(chosen, fetched)
    return True


def _read_sitemaps(reading: Reading, fetched: Fetched, body: bytes) -> None:
    found = read_sitemap(body, reading.source.zone, reading.now)
    if found.fault:
        reading.fail(found.fault)
    if found.children:
        reading.answers.append(fetched)
        _read_children(reading, fetched.url, found.children)
    elif found.entries:
        reading.answers.append(fetched)
        reading.add(found.entries, fetched)
    elif not found.fault:
        reading.fail("is a sitemap without a web address.")


def _read_children(reading: Reading, url: str, children: tuple[str, ...]) -> None:
    """Sitemaps of the same host only (sitemaps.org, "Sitemap file location"), newest first.

    The index is not remembered as read: it may stay the same while its sitemaps change.
    """
    reading.broken = True
    near = [child for child in children if urlsplit(child).netloc == urlsplit(url).netloc]
    for child in near[: reading.source.pages]:
        if fetched := reading.fetch(child):
            reading.answers.append(fetched)
            reading.add(_entries(reading, fetched)[: NEWEST - len(reading.items)], fetched)
    if not reading.items:
        reading.fail("is an index of sitemaps in which no web address was found.")


def _entries(reading: Reading, fetched: Fetched) -> tuple[Listed, ...]:
    try:
        body = _unpacked(fetched.body)
    except FetchError as fault:
        reading.fail(f"{last_part(fetched.url)}: {fault}")
        return ()
    return read_sitemap(body, reading.source.zone, reading.now).entries


def _read_pdf(reading: Reading, fetched: Fetched) -> None:
    """A document whose item is known is not edited; that it is another now is said."""
    from pressroom.gather.article import read_document

    source, memory = reading.source, reading.memory
    kind = fetched.headers.get("content-type", "")
    article = read_document(
        fetched.body, kind, fetched.url, reading.now, source.locale, source.zone
    )
    item = document_item(fetched, article, source, reading.now)
    if not safe(item.url):
        reading.fail("is a file: a citation needs a web address. Use the document's own.")
        return
    reading.answers.append(fetched)
    reading.items[item.url] = item
    reading.faults.extend(filter(None, [article.fault]))
    if memory.body:
        reading.faults.append(CHANGED.format(memory.last_modified or "the last gather"))
