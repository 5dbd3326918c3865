"""Tells the newsroom how a send goes: by mail, by a command of its own, and in the database.

An alert that cannot be delivered is said and never stops the send.
"""

from __future__ import annotations

import json
import subprocess
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from pressroom.errors import PressroomError
from pressroom.newsroom.signing import signer

if TYPE_CHECKING:
    from collections.abc import Callable

    from pressroom.model import Transport
    from pressroom.store.mailing import Mailing
    from pressroom.workspace import Workspace

Kind = Literal["scheduled", "started", "held", "done", "failed", "paused", "cancelled"]
TIMEOUT = 30

NEXT: dict[Kind, str] = {"held": "send {}", "failed": "send --due"}
"""The command that goes on or mends it; of all other kinds the one that shows the state."""

OFTEN = timedelta(hours=1)
"""A fault that changes its words is told again after so long."""

OWED = timedelta(days=1)
"""So long an alert that reached nobody is tried again."""


@dataclass(frozen=True, slots=True)
class Alert:
    """What happened to which issue, in words."""

    kind: Kind
    issue: str
    words: str

    @property
    def next(self) -> str:
        """The command that goes on or mends it."""
        return "pressroom " + NEXT.get(self.kind, "send {} --status").format(self.issue)

    @property
    def text(self) -> str:
        """The alert as a mail's text."""
        return f"{self.words}\n\nNext: {self.next}\n"


def tell(
    ws: Workspace, base: Mailing, alert: Alert, now: datetime, door: Callable[[], Transport]
) -> list[str]:
    """Pass an alert on; returns in words what could not be told to whom."""
    if _is_told(base, alert, now):
        return []
    told, faults = _pass_on(ws, alert, _everybody(ws), now, door)
    _write(base, alert, told, now)
    return faults


def tell_again(ws: Workspace, base: Mailing, now: datetime, door: Callable[[], Transport]) -> None:
    """Pass on what did not reach everybody: the last alert of each issue, for a day."""
    from sqlalchemy import text

    sql = "SELECT * FROM alerts WHERE id IN (SELECT max(id) FROM alerts GROUP BY issue)"
    with base.read() as connection:
        rows = list(connection.execute(text(sql)))
    for row in rows:
        reached = [name for name in row.to_whom.split(", ") if name]
        missed = [name for name in _everybody(ws) if name not in reached]
        if not missed or datetime.fromisoformat(row.time) + OWED < now:
            continue
        told, _ = _pass_on(ws, Alert(row.kind, row.issue, row.words), missed, now, door)
        if told:
            update = text("UPDATE alerts SET to_whom = :to WHERE id = :id")
            with base.write() as connection:
                connection.execute(update, {"to": ", ".join(reached + told), "id": row.id})


def last(base: Mailing, issue: str) -> tuple[str, str, str] | None:
    """Kind, whom and when of the last alert about an issue."""
    row = _last(base, issue)
    return (row.kind, row.to_whom, row.time) if row else None


def _last(base: Mailing, issue: str) -> Any:
    from sqlalchemy import text

    sql = "SELECT * FROM alerts WHERE issue = :issue ORDER BY id DESC LIMIT 1"
    with base.read() as connection:
        return connection.execute(text(sql), {"issue": issue}).one_or_none()


def _is_told(base: Mailing, alert: Alert, now: datetime) -> bool:
    """Whether the last alert about its issue was this very end, or a fault told not long ago."""
    row = _last(base, alert.issue)
    if row is None or row.kind != alert.kind or alert.kind not in {"failed", "done"}:
        return False
    lately = alert.kind == "failed" and datetime.fromisoformat(row.time) + OFTEN > now
    return bool(lately or row.words == alert.words)


def _everybody(ws: Workspace) -> list[str]:
    """Whom alerts reach: addresses, and the name of a command."""
    return [*ws.settings.alerts.email, *ws.settings.alerts.command[:1]]


def _pass_on(
    ws: Workspace, alert: Alert, whom: list[str], now: datetime, door: Callable[[], Transport]
) -> tuple[list[str], list[str]]:
    """Whom it reached; and in words, whom not."""
    told, faults = [], []
    for name in whom:
        by_command = name in ws.settings.alerts.command[:1]
        fault = _by_command(ws, alert) if by_command else _by_mail(ws, name, alert, now, door)
        told += [] if fault else [name]
        faults += [fault] if fault else []
    return told, faults


def _write(base: Mailing, alert: Alert, told: list[str], now: datetime) -> None:
    from sqlalchemy import text

    sql = """
        INSERT INTO alerts (issue, kind, words, to_whom, time)
        VALUES (:issue, :kind, :words, :to, :time)"""
    time = now.astimezone(UTC).isoformat(timespec="seconds")
    with base.write() as connection:
        values = {"issue": alert.issue, "kind": alert.kind, "words": alert.words}
        connection.execute(text(sql), values | {"to": ", ".join(told), "time": time})


def _by_mail(
    ws: Workspace, address: str, alert: Alert, now: datetime, door: Callable[[], Transport]
) -> str:
    """Mail an alert; returns in words why it could not be."""
    from pressroom.send.message import simple_mail

    subject = f"{ws.settings.masthead.name} {alert.issue}: {alert.kind}"
    try:
        mail = simple_mail(
            ws.settings.delivery.sender, "", address, subject, alert.text, locale="en", date=now,
            signer=signer(ws),
        )  # fmt: skip
        with closing(door()) as transport:
            reply = transport.send(mail)
    except (PressroomError, OSError) as fault:
        return f"alerts.email: {address} was not told ({fault})"
    return "" if reply.state == "sent" else f"alerts.email: {address} was not told ({reply.text})"


def _by_command(ws: Workspace, alert: Alert) -> str:
    """Run the newsroom's command; returns in words why it did not do."""
    command = ws.settings.alerts.command
    told = asdict(alert) | {"next": alert.next}
    try:
        done = subprocess.run(  # noqa: S603 - the newsroom's own command, no shell
            list(command), input=json.dumps(told, ensure_ascii=False).encode(),
            cwd=ws.root, timeout=TIMEOUT, check=False, capture_output=True,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as fault:
        return f"alerts.command: {command[0]} did not run ({fault})"
    return f"alerts.command: {command[0]} ended with {done.returncode}" if done.returncode else ""
