"""The clippings: every item ever gathered, found by time, by id and by word.

SQLite in WAL mode: readers never wait; writers queue for up to 30 seconds. A source's items
and its memory are one transaction, so a kill leaves either both or neither.
Search: SQLite's own tokenisers find no two-character Chinese word, so the index holds pairs
of neighbouring Han characters, and a query asks for them as a phrase.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from pressroom.errors import StoreError
from pressroom.lang.han import HAN
from pressroom.model import Evidence, Item, ItemId, Locale, Memory, sha256

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from pressroom.model import Harvest

MIGRATIONS = Path(__file__).with_name("clippings_migrations")
WAIT_MS = 30_000
ID_DIGITS = 6
SHORTEST_PREFIX = 4
TELLING = 60
"""Characters of text from which two items of an outlet with the same words are one."""

RUN = re.compile(f"[{HAN}]+")
LONE = re.compile(f"(?<![{HAN}])[{HAN}](?![{HAN}])")
SYMBOL = re.compile(r"[+#@%&$]")
"""Marks that tell words apart but that the index of words drops, as in `AI+` and `C#`."""

BAD_VALUES = (sqlite3.ProgrammingError, sqlite3.IntegrityError, sqlite3.DataError)
"""A value that no column takes: the fault of whoever gave it, not of the database."""

QUOTES = "\"'“”‘’「」『』《》〈〉()（）,，。、"


class Clippings:
    """The clippings database; a context manager.

    A fault of the file or its disk is a StoreError; a value of a wrong type in an item is not.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._db = connection
        self._path = path

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open or create the database at `path`, and bring its tables up to date."""
        with _faults(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(path, isolation_level=None)
            try:
                _prepare(db, path)
            except BaseException:
                db.close()
                raise
        return cls(db, path)

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

    def memories(self) -> dict[str, Memory]:
        """What each source remembers, by the name it was kept under."""
        with _faults(self._path):
            rows = self._db.execute("SELECT source, etag, last_modified, body FROM memories")
            return {source: Memory(*rest) for source, *rest in rows}

    def keep(self, source_slug: str, harvest: Harvest, now: datetime) -> int:
        """Store what is new of a harvest together with its memory; the count of new items.

        An item is known by its address, or by its words within its outlet; what is known is
        never edited. Ids are given here (see `item_id`), whatever the items say.
        """
        with _faults(self._path), _transaction(self._db) as db:
            new = sum(_insert(db, item, now) for item in harvest.items)
            db.execute(
                "INSERT OR REPLACE INTO memories VALUES (?, ?, ?, ?)",
                (source_slug, *_memory_row(harvest.memory)),
            )
        return new

    def items(self, since: datetime | None = None) -> list[Item]:
        """Items published (where unknown: first seen) at or after a time, oldest first."""
        where = "coalesce(published, first_seen) >= ?"
        return self._select(where, (_stamp(since) if since else "",))

    def item(self, id: ItemId) -> Item | None:  # noqa: A002 - the word of the field
        """The item with this id, or the only one whose id starts so (from four digits on)."""
        if found := self._select("id = ?", (id,)):
            return found[0]
        if len(id.rpartition("-")[2]) < SHORTEST_PREFIX:
            return None
        found = self._select("id > ? AND id < ?", (id, f"{id}g"))
        return found[0] if len(found) == 1 else None

    def search(self, query: str) -> list[ItemId]:
        """Ids of the items that hold every word of the query, newest first.

        A word is what stands between spaces; Chinese needs none within it. Case, width and
        accents do not matter. `AI+` finds `AI+` and `AI＋`, not every `AI`.
        """
        words = [word for part in fold(query).split() if (word := part.strip(QUOTES))]
        if not words:
            return []
        where, values = zip(*(term for word in words for term in _terms(word)), strict=True)
        sql = f"""
            SELECT id FROM items WHERE {" AND ".join(where)}
            ORDER BY coalesce(published, first_seen) DESC, id
        """  # noqa: S608 - the conditions are the two constants of `_terms`
        with _faults(self._path):
            return [ItemId(row[0]) for row in self._db.execute(sql, values)]

    def _select(self, where: str, values: tuple[str, ...]) -> list[Item]:
        sql = f"""
            SELECT id, url, hed, locale, outlet, source, text, evidence_url, evidence_time,
                   evidence_sha256, evidence_record, dek, byline, published
            FROM items WHERE {where} ORDER BY coalesce(published, first_seen), id
        """  # noqa: S608 - `where` is always a constant of this file
        with _faults(self._path):
            return [_item(row) for row in self._db.execute(sql, values)]


def item_id(outlet: str, url: str, digits: int = ID_DIGITS) -> ItemId:
    """The id of an item: outlet and hex digits of the SHA-256 of its canonical address.

    The same on every machine. Six digits: of 15,000 items of one outlet about seven pairs
    share them (of four digits: 1,700 pairs); the later of such a pair gets eight.

    >>> item_id("caict", "https://example.org/a")
    'caict-20e0f2'
    """
    return ItemId(f"{outlet}-{sha256(url)[:digits]}")


def fold(text: str) -> str:
    """The form in which texts and queries are compared: NFKC (full width to half), casefold."""
    storable = text.encode("utf-8", "replace").decode().replace("\0", " ")
    return unicodedata.normalize("NFKC", storable).casefold()


def pairs(text: str) -> str:
    """The text with each run of Han characters written as its pairs of neighbours.

    >>> pairs("AI人工智能")
    'AI 人工 工智 智能 '
    """
    return RUN.sub(lambda run: f" {_pairs_of(run.group())} ", text)


def _pairs_of(run: str) -> str:
    return " ".join(run[i : i + 2] for i in range(max(1, len(run) - 1)))


def _terms(word: str) -> Iterator[tuple[str, str]]:
    """Conditions and their values for one word: a phrase of the index, a plain search, or both."""
    in_index = not LONE.search(word) and re.search(r"\w", word)
    if in_index:
        phrase = pairs(word).replace('"', " ")
        yield "seq IN (SELECT rowid FROM words WHERE words MATCH ?)", f'"{phrase}"'
    if not in_index or SYMBOL.search(word):
        yield "instr(folded, ?) > 0", word


def _insert(db: sqlite3.Connection, item: Item, now: datetime) -> int:
    content = _content(item)
    known = "SELECT 1 FROM items WHERE url = ? OR (outlet = ? AND content = ?)"
    if db.execute(known, (item.url, item.outlet, content)).fetchone():
        return 0
    folded = fold(f"{item.hed}\n{item.dek}\n{item.text}")
    row = (_free_id(db, item), *_item_row(item, content), _stamp(now), folded)
    done = db.execute(
        """
        INSERT INTO items (id, url, content, source, outlet, locale, hed, dek, byline, text,
            published, evidence_url, evidence_time, evidence_sha256, evidence_record,
            first_seen, folded)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        row,
    )
    db.execute("INSERT INTO words (rowid, body) VALUES (?, ?)", (done.lastrowid, pairs(folded)))
    return 1


