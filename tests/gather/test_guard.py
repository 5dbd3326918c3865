"""pressroom.gather.guard: which addresses are connected to, and for how long."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from pressroom.errors import FetchError
from pressroom.gather.guard import Guard

if TYPE_CHECKING:
    from .conftest import Site


def test_an_address_in_digits_starts_no_thread(site: Site) -> None:
    """Only a name is looked up, and only that takes a thread."""
    before = threading.active_count()
    with Guard(2, "127.0.0.1").connect("127.0.0.1", site.port) as line:
        line.sendall(b"GET")
        assert threading.active_count() <= before + 1


def test_a_private_host_is_allowed_by_its_name(site: Site) -> None:
    """The host that is named may be private, and so is another name for the same address."""
    Guard(2, "localhost").connect("localhost", site.port).close()
    Guard(2, "localhost").connect("127.0.0.1", site.port).close()
    with pytest.raises(FetchError, match="private address"):
        Guard(2, "localhost").connect("127.0.0.9", site.port)
    with pytest.raises(FetchError, match="private address"):
        Guard(2).connect("localhost", site.port)


def test_time_runs_out_and_waiting_does_not_count() -> None:
    """After its seconds nothing is left, but for what was spent waiting for our turn."""
    guard = Guard(0.02)
    time.sleep(0.03)
    with pytest.raises(TimeoutError):
        guard.left()
    guard.forgive(5)
    assert 4 < guard.left() < 5
