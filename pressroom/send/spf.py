"""What an SPF record allows (RFC 7208), as far as one can tell without a message."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Resolve = Callable[[str, str], list[str]]

MOST_LOOKUPS = 10
"""RFC 7208, 4.6.4: past it the record counts as broken."""

_TERM = re.compile(
    r"(?P<sign>[+?~-]?)(?P<name>[a-z0-9_.-]+)(?:[:=](?P<value>[^/]\S*?|))?(?P<prefix>(/\d+){0,2})",
    re.IGNORECASE,
)
_ASKS = frozenset({"include", "a", "mx", "ptr", "exists", "redirect"})


@dataclass(slots=True)
class Spf:
    """A record and all it includes: DNS lookups, networks, hosts and names, its last word.

    `end` is the sign of `all` (`-`, `~`, `?`, `+`), empty where there is none; `faults` are
    sentences.
    """

    lookups: int = 0
    end: str = ""
    names: set[str] = field(default_factory=set)
    networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def allows(self, address: str) -> bool:
        """Whether a network of the record holds an IP address."""
        ip = ipaddress.ip_address(address)
        return any(ip in network for network in self.networks)


def records(domain: str, resolve: Resolve) -> list[str]:
    """The SPF records of a domain: there should be one."""
    found = resolve(domain, "TXT")
    return [t for t in found if re.match(r"v=spf1(\s|$)", t, re.IGNORECASE)]


def read(domain: str, record: str, resolve: Resolve) -> Spf:
    """Follow a record; at most 20 lookups, whatever it says."""
    told = Spf()
    _follow(domain, record, resolve, told, top=True)
    if told.lookups > MOST_LOOKUPS:
        told.faults.append(f"It needs more than {MOST_LOOKUPS} lookups, so receivers ignore it.")
    return told


def _follow(domain: str, record: str, resolve: Resolve, told: Spf, *, top: bool) -> None:
    for term in record.split()[1:]:
        found = _TERM.fullmatch(term)
        if found is None:
            told.faults.append(f'"{term[:60]}" is no SPF term.')
            continue
        _term(found, domain, resolve, told, top=top)


def _term(found: re.Match[str], domain: str, resolve: Resolve, told: Spf, *, top: bool) -> None:
    name, value = found["name"].lower(), (found["value"] or "").lower().rstrip(".")
    if name == "all" and top:
        told.end = found["sign"] or "+"
    elif name in {"ip4", "ip6"}:
        _network(value + found["prefix"], told)
    elif name in _ASKS:
        told.lookups += 1
        if told.lookups <= 2 * MOST_LOOKUPS and "%" not in value:
            _ask(name, value or domain, found["prefix"], resolve, told, top=top)


def _ask(name: str, value: str, prefix: str, resolve: Resolve, told: Spf, *, top: bool) -> None:
    told.names.add(value)
    if name in {"include", "redirect"}:
        inner = records(value, resolve)
        if len(inner) != 1:
            told.faults.append(f"It {name}s {value}, which has {len(inner)} SPF records, not one.")
            return
        _follow(value, inner[0], resolve, told, top=top and name == "redirect")
        return
    hosts = [value]
    if name == "mx":
        hosts = [mx.split()[-1].rstrip(".") for mx in resolve(value, "MX")][:MOST_LOOKUPS]
        told.names.update(hosts)
    if name in {"a", "mx"}:
        for host in hosts:
            for address in addresses(host, resolve):
                _network(address + (prefix if ":" not in address else ""), told)


def addresses(host: str, resolve: Resolve) -> list[str]:
    """The IP addresses of a host, version 4 first."""
    return [*resolve(host, "A"), *resolve(host, "AAAA")]


def _network(words: str, told: Spf) -> None:
    try:
        told.networks.append(ipaddress.ip_network(words.split("//", maxsplit=1)[0], strict=False))
    except ValueError:
        told.faults.append(f'"{words[:60]}" is no network.')
