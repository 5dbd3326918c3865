"""Tells the newsroom how a send goes: by mail, by a command of its own, and in the database.

An alert that cannot be delivered is said and never stops the send.
"""

from __future__ import annotations

import json
import subprocess
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from pressroom.errors import PressroomError
from pressroom.newsroom.signing import signer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pressroom.model import Transport
    from pressroom.store.mailing import Mailing
    from pressroom.workspace import Workspace

Kind = Literal["scheduled", "started", "held", "done", "failed", "paused", "cancelled"]
TIMEOUT = 30


@dataclass(frozen=True, slots=True)
class Alert:
    """What happened to which issue, in words, and the command that goes on or mends it."""

    kind: Kind
    issue: str
    words: str
    next: str

    @property
    def text(self) -> str:
        """The alert as a mail's text."""
        return f"{self.words}\n\nNext: {self.next}\n"


def tell(
    ws: Workspace, base: Mailing, alert: Alert, now: datetime, door: Callable[[], Transport]
) -> list[str]:
    """Pass an alert on; returns in words what could not be told to whom."""
    faults = [*_by_mail(ws, alert, now, door), *_by_command(ws, alert)]
    to = ", ".join([*ws.settings.alerts.email, *ws.settings.alerts.command[:1]])
    _write(base, alert, to, now)
    return faults


def last(base: Mailing, issue: str) -> tuple[str, str, str] | None:
    """Kind, whom and when of the last alert about an issue."""
    from sqlalchemy import text

    sql = "SELECT kind, to_whom, time FROM alerts WHERE issue = :issue ORDER BY id DESC LIMIT 1"
    with base.read() as connection:
        row = connection.execute(text(sql), {"issue": issue}).one_or_none()
    return tuple(row) if row else None


def is_told(base: Mailing, issue: str, kind: Kind, words: str) -> bool:
    """Whether the last alert about an issue was this very one."""
    from sqlalchemy import text

    sql = "SELECT kind, words FROM alerts WHERE issue = :issue ORDER BY id DESC LIMIT 1"
    with base.read() as connection:
        row = connection.execute(text(sql), {"issue": issue}).one_or_none()
    return row is not None and (row.kind, row.words) == (kind, words)


def _write(base: Mailing, alert: Alert, to: str, now: datetime) -> None:
    from sqlalchemy import text

    sql = """
        INSERT INTO alerts (issue, kind, words, to_whom, time)
        VALUES (:issue, :kind, :words, :to, :time)"""
    time = now.astimezone(UTC).isoformat(timespec="seconds")
    with base.write() as connection:
        values = {"issue": alert.issue, "kind": alert.kind, "words": alert.words}
        connection.execute(text(sql), values | {"to": to, "time": time})


def _by_mail(
    ws: Workspace, alert: Alert, now: datetime, door: Callable[[], Transport]
) -> Iterator[str]:
    if not ws.settings.alerts.email:
        return
    from pressroom.send.message import simple_mail

    subject = f"{ws.settings.masthead.name} {alert.issue}: {alert.kind}"
    for address in ws.settings.alerts.email:
        try:
            mail = simple_mail(
                ws.settings.delivery.sender, "", address, subject, alert.text, locale="en", date=now,
                signer=signer(ws),
            )  # fmt: skip
            with closing(door()) as transport:
                reply = transport.send(mail)
            if reply.state.value != "sent":
                yield f"alerts.email: {address} was not told ({reply.text})"
        except (PressroomError, OSError) as fault:
            yield f"alerts.email: {address} was not told ({fault})"


def _by_command(ws: Workspace, alert: Alert) -> Iterator[str]:
    command = ws.settings.alerts.command
    if not command:
        return
    try:
        done = subprocess.run(  # noqa: S603 - the newsroom's own command, no shell
            list(command), input=json.dumps(asdict(alert), ensure_ascii=False).encode(),
            cwd=ws.root, timeout=TIMEOUT, check=False, capture_output=True,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as fault:
        yield f"alerts.command: {command[0]} did not run ({fault})"
        return
    if done.returncode:
        yield f"alerts.command: {command[0]} ended with {done.returncode}"
