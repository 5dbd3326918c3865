"""What a bounce or a complaint does to a reader and to the ledger.

hard        bounced at once
soft        bounced at the 5th within 30 days, when nothing was delivered between
complaint   complained, and suppressed
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pressroom.model import sha256
from pressroom.store import suppression
from pressroom.store.records import BY_ID, bounded, tidy
from pressroom.store.statements import run

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from pressroom.store.mailing import Mailing

MOST_SOFT = 5
SOFT_DAYS = 30

NOTE = """
    INSERT INTO bounces (mail, subscriber_id, issue, kind, status, time)
    VALUES (:mail, :id, :issue, :kind, :status, :time) ON CONFLICT (mail) DO NOTHING"""

ROW = """
    UPDATE deliveries SET state = 'bounced', reply = :status, updated = :time
    WHERE subscriber_id = :id AND issue = :issue AND state IN ('sent', 'uncertain')"""

DELIVERED = """
    SELECT max(d.updated) FROM deliveries d
    WHERE d.subscriber_id = :id AND d.state = 'sent' AND d.leaves = 1"""

SOFT = """
    SELECT count(*) FROM bounces
    WHERE subscriber_id = :id AND kind = 'soft' AND time > :since AND time <= :now"""

COUNT = "UPDATE subscribers SET soft = :soft WHERE id = :id"

STOP = """
    UPDATE subscribers SET state = 'bounced', bounced_at = :time
    WHERE id = :id AND state IN ('pending', 'active', 'paused')"""

COMPLAIN = "UPDATE subscribers SET state = 'complained' WHERE id = :id AND state <> 'forgotten'"

STATE = "SELECT state FROM subscribers WHERE id = :id"


def note_bounce(  # noqa: PLR0913, PLR0917 - a bounce has all of these
    m: Mailing,
    reader_id: int,
    mark: str,
    issue: str,
    kind: str,
    status: str,
    mail_id: str,
    now: datetime,
) -> str:
    """Write a bounce down once; the state the reader is in after it, empty for nobody's.

    `mark` is the first 8 hex digits of the SHA-256 of the reader's token: a made-up number in
    an address does nothing. A mail seen before changes nothing. After a complaint the ledger
    row stays `sent`: it was delivered.
    """
    with m.write() as connection:
        row = run(connection, BY_ID, id=bounded(reader_id)).one_or_none()
        if row is None or row.state == "forgotten" or sha256(row.token)[:8] != mark:
            return ""
        values = {"id": row.id, "issue": tidy(issue), "status": tidy(status, 500)}
        values["time"] = _stamp(now)
        if run(connection, NOTE, mail=tidy(mail_id, 500), kind=kind, **values).rowcount:
            if kind == "complaint":
                _complained(connection, row, now)
            else:
                run(connection, ROW, **values)
                _judge(connection, row.id, kind, now)
        return str(run(connection, STATE, id=row.id).scalar_one())


def _judge(connection: Connection, id_: int, kind: str, now: datetime) -> None:
    soft = _soft(connection, id_, now) if kind == "soft" else 0
    if kind == "soft":
        run(connection, COUNT, id=id_, soft=soft)
    if kind == "hard" or soft >= MOST_SOFT:
        run(connection, STOP, id=id_, time=_stamp(now))


def _complained(connection: Connection, row: Row[Any], now: datetime) -> None:
    run(connection, COMPLAIN, id=row.id)
    suppression.put(connection, row.key, "complaint", _stamp(now))


def _soft(connection: Connection, id_: int, now: datetime) -> int:
    """Soft bounces since the last mail that came through, within the days that count.

    The ledger row of a mail that bounced is no longer `sent`, so a late bounce mends the count.
    """
    delivered = run(connection, DELIVERED, id=id_).scalar() or ""
    since = max(_stamp(now - timedelta(days=SOFT_DAYS)), delivered)
    return int(run(connection, SOFT, id=id_, since=since, now=_stamp(now)).scalar_one())


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
