"""Mails outside a run: tests to the newsroom itself, and one address."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pressroom.errors import SendError
from pressroom.model import DeliveryState, Locale
from pressroom.send.job import deliver, deliver_one, deliver_test, status, untested
from pressroom.send.outbox import Outbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Post

    from pressroom.model import Envelope, Reply
    from pressroom.send.job import Mails
    from pressroom.send.smtp import Smtp
    from pressroom.store.mailing import Mailing

    Subscribe = Callable[..., None]

EN, ZH = Locale("en"), Locale("zh-Hans")
ISSUE = "2025-09-05"
SENT = DeliveryState.SENT


def now() -> datetime:
    """The clock of every test."""
    return datetime(2025, 9, 5, 1, 0, tzinfo=UTC)


class TestTests:
    """Mails to the newsroom itself."""

    def test_a_test_counts_for_exactly_its_bytes(
        self, mailing: Mailing, mails: Mails, smtp: Smtp, post: Post
    ) -> None:
        """Every edition to every address, marked; a changed edition is untested again."""
        assert untested(mailing, ISSUE, mails) == (EN, ZH)
        done = deliver_test(mails, ["desk@example.org", "x@example.org"], smtp, mailing, now)
        assert [(d.id, d.edition, d.state) for d in done] == [
            (0, EN, SENT), (0, EN, SENT), (0, ZH, SENT), (0, ZH, SENT)
        ]  # fmt: skip
        assert all(b"[TEST]" in d or b"=?utf-8?b?W1RFU1Rd" in d for _, d in post.record.taken)
        assert untested(mailing, ISSUE, mails) == ()
        assert untested(mailing, ISSUE, {EN: replace(mails[EN], text=b"new")}) == (EN,)
        assert status(mailing, ISSUE) == {}

    def test_a_test_that_did_not_arrive_does_not_count(
        self, mailing: Mailing, mails: Mails, smtp: Smtp
    ) -> None:
        """One refused address, or no address at all, and nothing was tested."""
        deliver_test(mails, ["desk@example.org", "refused@example.org"], smtp, mailing, now)
        deliver_test(mails, [], smtp, mailing, now)
        assert untested(mailing, ISSUE, mails) == (EN, ZH)

    def test_a_test_in_the_outbox_is_none_for_the_mail(
        self, mailing: Mailing, mails: Mails, tmp_path: Path
    ) -> None:
        """What never left the machine was seen in no inbox."""
        deliver_test(mails, ["desk@example.org"], Outbox(tmp_path), mailing, now)
        assert untested(mailing, ISSUE, mails, leaves=False) == ()
        assert untested(mailing, ISSUE, mails) == (EN, ZH)


class Broken:
    """A transport plug-in that raises what nobody foresaw."""

    leaves = True

    def send(self, envelope: Envelope) -> Reply:
        """Fail, and name an address in the words of the fault."""
        raise ZeroDivisionError(envelope.recipient)

    def close(self) -> None:
        """Nothing to let go of."""


class TestPlugIns:
    """Transports of others."""

    def test_a_plug_in_that_raises_is_an_error_in_words(
        self, mailing: Mailing, mails: Mails
    ) -> None:
        """No traceback and no address; nothing counts as tested."""
        with pytest.raises(SendError, match=r"failed \(ZeroDivisionError\)") as caught:
            deliver_test(mails, ["desk@example.org"], Broken(), mailing, now)
        assert "desk@" not in str(caught.value)
        assert untested(mailing, ISSUE, mails) == (EN, ZH)


class TestOne:
    """One address (`send --to`)."""

    def test_a_reader_gets_it_once_and_in_the_ledger(
        self, mailing: Mailing, mails: Mails, smtp: Smtp, post: Post, subscribe: Subscribe
    ) -> None:
        """In their own edition; neither a second call nor the job sends it again."""
        subscribe("a@example.org")
        subscribe("c@example.org", edition="zh-Hans")
        rows = [deliver_one(mailing, ISSUE, mails, smtp, now, "C@example.org") for _ in range(2)]
        assert [(r.state, r.edition) for r in rows] == [(SENT, ZH)] * 2
        deliver(mailing, ISSUE, mails, smtp, now, lambda _: None)
        assert post.record.count() == {"a@example.org": 1, "c@example.org": 1}

    def test_somebody_else_gets_a_copy_and_no_row(
        self, mailing: Mailing, mails: Mails, smtp: Smtp, post: Post
    ) -> None:
        """A copy leads nowhere when it is unsubscribed."""
        done = deliver_one(mailing, ISSUE, mails, smtp, now, "guest@example.org", locale=ZH)
        assert (done.id, done.state, done.edition) == (0, SENT, ZH)
        assert b"unsubscribe?t=none>" in post.record.taken[0][1]
        assert status(mailing, ISSUE) == {}

    def test_what_cannot_be_is_refused(
        self, mailing: Mailing, mails: Mails, smtp: Smtp, subscribe: Subscribe
    ) -> None:
        """A reader who left, an unknown edition, and what is no address."""
        subscribe("a@example.org")
        reader = mailing.reader("a@example.org")
        assert reader is not None
        mailing.unsubscribe(reader.token)
        for address, locale, says in (
            ("a@example.org", None, "is unsubscribed"),
            ("b@example.org", Locale("fr"), 'no edition "fr"'),
            ("nobody", None, "is not an address"),
        ):
            with pytest.raises(SendError, match=says):
                deliver_one(mailing, ISSUE, mails, smtp, now, address, locale=locale)
