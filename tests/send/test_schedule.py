"""Locked bytes: planned in one transaction, sent as they were locked, staff first, within bounds."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pressroom.errors import Busy, SendError
from pressroom.model import DeliveryState, Envelope, Locale, Reply
from pressroom.send import prints, schedule
from pressroom.send.job import Course, deliveries, lock, run, status
from pressroom.send.lock import only_job
from pressroom.send.outbox import Outbox
from pressroom.send.prints import Print
from pressroom.send.schedule import SendState
from pressroom.store import readers
from pressroom.store.mailing_list import key_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pressroom.send.job import Mails
    from pressroom.store.mailing import Mailing

EN, ZH = Locale("en"), Locale("zh-Hans")
ISSUE = "2025-09-05"
NOW = datetime(2025, 9, 5, 1, 0, tzinfo=UTC)
SENT, PLANNED = DeliveryState.SENT, DeliveryState.PLANNED


def now() -> datetime:
    """The clock of every test."""
    return NOW


class Slow:
    """A transport that leaves the machine, notes who got what, and takes its time."""

    leaves = True

    def __init__(self, seconds: float = 0) -> None:
        self.taken: list[Envelope] = []
        self._seconds = seconds

    def send(self, envelope: Envelope) -> Reply:
        """Take it."""
        time.sleep(self._seconds)
        self.taken.append(envelope)
        return Reply(SENT, "250 ok")

    def close(self) -> None:
        """Nothing to let go of."""


def locked(mailing: Mailing, mails: Mails, **how: object) -> dict[Locale, Print]:
    """Lock these editions to start now."""
    found = {tag: Print(mail, {f"{tag}.md": "words"}) for tag, mail in mails.items()}
    rows = [(one, NOW, SendState.STARTED) for one in found.values()]
    lock(mailing, rows, now, leaves=True, **how)  # type: ignore[arg-type]
    return found


def test_a_lock_keeps_the_bytes_and_plans_everybody(
    mailing: Mailing, mails: Mails, subscribe: Callable[..., None]
) -> None:
    """The print comes back as it was, and each row has the hash of what its reader will get."""
    subscribe("a@example.org", "b@example.org")
    found = locked(mailing, mails)
    row = schedule.of(mailing, ISSUE)[EN]
    kept = prints.find(mailing, row.print)
    assert kept is not None
    assert (kept.mail, dict(kept.manuscript)) == (mails[EN], {"en.md": "words"})
    planned = {d.address: d.sha256 for d in deliveries(mailing, ISSUE)}
    door = Slow()
    run(mailing, ISSUE, found, door, now, lambda _: None)
    assert {d.address: d.sha256 for d in deliveries(mailing, ISSUE)} == planned
    assert status(mailing, ISSUE) == {SENT: 2}


def test_a_lock_is_all_or_nothing(
    mailing: Mailing, mails: Mails, subscribe: Callable[..., None]
) -> None:
    """While a job is at the issue nothing of a lock is written."""
    subscribe("a@example.org")
    with only_job(mailing, ISSUE), pytest.raises(SendError, match="another job"):
        locked(mailing, mails)
    assert schedule.of(mailing, ISSUE) == {}
    assert status(mailing, ISSUE) == {}


def test_who_comes_after_the_lock_waits_for_the_next_issue(
    mailing: Mailing, mails: Mails, subscribe: Callable[..., None]
) -> None:
    """A run hands over what was planned, so the number that a person confirmed is the number."""
    subscribe("a@example.org")
    found = locked(mailing, mails)
    subscribe("b@example.org")
    door = Slow()
    run(mailing, ISSUE, found, door, now, lambda _: None)
    assert [e.recipient for e in door.taken] == ["a@example.org"]


def test_a_second_lock_takes_the_new_bytes_for_the_rest(
    mailing: Mailing, mails: Mails, subscribe: Callable[..., None]
) -> None:
    """Who was not sent to gets the mended words; the ledger keeps which print each one had."""
    subscribe("a@example.org", "b@example.org")
    first = locked(mailing, {EN: mails[EN]})
    door = Slow()
    run(mailing, ISSUE, first, door, now, lambda _: None, Course(most=1))
    second = locked(mailing, {EN: replace(mails[EN], subject="Mended")})
    run(mailing, ISSUE, second, door, now, lambda _: None)
    assert [b"Subject: Mended" in e.data for e in door.taken] == [False, True]
    with mailing.read() as connection:
        rows = connection.exec_driver_sql("SELECT print FROM deliveries ORDER BY id").all()
    assert [row[0] for row in rows] == [first[EN].name, second[EN].name]


def test_the_staff_are_first_and_have_their_grace(
    mailing: Mailing, mails: Mails, subscribe: Callable[..., None]
) -> None:
    """They get it at once, all others when the grace is over."""
    subscribe("a@example.org", "b@example.org", "chief@example.org")
    course = Course(first=[key_of("chief@example.org")], grace=timedelta(minutes=10))
    found = locked(mailing, {EN: mails[EN]}, course=course)
    door, slept = Slow(), [0.0]

    def wait(seconds: float) -> None:
        assert [e.recipient for e in door.taken] == ["chief@example.org"]
        slept[0] += seconds

    run(mailing, ISSUE, found, door, now, lambda _: None, replace(course, wait=wait))
    assert door.taken[0].recipient == "chief@example.org"
    assert len(door.taken) == 3
    assert slept[0] == pytest.approx(600)


def test_a_warm_up_plan_bounds_a_day(
    mailing: Mailing, mails: Mails, subscribe: Callable[..., None]
) -> None:
    """Not one message more than today's share; the rest stays planned."""
    subscribe(*(f"r{n}@example.org" for n in range(9)))
    found = locked(mailing, {EN: mails[EN]})
    door = Slow()
    report = run(mailing, ISSUE, found, door, now, lambda _: None, Course(most=4))
    assert (report.handed, len(door.taken)) == (4, 4)
    assert status(mailing, ISSUE) == {SENT: 4, PLANNED: 5}


