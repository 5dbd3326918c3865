"""pressroom.gather.pace: when a source may be asked again, and who may ask now."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from pressroom.errors import FetchError
from pressroom.gather.pace import (
    Bound,
    NotAsked,
    OutOfTime,
    Turns,
    back_off,
    fresh_for,
    is_due,
    next_time,
    waits,
)
from pressroom.model import Fetched, Hop, Memory

NOW = datetime(2025, 9, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def answer(hops: tuple[Hop, ...] = (), **headers: str) -> Fetched:
    """An answer with these headers, `_` for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Fetched("http://e.org/", 200, b"", named, hops)


def after(outcome: Fetched | FetchError | None, before: Memory = Memory()) -> Memory:  # noqa: B008 - frozen
    """What is remembered after this outcome."""
    return next_time(before, before, outcome, NOW, "daily")


class TestFailures:
    """Back-off."""

    def test_the_first_failure_is_forgiven(self) -> None:
        """Once may be chance: the next gather asks again."""
        found = after(FetchError("x"))
        assert (found.failures, found.not_before) == (1, None)

    def test_retry_after_counts_from_the_first(self) -> None:
        """What the server asks for is kept to, always."""
        assert after(FetchError("x", status=503, retry_after=90)).not_before == NOW + 1.5 * MINUTE

    def test_waits_double_up_to_a_day(self) -> None:
        """15 minutes at the second failure, then twice as long each time, 20% more or less."""
        waits_ = [back_off(n, "daily") for n in range(12)]
        assert waits_[:2] == [timedelta(), timedelta()]
        for n, wait in enumerate(waits_[2:9]):
            assert 0.8 * 15 * MINUTE * 2**n <= wait <= 1.2 * 15 * MINUTE * 2**n
        assert waits_[-1] == waits_[-2] <= 1.2 * 24 * HOUR

    def test_sources_do_not_come_back_all_at_once(self) -> None:
        """The jitter differs by slug and is the same on any machine."""
        times = {back_off(2, f"s{n}") for n in range(50)}
        assert len(times) > 30
        assert max(times) - min(times) > 4 * MINUTE
        assert back_off(2, "daily") == back_off(2, "daily")

    def test_an_answer_ends_it(self) -> None:
        """One success, and all failures are forgotten."""
        found = after(answer(), Memory(failures=7, gone=True, not_before=NOW))
        assert (found.failures, found.gone, found.not_before) == (0, False, None)

    def test_gone_is_asked_once_a_week(self) -> None:
        """410 is remembered and told each time."""
        found = after(FetchError("x", status=410))
        assert found.gone
        assert found.not_before == NOW + timedelta(days=7)
        assert "gone for good (410)" in waits(found, NOW)

    @pytest.mark.parametrize("outcome", [None, NotAsked("robots"), OutOfTime()])
    def test_what_was_not_asked_did_not_fail(self, outcome: FetchError | None) -> None:
        """robots.txt, our own clock, and a file say nothing of a server."""
        before = Memory(etag="1", failures=1)
        assert after(outcome, before) == before


class TestMoved:
    """Permanent redirects."""

    def test_it_is_remembered_and_followed_on(self) -> None:
        """A second move is remembered in place of the first; a mere answer changes nothing."""
        first = after(answer((Hop("a", 301, "b"),)))
        assert first.moved == "b"
        assert after(answer(), first).moved == "b"
        assert after(answer((Hop("b", 308, "c"),)), first).moved == "c"

    @pytest.mark.parametrize(("status", "where"), [(404, ""), (410, ""), (500, "b"), (0, "b")])
    def test_an_address_that_is_lost_is_forgotten(self, status: int, where: str) -> None:
        """Where the new address has nothing, the old one is asked again."""
        assert after(FetchError("x", status=status), Memory(moved="b")).moved == where


