"""An item's own page: its text, what the index left out, and the answer as evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pressroom.errors import FetchError
from pressroom.gather.pace import NotAsked, OutOfTime
from pressroom.model import Evidence, Memory, record_id, sha256

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pressroom.gather.article import Article
    from pressroom.model import Fetched, Fetcher, Item, Source

MOST_PAGES = 60
"""Pages of one source that one gather reads; the rest come with the next."""

MOST_AWAY = 5
"""Pages in a row without any answer; they and the rest are left for the next gather."""

SHORTER = 0.5
"""A page that gives less than this share of what the index gave is no better than the index."""


@dataclass(frozen=True, slots=True)
class Pages:
    """What came of reading a source's new pages: items, answers, and how many were left."""

    items: tuple[Item, ...]
    answers: tuple[Fetched, ...]
    faults: tuple[str, ...]
    left: int

    @property
    def fault(self) -> str:
        """The soft fault in words; empty where all is well."""
        read = len(self.items)
        words = []
        if self.faults:
            words.append(f"{len(self.faults)} of {read} pages could not be read: {self.faults[0]}")
        if self.left:
            words.append(
                f"{read + self.left} new pages: {read} were read now, the other {self.left} come "
                "with the next gather."
            )
        return " ".join(words)


def read_pages(items: Sequence[Item], source: Source, fetcher: Fetcher, now: datetime) -> Pages:
    """Read the pages of new items, in their order, as far as the bounds allow."""
    done: list[tuple[Item, Fetched | None, str]] = []
    away = 0
    for item in items[:MOST_PAGES]:
        try:
            done.append(_read(item, _asked(item, source, fetcher), source, now))
            away = 0
        except OutOfTime:
            break
        except FetchError as fault:
            done.append((item, None, str(fault)))
            away = away + 1 if _is_away(fault) else 0
        if away == MOST_AWAY:
            del done[-away:]
            break
    return Pages(
        tuple(item for item, _, _ in done),
        tuple(answer for _, answer, _ in done if answer),
        tuple(fault for _, _, fault in done if fault),
        len(items) - len(done),
    )


def read_page(
    item: Item, source: Source, fetcher: Fetcher, now: datetime
) -> tuple[Item, Fetched | None, str]:
    """An item with its own page's text, that page, and a fault in words; OutOfTime is raised.

    Where the page fails, or gives far less than the index did, the item stays as it is. Title,
    date and byline are taken from the page only where the index gave none.
    """
    try:
        return _read(item, _asked(item, source, fetcher), source, now)
    except OutOfTime:
        raise
    except FetchError as fault:
        return item, None, str(fault)


def _is_away(fault: FetchError) -> bool:
    return not fault.status and not isinstance(fault, NotAsked)


def _asked(item: Item, source: Source, fetcher: Fetcher) -> Fetched:
    """Fetch the page; only a source's own host may be private: an index may name any other."""
    own = urlsplit(item.url).netloc == urlsplit(source.url).netloc
    page = replace(source, url=item.url, allow_private=source.allow_private and own)
    fetched = fetcher.get(page, Memory())
    if _is_front(fetched.url) and not _is_front(item.url):
        raise FetchError(f"{item.url} leads to the front page of its site.", status=404)
    return fetched


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query


def _read(
    item: Item, fetched: Fetched, source: Source, now: datetime
) -> tuple[Item, Fetched | None, str]:
    from pressroom.gather.article import read_document

    kind = fetched.headers.get("content-type", "")
    article = read_document(fetched.body, kind, fetched.url, now, source.locale, source.zone)
    if len(article.text) <= SHORTER * len(item.text):
        fault = "" if article.text else article.fault or f"no text was found in {item.url}."
        return item, None, fault
    return _completed(item, article, _evidence(fetched, now)), fetched, article.fault


def _evidence(fetched: Fetched, now: datetime) -> Evidence:
    digest = sha256(fetched.body)
    return Evidence(fetched.url, now, digest, record_id(fetched.url, now, digest))


def _completed(item: Item, article: Article, evidence: Evidence) -> Item:
    untitled = not item.hed or item.hed == item.url
    return replace(
        item,
        hed=article.title if untitled and article.title else item.hed,
        text=article.text,
        byline=item.byline or article.author,
        published=item.published or article.date,
        evidence=evidence,
    )
