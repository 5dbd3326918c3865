"""How items and memories lie in the tables of the clippings; what an item is known by."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple, overload

from pressroom.model import Evidence, Item, ItemId, Locale, Memory, sha256
from pressroom.store.clippings_db import seal
from pressroom.store.search import even

if TYPE_CHECKING:
    from collections.abc import Callable

ID_DIGITS = 6
TELLING = 60
"""Characters of text from which two items of an outlet with the same words are one."""

TIME = "coalesce(published, first_seen)"


class Row(NamedTuple):
    """An item as the tables `items` and `copies` hold it, but for its number."""

    id: str
    url: str
    content: str
    seal: str
    source: str
    outlet: str
    locale: str
    published: str | None
    first_seen: str
    evidence_url: str
    evidence_time: str
    evidence_sha256: str
    evidence_record: str | None
    hed: str
    dek: str
    byline: str
    text: str

    @property
    def sound(self) -> bool:
        """Whether the hashes are those of what the row says."""
        return self.content == content(self.hed, self.text, self.url) and self.seal == seal(
            self.url, *self[4:]
        )


COLUMNS = ", ".join(Row._fields)
INSERT = f"({COLUMNS}) VALUES ({', '.join('?' * len(Row._fields))})"


def item_id(outlet: str, url: str, digits: int = ID_DIGITS) -> ItemId:
    """The id of an item: outlet and hex digits of the SHA-256 of its canonical address.

    The same on every machine. Six digits: of 15,000 items of one outlet about seven pairs
    share them (of four digits: 1,700 pairs); the later of such a pair gets eight.

    >>> item_id("caict", "https://example.org/a")
    'caict-b5b10d'
    """
    return ItemId(f"{outlet}-{sha256(url)[:digits]}")


def shortest_id(outlet: str, url: str, taken: Callable[[str], bool]) -> ItemId:
    """The id with as few digits as nobody else has."""
    ids = (item_id(outlet, url, digits) for digits in (*range(ID_DIGITS, 64, 2), 64))
    return next((id_ for id_ in ids if not taken(id_)), item_id(outlet, url, 64))


def content(hed: str, text: str, url: str) -> str:
    """The hash by which words are known: of title and text, or of the address of a short text."""
    words = "".join(even(text).split())
    if len(words) < TELLING:
        return sha256(url)
    return sha256(f"{''.join(even(hed).split())}\n{words}")


def row_of(item: Item, first_seen: str) -> Row:
    """An item's row, with the shortest id."""
    read = item.evidence
    rest = (
        *(item.source, item.outlet, item.locale, stamp(item.published), first_seen),
        *(read.url, stamp(read.time), read.sha256, read.record),
        *(item.hed, item.dek, item.byline, item.text),
    )
    words = content(item.hed, item.text, item.url)
    return Row._make(
        (item_id(item.outlet, item.url), item.url, words, seal(item.url, *rest), *rest)
    )


def item_of(row: Row) -> Item:
    """The item of a row."""
    read = datetime.fromisoformat(row.evidence_time)
    evidence = Evidence(row.evidence_url, read, row.evidence_sha256, row.evidence_record)
    return Item(
        *(ItemId(row.id), row.url, row.hed, Locale(row.locale), row.outlet, row.source, row.text),
        *(evidence, row.dek, row.byline, _time(row.published)),
    )


class MemoryRow(NamedTuple):
    """What a source remembers, as the table `memories` holds it."""

    etag: str
    last_modified: str
    body: str
    moved: str
    not_before: str | None
    failures: int
    gone: int

    @classmethod
    def of(cls, memory: Memory) -> MemoryRow:
        """A memory's row."""
        return cls(
            *(memory.etag, memory.last_modified, memory.body, memory.moved),
            *(stamp(memory.not_before), memory.failures, int(memory.gone)),
        )

    @property
    def memory(self) -> Memory:
        """The memory of this row."""
        return Memory(*self[:4], _time(self.not_before), self.failures, bool(self.gone))


@overload
def stamp(time: datetime) -> str: ...


@overload
def stamp(time: datetime | None) -> str | None: ...


def stamp(time: datetime | None) -> str | None:
    """A time as the tables hold it: ISO 8601 in UTC, to the microsecond."""
    return time.astimezone(UTC).isoformat(timespec="microseconds") if time else None


def _time(stamped: str | None) -> datetime | None:
    return datetime.fromisoformat(stamped) if stamped else None
