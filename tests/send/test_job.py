"""The send job: each reader once, each outcome named, and nothing without a reason."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pressroom.errors import SendError, StoreError, Unreachable
from pressroom.model import Delivery, DeliveryState, Envelope, Locale, Reply, sha256
from pressroom.send.job import (
    Course,
    deliver,
    deliveries,
    plan,
    status,
)
from pressroom.send.ledger import GONE, MOST_TRIES, Ledger, Start, pause
from pressroom.send.lock import only_job
from pressroom.send.message import compose
from pressroom.send.outbox import Outbox
from pressroom.send.smtp import Smtp

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Post

    from pressroom.model import Transport
    from pressroom.send.job import Mails, SendReport
    from pressroom.send.message import MailEdition
    from pressroom.store.mailing import Mailing

    Subscribe = Callable[..., None]
    Leave = Callable[..., None]

EN, ZH = Locale("en"), Locale("zh-Hans")
ISSUE = "2025-09-05"
SENT, FAILED, DEFERRED = DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.DEFERRED
UNCERTAIN, PLANNED = DeliveryState.UNCERTAIN, DeliveryState.PLANNED


def now() -> datetime:
    """The clock of every test."""
    return datetime(2025, 9, 5, 1, 0, tzinfo=UTC)


def ignore(_: Delivery) -> None:
    """No progress bar."""


def much_later() -> datetime:
    """A clock by which every pause is over."""
    return now() + timedelta(days=1)


def send(
    mailing: Mailing, mails: Mails, transport: Transport, clock: Callable[[], datetime] = now
) -> SendReport:
    """One run."""
    return deliver(mailing, ISSUE, mails, transport, clock, ignore)


@dataclass
class Faulty:
    """A transport that takes some messages, then has a fault."""

    fault: Exception
    good: int = 0
    leaves: bool = True
    taken: list[str] = field(default_factory=list)

    def send(self, envelope: Envelope) -> Reply:
        """Take it, until it is enough."""
        if len(self.taken) >= self.good:
            raise self.fault
        self.taken.append(envelope.recipient)
        return Reply(SENT, "ok")

    def close(self) -> None:
        """Nothing to let go of."""


class TestDeliver:
    """One run after another."""

    def test_everybody_gets_their_edition_once(
        self, mailing: Mailing, mails: Mails, smtp: Smtp, post: Post, subscribe: Subscribe
    ) -> None:
        """A repeated send delivers nothing twice; the ledger has the hash of the very bytes."""
        subscribe("a@example.org", "b@example.org")
        subscribe("c@example.org", edition="zh-Hans")
        reports = [send(mailing, mails, smtp) for _ in range(2)]
        assert [r.handed for r in reports] == [3, 0]
        assert reports[1].counts == {SENT: 3}
        assert reports[1].unsent == ()
        taken = dict(post.record.taken)
        assert len(post.record.taken) == 3
        assert b"Content-Language: zh-Hans" in taken["c@example.org"]
        rows = {d.address: d for d in deliveries(mailing, ISSUE)}
        assert {a: d.sha256 for a, d in rows.items()} == {a: sha256(b) for a, b in taken.items()}
        assert rows["a@example.org"].reply == "250 2.0.0 queued as 1"

    def test_each_outcome_is_named_and_deferred_is_tried_again(
        self, mailing: Mailing, mails: Mails, smtp: Smtp, post: Post, subscribe: Subscribe
    ) -> None:
        """Only a deferred reader is tried by the next run; refused and uncertain are not."""
        who = ("refused@example.org", "later@example.org", "drop@example.org", "ok@example.org")
        subscribe(*who)
        first, too_soon = (send(mailing, mails, smtp) for _ in range(2))
        assert (first.handed, too_soon.handed) == (4, 0)
        assert first.again == (now() + pause(1)).isoformat()
        assert send(mailing, mails, smtp, much_later).handed == 1
        assert first.counts == {FAILED: 1, DEFERRED: 1, UNCERTAIN: 1, SENT: 1}
        assert {d.address: d.state for d in first.unsent} == dict(
            zip(who, (FAILED, DEFERRED, UNCERTAIN), strict=False)
        )
        assert post.record.count()["drop@example.org"] == 1

    def test_a_run_may_wait_for_the_deferred(
        self, mailing: Mailing, mails: Mails, smtp: Smtp, subscribe: Subscribe
    ) -> None:
        """With patience it tries again when the pause is over, and says when the next one ends."""
        subscribe("later@example.org")
        clock = [now()]

        def wait(seconds: float) -> None:
            clock[0] += timedelta(seconds=seconds)

        course = Course(patience=timedelta(minutes=6), wait=wait)
        report = deliver(mailing, ISSUE, mails, smtp, lambda: clock[0], ignore, course)
        assert report.handed == 2
        assert clock[0] - now() >= pause(1)
        assert report.again == (clock[0] + pause(2)).isoformat(timespec="seconds")

    def test_nobody_is_tried_for_ever(
        self, mailing: Mailing, mails: Mails, smtp: Smtp, subscribe: Subscribe
    ) -> None:
        """After so many tries a deferred message has failed, with the server's last words."""
        subscribe("later@example.org")
        for day in range(MOST_TRIES):
            send(mailing, mails, smtp, lambda day=day: now() + timedelta(days=day))
        row = deliveries(mailing, ISSUE)[0]
        assert row.state is FAILED
        assert row.reply.startswith(f"given up after {MOST_TRIES} tries: 451")

    def test_progress_hears_committed_outcomes(
        self, mailing: Mailing, mails: Mails, smtp: Smtp, subscribe: Subscribe
    ) -> None:
        """When progress is told of a message, the ledger already says so."""
        subscribe("a@example.org", "b@example.org")
        seen: list[tuple[Delivery, int]] = []

        def progress(delivery: Delivery) -> None:
            seen.append((delivery, status(mailing, ISSUE)[SENT]))

        deliver(mailing, ISSUE, mails, smtp, now, progress)
        assert [(d.address, n) for d, n in seen] == [("a@example.org", 1), ("b@example.org", 2)]
        assert [d for d, _ in seen] == deliveries(mailing, ISSUE)

    def test_only_the_editions_that_are_due_go(
        self, mailing: Mailing, mails: Mails, smtp: Smtp, post: Post, subscribe: Subscribe
    ) -> None:
        """An edition may go days later, to its readers alone."""
        subscribe("a@example.org")
        subscribe("c@example.org", edition="zh-Hans")
        send(mailing, {EN: mails[EN]}, smtp)
        assert set(post.record.count()) == {"a@example.org"}
        mailing.move("a@example.org", ZH)
        send(mailing, {ZH: mails[ZH]}, smtp)
        assert post.record.count() == {"a@example.org": 1, "c@example.org": 1}

    def test_who_leaves_in_mid_run_gets_nothing(
        self, mailing: Mailing, mails: Mails, post: Post, subscribe: Subscribe
    ) -> None:
        """Unsubscribing or being forgotten works up to the commit before the very message."""
        subscribe("a@example.org", "b@example.org", "c@example.org", "d@example.org")

        def leave(delivery: Delivery) -> None:
            if delivery.address == "a@example.org":
                reader = mailing.reader("c@example.org")
                assert reader is not None
                mailing.unsubscribe(reader.token)
                mailing.forget("d@example.org")

        with closing(Smtp("127.0.0.1", post.port, starttls=False, connections=1)) as smtp:
            report = deliver(mailing, ISSUE, mails, smtp, now, leave)
        assert set(post.record.count()) == {"a@example.org", "b@example.org"}
        assert [(d.state, d.reply) for d in report.unsent] == [(FAILED, GONE)] * 2

    def test_an_unreachable_server_leaves_everything_planned(
        self, mailing: Mailing, mails: Mails, smtp: Smtp, free: int, subscribe: Subscribe
    ) -> None:
        """Nothing was handed over, so the next run goes on as if nothing had been."""
        subscribe("a@example.org", "b@example.org")
        with pytest.raises(Unreachable):
            send(mailing, mails, Smtp("127.0.0.1", free, starttls=False))
        assert status(mailing, ISSUE) == {PLANNED: 2}
        assert send(mailing, mails, smtp).counts == {SENT: 2}

    @pytest.mark.parametrize(("leaves", "state"), [(True, UNCERTAIN), (False, PLANNED)])
    def test_a_fault_of_a_transport_stops_the_job(
        self, mailing: Mailing, mails: Mails, subscribe: Subscribe, *, leaves: bool,
        state: DeliveryState,
    ) -> None:  # fmt: skip
        """The message in hand is uncertain if it may have left; the others wait."""
        subscribe("a@example.org", "b@example.org", "c@example.org")
        transport = Faulty(StoreError("disk full"), good=1, leaves=leaves)
        with pytest.raises(StoreError, match="disk full"):
            send(mailing, mails, transport)
        states = [d.state for d in deliveries(mailing, ISSUE)]
        assert states == [SENT, state, PLANNED]

    def test_a_bug_in_a_transport_becomes_an_error_in_words(
        self, mailing: Mailing, mails: Mails, subscribe: Subscribe
    ) -> None:
        """What is none of our errors is named with its message, and never with an address."""
        subscribe("a@example.org")
        with pytest.raises(SendError, match=r"message 1: .*KeyError") as told:
            send(mailing, mails, Faulty(KeyError("x")))
        assert "example.org" not in str(told.value)
        assert status(mailing, ISSUE) == {UNCERTAIN: 1}

    def test_mended_bytes_go_to_the_rest(
        self, mailing: Mailing, mails: Mails, smtp: Smtp, subscribe: Subscribe
    ) -> None:
        """After a correction between two runs the ledger keeps which bytes each reader had."""
        subscribe("a@example.org", "b@example.org")
        with pytest.raises(Unreachable):
            send(mailing, mails, Faulty(Unreachable("away"), good=1))
        mended = {EN: replace(mails[EN], subject="Mended")}
        send(mailing, mended, smtp)
        want = []
        for address, mail in (("a@example.org", mails[EN]), ("b@example.org", mended[EN])):
            reader = mailing.reader(address)
            assert reader is not None
            want.append(sha256(compose(mail, reader).data))
        assert [d.sha256 for d in deliveries(mailing, ISSUE)] == want

    def test_an_address_that_went_bad_fails_alone(
        self, mailing: Mailing, mails: Mails, smtp: Smtp, subscribe: Subscribe
    ) -> None:
        """What cannot be put into a message is a row in words; the others get theirs."""
        subscribe("a@example.org", "b@example.org")
        with mailing.write() as connection:
            connection.exec_driver_sql("UPDATE subscribers SET address = 'a b' WHERE id = 1")
        report = send(mailing, mails, smtp)
        assert report.counts == {FAILED: 1, SENT: 1}
        assert "is not an address" in report.unsent[0].reply

    def test_more_readers_than_a_page(
        self, mailing: Mailing, mails: Mails, subscribe: Subscribe
    ) -> None:
        """Pages of the ledger neither skip nor repeat anybody."""
        every = [f"r{n}@example.org" for n in range(1203)]
        subscribe(*every)
        transport = Faulty(Unreachable("never"), good=2000)
        assert send(mailing, mails, transport).handed == 1203
        assert transport.taken == every


