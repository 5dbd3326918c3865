"""One reader at a time: asks, confirms, changes, leaves, is erased; bounces and complains.

    pending -> active <-> paused          bounced, unsubscribed -> pending (asks again)
    any of them -> unsubscribed | bounced | complained | forgotten

Nothing but the reader's own confirmation makes anyone active again. Every function is one
transaction. Addresses are in what they return and in no error.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import asdict
from datetime import UTC
from typing import TYPE_CHECKING

from pressroom.errors import UsageError
from pressroom.store import suppression
from pressroom.store.bounced import note_bounce
from pressroom.store.mailing_list import key_of, normal_address
from pressroom.store.records import (
    BY_ID,
    BY_KEY,
    BY_TOKEN,
    LONGEST,
    STATES,
    Consent,
    Record,
    bounded,
    gone_key,
    plain,
    record,
    tidy,
)
from pressroom.store.statements import run

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from pressroom.model import Locale, Subscriber
    from pressroom.store.mailing import Mailing

__all__ = [
    "STATES", "Consent", "Record", "ask", "by_address", "by_id", "by_token", "change", "confirm",
    "data_of", "drop_pending", "erase", "forget", "ip_hash", "note_bounce", "own_data", "unsubscribe",
]  # fmt: skip

INSERT = """
    INSERT INTO subscribers (key, address, name, edition, token, state, added,
        consent_at, consent_how, consent_ip, consent_words)
    VALUES (:key, :address, :name, :edition, :token, 'pending', :added, :at, :how, :ip, :words)
    ON CONFLICT (key) DO NOTHING"""

ASK_AGAIN = """
    UPDATE subscribers SET state = 'pending', address = :address, name = :name,
        edition = :edition, consent_at = :at, consent_how = :how, consent_ip = :ip,
        consent_words = :words
    WHERE id = :id AND state IN ('pending', 'unsubscribed', 'bounced', 'complained')"""

CONFIRM = """
    UPDATE subscribers SET state = 'active', soft = 0, bounced_at = '',
        consent_at = :at, consent_how = :how, consent_ip = :ip, consent_words = :words
    WHERE id = :id AND state = 'pending'"""

CHANGE = """
    UPDATE subscribers SET edition = :edition, name = :name, early = :early, state = :state
    WHERE id = :id AND state = :was"""

LEAVE = """
    UPDATE subscribers SET state = 'unsubscribed'
    WHERE id = :id AND state IN ('pending', 'active', 'paused', 'bounced')"""

ERASE = """
    UPDATE subscribers SET key = :gone, address = :gone, name = '', token = :token, tags = '',
        state = 'forgotten', early = 0, soft = 0, bounced_at = '',
        consent_at = '', consent_how = '', consent_ip = '', consent_words = ''
    WHERE id = :id AND key = :key"""

ERASE_REPLIES = "UPDATE deliveries SET reply = '' WHERE subscriber_id = :id"

ERASE_BOUNCES = "DELETE FROM bounces WHERE subscriber_id = :id"

DROP = """
    DELETE FROM subscribers WHERE state = 'pending' AND consent_at < :before
      AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.subscriber_id = subscribers.id)
      AND NOT EXISTS (SELECT 1 FROM bounces b WHERE b.subscriber_id = subscribers.id)"""

LET_GO = """
    UPDATE subscribers SET state = 'unsubscribed'
    WHERE state = 'pending' AND consent_at < :before"""

DELIVERIES = """
    SELECT issue, edition, state, reply, message_id, leaves, updated FROM deliveries
    WHERE subscriber_id = :id ORDER BY id"""

BOUNCES = "SELECT issue, kind, status, time FROM bounces WHERE subscriber_id = :id ORDER BY id"


def ask(m: Mailing, address: str, name: str, edition: Locale, consent: Consent) -> Subscriber:
    """Note that somebody asked for the newsletter with this address; the reader as they now are.

    Whoever is new, or left, or was forgotten, is `pending`. Whoever is active or paused stays
    exactly so: anyone can type anyone's address. Raises UsageError for what is no address, and
    for one that is suppressed after a complaint.
    """
    address = normal_address(address)
    values = {"address": address, "name": tidy(name), "edition": edition} | _told(consent)
    values["at"] = values["at"] or m.time()
    with m.write() as connection:
        key = key_of(address)
        if suppression.why_not(connection, key) == "complaint":
            raise UsageError("This address is not mailed any more, after a complaint.")
        token = secrets.token_hex(16)
        run(connection, INSERT, key=key, token=token, added=m.time(), **values)
        row = run(connection, BY_KEY, key=key).one()
        run(connection, ASK_AGAIN, id=row.id, **values)
        return record(run(connection, BY_ID, id=row.id).one()).subscriber


def confirm(m: Mailing, token: str, consent: Consent) -> Subscriber | None:
    """Make a pending reader active; the reader, or None when the token has none to confirm.

    A second confirmation changes nothing and returns the same. Empty fields of `consent` keep
    what was noted when the reader asked. A suppression that was no complaint is lifted.
    """
    with m.write() as connection:
        row = run(connection, BY_TOKEN, token=plain(token)).one_or_none()
        if row is None or row.state not in {"pending", "active", "paused"}:
            return None
        if row.state == "pending":
            known = asdict(record(row).consent)
            given = {field: words for field, words in _told(consent).items() if words}
            run(connection, CONFIRM, id=row.id, **(known | given))
            lifted = ("bounce", "request")
            suppression.lift(connection, row.key, "the reader confirmed", m.time(), lifted)
        return record(run(connection, BY_ID, id=row.id).one()).subscriber


def by_token(m: Mailing, token: str) -> Record | None:
    """The reader whose token it is, in whatever state but forgotten."""
    return _found(m, BY_TOKEN, token=plain(token))


def by_address(m: Mailing, address: str) -> Record | None:
    """The reader with this address in any case, in whatever state but forgotten."""
    return _found(m, BY_KEY, key=key_of(address))


def by_id(m: Mailing, reader_id: int) -> Record | None:
    """The reader of this number, in whatever state."""
    return _found(m, BY_ID, id=bounded(reader_id))


def change(
    m: Mailing,
    token: str,
    *,
    edition: Locale | None = None,
    name: str | None = None,
    early: bool | None = None,
    paused: bool | None = None,
) -> bool:
    """Change what is given; False when the token has no reader who could get mail.

    `paused` stops and starts mail to an active reader, and makes no pending one active.
    """
    with m.write() as connection:
        row = run(connection, BY_TOKEN, token=plain(token)).one_or_none()
        if row is None or row.state not in {"pending", "active", "paused"}:
            return False
        done = run(
            connection, CHANGE, id=row.id, was=row.state, state=_turned(row.state, paused=paused),
            edition=edition or row.edition, name=row.name if name is None else tidy(name),
            early=row.early if early is None else int(early),
        )  # fmt: skip
        return bool(done.rowcount)


def unsubscribe(m: Mailing, token: str) -> bool:
    """Stop mail to the reader with this token; False when the token is nobody's.

    Who complained stays in that state, which says more.
    """
    with m.write() as connection:
        row = run(connection, BY_TOKEN, token=plain(token)).one_or_none()
        if row is not None:
            run(connection, LEAVE, id=row.id)
        return row is not None


def erase(m: Mailing, token: str) -> bool:
    """Forget the reader with this token, as `forget` does; False when it is nobody's."""
    return _erase_where(m, BY_TOKEN, token=plain(token))


