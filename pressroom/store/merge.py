"""The clippings of another machine, joined into ours.

What a machine holds is a set of rows, those that it shows (`items`) and those that a merge has
set aside (`copies`); one row of each address, outlet and words: the one first seen. Joining is
the union of the sets. Which rows are shown follows from the set alone: in the order in which they
were first seen, each that shares no address, and no words within its outlet, with one before it.
So do the ids: of two addresses with the same digits the one seen later gets more. Hence no order
of merging, and no repetition, changes the outcome. The other's file is only read.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from pressroom.errors import StoreError
from pressroom.store.clippings_db import connect, migrations, newer, version
from pressroom.store.clippings_rows import (
    COLUMNS,
    ID_DIGITS,
    INSERT,
    MemoryRow,
    Row,
    item_of,
    shortest_id,
    stamp,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pressroom.model import ItemId
    from pressroom.store.clippings import Clippings
    from pressroom.store.search import Index

TABLES = ("items", "copies")
CLOCK = timedelta(days=1)
"""How far ahead of ours another machine's clock may be before it is named."""

SET = ", ".join(f"{column} = ?" for column in Row._fields[1:])


Mark = tuple[str | None, str]
"""What only one of the rows that are shown may have: an address, or an outlet's words."""


@dataclass(frozen=True, slots=True)
class MergeReport:
    """Items that came in, items that were known or a copy of one, and what is wrong, in words."""

    new: int
    known: int
    faults: tuple[str, ...] = ()


def merge(mine: Clippings, other: Path, now: datetime) -> MergeReport:
    """Take what the clippings at `other` hold: all of it in one transaction.

    An item that does not match its hashes is refused and named. A file that is no sound clippings
    database is a StoreError, and nothing is taken. What sources remember is taken where ours have
    no memory of them. `now` tells a clock that is ahead.
    """
    with _opened(other) as theirs, mine.write() as db:
        union = _Union(db, mine.words)
        before = _last(db)
        tally = _Tally(other, stamp(now + CLOCK))
        for row in tally.sound(_rows(theirs, other)):
            union.take(row)
        union.settle()
        if not tally.refused:
            _remember(db, theirs, other)
        new = db.execute("SELECT count(*) FROM items WHERE seq > ?", (before,)).fetchone()[0]
    return MergeReport(new, max(0, tally.count - new), tuple(tally.faults()))


def _last(db: sqlite3.Connection) -> int:
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'items'").fetchone()
    return int(row[0]) if row else 0


