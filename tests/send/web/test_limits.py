"""Buckets fill at their rate, never take the memory, and count the right client."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.send.web import limits
from pressroom.send.web.limits import Buckets, client, networks, who


class Clock:
    """A clock that is set."""

    now = 0.0

    def __call__(self) -> float:
        """The time that was set."""
        return self.now


def test_a_bucket_empties_and_fills() -> None:
    """So many at once, then one each so many seconds; the wait told is the wait there is."""
    clock = Clock()
    buckets = Buckets(2, 60, clock)
    assert [buckets.take("a"), buckets.take("a")] == [0, 0]
    assert buckets.take("a") == pytest.approx(30)
    assert buckets.take("b") == 0
    clock.now = 30.001
    assert buckets.take("a") == 0
    assert buckets.take("a") > 0
    buckets.give_back("a")
    assert buckets.take("a") == 0


def test_a_flood_of_keys_takes_no_memory() -> None:
    """At most so many buckets are kept."""
    buckets = Buckets(1, 60, Clock())
    for n in range(limits.MOST_KEYS + 500):
        buckets.take(str(n))
    assert len(buckets) == limits.MOST_KEYS


TRUSTED = networks(["127.0.0.1", "10.0.0.0/8", "::1"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "192.0.2.6, 198.51.100.1, 10.1.2.3", "198.51.100.1"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "fe80::1%eth0", "127.0.0.1"),
        ("", "198.51.100.1", ""),
    ],
)
def test_only_a_trusted_proxy_is_believed(peer: str, forwarded: str, found: str) -> None:
    """X-Forwarded-For counts from the right, as far as those who wrote it are trusted."""
    assert client(peer, forwarded, TRUSTED) == found


def test_an_ipv6_network_is_one_client() -> None:
    """A /64 is one household; a mapped address is its IPv4 one; no address is one of its own."""
    assert who("2001:db8::1") == who("2001:db8::ffff") != who("2001:db8:0:1::1")
    assert who("::ffff:192.0.2.1") == "192.0.2.1"
    assert who("") == who("x") == "nowhere"


@given(st.text(max_size=60), st.text(max_size=200))
def test_no_header_raises(peer: str, forwarded: str) -> None:
    """Whatever a stranger writes into it."""
    who(client(peer, forwarded, TRUSTED))
    who(client("127.0.0.1", forwarded, TRUSTED))
