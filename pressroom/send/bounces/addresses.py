"""Addresses out of running text and out of report fields."""

from __future__ import annotations

import re
from typing import NamedTuple

LONGEST = 254  # RFC 5321, 4.5.3.1.3 less the brackets
MOST = 200

_LOCAL = re.compile(r"(?:\"[^\"\n]{1,62}\"|[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64})$")
_DOMAIN = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}))(?:\.[A-Za-z0-9][A-Za-z0-9-]{0,62}){0,9}"
)
_FIELD = re.compile(r"[^\s<>()\[\];,\"@:]{1,64}@[^\s<>()\[\];,\"@:]{1,250}")
_WHOLE = re.compile(r"[^\s<>()\[\];,\"@:]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}")
_TYPE = re.compile(r"^\s*(?:rfc822|smtp|utf-8|unknown|x400|local|dns)\s*;\s*", re.IGNORECASE)
_TYPED = re.compile(r"(?:smtp|rfc822|e?mail)=", re.IGNORECASE)
_ROUTE = re.compile(r"^@[^:\s]{1,250}:")
_SYSTEM = re.compile(
    r"(?:mailer[-_.]?daemon|post[-_]?master|double-bounce|mail[-_]?daemon|abuse|hostmaster|"
    r"no-?reply|do-?not-?reply|mdaemon|daemon|support|helpdesk|system)",
    re.IGNORECASE,
)


class Found(NamedTuple):
    """An address in a text, and where it begins and ends."""

    address: str
    start: int
    end: int


def addresses(text: str) -> list[Found]:
    """The addresses of a text, at most 200, found from their at-signs outward: linear time."""
    found: list[Found] = []
    place = text.find("@")
    while place >= 0 and len(found) < MOST:
        if one := _around(text, place):
            found.append(one)
        place = text.find("@", place + 1)
    return found


def _around(text: str, at: int) -> Found | None:
    low = max(0, at - 64)
    local = _LOCAL.search(text[low:at])
    domain = _DOMAIN.match(text, at + 1, at + 256)
    if not local or not domain:
        return None
    start = local.start()
    name = local[0]
    while (
        text[low + start - 1 : low + start] != "<"
        and name[:1] in set("'`*=/|{-.")
        and not name.startswith('"')
        and len(name) > 1
    ):
        name, start = name[1:], start + 1
    if typed := _TYPED.match(name):
        name, start = name[typed.end() :] or name, start + typed.end()
    end = domain.end()
    return Found(f"{name}@{domain[0].rstrip('-')}", low + start, end)


def first(value: str) -> str:
    """The first address of a header or report field, its type and source route taken off.

    >>> first("rfc822;@relay.example:kijitora@example.org")
    'kijitora@example.org'
    """
    value = _ROUTE.sub("", _TYPE.sub("", value[:1000]).strip().strip("<>\"' "))
    if _WHOLE.fullmatch(value):
        return value
    plain = addresses(value)
    if plain and "." in plain[0].address.rpartition("@")[2]:
        return plain[0].address
    loose = _FIELD.search(value)
    return loose[0].strip(".'") if loose else plain[0].address if plain else ""


def every(values: list[str]) -> list[str]:
    """All addresses of some headers, each once, in order."""
    return list(dict.fromkeys(a.address for v in values for a in addresses(v[:8000])))


def is_system(address: str) -> bool:
    """Whether an address is a mail system's own, and no reader's.

    >>> is_system("MAILER-DAEMON@example.org"), is_system("anna@example.org")
    (True, False)
    """
    return bool(_SYSTEM.fullmatch(address.rpartition("@")[0]))
