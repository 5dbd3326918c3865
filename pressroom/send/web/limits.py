"""How often: token buckets in memory, and whose address a request comes from."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from ipaddress import IPv4Network, IPv6Network

    Networks = Sequence[IPv4Network | IPv6Network]

MOST_KEYS = 20_000
_HOPS = 20


class Buckets:
    """One bucket a key, filled at a steady rate; safe among threads.

    `most` tokens fit into a bucket and fill it in `seconds`. At most MOST_KEYS buckets are
    kept, the least used going first, so that no flood of keys takes the memory.
    """

    def __init__(
        self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._rate, self._clock = most, most / seconds, clock
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str) -> float:
        """Take one; returns 0, or the seconds until there is one to take."""
        with self._lock:
            left = self._left(key)
            self._keep(key, left - 1 if left >= 1 else left)
            return 0.0 if left >= 1 else (1 - left) / self._rate

    def give_back(self, key: str) -> None:
        """Return one that was taken for nothing."""
        with self._lock:
            self._keep(key, min(self._most, self._left(key) + 1))

    def __len__(self) -> int:
        """How many buckets are kept."""
        return len(self._kept)

    def _left(self, key: str) -> float:
        left, then = self._kept.get(key, (self._most, 0.0))
        return min(self._most, left + (self._clock() - then) * self._rate)

    def _keep(self, key: str, left: float) -> None:
        self._kept[key] = (left, self._clock())
        self._kept.move_to_end(key)
        if len(self._kept) > MOST_KEYS:
            self._kept.popitem(last=False)


def networks(names: Sequence[str]) -> list[IPv4Network | IPv6Network]:
    """Addresses and networks as written in settings; ValueError for what is none."""
    return [ip_network(name, strict=False) for name in names]


def client(peer: str, forwarded: str, trusted: Networks) -> str:
    """The address a request comes from: X-Forwarded-For as far as trusted proxies wrote it.

    Read from the right, each hop believed only when the one after it is trusted.
    """
    found = peer
    for hop in reversed(forwarded.split(",")[-_HOPS:]):
        if not _is_in(found, trusted):
            break
        if not _is_address(hop.strip()):
            break
        found = hop.strip()
    return found


def who(address: str) -> str:
    """What is counted as one client: an IPv4 address, or the /64 of an IPv6 one."""
    if not _is_address(address):
        return "nowhere"
    found = ip_address(address)
    if found.version == 6:  # noqa: PLR2004 - the protocol's number
        plain = found.ipv4_mapped
        return str(plain) if plain else str(ip_network(f"{address}/64", strict=False))
    return str(found)


def _is_in(address: str, trusted: Networks) -> bool:
    return _is_address(address) and any(ip_address(address) in network for network in trusted)


def _is_address(words: str) -> bool:
    try:
        return bool(ip_address(words)) and "%" not in words
    except ValueError:
        return False
