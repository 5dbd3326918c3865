"""The clippings: every item ever gathered, found by time, by id and by word.

A source's items and its memory are one transaction, so a kill leaves either both or neither.
A connection is used by the thread that opened it. How words are found: see search.py; how the
clippings of two machines are joined: merge.py.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Self

from pressroom.model import ItemId
from pressroom.store.clippings_db import connect, faults, transaction
from pressroom.store.clippings_rows import (
    COLUMNS,
    INSERT,
    TIME,
    MemoryRow,
    Row,
    content,
    item_id,
    item_of,
    row_of,
    shortest_id,
    stamp,
)
from pressroom.store.search import Index, expressions, fold, pairs

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from types import TracebackType

    from pressroom.model import Harvest, Item, Memory

__all__ = ["Clippings", "fold", "item_id", "pairs"]

SHORTEST_PREFIX = 4


class Clippings:
    """The clippings database; a context manager.

    A fault of the file or its disk is a StoreError; a value of a wrong type in an item is not.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._db = connection
        self._path = path
        self._index = Index(connection)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open or create the database at `path`, and bring its tables up to date."""
        with faults(path):
            return cls(connect(path), path)

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close, whatever happened."""
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._path

    @property
    def words(self) -> Index:
        """The index of words; call what changes it within `write`."""
        return self._index

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it or nothing."""
        try:
            with faults(self._path), transaction(self._db) as db:
                yield db
        except BaseException:
            self._index = Index(self._db)
            raise

    def memories(self) -> dict[str, Memory]:
        """What each source remembers, by the name it was kept under."""
        sql = f"SELECT source, {', '.join(MemoryRow._fields)} FROM memories"  # noqa: S608 - constants
        with faults(self._path):
            return {source: MemoryRow(*row).memory for source, *row in self._db.execute(sql)}

    def keep(self, source_slug: str, harvest: Harvest, now: datetime) -> int:
        """Store what is new of a harvest together with its memory; the count of new items.

        An item is known by its address, or by its words within its outlet; what is known is
        never edited. Ids are given here (see `item_id`), whatever the items say.
        """
        with self.write() as db:
            new = _inserted(db, self._strange(harvest.items), stamp(now))
            memory = (source_slug, *MemoryRow.of(harvest.memory))
            db.execute("INSERT OR REPLACE INTO memories VALUES (?, ?, ?, ?, ?, ?, ?, ?)", memory)
        return new

    def unknown(self, items: Iterable[Item]) -> list[Item]:
        """Those that `keep` would store, in their order; writes nothing."""
        with faults(self._path):
            return list(self._unknown(items))

    def _unknown(self, items: Iterable[Item]) -> Iterator[Item]:
        seen: set[tuple[str, str]] = set()
        for item in self._strange(items):
            words = (item.outlet, content(item.hed, item.text, item.url))
            address = ("", item.url)
            if not seen & {words, address} and not _words_known(self._db, *words):
                seen |= {words, address}
                yield item

    def _strange(self, items: Iterable[Item]) -> list[Item]:
        """Those at an address that no item or copy has."""
        listed = list(items)
        sql = """SELECT value FROM json_each(?) WHERE value IN (SELECT url FROM items)
                 OR value IN (SELECT url FROM copies)"""
        urls = json.dumps([item.url for item in listed])
        known = {url for (url,) in self._db.execute(sql, (urls,))}
        return [item for item in listed if item.url not in known]

    def habits(self, newest: int = 40) -> dict[str, list[datetime]]:
        """When each source last published (else: was seen to): newest first, so many at most."""
        times = f"SELECT {TIME} FROM items WHERE source = ? ORDER BY {TIME} DESC LIMIT ?"  # noqa: S608 - a constant
        with faults(self._path):
            sources = self._db.execute("SELECT DISTINCT source FROM items").fetchall()
            return {
                slug: [
                    datetime.fromisoformat(t) for (t,) in self._db.execute(times, (slug, newest))
                ]
                for (slug,) in sources
            }

    def count(self) -> int:
        """How many items are kept."""
        with faults(self._path):
            return int(self._db.execute("SELECT count(*) FROM items").fetchone()[0])

    def items(self, since: datetime | None = None) -> list[Item]:
        """Items published (where unknown: first seen) at or after a time, oldest first."""
        return self._select(f"items WHERE {TIME} >= ?", stamp(since) if since else "")

    def item(self, id: ItemId) -> Item | None:  # noqa: A002 - the word of the field
        """The item with this id, or the only one whose id starts so (from four digits on).

        An item that a merge set aside is still found by its id.
        """
        for table in ("items", "copies"):
            if found := self._select(f"{table} WHERE id = ?", id):
                return found[0]
        if len(id.rpartition("-")[2]) < SHORTEST_PREFIX:
            return None
        found = self._select("items WHERE id > ? AND id < ?", id, f"{id}g")
        return found[0] if len(found) == 1 else None

    def search(self, query: str) -> list[ItemId]:
        """Ids of the items that hold every word of the query, newest first.

        A word is what stands between spaces; Chinese needs none within it, and any stretch of
        it will do. Case, width, accents, traditional or simplified characters do not matter,
        nor does punctuation. `AI+` finds `AI+` and `AI＋`, not every `AI`.
        """
        self.index()
        with faults(self._path):
            return self._found(expressions(query, self._index.simple()))

    def _found(self, asked: list[tuple[str, str]]) -> list[ItemId]:
        where = " AND ".join(
            f"seq IN (SELECT rowid FROM {table} WHERE {table} MATCH ?)"  # noqa: S608 - `words` or `chars`
            for table, _ in asked
        )
        sql = f"""
            SELECT id FROM items INDEXED BY items_in_order WHERE {where or "FALSE"}
            ORDER BY {TIME} DESC, id
        """  # noqa: S608 - constants
        values = [expression for _, expression in asked]
        return [ItemId(id_) for (id_,) in self._db.execute(sql, values)]

    def index(self) -> None:
        """Let what is new be found by its words; `search` does so itself where it must.

        Apart from `keep`, because 500 items at a time cost half as much as 50.
        """
        while self._pending():
            with self.write():
                self._index.step()

    def _pending(self) -> bool:
        with faults(self._path):
            return self._index.pending

    def _select(self, rows: str, *values: str) -> list[Item]:
        sql = f"SELECT {COLUMNS} FROM {rows} ORDER BY {TIME}, id"  # noqa: S608 - constants
        with faults(self._path):
            return [item_of(Row(*row)) for row in self._db.execute(sql, values)]


def _inserted(db: sqlite3.Connection, items: Iterable[Item], now: str) -> int:
    """Insert what is new; the count of it."""
    copied = db.execute("SELECT EXISTS (SELECT 1 FROM copies)").fetchone()[0]
    return sum(_put(db, row_of(item, now), copied=copied) for item in items)


def _put(db: sqlite3.Connection, row: Row, *, copied: bool) -> bool:
    """Insert a row unless its address or words are there; with a longer id where it must be."""
    if not (copied and _taken(db, row.id)) and _insert(db, row):
        return True
    if _known(db, row):
        return False
    free = shortest_id(row.outlet, row.url, lambda id_: _taken(db, id_))
    return _insert(db, row._replace(id=free))


def _insert(db: sqlite3.Connection, row: Row) -> bool:
    return db.execute(f"INSERT INTO items {INSERT} ON CONFLICT DO NOTHING", row).rowcount > 0


def _known(db: sqlite3.Connection, row: Row) -> bool:
    by_address = "SELECT 1 FROM items WHERE url = ?"
    if db.execute(by_address, (row.url,)).fetchone():
        return True
    return _words_known(db, row.outlet, row.content)


def _words_known(db: sqlite3.Connection, outlet: str, words: str) -> bool:
    sql = "SELECT 1 FROM items WHERE outlet = ? AND content = ?"
    return db.execute(sql, (outlet, words)).fetchone() is not None


def _taken(db: sqlite3.Connection, id_: str) -> bool:
    sql = "SELECT 1 FROM items WHERE id = ?1 UNION ALL SELECT 1 FROM copies WHERE id = ?1"
    return db.execute(sql, (id_,)).fetchone() is not None
