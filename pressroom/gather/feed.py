"""Feeds: RSS 0.9x to 2.0, RDF, Atom by feedparser; JSON Feed 1 by json.

bytes -> text (encoding.py) -> entries (parse.py) -> items
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pressroom.errors import FetchError
from pressroom.gather.parse import read
from pressroom.gather.urls import canonical, safe
from pressroom.model import Evidence, Harvest, Item, Memory, record_id, sha256
from pressroom.store.clippings import item_id

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pressroom.gather.entry import Entry, Reading
    from pressroom.model import Fetched, Fetcher, Source

DEK = 300


class FeedSource:
    """The kind `feed`."""

    kind = "feed"

    def gather(self, source: Source, memory: Memory, fetcher: Fetcher, now: datetime) -> Harvest:
        """Fetch and read one feed.

            A feed with faults but readable entries gives both. What broke off is not remembered,
            so that the next gather asks for the whole of it. `not_before` is the feed's own wish
        (see `parse.wait`).
        """
        try:
            fetched = fetcher.get(source, memory)
        except FetchError as fault:
            return Harvest(memory=memory, fault=str(fault))
        if fetched.status == 304:  # noqa: PLR2004 - RFC 9110, 15.4.5: Not Modified
            return Harvest(memory=memory, unchanged=True)
        fresh = _memory(fetched)
        if fresh.body == memory.body:
            return Harvest(memory=fresh, unchanged=True)
        return _harvest(source, fetched, fresh, memory, now)


def _memory(fetched: Fetched) -> Memory:
    headers = fetched.headers
    return Memory(
        etag=headers.get("etag", ""),
        last_modified=headers.get("last-modified", ""),
        body=sha256(fetched.body),
    )


def _harvest(
    source: Source, fetched: Fetched, fresh: Memory, memory: Memory, now: datetime
) -> Harvest:
    kind = fetched.headers.get("content-type", "")
    reading = read(fetched.body, kind, fetched.url, now, source.zone)
    record = record_id(fetched.url, now, fresh.body)
    evidence = Evidence(url=fetched.url, time=now, sha256=fresh.body, record=record)
    items = tuple(_items(source, reading, evidence))
    fault = reading.fault or _without_link(reading, items)
    if reading.fault and not items:
        return Harvest(memory=memory, fault=fault)
    kept = Memory() if reading.broken_off else fresh
    kept = replace(kept, not_before=now + reading.wait if reading.wait else None)
    return Harvest(items, kept, fault, answers=(fetched,) if items else ())


def _items(source: Source, reading: Reading, evidence: Evidence) -> Iterable[Item]:
    for entry in reading.entries:
        if url := _link(entry, evidence.url):
            yield _item(source, entry, url, evidence)


def _link(entry: Entry, base: str) -> str:
    """The entry's address, absolute and http(s); empty where there is none."""
    link = entry.link.strip()
    if not link:
        return ""
    try:
        url = canonical(link if link.startswith(("http://", "https://")) else urljoin(base, link))
    except ValueError:
        return ""
    return url if safe(url) else ""


def _item(source: Source, entry: Entry, url: str, evidence: Evidence) -> Item:
    return Item(
        id=item_id(source.outlet, url),
        url=url,
        hed=entry.title or entry.text.partition("\n")[0][:80] or url,
        locale=source.locale,
        outlet=source.outlet,
        source=source.slug,
        text=entry.text,
        evidence=evidence,
        dek=entry.dek[:DEK],
        byline=entry.byline,
        published=entry.published,
    )


def _without_link(reading: Reading, items: tuple[Item, ...]) -> str:
    missing = len(reading.entries) - len(items)
    if not missing:
        return ""
    return f"{missing} of {len(reading.entries)} entries have no web address and were left out."
