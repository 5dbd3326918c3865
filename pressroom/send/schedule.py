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
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from pressroom.store.mailing import Mailing

PUT = """
    INSERT INTO sends (issue, edition, state, at, print, expected, why, updated)
    VALUES (:issue, :edition, :state, :at, :print, :expected, :why, :updated)
    ON CONFLICT (issue, edition) DO UPDATE SET state = excluded.state, at = excluded.at,
      print = excluded.print, expected = excluded.expected, why = excluded.why,
      updated = excluded.updated"""

UNMOVED = " WHERE sends.state = :was"

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

    if rows := [_values(one, now) for one in sends]:
        connection.execute(text(PUT), rows)


def _values(one: Send, now: datetime) -> dict[str, object]:
    times = {"at": _stamp(one.at), "updated": _stamp(now)}
    return one._asdict() | {"state": one.state.value} | times


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
) -> list[Send]:
    """Move editions to another state, with a reason; one that starts, starts now.

    What no longer stands as it is given here was decided by somebody else meanwhile, and stays.
    Returns those that were moved.
    """
    from sqlalchemy import text

    moved = []
    with mailing.write() as connection:
        for one in sends:
            at = now if state is SendState.STARTED else one.at
            new = one._replace(state=state, why=why, at=at)
            values = _values(new, now) | {"was": one.state.value}
            if connection.execute(text(PUT + UNMOVED), values).rowcount:
                moved.append(new)
    return moved


def moved_since(connection: Connection, issue: str, seen: Mapping[Locale, Send | None]) -> bool:
    """Whether one of these editions stands in another state than was seen; None: in none."""
    from sqlalchemy import text

    sql = text("SELECT edition, state FROM sends WHERE issue = :issue")
    now = {row.edition: row.state for row in connection.execute(sql, {"issue": issue})}
    return any(now.get(tag) != (one.state.value if one else None) for tag, one in seen.items())


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