class _Tally:
    """Lets the sound rows through, and counts."""

    def __init__(self, path: Path, latest: str) -> None:
        self.path = path
        self.latest = latest
        self.count = 0
        self.refused: list[str] = []
        self.ahead = ""

    def sound(self, rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            if not _is_sound(row):
                self.refused.append(f"{row.id} ({row.url})")
                continue
            self.count += 1
            self.ahead = max(self.ahead, row.first_seen if row.first_seen > self.latest else "")
            yield row

    def faults(self) -> Iterator[str]:
        for item in self.refused:
            yield (
                f"{self.path}: {item} does not match its hash, and was not taken. Gather it again, "
                "or restore a backup of that file."
            )
        if self.ahead:
            yield (
                f"{self.path}: has items first seen in the future, at {self.ahead}. They were "
                "taken; set the clock of that machine."
            )


def _is_sound(row: Row) -> bool:
    try:
        return row.sound and item_of(row).url == row.url
    except (TypeError, ValueError, AttributeError):
        return False


def _rows(theirs: sqlite3.Connection, path: Path) -> Iterator[Row]:
    """Every row, shown or set aside, as one moment has them."""
    with _damage(path):
        for table in TABLES:
            for row in theirs.execute(f"SELECT {COLUMNS} FROM {table} ORDER BY seq"):  # noqa: S608 - constants
                yield Row(*row)


def _remember(db: sqlite3.Connection, theirs: sqlite3.Connection, path: Path) -> None:
    with _damage(path):
        sql = f"SELECT source, {', '.join(MemoryRow._fields)} FROM memories"  # noqa: S608 - constants
        rows = theirs.execute(sql).fetchall()
    db.executemany("INSERT OR IGNORE INTO memories VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)


class _Place(NamedTuple):
    """A row of ours: what decides between two (the three first), where it is, what it is."""

    first_seen: str
    evidence_sha256: str
    seal: str
    table: str
    seq: int
    id: str
    url: str
    outlet: str
    content: str

    @property
    def marks(self) -> set[Mark]:
        """Its address, and its outlet's words."""
        return _marks(self)


def _marks(row: Row | _Place) -> set[Mark]:
    return {(None, row.url), (row.outlet, row.content)}


class _Union:
    """Our rows, while others are joined to them."""

    def __init__(self, db: sqlite3.Connection, index: Index) -> None:
        self._db = db
        self._index = index
        self._contested: set[Mark] = set()

    def take(self, row: Row) -> None:
        """Add a row to the set; `settle` says which are shown."""
        rivals = self._places((None, row.url)) + self._places((row.outlet, row.content))
        same = [held for held in rivals if held.marks == _marks(row)]
        if same and same[0][:3] <= (row.first_seen, row.evidence_sha256, row.seal):
            return
        if len(set(rivals)) > len(set(same)):
            self._contested.add((None, row.url))
        if same:
            self._replace(same[0], row)
        else:
            self._add(row, rivals)

    def _add(self, row: Row, rivals: list[_Place]) -> None:
        named = (held.id for held in rivals if (held.url, held.outlet) == (row.url, row.outlet))
        id_ = next(named, None) or shortest_id(row.outlet, row.url, self._taken)
        table = "copies" if rivals else "items"
        self._db.execute(f"INSERT INTO {table} {INSERT}", row._replace(id=id_))

    def _replace(self, held: _Place, row: Row) -> None:
        """Of the same words at the same address: the row first seen, in the same place."""
        found = held.table == "items" and not self._reads(held.seq, row)
        if found:
            self._index.forget(held.seq)
        sql = f"UPDATE {held.table} SET {SET} WHERE seq = ?"  # noqa: S608 - constants
        self._db.execute(sql, (*row[1:], held.seq))
        if found:
            self._index.again(held.seq)

    def _reads(self, seq: int, row: Row) -> bool:
        """Whether an item has the words of a row to the letter."""
        sql = "SELECT 1 FROM items WHERE seq = ? AND hed = ? AND dek = ? AND text = ?"
        return self._db.execute(sql, (seq, row.hed, row.dek, row.text)).fetchone() is not None

    def settle(self) -> None:
        """Show the rows that are to be shown, set the others aside, and give the ids."""
        while self._contested:
            group = self._group(self._contested.pop())
            shown: set[Mark] = set()
            first = [place for place in sorted(group) if _free(place, shown)]
            for place in group - set(first):
                self._move(place, "copies")
            for place in first:
                self._move(place, "items")
        for stem in {_stem(id_) for id_ in self._long_ids()}:
            self._name(stem)

    def _group(self, mark: Mark) -> set[_Place]:
        """All rows that are joined to a mark by what they share, one with the next."""
        group: set[_Place] = set()
        seen, ahead = {mark}, [mark]
        while ahead:
            found = self._places(ahead.pop())
            group.update(found)
            fresh = {mark for place in found for mark in place.marks} - seen
            seen |= fresh
            ahead += fresh
        self._contested -= seen
        return group

    def _places(self, mark: Mark) -> list[_Place]:
        outlet, value = mark
        if outlet is None:
            return self._select("url = ?", value)
        return self._select("outlet = ? AND content = ?", outlet, value)

    def _select(self, where: str, *values: str) -> list[_Place]:
        found: list[_Place] = []
        for table in TABLES:
            sql = f"""
                SELECT first_seen, evidence_sha256, seal, '{table}', seq, id, url, outlet, content
                FROM {table} WHERE {where}
            """  # noqa: S608 - constants
            found += map(_Place._make, self._db.execute(sql, values))
        return found

    def _move(self, place: _Place, table: str) -> None:
        if place.table == table:
            return
        if table == "copies":
            self._index.forget(place.seq)
        values = (place.seq,)
        sql = f"INSERT INTO {table} ({COLUMNS}) SELECT {COLUMNS} FROM {place.table} WHERE seq = ?"  # noqa: S608 - constants
        self._db.execute(sql, values)
        self._db.execute(f"DELETE FROM {place.table} WHERE seq = ?", values)  # noqa: S608 - a constant

    def _taken(self, id_: str) -> bool:
        sql = "SELECT 1 FROM items WHERE id = ?1 UNION ALL SELECT 1 FROM copies WHERE id = ?1"
        return self._db.execute(sql, (id_,)).fetchone() is not None

    def _long_ids(self) -> list[str]:
        wanted = f"*-{'?' * ID_DIGITS}"
        sql = """SELECT id FROM items WHERE id NOT GLOB ?1
                 UNION SELECT id FROM copies WHERE id NOT GLOB ?1"""
        return [id_ for (id_,) in self._db.execute(sql, (wanted,))]

    def _name(self, stem: str) -> None:
        """Give the rows whose ids begin alike theirs, in the order in which they were seen."""
        outlet = stem.rpartition("-")[0]
        places = self._select("id >= ? AND id < ? AND outlet = ?", stem, f"{stem}g", outlet)
        ids: dict[str, ItemId] = {}
        for place in sorted(places):
            if place.url not in ids:
                ids[place.url] = shortest_id(outlet, place.url, set(ids.values()).__contains__)
        self._rename([(place, ids[place.url]) for place in places if place.id != ids[place.url]])

    def _rename(self, changes: list[tuple[_Place, ItemId]]) -> None:
        """In two steps, because two may change places."""
        for place, _ in changes:
            self._set_id(place, f"!{place.seq}")
        for place, id_ in changes:
            self._set_id(place, id_)

    def _set_id(self, place: _Place, id_: str) -> None:
        sql = f"UPDATE {place.table} SET id = ? WHERE seq = ?"  # noqa: S608 - a constant
        self._db.execute(sql, (id_, place.seq))


def _free(place: _Place, shown: set[Mark]) -> bool:
    if place.marks & shown:
        return False
    shown |= place.marks
    return True


def _stem(id_: str) -> str:
    outlet, _, digits = id_.rpartition("-")
    return f"{outlet}-{digits[:ID_DIGITS]}"


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The other's file at one moment, its tables those of today: a copy where it is older."""
    if not path.is_file():
        raise StoreError(f"{path}: there is no such file. Copy the other clippings.db here.")
    with TemporaryDirectory(prefix="pressroom-") as folder:
        with _damage(path), closing(_reading(path, Path(folder))) as db:
            if _checked(db, path) == len(migrations()):
                yield db
                return
            today = Path(folder, "today.db")
            with closing(sqlite3.connect(today)) as copy:
                db.backup(copy)
        with _damage(path), closing(connect(today)) as db:
            _begin(db)
            yield db


def _reading(path: Path, folder: Path) -> sqlite3.Connection:
    """The file itself, or a copy where its folder may not be written (SQLite locks beside it)."""
    try:
        return _read_only(path)
    except sqlite3.OperationalError:
        for file in (path, path.with_name(f"{path.name}-wal")):
            if file.exists():
                copyfile(file, folder / file.name)
        return _read_only(folder / path.name)


def _read_only(path: Path) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode=ro"
    db = sqlite3.connect(uri, uri=True, isolation_level=None)
    try:
        _begin(db)
        version(db)
    except BaseException:
        db.close()
        raise
    return db


def _begin(db: sqlite3.Connection) -> None:
    """Read one moment; text that is no text comes through, and fails by its hash."""
    db.text_factory = lambda data: data.decode("utf-8", "replace")
    db.execute("BEGIN")


def _checked(db: sqlite3.Connection, path: Path) -> int:
    found = version(db)
    if found > len(migrations()):
        raise newer(path)
    db.execute("SELECT url, content, evidence_sha256 FROM items LIMIT 1").fetchone()
    db.execute("SELECT source, etag FROM memories LIMIT 1").fetchone()
    return found


@contextmanager
def _damage(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as fault:
        raise StoreError(
            f"{path}: is not a sound clippings database ({fault}). Nothing was taken; copy the "
            "other machine's clippings.db anew."
        ) from fault