def forget(m: Mailing, address: str) -> bool:
    """Erase a reader: address, name, token, tags, consent, what servers said; False when unknown.

    Ledger rows stay, as counts of nobody. The hash that stays keeps an import from adding the
    address again; a suppression stays too.
    """
    return _erase_where(m, BY_KEY, key=key_of(address))


def own_data(m: Mailing, token: str) -> dict[str, object] | None:
    """All we hold of the reader with this token, deliveries included, as plain JSON values.

    The secret of their links is left out: whoever reads a copy of this could use it.
    """
    return _data_where(m, BY_TOKEN, token=plain(token))


def data_of(m: Mailing, address: str) -> dict[str, object] | None:
    """The same by address; for an address that was forgotten, or is only suppressed, that."""
    key = key_of(address)
    if data := _data_where(m, BY_KEY, key=key):
        return data
    with m.read() as connection:
        gone = run(connection, BY_KEY, key=gone_key(key)).one_or_none()
        why = suppression.why_not(connection, key)
    return {"state": "forgotten" if gone else "", "suppressed": why} if gone or why else None


def drop_pending(m: Mailing, before: datetime) -> int:
    """Let go of whoever asked before a time and never confirmed; how many that were.

    Their rows are deleted; who had been a reader before is back at `unsubscribed`.
    """
    moment = before.astimezone(UTC).isoformat(timespec="seconds")
    with m.write() as connection:
        dropped = run(connection, DROP, before=moment).rowcount
        dropped += run(connection, LET_GO, before=moment).rowcount
    m.cut_log()
    return int(dropped)


def ip_hash(ip: str, secret: bytes) -> str:
    """What may be kept of an IP: HMAC-SHA256 under a secret of the server, cut to 128 bits.

    Without a secret all of IPv4 could be tried in minutes. Empty for no IP.
    """
    return hmac.new(secret, ip.encode(), hashlib.sha256).hexdigest()[:32] if ip else ""


def _told(consent: Consent) -> dict[str, str]:
    return {field: tidy(words, 10 * LONGEST) for field, words in asdict(consent).items()}


def _turned(state: str, *, paused: bool | None) -> str:
    if state == "pending" or paused is None:
        return state
    return "paused" if paused else "active"


def _found(m: Mailing, sql: str, **values: object) -> Record | None:
    with m.read() as connection:
        row = run(connection, sql, **values).one_or_none()
    return record(row) if row else None


def _erase_where(m: Mailing, sql: str, **values: object) -> bool:
    with m.write() as connection:
        row = run(connection, sql, **values).one_or_none()
        if row:
            _erase(connection, row.id, row.key)
    m.cut_log()
    return row is not None


def _erase(connection: Connection, id_: int, key: str) -> None:
    gone = gone_key(key)
    if run(connection, BY_KEY, key=gone).first():  # came back, and is forgotten once more
        gone = f"{gone}:{id_}"
    run(connection, ERASE, id=id_, key=key, gone=gone, token=secrets.token_hex(16))
    run(connection, ERASE_REPLIES, id=id_)
    run(connection, ERASE_BOUNCES, id=id_)


def _data_where(m: Mailing, sql: str, **values: object) -> dict[str, object] | None:
    with m.read() as connection:
        row = run(connection, sql, **values).one_or_none()
        if row is None:
            return None
        every = [run(connection, sql, id=row.id).mappings() for sql in (DELIVERIES, BOUNCES)]
        deliveries, bounces = ([dict(one) for one in rows] for rows in every)
        why = suppression.why_not(connection, row.key)
    data = asdict(record(row))
    del data["id"], data["token"]
    return data | {"suppressed": why, "deliveries": deliveries, "bounces": bounces}
