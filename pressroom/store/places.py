"""Where each record stands: an index that is made again from the WARC files when it is lost.

The WARC files are the truth. The index remembers one thing they cannot say themselves: how long
each was, so that records taken off its end are missed.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, NamedTuple, Self

from pressroom.errors import StoreError
from pressroom.model import sha256
from pressroom.store.chain import chains, cut, files, is_answer, order, walk
from pressroom.store.warc import DamageError, parse, stamp, unpacked

if TYPE_CHECKING:
    from pathlib import Path

    from pressroom.store.warc import Member, Record

RESTORE = "Restore it from a backup, or take it from another machine: pressroom gather --merge."
VERSION = 1
SCHEMA = f"""
CREATE TABLE IF NOT EXISTS record (
  id TEXT, machine TEXT, file TEXT, offset INTEGER, length INTEGER, sha256 TEXT, time TEXT,
  PRIMARY KEY (id, machine)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS file (
  machine TEXT, name TEXT, size INTEGER, head TEXT, PRIMARY KEY (machine, name)) WITHOUT ROWID;
PRAGMA user_version = {VERSION};
"""


class Place(NamedTuple):
    """Where a record stands, the SHA-256 of its gzip member, its time as WARC-Date has it."""

    id: str
    machine: str
    file: str
    offset: int
    length: int
    sha256: str
    time: str


class Known(NamedTuple):
    """How much of a file the index knows: its size then, and the hash of its last record."""

    name: str
    size: int
    head: str


class Places:
    """The index; every change is one transaction until `commit`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the index; one that cannot be read, or is of another version, is begun anew."""
        try:
            return cls(_connect(path))
        except sqlite3.DatabaseError:
            for left in path.parent.glob(f"{path.name}*"):
                left.unlink()
            return cls(_connect(path))

    def close(self) -> None:
        """Let go of the file; what was not committed is forgotten."""
        self._db.close()

    def commit(self) -> None:
        """Keep what was added."""
        self._db.commit()

    def rollback(self) -> None:
        """Forget what was added since the last commit."""
        self._db.rollback()

    def find(self, name: str) -> Place | None:
        """Where a record stands; of several machines' the first."""
        query = "SELECT * FROM record WHERE id = ? ORDER BY machine LIMIT 1"
        row = self._db.execute(query, (name,)).fetchone()
        return Place(*row) if row else None

    def count(self, machine: str, name: str, size: int) -> int:
        """How many records stand in the first `size` bytes of a file."""
        query = (
            "SELECT count(*) FROM record WHERE machine = ? AND file = ? AND offset + length <= ?"
        )
        return int(self._db.execute(query, (machine, name, size)).fetchone()[0])

    def known(self, machine: str) -> list[Known]:
        """The files of a machine as the index knows them, in the order of the chain."""
        rows = self._db.execute("SELECT name, size, head FROM file WHERE machine = ?", (machine,))
        return sorted((Known(*row) for row in rows), key=lambda known: order(known.name))

    def machines(self) -> list[str]:
        """The machines of which records are known."""
        return [row[0] for row in self._db.execute("SELECT DISTINCT machine FROM file ORDER BY 1")]

    def add(self, place: Place) -> None:
        """Note a record of an answer."""
        self._db.execute("INSERT OR IGNORE INTO record VALUES (?, ?, ?, ?, ?, ?, ?)", place)

    def mark(self, machine: str, known: Known) -> None:
        """Note how far a file goes."""
        self._db.execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?)", (machine, *known))

    def catch_up(self, folder: Path, own: str) -> None:
        """Read what was written since; cut off the torn tail of our own chain."""
        for chain in chains(folder):
            known = {k.name: k.size for k in self.known(chain.name)}
            found = files(chain)
            for path in found:
                size = known.get(path.name, 0)
                if path.stat().st_size > size:
                    self._extend(path, size, tail=chain.name == own and path == found[-1])
        self.commit()

    def _extend(self, path: Path, start: int, *, tail: bool) -> None:
        for found in walk(path, start):
            if not isinstance(found, DamageError):
                self._member(path, found)
            elif found.last and tail:
                cut(path, found)

    def _member(self, path: Path, member: Member) -> None:
        machine = path.parent.name
        self.mark(machine, Known(path.name, member.end, member.sha256))
        try:
            record = parse(member.block)
        except DamageError:
            return
        if is_answer(record):
            where = (machine, path.name, member.offset, member.length, member.sha256)
            self.add(Place(record.id, *where, stamp(record.time)))


def load(folder: Path, place: Place) -> tuple[bytes, Record]:
    """The bytes of a record as they stand in its file, and what they say; both checked."""
    path = folder / place.machine / place.file
    with path.open("rb") as file:
        file.seek(place.offset)
        data = file.read(place.length)
    if sha256(data) != place.sha256:
        raise StoreError(f"{path}: the record at byte {place.offset} was altered. {RESTORE}")
    record = parse(unpacked(data))
    if record.faults or record.id != place.id:
        fault = next(iter(record.faults), "it has another id")
        raise StoreError(f"{path}: the record at byte {place.offset}: {fault}. {RESTORE}")
    return data, record


def _check(db: sqlite3.Connection) -> None:
    if db.execute("PRAGMA user_version").fetchone()[0] not in {0, VERSION}:
        raise sqlite3.DatabaseError("its tables are those of another version")


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        _check(db)
        db.executescript(SCHEMA)
    except BaseException:
        db.close()
        raise
    return db
