"""The desk: where things come from, and the stories they tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pressroom.model.names import Handle, ItemId, Locale


@dataclass(frozen=True, slots=True)
class Outlet:
    """Who speaks: its name in each locale, its level, and a line that says what it is."""

    slug: str
    name: Mapping[Locale, str]
    level: str = ""
    about: Mapping[Locale, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """Where items come from, as newsletter.toml states it."""

    slug: str
    kind: str
    url: str
    outlet: str
    locale: Locale
    beat: str = ""
    on: bool = True
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a page said when we read it: address, time (UTC), SHA-256 of the raw bytes."""

    url: str
    time: datetime
    sha256: str
    record: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One sourced thing as it was fetched; never edited."""

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
    """The items that tell one event, oldest first, under a handle one can type."""

    handle: Handle
    items: tuple[Item, ...]
    state: StoryState = StoryState.NEW
    issue: str = ""

    @property
    def lead(self) -> Item:
        """The item that names the story: the first to be published."""
        return self.items[0]


@dataclass(frozen=True, slots=True)
class Memory:
    """What a source remembers between two gathers: its validators and the last body's hash."""

    etag: str = ""
    last_modified: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Harvest:
    """What one source gave: items, the memory to keep, and a fault in words if there was one."""

    items: tuple[Item, ...] = ()
    memory: Memory = field(default_factory=Memory)
    fault: str = ""
    unchanged: bool = False
