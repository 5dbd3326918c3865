"""The mailing database: who reads which edition, and the ledger of what they were sent.

SQLAlchemy Core over SQLite (a file in the private folder, WAL, synchronous=FULL: a commit
survives a power cut) or PostgreSQL by URL. SQL is kept as SQL and runs on both.

A reader's `key` is the address casefolded, unique: no provider tells `Anna@` from `anna@`
(RFC 5321 2.4 would allow it), and nobody shall get an issue twice. Whoever asks to be
forgotten leaves a hash as key, so that an old list does not bring them back.
"""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pressroom.errors import SettingsError, StoreError, UsageError
from pressroom.model import Locale, Subscriber, sha256
from pressroom.store.mailing_list import Line, LineReport, key_of, lines, wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType

    from sqlalchemy import Connection, Engine, Row
    from sqlalchemy.pool import ConnectionPoolEntry

HEAD = "0002"
MIGRATIONS = Path(__file__).parent / "mailing_migrations"
BUSY_SECONDS = 30

_READER = "id, address, name, edition, token, state"


class Mailing:
    """An open mailing database; a context manager that closes it."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self.engine = engine
        self._now = now

    @classmethod
    def open(cls, url: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Self:
        """Open the database of a SQLAlchemy URL, creating or updating its tables.

        Raises SettingsError for a URL that cannot be one, StoreError for a database that
        does not open or was made by a newer Pressroom.
        """
        mailing = cls(_engine(url), now)
        try:
            mailing._update_tables()
        except BaseException:
            mailing.close()
            raise
        return mailing

    def __enter__(self) -> Self:
        """Return itself."""
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
        """Let go of every connection."""
        self.engine.dispose()

    @property
    def where(self) -> str:
        """The database as one may show it: the file, or the URL without its password."""
        url = self.engine.url
        return url.database or "memory" if self.file else url.render_as_string()

    @property
    def file(self) -> Path | None:
        """The SQLite file; None for another database."""
        url = self.engine.url
        return Path(url.database or "") if url.get_backend_name() == "sqlite" else None

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that writes: all of it or nothing; a fault is a StoreError."""
        with self._faults(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One transaction that only reads, and never waits for a writer."""
        with self._faults(), self.engine.execution_options(reads=True).begin() as connection:
            yield connection

    def import_csv(self, path: Path, editions: Sequence[Locale]) -> list[LineReport]:
        """Add readers from a list with columns address (or email), name, edition.

        One transaction; one report a line. A bad line costs only itself. Whoever is already
        in the database is kept as they are: an import neither re-activates nor moves anyone.
        Raises StoreError when the file cannot be read as a list at all.
        """
        with self.write() as connection:
            return [_import(connection, line, editions, self._now()) for line in lines(path)]

    def export_rows(self) -> list[dict[str, str]]:
        """Every reader that was not forgotten, in the columns that an import reads."""
        sql = """
            SELECT address, name, edition, state, added FROM subscribers
            WHERE state <> 'forgotten' ORDER BY id"""
        with self.read() as connection:
            return [dict(row) for row in _run(connection, sql).mappings()]

    def readers(self, editions: Sequence[Locale]) -> list[Subscriber]:
        """The active readers of these editions, in the order they came."""
        sql = f"SELECT {_READER} FROM subscribers WHERE state = 'active' ORDER BY id"  # noqa: S608 - a constant
        with self.read() as connection:
            every = (reader(row) for row in _run(connection, sql))
            return [one for one in every if one.edition in editions]

    def reader(self, address: str) -> Subscriber | None:
        """One reader by address, in whatever state; None when nobody has it."""
        sql = f"SELECT {_READER} FROM subscribers WHERE key = :key"  # noqa: S608 - a constant
        with self.read() as connection:
            row = _run(connection, sql, key=key_of(address)).one_or_none()
        return reader(row) if row else None

    def counts(self) -> dict[Locale, int]:
        """How many active readers each edition has."""
        sql = """
            SELECT edition, count(*) FROM subscribers
            WHERE state = 'active' GROUP BY edition ORDER BY edition"""
        with self.read() as connection:
            return {Locale(edition): n for edition, n in _run(connection, sql)}

    def move(self, address: str, edition: Locale) -> bool:
        """Change a reader's edition; False when nobody has the address."""
        sql = "UPDATE subscribers SET edition = :edition WHERE key = :key"
        with self.write() as connection:
            moved = _run(connection, sql, key=key_of(address), edition=edition)
        return bool(moved.rowcount)

    def unsubscribe(self, token: str) -> bool:
        """Stop mail to the reader with this token; False when the token is nobody's."""
        sql = """
            UPDATE subscribers SET state = 'unsubscribed'
            WHERE token = :token AND state <> 'forgotten'"""
        with self.write() as connection:
            left = _run(connection, sql, token=token)
        return bool(left.rowcount)

    def forget(self, address: str) -> bool:
        """Erase a reader: address, name, token, what servers said; False when unknown.

        Ledger rows stay, as counts of nobody; the hash that stays keeps an import from
        adding the address again.
        """
        with self.write() as connection:
            row = _run(
                connection, "SELECT id FROM subscribers WHERE key = :key", key=key_of(address)
            ).one_or_none()
            if row:
                _erase(connection, row.id, _gone(key_of(address)))
        if self.file:
            self._empty_log()
        return row is not None

    def _empty_log(self) -> None:
        """Write the write-ahead log into the file and cut it: it holds older pages."""
        raw = self.engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            raw.close()

    def _update_tables(self) -> None:
        with self.read() as connection:
            version = _version(connection)
        if version == HEAD:
            return
        if version > HEAD:
            raise StoreError(
                f"{self.where}: was made by a newer Pressroom ({version} > {HEAD}). "
                "Update Pressroom on this machine."
            )
        with self.write() as connection:
            _migrate(connection)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        from sqlalchemy.exc import DBAPIError

        try:
            yield
        except DBAPIError as fault:
            raise StoreError(
                f"{self.where}: the mailing database did not answer as it should "
                f"({str(fault.orig).strip()}). Nothing of this step was kept; check the disk "
                "and that it can be reached, then run the command again."
            ) from fault


def reader(row: Row[Any]) -> Subscriber:
    """A reader from a row that has the columns of one."""
    return Subscriber(row.id, row.address, row.name, Locale(row.edition), row.token, row.state)


def _engine(url: str) -> Engine:
    from sqlalchemy import create_engine, event
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError

    try:
        engine = create_engine(url)
    except (ArgumentError, NoSuchModuleError):
        raise SettingsError(
            "newsletter.toml: delivery.database: is not a database URL. Write one like "
            "postgresql+psycopg://user@host/name, or leave it out for a file."
        ) from None
    except ModuleNotFoundError as fault:
        raise SettingsError(
            f"newsletter.toml: delivery.database: needs the Python package {fault.name}. "
            f"Install it: pip install {fault.name}"
        ) from None
    if engine.url.get_backend_name() == "sqlite":
        _private_file(engine.url.database)
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
    return engine


def _private_file(name: str | None) -> None:
    """Addresses are nobody else's to read: the file is made for its owner alone."""
    if not name or name == ":memory:":
        return
    path = Path(name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as fault:
        raise StoreError(
            f"{path}: cannot be written ({fault.strerror}). Correct the permissions or "
            "[private] dir, then run the command again."
        ) from fault


def _on_connect(raw: Any, _entry: ConnectionPoolEntry) -> None:
    raw.isolation_level = None  # BEGIN is ours: sqlite3 would start transactions too late
    for pragma in (
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",  # what `forget` erases is gone from the file too
    ):
        raw.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Connection) -> None:
    """A writer takes its turn at once: an upgrade in mid-transaction cannot wait (SQLITE_BUSY)."""
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _run(connection: Connection, sql: str, **values: object) -> Any:
    from sqlalchemy import text

    return connection.execute(text(sql), values)


def _version(connection: Connection) -> str:
    from sqlalchemy import inspect

    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(_run(connection, "SELECT max(version_num) FROM alembic_version").scalar_one() or "")


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    if connection.dialect.name == "postgresql":
        _run(connection, "SELECT pg_advisory_xact_lock(7463)")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _gone(key: str) -> str:
    return f"forgotten:{sha256(key)}"


def _erase(connection: Connection, id_: int, gone: str) -> None:
    _run(
        connection,
        """UPDATE subscribers SET key = :gone, address = :gone, name = '', token = :token,
           state = 'forgotten' WHERE id = :id""",
        id=id_, gone=gone, token=secrets.token_hex(16),
    )  # fmt: skip
    _run(connection, "UPDATE deliveries SET reply = '' WHERE subscriber_id = :id", id=id_)


def _import(
    connection: Connection, line: Line, editions: Sequence[Locale], now: datetime
) -> LineReport:
    try:
        new = wanted(line, editions)
    except UsageError as fault:
        return line.report("refused", f"{fault}.")
    return _add(connection, line, new, now)


def _add(connection: Connection, line: Line, new: Subscriber, now: datetime) -> LineReport:
    key = key_of(new.address)
    sql = "SELECT edition, state FROM subscribers WHERE key IN (:key, :gone)"
    if known := _run(connection, sql, key=key, gone=_gone(key)).first():
        return line.report("kept", _why_kept(known, new))
    _run(
        connection,
        """INSERT INTO subscribers (key, address, name, edition, token, state, added)
           VALUES (:key, :address, :name, :edition, :token, 'active', :added)""",
        key=key, address=new.address, name=new.name, edition=new.edition,
        token=secrets.token_hex(16), added=now.isoformat(timespec="seconds"),
    )  # fmt: skip
    return line.report("added")


def _why_kept(known: Row[Any], new: Subscriber) -> str:
    if known.state != "active":
        return f"is {known.state}, and stays so. Only the reader can come back."
    if known.edition != new.edition:
        return (
            f"already reads {known.edition}, and was kept. "
            f"To change it: pressroom subscribers move {new.address} {new.edition}"
        )
    return ""