class TestFreshness:
    """After an answer."""

    @pytest.mark.parametrize(
        ("headers", "wait"),
        [
            ({}, 0),
            ({"cache_control": "public, max-age=600"}, 10),
            ({"cache_control": "Max-Age=600", "age": "300"}, 5),
            ({"cache_control": "max-age=600, no-cache"}, 0),
            ({"cache_control": "no-store"}, 0),
            ({"cache_control": "s-maxage=600"}, 0),
            ({"cache_control": "max-age=86400"}, 60),
            ({"expires": "Tue, 02 Sep 2025 12:10:00 GMT"}, 10),
            (
                {
                    "expires": "Fri, 05 Sep 2025 12:10:00 GMT",
                    "date": "Fri, 05 Sep 2025 12:00:00 GMT",
                },
                10,
            ),
            ({"expires": "0"}, 0),
            ({"expires": "Tue, 02 Sep 2025 11:00:00 GMT"}, 0),
            (
                {"cache_control": "max-age=300", "expires": "Tue, 02 Sep 2025 12:10:00 GMT"},
                5,
            ),
        ],
    )
    def test_a_server_says_how_long_its_answer_is_fresh(
        self, headers: dict[str, str], wait: float
    ) -> None:
        """Cache-Control before Expires, less its age, an hour at most (RFC 9111, 4.2.1)."""
        found = after(answer(**headers))
        assert found.not_before == (NOW + wait * MINUTE if wait else None)

    def test_the_later_of_two_hints_counts(self) -> None:
        """A `ttl` that the kind read in the feed is followed too, for an hour at most."""
        ttl = Memory(not_before=NOW + 30 * MINUTE)
        found = next_time(Memory(), ttl, answer(cache_control="max-age=60"), NOW, "daily")
        assert found.not_before == NOW + 30 * MINUTE
        long = Memory(not_before=NOW + 30 * HOUR)
        assert next_time(Memory(), long, answer(), NOW, "daily").not_before == NOW + HOUR

    def test_nonsense_is_no_hint(self) -> None:
        """A number of any length is bounded; what is no number is none."""
        assert fresh_for({"cache-control": "max-age=" + "9" * 5000}, NOW) < timedelta(days=20_000)
        assert fresh_for({"cache-control": "max-age=x", "expires": "\0"}, NOW) == timedelta()


class TestDue:
    """Who is asked now."""

    def test_a_source_is_due_at_its_time(self) -> None:
        """Not before, but then."""
        assert is_due(Memory(), NOW)
        assert is_due(Memory(not_before=NOW), NOW)
        assert not is_due(Memory(not_before=NOW + MINUTE), NOW)

    def test_the_words_say_until_when_and_why(self) -> None:
        """The clock time, with the day where it is another, and failures where there are some."""
        assert waits(Memory(not_before=NOW + HOUR), NOW) == "asks to wait until 13:00."
        late = Memory(not_before=NOW + 14 * HOUR, failures=4)
        assert waits(late, NOW) == "failed 4 times in a row; is asked again from 3 September 02:00."


class TestTurns:
    """Waiting for a turn at a host."""

    def test_four_at_once_and_no_fifth(self) -> None:
        """A host sees no more than four requests of ours at a time; another host is free."""
        turns, inside, most = Turns(Bound(5)), [0], [0]
        lock = threading.Lock()

        def ask() -> None:
            with turns.turn("e.org", 0):
                with lock:
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                time.sleep(0.02)
                with lock:
                    inside[0] -= 1

        threads = [threading.Thread(target=ask) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert most[0] == 4

    def test_a_gap_lies_between_two_beginnings(self) -> None:
        """Three turns of 50 ms gaps begin within no less than 100 ms; elsewhere at once."""
        turns = Turns(Bound(5))
        begun = time.monotonic()
        for _ in range(3):
            with turns.turn("e.org", 0.05):
                pass
        assert 0.1 <= time.monotonic() - begun < 1
        begun = time.monotonic()
        with turns.turn("f.org", 0.05):
            assert time.monotonic() - begun < 0.04

    def test_nobody_waits_past_the_end(self) -> None:
        """A turn that would come too late is given up at once, and its place is free again."""
        turns = Turns(Bound(0.2), at_once=1)
        with turns.turn("e.org", 30):
            pass
        for _ in range(2):
            with pytest.raises(OutOfTime), turns.turn("e.org", 30):
                pass