@pytest.mark.parametrize("state", [SendState.PAUSED, SendState.CANCELLED])
def test_a_pause_acts_within_a_second(
    mailing: Mailing, mails: Mails, subscribe: Callable[..., None], state: SendState
) -> None:
    """The job finishes what it has open, takes no more, and gives back what it had in hand."""
    subscribe(*(f"r{n:03}@example.org" for n in range(400)))
    found = locked(mailing, {EN: mails[EN]})
    door = Slow(0.02)
    job = threading.Thread(
        target=run, args=(mailing, ISSUE, found, door, now, lambda _: None), daemon=True
    )
    job.start()
    while not door.taken:
        time.sleep(0.01)
    schedule.change(mailing, schedule.of(mailing, ISSUE).values(), state, NOW)
    job.join(timeout=5)
    assert not job.is_alive()
    assert len(door.taken) < 100
    assert status(mailing, ISSUE) == {SENT: len(door.taken), PLANNED: 400 - len(door.taken)}


def test_what_somebody_else_decided_stays(mailing: Mailing, mails: Mails) -> None:
    """An end that was computed before a pause does not overwrite it, nor does a later lock."""
    locked(mailing, {EN: mails[EN]})
    seen = schedule.of(mailing, ISSUE)
    paused = schedule.change(mailing, seen.values(), SendState.PAUSED, NOW)
    assert [row.state for row in paused] == [SendState.PAUSED]
    assert schedule.change(mailing, seen.values(), SendState.DONE, NOW) == []
    one = Print(mails[EN], {})
    with pytest.raises(Busy):
        lock(mailing, [(one, NOW, SendState.STARTED)], now, leaves=True, seen=seen)
    assert schedule.of(mailing, ISSUE)[EN].state is SendState.PAUSED


def test_the_original_now_for_who_asked(
    mailing: Mailing, mails: Mails, subscribe: Callable[..., None]
) -> None:
    """A reader of a later edition may have the original now, and then has had the issue."""
    subscribe("early@example.org", "waits@example.org", edition="zh-Hans")
    subscribe("en@example.org")
    reader = mailing.reader("early@example.org")
    assert reader is not None
    assert readers.change(mailing, reader.token, early=True)
    door = Slow()
    found = locked(mailing, {EN: mails[EN]}, later=[ZH])
    run(mailing, ISSUE, found, door, now, lambda _: None)
    found = locked(mailing, {ZH: mails[ZH]})
    run(mailing, ISSUE, found, door, now, lambda _: None)
    got = [(e.recipient, b"Content-Language: en" in e.data) for e in door.taken]
    assert sorted(got) == [
        ("early@example.org", True), ("en@example.org", True), ("waits@example.org", False),
    ]  # fmt: skip


def test_files_are_written_from_locked_bytes_too(
    mailing: Mailing, mails: Mails, subscribe: Callable[..., None], tmp_path: Path
) -> None:
    """The outbox takes the same road."""
    subscribe("a@example.org")
    found = locked(mailing, {EN: mails[EN]})
    with closing(Outbox(tmp_path / "outbox")) as door:
        run(mailing, ISSUE, found, door, now, lambda _: None)
    assert len(list((tmp_path / "outbox").iterdir())) == 1
