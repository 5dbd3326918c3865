"""The file of the clippings: opened, brought up to date, written in whole transactions.

WAL mode: readers never wait; writers queue for up to 30 seconds. The version of the tables is
`user_version`: the count of the numbered files in clippings_migrations/.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pressroom.errors import StoreError
from pressroom.model import sha256

if TYPE_CHECKING:
    from collections.abc import Iterator

MIGRATIONS = Path(__file__).with_name("clippings_migrations")
WAIT_MS = 30_000
LOG_PAGES = 4_000
"""Pages of the write-ahead log (16 MB) after which it is written back."""

BAD_VALUES = (sqlite3.ProgrammingError, sqlite3.IntegrityError, sqlite3.DataError)
"""A value that no column takes: the fault of whoever gave it, not of the database."""


def connect(path: Path) -> sqlite3.Connection:
    """Open or create the database at `path`, its tables up to date; call within `faults`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path, isolation_level=None)
    try:
        _prepare(db, path)
    except BaseException:
        db.close()
        raise
    return db


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All of it or nothing, whatever is raised; other writers wait."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield db
    except BaseException:
        if db.in_transaction:  # a full disk has ended it already
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


@contextmanager
def faults(path: Path) -> Iterator[None]:
    """Say what is wrong with the file or its disk as a StoreError."""
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


def version(db: sqlite3.Connection) -> int:
    """How many migrations the file has seen."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def migrations() -> list[Path]:
    """The numbered files, in order; their count is the version of today."""
    return sorted(MIGRATIONS.glob("*.sql"))


def seal(*values: str | None) -> str:
    """The hash of all that an item says: a row that was altered or damaged shows it."""
    return sha256(json.dumps(values, ensure_ascii=False))


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    db.execute(f"PRAGMA busy_timeout = {WAIT_MS}")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
    files = migrations()
    if version(db) == len(files):
        return
    db.create_function("seal", -1, seal, deterministic=True)
    with transaction(db):
        _migrate(db, files, path)


def _migrate(db: sqlite3.Connection, files: list[Path], path: Path) -> None:
    done = version(db)
    if done > len(files):
        raise newer(path)
    for number, file in enumerate(files[done:], done + 1):
        for statement in _statements(file.read_text(encoding="utf-8")):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {number}")


def newer(path: Path) -> StoreError:
    """What to say of a file of a later version."""
    return StoreError(f"{path}: was written by a newer Pressroom. Update Pressroom.")


def _statements(script: str) -> Iterator[str]:
    """One statement at a time: `executescript` would commit in between."""
    waiting = ""
    for line in script.splitlines(keepends=True):
        waiting += line
        if sqlite3.complete_statement(waiting):
            yield waiting
            waiting = ""
