"""What was decided of each edition of an issue: locked, its hour, held, paused, done.

locked | scheduled -> started -> done
scheduled -> held (an edit, a finding, too late)      started <-> paused
anything not done -> cancelled
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from pressroom.model import Locale

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from pressroom.store.mailing import Mailing

PUT = """
    INSERT INTO sends (issue, edition, state, at, print, expected, why, updated)
    VALUES (:issue, :edition, :state, :at, :print, :expected, :why, :updated)
    ON CONFLICT (issue, edition) DO UPDATE SET state = excluded.state, at = excluded.at,
      print = excluded.print, expected = excluded.expected, why = excluded.why,
      updated = excluded.updated"""

COLUMNS = "issue, edition, state, at, print, expected, why"


class SendState(StrEnum):
    """Where an edition's send stands."""

    SCHEDULED = "scheduled"
    HELD = "held"
    STARTED = "started"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class Send(NamedTuple):
    """One edition's send: its state, its hour, the print that is locked for it, why it is held."""

    issue: str
    edition: Locale
    state: SendState
    at: datetime
    print: str
    expected: int
    why: str = ""


LOCKED = frozenset({SendState.SCHEDULED, SendState.HELD, SendState.STARTED, SendState.PAUSED})


def put(connection: Connection, sends: Iterable[Send], now: datetime) -> None:
    """Write these editions' sends, over what there was."""
    from sqlalchemy import text

    rows = [
        one._asdict() | {"state": one.state.value, "at": _stamp(one.at), "updated": _stamp(now)}
        for one in sends
    ]
    if rows:
        connection.execute(text(PUT), rows)


def remove(connection: Connection, issue: str, editions: Iterable[Locale]) -> None:
    """Forget these editions' sends."""
    from sqlalchemy import text

    for edition in editions:
        connection.execute(
            text("DELETE FROM sends WHERE issue = :issue AND edition = :edition"),
            {"issue": issue, "edition": edition},
        )


def of(mailing: Mailing, issue: str) -> dict[Locale, Send]:
    """What was decided of each edition of an issue."""
    return {one.edition: one for one in _read(mailing, "issue = :issue", issue=issue)}


def every(mailing: Mailing, states: Iterable[SendState]) -> list[Send]:
    """All editions of all issues in these states, the earliest hour first."""
    wanted = {state.value for state in states}
    return [one for one in _read(mailing, "1 = 1") if one.state.value in wanted]


def change(
    mailing: Mailing, sends: Iterable[Send], state: SendState, now: datetime, why: str = ""
) -> None:
    """Move editions to another state, with a reason; one that starts, starts now."""
    moved = [
        one._replace(state=state, why=why, at=now if state is SendState.STARTED else one.at)
        for one in sends
    ]
    with mailing.write() as connection:
        put(connection, moved, now)


def is_going(mailing: Mailing, issue: str, editions: Iterable[Locale]) -> bool:
    """Whether no person has paused or cancelled the send of these editions."""
    stops, asked = {SendState.PAUSED, SendState.CANCELLED}, set(editions)
    rows = of(mailing, issue).values()
    return not any(one.state in stops for one in rows if one.edition in asked)


def _read(mailing: Mailing, where: str, **values: object) -> list[Send]:
    from sqlalchemy import text

    statement = f"SELECT {COLUMNS} FROM sends WHERE {where} ORDER BY at, issue, edition"  # noqa: S608 - constants
    with mailing.read() as connection:
        return [_send(row) for row in connection.execute(text(statement), values)]


def _send(row: Any) -> Send:
    at = datetime.fromisoformat(row.at)
    state = SendState(row.state)
    return Send(row.issue, Locale(row.edition), state, at, row.print, row.expected, row.why)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