class TestAfterAKill:
    """What a killed job leaves, by the kind of transport."""

    @pytest.fixture
    def left(self, mailing: Mailing, mails: Mails, subscribe: Subscribe) -> Leave:
        """A ledger as a kill in mid-message leaves it."""
        subscribe("a@example.org", "b@example.org")

        def leave(*, leaves: bool) -> None:
            ledger = Ledger(mailing, ISSUE, now, leaves=leaves)
            ledger.plan(list(mails), lambda one, tag: compose(mails[tag], one))
            due = ledger.lease(mails, 1, 0)[0]
            message = compose(mails[EN], due.reader)
            start = Start(due.id, sha256(message.data), message.message_id)
            assert ledger.commit([start], []) == frozenset()

        return leave

    def test_mail_is_uncertain_and_not_sent_again(
        self, mailing: Mailing, mails: Mails, smtp: Smtp, post: Post, left: Leave
    ) -> None:
        """It may have been delivered: it is named, and left to a person."""
        left(leaves=True)
        assert plan(mailing, ISSUE, mails).total == 1
        report = send(mailing, mails, smtp)
        assert report.counts == {UNCERTAIN: 1, SENT: 1}
        assert [d.address for d in report.unsent] == ["a@example.org"]
        assert set(post.record.count()) == {"b@example.org"}

    def test_mail_stays_uncertain_for_the_outbox_too(
        self, mailing: Mailing, mails: Mails, left: Leave, tmp_path: Path
    ) -> None:
        """Changing the transport does not make anybody forget what may have left."""
        left(leaves=True)
        assert send(mailing, mails, Outbox(tmp_path)).counts == {UNCERTAIN: 1, SENT: 1}

    @pytest.mark.parametrize("leaves", [True, False])
    def test_a_file_is_simply_done_again(
        self, mailing: Mailing, mails: Mails, smtp: Smtp, left: Leave,
        tmp_path: Path, *, leaves: bool,
    ) -> None:  # fmt: skip
        """Nothing had left the machine, so no transport need hesitate."""
        left(leaves=False)
        assert plan(mailing, ISSUE, mails, leaves=leaves).total == 2
        transport = smtp if leaves else Outbox(tmp_path)
        assert send(mailing, mails, transport).counts == {SENT: 2}


