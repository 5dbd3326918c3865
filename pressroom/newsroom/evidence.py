"""Evidence of an issue: what its cited pages say now, and one file of all that was kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pressroom.errors import UsageError, did_you_mean
from pressroom.gather.recheck import Claim, recheck
from pressroom.manuscript.issue import read_sources
from pressroom.model import ItemId, Source
from pressroom.newsroom.gathering import evidence, fetcher, stores

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from pressroom.gather.recheck import Verdict
    from pressroom.model import CitedItem, Fetched
    from pressroom.store.evidence import Kept, Manifest
    from pressroom.workspace import Workspace

FEEDS = (b"<?xml", b"<rss", b"<feed", b"<rdf:rdf", b"{")
LOOKED_AT = 2_000
"""How a feed begins; XHTML does too, so for a page is looked in so many bytes."""


def cited(ws: Workspace, slug: str) -> Mapping[str, CitedItem]:
    """The sources of an issue by id."""
    return read_sources(ws.issue(slug))


def check_again(ws: Workspace, slug: str, now: datetime) -> list[Verdict]:
    """Fetch the cited pages of an issue again and say what became of them."""
    items = [i for i in cited(ws, slug).values() if i.url.startswith(("http://", "https://"))]
    with stores(ws) as (_, proofs):
        claims = [_claim(ws, item, proofs.read(item.snapshot or "")) for item in items]
    return recheck(claims, fetcher(ws), _reader(now), now)


def _claim(ws: Workspace, item: CitedItem, kept: Kept | None) -> Claim:
    zone = ws.settings.masthead.zone
    private = [s for s in ws.sources if s.allow_private and s.outlet == item.outlet]
    source = Source(
        item.id,
        "manual",
        item.url,
        item.outlet,
        item.locale,
        zone=zone,
        allow_private=bool(private),
    )
    listed = kept is not None and _is_feed(kept)
    return Claim(
        item=item.id,
        url=item.url,
        time=kept.time if kept else None,
        text=_text(kept) if kept and not listed else None,
        text_sha256=item.text,
        sha256=item.sha256 or "",
        source=source,
        listed=listed,
    )


def _is_feed(kept: Kept) -> bool:
    """Whether what was kept is a list of items, of which the cited page is but one."""
    kind = kept.headers.get("content-type", "").lower()
    start = kept.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:LOOKED_AT].lower()
    feed = start.startswith(FEEDS) or "rss" in kind or "atom" in kind
    return feed and b"<html" not in start


def _text(kept: Kept) -> str:
    from pressroom.gather.article import read_document

    kind = kept.headers.get("content-type", "")
    return read_document(kept.body, kind, kept.url, kept.time).text


def _reader(now: datetime) -> Callable[[Fetched], str]:
    from pressroom.gather.article import read_document

    def read(fetched: Fetched) -> str:
        kind = fetched.headers.get("content-type", "")
        return read_document(fetched.body, kind, fetched.url, now).text

    return read


@dataclass(frozen=True, slots=True)
class Shown:
    """What is kept of one item: its record, and the text that was read of it."""

    id: str
    url: str
    record: str
    time: str
    sha256: str
    status: int
    text: str


def show(ws: Workspace, wanted: str) -> Shown:
    """The kept record of an item, by the item's id or the record's."""
    with stores(ws) as (clippings, proofs):
        item = clippings.item(ItemId(wanted))
        record = item.evidence.record if item else wanted
        kept = proofs.read(record or "")
        if kept is None:
            known = [i.id for i in clippings.items()] if item is None else []
            reason = "is kept without a record" if item else "is no item and no record"
            raise UsageError(f'"{wanted}" {reason}.{did_you_mean(wanted, known) if known else ""}')
    text = item.text if item else _text(kept)
    return Shown(
        wanted, kept.url, kept.id, kept.time.isoformat(), kept.sha256, kept.status, text
    )  # fmt: skip


def export(ws: Workspace, slug: str, out: Path) -> tuple[Manifest, list[str]]:
    """One WARC with a manifest of all records an issue cites; also the ids without a record."""
    items = cited(ws, slug).values()
    with evidence(ws) as proofs:
        ids = [i.snapshot for i in items if i.snapshot and proofs.read(i.snapshot)]
        missing = [str(i.id) for i in items if not i.snapshot or i.snapshot not in ids]
        return proofs.export(ids, out), missing
