"""One job at a time for one issue, by a lock that a kill lets go of."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pressroom.errors import Busy
from pressroom.model import sha256

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pressroom.store.mailing import Mailing


@contextmanager
def only_job(mailing: Mailing, issue: str) -> Iterator[None]:
    """Hold the issue's lock, or refuse with Busy while another job holds it.

    Beside a SQLite file: flock(2) on a file that stays (removing it would open a race). In
    PostgreSQL: an advisory lock of a connection that stands for nothing else.
    """
    file = mailing.file
    if file is None:
        with _advisory(mailing, issue):
            yield
    elif file.name in {"", ":memory:"}:
        yield
    else:
        with _flock(file.with_name(f"{file.name}.{sha256(issue)[:12]}.lock"), issue):
            yield


@contextmanager
def _flock(path: Path, issue: str) -> Iterator[None]:
    import fcntl

    with path.open("ab") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _refusal(issue) from None
        yield


@contextmanager
def _advisory(mailing: Mailing, issue: str) -> Iterator[None]:
    from sqlalchemy import text

    key = {"key": int(sha256(issue)[:15], 16)}
    engine = mailing.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), key).scalar_one():
            raise _refusal(issue)
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)


def _refusal(issue: str) -> Busy:
    return Busy(
        f"{issue}: another job is sending this issue. Wait until it is done; "
        "to look on: pressroom send --status"
    )