class TestPlan:
    """What a person reads before they say yes."""

    def test_it_counts_and_changes_nothing(
        self, mailing: Mailing, mails: Mails, make: Callable[..., MailEdition], smtp: Smtp,
        subscribe: Subscribe,
    ) -> None:  # fmt: skip
        """Readers, done, due and the last issue's count, by edition."""
        subscribe("a@example.org", "refused@example.org")
        subscribe("c@example.org", edition="zh-Hans")
        old = {EN: make(issue="2025-08-22")}
        deliver(mailing, "2025-08-22", old, smtp, now, ignore)
        send(mailing, {EN: mails[EN]}, smtp)
        subscribe("d@example.org")
        seen = plan(mailing, ISSUE, mails)
        assert seen.readers == {EN: 3, ZH: 1}
        assert seen.already == {EN: 1, ZH: 0}
        assert seen.will == {EN: 1, ZH: 1}
        assert (seen.total, seen.last_issue, seen.last) == (2, "2025-08-22", {EN: 1})
        assert sum(status(mailing, ISSUE).values()) == 2

    def test_total_is_what_a_run_hands_over(
        self, mailing: Mailing, mails: Mails, smtp: Smtp, tmp_path: Path, subscribe: Subscribe
    ) -> None:
        """An issue first written to the outbox is still due to everybody by mail, once."""
        subscribe("a@example.org", "later@example.org")
        for transport in (Outbox(tmp_path), smtp):
            for expected, clock in ((2, now), (0, now), (int(transport.leaves), much_later)):
                total = plan(mailing, ISSUE, mails, leaves=transport.leaves, now=clock).total
                assert total == send(mailing, mails, transport, clock).handed == expected


