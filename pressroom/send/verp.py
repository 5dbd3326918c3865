"""A return address of each reader's own (VERP): a bounce says by itself whom it is about.

    news+1z-5f2c9a01-2025-09-05@example.org
    ^base ^  ^        ^ issue, where it fits
          |  the mark: 8 hex digits of the SHA-256 of the reader's token
          the reader's number in base 36

The mark keeps strangers from reporting a reader as gone by counting numbers up. A local part
has 64 octets (RFC 5321, 4.5.3.1.1); detail after `+` is RFC 5233's.
"""

from __future__ import annotations

import re
from email.utils import parseaddr
from functools import lru_cache
from typing import NamedTuple

from pressroom.errors import SettingsError
from pressroom.model import sha256

LONGEST = 64
MARK = 8

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_OWN = re.compile(
    r"[^@]+\+([0-9a-z]{1,13})-([0-9a-f]{8})(?:-([0-9a-z._-]{1,64}))?@[^@]+", re.IGNORECASE
)
_ISSUE = re.compile(r"[0-9a-z._-]+", re.IGNORECASE)


class Returned(NamedTuple):
    """What a return address says: the reader, the mark of their token, the issue or nothing."""

    reader_id: int
    mark: str
    issue: str


def verp(base: str, reader_id: int, token: str, issue: str) -> str:
    """The return address of one reader; `base` may be `Name <address>`.

    The issue is left out where it does not fit. Raises SettingsError for a base too long for any.

    >>> verp("News <news@example.org>", 71, "secret", "2025-09-05")
    'news+1z-2bb80d53-2025-09-05@example.org'
    """
    local, domain = _parts(base)
    short = f"{local}+{_base36(reader_id)}-{mark_of(token)}"
    room = LONGEST - len(short.encode())
    if room < 0:
        raise SettingsError(
            f"{base}: is too long to make return addresses from. "
            "Set delivery.bounces in newsletter.toml to a shorter one, or delivery.verp = false."
        )
    fits = _ISSUE.fullmatch(issue) and len(issue) < room
    return f"{short}-{issue}@{domain}" if fits else f"{short}@{domain}"


def read_verp(address: str) -> Returned | None:
    """What a return address says, in any case of its letters; None where it is none of ours.

    >>> read_verp("NEWS+1Z-2BB80D53-2025-09-05@example.org")
    Returned(reader_id=71, mark='2bb80d53', issue='2025-09-05')
    """
    found = _OWN.fullmatch(address.strip().strip("<>")) if len(address) < 400 else None  # noqa: PLR2004 - RFC 5321: 256
    if not found:
        return None
    return Returned(int(found[1], 36), found[2].lower(), found[3] or "")


def mark_of(token: str) -> str:
    """What stands for a reader's token where others can read it."""
    return sha256(token)[:MARK]


@lru_cache(maxsize=32)
def _parts(base: str) -> tuple[str, str]:
    """Local part and domain; kept, as one base serves every reader of an issue."""
    local, _, domain = (parseaddr(base)[1] or base).rpartition("@")
    return local, domain


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits or "0"
