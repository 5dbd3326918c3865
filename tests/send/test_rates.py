"""Rates hold over any time, and a domain that asks for rest gets it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pressroom.model import Envelope, Task
from pressroom.send.rates import IN_A_ROW, Bucket, Slow, Waiting


def task(row: int, domain: str) -> Task:
    """A message to somebody at a domain."""
    return Task(row, Envelope("n@a.org", f"r{row}@{domain}", b"", f"<{row}@a>"))


@given(st.floats(0.1, 1000), st.lists(st.floats(0, 2), min_size=1, max_size=60))
def test_a_bucket_never_gives_more(rate: float, naps: list[float]) -> None:
    """Over any stretch of time no more go than the rate, and the burst, allow."""
    now, given_ = 0.0, 0
    bucket = Bucket(rate, now)
    for nap in naps:
        now += nap
        while bucket.wait(now) <= 0 and given_ < 5000:
            bucket.take()
            given_ += 1
    assert given_ <= rate * now + max(1.0, rate / 10) + 1e-6


def test_a_slow_domain_holds_up_no_other() -> None:
    """Messages of a domain with a rate wait, those behind them go."""
    now = [0.0]
    waiting = Waiting(0, {"Slow.cn": 1.0}, lambda: now[0])
    waiting.add([task(1, "slow.cn"), task(2, "slow.cn"), task(3, "b.org")])
    assert [t.row for t in (waiting.next(), waiting.next()) if t] == [1, 3]
    assert waiting.next() is None
    assert waiting.ready_in() == 1.0
    now[0] = 1.0
    assert (waiting.next() or task(0, "")).row == 2
    assert waiting.ready_in() is None


def test_the_total_rate_holds_all() -> None:
    """A rate for all mail is one for all domains together."""
    now = [0.0]
    waiting = Waiting(2.0, {}, lambda: now[0])
    waiting.add([task(1, "a.cn"), task(2, "b.org")])
    assert waiting.next()
    assert waiting.next() is None
    assert waiting.ready_in() == 0.5
    waiting.clear()
    assert len(waiting) == 0


def test_rest_after_five_in_a_row_and_longer_each_time() -> None:
    """Five 4xx rest a domain for 30 s, then 60; a message taken ends it."""
    slow = Slow()
    for n in range(IN_A_ROW):
        assert slow.words("q.com", 0.0) == "", n
        slow.later("q.com", "450 busy", 0.0)
    assert slow.words("q.com", 29.0).endswith("450 busy")
    assert slow.words("other.org", 29.0) == slow.words("q.com", 30.0) == ""
    slow.later("q.com", "450 4.7.28 rate limit", 30.0)
    assert slow.words("q.com", 89.0)
    slow.took("q.com")
    assert slow.words("q.com", 31.0) == ""


def test_one_readers_trouble_is_nobody_elses() -> None:
    """A full mailbox and greylisting slow no domain."""
    slow = Slow()
    for _ in range(20):
        slow.later("q.com", "452 4.2.2 mailbox full", 0.0)
        slow.later("q.com", "451 4.7.1 Greylisted", 0.0)
    assert slow.words("q.com", 0.0) == ""
