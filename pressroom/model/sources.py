"""The desk: where things come from, and the stories they tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pressroom.model.names import Handle, ItemId, Locale
    from pressroom.model.points import Fetched


@dataclass(frozen=True, slots=True)
class Outlet:
    """Who speaks: its name in each locale, its level, and a line that says what it is."""

    slug: str
    name: Mapping[Locale, str]
    level: str = ""
    about: Mapping[Locale, str] = field(default_factory=dict)
    owner: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Select:
    """Where on an index page the items stand, as CSS selectors; an empty one is not looked for.

    `item` is one element an item; `link`, `title` and `date` are looked for within it (empty:
    the item itself, or the link's own words); `next` is the link to the following page.
    """

    item: str = ""
    link: str = ""
    title: str = ""
    date: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where items come from, as newsletter.toml states it.

    `zone` is the IANA name of the outlet's zone, for dates that state none; `pages` bounds how
    many index pages are followed; with `full_text` each new item's own page is read for its text.
    """

    slug: str
    kind: str
    url: str
    outlet: str
    locale: Locale
    beat: str = ""
    on: bool = True
    allow_private: bool = False
    zone: str = "UTC"
    select: Select = field(default_factory=Select)
    pages: int = 1
    full_text: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a page said when we read it: address, time (UTC), SHA-256 of the raw bytes.

    `record` is the WARC-Record-ID of the answer as it is kept (see store/evidence.py).
    """

    url: str
    time: datetime
    sha256: str
    record: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One sourced thing as it was fetched; never edited.

    Paragraphs of `text` stand apart by a blank line, the pages of a PDF by a form feed.
    """

    id: ItemId
    url: str
    hed: str
    locale: Locale
    outlet: str
    source: str
    text: str
    evidence: Evidence
    dek: str = ""
    byline: str = ""
    published: datetime | None = None


class StoryState(StrEnum):
    """What the editor has said of a story; the answer lies in the issue folders."""

    NEW = "new"
    PICKED = "picked"
    USED = "used"
    HELD = "held"
    SPIKED = "spiked"


@dataclass(frozen=True, slots=True)
class Story:
    """The items that tell one event, oldest first, under a handle one can type.

    `verbatim` names those whose words are, but for small edits, those of another outlet's.
    """

    handle: Handle
    items: tuple[Item, ...]
    state: StoryState = StoryState.NEW
    issue: str = ""
    verbatim: frozenset[ItemId] = frozenset()

    @property
    def lead(self) -> Item:
        """The item that names the story: the first to be published."""
        return self.items[0]


@dataclass(frozen=True, slots=True)
class Memory:
    """What a source remembers between two gathers.

    Its validators and the last body's SHA-256; where it has moved for good (301, 308); the time
    before which it asks not to be asked again; failures in a row; whether it answered 410.
    """

    etag: str = ""
    last_modified: str = ""
    body: str = ""
    moved: str = ""
    not_before: datetime | None = None
    failures: int = 0
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Harvest:
    """What one source gave: items, the memory to keep, and a fault in words if there was one.

    `answers` are those answers on which the items rest: what is kept as evidence.
    """

    items: tuple[Item, ...] = ()
    memory: Memory = field(default_factory=Memory)
    fault: str = ""
    unchanged: bool = False
    answers: tuple[Fetched, ...] = ()