def _content(item: Item) -> str:
    words = "".join(fold(item.text).split())
    if len(words) < TELLING:
        return sha256(item.url)
    return sha256(f"{''.join(fold(item.hed).split())}\n{words}")


def _free_id(db: sqlite3.Connection, item: Item) -> ItemId:
    for digits in (*range(ID_DIGITS, 64, 2), 64):
        wanted = item_id(item.outlet, item.url, digits)
        if not db.execute("SELECT 1 FROM items WHERE id = ?", (wanted,)).fetchone():
            break
    return wanted


def _item_row(item: Item, content: str) -> tuple[str | None, ...]:
    read = item.evidence
    return (
        *(item.url, content, item.source, item.outlet, item.locale, item.hed, item.dek),
        *(item.byline, item.text, _stamp(item.published) if item.published else None),
        *(read.url, _stamp(read.time), read.sha256, read.record),
    )


def _memory_row(memory: Memory) -> tuple[str, str, str]:
    return memory.etag, memory.last_modified, memory.body


def _item(row: tuple[str, ...]) -> Item:
    id_, url, hed, locale, outlet, source, text, read_url, time, digest, record, *rest = row
    dek, byline, published = rest
    evidence = Evidence(read_url, datetime.fromisoformat(time), digest, record)
    return Item(
        *(ItemId(id_), url, hed, Locale(locale), outlet, source, text, evidence, dek, byline),
        published=datetime.fromisoformat(published) if published else None,
    )


def _stamp(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="microseconds")


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield db
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    try:
        yield
    except BAD_VALUES:
        raise
    except (sqlite3.OperationalError, OSError) as fault:
        raise StoreError(
            f"{path}: cannot be read or written ({fault}). Free some space, correct the "
            "permissions, or wait for the other Pressroom, then run the command again."
        ) from fault
    except sqlite3.DatabaseError as fault:
        raise StoreError(
            f"{path}: is not a sound clippings database ({fault}). Move it away and restore a "
            "backup, or gather again."
        ) from fault


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    db.execute(f"PRAGMA busy_timeout = {WAIT_MS}")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    files = sorted(MIGRATIONS.glob("*.sql"))
    if _version(db) == len(files):
        return
    with _transaction(db):
        _migrate(db, files, path)


def _migrate(db: sqlite3.Connection, files: list[Path], path: Path) -> None:
    done = _version(db)
    if done > len(files):
        raise StoreError(f"{path}: was written by a newer Pressroom. Update Pressroom.")
    for number, file in enumerate(files[done:], done + 1):
        for statement in _statements(file.read_text(encoding="utf-8")):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {number}")


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _statements(script: str) -> Iterator[str]:
    """One statement at a time: `executescript` would commit in between."""
    waiting = ""
    for line in script.splitlines(keepends=True):
        waiting += line
        if sqlite3.complete_statement(waiting):
            yield waiting
            waiting = ""