class TestTwoJobs:
    """Never two at one issue."""

    def test_the_second_refuses(
        self, mailing: Mailing, mails: Mails, tmp_path: Path, subscribe: Subscribe
    ) -> None:
        """It says so in words, and the first is not disturbed; another issue may go."""
        subscribe("a@example.org")
        with only_job(mailing, ISSUE):
            with pytest.raises(SendError, match="another job is sending this issue"):
                send(mailing, mails, Outbox(tmp_path))
            deliver(mailing, "2025-09-19", mails, Outbox(tmp_path), now, ignore)
        assert status(mailing, ISSUE) == {}
        assert send(mailing, mails, Outbox(tmp_path)).counts == {SENT: 1}

    def test_many_at_once_deliver_once(
        self, mailing: Mailing, mails: Mails, subscribe: Subscribe
    ) -> None:
        """Four threads start together; each reader gets one message."""
        subscribe(*(f"r{n}@example.org" for n in range(30)))
        transport, refused = Faulty(Unreachable("never"), good=1000), []

        def job() -> None:
            try:
                send(mailing, mails, transport)
            except SendError as fault:
                refused.append(fault)

        threads = [threading.Thread(target=job) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(transport.taken) == len(set(transport.taken)) == 30
        assert status(mailing, ISSUE) == {SENT: 30}
