"""The mailing database: who reads which edition, and the ledger of what they were sent.

SQLAlchemy Core over SQLite (a file in the private folder, WAL, synchronous=FULL: a commit
survives a power cut) or PostgreSQL by URL. SQL is kept as SQL and runs on both.

A reader's `key` is the address casefolded, unique: no provider tells `Anna@` from `anna@`
(RFC 5321 2.4 would allow it), and nobody shall get an issue twice. Whoever asks to be
forgotten leaves a hash as key, so that an old list does not bring them back.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pressroom.errors import SettingsError, StoreError
from pressroom.model import Locale, Subscriber
from pressroom.store import readers
from pressroom.store.mailing_list import LineReport, key_of
from pressroom.store.statements import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType

    from sqlalchemy import Connection, Engine, Row
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.pool import ConnectionPoolEntry

HEAD = "0002"
MIGRATIONS = Path(__file__).parent / "mailing_migrations"
BUSY_SECONDS = 30

_READER = "id, address, name, edition, token, state"


class Mailing:
    """An open mailing database; a context manager that closes it."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self.engine = engine
        self.now = now

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

    def time(self) -> str:
        """The time as it is written down: ISO 8601, UTC, to the second."""
        return self.now().astimezone(UTC).isoformat(timespec="seconds")

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

    def import_csv(
        self, path: Path, editions: Sequence[Locale], *, update: bool = False
    ) -> list[LineReport]:
        """Add readers from a list with columns address (or email), name, edition, tags, consent.

        One transaction; one report a line. A bad line costs only itself. Whoever is already
        in the database is kept as they are: an import neither re-activates nor moves anyone.
        With `update` it changes name, edition and tags of active readers.
        Raises StoreError when the file cannot be read as a list at all.
        """
        from pressroom.store.list_import import import_list

        return import_list(self, path, editions, update=update)

    def export_rows(self, words: str = "") -> list[dict[str, str]]:
        """Every reader of a segment that was not forgotten, in the columns an import reads."""
        from pressroom.store.list_export import export_rows

        return export_rows(self, words)

    def readers(self, editions: Sequence[Locale]) -> list[Subscriber]:
        """The active readers of these editions, in the order they came."""
        sql = f"SELECT {_READER} FROM subscribers WHERE state = 'active' ORDER BY id"  # noqa: S608 - a constant
        with self.read() as connection:
            every = (reader(row) for row in run(connection, sql))
            return [one for one in every if one.edition in editions]

    def reader(self, address: str) -> Subscriber | None:
        """One reader by address, in whatever state; None when nobody has it."""
        sql = f"SELECT {_READER} FROM subscribers WHERE key = :key"  # noqa: S608 - a constant
        with self.read() as connection:
            row = run(connection, sql, key=key_of(address)).one_or_none()
        return reader(row) if row else None

    def counts(self) -> dict[Locale, int]:
        """How many active readers each edition has."""
        sql = """
            SELECT edition, count(*) FROM subscribers
            WHERE state = 'active' GROUP BY edition ORDER BY edition"""
        with self.read() as connection:
            return {Locale(edition): n for edition, n in run(connection, sql)}

    def move(self, address: str, edition: Locale) -> bool:
        """Change a reader's edition; False when nobody has the address."""
        sql = "UPDATE subscribers SET edition = :edition WHERE key = :key"
        with self.write() as connection:
            moved = run(connection, sql, key=key_of(address), edition=edition)
        return bool(moved.rowcount)

    def unsubscribe(self, token: str) -> bool:
        """Stop mail to the reader with this token; False when the token is nobody's."""
        return readers.unsubscribe(self, token)

    def forget(self, address: str) -> bool:
        """Erase a reader, as `pressroom.store.readers.forget` does; False when unknown."""
        return readers.forget(self, address)

    def cut_log(self) -> None:
        """Write SQLite's write-ahead log into the file and cut it: it holds what was erased."""
        if not self.file:
            return
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
                f"({_said(fault)}). Nothing of this step was kept; check the disk "
                "and that it can be reached, then run the command again."
            ) from fault


def _said(fault: DBAPIError) -> str:
    """What the driver said, less its details: those hold values."""
    return str(fault.orig).strip().partition("\n")[0]


def reader(row: Row[Any]) -> Subscriber:
    """A reader from a row that has the columns of one."""
    return Subscriber(row.id, row.address, row.name, Locale(row.edition), row.token, row.state)


def _engine(url: str) -> Engine:
    from sqlalchemy import create_engine, event
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError

    try:
        engine = create_engine(url, hide_parameters=True)  # addresses stay out of what is said
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


def _version(connection: Connection) -> str:
    from sqlalchemy import inspect

    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(run(connection, "SELECT max(version_num) FROM alembic_version").scalar_one() or "")


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    if connection.dialect.name == "postgresql":
        run(connection, "SELECT pg_advisory_xact_lock(7463)")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
