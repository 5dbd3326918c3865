"""Who must never be mailed: a hash of each address, and why.

    complaint   a reader called a mail junk; only an editor lifts it
    bounce      the mailbox is gone; a reader who confirms anew lifts it
    request     the person asked for it; so does this

No import overrides it, and it outlives `forget`. The hash is SHA-256 of the address as key:
whoever has an address can ask whether it is here, nobody can read the list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from pressroom.errors import UsageError, did_you_mean
from pressroom.model import sha256
from pressroom.store.mailing_list import clean, key_of, normal_address
from pressroom.store.statements import run

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from pressroom.store.mailing import Mailing

Why = Literal["complaint", "bounce", "request"]
REASONS: tuple[str, ...] = get_args(Why)
AFTER = {"complaint": "complained", "bounce": "bounced", "request": "unsubscribed"}
"""The state a reader is left in by each reason."""

LIFTED = "lifted: "

PUT = """
    INSERT INTO suppressed (hash, why, time) VALUES (:hash, :why, :time)
    ON CONFLICT (hash) DO UPDATE SET why = excluded.why, time = excluded.time
    WHERE suppressed.why NOT IN ('complaint')"""

FIND = "SELECT why FROM suppressed WHERE hash = :hash AND why IN :reasons"

FIND_ALL = "SELECT hash, why FROM suppressed WHERE hash IN :hashes AND why IN :reasons"

LIFT = "UPDATE suppressed SET why = :why, time = :time WHERE hash = :hash AND why IN :reasons"

STOP = """
    UPDATE subscribers SET state = :state
    WHERE key = :key AND state NOT IN ('complained', 'forgotten')"""

COUNTS = "SELECT why, count(*) FROM suppressed WHERE why IN :reasons GROUP BY why ORDER BY why"


def suppress(m: Mailing, address: str, why: str) -> bool:
    """Never mail this address again; True when a reader had it and was stopped.

    Raises UsageError for what is no address, or another reason than those above.
    """
    if why not in REASONS:
        raise UsageError(f'"{why}" is no reason to suppress.{did_you_mean(why, REASONS)}')
    key = key_of(normal_address(address))
    with m.write() as connection:
        put(connection, key, why, m.time())
        return bool(run(connection, STOP, key=key, state=AFTER[why]).rowcount)


def unsuppress(m: Mailing, address: str, reason: str) -> bool:
    """Lift it, and keep the reason in its place; False when the address was not suppressed.

    Nobody is made active by it: the reader may ask again. Raises UsageError without a reason.
    """
    if not (words := clean(reason)[:500]):
        raise UsageError("Nothing was lifted. Say why in a few words; they are kept.")
    with m.write() as connection:
        return lift(connection, key_of(address), words, m.time(), REASONS)


def suppressed(m: Mailing, address: str) -> str:
    """Why an address is suppressed; empty when it is not."""
    with m.read() as connection:
        return why_not(connection, key_of(address))


def counts(m: Mailing) -> dict[str, int]:
    """How many addresses are suppressed for each reason."""
    with m.read() as connection:
        return dict(map(tuple, run(connection, COUNTS, reasons=REASONS)))


# --- within a caller's transaction, by key ---


def put(connection: Connection, key: str, why: str, time: str) -> None:
    """Suppress a key; a complaint is not made less by another reason."""
    run(connection, PUT, hash=sha256(key), why=why, time=time)


def lift(connection: Connection, key: str, words: str, time: str, reasons: Iterable[str]) -> bool:
    """Lift what is there for one of these reasons; False when nothing was."""
    done = run(
        connection, LIFT, hash=sha256(key), why=LIFTED + words, time=time, reasons=list(reasons)
    )
    return bool(done.rowcount)


def why_not(connection: Connection, key: str) -> str:
    """Why a key is suppressed; empty when it is not."""
    return run(connection, FIND, hash=sha256(key), reasons=REASONS).scalar() or ""


def why_not_all(connection: Connection, keys: Iterable[str]) -> dict[str, str]:
    """Those of the keys that are suppressed, each with the reason."""
    by_hash = {sha256(key): key for key in keys}
    rows = run(connection, FIND_ALL, hashes=list(by_hash), reasons=REASONS)
    return {by_hash[row.hash]: row.why for row in rows}
